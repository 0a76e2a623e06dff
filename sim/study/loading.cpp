// Loading of lines and transformers against their ratings.
#include "sim/study/summary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::study {
namespace {

using grid::Connection;
using grid::ElementKind;

// Rated current of a winding's line conductors, A; 0 unknown. normhkVA is winding 1's; the others
// are scaled alike.
double rated_current_a(grid::Transformer const& t, std::size_t winding) {
    auto const& w = t.windings[winding];
    double const coil_v = grid::coil_voltage_v(t, winding);
    double const first_va = t.windings[0].s_va;
    if (!(w.s_va > 0.0) || !(coil_v > 0.0) || !(first_va > 0.0)) {
        return 0.0;
    }
    double const scale = t.rating_stated ? t.rating_va / first_va : 1.0;
    double const coil_a = scale * w.s_va / t.phases / coil_v;
    return w.connection == Connection::delta && t.phases == 3 ? coil_a * std::numbers::sqrt3
                                                              : coil_a;
}

/// Worst first, then by name.
bool worse(BranchLoading const& a, BranchLoading const& b) {
    return a.frac() != b.frac() ? a.frac() > b.frac() : a.name < b.name;
}

/// Names are left out: most are not asked for.
BranchLoading line_loading(grid::FeederSolver const& solver, grid::ElementCurrents const& currents,
                           std::size_t row) {
    BranchLoading worst{{ElementKind::line, row}, {}, 0.0, solver.circuit().lines[row].rating_a};
    auto const i_a = currents.of(ElementKind::line, row);
    auto const conductors = i_a.size() / 2;
    double greatest_a2 = 0.0;
    for (std::size_t k = 0; k < i_a.size(); ++k) {
        if (std::norm(i_a[k]) > greatest_a2) {
            greatest_a2 = std::norm(i_a[k]);
            worst.terminal = k / conductors;
            worst.conductor = k % conductors;
        }
    }
    worst.i_a = std::sqrt(greatest_a2);
    return worst;
}

/// rating_a is 0 when it has none.
BranchLoading transformer_loading(grid::Transformer const& t, grid::ElementRef element,
                                  grid::ElementCurrents const& currents) {
    BranchLoading worst{element, {}};
    auto const i_a = currents.of(element.kind, element.row);
    auto const conductors = i_a.size() / t.windings.size();
    for (std::size_t w = 0; w < t.windings.size(); ++w) {
        double const rating_a = rated_current_a(t, w);
        // A single-phase coil's current is that of its first end; the rest are phases.
        for (int phase = 0; rating_a > 0.0 && phase < t.phases; ++phase) {
            double const here_a =
                std::sqrt(std::norm(i_a[w * conductors + static_cast<std::size_t>(phase)]));
            if (worst.rating_a == 0.0 || here_a / rating_a > worst.frac()) {
                worst.i_a = here_a;
                worst.rating_a = rating_a;
                worst.terminal = w;
                worst.conductor = static_cast<std::size_t>(phase);
            }
        }
    }
    return worst;
}

} // namespace

LoadingSummary summarise_loading(grid::FeederSolver const& solver,
                                 grid::ElementCurrents const& currents, Limits const& limits) {
    LoadingSummary out;
    auto const& circuit = solver.circuit();
    for (std::size_t row = 0; row < circuit.lines.size(); ++row) {
        auto const& line = circuit.lines[row];
        if (!(line.rating_a > 0.0)) {
            ++out.lines_unrated;
            continue;
        }
        out.lines_default_rated += line.rating_stated ? 0U : 1U;
        out.lines.push_back(line_loading(solver, currents, row));
        out.lines.back().name = line.name;
    }
    for (std::size_t row = 0; row < circuit.transformers.size(); ++row) {
        auto const& t = circuit.transformers[row];
        if (!t.enabled) {
            continue;
        }
        BranchLoading worst = transformer_loading(t, {ElementKind::transformer, row}, currents);
        if (worst.rating_a > 0.0) {
            worst.name = t.name;
            out.transformers.push_back(std::move(worst));
        } else {
            ++out.transformers_unrated;
        }
    }
    auto const overloaded = [&](std::vector<BranchLoading> const& rows) {
        return static_cast<std::size_t>(
            std::count_if(rows.begin(), rows.end(), [&](BranchLoading const& row) {
                return row.frac() > limits.loading_max_frac;
            }));
    };
    std::sort(out.lines.begin(), out.lines.end(), worse);
    std::sort(out.transformers.begin(), out.transformers.end(), worse);
    out.lines_overloaded = overloaded(out.lines);
    out.transformers_overloaded = overloaded(out.transformers);
    return out;
}

LoadingExtremes loading_extremes(grid::FeederSolver const& solver,
                                 grid::ElementCurrents const& currents, Limits const& limits) {
    LoadingExtremes out;
    auto const& circuit = solver.circuit();
    auto const keep = [&](BranchLoading const& next, std::string const& name, BranchLoading& worst,
                          std::size_t& overloaded) {
        overloaded += next.frac() > limits.loading_max_frac ? 1U : 0U;
        bool const first = worst.rating_a == 0.0;
        if (first || next.frac() > worst.frac() ||
            (next.frac() == worst.frac() && name < worst.name)) {
            worst = next;
            worst.name = name;
        }
    };
    for (std::size_t row = 0; row < circuit.lines.size(); ++row) {
        if (circuit.lines[row].rating_a > 0.0) {
            keep(line_loading(solver, currents, row), circuit.lines[row].name, out.line,
                 out.lines_overloaded);
        }
    }
    for (std::size_t row = 0; row < circuit.transformers.size(); ++row) {
        auto const& t = circuit.transformers[row];
        if (!t.enabled) {
            continue;
        }
        BranchLoading const next =
            transformer_loading(t, {ElementKind::transformer, row}, currents);
        if (next.rating_a > 0.0) {
            keep(next, t.name, out.transformer, out.transformers_overloaded);
        }
    }
    return out;
}

} // namespace gridtwin::study
