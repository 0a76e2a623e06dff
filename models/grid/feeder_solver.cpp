#include "models/grid/feeder_solver.hpp"

#include "models/grid/controls/control_loop.hpp"
#include "models/grid/der/voltage_hold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace gridtwin::grid {
namespace {

// Products without the library's search for infinities, which costs more than the product.
inline Complex times(Complex a, Complex b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

} // namespace

void FeederSolver::set_phase_powers(ElementKind kind, std::size_t row, double p_w, double q_var) {
    auto const [first, last] = phase_rows(kind, row);
    auto const phases = static_cast<double>(last - first);
    for (std::size_t k = first; k < last; ++k) {
        load_phases_.p_w[k] = p_w / phases;
        load_phases_.q_var[k] = q_var / phases;
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
        set_admittance(ElementKind::fault, fault, fault_admittance(f));
    }
}

void FeederSolver::set_switch(std::size_t line, bool closed) {
    if (circuit_.lines[line].closed != closed) {
        circuit_.lines[line].closed = closed;
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
        set_admittance(ElementKind::capacitor, capacitor, capacitor_admittance(c));
    }
}

void FeederSolver::set_source(std::size_t source, double v_pu, double angle_deg) {
    Vsource& s = circuit_.sources[source];
    s.v_pu = v_pu;
    s.angle_deg = angle_deg;
    i_norton_a_[source] = source_norton_current(s);
    values_changed_ = true;
}

void FeederSolver::add_boundary_shunt(std::size_t node, Complex y_s) {
    y_boundary_s_[node] += y_s;
    values_changed_ = true;
}

void FeederSolver::use_nominal_admittances(bool on) {
    values_changed_ = values_changed_ || nominal_admittances_ != on;
    nominal_admittances_ = on;
}

bool FeederSolver::prepare() {
    if (!topology_changed_ && !values_changed_) {
        return false;
    }
    bool restart = false;
    if (topology_changed_) {
        std::vector<std::uint8_t> const before = live_;
        find_live_nodes();
        refresh_lines();
        restart = before != live_;
    }
    assemble();
    topology_changed_ = false;
    values_changed_ = false;
    if (restart) {
        start_from_no_load();
    }
    return restart;
}

void FeederSolver::start_from_no_load() {
    std::fill(i_extra_a_.begin(), i_extra_a_.end(), Complex{});
    u_v_ = i_source_a_;
    matrix_->solve(u_v_);
}

double FeederSolver::iterate() {
    std::size_t const n = nodes_.size();
    for (std::size_t k = 0; k < n; ++k) {
        next_v_[k] = live_[k] != 0 ? i_source_a_[k] - i_boundary_a_[k] : Complex{};
    }
    for (std::size_t k = 0; k < load_phases_.size(); ++k) {
        Complex const v = load_phase_voltage(k);
        Complex const y = load_admittance(load_phases_, circuit_.loads, k, std::norm(v));
        Complex const i_a = times(y - y_linear_s_[k], v);
        i_extra_a_[k] = i_a;
        std::int32_t const f = load_phases_.from[k];
        std::int32_t const t = load_phases_.to[k];
        if (f >= 0) {
            next_v_[static_cast<std::size_t>(f)] -= i_a;
        }
        if (t >= 0) {
            next_v_[static_cast<std::size_t>(t)] += i_a;
        }
    }
    matrix_->solve(next_v_);
    double greatest = -1.0;
    for (std::size_t k = 0; k < n; ++k) {
        double const change = std::norm(next_v_[k] - u_v_[k]) * inv_base2_[k];
        if (!(change <= greatest)) { // a NaN is the greatest of all
            greatest = change;
            worst_ = k;
        }
    }
    u_v_.swap(next_v_);
    return std::sqrt(greatest);
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
        for (int i = 0; i < options.max_iterations && !status.converged; ++i) {
            status.mismatch_pu = iterate();
            ++status.iterations;
            status.converged = status.mismatch_pu < options.tolerance_pu;
            if (!(status.mismatch_pu < 1e3)) {
                break; // on its way to infinity
            }
        }
        if (status.converged) {
            return status;
        }
    }
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
