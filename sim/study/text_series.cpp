#include "sim/study/format.hpp"
#include "sim/study/text_page.hpp"

namespace gridtwin::study {

void describe_series(Page& page, Study const& study, Stage const& stage, Limits const& limits) {
    auto const& rows = stage.series;
    auto const t = total(rows, stage.request.options.step_s);
    auto const at = [&](std::size_t k) { return clock_text(rows[k].t_s); };
    page.gap();
    page.plain(
        fmt::format("Over time: {}, {} of {}, {} to {}", mode_name(stage.request.options.mode),
                    plural(rows.size(), "step", "steps"),
                    duration_text(stage.request.options.step_s), at(0), at(rows.size() - 1)));
    page.block("Energy");
    page.line(fmt::format(
        "source {}, load {}, losses {} ({} of load){}", kwh_text(t.source_wh.real()),
        kwh_text(t.load_wh.real()), kwh_text(t.losses_wh.real()),
        share_text(t.losses_wh.real(), t.load_wh.real()),
        t.generation_wh != Complex{} ? ", generation " + kwh_text(t.generation_wh.real()) : ""));
    if (!study.summary.storages.empty()) {
        page.block("Storage");
        page.line(fmt::format("charged {}, discharged {}, idling took {}, {} stored at the end",
                              kwh_text(t.charged_wh), kwh_text(t.discharged_wh),
                              kwh_text(t.idling_wh), kwh_text(rows.back().storage.stored_wh)));
    }
    page.block("Source");
    page.line(fmt::format("greatest {} at {}, least {} at {}",
                          kw_text(rows[t.peak].power.source_va.real()), at(t.peak),
                          kw_text(rows[t.least].power.source_va.real()), at(t.least)));
    auto const& low = rows[t.lowest].voltage.lowest;
    auto const& high = rows[t.highest].voltage.highest;
    page.block("Voltage");
    page.line(fmt::format("lowest   {:.4f} pu  {:<12} at {}; below {} in {} steps", low.u_pu,
                          node_text(low), at(t.lowest), limit_text(limits.v_min_pu),
                          t.steps_below));
    page.line(fmt::format("highest  {:.4f} pu  {:<12} at {}; above {} in {} steps", high.u_pu,
                          node_text(high), at(t.highest), limit_text(limits.v_max_pu),
                          t.steps_above));
    auto const& worst = rows[t.unbalance].unbalance;
    if (worst.buses > 0) {
        page.line(fmt::format("unbalance {} (NEMA), bus {}, at {}", percent_text(worst.nema_frac),
                              worst.nema_bus, at(t.unbalance)));
    }
    page.block("Loading");
    auto const loading = [&](char const* what, BranchLoading const& b, std::size_t k) {
        if (b.rating_a > 0.0) {
            page.line(fmt::format("{:<12} {:>8}  {}, at {}", what, percent_text(b.frac()), b.name,
                                  at(k)));
        } else {
            page.line(fmt::format("{:<12} no rating known", what));
        }
    };
    loading("line", rows[t.line].worst_line, t.line);
    loading("transformer", rows[t.transformer].worst_transformer, t.transformer);
    if (t.taps_moved + t.capacitors_moved + t.steps_unsettled > 0) {
        page.block("Controls");
        page.line(fmt::format(
            "{} of taps, {} of capacitors{}", plural(t.taps_moved, "change", "changes"),
            plural(t.capacitors_moved, "change", "changes"),
            t.steps_unsettled > 0 ? fmt::format("; NOT at rest in {} steps", t.steps_unsettled)
                                  : ""));
    }
}

} // namespace gridtwin::study
