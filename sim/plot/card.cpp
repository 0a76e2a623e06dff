#include "sim/plot/card.hpp"

#include "sim/plot/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::plot {
namespace {

bool meet(Box const& a, Box const& b) {
    return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

} // namespace

double text_px(std::string_view text, double font_px) {
    // DejaVu Sans, roughly; a viewer's own font is seldom wider.
    double em = 0.0;
    for (auto const c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) {
            continue; // the rest of a code point
        }
        em += std::string_view("ijl.,:;'|! ").find(c) != std::string_view::npos ? 0.31
              : std::string_view("frt-()I/").find(c) != std::string_view::npos  ? 0.40
              : std::string_view("mwMW%").find(c) != std::string_view::npos     ? 0.92
                                                                                : 0.61;
    }
    return em * font_px;
}

Box draw_card(Svg& svg, Box const& box, std::string_view heading, std::string_view unit) {
    svg.rect(box, "rx=\"6\" fill=\"#fff\" stroke=\"#dbe2e7\"");
    svg.text({box.x + 12.0, box.y + 21.0}, heading, "font-size=\"13\" font-weight=\"bold\"");
    if (!unit.empty()) {
        svg.text({box.x + 12.0 + text_px(heading, 13.0) * 1.17 + 6.0, box.y + 21.0}, unit,
                 "fill=\"#5b6b77\"");
    }
    return {box.x + 8.0, box.y + 32.0, box.w - 16.0, box.h - 38.0};
}

void draw_note(Svg& svg, Box const& box, std::string_view text) {
    svg.text({box.x + box.w / 2.0, box.y + box.h / 2.0}, text,
             "text-anchor=\"middle\" font-style=\"italic\" fill=\"#8a97a1\"");
}

void draw_legend(Svg& svg, Point right, std::span<LegendEntry const> entries) {
    auto x = right.x;
    for (auto e = entries.rbegin(); e != entries.rend(); ++e) {
        x -= text_px(e->text);
        svg.text({x, right.y}, e->text, "fill=\"#3c4a55\"");
        x -= 22.0;
        if (e->band) {
            svg.rect({x, right.y - 8.0, 16.0, 8.0},
                     fmt::format("fill=\"{}\" fill-opacity=\"0.25\"", e->colour));
        } else {
            svg.line({x, right.y - 4.0}, {x + 16.0, right.y - 4.0},
                     fmt::format("stroke=\"{}\" stroke-width=\"2.4\"", e->colour));
        }
        x -= 14.0;
    }
}

void draw_scale_bar(Svg& svg, Point right, double px_per_m) {
    auto const length_m = round_below(110.0 / px_per_m);
    auto const length_px = length_m * px_per_m;
    svg.rect({right.x - length_px, right.y - 4.0, length_px / 2.0, 4.0},
             "fill=\"#24323d\" stroke=\"#24323d\" stroke-width=\"0.8\"");
    svg.rect({right.x - length_px / 2.0, right.y - 4.0, length_px / 2.0, 4.0},
             "fill=\"#fff\" stroke=\"#24323d\" stroke-width=\"0.8\"");
    svg.label({right.x - length_px / 2.0, right.y - 9.0},
              length_m >= 1000.0 ? fmt::format("{:g} km", length_m / 1000.0)
                                 : fmt::format("{:g} m", length_m),
              "text-anchor=\"middle\"");
}

bool LabelPlaces::is_free(Point p, Box const& box) const {
    bool const inside = box.x >= bounds_.x && box.right() <= bounds_.right() &&
                        box.y >= bounds_.y && box.bottom() <= bounds_.bottom();
    auto const from_middle = [&box](Point q) {
        return std::hypot(q.x - box.x - box.w / 2.0, q.y - box.y - box.h / 2.0);
    };
    return inside &&
           std::none_of(taken_.begin(), taken_.end(),
                        [&](Box const& other) { return meet(box, other); }) &&
           std::none_of(named_.begin(), named_.end(),
                        [&](Point q) { return from_middle(q) < from_middle(p); });
}

std::optional<Point> LabelPlaces::take_first_free(Point p, std::span<Box const> places) {
    auto const box = std::find_if(places.begin(), places.end(),
                                  [&](Box const& place) { return is_free(p, place); });
    if (box == places.end()) {
        return std::nullopt;
    }
    taken_.push_back(*box);
    return Point{box->x, box->bottom() - 2.0};
}

std::optional<Point> LabelPlaces::find(Point p, double width, double height, bool far) {
    std::vector<Box> places;
    double const centred = p.x - width / 2.0;
    for (double const gap : {0.0, 7.0}) {
        // Beside, as by a symbol; above; below.
        double const rows[] = {-0.5 * height, -height - 4.0 - 0.3 * gap, 5.0 + 0.3 * gap};
        for (double const dy : std::span(rows).subspan(gap > 0.0 ? 0 : 1)) {
            for (double const x : {p.x + 6.0 + gap, p.x - 6.0 - gap - width}) {
                places.push_back({x, p.y + dy, width, height});
            }
        }
        if (gap == 0.0 && !named_.empty()) {
            places.push_back({centred, p.y - height - 4.0, width, height});
            places.push_back({centred, p.y + 5.0, width, height});
            places.push_back({p.x + 6.0, p.y - height / 2.0, width, height});
            places.push_back({p.x - 6.0 - width, p.y - height / 2.0, width, height});
        }
        if (!far) {
            break;
        }
    }
    return take_first_free(p, places);
}

} // namespace gridtwin::plot
