#include "models/grid/controls/capacitor_control.hpp"

#include "models/grid/feeder_solver.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

bool is_closed(Capacitor const& bank, std::size_t step) {
    return step >= bank.closed.size() || bank.closed[step];
}

std::size_t steps_of(Capacitor const& bank) {
    return std::max<std::size_t>(bank.q_var.size(), 1); // a matrix of capacitances is one step
}

std::size_t closed_steps(Capacitor const& bank) {
    std::size_t count = 0;
    for (std::size_t step = 0; step < steps_of(bank); ++step) {
        count += is_closed(bank, step) ? 1 : 0;
    }
    return count;
}

double over_phases(std::vector<double> const& values, int phase) {
    if (values.empty()) {
        return 0.0;
    }
    switch (phase) {
    case kPhaseMax:
        return *std::max_element(values.begin(), values.end());
    case kPhaseMin:
        return *std::min_element(values.begin(), values.end());
    case kPhaseAverage: {
        double sum = 0.0;
        for (double const v : values) {
            sum += v;
        }
        return sum / static_cast<double>(values.size());
    }
    default:
        return values[std::min(static_cast<std::size_t>(phase), values.size()) - 1];
    }
}

/// Of some nodes; between neighbours for one phase of a delta bank, else to ground.
double voltage_v(FeederSolver const& solver, std::span<std::int32_t const> nodes, bool delta,
                 int phase) {
    auto const at = [&solver](std::int32_t node) {
        return node < 0 ? Complex{} : solver.u_v()[static_cast<std::size_t>(node)];
    };
    std::vector<double> v;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        bool const across = delta && phase > 0;
        v.push_back(std::abs(at(nodes[i]) - (across ? at(nodes[(i + 1) % nodes.size()]) : 0.0)));
    }
    return over_phases(v, phase);
}

std::vector<std::int32_t> bus_nodes(FeederSolver const& solver, std::string const& bus,
                                    int phases) {
    std::vector<std::int32_t> nodes;
    for (int number = 1; number <= 99 && static_cast<int>(nodes.size()) < phases; ++number) {
        if (auto const node = solver.find_node(bus, number)) {
            nodes.push_back(static_cast<std::int32_t>(*node));
        }
    }
    return nodes;
}

struct Monitored {
    std::size_t first;  ///< among the element's terminals
    std::size_t phases; ///< of the element
};

Monitored monitored(FeederSolver const& solver, CapControl const& control) {
    std::size_t const all = solver.terminals(control.monitored.kind, control.monitored.row).size();
    std::size_t const conductors = solver.conductors(control.monitored.kind, control.monitored.row);
    std::size_t const neutral = control.monitored.kind == ElementKind::transformer ? 1 : 0;
    std::size_t const first = std::min(control.terminal * conductors, all);
    return {first, std::min(conductors - neutral, all - first)};
}

CapacitorMeasurement measure(FeederSolver const& solver, CapControl const& control, double t_s) {
    CapacitorMeasurement seen;
    ElementRef const element = control.monitored;
    Capacitor const& bank = solver.circuit().capacitors[control.capacitor];
    bool const delta = bank.connection == Connection::delta;
    Monitored const at = monitored(solver, control);
    std::span<std::int32_t const> const ends =
        solver.terminals(element.kind, element.row).subspan(at.first, at.phases);
    seen.voltage_v = voltage_v(solver, ends, delta, control.pt_phase) / control.pt_ratio;
    seen.override_v = seen.voltage_v;
    if (!control.override_bus.empty()) {
        seen.override_v = voltage_v(solver, bus_nodes(solver, control.override_bus, bank.phases),
                                    delta, control.pt_phase) /
                          control.pt_ratio;
    }
    if (control.type == CapControlType::current) {
        std::vector<Complex> i_a(solver.terminals(element.kind, element.row).size());
        solver.terminal_currents(element.kind, element.row, i_a);
        std::vector<double> magnitude_a;
        for (std::size_t i = 0; i < at.phases; ++i) {
            magnitude_a.push_back(std::abs(i_a[at.first + i]));
        }
        seen.current_a = over_phases(magnitude_a, control.ct_phase) / control.ct_ratio;
    }
    Complex const s_va = solver.terminal_power(element.kind, element.row, control.terminal);
    seen.q_kvar = s_va.imag() * 1e-3;
    seen.power_factor = power_factor_0_to_2(s_va);
    seen.hour = hour_of_day(t_s);
    return seen;
}

/// True when the state of time of day is "in"; "off" before "on" means off on the next day.
bool time_is_in(CapControl const& control, double hour) {
    if (control.off > control.on) {
        return hour >= control.on && hour < control.off;
    }
    return hour >= control.on || hour < control.off;
}

