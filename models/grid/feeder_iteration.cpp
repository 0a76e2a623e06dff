// FeederSolver: the fixed point.
#include "models/grid/feeder_solver.hpp"
#include "models/grid/kept_substitution.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gridtwin::grid {
namespace {

/// A step that leaves more of the last one's change than this is worth new tangents.
constexpr double kSlow = 0.2;
/// Fresh tangents that converge no better do not help; the nominal admittances may.
constexpr int kMostRenewals = 12;

} // namespace

void FeederSolver::set_boundary_current(std::size_t node, Complex i_a) {
    if (is_boundary_[node] == 0) {
        is_boundary_[node] = 1;
        plan_network();
    }
    i_boundary_a_[node] = i_a;
}

void FeederSolver::add_boundary_shunt(std::size_t node, Complex y_s) {
    y_boundary_s_[node] += y_s;
    if (is_boundary_[node] == 0) {
        is_boundary_[node] = 1;
        plan_needed_ = true;
    } else {
        mark_node(node);
    }
}

void FeederSolver::use_nominal_admittances(bool on) {
    if (nominal_admittances_ != on) {
        nominal_admittances_ = on;
        chord_ = false;
        tangents_changed_ = true;
    }
}

bool FeederSolver::prepare() {
    if (plan_needed_) {
        plan_needed_ = false;
        plan_network();
    }
    last_change_pu_ = 0.0;
    steps_since_renewal_ = 0;
    renewals_ = 0;
    renewal_due_ = false;
    bool restart = false;
    if (topology_changed_) {
        std::vector<std::uint8_t> const before = live_;
        std::vector<std::uint8_t> const energised_before = energised_;
        find_live_nodes();
        refresh_lines();
        for (std::size_t node = 0; node < nodes_.size(); ++node) {
            if (before[node] != live_[node]) {
                mark_node(node);
            }
        }
        restart = before != live_;
        tangents_changed_ = tangents_changed_ || restart || energised_before != energised_;
        topology_changed_ = false;
    }
    if (restart && chord_) {
        chord_ = false;
        tangents_changed_ = true;
    }
    if (changed_blocks_.empty() && !sources_changed_ && !tangents_changed_) {
        return false;
    }
    renew_factors();
    if (restart) {
        start_from_no_load();
    }
    return restart;
}

void FeederSolver::start_from_no_load() {
    if (chord_) { // its tangents would stand for currents that are not drawn
        chord_ = false;
        tangents_changed_ = true;
        renew_factors();
    }
    std::fill(i_extra_a_.begin(), i_extra_a_.end(), Complex{});
    std::copy(source_a_.begin(), source_a_.end(), r_a_.begin());
    static_cast<void>(solve_linear());
}

Complex FeederSolver::iterated_u(std::size_t phase) const {
    auto const [from, to] = phase_x_[phase];
    return {x_v_[from] - x_v_[to], x_v_[from + 1] - x_v_[to + 1]};
}

Complex FeederSolver::iterated_v(std::size_t node) const {
    std::size_t const position = whole_ ? node : network_.position(node);
    if (plan_needed_ || position == NetworkFactor::kAbsent) {
        return u_v_[node]; // not iterated on yet
    }
    return {x_v_[2 * position], x_v_[2 * position + 1]};
}

/// Takes from the right-hand side what the loads draw beyond what the matrix holds.
void FeederSolver::load_currents() {
    for (std::size_t k = 0; k < phase_x_.size(); ++k) {
        auto const [from, to] = phase_x_[k];
        double const re = x_v_[from] - x_v_[to];
        double const im = x_v_[from + 1] - x_v_[to + 1];
        double const v2 = re * re + im * im;
        double g_p = 0.0;
        double g_q = 0.0;
        if (load_phases_.model[k] == 1 && v2 > phase_v2_[k][0] && v2 <= phase_v2_[k][1]) {
            g_p = g_q = 1.0 / v2;
        } else {
            LoadGains const gains = load_gains(load_phases_, circuit_.loads, k, v2);
            g_p = gains.p;
            g_q = gains.q;
        }
        LoadTangent const& held = held_s_[k];
        double const y_re = load_phases_.p_w[k] * g_p - held.a_s.real();
        double const y_im = -load_phases_.q_var[k] * g_q - held.a_s.imag();
        double const i_re = y_re * re - y_im * im - (held.c_s.real() * re + held.c_s.imag() * im);
        double const i_im = y_re * im + y_im * re - (held.c_s.imag() * re - held.c_s.real() * im);
        i_extra_a_[k] = {i_re, i_im};
        r_a_[from] -= i_re;
        r_a_[from + 1] -= i_im;
        r_a_[to] += i_re;
        r_a_[to + 1] += i_im;
    }
}

