#include "sim/study/phase_voltage.hpp"

#include "sim/study/node_sets.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::study {
namespace {

using grid::ElementKind;
using Ends = std::span<std::int32_t const>;

bool to_ground(Ends ends) {
    return std::any_of(ends.begin(), ends.end(), [](std::int32_t node) { return node < 0; });
}

// All of the ends are one network, tied to ground when one of them is ground.
void join_all(NodeSets& sets, Ends ends, std::vector<std::size_t>& earthed) {
    std::int32_t first = -1;
    for (auto const node : ends) {
        if (node >= 0 && first >= 0) {
            sets.join(static_cast<std::size_t>(first), static_cast<std::size_t>(node));
        }
        first = first < 0 ? node : first;
    }
    if (first >= 0 && to_ground(ends)) {
        earthed.push_back(static_cast<std::size_t>(first));
    }
}

} // namespace

bool is_phase_node(grid::FeederSolver const& solver, std::size_t node) {
    auto const phase = solver.nodes()[node].phase;
    return phase >= 1 && phase <= 3 && solver.energised(node);
}

std::vector<std::uint8_t> floating_nodes(grid::FeederSolver const& solver) {
    auto const& circuit = solver.circuit();
    NodeSets sets(solver.node_count());
    std::vector<std::size_t> earthed;
    for (std::size_t row = 0; row < circuit.lines.size(); ++row) {
        if (circuit.lines[row].closed) {
            auto const ends = solver.terminals(ElementKind::line, row);
            for (std::size_t i = 0; i < ends.size() / 2; ++i) { // conductor by conductor
                std::int32_t const two[] = {ends[i], ends[ends.size() / 2 + i]};
                join_all(sets, two, earthed);
            }
        }
    }
    auto const join_kind = [&](ElementKind kind, std::size_t rows) {
        for (std::size_t row = 0; row < rows; ++row) {
            join_all(sets, solver.terminals(kind, row), earthed);
        }
    };
    join_kind(ElementKind::source, circuit.sources.size());
    join_kind(ElementKind::load, circuit.loads.size());
    join_kind(ElementKind::capacitor, circuit.capacitors.size());
    join_kind(ElementKind::reactor, circuit.reactors.size());
    join_kind(ElementKind::generator, circuit.generators.size());
    join_kind(ElementKind::pv_system, circuit.pv_systems.size());
    join_kind(ElementKind::storage, circuit.storages.size());
    for (std::size_t row = 0; row < circuit.faults.size(); ++row) {
        if (circuit.faults[row].on) {
            join_all(sets, solver.terminals(ElementKind::fault, row), earthed);
        }
    }
    for (std::size_t row = 0; row < circuit.transformers.size(); ++row) {
        auto const& t = circuit.transformers[row];
        auto const ends = solver.terminals(ElementKind::transformer, row);
        for (std::size_t w = 0; t.enabled && w < t.windings.size(); ++w) {
            for (int phase = 0; phase < t.phases; ++phase) {
                auto const coil = grid::coil_ends(t, w, phase);
                std::int32_t const two[] = {ends[coil.from], ends[coil.to]};
                join_all(sets, two, earthed);
            }
            if (t.windings[w].r_neutral_ohm >= 0.0) { // a neutral that is earthed by impedance
                auto const from = ends[grid::coil_ends(t, w, 0).from];
                if (from >= 0) {
                    earthed.push_back(static_cast<std::size_t>(from));
                }
            }
        }
    }
    std::vector<std::uint8_t> tied(solver.node_count(), 0);
    for (auto const node : earthed) {
        tied[sets.find(node)] = 1;
    }
    std::vector<std::uint8_t> floating(solver.node_count(), 0);
    for (std::size_t node = 0; node < floating.size(); ++node) {
        floating[node] = tied[sets.find(node)] == 0 ? 1 : 0;
    }
    return floating;
}

std::vector<ThreePhaseBus> three_phase_buses(grid::FeederSolver const& solver) {
    std::vector<ThreePhaseBus> found;
    auto const nodes = solver.nodes();
    for (std::size_t first = 0; first + 2 < nodes.size(); ++first) {
        // Nodes stand by bus, then by number; node 1 is the first of its bus.
        if (nodes[first].phase == 1 && nodes[first + 1].bus == nodes[first].bus &&
            nodes[first + 1].phase == 2 && nodes[first + 2].bus == nodes[first].bus &&
            nodes[first + 2].phase == 3 && solver.energised(first) && solver.energised(first + 1) &&
            solver.energised(first + 2)) {
            found.push_back({nodes[first].bus, {first, first + 1, first + 2}});
        }
    }
    return found;
}

NodeFrame make_node_frame(grid::FeederSolver const& solver) {
    NodeFrame frame{floating_nodes(solver), {}, three_phase_buses(solver)};
    auto const names = solver.bus_names();
    auto const& buses = solver.circuit().buses;
    std::vector<std::uint8_t> known(names.size(), 0);
    for (std::size_t bus = 0; bus < names.size(); ++bus) {
        auto const info = buses.find(names[bus]);
        known[bus] = info != buses.end() && info->second.v_ln_v > 0.0 ? 1 : 0;
    }
    for (auto const& node : solver.nodes()) {
        frame.known_base.push_back(known[node.bus]);
    }
    return frame;
}

std::vector<double> phase_voltages_pu(grid::FeederSolver const& solver, NodeFrame const& frame) {
    std::vector<double> u_pu(solver.node_count());
    for (std::size_t node = 0; node < u_pu.size(); ++node) {
        u_pu[node] = solver.energised(node) ? solver.u_pu(node) : 0.0;
    }
    auto const u_v = solver.u_v();
    for (auto const& bus : frame.three_phase) {
        if (frame.floating[bus.node[0]] == 0) {
            continue;
        }
        auto const mean_v = (u_v[bus.node[0]] + u_v[bus.node[1]] + u_v[bus.node[2]]) / 3.0;
        for (auto const node : bus.node) {
            u_pu[node] = std::abs(u_v[node] - mean_v) / solver.nodes()[node].base_v;
        }
    }
    return u_pu;
}

} // namespace gridtwin::study
