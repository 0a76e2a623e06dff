// Voltages and power over time.
#include "sim/study/format.hpp"
#include "sim/study/picture_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::study {
namespace {

plot::Plot draw_time_axes(Svg& svg, Box const& inner, Stage const& stage, plot::Scale const& y) {
    auto const first_s = stage.series.front().t_s;
    auto const last_s = std::max(stage.series.back().t_s, first_s + 1.0);
    auto const plot = plot::place_plot(inner, first_s, last_s, y);
    plot::draw_value_axis(svg, plot);
    auto const step_s = plot::time_step_s(last_s - first_s, plot.area.w);
    auto const start_s = std::ceil(first_s / step_s - 1e-9) * step_s;
    plot::draw_ticks(svg, plot, start_s, step_s, [&](double t_s) {
        return step_s >= 86400.0 ? fmt::format("day {:.0f}", t_s / 86400.0 + 1.0)
               : last_s > 86400.0 * 1.01
                   ? fmt::format("{:02.0f}:{:02.0f}", std::floor(std::fmod(t_s, 86400.0) / 3600.0),
                                 std::floor(std::fmod(t_s, 3600.0) / 60.0))
                   : clock_text(t_s);
    });
    return plot;
}

template <typename Value>
std::vector<double> column(Stage const& stage, Value const& value) {
    std::vector<double> out;
    out.reserve(stage.series.size());
    for (auto const& s : stage.series) {
        out.push_back(value(s));
    }
    return out;
}

} // namespace

void draw_voltages_over_time(Svg& svg, Box const& box, Stage const& stage, Limits const& limits) {
    auto const inner = plot::draw_card(svg, box, "Lowest and highest voltage", "pu, of all nodes");
    auto const t_s = column(stage, [](auto const& s) { return s.t_s; });
    auto const low = column(stage, [](auto const& s) { return s.voltage.lowest.u_pu; });
    auto const high = column(stage, [](auto const& s) { return s.voltage.highest.u_pu; });
    double const least = std::min(limits.v_min_pu, *std::min_element(low.begin(), low.end()));
    double const most = std::max(limits.v_max_pu, *std::max_element(high.begin(), high.end()));
    auto const margin = 0.04 * (most - least);
    auto const plot =
        draw_time_axes(svg, inner, stage, plot::nice_scale(least - margin, most + margin, 5));
    for (double const limit : {limits.v_min_pu, limits.v_max_pu}) {
        svg.line({plot.area.x, plot.y_px(limit)}, {plot.area.right(), plot.y_px(limit)},
                 "stroke=\"#c1272d\" stroke-width=\"1.2\" stroke-dasharray=\"6 4\"");
    }
    plot::draw_band(svg, plot, t_s, low, high, "#0072b2");
    plot::draw_curve(svg, plot, t_s, low, "#0072b2");
    plot::draw_curve(svg, plot, t_s, high, "#0072b2");
}

void draw_power_over_time(Svg& svg, Box const& box, Stage const& stage) {
    auto const t_s = column(stage, [](auto const& s) { return s.t_s; });
    double greatest_w = 0.0;
    for (auto const& s : stage.series) {
        greatest_w = std::max({greatest_w, std::abs(s.power.source_va.real()),
                               std::abs(s.power.source_va.imag()), s.power.losses_va.real()});
    }
    double const unit = greatest_w >= 10e6 ? 1e6 : 1e3;
    auto const inner =
        plot::draw_card(svg, box, "Source power", unit > 1e3 ? "MW, Mvar" : "kW, kvar");
    auto const p = column(stage, [&](auto const& s) { return s.power.source_va.real() / unit; });
    auto const q = column(stage, [&](auto const& s) { return s.power.source_va.imag() / unit; });
    auto const loss = column(stage, [&](auto const& s) { return s.power.losses_va.real() / unit; });
    double const least = std::min(
        {0.0, *std::min_element(p.begin(), p.end()), *std::min_element(q.begin(), q.end())});
    auto const plot =
        draw_time_axes(svg, inner, stage, plot::nice_scale(least, greatest_w / unit, 5));
    plot::draw_curve(svg, plot, t_s, q, "#e69f00");
    plot::draw_curve(svg, plot, t_s, loss, "#d55e00");
    plot::draw_curve(svg, plot, t_s, p, "#24323d");
    plot::LegendEntry const legend[] = {
        {"active", "#24323d"}, {"reactive", "#e69f00"}, {"losses", "#d55e00"}};
    plot::draw_legend(svg, {box.right() - 14.0, box.y + 21.0}, legend);
}

} // namespace gridtwin::study
