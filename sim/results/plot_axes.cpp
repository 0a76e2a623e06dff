#include "sim/results/plot_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::results {
namespace {

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

} // namespace

Plot draw_axes(Svg& svg, Box const& box, Picture const& picture, Scale const& y) {
    auto const plot = place_plot(box, 0.0, picture.end_s, y);
    for (auto const& o : picture.outages) {
        auto const left = plot.x_px(std::clamp(o.from_s, plot.x_lo, plot.x_hi));
        auto const right = plot.x_px(std::clamp(o.to_s, plot.x_lo, plot.x_hi));
        svg.rect({left, plot.area.y, std::max(right - left, 1.0), plot.area.h},
                 "fill=\"#d55e00\" fill-opacity=\"0.11\"");
    }
    draw_value_axis(svg, plot);
    auto const step_s = time_step_s(plot.x_hi, plot.area.w);
    draw_ticks(svg, plot, 0.0, step_s, [&](double t_s) { return time_text(picture, t_s, step_s); });
    return plot;
}

} // namespace gridtwin::results
