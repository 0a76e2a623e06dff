#pragma once
// Voltage regulator control: what its relay sees, which tap it wants, and how it gets there.
// Source: OpenDSS element reference (RegControl); docs/models/feeder-controls.md.
#include "models/grid/circuit.hpp"
#include "models/grid/controls/control_state.hpp"

namespace gridtwin::grid {

class FeederSolver;

/// The settings that hold now: the reverse ones while power flows back.
struct RegulatorSettings {
    double v_reg_v;
    double band_v;
    double r_v;
    double x_v;
    double z_v;
};
[[nodiscard]] RegulatorSettings settings_now(RegControl const& control,
                                             RegulatorState const& state);

/// Voltage at the relay after line drop compensation, V.
/// @param u_coil_v  across the regulated winding's coil
/// @param i_line_a  out of the transformer through that winding
[[nodiscard]] double relay_voltage_v(RegControl const& control, RegulatorSettings const& settings,
                                     Complex u_coil_v, Complex i_line_a);

/// The tap change, pu, a whole number of steps, that brings the relay's voltage to its set point; 0
/// inside the band and when less than half a step is missing.
/// @param coil_v   rated voltage of the coil that the relay looks at
/// @param relay_v  as compared with the set point
/// @param local_v  at the winding, relay side, as compared with v_limit_v
[[nodiscard]] double wanted_change_pu(RegControl const& control, RegulatorSettings const& settings,
                                      Winding const& tapped, double coil_v, double relay_v,
                                      double local_v);

/// Tap after one action of static mode: 70 % of the wanted steps, at least one, at most
/// max_tap_change, inside the winding's limits.
[[nodiscard]] double static_move_pu(RegControl const& control, Winding const& tapped,
                                    double wanted_pu);

void sample_regulator(FeederSolver const& solver, std::size_t row, ControlState& state);
void execute_regulator(FeederSolver& solver, ControlState& state, ControlAction const& action);

} // namespace gridtwin::grid
