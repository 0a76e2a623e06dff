#include "sim/plot/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gridtwin::plot {
namespace {

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

Plot place_plot(Box const& box, double x_lo, double x_hi, Scale const& y) {
    constexpr double kLeftMargin = 46.0;
    constexpr double kBottomMargin = 20.0;
    return {
        {box.x + kLeftMargin, box.y + 4.0, box.w - kLeftMargin - 14.0, box.h - kBottomMargin - 4.0},
        x_lo,
        x_hi,
        y};
}

void draw_value_axis(Svg& svg, Plot const& plot) {
    auto const& y = plot.y;
    auto const rows = static_cast<int>(std::lround((y.hi - y.lo) / y.step));
    for (int i = 0; i <= rows; ++i) {
        auto const value = y.lo + i * y.step;
        auto const at = plot.y_px(value);
        svg.line({plot.area.x, at}, {plot.area.right(), at},
                 i == 0 ? "stroke=\"#8a97a1\"" : "stroke=\"#e3e8ec\"");
        svg.text({plot.area.x - 6.0, at + 3.6}, tick_text(value, y.step),
                 "text-anchor=\"end\" font-size=\"10\" fill=\"#5b6b77\"");
    }
}

void draw_ticks(Svg& svg, Plot const& plot, double first, double step,
                std::function<std::string(double)> const& text) {
    for (int i = 0; first + i * step <= plot.x_hi + 1e-9 * (plot.x_hi - plot.x_lo); ++i) {
        auto const value = first + i * step;
        auto const at = plot.x_px(value);
        svg.line({at, plot.area.y}, {at, plot.area.bottom()}, "stroke=\"#eef1f4\"");
        svg.line({at, plot.area.bottom()}, {at, plot.area.bottom() + 3.0}, "stroke=\"#8a97a1\"");
        svg.text({at, plot.area.bottom() + 14.0}, text(value),
                 "text-anchor=\"middle\" font-size=\"10\" fill=\"#5b6b77\"");
    }
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

} // namespace gridtwin::plot
