// FeederSolver: what products with inverses have lost, taken back.
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::grid {

/// Whether the last bit of some element's admittance is more than 10 mVA at its voltage: beside it
/// in the matrix the others lose that much. A source's zero-sequence impedance far above the other
/// loses as much again.
void FeederSolver::find_stiff_elements() {
    constexpr double kMost_va = 0.01;
    stiff_ = false;
    for (ElementKind const kind : kLinearKinds) {
        for (std::size_t row = 0; row < elements(kind).size() && !stiff_; ++row) {
            auto const ends = terminals(kind, row);
            auto const y_s = admittance_s(kind, row);
            double spread = 1.0;
            if (kind == ElementKind::source) {
                double greatest_ohm = 0.0;
                double greatest_s = 0.0;
                for (Complex const z : circuit_.sources[row].z_ohm) {
                    greatest_ohm = std::max(greatest_ohm, std::abs(z));
                }
                for (Complex const y : y_s) {
                    greatest_s = std::max(greatest_s, std::abs(y));
                }
                spread = std::max(1.0, greatest_ohm * greatest_s);
            }
            for (std::size_t k = 0; k < ends.size() && !stiff_; ++k) {
                if (ends[k] >= 0) {
                    double const base_v = nodes_[static_cast<std::size_t>(ends[k])].base_v;
                    double const last_s =
                        std::numeric_limits<double>::epsilon() * std::abs(y_s[k * ends.size() + k]);
                    stiff_ = last_s * spread * base_v * base_v > kMost_va;
                }
            }
        }
    }
}

/// Iterative refinement of the linear solution: what is left of Kirchhoff's law at each node,
/// solved with the same factors, and taken off, until a step changes no voltage by more than 1e-8
/// pu or is no smaller than the one before. Where a delta winding has nothing to ground but 1 ppm
/// of its rating, V = inverse(Y) I loses seven digits between its phases; beside an element of next
/// to no impedance, the matrix loses what is added to it. Source: Golub and Van Loan, Matrix
/// Computations, 3.5.3.
void FeederSolver::refine() {
    constexpr int kMostSteps = 20;
    constexpr double kEnough_pu = 1e-8;
    refinement_left_pu_ = std::numeric_limits<double>::infinity();
    for (int step = 0; step < kMostSteps && refinement_left_pu_ > kEnough_pu; ++step) {
        auto const change_v = refinement_step();
        double greatest = 0.0;
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            double const change2 = std::norm(change_v[k]) * inv_base2_[k];
            greatest = change2 <= greatest ? greatest : change2; // a NaN is the greatest of all
        }
        double const change_pu = std::sqrt(greatest);
        if (!(change_pu < refinement_left_pu_)) {
            return; // as far as it goes: what is left is the last step's
        }
        refinement_left_pu_ = change_pu;
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            u_v_[k] -= change_v[k];
            std::size_t const position = whole_ ? k : network_.position(k);
            if (position != NetworkFactor::kAbsent) {
                x_v_[2 * position] = u_v_[k].real();
                x_v_[2 * position + 1] = u_v_[k].imag();
            }
        }
    }
}

/// What the present voltages are too great by: [node]
std::vector<Complex> FeederSolver::refinement_step() {
    auto rest_a = kirchhoff_residuals_a(*this, ElementCurrents(*this));
    if (whole_) {
        whole_->solve(rest_a);
        return rest_a;
    }
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
    return all_v;
}

} // namespace gridtwin::grid
