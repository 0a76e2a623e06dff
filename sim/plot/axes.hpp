#pragma once
// Axes, grids and curves.
#include "sim/plot/svg.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::plot {

/// Round numbers between which `lo` and `hi` lie.
struct Scale {
    double lo = 0.0;
    double hi = 1.0;
    double step = 1.0; ///< between ticks
};
[[nodiscard]] Scale nice_scale(double lo, double hi, int ticks);
/// The largest of 1, 2, 5 times a power of ten that is not above `value` > 0.
[[nodiscard]] double round_below(double value);
/// A tick's value with the decimals that its step needs.
[[nodiscard]] std::string tick_text(double value, double step);
/// A round span of time between ticks, s.
[[nodiscard]] double time_step_s(double span_s, double width_px);

struct Plot {
    Box area;
    double x_lo = 0.0;
    double x_hi = 1.0;
    Scale y;

    [[nodiscard]] double x_px(double x) const {
        return area.x + (x - x_lo) / (x_hi - x_lo) * area.w;
    }
    [[nodiscard]] double y_px(double value) const {
        return area.bottom() - (value - y.lo) / (y.hi - y.lo) * area.h;
    }
};

/// The area inside a box that leaves place for ticks at the left and below.
[[nodiscard]] Plot place_plot(Box const& box, double x_lo, double x_hi, Scale const& y);
/// Horizontal lines with their values at the left.
void draw_value_axis(Svg& svg, Plot const& plot);
/// Vertical lines with their texts below, from `first` on.
void draw_ticks(Svg& svg, Plot const& plot, double first, double step,
                std::function<std::string(double)> const& text);

enum class CurveKind { straight, steps };

/// NaN interrupts the curve. Where samples are denser than pixels, each column keeps its extremes.
void draw_curve(Svg& svg, Plot const& plot, std::span<double const> t_s,
                std::span<double const> values, std::string_view colour,
                CurveKind kind = CurveKind::straight, std::string_view more = {});
/// The area between two curves.
void draw_band(Svg& svg, Plot const& plot, std::span<double const> t_s, std::span<double const> low,
               std::span<double const> high, std::string_view colour);

} // namespace gridtwin::plot
