#include "models/grid/controls/inverter_control.hpp"

#include "models/grid/der/inverter.hpp"
#include "models/grid/der/terminal_voltage.hpp"
#include "models/grid/feeder_solver.hpp"
#include "models/grid/shapes.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

InverterSpec const& spec_of(Circuit const& c, ElementRef inverter) {
    return inverter.kind == ElementKind::pv_system ? c.pv_systems[inverter.row].inverter
                                                   : c.storages[inverter.row].inverter;
}

double p_base_w(Circuit const& c, ElementRef inverter, InverterPoint const& point,
                ActiveReference reference) {
    bool const pv = inverter.kind == ElementKind::pv_system;
    switch (reference) {
    case ActiveReference::available:
        return std::max(0.0, point.p_w);
    case ActiveReference::limited_p_mpp:
        return pv ? c.pv_systems[inverter.row].p_mpp_w * c.pv_systems[inverter.row].p_limit_frac
                  : c.storages[inverter.row].p_rated_w;
    case ActiveReference::s_rated:
        return spec_of(c, inverter).s_va;
    default:
        return pv ? c.pv_systems[inverter.row].p_mpp_w : c.storages[inverter.row].p_rated_w;
    }
}

bool has_volt_var(InvControl const& control) {
    return control.function != InverterFunction::volt_watt;
}

bool has_volt_watt(InvControl const& control) {
    return control.function != InverterFunction::volt_var;
}

bool wants_to_act(InvControl const& control, InverterControlState const& state,
                  CurveDistance const& at) {
    bool const off_curve =
        (has_volt_var(control) && std::abs(at.q_miss_pu) > control.q_tolerance_pu) ||
        (has_volt_watt(control) && std::abs(at.p_miss_pu) > control.p_tolerance_pu);
    bool const on_its_way = state.sampled &&
                            std::abs(at.v_pu - state.v_pu) > control.v_tolerance_pu &&
                            (at.q_miss_pu != 0.0 || at.p_miss_pu != 0.0);
    return off_curve || on_its_way;
}

/// Part of the way to go now: as set, or adapted, halved where the last step went too far and
/// raised where it fell short.
double part_of_the_way(double set_frac, double& adapted, bool sampled, double miss,
                       double last_miss) {
    if (set_frac >= 0.0) {
        return set_frac;
    }
    bool const little_gained = std::abs(miss) > 0.5 * std::abs(last_miss);
    if (sampled && little_gained && last_miss != 0.0) {
        adapted =
            miss * last_miss < 0.0 ? std::max(0.01, 0.5 * adapted) : std::min(1.0, 1.5 * adapted);
    }
    return adapted;
}

} // namespace

CurveDistance distance_to_curve(FeederSolver const& solver, InvControl const& control,
                                ElementRef inverter) {
    Circuit const& c = solver.circuit();
    InverterSpec const& spec = spec_of(c, inverter);
    InverterPoint const& point = solver.controls().der.inverter(inverter);
    CurveDistance at;
    at.v_pu = terminal_voltage_pu(solver, inverter, control.phase);
    double p_now_w = point.p_set_w;
    if (has_volt_watt(control)) {
        at.p_base_w = p_base_w(c, inverter, point, control.p_reference);
        double const allowed =
            curve_at(c.curves[static_cast<std::size_t>(control.volt_watt_curve)], at.v_pu);
        at.p_w = std::min(point.p_w, std::max(0.0, allowed) * at.p_base_w);
        double const held_w = point.p_limited ? std::min(point.p_w, point.p_limit_w) : point.p_w;
        at.p_miss_pu = at.p_base_w > 0.0 ? (at.p_w - held_w) / at.p_base_w : 0.0;
    }
    if (has_volt_var(control)) {
        double const rest_var = std::sqrt(std::max(0.0, spec.s_va * spec.s_va - p_now_w * p_now_w));
        double const asked =
            curve_at(c.curves[static_cast<std::size_t>(control.volt_var_curve)], at.v_pu);
        bool const available = control.q_reference == ReactiveReference::available;
        double const most_var = asked < 0.0 ? point.q_max_absorb_var : point.q_max_var;
        at.q_base_var = available ? rest_var : most_var;
        double const limit_var = spec.watt_priority || available ? rest_var : spec.s_va;
        at.q_var = std::clamp(asked * at.q_base_var, -std::min(limit_var, point.q_max_absorb_var),
                              std::min(limit_var, point.q_max_var));
        at.q_miss_pu = at.q_base_var > 0.0 ? (at.q_var - point.q_set_var) / at.q_base_var : 0.0;
    }
    return at;
}

void sample_inverter_control(FeederSolver const& solver, std::size_t row, ControlState& all) {
    InvControl const& control = solver.circuit().inverter_controls[row];
    InvControlState& state = all.inverters[row];
    bool act = false;
    for (std::size_t k = 0; k < control.controlled.size(); ++k) {
        ElementRef const inverter = control.controlled[k];
        act = act || (terminal_energised(solver, inverter) &&
                      wants_to_act(control, state.inverters[k],
                                   distance_to_curve(solver, control, inverter)));
    }
    if (act && !state.armed) {
        state.handle = all.queue.push(all.t_s, ControlKind::inverter, row, 0);
        state.armed = true;
    } else if (!act && state.armed) {
        all.queue.remove(state.handle);
        state.armed = false;
    }
}

void execute_inverter_control(FeederSolver& solver, ControlState& all,
                              ControlAction const& action) {
    InvControl const& control = solver.circuit().inverter_controls[action.row];
    InvControlState& state = all.inverters[action.row];
    state.armed = false;
    for (std::size_t k = 0; k < control.controlled.size(); ++k) {
        ElementRef const inverter = control.controlled[k];
        if (!terminal_energised(solver, inverter)) {
            continue;
        }
        CurveDistance const at = distance_to_curve(solver, control, inverter);
        InverterControlState& memory = state.inverters[k];
        InverterPoint& point = all.der.inverter(inverter);
        if (has_volt_var(control)) {
            double const part = part_of_the_way(control.delta_q_frac, memory.q_frac, memory.sampled,
                                                at.q_miss_pu, memory.q_miss_pu);
            point.q_wanted_var = point.q_set_var + part * (at.q_var - point.q_set_var);
            point.q_wanted = true;
        }
        if (has_volt_watt(control)) {
            double const part = part_of_the_way(control.delta_p_frac, memory.p_frac, memory.sampled,
                                                at.p_miss_pu, memory.p_miss_pu);
            double const held_w =
                point.p_limited ? std::min(point.p_w, point.p_limit_w) : point.p_w;
            point.p_limit_w = held_w + part * (at.p_w - held_w);
            point.p_limited = true;
        }
        memory.sampled = true;
        memory.v_pu = at.v_pu;
        memory.q_miss_pu = at.q_miss_pu;
        memory.p_miss_pu = at.p_miss_pu;
        Complex const s_va = inverter_output(spec_of(solver.circuit(), inverter), point);
        point.p_set_w = s_va.real();
        point.q_set_var = s_va.imag();
        solver.set_production(inverter, s_va.real(), s_va.imag());
    }
}

} // namespace gridtwin::grid
