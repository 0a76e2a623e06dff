#include "sim/study/picture_symbols.hpp"

#include "sim/plot/card.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace gridtwin::study {

using plot::Box;
using plot::Point;
using plot::Svg;

namespace {

char const* text_of(Symbol symbol) {
    switch (symbol) {
    case Symbol::source:
        return "source";
    case Symbol::transformer:
    case Symbol::small_transformer:
        return "transformer";
    case Symbol::regulator:
        return "regulator";
    case Symbol::capacitor:
        return "capacitor";
    case Symbol::generation:
        return "generation";
    case Symbol::closed_switch:
        return "switch";
    default:
        return "open";
    }
}

} // namespace

void draw_symbol(Svg& svg, Symbol symbol, Point p, double angle, double scale,
                 std::string const& title) {
    constexpr std::string_view kInk = "stroke=\"#24323d\" stroke-width=\"1.3\"";
    auto const s = scale;
    switch (symbol) {
    case Symbol::source: {
        svg.circle(p, 8.5 * s, fmt::format("fill=\"#24323d\" stroke=\"#fff\" stroke-width=\"1.2\""),
                   title);
        std::array<Point, 9> wave;
        for (std::size_t k = 0; k < wave.size(); ++k) {
            double const t = static_cast<double>(k) / 4.0 - 1.0;
            wave[k] = {p.x + 5.0 * s * t, p.y - 3.2 * s * std::sin(3.14159265 * t)};
        }
        svg.polyline(wave, "stroke=\"#fff\" stroke-width=\"1.4\" stroke-linejoin=\"round\"");
        break;
    }
    case Symbol::transformer: {
        double const dx = 3.2 * s * std::cos(angle);
        double const dy = 3.2 * s * std::sin(angle);
        auto const style = fmt::format("fill=\"#fff\" fill-opacity=\"0.85\" {}", kInk);
        svg.circle({p.x - dx, p.y - dy}, 5.2 * s, style, title);
        svg.circle({p.x + dx, p.y + dy}, 5.2 * s, fmt::format("fill=\"none\" {}", kInk), title);
        break;
    }
    case Symbol::small_transformer:
        svg.circle(p, 2.0, "fill=\"#24323d\" fill-opacity=\"0.75\"", title);
        break;
    case Symbol::regulator: {
        svg.circle(p, 6.5 * s, fmt::format("fill=\"#fff7d6\" {}", kInk), title);
        Point const tip{p.x + 7.5 * s, p.y - 7.5 * s};
        svg.line({p.x - 7.0 * s, p.y + 7.0 * s}, tip, kInk);
        std::array<Point, 3> const head{
            {tip, {tip.x - 5.0 * s, tip.y + 1.6 * s}, {tip.x - 1.6 * s, tip.y + 5.0 * s}}};
        svg.polygon(head, "fill=\"#24323d\"");
        break;
    }
    case Symbol::capacitor: {
        svg.line(p, {p.x, p.y + 6.0 * s}, kInk);
        svg.rect({p.x - 6.0 * s, p.y + 6.0 * s, 12.0 * s, 2.0 * s}, "fill=\"#6a3d9a\"", title);
        svg.rect({p.x - 6.0 * s, p.y + 10.0 * s, 12.0 * s, 2.0 * s}, "fill=\"#6a3d9a\"", title);
        break;
    }
    case Symbol::generation:
        svg.circle(p, 6.0 * s, fmt::format("fill=\"#ffd54a\" {}", kInk), title);
        svg.text({p.x, p.y + 3.2 * s}, "G",
                 fmt::format("text-anchor=\"middle\" font-size=\"{}\" font-weight=\"bold\"",
                             plot::px(9.0 * s)));
        break;
    case Symbol::closed_switch:
        svg.rect({p.x - 3.2 * s, p.y - 3.2 * s, 6.4 * s, 6.4 * s},
                 "fill=\"#24323d\" stroke=\"#fff\" stroke-width=\"0.8\"", title);
        break;
    case Symbol::open_switch:
        svg.rect({p.x - 4.4 * s, p.y - 4.4 * s, 8.8 * s, 8.8 * s},
                 "fill=\"#fff\" stroke=\"#e3000f\" stroke-width=\"1.8\"", title);
        break;
    }
}

Point SymbolLegend::place(std::string const& text) {
    double const width = 24.0 + plot::text_px(text) + 12.0;
    if (at_.x + width > box_.right() && at_.x > box_.x) {
        at_ = {box_.x, at_.y + 19.0};
    }
    Point const p = at_;
    at_.x += width;
    svg_.text({p.x + 22.0, p.y + 2.0}, text, "fill=\"#3c4a55\"");
    return {p.x + 9.0, p.y - 2.0};
}

void SymbolLegend::add(Symbol symbol) {
    auto p = place(text_of(symbol));
    p.y -= symbol == Symbol::capacitor ? 6.0 : 0.0;
    draw_symbol(svg_, symbol, p, 0.0, 0.85, {});
}

void SymbolLegend::add_stroke(std::string const& text, std::string const& attributes) {
    auto const p = place(text);
    svg_.line({p.x - 8.0, p.y}, {p.x + 9.0, p.y}, attributes);
}

} // namespace gridtwin::study
