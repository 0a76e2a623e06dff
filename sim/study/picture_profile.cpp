// Voltage over distance from the source, by phase.
#include "sim/study/picture_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gridtwin::study {
namespace {

using grid::ElementKind;

struct Axis {
    std::vector<double> at; ///< [bus]
    std::string unit;
    bool by_length = true;
    std::size_t unknown = 0; ///< lines of unknown length
};

Axis make_axis(BusGraph const& graph, grid::Circuit const& circuit) {
    Axis axis;
    std::size_t known = 0;
    for (auto const& line : circuit.lines) {
        known += line.length_m > 0.0 ? 1U : 0U;
        axis.unknown += line.length_m > 0.0 || line.is_switch ? 0U : 1U;
    }
    axis.by_length = known > 0;
    axis.at = source_distances(graph, axis.by_length);
    double farthest = 0.0;
    for (double const d : axis.at) {
        farthest = d < kFar ? std::max(farthest, d) : farthest;
    }
    axis.unit = !axis.by_length     ? "branches from the source"
                : farthest < 1000.0 ? "m from the source"
                                    : "km from the source";
    if (axis.by_length && farthest >= 1000.0) {
        for (double& d : axis.at) {
            d /= 1000.0;
        }
    }
    return axis;
}

// [phase][medium, low voltage]
using Strokes = std::array<std::array<StrokeSet, 2>, 4>;

} // namespace

void draw_profile(Svg& svg, Box const& box, Scene const& scene) {
    auto const& solver = scene.solver;
    auto const axis = make_axis(scene.graph, solver.circuit());
    auto const inner = plot::draw_card(svg, box, "Voltage over distance", "pu, by phase");
    auto const phase = fed_phases(solver, scene.graph);
    double lowest = kFar;
    double highest = 0.0;
    double farthest = 0.0;
    for (std::size_t node = 0; node < solver.node_count(); ++node) {
        double const at = axis.at[solver.nodes()[node].bus];
        if (scene.u_pu[node] > 0.0 && phase[node] != 0 && at < kFar) {
            lowest = std::min(lowest, scene.u_pu[node]);
            highest = std::max(highest, scene.u_pu[node]);
            farthest = std::max(farthest, at);
        }
    }
    if (!(highest > 0.0)) {
        plot::draw_note(svg, inner, "no node is energised");
        return;
    }
    // Limits that are far off would leave no room for the curves.
    double const near = 2.0 * std::max(highest - lowest, 0.01);
    lowest =
        lowest - scene.limits.v_min_pu < near ? std::min(lowest, scene.limits.v_min_pu) : lowest;
    highest =
        scene.limits.v_max_pu - highest < near ? std::max(highest, scene.limits.v_max_pu) : highest;
    constexpr double kFooter = 20.0;
    auto const margin = 0.04 * (highest - lowest);
    auto const plot = plot::place_plot({inner.x, inner.y, inner.w, inner.h - kFooter}, 0.0,
                                       farthest > 0.0 ? farthest * 1.02 : 1.0,
                                       plot::nice_scale(lowest - margin, highest + margin, 8));
    plot::draw_value_axis(svg, plot);
    auto const step = plot::nice_scale(0.0, plot.x_hi, 7).step;
    plot::draw_ticks(svg, plot, 0.0, step,
                     [&](double value) { return plot::tick_text(value, step); });
    for (double const limit : {scene.limits.v_min_pu, scene.limits.v_max_pu}) {
        if (limit >= plot.y.lo && limit <= plot.y.hi) {
            svg.line({plot.area.x, plot.y_px(limit)}, {plot.area.right(), plot.y_px(limit)},
                     "stroke=\"#c1272d\" stroke-width=\"1.2\" stroke-dasharray=\"6 4\"");
        }
    }
    auto const point = [&](std::size_t node) {
        return Point{plot.x_px(axis.at[solver.nodes()[node].bus]), plot.y_px(scene.u_pu[node])};
    };
    // Low voltage is dashed beside medium voltage, not where there is nothing else.
    bool const mixed =
        std::any_of(scene.graph.branches.begin(), scene.graph.branches.end(), [&](Branch const& b) {
            auto const ends = solver.terminals(b.element.kind, b.element.row);
            return b.element.kind == ElementKind::line && ends[0] >= 0 &&
                   solver.nodes()[static_cast<std::size_t>(ends[0])].base_v >= kLowVoltage_v;
        });
    Strokes strokes;
    std::array<bool, 4> used{};
    bool low_voltage = false;
    auto const join = [&](std::int32_t from, std::int32_t to) {
        if (from < 0 || to < 0) {
            return;
        }
        auto const a = static_cast<std::size_t>(from);
        auto const b = static_cast<std::size_t>(to);
        if (!(scene.u_pu[a] > 0.0) || !(scene.u_pu[b] > 0.0) || phase[b] == 0 ||
            phase[a] != phase[b] || !(axis.at[solver.nodes()[a].bus] < kFar) ||
            !(axis.at[solver.nodes()[b].bus] < kFar)) {
            return;
        }
        bool const low =
            mixed && std::min(solver.nodes()[a].base_v, solver.nodes()[b].base_v) < kLowVoltage_v;
        auto const p = static_cast<std::size_t>(phase[b]);
        strokes[p][low ? 1 : 0].add(point(a), point(b));
        used[p] = true;
        low_voltage = low_voltage || low;
    };
    for (auto const& branch : scene.graph.branches) {
        if (!branch.closed) {
            continue;
        }
        auto const ends = solver.terminals(branch.element.kind, branch.element.row);
        if (branch.element.kind != ElementKind::transformer) {
            for (std::size_t i = 0; i < ends.size() / 2; ++i) {
                join(ends[i], ends[ends.size() / 2 + i]);
            }
            continue;
        }
        // A transformer is a step from each phase to the nodes of that phase on the other side.
        auto const& t = solver.circuit().transformers[branch.element.row];
        auto const n = ends.size() / t.windings.size();
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t k = branch.terminal2 * n; k < (branch.terminal2 + 1) * n; ++k) {
                join(ends[i], ends[k]);
            }
        }
    }
    auto const width = scene.graph.branches.size() > 1500 ? 0.9 : 1.7;
    for (std::size_t p = 1; p < strokes.size(); ++p) {
        svg.strokes(strokes[p][1].strokes(),
                    fmt::format("stroke=\"{}\" stroke-width=\"{}\" stroke-opacity=\"0.55\" "
                                "stroke-dasharray=\"2.5 1.8\"",
                                kPhaseColours[p], 0.8 * width));
    }
    for (std::size_t p = 1; p < strokes.size(); ++p) {
        svg.strokes(strokes[p][0].strokes(),
                    fmt::format("stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\"",
                                kPhaseColours[p], width));
    }
    std::vector<plot::LegendEntry> legend;
    constexpr std::string_view kNames[] = {"", "phase 1", "phase 2", "phase 3"};
    for (std::size_t p = 1; p < used.size(); ++p) {
        if (used[p]) {
            legend.push_back({kNames[p], kPhaseColours[p]});
        }
    }
    plot::draw_legend(svg, {box.right() - 14.0, box.y + 21.0}, legend);
    std::string note = axis.unit;
    if (axis.by_length && axis.unknown > 0) {
        note += fmt::format("; {} of unknown length count as 0", axis.unknown);
    }
    if (low_voltage) {
        note += "; dashed: low voltage";
    }
    svg.text({plot.area.x + plot.area.w / 2.0, inner.bottom() - 2.0}, note,
             "text-anchor=\"middle\" fill=\"#5b6b77\"");
}

} // namespace gridtwin::study
