#include "models/grid/controls/control_loop.hpp"

#include "models/grid/controls/capacitor_control.hpp"
#include "models/grid/controls/inverter_control.hpp"
#include "models/grid/controls/regulator.hpp"
#include "models/grid/controls/switch_control.hpp"
#include "models/grid/feeder_solver.hpp"

namespace gridtwin::grid {
namespace {

void execute(FeederSolver& solver, ControlState& state, ControlAction const& action) {
    switch (action.kind) {
    case ControlKind::regulator:
        execute_regulator(solver, state, action);
        break;
    case ControlKind::capacitor:
        execute_capacitor_control(solver, state, action);
        break;
    case ControlKind::line_switch:
        execute_switch_control(solver, state, action);
        break;
    case ControlKind::inverter:
        execute_inverter_control(solver, state, action);
        break;
    }
}

} // namespace

ControlState initial_control_state(Circuit const& circuit) {
    ControlState state;
    state.t_s = circuit.solution.start_s;
    state.regulators.resize(circuit.regulators.size());
    state.capacitors.resize(circuit.capacitor_controls.size());
    state.switches.resize(circuit.switch_controls.size());
    for (InvControl const& control : circuit.inverter_controls) {
        state.inverters.emplace_back().inverters.resize(control.controlled.size());
    }
    state.der.generators.resize(circuit.generators.size());
    state.der.pv.resize(circuit.pv_systems.size());
    state.der.storage_inverters.resize(circuit.storages.size());
    for (Storage const& storage : circuit.storages) {
        state.der.storages.push_back({storage.mode, storage.stored_wh});
    }
    return state;
}

void sample_controls(FeederSolver const& solver, ControlState& state) {
    for (std::size_t row = 0; row < state.regulators.size(); ++row) {
        sample_regulator(solver, row, state);
    }
    for (std::size_t row = 0; row < state.capacitors.size(); ++row) {
        sample_capacitor_control(solver, row, state);
    }
    for (std::size_t row = 0; row < state.switches.size(); ++row) {
        sample_switch_control(solver, row, state);
    }
    for (std::size_t row = 0; row < state.inverters.size(); ++row) {
        sample_inverter_control(solver, row, state);
    }
}

bool execute_controls(FeederSolver& solver, ControlState& state) {
    ControlMode const mode = solver.circuit().solution.control_mode;
    auto const next_s = state.queue.next_s();
    if (!next_s || (mode == ControlMode::time && *next_s > state.t_s)) {
        return false;
    }
    if (mode == ControlMode::event) {
        state.t_s = *next_s;
    }
    double const until_s = mode == ControlMode::time ? state.t_s : *next_s;
    for (ControlAction const& action : state.queue.take_until(until_s)) {
        execute(solver, state, action);
    }
    return true;
}

bool controls_would_act(FeederSolver const& solver, ControlState state) {
    sample_controls(solver, state);
    auto const next_s = state.queue.next_s();
    return next_s &&
           (solver.circuit().solution.control_mode != ControlMode::time || *next_s <= state.t_s);
}

} // namespace gridtwin::grid
