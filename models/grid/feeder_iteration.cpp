// FeederSolver: the fixed point.
#include "models/grid/feeder_solver.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gridtwin::grid {
namespace {

/// A step that leaves more of the last one's change than this is worth new tangents.
constexpr double kSlow = 0.2;
/// Tangents with which the last solve's steps left more than this are taken anew at its end...
constexpr double kSluggish = 0.05;
/// ...unless they are as young as this.
constexpr int kSolvesBetweenRenewals = 5;
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

void FeederSolver::use_whole_matrix() {
    prepare();
    if (!whole_) {
        factorise_whole();
        reduce_sources();
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
    renewal_due_ = std::exchange(renewal_wanted_, false) && chord_;
    slowest_share_ = 0.0;
    bool restart = false;
    if (topology_changed_) {
        std::vector<std::uint8_t> const before = live_;
        std::vector<std::uint8_t> const energised_before = energised_;
        find_live_nodes();
        refresh_lines();
        find_stiff_elements();
        for (std::size_t node = 0; node < nodes_.size(); ++node) {
            if (before[node] != live_[node]) {
                mark_node(node);
            }
        }
        restart = before != live_;
        tangents_changed_ = tangents_changed_ || restart || energised_before != energised_;
    }
    if (topology_changed_ || ties_changed_) {
        std::vector<std::uint8_t> const floating_before = floating_;
        find_floating_nodes();
        tangents_changed_ = tangents_changed_ || floating_before != floating_;
        topology_changed_ = false;
        ties_changed_ = false;
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
    auto const from = load_rows_[phase].from;
    auto const to = load_rows_[phase].to;
    return {x_v_[from] - x_v_[to], x_v_[from + 1] - x_v_[to + 1]};
}

Complex FeederSolver::iterated_v(std::size_t node) const {
    std::size_t const position = whole_ ? node : network_.position(node);
    if (plan_needed_ || position == NetworkFactor::kAbsent) {
        return u_v_[node]; // not iterated on yet
    }
    return {x_v_[2 * position], x_v_[2 * position + 1]};
}

/// Solves for the voltages at kept nodes; greatest |change|, pu.
double FeederSolver::solve_linear() {
    if (!whole_) {
        GreatestChange const change =
            substitute(network_.substitution(), kept_inv_base2_.data(), r_a_.data(), x_v_.data());
        worst_ = network_.kept_nodes() > 0 ? network_.kept_node(change.position) : 0;
        return change.pu;
    }
    double greatest = 0.0;
    whole_v_.resize(nodes_.size());
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        whole_v_[k] = {r_a_[2 * k], r_a_[2 * k + 1]};
    }
    whole_->solve(whole_v_);
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        double const change =
            std::norm(whole_v_[k] - Complex(x_v_[2 * k], x_v_[2 * k + 1])) * inv_base2_[k];
        if (!(change <= greatest)) { // a NaN is the greatest of all
            greatest = change;
            worst_ = k;
        }
        x_v_[2 * k] = whole_v_[k].real();
        x_v_[2 * k + 1] = whole_v_[k].imag();
    }
    return std::sqrt(greatest);
}

double FeederSolver::iterate() {
    if (renewal_due_) {
        renewal_due_ = false;
        chord_ = true;
        tangents_changed_ = true;
        renew_factors();
        bool const from_a_solution = steps_since_renewal_ == 0;
        steps_since_renewal_ = 0;
        solves_since_renewal_ = from_a_solution ? 0 : kSolvesBetweenRenewals;
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
    take_load_currents(load_rows_, load_phases_, circuit_.loads, x_v_.data(), r_a_.data(),
                       i_extra_a_.data());
    double const change_pu = solve_linear();
    adapt(change_pu);
    return change_pu;
}

/// Takes new tangents where the steps shrink too slowly.
void FeederSolver::adapt(double change_pu) {
    ++steps_since_renewal_;
    double const last_pu = std::exchange(last_change_pu_, change_pu);
    if (steps_since_renewal_ > 1 && last_pu > 0.0) {
        slowest_share_ = std::max(slowest_share_, change_pu / last_pu);
    }
    bool const slow = steps_since_renewal_ > 2 && change_pu > kSlow * last_pu &&
                      change_pu > circuit_.solution.tolerance_pu && std::isfinite(change_pu);
    if (!slow || whole_ || nominal_admittances_ || renewals_ >= kMostRenewals) {
        return;
    }
    renewal_due_ = true; // at the next step: this one's currents go with the tangents it had
}

void FeederSolver::finish() {
    refinement_left_pu_ = 0.0;
    ++solves_since_renewal_;
    renewal_wanted_ =
        chord_ && slowest_share_ > kSluggish && solves_since_renewal_ > kSolvesBetweenRenewals;
    if (whole_) {
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            u_v_[k] = {x_v_[2 * k], x_v_[2 * k + 1]};
        }
        if (refinement_due_) {
            refine();
        }
        return;
    }
    for (std::size_t p = 0; p < network_.kept_nodes(); ++p) {
        u_v_[network_.kept_node(p)] = {x_v_[2 * p], x_v_[2 * p + 1]};
    }
    recover(network_.recovery(), reinterpret_cast<double*>(u_v_.data()));
    if (refinement_due_) {
        refine();
    }
}

} // namespace gridtwin::grid
