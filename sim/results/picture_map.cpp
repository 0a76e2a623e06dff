#include "sim/results/plot_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace gridtwin::results {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Places {
    std::vector<double> x_m;
    std::vector<double> y_m;

    [[nodiscard]] std::size_t size() const { return std::min(x_m.size(), y_m.size()); }
};

Places read_places(Reader const& reader, std::string const& table) {
    if (!reader.has(table + "/x_m") || !reader.has(table + "/y_m")) {
        return {};
    }
    return {reader.read_numbers(table + "/x_m"), reader.read_numbers(table + "/y_m")};
}

// From metres, north up, to pixels.
struct Projection {
    double x0_m = 0.0;
    double y0_m = 0.0;
    double px_per_m = 1.0;
    Point origin;

    [[nodiscard]] Point operator()(Places const& places, std::size_t i) const {
        return {origin.x + (places.x_m[i] - x0_m) * px_per_m,
                origin.y - (places.y_m[i] - y0_m) * px_per_m};
    }
};

Projection fit(Box const& box, std::span<Places const* const> all) {
    auto x_lo = std::numeric_limits<double>::infinity();
    auto y_lo = x_lo;
    auto x_hi = -x_lo;
    auto y_hi = -x_lo;
    for (auto const* places : all) {
        for (std::size_t i = 0; i < places->size(); ++i) {
            if (std::isfinite(places->x_m[i]) && std::isfinite(places->y_m[i])) {
                x_lo = std::min(x_lo, places->x_m[i]);
                x_hi = std::max(x_hi, places->x_m[i]);
                y_lo = std::min(y_lo, places->y_m[i]);
                y_hi = std::max(y_hi, places->y_m[i]);
            }
        }
    }
    auto const wide_m = std::max(x_hi - x_lo, 1.0);
    auto const high_m = std::max(y_hi - y_lo, 1.0);
    Projection p{x_lo, y_lo, std::min(box.w / wide_m, box.h / high_m), {}};
    p.origin = {box.x + (box.w - (x_hi - x_lo) * p.px_per_m) / 2.0,
                box.bottom() - (box.h - (y_hi - y_lo) * p.px_per_m) / 2.0};
    return p;
}

struct Class {
    double from; ///< least value
    std::string_view text;
    std::string_view colour;
};
constexpr std::array<Class, 5> kMinutes{{{-1.0, "none", "#7fa8c9"},
                                         {1e-9, "< 15 min", "#fdc863"},
                                         {15.0, "15–60 min", "#f48c3f"},
                                         {60.0, "1–3 h", "#d9422b"},
                                         {180.0, "≥ 3 h", "#7f0d1f"}}};
constexpr std::array<Class, 4> kVoltages{{{-1.0, "< 0.90 pu", "#7f0d1f"},
                                          {0.90, "0.90–0.95", "#f48c3f"},
                                          {0.95, "0.95–1.05", "#7fa8c9"},
                                          {1.05, "> 1.05", "#8e5ba6"}}};

// What the meters' colours say.
struct Colouring {
    std::string_view heading;
    std::span<Class const> classes;
    std::vector<double> values; ///< of each meter; NaN has no class
};

std::size_t class_of(std::span<Class const> classes, double value) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        found = value >= classes[i].from ? i : found;
    }
    return found;
}

std::vector<double> lowest_voltages(Reader const& reader, std::size_t meters) {
    std::vector<double> low(meters, kNan);
    constexpr std::uint64_t kRows = 64;
    auto const steps = reader.rows("/series/meters/u_pu");
    for (std::uint64_t first = 0; first < steps; first += kRows) {
        auto const u_pu = reader.read_series("meters", "u_pu", first, kRows);
        auto const width = u_pu.size() / std::min(kRows, steps - first);
        for (std::size_t i = 0; i < u_pu.size(); ++i) {
            constexpr float kDeadPu = 0.05F;
            if (i % width < meters && u_pu[i] > kDeadPu) {
                low[i % width] = std::fmin(low[i % width], u_pu[i]);
            }
        }
    }
    return low;
}

