#include "models/grid/protection/elements.hpp"

#include "models/grid/protection/curve.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gridtwin::grid::protection {
namespace {

/// Time overcurrent: by curve or definite time, where its direction allows.
Element time_element(Cause cause, int phase, TimeOvercurrent const& e, SwitchSettings const& s,
                     std::span<TccCurve const> curves, double i_a, bool allowed) {
    Element out{cause, phase, kNoOperation_s, 0.0};
    if (!(e.pickup_a > 0.0)) {
        return out;
    }
    if (s.definite_s > 0.0) {
        out.operate_s = allowed && i_a >= e.pickup_a ? s.definite_s : kNoOperation_s;
        return out;
    }
    if (e.curve == kNone) {
        return out;
    }
    TccCurve const& curve = curves[static_cast<std::size_t>(e.curve)];
    double const multiple = i_a / e.pickup_a;
    if (allowed) {
        out.operate_s = e.time_dial * operating_time_s(curve, multiple);
    }
    if (s.disk_reset) {
        out.reset_s = e.time_dial * disk_reset_time_s(curve, allowed ? multiple : 0.0);
    }
    return out;
}

Element instantaneous_element(Cause cause, int phase, TimeOvercurrent const& e, int operations,
                              double i_a, bool allowed) {
    bool const trips =
        allowed && operations == 0 && e.instantaneous_a > 0.0 && i_a >= e.instantaneous_a;
    return {cause, phase, trips ? kInstantaneous_s : kNoOperation_s, 0.0};
}

std::vector<Element> overcurrent(SwitchSettings const& s, std::span<TccCurve const> curves,
                                 int operations, Seen const& seen) {
    bool const fast = operations < s.fast_operations;
    TimeOvercurrent const& phase = fast ? s.phase_fast : s.phase;
    TimeOvercurrent const& ground = fast ? s.ground_fast : s.ground;
    Direction const wanted = s.directional.trip_reverse ? Direction::reverse : Direction::forward;
    Directional const& d = s.directional;
    auto const allowed = [&](std::size_t k) {
        return !d.on || phase_direction(seen, k, d.characteristic_deg, d.least_v) == wanted;
    };
    bool const ground_allowed =
        !d.on || ground_direction(seen, d.characteristic_deg, d.least_v) == wanted;
    double const residual_a =
        std::abs(std::accumulate(seen.i_a.begin(), seen.i_a.end(), Complex{}));
    std::vector<Element> out;
    for (std::size_t k = 0; k < seen.i_a.size(); ++k) {
        out.push_back(time_element(Cause::phase, seen.node[k], phase, s, curves,
                                   std::abs(seen.i_a[k]), allowed(k)));
        out.push_back(instantaneous_element(Cause::instantaneous_phase, seen.node[k], phase,
                                            operations, std::abs(seen.i_a[k]), allowed(k)));
    }
    out.push_back(time_element(Cause::ground, 0, ground, s, curves, residual_a, ground_allowed));
    out.push_back(instantaneous_element(Cause::instantaneous_ground, 0, ground, operations,
                                        residual_a, ground_allowed));
    return out;
}

double by_curve_s(TimeOvercurrent const& e, std::span<TccCurve const> curves, double i_a) {
    return e.time_dial *
           operating_time_s(curves[static_cast<std::size_t>(e.curve)], i_a / e.pickup_a);
}

std::vector<Element> directional(SwitchSettings const& s, std::span<TccCurve const> curves,
                                 Seen const& seen) {
    bool const blocked = s.zones.block_forward && balanced_power_w(seen) > 0.0;
    std::vector<Element> out;
    for (std::size_t k = 0; k < seen.i_a.size(); ++k) {
        Element e{Cause::directional, seen.node[k], kNoOperation_s, 0.0};
        double const v = std::abs(seen.v_v[k]);
        double const i_a = std::abs(seen.i_a[k]);
        bool const measures = v > 0.0 && i_a > 0.0 && !blocked;
        Zone const zone =
            measures ? zone_of(s.zones, seen.i_a[k] * std::conj(seen.v_v[k]) / v) : Zone::none;
        if (zone == Zone::outer) {
            bool const curve = !(s.definite_s > 0.0) && s.phase.curve != kNone;
            e.operate_s = curve ? by_curve_s(s.phase, curves, i_a) : s.definite_s;
        } else if (zone == Zone::inner && s.zones.inner_s > 0.0) {
            e.operate_s = s.zones.inner_s;
        } else if (zone == Zone::inner && s.zones.inner.curve != kNone) {
            e.operate_s = by_curve_s(s.zones.inner, curves, i_a);
        } else if (zone == Zone::inner && s.zones.inner_s == 0.0) {
            e.operate_s = 0.0;
        }
        out.push_back(e);
    }
    return out;
}

/// Each point of the curves is a definite-time element of its own.
std::vector<Element> voltage(SwitchSettings const& s, std::span<TccCurve const> curves,
                             Seen const& seen) {
    std::vector<Element> out;
    double least_pu = kNoOperation_s;
    for (Complex const& v_v : seen.v_v) {
        least_pu = std::min(least_pu, std::abs(v_v) / s.base_v);
    }
    double const most_pu = greatest_pu(s, seen);
    auto const add = [&](Cause cause, std::int32_t row, auto const& violated) {
        if (row == kNone) {
            return;
        }
        TccCurve const& curve = curves[static_cast<std::size_t>(row)];
        for (std::size_t k = 0; k < curve.multiple.size(); ++k) {
            double const time_s = violated(curve.multiple[k]) ? curve.time_s[k] : kNoOperation_s;
            out.push_back({cause, 0, time_s, 0.0});
        }
    };
    add(Cause::over_voltage, s.over_voltage, [&](double pu) { return most_pu > pu; });
    add(Cause::under_voltage, s.under_voltage, [&](double pu) { return least_pu < pu; });
    return out;
}

} // namespace

std::string_view name_of(Cause cause) {
    switch (cause) {
    case Cause::phase:
        return "phase";
    case Cause::ground:
        return "ground";
    case Cause::instantaneous_phase:
        return "instantaneous phase";
    case Cause::instantaneous_ground:
        return "instantaneous ground";
    case Cause::directional:
        return "directional";
    case Cause::over_voltage:
        return "over-voltage";
    case Cause::under_voltage:
        return "under-voltage";
    case Cause::reverse_power:
        return "reverse power";
    case Cause::command:
        return "command";
    }
    return "";
}

bool Element::picked_up() const {
    return operate_s < kNoOperation_s;
}

double greatest_pu(SwitchSettings const& settings, Seen const& seen) {
    double most_v = 0.0;
    for (Complex const& v_v : seen.v_v) {
        most_v = std::max(most_v, std::abs(v_v));
    }
    return most_v / settings.base_v;
}

std::vector<Element> elements_of(SwitchSettings const& settings, std::span<TccCurve const> curves,
                                 int operations, Seen const& seen) {
    switch (settings.type) {
    case RelayType::current:
        return overcurrent(settings, curves, operations, seen);
    case RelayType::directional:
        return directional(settings, curves, seen);
    case RelayType::voltage:
        return voltage(settings, curves, seen);
    case RelayType::reverse_power:
        break;
    }
    bool const reverse = power_w(seen) < -settings.reverse_w;
    return {{Cause::reverse_power, 0, reverse ? settings.definite_s : kNoOperation_s, 0.0}};
}

} // namespace gridtwin::grid::protection