/// Solves for the voltages at kept nodes; greatest |change|, pu.
double FeederSolver::solve_linear() {
    double greatest = -1.0;
    std::size_t worst = 0;
    auto const changed = [&](std::size_t position, double re, double im) {
        double const change = (re * re + im * im) * kept_inv_base2_[position];
        if (!(change <= greatest)) { // a NaN is the greatest of all
            greatest = change;
            worst = position;
        }
    };
    if (whole_) {
        whole_v_.resize(nodes_.size());
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            whole_v_[k] = {r_a_[2 * k], r_a_[2 * k + 1]};
        }
        whole_->solve(whole_v_);
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            changed(k, whole_v_[k].real() - x_v_[2 * k], whole_v_[k].imag() - x_v_[2 * k + 1]);
            x_v_[2 * k] = whole_v_[k].real();
            x_v_[2 * k + 1] = whole_v_[k].imag();
        }
        worst_ = worst;
    } else {
        substitute(network_.substitution(), r_a_.data(), x_v_.data(), changed);
        worst_ = network_.kept_nodes() > 0 ? network_.kept_node(worst) : 0;
    }
    return greatest < 0.0 ? 0.0 : std::sqrt(greatest);
}

double FeederSolver::iterate() {
    if (renewal_due_) {
        renewal_due_ = false;
        chord_ = true;
        tangents_changed_ = true;
        renew_factors();
        steps_since_renewal_ = 0;
        ++renewals_;
    }
    std::copy(source_a_.begin(), source_a_.end(), r_a_.begin());
    for (std::uint32_t const node : boundary_nodes_) {
        if (live_[node] != 0) {
            std::size_t const at = 2 * (whole_ ? node : network_.position(node));
            r_a_[at] -= i_boundary_a_[node].real();
            r_a_[at + 1] -= i_boundary_a_[node].imag();
        }
    }
    load_currents();
    double const change_pu = solve_linear();
    adapt(change_pu);
    return change_pu;
}

/// Takes new tangents where the steps shrink too slowly.
void FeederSolver::adapt(double change_pu) {
    ++steps_since_renewal_;
    double const last_pu = std::exchange(last_change_pu_, change_pu);
    bool const slow = steps_since_renewal_ > 2 && change_pu > kSlow * last_pu &&
                      change_pu > circuit_.solution.tolerance_pu && std::isfinite(change_pu);
    if (!slow || whole_ || nominal_admittances_ || renewals_ >= kMostRenewals) {
        return;
    }
    renewal_due_ = true; // at the next step: this one's currents go with the tangents it had
}

void FeederSolver::finish() {
    if (whole_) {
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            u_v_[k] = {x_v_[2 * k], x_v_[2 * k + 1]};
        }
        return;
    }
    for (std::size_t p = 0; p < network_.kept_nodes(); ++p) {
        u_v_[network_.kept_node(p)] = {x_v_[2 * p], x_v_[2 * p + 1]};
    }
    RecoveryPlan const& plan = network_.recovery();
    for (RecoveryPlan::Between const& b : plan.between) {
        double const* const a = x_v_.data() + 2 * b.x1;
        double const* const c = x_v_.data() + 2 * b.x2;
        u_v_[b.node] = {b.weight1 * a[0] + b.weight2 * c[0], b.weight1 * a[1] + b.weight2 * c[1]};
    }
    for (std::size_t r = 0; r < plan.rows.size(); ++r) {
        std::size_t const end = r + 1 < plan.rows.size() ? plan.rows[r + 1].first : plan.x.size();
        double re = plan.rows[r].constant_v.real();
        double im = plan.rows[r].constant_v.imag();
        for (std::size_t k = plan.rows[r].first; k < end; ++k) {
            double const* const v = x_v_.data() + 2 * plan.x[k];
            re += plan.weight[k].real() * v[0] - plan.weight[k].imag() * v[1];
            im += plan.weight[k].real() * v[1] + plan.weight[k].imag() * v[0];
        }
        u_v_[plan.rows[r].node] = {re, im};
    }
}

} // namespace gridtwin::grid
