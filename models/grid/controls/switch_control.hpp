#pragma once
// Switch control: carries out an ordered opening or closing of a line after a delay.
// Source: OpenDSS element reference (SwtControl).
#include "models/grid/controls/control_state.hpp"

namespace gridtwin::grid {

class FeederSolver;

void sample_switch_control(FeederSolver const& solver, std::size_t row, ControlState& state);
void execute_switch_control(FeederSolver& solver, ControlState& state, ControlAction const& action);

} // namespace gridtwin::grid
