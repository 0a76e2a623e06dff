#include "sim/study/tables.hpp"

#include <fmt/format.h>

#include <complex>
#include <iterator>
#include <numbers>

namespace gridtwin::study {
namespace {

/// A name as a field: in quotes where it would not be one otherwise (RFC 4180, section 2).
std::string field(std::string const& name) {
    if (name.find_first_of(",\"\r\n") == std::string::npos) {
        return name;
    }
    std::string out = "\"";
    for (char const c : name) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + '"';
}

} // namespace

std::string voltages_csv(grid::FeederSolver const& solver) {
    std::string out = "bus,phase,vmag_pu,vang_deg\n";
    auto const u_v = solver.u_v();
    for (std::size_t node = 0; node < solver.node_count(); ++node) {
        auto const& info = solver.nodes()[node];
        double const angle_deg =
            u_v[node] == Complex{} ? 0.0 : std::arg(u_v[node]) * 180.0 / std::numbers::pi;
        fmt::format_to(std::back_inserter(out), "{},{},{:.9f},{:.6f}\n",
                       field(solver.bus_names()[info.bus]), info.phase, solver.u_pu(node),
                       angle_deg);
    }
    return out;
}

std::string series_csv(std::vector<StepRecord> const& steps) {
    std::string out =
        "step,time_s,source_p_kw,source_q_kvar,generation_p_kw,generation_q_kvar,load_p_kw,"
        "load_q_kvar,losses_p_kw,losses_q_kvar,vmin_pu,vmin_bus,vmin_phase,vmax_pu,vmax_bus,"
        "vmax_phase,nodes_below,nodes_above,unbalance_nema_pct,unbalance_bus,line_loading_pct,"
        "line,transformer_loading_pct,transformer,overloaded,tap_changes,capacitor_changes,"
        "iterations,controls_at_rest,storage_p_kw,stored_kwh\n";
    for (auto const& s : steps) {
        auto const kw = [](Complex s_va) {
            return fmt::format("{:.6f},{:.6f}", s_va.real() / 1e3, s_va.imag() / 1e3);
        };
        auto const node = [](NodeVoltage const& v) {
            return fmt::format("{:.8f},{},{}", v.u_pu, field(v.bus), v.phase);
        };
        auto const loading = [](BranchLoading const& b) {
            return b.rating_a > 0.0 ? fmt::format("{:.3f},{}", 100.0 * b.frac(), field(b.name))
                                    : std::string(",");
        };
        fmt::format_to(std::back_inserter(out),
                       "{},{:.10g},{},{},{},{},{},{},{},{},{:.4f},{},{},{},{},{},{},{},{},"
                       "{:.6f},{:.6f}\n",
                       s.step, s.t_s, kw(s.power.source_va), kw(s.power.generation_va),
                       kw(s.power.load_va), kw(s.power.losses_va), node(s.voltage.lowest),
                       node(s.voltage.highest), s.voltage.below, s.voltage.above,
                       100.0 * s.unbalance.nema_frac, field(s.unbalance.nema_bus),
                       loading(s.worst_line), loading(s.worst_transformer),
                       s.lines_overloaded + s.transformers_overloaded, s.taps_moved,
                       s.capacitors_moved, s.iterations, s.controls_settled ? 1 : 0,
                       s.storage.produced_w() / 1e3, s.storage.stored_wh / 1e3);
    }
    return out;
}

std::string study_csv(Study const& study) {
    auto const& last = study.stages.back();
    return last.series.empty() ? voltages_csv(*study.solver) : series_csv(last.series);
}

} // namespace gridtwin::study
