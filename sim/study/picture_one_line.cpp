// The one-line: where things stand, coloured by voltage.
#include "sim/study/picture_parts.hpp"
#include "sim/study/picture_projection.hpp"
#include "sim/study/picture_symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace gridtwin::study {
namespace {

using grid::ElementKind;

constexpr std::string_view kDead = "#aab4bc";
constexpr std::string_view kOverload = "#e3000f";
constexpr std::size_t kMostNames = 150;
constexpr std::size_t kMostTitles = 400; // more would make the file large

class OneLine {
  public:
    OneLine(Svg& svg, Box const& box, Scene const& scene)
        : svg_(svg), scene_(scene),
          places_(place_buses(scene.solver, scene.graph, scene.study.circuit.buses)),
          at_(box, places_),
          colours_(scene.limits, scene.voltage.lowest.u_pu, scene.voltage.highest.u_pu),
          taken_({box.x - 24.0, box.y - 18.0, box.w + 48.0, box.h + 36.0}) {
        find_worst();
        find_overloads();
        large_ = scene.graph.branches.size() > 1500;
    }

    void draw_branches();
    void draw_symbols();
    void draw_names();
    [[nodiscard]] VoltageColours const& colours() const { return colours_; }
    [[nodiscard]] std::set<Symbol> const& used() const { return used_; }
    [[nodiscard]] BusPlaces const& places() const { return places_; }
    [[nodiscard]] bool any_dead() const { return any_dead_; }
    [[nodiscard]] bool any_overload() const { return any_overload_; }

  private:
    void find_worst();
    void find_overloads();
    [[nodiscard]] Point at(std::uint32_t bus) const { return at_(places_.at[bus]); }
    [[nodiscard]] bool placed(Branch const& b) const {
        return places_.kind[b.bus1] != PlaceKind::none && places_.kind[b.bus2] != PlaceKind::none;
    }
    // Of its two ends the one that is farther from nominal; 0 when dead.
    [[nodiscard]] double branch_voltage(Branch const& b) const {
        double const u1 = worst_[b.bus1];
        double const u2 = worst_[b.bus2];
        if (std::isnan(u1) || std::isnan(u2)) { // what is not measured takes the other end's
            return std::isnan(u1) ? u2 : u1;
        }
        if (!(u1 > 0.0) || !(u2 > 0.0)) {
            return 0.0;
        }
        return std::abs(u1 - 1.0) > std::abs(u2 - 1.0) ? u1 : u2;
    }
    [[nodiscard]] int weight(Branch const& b) const;
    [[nodiscard]] double width(int weight) const {
        constexpr double kWidths[] = {1.2, 1.9, 3.0}; // low voltage, one or two phases, three
        return kWidths[weight] * (large_ ? 0.62 : 1.0);
    }
    [[nodiscard]] std::string title(Branch const& b) const;
    void mark(Symbol symbol, Point p, double angle, std::string const& title);

