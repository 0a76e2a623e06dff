#include "models/grid/feeder_solver.hpp"

#include "models/grid/controls/control_loop.hpp"
#include "models/grid/der/voltage_hold.hpp"
#include "models/grid/error_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace gridtwin::grid {
void FeederSolver::set_phase_powers(ElementKind kind, std::size_t row, double p_w, double q_var) {
    auto const [first, last] = phase_rows(kind, row);
    auto const phases = static_cast<double>(last - first);
    for (std::size_t k = first; k < last; ++k) {
        bool const was_off = is_off(k);
        load_phases_.p_w[k] = p_w / phases;
        load_phases_.q_var[k] = q_var / phases;
        // The tangent of what is off would leave a residue of the iteration for its current.
        tangents_changed_ = tangents_changed_ || was_off != is_off(k);
        load_rows_[k].p_w = load_phases_.p_w[k];
        load_rows_[k].q_var = load_phases_.q_var[k];
    }
}

void FeederSolver::set_load_power(std::size_t load, double p_w, double q_var) {
    circuit_.loads[load].p_w = p_w;
    circuit_.loads[load].q_var = q_var;
    set_phase_powers(ElementKind::load, load, p_w, q_var);
}

void FeederSolver::set_production(ElementRef element, double p_w, double q_var) {
    set_phase_powers(element.kind, element.row, -p_w, -q_var);
}

void FeederSolver::set_fault(std::size_t fault, bool on) {
    Fault& f = circuit_.faults[fault];
    if (f.on != on) {
        f.on = on;
        ties_changed_ = true;
        set_admittance(ElementKind::fault, fault, fault_admittance(f));
    }
}

void FeederSolver::set_switch(std::size_t line, bool closed) {
    if (circuit_.lines[line].closed != closed) {
        circuit_.lines[line].closed = closed;
        topology_changed_ = true;
    }
}

void FeederSolver::set_switch_phases(std::size_t line, std::uint32_t closed_conductors) {
    Line& l = circuit_.lines[line];
    std::uint32_t const all = l.phases >= 32 ? ~0U : (1U << l.phases) - 1U;
    std::uint32_t const open = ~closed_conductors & all;
    if (l.open_conductors != open) {
        l.open_conductors = open;
        topology_changed_ = true;
    }
}

void FeederSolver::set_tap(std::size_t transformer, std::size_t winding, double tap_pu) {
    Transformer& t = circuit_.transformers[transformer];
    if (t.windings[winding].tap_pu == tap_pu) {
        return;
    }
    t.windings[winding].tap_pu = tap_pu;
    if (t.enabled) {
        set_admittance(ElementKind::transformer, transformer, transformer_admittance(t));
    }
}

void FeederSolver::set_capacitor_step(std::size_t capacitor, std::size_t step, bool closed) {
    Capacitor& c = circuit_.capacitors[capacitor];
    if (c.closed.size() < c.q_var.size()) {
        c.closed.resize(c.q_var.size(), true);
    }
    if (c.closed[step] != closed) {
        c.closed[step] = closed;
        ties_changed_ = true;
        set_admittance(ElementKind::capacitor, capacitor, capacitor_admittance(c));
    }
}

void FeederSolver::set_source(std::size_t source, double v_pu, double angle_deg) {
    Vsource& s = circuit_.sources[source];
    if (s.v_pu == v_pu && s.angle_deg == angle_deg) {
        return;
    }
    s.v_pu = v_pu;
    s.angle_deg = angle_deg;
    i_norton_a_[source] = source_norton_current(s);
    sources_changed_ = true;
}

SolveStatus FeederSolver::iterate_to_rest() {
    SolveStatus status;
    SolutionOptions const& options = circuit_.solution;
    for (bool const nominal : {false, true}) {
        use_nominal_admittances(nominal);
        prepare();
        if (nominal) {
            start_from_no_load();
        }
        ErrorBound bound;
        for (int i = 0; i < options.max_iterations && !status.converged; ++i) {
            status.mismatch_pu = bound.after(iterate());
            ++status.iterations;
            status.converged = status.mismatch_pu < options.tolerance_pu;
            if (!(status.mismatch_pu < 1e3)) {
                break; // on its way to infinity
            }
        }
        if (status.converged) {
            finish();
            constexpr double kUnsure_pu = 1e-6;
            if (refinement_left_pu_ > kUnsure_pu) {
                status.converged = false;
                status.mismatch_pu = refinement_left_pu_;
                status.worst_bus = node_name(worst_);
            }
            return status;
        }
    }
    finish();
    status.worst_bus = node_name(worst_);
    return status;
}

SolveStatus FeederSolver::solve() {
    SolveStatus total;
    while (true) {
        SolveStatus const round =
            rest_with_held_voltages(*this, [this] { return iterate_to_rest(); });
        total.converged = round.converged;
        total.iterations += round.iterations;
        total.mismatch_pu = round.mismatch_pu;
        total.worst_bus = round.worst_bus;
        if (!round.converged || !circuit_.solution.controls) {
            return total;
        }
        if (total.control_rounds >= circuit_.solution.max_control_iterations) {
            total.controls_settled = !controls_pending();
            return total;
        }
        if (!adjust_controls()) {
            return total;
        }
        ++total.control_rounds;
    }
}

bool FeederSolver::adjust_controls() {
    sample_controls(*this, controls_);
    return execute_controls(*this, controls_);
}

bool FeederSolver::controls_pending() const {
    return controls_would_act(*this, controls_);
}

std::size_t FeederSolver::worst_node() const {
    return worst_;
}

std::string FeederSolver::node_name(std::size_t node) const {
    return fmt::format("{}.{}", bus_names_[nodes_[node].bus], nodes_[node].phase);
}

} // namespace gridtwin::grid
