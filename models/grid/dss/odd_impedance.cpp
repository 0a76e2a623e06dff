#include "models/grid/dss/odd_impedance.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::dss {
namespace {

constexpr double kRounding = 1e-3; // of the greatest entry

bool is_symmetric(std::vector<std::vector<double>> const& rows) {
    double greatest = 0.0;
    double apart = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            greatest = std::max(greatest, std::abs(rows[i][j]));
            if (j < rows.size() && i < rows[j].size()) {
                apart = std::max(apart, std::abs(rows[i][j] - rows[j][i]));
            }
        }
    }
    return apart <= kRounding * greatest;
}

/// Cholesky's factorisation of the Hermitian part, moved up by what rounding may have taken from
/// it.
bool gives_power(std::vector<Complex> const& z_ohm, std::size_t n) {
    std::vector<Complex> h(n * n);
    double greatest = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            h[i * n + j] = 0.5 * (z_ohm[i * n + j] + std::conj(z_ohm[j * n + i]));
            greatest = std::max(greatest, std::abs(h[i * n + j]));
        }
    }
    if (greatest == 0.0) {
        return false;
    }
    for (std::size_t k = 0; k < n; ++k) {
        double pivot = h[k * n + k].real() + kRounding * greatest;
        for (std::size_t m = 0; m < k; ++m) {
            pivot -= std::norm(h[k * n + m]);
        }
        if (!(pivot > 0.0)) {
            return true;
        }
        h[k * n + k] = std::sqrt(pivot);
        for (std::size_t i = k + 1; i < n; ++i) {
            for (std::size_t m = 0; m < k; ++m) {
                h[i * n + k] -= h[i * n + m] * std::conj(h[k * n + m]);
            }
            h[i * n + k] /= h[k * n + k];
        }
    }
    return false;
}

} // namespace

void note_asymmetric_matrices(Element const& element, Build& build) {
    for (auto const& stated : element.assignments) {
        if (stated.property->kind == Kind::matrix && !is_symmetric(stated.rows())) {
            add_note(build.circuit.notes,
                     fmt::format("{} of a {} is not symmetric: of each pair of entries the one in "
                                 "the lower half is taken",
                                 stated.property->name, lower(element.spec->name)),
                     build.report.position(stated.at));
        }
    }
}

void note_generating(Line const& line, Build& build) {
    if (gives_power(line.z_ohm, static_cast<std::size_t>(line.phases))) {
        add_note(build.circuit.notes,
                 "the resistance of a line is not positive semidefinite: for some currents the "
                 "line generates power",
                 line.where);
    }
}

} // namespace gridtwin::grid::dss
