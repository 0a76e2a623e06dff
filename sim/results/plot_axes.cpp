#include "sim/results/plot_axes.hpp"

#include "sim/results/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace gridtwin::results {
namespace {

constexpr double kLeftMargin = 46.0;
constexpr double kBottomMargin = 20.0;

std::string tick_text(double value, double step) {
    auto const digits = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 6);
    auto const text = fmt::format("{:.{}f}", value, digits);
    return text.find_first_not_of("-0.") == std::string::npos ? fmt::format("{:.{}f}", 0.0, digits)
                                                              : text;
}

double time_step_s(double span_s, double width_px) {
    static constexpr std::array<double, 19> kSteps_s{
        1,    5,     10,    30,    60,    300,       600,       900,       1800,      3600,
        7200, 10800, 14400, 21600, 43200, 1 * 86400, 2 * 86400, 5 * 86400, 10 * 86400};
    auto const most = std::max(2.0, width_px / 58.0);
    for (auto const step : kSteps_s) {
        if (span_s / step <= most) {
            return step;
        }
    }
    return std::ceil(span_s / most / 86400.0) * 86400.0;
}

std::string time_text(Picture const& picture, double t_s, double step_s) {
    if (!picture.clock) {
        return format_time(kStart + duration_from_s(t_s));
    }
    auto const civil = picture.clock->at(kStart + duration_from_s(t_s));
    if (step_s >= 86400.0) {
        return fmt::format("{:02}-{:02}", civil.month, civil.day);
    }
    auto const second = static_cast<int>(std::lround(civil.second_of_day));
    return step_s < 60.0
               ? fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
               : fmt::format("{:02}:{:02}", second / 3600, second / 60 % 60);
}

// Calls part(points) for each piece of the curve between gaps.
template <typename Part>
void each_part(Plot const& plot, std::span<double const> t_s, std::span<double const> values,
               CurveKind kind, Part const& part) {
    std::vector<Point> points;
    auto const finish = [&] {
        if (points.size() > 1) {
            part(std::span<Point const>(points));
        }
        points.clear();
    };
    bool const dense = static_cast<double>(t_s.size()) > 4.0 * plot.area.w;
    std::size_t i = 0;
    while (i < t_s.size()) {
        if (std::isnan(values[i])) {
            finish();
            ++i;
            continue;
        }
        auto const column = std::floor(plot.x_px(t_s[i]));
        std::size_t low = i;
        std::size_t high = i;
        std::size_t next = i + 1;
        while (dense && next < t_s.size() && !std::isnan(values[next]) &&
               std::floor(plot.x_px(t_s[next])) == column) {
            low = values[next] < values[low] ? next : low;
            high = values[next] > values[high] ? next : high;
            ++next;
        }
        for (auto const k : {std::min(low, high), std::max(low, high)}) {
            Point const p{plot.x_px(t_s[k]), plot.y_px(values[k])};
            if (kind == CurveKind::steps && !points.empty()) {
                points.push_back({p.x, points.back().y});
            }
            if (points.empty() || points.back().x != p.x || points.back().y != p.y) {
                points.push_back(p);
            }
            if (low == high) {
                break;
            }
        }
        i = next;
    }
    finish();
}

} // namespace

double round_below(double value) {
    auto const power = std::pow(10.0, std::floor(std::log10(value)));
    auto const lead = value / power;
    return power * (lead >= 5.0 ? 5.0 : lead >= 2.0 ? 2.0 : 1.0);
}

Scale nice_scale(double lo, double hi, int ticks) {
    if (!(hi > lo)) {
        auto const margin = std::max(std::abs(lo) * 0.01, 1e-3);
        lo -= margin;
        hi += margin;
    }
    auto const least = (hi - lo) / ticks;
    auto step = round_below(least);
    for (auto const factor : {2.0, 2.5, 5.0, 10.0}) {
        if (step < least * (1.0 - 1e-9)) {
            step = round_below(least) * factor;
        }
    }
    return {std::floor(lo / step + 1e-9) * step, std::ceil(hi / step - 1e-9) * step, step};
}

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

Plot draw_axes(Svg& svg, Box const& box, Picture const& picture, Scale const& y) {
    Plot plot{
        {box.x + kLeftMargin, box.y + 4.0, box.w - kLeftMargin - 14.0, box.h - kBottomMargin - 4.0},
        0.0,
        picture.end_s,
        y};
    for (auto const& o : picture.outages) {
        auto const left = plot.x_px(std::clamp(o.from_s, plot.x_lo, plot.x_hi));
        auto const right = plot.x_px(std::clamp(o.to_s, plot.x_lo, plot.x_hi));
        svg.rect({left, plot.area.y, std::max(right - left, 1.0), plot.area.h},
                 "fill=\"#d55e00\" fill-opacity=\"0.11\"");
    }
    auto const rows = static_cast<int>(std::lround((y.hi - y.lo) / y.step));
    for (int i = 0; i <= rows; ++i) {
        auto const value = y.lo + i * y.step;
        auto const at = plot.y_px(value);
        svg.line({plot.area.x, at}, {plot.area.right(), at},
                 i == 0 ? "stroke=\"#8a97a1\"" : "stroke=\"#e3e8ec\"");
        svg.text({plot.area.x - 6.0, at + 3.6}, tick_text(value, y.step),
                 "text-anchor=\"end\" font-size=\"10\" fill=\"#5b6b77\"");
    }
    auto const step_s = time_step_s(plot.x_hi, plot.area.w);
    for (int i = 0; i * step_s <= plot.x_hi * (1.0 + 1e-9); ++i) {
        auto const at = plot.x_px(i * step_s);
        svg.line({at, plot.area.y}, {at, plot.area.bottom()}, "stroke=\"#eef1f4\"");
        svg.line({at, plot.area.bottom()}, {at, plot.area.bottom() + 3.0}, "stroke=\"#8a97a1\"");
        svg.text({at, plot.area.bottom() + 14.0}, time_text(picture, i * step_s, step_s),
                 "text-anchor=\"middle\" font-size=\"10\" fill=\"#5b6b77\"");
    }
    return plot;
}

void draw_curve(Svg& svg, Plot const& plot, std::span<double const> t_s,
                std::span<double const> values, std::string_view colour, CurveKind kind,
                std::string_view more) {
    each_part(plot, t_s, values, kind, [&](std::span<Point const> points) {
        svg.polyline(points, fmt::format("stroke=\"{}\" stroke-width=\"1.6\" "
                                         "stroke-linejoin=\"round\" {}",
                                         colour, more));
    });
}

void draw_band(Svg& svg, Plot const& plot, std::span<double const> t_s, std::span<double const> low,
               std::span<double const> high, std::string_view colour) {
    std::vector<std::vector<Point>> parts;
    each_part(plot, t_s, high, CurveKind::straight, [&](std::span<Point const> points) {
        parts.emplace_back(points.begin(), points.end());
    });
    std::size_t part = 0;
    each_part(plot, t_s, low, CurveKind::straight, [&](std::span<Point const> points) {
        if (part < parts.size()) {
            parts[part].insert(parts[part].end(), points.rbegin(), points.rend());
            svg.polygon(parts[part++],
                        fmt::format("fill=\"{}\" fill-opacity=\"0.22\" stroke=\"none\"", colour));
        }
    });
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

} // namespace gridtwin::results
