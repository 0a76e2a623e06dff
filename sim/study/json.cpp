#include "sim/study/format.hpp"
#include "sim/study/json_elements.hpp"
#include "sim/study/phase_voltage.hpp"
#include "sim/study/tables.hpp"

#include <nlohmann/json.hpp>

namespace gridtwin::study {
namespace {

using Json = nlohmann::ordered_json; // keys in the order in which they are documented

Json power(Complex s_va) {
    return {{"p_w", s_va.real()}, {"q_var", s_va.imag()}};
}

Json energy(Complex e_wh) {
    return {{"p_wh", e_wh.real()}, {"q_varh", e_wh.imag()}};
}

Json node(NodeVoltage const& v) {
    return {{"bus", v.bus}, {"phase", v.phase}, {"u_pu", v.u_pu}};
}

Json place(SourcePos const& where) {
    return {{"file", where.file}, {"line", where.line}, {"column", where.column}};
}

Json voltage(VoltageSummary const& v) {
    if (v.nodes == 0) {
        return {{"nodes", 0}};
    }
    return {{"nodes", v.nodes},
            {"lowest", node(v.lowest)},
            {"highest", node(v.highest)},
            {"nodes_below", v.below},
            {"nodes_above", v.above},
            {"nodes_without_base", v.without_base},
            {"nodes_floating", v.floating},
            {"nodes_across", v.across},
            {"nodes_unmeasured", v.unmeasured}};
}

Json unbalance(UnbalanceSummary const& u) {
    Json out{{"buses", u.buses}};
    if (u.buses > 0) {
        out["nema_frac"] = u.nema_frac;
        out["nema_bus"] = u.nema_bus;
        out["v2_over_v1_frac"] = u.iec_frac;
        out["v2_over_v1_bus"] = u.iec_bus;
    }
    return out;
}

Json loading(BranchLoading const& b) {
    return {{"name", b.name},
            {"i_a", b.i_a},
            {"rating_a", b.rating_a},
            {"loading_frac", b.frac()},
            {"terminal", b.terminal + 1},
            {"conductor", b.conductor + 1}};
}

Json loading_list(std::vector<BranchLoading> const& rows) {
    Json out = Json::array();
    for (auto const& row : rows) {
        out.push_back(loading(row));
    }
    return out;
}

Json powers(PowerSummary const& p) {
    return {{"source", power(p.source_va)},
            {"power_factor", power_factor(p.source_va)},
            {"generation", power(p.generation_va)},
            {"generators", power(p.generators_va)},
            {"pv_systems", power(p.pv_systems_va)},
            {"storages", power(p.storages_va)},
            {"load", power(p.load_va)},
            {"losses", power(p.losses_va)},
            {"line_losses", power(p.line_losses_va)},
            {"transformer_losses", power(p.transformer_losses_va)},
            {"reactor_losses", power(p.reactor_losses_va)},
            {"shunts", power(p.shunt_va)},
            {"dead_loads", p.dead_loads},
            {"dead_load_w", p.dead_load_w}};
}

Json step(StepRecord const& s) {
    Json out{{"step", s.step},
             {"t_s", s.t_s},
             {"iterations", s.iterations},
             {"control_rounds", s.control_rounds},
             {"controls_at_rest", s.controls_settled},
             {"power", powers(s.power)},
             {"voltage", voltage(s.voltage)},
             {"unbalance", unbalance(s.unbalance)},
             {"lines_overloaded", s.lines_overloaded},
             {"transformers_overloaded", s.transformers_overloaded},
             {"tap_changes", s.taps_moved},
             {"capacitor_changes", s.capacitors_moved},
             {"stored_wh", s.storage.stored_wh}};
    if (s.worst_line.rating_a > 0.0) {
        out["worst_line"] = loading(s.worst_line);
    }
    if (s.worst_transformer.rating_a > 0.0) {
        out["worst_transformer"] = loading(s.worst_transformer);
    }
    return out;
}

Json stage(Stage const& s) {
    auto const& o = s.request.options;
    Json out{{"mode", mode_name(o.mode)},
             {"where", place(s.request.where)},
             {"from_script", s.from_script},
             {"steps", s.steps},
             {"tolerance_pu", o.tolerance_pu},
             {"controls", o.controls},
             {"iterations", s.iterations},
             {"control_rounds", s.control_rounds},
             {"controls_at_rest", s.controls_settled},
             {"controls_moving", s.moving},
             {"converged", true},
             {"residual_pu", s.check.residual_pu},
             {"residual_allowed_pu", s.check.allowed_pu},
             {"residual_node", s.check.node},
             {"imbalance", power(s.check.imbalance_va)}};
    if (s.series.empty()) {
        return out;
    }
    auto const t = total(s.series, o.step_s);
    out["step_s"] = o.step_s;
    out["start_s"] = o.start_s;
    out["energy"] = {{"source", energy(t.source_wh)},
                     {"generation", energy(t.generation_wh)},
                     {"generators", energy(t.generators_wh)},
                     {"pv_systems", energy(t.pv_systems_wh)},
                     {"storages", energy(t.storages_wh)},
                     {"storages_charged_wh", t.charged_wh},
                     {"storages_discharged_wh", t.discharged_wh},
                     {"storages_idling_wh", t.idling_wh},
                     {"load", energy(t.load_wh)},
                     {"losses", energy(t.losses_wh)}};
    out["steps_below"] = t.steps_below;
    out["steps_above"] = t.steps_above;
    out["steps_overloaded"] = t.steps_overloaded;
    out["steps_not_at_rest"] = t.steps_unsettled;
    Json rows = Json::array();
    for (auto const& row : s.series) {
        rows.push_back(step(row));
    }
    out["series"] = std::move(rows);
    return out;
}

} // namespace

std::string study_json(Study const& study, std::string const& file, Limits const& limits,
                       std::string const& version) {
    auto const& solver = *study.solver;
    auto const& c = solver.circuit();
    Json out{{"format", "GridTwin solve"},
             {"schema_version", 1},
             {"program_version", version},
             {"file", file},
             {"circuit",
              {{"name", c.name},
               {"frequency_hz", c.f_hz},
               {"buses", solver.bus_names().size()},
               {"nodes", solver.node_count()},
               {"sources", c.sources.size()},
               {"lines", c.lines.size()},
               {"transformers", c.transformers.size()},
               {"loads", c.loads.size()},
               {"capacitors", c.capacitors.size()},
               {"reactors", c.reactors.size()},
               {"generators", c.generators.size()},
               {"pv_systems", c.pv_systems.size()},
               {"storages", c.storages.size()},
               {"regulators", c.regulators.size()}}},
             {"limits",
              {{"v_min_pu", limits.v_min_pu},
               {"v_max_pu", limits.v_max_pu},
               {"loading_max_frac", limits.loading_max_frac}}},
             {"note", study.note}};
    Json ignored = Json::array();
    for (auto const& d : study.ignored) {
        ignored.push_back({{"where", place(d.where)}, {"what", d.what}});
    }
    out["ignored"] = std::move(ignored);
    Json notes = Json::array();
    for (auto const& n : study.circuit.notes) {
        notes.push_back({{"where", place(n.first)}, {"what", n.text}, {"count", n.count}});
    }
    out["notes"] = std::move(notes);
    Json stages = Json::array();
    for (auto const& s : study.stages) {
        stages.push_back(stage(s));
    }
    out["stages"] = std::move(stages);
    auto const& s = study.summary;
    out["power"] = powers(s.power);
    out["voltage"] = voltage(s.voltage);
    out["unbalance"] = unbalance(s.unbalance);
    out["loading"] = {{"lines", loading_list(s.loading.lines)},
                      {"transformers", loading_list(s.loading.transformers)},
                      {"lines_overloaded", s.loading.lines_overloaded},
                      {"transformers_overloaded", s.loading.transformers_overloaded},
                      {"lines_unrated", s.loading.lines_unrated},
                      {"lines_default_rated", s.loading.lines_default_rated},
                      {"transformers_unrated", s.loading.transformers_unrated}};
    Json taps = Json::array();
    for (auto const& t : s.taps) {
        taps.push_back({{"regulator", t.regulator},
                        {"transformer", t.transformer},
                        {"winding", t.winding + 1},
                        {"tap_pu", t.tap_pu},
                        {"position", t.position},
                        {"at_limit", t.at_limit()}});
    }
    out["taps"] = std::move(taps);
    Json capacitors = Json::array();
    for (auto const& k : s.capacitors) {
        capacitors.push_back({{"name", k.name},
                              {"steps", k.steps},
                              {"steps_closed", k.closed},
                              {"rated_var", k.rated_var},
                              {"produced_var", k.produced_var}});
    }
    out["capacitors"] = std::move(capacitors);
    Json storages = Json::array();
    for (auto const& b : s.storages) {
        storages.push_back({{"name", b.name},
                            {"mode", storage_mode_name(b.mode)},
                            {"stored_wh", b.stored_wh},
                            {"capacity_wh", b.capacity_wh},
                            {"p_w", b.produced_va.real()},
                            {"q_var", b.produced_va.imag()}});
    }
    out["storages"] = std::move(storages);
    out["dead"] = {{"buses", s.dead.buses},
                   {"islands", s.dead.islands},
                   {"loads", s.power.dead_loads},
                   {"load_w", s.power.dead_load_w}};
    out["protection"] = {{"devices", s.protection.devices}};
    if (!s.protection.device.empty()) {
        out["protection"]["device"] = s.protection.device;
        out["protection"]["what"] = s.protection.what;
        out["protection"]["after_s"] = s.protection.after_s;
    }
    out["loads_outside"] = {{"loads", s.loads_outside.loads},
                            {"below", s.loads_outside.below},
                            {"above", s.loads_outside.above},
                            {"stated_w", s.loads_outside.stated_w},
                            {"drawn_w", s.loads_outside.drawn_w}};
    Json ratings = Json::array();
    for (auto const& r : s.ratings) {
        ratings.push_back({{"element", r.element},
                           {"where", place(r.where)},
                           {"bus", r.bus},
                           {"rated_v", r.rated_v},
                           {"expected_v", r.expected_v}});
    }
    out["rating_misfits"] = std::move(ratings);
    out["nodes"] = nodes_json(solver);
    grid::ElementCurrents const currents(solver);
    out["branches"] = branches_json(solver, currents);
    out["injections"] = injections_json(solver, currents);
    return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace gridtwin::study
