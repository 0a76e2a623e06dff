// FeederSolver: what products with inverses have lost, taken back.
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::grid {

/// Whether the last bit of some line's admittance is more than 10 mVA at its voltage: beside it in
/// the matrix the others lose that much.
void FeederSolver::find_stiff_lines() {
    constexpr double kMost_va = 0.01;
    stiff_ = false;
    for (std::size_t row = 0; row < circuit_.lines.size() && !stiff_; ++row) {
        auto const node = terminals(ElementKind::line, row)[0];
        double const base_v = node < 0 ? 0.0 : nodes_[static_cast<std::size_t>(node)].base_v;
        double const last_s = std::numeric_limits<double>::epsilon() *
                              std::abs(admittance_s(ElementKind::line, row)[0]);
        stiff_ = last_s * base_v * base_v > kMost_va;
    }
}

/// Iterative refinement of the linear solution: what is left of Kirchhoff's law at each node,
/// solved with the same factors, and taken off. Where a delta winding has nothing to ground but 1
/// ppm of its rating, V = inverse(Y) I loses seven digits between its phases; beside a line of next
/// to no impedance, the matrix loses what is added to it. Source: Golub and Van Loan, Matrix
/// Computations, 3.5.3.
void FeederSolver::refine() {
    constexpr int kMostSteps = 3;
    constexpr double kEnough_pu = 1e-13;
    for (int step = 0; step < kMostSteps; ++step) {
        if (refine_once() < kEnough_pu) {
            return;
        }
    }
}

/// @return greatest change of a voltage, pu
double FeederSolver::refine_once() {
    auto rest_a = kirchhoff_residuals_a(*this, ElementCurrents(*this));
    network_.bring_to_kept(rest_a);
    std::size_t const kept = network_.kept_nodes();
    std::vector<double> change_v(x_v_.size(), 0.0);
    for (std::size_t p = 0; p < kept; ++p) {
        Complex const i_a = rest_a[network_.kept_node(p)];
        r_a_[2 * p] = i_a.real();
        r_a_[2 * p + 1] = i_a.imag();
    }
    static_cast<void>(
        substitute(network_.substitution(), kept_inv_base2_.data(), r_a_.data(), change_v.data()));
    std::vector<Complex> all_v(nodes_.size());
    for (std::size_t p = 0; p < kept; ++p) {
        all_v[network_.kept_node(p)] = {change_v[2 * p], change_v[2 * p + 1]};
    }
    network_.bring_from_kept(rest_a, all_v);
    double greatest = 0.0;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        u_v_[k] -= all_v[k];
        greatest = std::max(greatest, std::norm(all_v[k]) * inv_base2_[k]);
    }
    for (std::size_t k = 0; k < 2 * kept; ++k) {
        x_v_[k] -= change_v[k];
    }
    return std::sqrt(greatest);
}

} // namespace gridtwin::grid
