#pragma once
// Capacitor control: switches a bank's steps one at a time by current, voltage, reactive power,
// power factor or time of day. Source: OpenDSS element reference (CapControl);
// docs/models/feeder-controls.md.
#include "models/grid/circuit.hpp"
#include "models/grid/controls/control_state.hpp"

namespace gridtwin::grid {

class FeederSolver;

/// What a control has measured; only what its type needs is set.
struct CapacitorMeasurement {
    double current_a = 0.0; ///< relay side
    double voltage_v = 0.0; ///< relay side, at the monitored terminal
    double override_v = 0.0;
    double q_kvar = 0.0;       ///< into the monitored terminal, all phases
    double power_factor = 1.0; ///< 0..1 lagging, 1..2 leading
    double hour = 0.0;         ///< of the day, above 0 to 24
};

/// What the control wants now.
/// @param steps, closed  of the bank
/// @param bank_kvar      rated, all steps
[[nodiscard]] CapacitorStep wanted_step(CapControl const& control, CapacitorMeasurement const& seen,
                                        std::size_t steps, std::size_t closed, double bank_kvar);

/// 0..1 while Q flows with P's lag, 2 - |pf| while it leads; 1 without power.
[[nodiscard]] double power_factor_0_to_2(Complex s_va);
/// Hour of the day of a time, above 0 to 24; 0 at the very start.
[[nodiscard]] double hour_of_day(double t_s);

void sample_capacitor_control(FeederSolver const& solver, std::size_t row, ControlState& state);
void execute_capacitor_control(FeederSolver& solver, ControlState& state,
                               ControlAction const& action);

} // namespace gridtwin::grid
