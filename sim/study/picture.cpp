#include "sim/study/picture.hpp"

#include "sim/study/format.hpp"
#include "sim/study/phase_voltage.hpp"
#include "sim/study/picture_parts.hpp"

#include <fmt/format.h>

namespace gridtwin::study {
namespace {

constexpr double kWidth = 1360.0;
constexpr double kEdge = 20.0;
constexpr double kGap = 14.0;
constexpr double kHeader = 66.0;
constexpr double kPanels = 690.0;
constexpr double kSeries = 250.0;
constexpr double kMapWidth = 740.0;

std::string subtitle(Scene const& scene) {
    auto const& last = scene.study.stages.back();
    std::string text = mode_name(last.request.options.mode);
    if (scene.study.lowest) {
        text += fmt::format(" of {} steps, state at {}, the lowest voltage", last.steps,
                            clock_text(scene.study.lowest->t_s));
    }
    text += fmt::format("  ·  source {}, {}, pf {}", kw_text(scene.power.source_va.real()),
                        kvar_text(scene.power.source_va.imag()),
                        power_factor_text(scene.power.source_va));
    text += fmt::format("  ·  losses {}", kw_text(scene.power.losses_va.real()));
    if (auto const& v = scene.voltage; v.nodes > 0) {
        text += fmt::format("  ·  lowest {:.4f} pu at {}, highest {:.4f} pu at {}", v.lowest.u_pu,
                            node_text(v.lowest), v.highest.u_pu, node_text(v.highest));
    }
    return text;
}

} // namespace

std::string draw_study(Study const& study, std::string const& file, Limits const& limits) {
    auto const& solver = *study.solver;
    // Of a series the step with the lowest voltage is drawn, else the state there is.
    Scene scene{study,
                study.lowest ? study.lowest->voltage : study.summary.voltage,
                study.lowest ? study.lowest->loading : study.summary.loading,
                study.lowest ? study.lowest->power : study.summary.power,
                solver,
                limits,
                make_bus_graph(solver),
                study.lowest ? study.lowest->u_pu
                             : phase_voltages_pu(solver, make_node_frame(solver))};
    for (std::size_t node = 0; node < scene.u_pu.size(); ++node) {
        scene.u_pu[node] = is_phase_node(solver, node) ? scene.u_pu[node] : 0.0;
    }
    auto const& last = study.stages.back();
    double const height = kHeader + kPanels + (last.series.empty() ? 0.0 : kGap + kSeries) + kEdge;
    Svg svg(kWidth, height);
    svg.rect({0.0, 0.0, kWidth, height}, "fill=\"#f5f7f9\"");
    svg.text({kEdge, 33.0}, solver.circuit().name, "font-size=\"22\" font-weight=\"bold\"");
    svg.text({kWidth - kEdge, 33.0}, file, "font-size=\"12\" fill=\"#5b6b77\" text-anchor=\"end\"");
    svg.text({kEdge, 53.0}, subtitle(scene), "font-size=\"12\" fill=\"#5b6b77\"");
    draw_one_line(svg, {kEdge, kHeader, kMapWidth, kPanels}, scene);
    draw_profile(
        svg, {kEdge + kMapWidth + kGap, kHeader, kWidth - 2.0 * kEdge - kMapWidth - kGap, kPanels},
        scene);
    if (!last.series.empty()) {
        double const w = (kWidth - 2.0 * kEdge - kGap) / 2.0;
        double const y = kHeader + kPanels + kGap;
        draw_voltages_over_time(svg, {kEdge, y, w, kSeries}, last, limits);
        draw_power_over_time(svg, {kEdge + w + kGap, y, w, kSeries}, last);
    }
    return svg.finish();
}

} // namespace gridtwin::study
