#include "models/grid/der/storage.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

constexpr double kHour_s = 3600.0;

/// What counts as no energy, of the capacity: the last step before a limit ends there but for
/// rounding.
constexpr double kNothing_frac = 1e-9;

double reserve_wh(Storage const& storage) {
    return storage.reserve_frac * storage.capacity_wh;
}

/// Nothing above the reserve, or less than its own service takes in the step: it would not get out.
bool is_empty(Storage const& storage, StorageState const& state, double step_s) {
    double const above_wh = state.stored_wh - reserve_wh(storage);
    double const service_wh = idling_w(storage) * step_s / kHour_s;
    return above_wh * storage.discharge_efficiency <=
           service_wh + kNothing_frac * storage.capacity_wh;
}

bool is_full(Storage const& storage, StorageState const& state) {
    return state.stored_wh >= storage.capacity_wh * (1.0 - kNothing_frac);
}

/// Power at the terminals for one at the direct-current side.
double ac_power_w(InverterSpec const& spec, std::span<XyCurve const> curves, double dc_w) {
    double const efficiency = efficiency_at(spec, curves, dc_w);
    return dc_w > 0.0 ? dc_w * efficiency : dc_w / efficiency;
}

} // namespace

StorageMode mode_left(Storage const& storage, StorageState const& state, double step_s) {
    bool const over = (state.mode == StorageMode::charging && is_full(storage, state)) ||
                      (state.mode == StorageMode::discharging && is_empty(storage, state, step_s));
    return over ? StorageMode::idling : state.mode;
}

StorageMode next_mode(Storage const& storage, StorageState const& state, double level, double hour,
                      double step_s) {
    bool const empty = is_empty(storage, state, step_s);
    bool const full = is_full(storage, state);
    if (storage.dispatch == StorageDispatch::follow) {
        if (level > 0.0 && !empty) {
            return StorageMode::discharging;
        }
        return level < 0.0 && !full ? StorageMode::charging : StorageMode::idling;
    }
    double const high = storage.discharge_trigger;
    double const low = storage.charge_trigger;
    StorageMode mode = mode_left(storage, state, step_s);
    if (high == 0.0 && low == 0.0) {
        return mode;
    }
    if (mode == StorageMode::charging && low != 0.0 && low < level) {
        mode = StorageMode::idling;
    }
    if (mode == StorageMode::discharging && high != 0.0 && high > level) {
        mode = StorageMode::idling;
    }
    if (mode != StorageMode::idling) {
        return mode;
    }
    if (high != 0.0 && high < level && !empty) {
        mode = StorageMode::discharging;
    } else if (low != 0.0 && low > level && !full) {
        mode = StorageMode::charging;
    }
    bool const time_to_charge =
        storage.charge_hour > 0.0 && std::abs(hour - storage.charge_hour) * kHour_s < step_s;
    return time_to_charge && !full ? StorageMode::charging : mode;
}

double idling_w(Storage const& storage) {
    return storage.idling_frac * storage.p_rated_w;
}

double dc_power_w(InverterSpec const& spec, std::span<XyCurve const> curves, double p_w) {
    double dc_w = p_w;
    for (int i = 0; i < 100; ++i) {
        double const efficiency = efficiency_at(spec, curves, dc_w);
        double const next_w = p_w > 0.0 ? p_w / efficiency : p_w * efficiency;
        if (!std::isfinite(next_w) || std::abs(next_w - dc_w) <= 1e-15 * std::abs(next_w)) {
            break;
        }
        dc_w = next_w;
    }
    return dc_w;
}

double storage_power_w(Storage const& storage, std::span<XyCurve const> curves,
                       StorageState const& state, double level, double step_s) {
    double const own_w = idling_w(storage);
    double const idle_w = ac_power_w(storage.inverter, curves, -own_w);
    bool const follows = storage.dispatch == StorageDispatch::follow;
    double const step_h = step_s / kHour_s;
    if (state.mode == StorageMode::discharging) {
        double const above_wh = state.stored_wh - reserve_wh(storage);
        double p_w = std::min(storage.p_limit_w,
                              storage.p_rated_w * (follows ? level : storage.discharge_frac));
        if (step_h > 0.0) {
            double const most_w = above_wh * storage.discharge_efficiency / step_h - own_w;
            p_w = std::min(p_w, ac_power_w(storage.inverter, curves, most_w));
        }
        return above_wh > 0.0 && p_w > 0.0 ? p_w : idle_w;
    }
    if (state.mode == StorageMode::charging) {
        double const below_wh = storage.capacity_wh - state.stored_wh;
        double p_w = std::max(-storage.p_limit_w,
                              storage.p_rated_w * (follows ? level : -storage.charge_frac));
        if (step_h > 0.0) {
            double const most_w = below_wh / (storage.charge_efficiency * step_h) + own_w;
            p_w = std::max(p_w, ac_power_w(storage.inverter, curves, -most_w));
        }
        return below_wh > 0.0 && p_w < 0.0 ? p_w : idle_w;
    }
    return idle_w;
}

StorageAccount store(Storage const& storage, StorageState& state, double dc_w, double step_s) {
    StorageAccount a;
    double const step_h = step_s / kHour_s;
    a.in_wh = std::max(0.0, -dc_w) * step_h;
    a.out_wh = std::max(0.0, dc_w) * step_h;
    a.idling_wh = idling_w(storage) * step_h;
    double const net_wh = a.in_wh - a.out_wh - a.idling_wh;
    a.change_wh =
        net_wh > 0.0 ? net_wh * storage.charge_efficiency : net_wh / storage.discharge_efficiency;
    a.losses_wh = net_wh - a.change_wh;
    state.stored_wh += a.change_wh;
    return a;
}

InverterPoint storage_point(Storage const& storage, std::span<XyCurve const> curves,
                            InverterPoint const& was, double p_w) {
    InverterPoint point = was;
    point.on = inverter_on(storage.inverter, was.on, std::abs(p_w));
    point.p_w = point.on ? p_w : ac_power_w(storage.inverter, curves, -idling_w(storage));
    point.dc_w = dc_power_w(storage.inverter, curves, point.p_w);
    set_reactive_limits(storage.inverter, point);
    return point;
}

} // namespace gridtwin::grid
