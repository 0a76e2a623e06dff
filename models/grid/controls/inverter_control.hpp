#pragma once
// Inverter control: reactive power, and a limit of active power, by the terminal's voltage.
// Source: OpenDSS element reference (InvControl); IEEE 1547-2018 for what curves look like;
// docs/models/feeder-controls.md.
#include "models/grid/circuit.hpp"
#include "models/grid/controls/control_state.hpp"

namespace gridtwin::grid {

class FeederSolver;

/// Where an inverter stands against its curves at its present voltage.
struct CurveDistance {
    double v_pu = 0.0;
    double q_base_var = 0.0; ///< 1.0 of the volt-var curve
    double q_var = 0.0;      ///< that the curve asks for, within the inverter's limits
    double q_miss_pu = 0.0;  ///< of q_base_var: asked for minus produced
    double p_base_w = 0.0;
    double p_w = 0.0; ///< that the volt-watt curve allows, at most what there is
    double p_miss_pu = 0.0;
};

[[nodiscard]] CurveDistance distance_to_curve(FeederSolver const& solver, InvControl const& control,
                                              ElementRef inverter);

void sample_inverter_control(FeederSolver const& solver, std::size_t row, ControlState& state);
void execute_inverter_control(FeederSolver& solver, ControlState& state,
                              ControlAction const& action);

} // namespace gridtwin::grid
