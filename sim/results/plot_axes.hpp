#pragma once
// Axes, grids and curves over time. Private to this folder.
#include "sim/results/picture_panels.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace gridtwin::results {

/// Round numbers between which `lo` and `hi` lie.
struct Scale {
    double lo = 0.0;
    double hi = 1.0;
    double step = 1.0; ///< between ticks
};
[[nodiscard]] Scale nice_scale(double lo, double hi, int ticks);
/// The largest of 1, 2, 5 times a power of ten that is not above `value` > 0.
[[nodiscard]] double round_below(double value);

struct Plot {
    Box area;
    double x_lo = 0.0;
    double x_hi = 1.0;
    Scale y;

    [[nodiscard]] double x_px(double t_s) const {
        return area.x + (t_s - x_lo) / (x_hi - x_lo) * area.w;
    }
    [[nodiscard]] double y_px(double value) const {
        return area.bottom() - (value - y.lo) / (y.hi - y.lo) * area.h;
    }
};

/// Grid, shaded outages, ticks with civil times below and values at the left.
[[nodiscard]] Plot draw_axes(Svg& svg, Box const& box, Picture const& picture, Scale const& y);

enum class CurveKind { straight, steps };

/// NaN interrupts the curve. Where samples are denser than pixels, each column keeps its extremes.
void draw_curve(Svg& svg, Plot const& plot, std::span<double const> t_s,
                std::span<double const> values, std::string_view colour,
                CurveKind kind = CurveKind::straight, std::string_view more = {});
/// The area between two curves.
void draw_band(Svg& svg, Plot const& plot, std::span<double const> t_s, std::span<double const> low,
               std::span<double const> high, std::string_view colour);

struct LegendEntry {
    std::string_view text;
    std::string_view colour;
    bool band = false;
};
/// In one line that ends at `right`.
void draw_legend(Svg& svg, Point right, std::span<LegendEntry const> entries);

/// Width of a text of the picture's usual size, px; an estimate.
[[nodiscard]] double text_px(std::string_view text, double font_px = 11.0);

} // namespace gridtwin::results
