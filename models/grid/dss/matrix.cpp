#include "models/grid/dss/matrix.hpp"

#include <fmt/format.h>

#include <numbers>

namespace gridtwin::grid::dss {

std::optional<std::vector<double>> symmetric_matrix(std::vector<std::vector<double>> const& rows,
                                                    int size) {
    auto const n = static_cast<std::size_t>(size);
    bool fits = rows.size() == n;
    for (std::size_t i = 0; fits && i < n; ++i) {
        fits = rows[i].size() == i + 1 || rows[i].size() == n;
    }
    if (!fits) {
        return std::nullopt;
    }
    std::vector<double> out(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            out[i * n + j] = rows[i][j];
            out[j * n + i] = rows[i][j];
        }
    }
    return out;
}

std::optional<std::vector<double>> stated_matrix(Assignment const& stated, int n,
                                                 Element const& owner, Report* report) {
    auto const& rows = stated.rows();
    auto out = symmetric_matrix(rows, n);
    if (!out && report != nullptr) {
        report->error(
            stated.at,
            fmt::format("{} of {} has {} row{} of {} numbers", stated.property->name, owner.label(),
                        rows.size(), rows.size() == 1 ? "" : "s",
                        rows.empty() ? 0 : rows.back().size()),
            fmt::format("{0} x {0} for {0} phases at this point, or its lower triangle", n));
    }
    return out;
}

std::optional<Complex> stated_complex(Assignment const& stated, Element const& owner,
                                      Build& build) {
    if (stated.numbers().size() != 2) {
        build.report.error(stated.at,
                           fmt::format("{} of {} has {} numbers", stated.property->name,
                                       owner.label(), stated.numbers().size()),
                           "[resistance, reactance]");
        return std::nullopt;
    }
    return Complex(stated.numbers()[0], stated.numbers()[1]);
}

std::vector<Complex> phase_matrix(Complex z0, Complex z1, Complex z2) {
    Complex const a = std::polar(1.0, 2.0 * std::numbers::pi / 3.0);
    Complex const a2 = std::conj(a);
    Complex const self = (z0 + z1 + z2) / 3.0;
    Complex const after = (z0 + a * z1 + a2 * z2) / 3.0;  // phase b on a, c on b, a on c
    Complex const before = (z0 + a2 * z1 + a * z2) / 3.0; // phase c on a, a on b, b on c
    return {self, after, before, before, self, after, after, before, self};
}

} // namespace gridtwin::grid::dss
