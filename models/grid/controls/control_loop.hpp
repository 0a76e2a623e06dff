#pragma once
// One loop for controls of all kinds: after a converged solution each of them looks at it and asks
// for an action after its delay; then the next actions are executed and the circuit is solved
// again. Source: OpenDSS manual (control queue; control modes); docs/models/feeder-controls.md.
#include "models/grid/controls/control_state.hpp"

namespace gridtwin::grid {

class FeederSolver;
struct Circuit;

[[nodiscard]] ControlState initial_control_state(Circuit const& circuit);

/// All controls look at the present solution.
void sample_controls(FeederSolver const& solver, ControlState& state);

/// Executes what comes next by the circuit's control mode: static: the actions of the least time,
/// the clock stands still; event: the same, and the clock goes there; time: all that are due by
/// now.
/// @return false when there was nothing to execute
bool execute_controls(FeederSolver& solver, ControlState& state);

/// True when the controls, looking at the present solution, would act now.
[[nodiscard]] bool controls_would_act(FeederSolver const& solver, ControlState state);

} // namespace gridtwin::grid