bool wants_in(CapControl const& control, CapacitorMeasurement const& seen, std::size_t steps,
              std::size_t closed, double bank_kvar) {
    switch (control.type) {
    case CapControlType::current:
        return seen.current_a > control.on;
    case CapControlType::voltage:
        return seen.voltage_v < control.on;
    case CapControlType::kvar:
        return seen.q_kvar > control.on;
    case CapControlType::power_factor: {
        double const share = closed == 0 ? control.min_kvar_frac : 0.5 / static_cast<double>(steps);
        return seen.power_factor < control.on && seen.q_kvar > bank_kvar * share;
    }
    case CapControlType::time:
        // After midnight nothing new is switched in, only what is in stays, as in the reference.
        return time_is_in(control, seen.hour) &&
               (control.off > control.on || seen.hour >= control.on) && seen.hour < 24.0;
    }
    return false;
}

bool wants_out(CapControl const& control, CapacitorMeasurement const& seen) {
    switch (control.type) {
    case CapControlType::current:
        return seen.current_a < control.off;
    case CapControlType::voltage:
        return seen.voltage_v > control.off;
    case CapControlType::kvar:
        return seen.q_kvar < control.off;
    case CapControlType::power_factor:
        return seen.power_factor > control.off;
    case CapControlType::time:
        return !time_is_in(control, seen.hour);
    }
    return false;
}

} // namespace

CapacitorStep wanted_step(CapControl const& control, CapacitorMeasurement const& seen,
                          std::size_t steps, std::size_t closed, double bank_kvar) {
    bool const in = closed > 0;
    if (control.voltage_override && control.type != CapControlType::voltage) {
        if (!in && seen.override_v < control.v_min_v) {
            return CapacitorStep::close;
        }
        if (in && seen.override_v > control.v_max_v) {
            return CapacitorStep::open;
        }
    }
    if (in && wants_out(control, seen)) {
        return CapacitorStep::open;
    }
    if (closed < steps && wants_in(control, seen, steps, closed, bank_kvar)) {
        return CapacitorStep::close;
    }
    return CapacitorStep::none;
}

double power_factor_0_to_2(Complex s_va) {
    double const va = std::abs(s_va);
    double const pf = va > 0.0 ? std::abs(s_va.real()) / va : 1.0;
    return s_va.imag() < 0.0 ? 2.0 - pf : pf;
}

double hour_of_day(double t_s) {
    double const hours = t_s / 3600.0;
    return hours > 24.0 ? hours - 24.0 * (std::ceil(hours / 24.0) - 1.0) : hours;
}

void sample_capacitor_control(FeederSolver const& solver, std::size_t row, ControlState& all) {
    CapControl const& control = solver.circuit().capacitor_controls[row];
    Capacitor const& bank = solver.circuit().capacitors[control.capacitor];
    CapacitorControlState& state = all.capacitors[row];
    double bank_kvar = 0.0;
    for (double const q_var : bank.q_var) {
        bank_kvar += q_var * 1e-3;
    }
    state.pending = wanted_step(control, measure(solver, control, all.t_s), steps_of(bank),
                                closed_steps(bank), bank_kvar);
    if (state.pending == CapacitorStep::none) {
        if (state.armed) {
            all.queue.remove(state.handle);
            state.armed = false;
        }
        return;
    }
    if (state.armed) {
        return;
    }
    double delay_s = control.delay_off_s;
    if (state.pending == CapacitorStep::close) {
        double const rested_s = all.t_s - state.last_open_s;
        delay_s = std::max(control.delay_s, control.dead_time_s + control.delay_s - rested_s);
        if (rested_s >= control.dead_time_s) {
            delay_s = control.delay_s;
        }
    }
    state.handle = all.queue.push(all.t_s + delay_s, ControlKind::capacitor, row, 0);
    state.armed = true;
}

void execute_capacitor_control(FeederSolver& solver, ControlState& all,
                               ControlAction const& action) {
    CapControl const& control = solver.circuit().capacitor_controls[action.row];
    Capacitor const& bank = solver.circuit().capacitors[control.capacitor];
    CapacitorControlState& state = all.capacitors[action.row];
    state.armed = false;
    std::size_t const steps = steps_of(bank);
    if (state.pending == CapacitorStep::close) {
        for (std::size_t step = 0; step < steps; ++step) {
            if (!is_closed(bank, step)) {
                solver.set_capacitor_step(control.capacitor, step, true);
                return;
            }
        }
    } else if (state.pending == CapacitorStep::open) {
        for (std::size_t step = steps; step-- > 0;) {
            if (is_closed(bank, step)) {
                solver.set_capacitor_step(control.capacitor, step, false);
                if (closed_steps(bank) == 0) {
                    state.last_open_s = all.t_s;
                }
                return;
            }
        }
    }
}

} // namespace gridtwin::grid
