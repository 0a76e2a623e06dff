#include "models/headend/losses/non_negative_fit.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gridtwin::headend {

namespace {

double dot(std::span<double const> a, std::span<double const> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Changes of the target smaller than this share of |y|^2 in a whole sweep end the descent.
constexpr double kConverged = 1e-12;
constexpr int kMostSweeps = 10'000;

} // namespace

NormalEquations normal_equations(std::vector<std::vector<double>> const& columns,
                                 std::span<double const> y) {
    NormalEquations out;
    out.columns = columns.size();
    out.gram.resize(out.columns * out.columns);
    out.moment.resize(out.columns);
    for (std::size_t i = 0; i < out.columns; ++i) {
        if (columns[i].size() != y.size()) {
            throw SimulationError("a column of a fit is not as long as what it shall explain");
        }
        for (std::size_t j = i; j < out.columns; ++j) {
            out.gram[i * out.columns + j] = out.gram[j * out.columns + i] =
                dot(columns[i], columns[j]);
        }
        out.moment[i] = dot(columns[i], y);
    }
    out.y_square = dot(y, y);
    return out;
}

Fit fit_non_negative(NormalEquations const& equations, std::span<std::uint8_t const> banned,
                     std::span<double const> start) {
    std::size_t const n = equations.columns;
    Fit fit{.factor = std::vector<double>(n, 0.0)};
    if (!start.empty()) {
        fit.factor.assign(start.begin(), start.end());
    }
    std::vector<double> slope(n); // of half the target: G a - m
    for (std::size_t i = 0; i < n; ++i) {
        if (!banned.empty() && banned[i] != 0) {
            fit.factor[i] = 0.0;
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        slope[i] = dot({equations.gram.data() + i * n, n}, fit.factor) - equations.moment[i];
    }
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
        double gained = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            double const own = equations.gram[i * n + i];
            if (own <= 0.0 || (!banned.empty() && banned[i] != 0)) {
                continue; // a column of zeros explains nothing
            }
            double const wanted = std::max(0.0, fit.factor[i] - slope[i] / own);
            double const step = wanted - fit.factor[i];
            if (step == 0.0) {
                continue;
            }
            fit.factor[i] = wanted;
            gained += step * step * own;
            double const* row = equations.gram.data() + i * n;
            for (std::size_t j = 0; j < n; ++j) {
                slope[j] += step * row[j];
            }
        }
        if (gained <= kConverged * equations.y_square) {
            break;
        }
    }
    // |y - Xa|^2 = y.y - a.m + a.(Ga - m)
    fit.residual = std::max(0.0, equations.y_square - dot(fit.factor, equations.moment) +
                                     dot(fit.factor, slope));
    return fit;
}

} // namespace gridtwin::headend
