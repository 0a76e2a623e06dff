#pragma once
// Least squares with coefficients that cannot be negative: min |y - X a|^2, a >= 0.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::headend {

/// The normal equations of such a fit: they are all that it needs, whatever the number of rows.
struct NormalEquations {
    std::size_t columns = 0;
    std::vector<double> gram;   ///< [i * columns + j] x_i . x_j
    std::vector<double> moment; ///< [i] x_i . y
    double y_square = 0.0;      ///< y . y
};

/// @param columns [column][row], equally long as y
[[nodiscard]] NormalEquations normal_equations(std::vector<std::vector<double>> const& columns,
                                               std::span<double const> y);

struct Fit {
    std::vector<double> factor; ///< [column] >= 0
    double residual = 0.0;      ///< |y - X a|^2
};

/// By cyclic coordinate descent (Franc, Hlavac, Navara, "Sequential coordinate-wise algorithm for
/// the non-negative least squares problem", CAIP 2005), which comes to the one least value of a
/// convex problem from wherever it starts.
/// @param banned [column] 1: stays at zero; empty: none
/// @param start [column] to start from; empty: zeros
[[nodiscard]] Fit fit_non_negative(NormalEquations const& equations,
                                   std::span<std::uint8_t const> banned = {},
                                   std::span<double const> start = {});

} // namespace gridtwin::headend
