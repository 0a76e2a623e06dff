#include "sim/study/json_elements.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace gridtwin::study {
namespace {

using grid::Complex;
using grid::ElementKind;
using Json = nlohmann::ordered_json;

double degrees(Complex z) {
    return z == Complex{} ? 0.0 : std::arg(z) * 180.0 / std::numbers::pi;
}

Json power(Complex s_va) {
    return {{"p_w", s_va.real()}, {"q_var", s_va.imag()}};
}

Json ends(grid::FeederSolver const& solver, grid::ElementCurrents const& currents_of,
          ElementKind kind, std::size_t row, std::size_t terminals) {
    auto const at = solver.terminals(kind, row);
    auto const i_a = currents_of.of(kind, row);
    Json out = Json::array();
    auto const n = at.size() / terminals;
    for (std::size_t t = 0; t < terminals; ++t) {
        Json names = Json::array();
        Json currents = Json::array();
        Json angles = Json::array();
        Json p_w = Json::array();
        Json q_var = Json::array();
        Complex sum_va;
        for (std::size_t k = t * n; k < (t + 1) * n; ++k) {
            bool const ground = at[k] < 0;
            auto const node = static_cast<std::size_t>(ground ? 0 : at[k]);
            Complex const s_va = ground ? Complex{} : solver.u_v()[node] * std::conj(i_a[k]);
            names.push_back(ground ? "ground" : solver.node_name(node));
            currents.push_back(std::abs(i_a[k]));
            angles.push_back(degrees(i_a[k]));
            p_w.push_back(s_va.real());
            q_var.push_back(s_va.imag());
            sum_va += s_va;
        }
        out.push_back({{"nodes", std::move(names)},
                       {"p_w", sum_va.real()},
                       {"q_var", sum_va.imag()},
                       {"i_a", std::move(currents)},
                       {"i_deg", std::move(angles)},
                       {"conductor_p_w", std::move(p_w)},
                       {"conductor_q_var", std::move(q_var)}});
    }
    return out;
}

} // namespace

Json nodes_json(grid::FeederSolver const& solver) {
    Json out = Json::array();
    for (std::size_t k = 0; k < solver.node_count(); ++k) {
        auto const& info = solver.nodes()[k];
        auto const u_v = solver.u_v()[k];
        out.push_back({{"bus", solver.bus_names()[info.bus]},
                       {"phase", info.phase},
                       {"base_v", info.base_v},
                       {"u_v", std::abs(u_v)},
                       {"u_pu", solver.u_pu(k)},
                       {"angle_deg", degrees(u_v)},
                       {"energised", solver.energised(k)}});
    }
    return out;
}

Json branches_json(grid::FeederSolver const& solver, grid::ElementCurrents const& currents) {
    Json out = Json::array();
    auto const& c = solver.circuit();
    auto const add = [&](char const* kind, std::string const& name, ElementKind of, std::size_t row,
                         std::size_t terminals, bool in_service) {
        out.push_back({{"class", kind},
                       {"name", name},
                       {"in_service", in_service},
                       {"losses", power(currents.absorbed(of, row))},
                       {"terminals", ends(solver, currents, of, row, terminals)}});
    };
    for (std::size_t row = 0; row < c.lines.size(); ++row) {
        add("line", c.lines[row].name, ElementKind::line, row, 2, carries(c.lines[row]));
    }
    for (std::size_t row = 0; row < c.transformers.size(); ++row) {
        auto const& t = c.transformers[row];
        add("transformer", t.name, ElementKind::transformer, row, t.windings.size(), t.enabled);
    }
    return out;
}

Json injections_json(grid::FeederSolver const& solver, grid::ElementCurrents const& currents) {
    Json out = Json::array();
    auto const add = [&](char const* of_class, ElementKind kind, auto const& table) {
        for (std::size_t row = 0; row < table.size(); ++row) {
            auto const conductors = solver.conductors(kind, row);
            out.push_back({{"class", of_class},
                           {"name", table[row].name},
                           {"absorbed", power(currents.absorbed(kind, row))},
                           {"terminals", ends(solver, currents, kind, row,
                                              solver.terminals(kind, row).size() / conductors)}});
        }
    };
    auto const& c = solver.circuit();
    add("vsource", ElementKind::source, c.sources);
    add("load", ElementKind::load, c.loads);
    add("generator", ElementKind::generator, c.generators);
    add("pvsystem", ElementKind::pv_system, c.pv_systems);
    add("storage", ElementKind::storage, c.storages);
    add("capacitor", ElementKind::capacitor, c.capacitors);
    add("reactor", ElementKind::reactor, c.reactors);
    add("fault", ElementKind::fault, c.faults);
    return out;
}

} // namespace gridtwin::study