Colouring choose_colouring(Picture const& picture, std::size_t meters) {
    auto minutes = minutes_without_supply(picture.events, meters, picture.end_s);
    bool const outage =
        std::any_of(minutes.begin(), minutes.end(), [](double m) { return m > 0.0; });
    if (!outage && picture.reader.has("/series/meters/u_pu")) {
        return {"Lowest voltage", kVoltages, lowest_voltages(picture.reader, meters)};
    }
    return {"Time without supply", kMinutes, std::move(minutes)};
}

std::vector<bool> sms_meters(Reader const& reader, std::size_t meters) {
    std::vector<bool> sms(meters, false);
    if (!reader.has("/entities/meters/channel")) {
        return sms;
    }
    auto const column = reader.read_column("/entities/meters/channel");
    std::visit(
        [&](auto const& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            for (std::size_t i = 0; i < std::min(meters, values.size()); ++i) {
                if constexpr (std::is_same_v<T, std::string>) {
                    sms[i] = values[i] == name(Channel::sms);
                } else {
                    sms[i] = static_cast<int>(values[i]) == static_cast<int>(Channel::sms);
                }
            }
        },
        column.values);
    return sms;
}

void draw_streets(Svg& svg, Reader const& reader, Places const& nodes, Projection const& at) {
    if (nodes.size() == 0 || !reader.has("/entities/lv_nodes/network") ||
        !reader.has("/entities/lv_nodes/parent")) {
        return;
    }
    auto const network = reader.read_integers("/entities/lv_nodes/network");
    auto const parent = reader.read_integers("/entities/lv_nodes/parent");
    std::vector<std::pair<Point, Point>> strokes;
    std::set<std::array<long, 4>> seen; // strokes that fall on the same pixels are drawn once
    std::size_t first = 0;              // row of the network's node 0
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        first = i == 0 || network[i] != network[i - 1] ? i : first;
        auto const up = parent[i];
        if (up < 0 || first + static_cast<std::size_t>(up) >= i) {
            continue;
        }
        auto const a = at(nodes, first + static_cast<std::size_t>(up));
        auto const b = at(nodes, i);
        if (seen.insert({std::lround(2.0 * a.x), std::lround(2.0 * a.y), std::lround(2.0 * b.x),
                         std::lround(2.0 * b.y)})
                .second) {
            strokes.emplace_back(a, b);
        }
    }
    svg.strokes(strokes, "stroke=\"#c3ccd3\" stroke-width=\"1\"");
}

void draw_lines(Svg& svg, Picture const& picture, Places const& buses, Projection const& at) {
    auto const& reader = picture.reader;
    if (buses.size() == 0 || !reader.has("/entities/lines/bus1") ||
        !reader.has("/entities/lines/bus2")) {
        return;
    }
    auto const bus1 = reader.read_integers("/entities/lines/bus1");
    auto const bus2 = reader.read_integers("/entities/lines/bus2");
    auto is_switch = std::vector<std::int64_t>(bus1.size(), 0);
    if (reader.has("/entities/lines/is_switch")) {
        is_switch = reader.read_integers("/entities/lines/is_switch");
    }
    std::set<std::uint32_t> operated;
    for (auto const& e : picture.events) {
        if (e.kind == EventKind::switch_opened && e.entity == EventEntity::line) {
            operated.insert(e.row);
        }
    }
    std::vector<std::pair<Point, Point>> strokes;
    std::vector<std::pair<Point, bool>> marks;
    auto const n = static_cast<std::int64_t>(buses.size());
    for (std::size_t i = 0; i < bus1.size(); ++i) {
        if (bus1[i] < 0 || bus1[i] >= n || bus2[i] < 0 || bus2[i] >= n) {
            continue;
        }
        auto const a = at(buses, static_cast<std::size_t>(bus1[i]));
        auto const b = at(buses, static_cast<std::size_t>(bus2[i]));
        strokes.emplace_back(a, b);
        bool const was_operated = operated.contains(static_cast<std::uint32_t>(i));
        if (is_switch[i] != 0 || was_operated) {
            marks.emplace_back(Point{(a.x + b.x) / 2.0, (a.y + b.y) / 2.0}, was_operated);
        }
    }
    svg.strokes(strokes, "stroke=\"#3d5468\" stroke-width=\"2.6\" stroke-linecap=\"round\"");
    for (auto const& [p, was_operated] : marks) {
        svg.rect({p.x - 5.0, p.y - 5.0, 10.0, 10.0},
                 fmt::format("fill=\"{}\" stroke=\"#24323d\" stroke-width=\"1.5\"",
                             was_operated ? "#d55e00" : "#fff"));
    }
}

