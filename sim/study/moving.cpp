#include "sim/study/moving.hpp"

#include "models/grid/controls/control_loop.hpp"

#include <limits>
#include <set>

namespace gridtwin::study {

std::vector<std::string> moving_controls(grid::FeederSolver const& solver) {
    auto const& c = solver.circuit();
    auto state = solver.controls(); // a copy: looking must not change what they remember
    grid::sample_controls(solver, state);
    std::set<std::string> names;
    bool const by_clock = c.solution.control_mode == grid::ControlMode::time;
    double const until_s = by_clock ? state.t_s : std::numeric_limits<double>::infinity();
    for (auto const& action : state.queue.take_until(until_s)) {
        switch (action.kind) {
        case grid::ControlKind::regulator:
            names.insert("regcontrol." + c.regulators[action.row].name);
            break;
        case grid::ControlKind::capacitor:
            names.insert("capcontrol." + c.capacitor_controls[action.row].name);
            break;
        case grid::ControlKind::line_switch:
            names.insert("swtcontrol." + c.switch_controls[action.row].name);
            break;
        case grid::ControlKind::inverter:
            names.insert("invcontrol." + c.inverter_controls[action.row].name);
            break;
        }
    }
    return {names.begin(), names.end()};
}

} // namespace gridtwin::study
