#include "models/grid/protection/settings.hpp"

#include "models/grid/protection/curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace gridtwin::grid::protection {
namespace {

bool is_row(std::int32_t curve, std::span<TccCurve const> curves) {
    return curve == kNone || (curve >= 0 && static_cast<std::size_t>(curve) < curves.size());
}

std::string overcurrent_problem(TimeOvercurrent const& e, std::string_view name, bool disk_reset,
                                std::span<TccCurve const> curves) {
    if (!is_row(e.curve, curves)) {
        return fmt::format("the {} curve is not there", name);
    }
    if (e.curve != kNone && (!(e.pickup_a > 0.0) || !(e.time_dial > 0.0))) {
        return fmt::format("{} pickup {:g} A with time dial {:g}", name, e.pickup_a, e.time_dial);
    }
    if (!(e.pickup_a >= 0.0) || !(e.instantaneous_a >= 0.0)) {
        return fmt::format("{} pickup {:g} A, instantaneous {:g} A", name, e.pickup_a,
                           e.instantaneous_a);
    }
    if (disk_reset && e.curve != kNone &&
        !(curves[static_cast<std::size_t>(e.curve)].reset_s > 0.0)) {
        return fmt::format("disk reset with curve '{}', which has no reset constant",
                           curves[static_cast<std::size_t>(e.curve)].name);
    }
    return {};
}

bool is_duration(double s) {
    return s >= 0.0 && std::isfinite(s);
}

} // namespace

SwitchSettings settings_of(Relay const& relay) {
    SwitchSettings s;
    s.type = relay.type;
    s.phase = relay.phase;
    s.ground = relay.ground;
    s.definite_s = relay.delay_s;
    s.over_voltage = relay.over_voltage;
    s.under_voltage = relay.under_voltage;
    s.base_v = relay.base_v;
    s.reverse_w = relay.reverse_w;
    s.zones = relay.zones;
    s.opening_s = relay.breaker_s;
    s.reset_s = relay.reset_s;
    s.shots = relay.type == RelayType::reverse_power ? 1 : relay.shots;
    s.reclose_s = relay.reclose_s;
    return s;
}

SwitchSettings settings_of(Recloser const& recloser) {
    SwitchSettings s;
    s.fast_operations = recloser.fast_operations;
    s.phase_fast = recloser.phase_fast;
    s.ground_fast = recloser.ground_fast;
    s.phase = recloser.phase_delayed;
    s.ground = recloser.ground_delayed;
    s.opening_s = recloser.delay_s;
    s.reset_s = recloser.reset_s;
    s.shots = recloser.shots;
    s.reclose_s = recloser.reclose_s;
    return s;
}

std::string settings_problem(SwitchSettings const& s, std::span<TccCurve const> curves) {
    std::pair<TimeOvercurrent const*, std::string_view> const all[] = {
        {&s.phase_fast, "fast phase"},
        {&s.ground_fast, "fast ground"},
        {&s.phase, "phase"},
        {&s.ground, "ground"},
        {&s.zones.inner, "inner phase"}};
    for (auto const& [element, name] : all) {
        if (auto problem = overcurrent_problem(*element, name, s.disk_reset, curves);
            !problem.empty()) {
            return problem;
        }
    }
    if (!is_row(s.over_voltage, curves) || !is_row(s.under_voltage, curves)) {
        return "a voltage curve is not there";
    }
    if (s.shots < 1 || s.reclose_s.size() + 1 < static_cast<std::size_t>(s.shots)) {
        return fmt::format("{} shots with {} reclose intervals", s.shots, s.reclose_s.size());
    }
    bool const times = is_duration(s.definite_s) && is_duration(s.opening_s) &&
                       is_duration(s.reset_s) &&
                       std::all_of(s.reclose_s.begin(), s.reclose_s.end(), is_duration);
    if (!times || s.fast_operations < 0) {
        return "a negative time or count";
    }
    if (s.type == RelayType::voltage && !(s.base_v > 0.0)) {
        return "a voltage relay without base voltage";
    }
    if (s.type == RelayType::reverse_power && !(s.reverse_w >= 0.0)) {
        return "a negative reverse power";
    }
    return {};
}

} // namespace gridtwin::grid::protection