void draw_meters(Svg& svg, Reader const& reader, Places const& meters, Projection const& at,
                 Colouring const& colouring) {
    // Where several fall on one spot, the last class is seen: it is drawn last.
    auto const sms = sms_meters(reader, meters.size());
    auto const r = std::clamp(8.0 * at.px_per_m, 1.2, 3.4);
    std::vector<std::map<std::pair<long, long>, std::size_t>> spots(colouring.classes.size());
    for (std::size_t i = 0; i < meters.size(); ++i) {
        auto const p = at(meters, i);
        if (std::isfinite(p.x) && std::isfinite(p.y) && !std::isnan(colouring.values[i])) {
            spots[class_of(colouring.classes, colouring.values[i])].try_emplace(
                {std::lround(2.0 * p.x), std::lround(2.0 * p.y)}, i);
        }
    }
    for (std::size_t c = 0; c < spots.size(); ++c) {
        svg.open_group(fmt::format("fill=\"{}\" stroke=\"#fff\" stroke-width=\"0.6\"",
                                   colouring.classes[c].colour));
        for (auto const& [spot, i] : spots[c]) {
            auto const p = at(meters, i);
            if (sms[i]) {
                std::array<Point, 4> const diamond{{{p.x, p.y - 1.5 * r},
                                                    {p.x + 1.5 * r, p.y},
                                                    {p.x, p.y + 1.5 * r},
                                                    {p.x - 1.5 * r, p.y}}};
                svg.polygon(diamond, "");
            } else {
                svg.circle(p, r, "");
            }
        }
        svg.close_group();
    }
}

void draw_triangle(Svg& svg, Point p) {
    std::array<Point, 3> const corners{
        {{p.x, p.y - 7.0}, {p.x + 6.5, p.y + 5.0}, {p.x - 6.5, p.y + 5.0}}};
    svg.polygon(corners, "fill=\"#009e73\" stroke=\"#fff\" stroke-width=\"1.2\"");
}

void draw_buses(Svg& svg, Reader const& reader, Places const& buses, Projection const& at) {
    constexpr std::size_t kMostNames = 60;
    constexpr double kFont = 11.0;
    for (std::size_t i = 0; i < buses.size(); ++i) {
        svg.circle(at(buses, i), buses.size() > 500 ? 1.5 : 3.4,
                   "fill=\"#24323d\" stroke=\"#fff\" stroke-width=\"1\"");
    }
    if (buses.size() > kMostNames || !reader.has("/entities/buses/name")) {
        return;
    }
    auto const names = reader.read_strings("/entities/buses/name");
    LabelPlaces places; // around the buses themselves, and around names
    for (std::size_t i = 0; i < buses.size(); ++i) {
        auto const p = at(buses, i);
        places.take({p.x - 3.0, p.y - 3.0, 6.0, 6.0});
        places.keep_clear_of(p);
    }
    for (std::size_t i = 0; i < std::min(names.size(), buses.size()); ++i) {
        auto const p = at(buses, i);
        auto const w = text_px(names[i], kFont) * 1.12 + 3.0; // bold
        if (auto const at_px = places.find(p, w, 12.0)) {
            svg.label(*at_px, names[i], "font-weight=\"bold\"");
        }
    }
}

