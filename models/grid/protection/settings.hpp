#pragma once
// What a relay or recloser is set to: one struct for both, so that one state machine serves both
// and a command can change any of it while it runs. A relay is a recloser without fast operations.
#include "models/grid/circuit_protection.hpp"

#include <span>
#include <string>

namespace gridtwin::grid::protection {

/// Directional supervision of the overcurrent elements (ANSI 67). Forward is into the monitored
/// element. Without enough voltage to measure there is no direction and no trip; no voltage memory.
struct Directional {
    bool on = false;
    double characteristic_deg = 45.0; ///< by which the current lags at greatest torque
    bool trip_reverse = false;        ///< trips for reverse faults instead of forward ones
    double least_v = 1.0;             ///< polarising voltage below which there is no direction
};

struct SwitchSettings {
    RelayType type = RelayType::current;
    int fast_operations = 0;
    TimeOvercurrent phase_fast; ///< of the first `fast_operations` operations
    TimeOvercurrent ground_fast;
    TimeOvercurrent phase; ///< of all others
    TimeOvercurrent ground;
    double definite_s = 0.0; ///< > 0: instead of curves
    bool disk_reset = false; ///< travel goes back as a disk; else at once
    Directional directional;

    std::int32_t over_voltage = kNone;
    std::int32_t under_voltage = kNone;
    double base_v = 0.0;
    double reverse_w = 0.0;
    DirectionalZones zones;

    double opening_s = 0.0; ///< from trip to open contacts
    double reset_s = 15.0;  ///< closed and quiet: the sequence starts anew
    int shots = 4;          ///< trips to lock-out
    std::vector<double> reclose_s{0.5, 2.0, 2.0};
    bool reclosing_blocked = false; ///< every trip locks out
};

[[nodiscard]] SwitchSettings settings_of(Relay const& relay);
[[nodiscard]] SwitchSettings settings_of(Recloser const& recloser);

/// What is wrong with settings, empty when nothing: curves that are not there, pickups and dials
/// not above 0, negative times, fewer reclose intervals than shots - 1, a disk reset with a curve
/// that has no reset constant, a voltage relay without base.
[[nodiscard]] std::string settings_problem(SwitchSettings const& settings,
                                           std::span<TccCurve const> curves);

} // namespace gridtwin::grid::protection
