#include "sim/study/ratings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numbers>

namespace gridtwin::study {
namespace {

using grid::Connection;
using std::numbers::sqrt3;

double misfit(double ratio) {
    return ratio > 0.0 ? std::abs(std::log(ratio)) : std::numeric_limits<double>::infinity();
}

bool is_phase(int node) {
    return node >= 1 && node <= 3;
}

struct Rated {
    SourcePos const& where;
    std::string element;
    grid::Terminal const& bus;
    int other_node; ///< of a single phase that ends at a terminal of its own; -1: by `bus`
    int phases;
    Connection connection;
    double v_v;
};

void hold(grid::Circuit const& circuit, Rated const& r, std::vector<RatingMisfit>& out) {
    auto const info = circuit.buses.find(r.bus.bus);
    if (info == circuit.buses.end() || !(info->second.v_ln_v > 0.0) || r.bus.nodes.empty()) {
        return;
    }
    double const base_v = info->second.v_ln_v;
    int const to = r.other_node >= 0 ? r.other_node : r.bus.nodes.size() > 1 ? r.bus.nodes[1] : 0;
    bool const across = is_phase(r.bus.nodes[0]) && is_phase(to);
    RatingMisfit row{r.where, r.element, r.bus.bus, r.v_v, 0.0};
    auto const try_factors = [&](std::initializer_list<double> factors) {
        for (double const factor : factors) {
            double const v = factor * base_v;
            if (row.expected_v == 0.0 || misfit(r.v_v / v) < misfit(row.ratio())) {
                row.expected_v = v;
            }
        }
    };
    if (r.phases == 1 && !across) {
        try_factors({1.0});
    } else if (r.phases == 1 || (r.phases == 2 && r.connection == Connection::delta)) {
        try_factors({sqrt3, 2.0}); // 2: the legs of a centre tap
    } else {
        try_factors({sqrt3});
    }
    if (!(std::abs(row.ratio() - 1.0) <= kMostRatingMisfit_frac)) {
        out.push_back(std::move(row));
    }
}

} // namespace

std::vector<RatingMisfit> rating_misfits(grid::Circuit const& circuit) {
    std::vector<RatingMisfit> out;
    for (auto const& e : circuit.loads) {
        hold(circuit, {e.where, "load." + e.name, e.bus, -1, e.phases, e.connection, e.v_v}, out);
    }
    for (auto const& e : circuit.generators) {
        hold(circuit, {e.where, "generator." + e.name, e.bus, -1, e.phases, e.connection, e.v_v},
             out);
    }
    for (auto const& e : circuit.capacitors) {
        if (!e.b_s.empty()) {
            continue; // no rated voltage is behind a matrix
        }
        bool const wye = e.connection == Connection::wye;
        bool const series = wye && e.bus2.bus != e.bus1.bus &&
                            std::any_of(e.bus2.nodes.begin(), e.bus2.nodes.end(),
                                        [](int node) { return node != 0; });
        if (!series) { // in series its voltage is that of its current
            int const other = wye && !e.bus2.nodes.empty() ? e.bus2.nodes[0] : -1;
            hold(circuit,
                 {e.where, "capacitor." + e.name, e.bus1, other, e.phases, e.connection, e.v_v},
                 out);
        }
    }
    for (auto const& t : circuit.transformers) {
        for (std::size_t w = 0; t.enabled && w < t.windings.size(); ++w) {
            auto const& winding = t.windings[w];
            hold(circuit,
                 {t.where, fmt::format("transformer.{} winding {}", t.name, w + 1), winding.bus, -1,
                  t.phases, winding.connection, winding.v_v},
                 out);
        }
    }
    std::stable_sort(out.begin(), out.end(), [](RatingMisfit const& a, RatingMisfit const& b) {
        return misfit(a.ratio()) > misfit(b.ratio());
    });
    return out;
}

LoadsOutside loads_outside(grid::FeederSolver const& solver,
                           grid::ElementCurrents const& currents) {
    LoadsOutside out;
    auto const& loads = solver.circuit().loads;
    for (std::size_t row = 0; row < loads.size(); ++row) {
        if (!solver.load_energised(row)) {
            continue;
        }
        ++out.loads;
        double const u_pu = solver.load_u_pu(row);
        bool const below = u_pu < loads[row].vmin_pu;
        bool const above = u_pu > loads[row].vmax_pu;
        if (below || above) {
            ++(below ? out.below : out.above);
            out.stated_w += loads[row].p_w;
            out.drawn_w += currents.absorbed(grid::ElementKind::load, row).real();
        }
    }
    return out;
}

} // namespace gridtwin::study