void draw_map_legend(Svg& svg, Box const& box, Colouring const& colouring, bool meters,
                     bool concentrators) {
    auto x = box.x;
    auto y = box.y + 10.0;
    auto const entry = [&](std::string_view text, auto const& symbol) {
        auto const width = 18.0 + text_px(text) + 12.0;
        if (x + width > box.right()) {
            x = box.x;
            y += 17.0;
        }
        symbol(Point{x + 6.0, y - 4.0});
        svg.text({x + 16.0, y}, text, "fill=\"#3c4a55\"");
        x += width;
    };
    if (meters) {
        svg.text({x, y}, colouring.heading, "font-weight=\"bold\"");
        x += text_px(colouring.heading) * 1.15 + 12.0;
        for (auto const& c : colouring.classes) {
            entry(c.text,
                  [&](Point p) { svg.circle(p, 4.5, fmt::format("fill=\"{}\"", c.colour)); });
        }
        x = box.x;
        y += 18.0;
        entry("meter", [&](Point p) { svg.circle(p, 4.0, "fill=\"#7fa8c9\""); });
        entry("meter by SMS", [&](Point p) {
            std::array<Point, 4> const diamond{
                {{p.x, p.y - 5.0}, {p.x + 5.0, p.y}, {p.x, p.y + 5.0}, {p.x - 5.0, p.y}}};
            svg.polygon(diamond, "fill=\"#7fa8c9\"");
        });
    }
    if (concentrators) {
        entry("concentrator", [&](Point p) { draw_triangle(svg, p); });
    }
    auto const square = [&svg](Point p, std::string_view fill) {
        svg.rect({p.x - 4.5, p.y - 4.5, 9.0, 9.0},
                 fmt::format("fill=\"{}\" stroke=\"#24323d\" stroke-width=\"1.3\"", fill));
    };
    entry("switch", [&](Point p) { square(p, "#fff"); });
    entry("opened in the run", [&](Point p) { square(p, "#d55e00"); });
}

} // namespace

std::vector<double> minutes_without_supply(std::vector<EventRecord> const& events,
                                           std::size_t meters, double end_s) {
    std::vector<double> minutes(meters, 0.0);
    std::vector<double> since_s(meters, kNan);
    for (auto const& e : events) {
        if (e.entity != EventEntity::meter || e.row >= meters) {
            continue;
        }
        if (e.kind == EventKind::power_lost && std::isnan(since_s[e.row])) {
            since_s[e.row] = to_s(e.at);
        } else if (e.kind == EventKind::power_restored && !std::isnan(since_s[e.row])) {
            minutes[e.row] += (to_s(e.at) - since_s[e.row]) / 60.0;
            since_s[e.row] = kNan;
        }
    }
    for (std::size_t m = 0; m < meters; ++m) {
        minutes[m] += std::isnan(since_s[m]) ? 0.0 : std::max(0.0, end_s - since_s[m]) / 60.0;
    }
    return minutes;
}

void draw_map(Svg& svg, Box const& box, Picture const& picture) {
    auto const inner = draw_card(svg, box, "The town");
    auto const buses = read_places(picture.reader, "/entities/buses");
    auto const nodes = read_places(picture.reader, "/entities/lv_nodes");
    auto const meters = read_places(picture.reader, "/entities/meters");
    auto const concentrators = read_places(picture.reader, "/entities/concentrators");
    if (buses.size() + nodes.size() + meters.size() == 0) {
        draw_note(svg, inner, "not recorded: positions under /entities");
        return;
    }
    constexpr double kLegend = 48.0;
    constexpr double kMargin = 22.0;
    Box const area{inner.x + kMargin, inner.y + kMargin, inner.w - 2.0 * kMargin,
                   inner.h - kLegend - 2.0 * kMargin};
    std::array<Places const*, 4> const all{&buses, &nodes, &meters, &concentrators};
    auto const at = fit(area, all);
    auto const colouring = choose_colouring(picture, meters.size());
    draw_streets(svg, picture.reader, nodes, at);
    draw_meters(svg, picture.reader, meters, at, colouring);
    draw_lines(svg, picture, buses, at);
    draw_buses(svg, picture.reader, buses, at);
    for (std::size_t i = 0; i < concentrators.size(); ++i) {
        draw_triangle(svg, at(concentrators, i));
    }
    draw_map_legend(svg, {inner.x + 4.0, inner.bottom() - kLegend + 12.0, inner.w - 8.0, kLegend},
                    colouring, meters.size() > 0, concentrators.size() > 0);
    draw_scale_bar(svg, {inner.right() - 8.0, inner.y + inner.h - kLegend - 8.0}, at.px_per_m);
}

} // namespace gridtwin::results