    Svg& svg_;
    Scene const& scene_;
    BusPlaces places_;
    Projection at_;
    VoltageColours colours_;
    std::vector<double> worst_; // [bus] pu of the worst phase; 0 dead
    std::set<std::pair<ElementKind, std::size_t>> overloaded_;
    std::set<Symbol> used_;
    bool large_ = false;
    bool any_dead_ = false;
    bool any_overload_ = false;
    plot::LabelPlaces taken_; // up to the card's edge
};

void OneLine::find_worst() {
    worst_.assign(scene_.graph.buses(), 0.0);
    auto const nodes = scene_.solver.nodes();
    for (std::size_t node = 0; node < nodes.size(); ++node) {
        double& worst = worst_[nodes[node].bus];
        double const u_pu = scene_.u_pu[node];
        bool const first = worst == 0.0 || std::isnan(worst);
        if (std::isnan(u_pu) && first) {
            worst = u_pu;
        } else if (u_pu > 0.0 && (first || std::abs(u_pu - 1.0) > std::abs(worst - 1.0))) {
            worst = u_pu;
        }
    }
}

void OneLine::find_overloads() {
    auto const& loading = scene_.loading;
    for (auto const* rows : {&loading.lines, &loading.transformers}) {
        for (auto const& row : *rows) {
            if (row.frac() > scene_.limits.loading_max_frac) {
                overloaded_.insert({row.element.kind, row.element.row});
            }
        }
    }
}

int OneLine::weight(Branch const& b) const {
    auto const ends = scene_.solver.terminals(b.element.kind, b.element.row);
    std::size_t phases = 0;
    bool low = false;
    for (auto const end : ends) {
        if (end >= 0) {
            auto const& node = scene_.solver.nodes()[static_cast<std::size_t>(end)];
            phases += node.bus == b.bus2 && node.phase <= 3 ? 1U : 0U;
            low = low || node.base_v < kLowVoltage_v;
        }
    }
    // In a network that is low voltage altogether, three phases are drawn as such.
    return low && large_ ? 0 : phases >= 3 ? 2 : low ? 0 : 1;
}

std::string OneLine::title(Branch const& b) const {
    auto const& c = scene_.solver.circuit();
    auto const kind = b.element.kind;
    auto const row = b.element.row;
    auto text = kind == ElementKind::line          ? "line " + c.lines[row].name
                : kind == ElementKind::transformer ? "transformer " + c.transformers[row].name
                                                   : "reactor " + c.reactors[row].name;
    auto const u_pu = branch_voltage(b);
    text += u_pu > 0.0         ? fmt::format(", {:.4f} pu", u_pu)
            : std::isnan(u_pu) ? ", not measured"
                               : ", dead";
    auto const& loading = scene_.loading;
    auto const& rows = kind == ElementKind::line ? loading.lines : loading.transformers;
    auto const found = std::find_if(rows.begin(), rows.end(),
                                    [&](BranchLoading const& l) { return l.element == b.element; });
    return found == rows.end() ? text
                               : text + fmt::format(", {:.0f} % loaded", 100.0 * found->frac());
}

void OneLine::draw_branches() {
    std::map<std::pair<int, int>, StrokeSet> live; // weight, level
    StrokeSet dead;
    StrokeSet open;
    StrokeSet overload;
    for (auto const& b : scene_.graph.branches) {
        if (!placed(b)) {
            continue;
        }
        auto const u_pu = branch_voltage(b);
        bool const unknown = std::isnan(u_pu); // drawn as if all were well
        bool const is_dead = !unknown && !(u_pu > 0.0);
        auto& set = !b.closed ? open
                    : is_dead ? dead
                              : live[{weight(b), colours_.level(unknown ? 1.0 : u_pu)}];
        set.add(at(b.bus1), at(b.bus2));
        any_dead_ = any_dead_ || (b.closed && is_dead);
        if (b.closed && overloaded_.contains({b.element.kind, b.element.row})) {
            overload.add(at(b.bus1), at(b.bus2));
            any_overload_ = true;
        }
    }
    svg_.strokes(overload.strokes(),
                 fmt::format("stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\" "
                             "stroke-opacity=\"0.55\"",
                             kOverload, large_ ? 6.0 : 11.0));
    svg_.strokes(dead.strokes(),
                 fmt::format("stroke=\"{}\" stroke-width=\"1.6\" stroke-dasharray=\"4 3\"", kDead));
    svg_.strokes(open.strokes(), "stroke=\"#5b6b77\" stroke-width=\"1\" stroke-dasharray=\"2 3\"");
    for (auto const& [key, set] : live) {
        svg_.strokes(set.strokes(),
                     fmt::format("stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\"",
                                 colours_.colour(key.second), width(key.first)));
    }
    if (scene_.graph.branches.size() > kMostTitles) {
        return;
    }
    svg_.open_group("stroke=\"#000\" stroke-opacity=\"0\" stroke-width=\"9\""); // to be pointed at
    for (auto const& b : scene_.graph.branches) {
        if (placed(b)) {
            svg_.titled_line(at(b.bus1), at(b.bus2), title(b));
        }
    }
    svg_.close_group();
}

void OneLine::mark(Symbol symbol, Point p, double angle, std::string const& title) {
    draw_symbol(svg_, symbol, p, angle, large_ ? 0.62 : 1.0, title);
    used_.insert(symbol);
    // A source's own name alone stands right beside it.
    double const reach = symbol == Symbol::source ? 13.0 : 7.0;
    taken_.take({p.x - reach, p.y - 7.0, 2.0 * reach, 14.0});
}

void OneLine::draw_symbols() {
    auto const& c = scene_.solver.circuit();
    std::vector<std::uint8_t> regulated(c.transformers.size(), 0);
    for (auto const& r : c.regulators) {
        regulated[r.transformer] = 1;
    }
    // Buses as dots, where there are few enough to tell apart.
    if (scene_.graph.buses() <= 250) {
        auto const r = 2.6;
        for (std::uint32_t bus = 0; bus < scene_.graph.buses(); ++bus) {
            if (places_.kind[bus] != PlaceKind::none) {
                svg_.circle(at(bus), r,
                            fmt::format("fill=\"{}\" stroke=\"#fff\" stroke-width=\"0.6\"",
                                        worst_[bus] > 0.0
                                            ? colours_.colour(colours_.level(worst_[bus]))
                                            : std::string(kDead)));
                auto const p = at(bus);
                taken_.take({p.x - 2.5, p.y - 2.5, 5.0, 5.0});
            }
        }
    }
    std::size_t transformers = 0;
    for (auto const& b : scene_.graph.branches) {
        transformers += b.element.kind == ElementKind::transformer ? 1U : 0U;
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> drawn; // units of a bank stand for one
    for (auto const& b : scene_.graph.branches) {
        if (!placed(b)) {
            continue;
        }
        auto const p = at(b.bus1);
        auto const q = at(b.bus2);
        Point const middle{(p.x + q.x) / 2.0, (p.y + q.y) / 2.0};
        double const angle = std::atan2(q.y - p.y, q.x - p.x);
        auto const row = b.element.row;
        if (b.element.kind == ElementKind::transformer) {
            if (!drawn.insert({b.bus1, b.bus2}).second) {
                continue;
            }
            bool const regulator = regulated[row] != 0;
            if (overloaded_.contains({b.element.kind, row})) {
                svg_.circle(middle, large_ ? 6.0 : 13.0,
                            fmt::format("fill=\"{}\" fill-opacity=\"0.45\"", kOverload));
            }
            if (regulator || transformers <= 60) {
                mark(regulator ? Symbol::regulator : Symbol::transformer, middle, angle,
                     c.transformers[row].name);
            } else {
                svg_.circle(middle, 1.1, "fill=\"#24323d\" fill-opacity=\"0.75\"");
                used_.insert(Symbol::small_transformer);
            }
        } else if (b.element.kind == ElementKind::line) {
            if (!b.closed) {
                mark(Symbol::open_switch, middle, angle, c.lines[row].name + ", open");
            } else if (c.lines[row].is_switch && !large_) {
                mark(Symbol::closed_switch, middle, angle, c.lines[row].name + ", closed");
            }
        }
    }
    std::map<std::string_view, std::uint32_t> rows;
    for (std::uint32_t bus = 0; bus < scene_.graph.buses(); ++bus) {
        rows.emplace(scene_.solver.bus_names()[bus], bus);
    }
    std::set<std::pair<Symbol, std::uint32_t>> at_bus;
    auto const mark_bus = [&](Symbol symbol, std::string const& bus, std::string const& title) {
        auto const found = rows.find(bus);
        if (found != rows.end() && places_.kind[found->second] != PlaceKind::none &&
            at_bus.insert({symbol, found->second}).second) {
            mark(symbol, at(found->second), 0.0, title);
        }
    };
    for (auto const& k : c.capacitors) {
        mark_bus(Symbol::capacitor, k.bus1.bus, k.name);
    }
    for (auto const& g : c.generators) {
        mark_bus(Symbol::generation, g.bus.bus, g.name);
    }
    for (auto const& g : c.pv_systems) {
        mark_bus(Symbol::generation, g.bus.bus, g.name);
    }
    for (auto const& g : c.storages) {
        mark_bus(Symbol::generation, g.bus.bus, g.name);
    }
    for (auto const& s : c.sources) {
        mark_bus(Symbol::source, s.bus1.bus, s.name);
    }
}

void OneLine::draw_names() {
    auto const& s = scene_.voltage;
    auto const names = scene_.solver.bus_names();
    std::set<std::uint32_t> named;
    auto const name = [&](std::uint32_t bus, std::string const& text, bool bold) {
        if (places_.kind[bus] == PlaceKind::none || !named.insert(bus).second) {
            return;
        }
        double const font_px = bold ? 11.0 : 9.5;
        auto const w = plot::text_px(text, font_px) * (bold ? 1.12 : 1.0) + 3.0;
        if (auto const place = taken_.find(at(bus), w, font_px + 1.0, true)) {
            svg_.label(*place, text,
                       fmt::format("font-size=\"{}\"{}", font_px,
                                   bold ? " font-weight=\"bold\"" : " fill=\"#3c4a55\""));
        }
    };
    auto const row_of = [&](std::string const& bus) {
        return static_cast<std::uint32_t>(std::lower_bound(names.begin(), names.end(), bus) -
                                          names.begin());
    };
    if (s.nodes > 0) {
        for (auto const* extreme : {&s.lowest, &s.highest}) {
            auto const bus = row_of(extreme->bus);
            if (places_.kind[bus] == PlaceKind::none) {
                continue;
            }
            svg_.circle(at(bus), large_ ? 6.0 : 7.5,
                        "fill=\"none\" stroke=\"#24323d\" stroke-width=\"1.4\"");
            name(bus,
                 s.lowest.bus == s.highest.bus
                     ? fmt::format("{} {:.4f} to {:.4f}", names[bus], s.lowest.u_pu, s.highest.u_pu)
                     : fmt::format("{} {:.4f}", names[bus], extreme->u_pu),
                 true);
        }
    }
    for (auto const& source : scene_.solver.circuit().sources) {
        name(row_of(source.bus1.bus), source.bus1.bus, true);
    }
    if (scene_.graph.buses() <= kMostNames) {
        for (std::uint32_t bus = 0; bus < scene_.graph.buses(); ++bus) {
            name(bus, names[bus], false);
        }
    }
}

} // namespace

void draw_one_line(Svg& svg, Box const& box, Scene const& scene) {
    auto const inner =
        plot::draw_card(svg, box, "One-line", "coloured by the worst phase's voltage");
    constexpr double kLegend = 62.0;
    constexpr double kMargin = 26.0;
    OneLine drawing(svg,
                    {inner.x + kMargin, inner.y + kMargin * 0.7, inner.w - 2.0 * kMargin,
                     inner.h - kLegend - 1.7 * kMargin},
                    scene);
    drawing.draw_branches();
    drawing.draw_symbols();
    drawing.draw_names();
    double const y = inner.bottom() - kLegend + 14.0;
    drawing.colours().draw_bar(svg, {inner.x + 8.0, y, 250.0, 10.0}, scene.limits);
    // What occurs in this drawing, and how it was laid out.
    SymbolLegend legend(svg, {inner.x + 310.0, y + 8.0, inner.w - 316.0, 36.0});
    for (auto const symbol : drawing.used()) {
        legend.add(symbol);
    }
    if (drawing.any_overload()) {
        legend.add_stroke("overloaded", fmt::format("stroke=\"{}\" stroke-width=\"7\" "
                                                    "stroke-opacity=\"0.55\"",
                                                    kOverload));
    }
    if (drawing.any_dead()) {
        legend.add_stroke("dead", fmt::format("stroke=\"{}\" stroke-width=\"2\" "
                                              "stroke-dasharray=\"4 3\"",
                                              kDead));
    }
    auto const& kinds = drawing.places().kind;
    auto const beside = std::count(kinds.begin(), kinds.end(), PlaceKind::beside_neighbour);
    auto const lost = std::count(kinds.begin(), kinds.end(), PlaceKind::none);
    std::string note;
    if (drawing.places().tree) {
        note = "no coordinates in the file: drawn as a tree from the source";
    } else if (beside > 0) {
        note = fmt::format("{} of {} buses without coordinates stand beside a neighbour", beside,
                           kinds.size());
    }
    if (lost > 0) {
        note += fmt::format("{}{} without place are not drawn", note.empty() ? "" : "; ", lost);
    }
    svg.text({inner.x + 8.0, inner.bottom() - 4.0}, note, "font-size=\"10\" fill=\"#5b6b77\"");
}

} // namespace gridtwin::study
