#include "sim/study/series.hpp"

namespace gridtwin::study {

SeriesTotals total(std::vector<StepRecord> const& steps, double step_s) {
    SeriesTotals out;
    double const hours = step_s / 3600.0;
    for (std::size_t k = 0; k < steps.size(); ++k) {
        auto const& s = steps[k];
        out.source_wh += s.power.source_va * hours;
        out.generation_wh += s.power.generation_va * hours;
        out.generators_wh += s.power.generators_va * hours;
        out.pv_systems_wh += s.power.pv_systems_va * hours;
        out.storages_wh += s.power.storages_va * hours;
        out.charged_wh += s.storage.charging_w * hours;
        out.discharged_wh += s.storage.discharging_w * hours;
        out.idling_wh += s.storage.idling_w * hours;
        out.load_wh += s.power.load_va * hours;
        out.losses_wh += s.power.losses_va * hours;
        auto const first_of = [&](std::size_t best, bool better) { return better ? k : best; };
        out.lowest =
            first_of(out.lowest, s.voltage.lowest.u_pu < steps[out.lowest].voltage.lowest.u_pu);
        out.highest =
            first_of(out.highest, s.voltage.highest.u_pu > steps[out.highest].voltage.highest.u_pu);
        out.peak =
            first_of(out.peak, s.power.source_va.real() > steps[out.peak].power.source_va.real());
        out.least =
            first_of(out.least, s.power.source_va.real() < steps[out.least].power.source_va.real());
        out.line = first_of(out.line, s.worst_line.frac() > steps[out.line].worst_line.frac());
        out.transformer =
            first_of(out.transformer,
                     s.worst_transformer.frac() > steps[out.transformer].worst_transformer.frac());
        out.unbalance = first_of(out.unbalance,
                                 s.unbalance.nema_frac > steps[out.unbalance].unbalance.nema_frac);
        out.steps_below += s.voltage.below > 0 ? 1U : 0U;
        out.steps_above += s.voltage.above > 0 ? 1U : 0U;
        out.steps_overloaded += s.lines_overloaded + s.transformers_overloaded > 0 ? 1U : 0U;
        out.steps_unsettled += s.controls_settled ? 0U : 1U;
        out.taps_moved += s.taps_moved;
        out.capacitors_moved += s.capacitors_moved;
        out.iterations += s.iterations;
    }
    return out;
}

} // namespace gridtwin::study
