#pragma once
// Matrices as elements state them: rows or lower triangles, and symmetrical components.
#include "models/grid/dss/build.hpp"

#include <optional>

namespace gridtwin::grid::dss {

/// Rows or lower triangle of a symmetric matrix, [n][n]; a later entry overrides its mirror image.
/// Nothing when the rows do not fit.
[[nodiscard]] std::optional<std::vector<double>>
symmetric_matrix(std::vector<std::vector<double>> const& rows, int n);
/// The same, reporting when the rows do not fit.
[[nodiscard]] std::optional<std::vector<double>>
stated_matrix(Assignment const& stated, int n, Element const& owner, Report* report);

/// The [resistance, reactance] of a two-number property; nothing after reporting another count.
[[nodiscard]] std::optional<Complex> stated_complex(Assignment const& stated, Element const& owner,
                                                    Build& build);

/// Phase matrix [3][3] of symmetrical components in the order zero, positive, negative: A diag(z)
/// A^-1 (Fortescue). Symmetric only when z1 equals z2.
[[nodiscard]] std::vector<Complex> phase_matrix(Complex z0, Complex z1, Complex z2);

} // namespace gridtwin::grid::dss
