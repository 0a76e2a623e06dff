#pragma once
// A battery behind an inverter: when it charges, at what power, and what that leaves in it.
// Source: OpenDSS element reference (Storage); docs/models/feeder-der.md.
#include "models/grid/der/inverter.hpp"

namespace gridtwin::grid {

/// Mode that what is stored allows: charging ends when full, discharging at the reserve or when
/// what is above it does not feed the own service over a step.
[[nodiscard]] StorageMode mode_left(Storage const& storage, StorageState const& state,
                                    double step_s);

/// Mode after the shape has been looked at.
/// @param level  of the shape; 1 without one
/// @param hour   of the day, 0 to 24
/// @param step_s of the time series: charge_hour counts when it lies closer than that
[[nodiscard]] StorageMode next_mode(Storage const& storage, StorageState const& state, double level,
                                    double hour, double step_s);

/// Power lost in the storage's own service, W, at the inverter's direct-current side.
[[nodiscard]] double idling_w(Storage const& storage);

/// Power at the terminals, W, > 0 out: what the mode wants, no more than what can be taken from
/// above the reserve or put below the capacity within `step_s` (0: no such limit); own service is
/// fed by the circuit while idling.
/// @param level  of the shape, for dispatch by following it
[[nodiscard]] double storage_power_w(Storage const& storage, std::span<XyCurve const> curves,
                                     StorageState const& state, double level, double step_s);

/// Power at the direct-current side for one at the terminals, W, > 0 out of the cells.
[[nodiscard]] double dc_power_w(InverterSpec const& spec, std::span<XyCurve const> curves,
                                double p_w);

/// Energy account of one step, Wh; all but `change_wh` are not negative.
struct StorageAccount {
    double in_wh = 0.0;     ///< at the inverter's direct-current side
    double out_wh = 0.0;    ///< likewise
    double idling_wh = 0.0; ///< own service
    double losses_wh = 0.0; ///< of charging and discharging
    double change_wh = 0.0; ///< of what is stored: in - out - idling - losses
};

/// Advances the stored energy by a step at this direct-current power.
StorageAccount store(Storage const& storage, StorageState& state, double dc_w, double step_s);

/// The inverter's point at this power at the terminals.
[[nodiscard]] InverterPoint storage_point(Storage const& storage, std::span<XyCurve const> curves,
                                          InverterPoint const& was, double p_w);

} // namespace gridtwin::grid
