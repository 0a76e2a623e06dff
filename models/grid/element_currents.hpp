#pragma once
// The currents of all elements of a solution, worked out once for whoever asks for several results.
#include "models/grid/feeder_solver.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace gridtwin::grid {

class ElementCurrents {
  public:
    /// The solver must hold a solution, and outlive this.
    explicit ElementCurrents(FeederSolver const& solver);

    /// Currents into the element at its terminals, A, in the order of FeederSolver::terminals.
    [[nodiscard]] std::span<Complex const> of(ElementKind kind, std::size_t row) const {
        return std::span(i_a_).subspan(solver_->first_terminal(kind, row),
                                       solver_->terminals(kind, row).size());
    }
    /// Power into the element, summed over its terminals, W + j var.
    [[nodiscard]] Complex absorbed(ElementKind kind, std::size_t row) const;

  private:
    FeederSolver const* solver_;
    std::vector<Complex> i_a_; // [terminal]
};

/// Sum of the currents that leave a node, A: [node]. Boundary currents and shunts are among them.
/// Zero at dead nodes.
[[nodiscard]] std::vector<Complex> kirchhoff_residuals_a(FeederSolver const& solver,
                                                         ElementCurrents const& currents);

/// |Sum of the currents that leave a node|, divided by the current that 1 MVA draws at the node's
/// base, pu: [node].
[[nodiscard]] std::vector<double> kirchhoff_residuals_pu(FeederSolver const& solver,
                                                         ElementCurrents const& currents);

/// The greatest of them.
[[nodiscard]] double kirchhoff_residual_pu(FeederSolver const& solver);

/// What a unit in the last place of every product of admittance and voltage at a node may add to
/// its residual, pu: [node].
[[nodiscard]] std::vector<double> kirchhoff_roundings_pu(FeederSolver const& solver,
                                                         ElementCurrents const& currents);

/// What a unit in the last place of every product of admittance and voltage may add to a balance of
/// the feeder's powers, W: it cannot tell less from zero.
[[nodiscard]] double rounding_w(FeederSolver const& solver);

} // namespace gridtwin::grid
