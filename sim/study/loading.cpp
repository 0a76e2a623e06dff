// Loading of lines and transformers against their ratings.
#include "sim/study/summary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::study {
namespace {

using grid::Connection;
using grid::ElementKind;

// Rated current of a winding's line conductors, A; 0 unknown.
double rated_current_a(grid::Transformer const& t, std::size_t winding) {
    auto const& w = t.windings[winding];
    double const coil_v = grid::coil_voltage_v(t, winding);
    if (!(w.s_va > 0.0) || !(coil_v > 0.0)) {
        return 0.0;
    }
    double const coil_a = w.s_va / t.phases / coil_v;
    return w.connection == Connection::delta && t.phases == 3 ? coil_a * std::numbers::sqrt3
                                                              : coil_a;
}

void sort_worst_first(std::vector<BranchLoading>& rows) {
    std::sort(rows.begin(), rows.end(), [](BranchLoading const& a, BranchLoading const& b) {
        return a.frac() != b.frac() ? a.frac() > b.frac() : a.name < b.name;
    });
}

std::size_t count_overloaded(std::vector<BranchLoading> const& rows, Limits const& limits) {
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](BranchLoading const& row) {
            return row.frac() > limits.loading_max_frac;
        }));
}

} // namespace

LoadingSummary summarise_loading(grid::FeederSolver const& solver, Limits const& limits) {
    LoadingSummary out;
    auto const& circuit = solver.circuit();
    std::vector<Complex> i_a;
    for (std::size_t row = 0; row < circuit.lines.size(); ++row) {
        auto const& line = circuit.lines[row];
        if (!(line.rating_a > 0.0)) {
            ++out.lines_unrated;
            continue;
        }
        out.lines_default_rated += line.rating_a == kDefaultRating_a ? 1U : 0U;
        i_a.resize(solver.terminals(ElementKind::line, row).size());
        solver.terminal_currents(ElementKind::line, row, i_a);
        BranchLoading worst{{ElementKind::line, row}, line.name, 0.0, line.rating_a};
        auto const conductors = i_a.size() / 2;
        for (std::size_t k = 0; k < i_a.size(); ++k) {
            if (std::abs(i_a[k]) > worst.i_a) {
                worst.i_a = std::abs(i_a[k]);
                worst.terminal = k / conductors;
                worst.conductor = k % conductors;
            }
        }
        out.lines.push_back(std::move(worst));
    }
    for (std::size_t row = 0; row < circuit.transformers.size(); ++row) {
        auto const& t = circuit.transformers[row];
        if (!t.enabled) {
            continue;
        }
        i_a.resize(solver.terminals(ElementKind::transformer, row).size());
        solver.terminal_currents(ElementKind::transformer, row, i_a);
        BranchLoading worst{{ElementKind::transformer, row}, t.name};
        bool rated = false;
        auto const conductors = i_a.size() / t.windings.size();
        for (std::size_t w = 0; w < t.windings.size(); ++w) {
            double const rating_a = rated_current_a(t, w);
            rated = rated || rating_a > 0.0;
            // A single-phase coil's current is that of its first end; the rest are phases.
            for (int phase = 0; rating_a > 0.0 && phase < t.phases; ++phase) {
                auto const k = w * conductors + static_cast<std::size_t>(phase);
                if (worst.rating_a == 0.0 || std::abs(i_a[k]) / rating_a > worst.frac()) {
                    worst.i_a = std::abs(i_a[k]);
                    worst.rating_a = rating_a;
                    worst.terminal = w;
                    worst.conductor = static_cast<std::size_t>(phase);
                }
            }
        }
        if (rated) {
            out.transformers.push_back(std::move(worst));
        } else {
            ++out.transformers_unrated;
        }
    }
    sort_worst_first(out.lines);
    sort_worst_first(out.transformers);
    out.lines_overloaded = count_overloaded(out.lines, limits);
    out.transformers_overloaded = count_overloaded(out.transformers, limits);
    return out;
}

} // namespace gridtwin::study
