#include "sim/study/summary.hpp"

#include "models/grid/der/storage.hpp"
#include "models/grid/node_sets.hpp"
#include "sim/study/phase_voltage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <set>

namespace gridtwin::study {
namespace {

using grid::ElementKind;

Complex sum_absorbed(grid::FeederSolver const& solver, grid::ElementCurrents const& currents,
                     ElementKind kind) {
    Complex sum_va;
    for (std::size_t row = 0; row < solver.element_count(kind); ++row) {
        sum_va += currents.absorbed(kind, row);
    }
    return sum_va;
}

NodeVoltage voltage_at(grid::FeederSolver const& solver, std::size_t node, double u_pu) {
    auto const& info = solver.nodes()[node];
    return {solver.bus_names()[info.bus], info.phase, u_pu};
}

} // namespace

VoltageSummary summarise_voltages(grid::FeederSolver const& solver, NodeFrame const& frame,
                                  std::span<double const> u_pu, Limits const& limits) {
    VoltageSummary out;
    std::size_t low = 0;
    std::size_t high = 0;
    for (std::size_t node = 0; node < u_pu.size(); ++node) {
        if (!is_phase_node(solver, node) || std::isnan(u_pu[node])) {
            continue;
        }
        low = out.nodes == 0 || u_pu[node] < u_pu[low] ? node : low;
        high = out.nodes == 0 || u_pu[node] > u_pu[high] ? node : high;
        ++out.nodes;
        out.below += u_pu[node] < limits.v_min_pu ? 1U : 0U;
        out.above += u_pu[node] > limits.v_max_pu ? 1U : 0U;
        out.floating += frame.floating[node] != 0 ? 1U : 0U;
        out.without_base += frame.known_base[node] == 0 ? 1U : 0U;
    }
    out.unmeasured = frame.unmeasured.size();
    out.floating += out.unmeasured;
    out.across = static_cast<std::size_t>(std::count_if(
        frame.across.begin(), frame.across.end(), [](auto const& at) { return !at.to_neutral; }));
    if (out.nodes > 0) {
        out.lowest = voltage_at(solver, low, u_pu[low]);
        out.highest = voltage_at(solver, high, u_pu[high]);
    }
    return out;
}

UnbalanceSummary summarise_unbalance(grid::FeederSolver const& solver, NodeFrame const& frame) {
    UnbalanceSummary out;
    auto const u_v = solver.u_v();
    Complex const a = std::polar(1.0, 2.0 * std::numbers::pi / 3.0);
    Complex const a2 = std::conj(a);
    for (auto const& bus : frame.three_phase) {
        auto const va = u_v[bus.node[0]];
        auto const vb = u_v[bus.node[1]];
        auto const vc = u_v[bus.node[2]];
        auto const size = [](Complex v) { return std::sqrt(std::norm(v)); };
        double const line_v[] = {size(va - vb), size(vb - vc), size(vc - va)};
        double const mean_v = (line_v[0] + line_v[1] + line_v[2]) / 3.0;
        double const v1 = size(va + a * vb + a2 * vc);
        double const v2 = size(va + a2 * vb + a * vc);
        if (!(mean_v > 0.0) || !(v1 > 0.0)) {
            continue;
        }
        ++out.buses;
        double nema = 0.0;
        for (double const v : line_v) {
            nema = std::max(nema, std::abs(v - mean_v) / mean_v);
        }
        // A bus whose phases run the other way round has V2 and V1 exchanged.
        double const iec = std::min(v1, v2) / std::max(v1, v2);
        if (nema > out.nema_frac || out.nema_bus.empty()) {
            out.nema_frac = nema;
            out.nema_bus = solver.bus_names()[bus.bus];
        }
        if (iec > out.iec_frac || out.iec_bus.empty()) {
            out.iec_frac = iec;
            out.iec_bus = solver.bus_names()[bus.bus];
        }
    }
    return out;
}

PowerSummary summarise_power(grid::FeederSolver const& solver,
                             grid::ElementCurrents const& currents) {
    PowerSummary out;
    auto const& c = solver.circuit();
    auto const sum = [&](ElementKind kind) { return sum_absorbed(solver, currents, kind); };
    out.source_va = -sum(ElementKind::source);
    out.load_va = sum(ElementKind::load);
    for (auto const row : loads_without_supply(solver)) {
        ++out.dead_loads;
        out.dead_load_w += c.loads[row].p_w;
    }
    Complex const none; // 0 - 0 is no negative zero
    out.generators_va = none - sum(ElementKind::generator);
    out.pv_systems_va = none - sum(ElementKind::pv_system);
    out.storages_va = none - sum(ElementKind::storage);
    out.generation_va = out.generators_va + out.pv_systems_va + out.storages_va;
    out.line_losses_va = sum(ElementKind::line);
    out.transformer_losses_va = sum(ElementKind::transformer);
    out.shunt_va = sum(ElementKind::capacitor) + sum(ElementKind::fault);
    for (std::size_t node = 0; node < solver.node_count(); ++node) {
        out.shunt_va += solver.boundary_power(node);
    }
    for (std::size_t row = 0; row < c.reactors.size(); ++row) {
        auto const ends = solver.terminals(ElementKind::reactor, row);
        bool const series = c.reactors[row].connection == grid::Connection::wye && ends.back() >= 0;
        (series ? out.reactor_losses_va : out.shunt_va) +=
            currents.absorbed(ElementKind::reactor, row);
    }
    out.losses_va = out.line_losses_va + out.transformer_losses_va + out.reactor_losses_va;
    return out;
}

std::vector<TapState> tap_states(grid::Circuit const& circuit) {
    std::vector<TapState> out;
    for (auto const& r : circuit.regulators) {
        auto const& t = circuit.transformers[r.transformer];
        auto const& w = t.windings[r.winding];
        TapState state{r.name, t.name, r.winding, w.tap_pu};
        double const step_pu = w.taps > 0 ? (w.tap_max_pu - w.tap_min_pu) / w.taps : 0.0;
        if (step_pu > 0.0) {
            state.position = static_cast<int>(std::lround((w.tap_pu - 1.0) / step_pu));
            state.position_min = static_cast<int>(std::lround((w.tap_min_pu - 1.0) / step_pu));
            state.position_max = static_cast<int>(std::lround((w.tap_max_pu - 1.0) / step_pu));
        }
        out.push_back(std::move(state));
    }
    return out;
}

std::vector<CapacitorState> capacitor_states(grid::FeederSolver const& solver,
                                             grid::ElementCurrents const& currents) {
    std::vector<CapacitorState> out;
    auto const& capacitors = solver.circuit().capacitors;
    for (std::size_t row = 0; row < capacitors.size(); ++row) {
        auto const& c = capacitors[row];
        CapacitorState state{c.name, std::max<std::size_t>(c.q_var.size(), 1)};
        for (std::size_t step = 0; step < state.steps; ++step) {
            state.closed += step >= c.closed.size() || c.closed[step] ? 1U : 0U;
        }
        for (double const q_var : c.q_var) {
            state.rated_var += q_var;
        }
        state.produced_var = -currents.absorbed(ElementKind::capacitor, row).imag();
        out.push_back(std::move(state));
    }
    return out;
}

std::vector<StorageReport> storage_reports(grid::FeederSolver const& solver,
                                           grid::ElementCurrents const& currents) {
    std::vector<StorageReport> out;
    auto const& storages = solver.circuit().storages;
    auto const& states = solver.controls().der.storages;
    for (std::size_t row = 0; row < storages.size(); ++row) {
        out.push_back({storages[row].name, states[row].mode, states[row].stored_wh,
                       storages[row].capacity_wh, -currents.absorbed(ElementKind::storage, row)});
    }
    return out;
}

StorageTotals storage_totals(grid::FeederSolver const& solver,
                             grid::ElementCurrents const& currents) {
    StorageTotals out;
    auto const& c = solver.circuit();
    auto const& states = solver.controls().der.storages;
    for (std::size_t row = 0; row < states.size(); ++row) {
        double const p_w = -currents.absorbed(ElementKind::storage, row).real();
        double const service_w = -grid::storage_power_w(c.storages[row], c.curves,
                                                        {grid::StorageMode::idling, 0.0}, 1.0, 0.0);
        bool const charges = -p_w > service_w + 1e-6 * c.storages[row].p_rated_w;
        (p_w > 0.0 ? out.discharging_w : charges ? out.charging_w : out.idling_w) += std::abs(p_w);
        out.stored_wh += states[row].stored_wh;
    }
    return out;
}

std::vector<std::size_t> loads_without_supply(grid::FeederSolver const& solver) {
    std::vector<std::size_t> out;
    for (std::size_t row = 0; row < solver.circuit().loads.size(); ++row) {
        if (!solver.load_energised(row)) {
            out.push_back(row);
        }
    }
    return out;
}

std::string load_place(grid::FeederSolver const& solver, std::size_t load) {
    auto const ends = solver.terminals(ElementKind::load, load);
    auto const dead = std::find_if(ends.begin(), ends.end(), [&](std::int32_t node) {
        return node >= 0 && !solver.energised(static_cast<std::size_t>(node));
    });
    auto const& row = solver.circuit().loads[load];
    return fmt::format("load.{} at {}", row.name,
                       dead == ends.end() ? row.bus.bus
                                          : solver.node_name(static_cast<std::size_t>(*dead)));
}

DeadSummary summarise_dead(grid::FeederSolver const& solver) {
    DeadSummary out;
    auto const nodes = solver.nodes();
    grid::NodeSets sets(nodes.size());
    auto const& c = solver.circuit();
    for (std::size_t row = 0; row < c.lines.size(); ++row) {
        auto const ends = solver.terminals(ElementKind::line, row);
        for (std::size_t i = 0; i < ends.size() / 2; ++i) {
            if (carries(c.lines[row], i)) {
                sets.join(ends[i], ends[i + ends.size() / 2]);
            }
        }
    }
    for (std::size_t row = 0; row < c.transformers.size(); ++row) {
        if (c.transformers[row].enabled) {
            sets.join_all(solver.terminals(ElementKind::transformer, row));
        }
    }
    // A bus is dead when none of its phase nodes is energised.
    std::vector<std::size_t> dead; // first node
    for (std::size_t first = 0; first < nodes.size();) {
        std::size_t last = first;
        bool live = false;
        bool phases = false;
        for (; last < nodes.size() && nodes[last].bus == nodes[first].bus; ++last) {
            live = live || is_phase_node(solver, last);
            phases = phases || nodes[last].phase <= 3;
        }
        if (phases && !live) {
            dead.push_back(first);
            for (std::size_t node = first + 1; node < last; ++node) {
                sets.join(first, node); // a bus is in one island
            }
        }
        first = last;
    }
    std::set<std::size_t> islands;
    for (std::size_t const node : dead) {
        islands.insert(sets.find(node));
    }
    out.buses = dead.size();
    out.islands = islands.size();
    out.example = dead.empty() ? "" : solver.bus_names()[nodes[dead.front()].bus];
    auto const loads = loads_without_supply(solver);
    out.load = loads.empty() ? "" : load_place(solver, loads.front());
    return out;
}

Summary summarise(grid::FeederSolver const& solver, grid::ElementCurrents const& currents,
                  Limits const& limits) {
    Summary out;
    auto const frame = make_node_frame(solver);
    out.voltage = summarise_voltages(solver, frame, phase_voltages_pu(solver, frame), limits);
    out.unbalance = summarise_unbalance(solver, frame);
    out.loading = summarise_loading(solver, currents, limits);
    out.power = summarise_power(solver, currents);
    out.taps = tap_states(solver.circuit());
    out.capacitors = capacitor_states(solver, currents);
    out.storages = storage_reports(solver, currents);
    out.dead = summarise_dead(solver);
    out.protection = summarise_protection(solver);
    out.loads_outside = loads_outside(solver, currents);
    out.ratings = rating_misfits(solver.circuit());
    return out;
}

} // namespace gridtwin::study
