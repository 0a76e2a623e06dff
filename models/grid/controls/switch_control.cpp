#include "models/grid/controls/switch_control.hpp"

#include "models/grid/feeder_solver.hpp"

namespace gridtwin::grid {

void sample_switch_control(FeederSolver const& solver, std::size_t row, ControlState& all) {
    SwtControl const& control = solver.circuit().switch_controls[row];
    bool const closed = solver.circuit().lines[control.line].closed;
    if (closed != control.ordered_closed && !control.locked && !all.switches[row].armed) {
        all.queue.push(all.t_s + control.delay_s, ControlKind::line_switch, row, 0);
        all.switches[row].armed = true;
    }
}

void execute_switch_control(FeederSolver& solver, ControlState& all, ControlAction const& action) {
    SwtControl const& control = solver.circuit().switch_controls[action.row];
    all.switches[action.row].armed = false;
    solver.set_switch(control.line, control.ordered_closed);
}

} // namespace gridtwin::grid
