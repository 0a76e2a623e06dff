#include "sim/study/phase_voltage.hpp"

#include "models/grid/node_sets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <optional>

namespace gridtwin::study {
namespace {

using grid::ElementKind;
using Ends = std::span<std::int32_t const>;

bool to_ground(Ends ends) {
    return std::any_of(ends.begin(), ends.end(), [](std::int32_t node) { return node < 0; });
}

// All of the ends are one network, tied to ground when one of them is ground.
void join_all(grid::NodeSets& sets, Ends ends, std::vector<std::size_t>& earthed) {
    std::int32_t const first = sets.join_all(ends);
    if (first >= 0 && to_ground(ends)) {
        earthed.push_back(static_cast<std::size_t>(first));
    }
}

/// Joins what is galvanically connected; returns the nodes that are tied to ground.
std::vector<std::size_t> join_networks(grid::FeederSolver const& solver, grid::NodeSets& sets) {
    auto const& circuit = solver.circuit();
    std::vector<std::size_t> earthed;
    for (std::size_t row = 0; row < circuit.lines.size(); ++row) {
        auto const ends = solver.terminals(ElementKind::line, row);
        for (std::size_t i = 0; i < ends.size() / 2; ++i) { // conductor by conductor
            std::int32_t const two[] = {ends[i], ends[ends.size() / 2 + i]};
            if (carries(circuit.lines[row], i)) {
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
    return earthed;
}

std::vector<std::uint8_t> floating_in(grid::NodeSets& sets, std::vector<std::size_t> const& earthed,
                                      std::size_t nodes) {
    std::vector<std::uint8_t> tied(nodes, 0);
    for (auto const node : earthed) {
        tied[sets.find(node)] = 1;
    }
    std::vector<std::uint8_t> floating(nodes, 0);
    for (std::size_t node = 0; node < floating.size(); ++node) {
        floating[node] = tied[sets.find(node)] == 0 ? 1 : 0;
    }
    return floating;
}

/// Rated voltages of a floating network by the windings that feed it; 0 unknown, NaN contradictory.
struct NetworkVoltages {
    double between_phases_v = 0.0;
    double to_neutral_v = 0.0;
    bool three_phase = false;
};

void take(double& known_v, double v) {
    bool const same = known_v == 0.0 || std::abs(known_v - v) <= 0.01 * v;
    known_v = same ? v : std::numeric_limits<double>::quiet_NaN();
}

bool is_phase(grid::FeederSolver const& solver, std::size_t node) {
    auto const phase = solver.nodes()[node].phase;
    return phase >= 1 && phase <= 3;
}

/// [least node of a floating network]
std::map<std::size_t, NetworkVoltages> network_voltages(grid::FeederSolver const& solver,
                                                        grid::NodeSets& sets,
                                                        std::vector<std::uint8_t> const& floating) {
    std::map<std::size_t, NetworkVoltages> out;
    auto const& transformers = solver.circuit().transformers;
    for (std::size_t row = 0; row < transformers.size(); ++row) {
        auto const& t = transformers[row];
        auto const ends = solver.terminals(ElementKind::transformer, row);
        for (std::size_t coil = 0; t.enabled && coil < t.windings.size() * t.phases; ++coil) {
            std::size_t const w = coil / t.phases;
            auto const at = grid::coil_ends(t, w, static_cast<int>(coil % t.phases));
            if (ends[at.from] < 0 || ends[at.to] < 0) {
                continue;
            }
            auto const from = static_cast<std::size_t>(ends[at.from]);
            auto const to = static_cast<std::size_t>(ends[at.to]);
            if (floating[from] == 0) {
                continue;
            }
            auto& network = out[sets.find(from)];
            double const coil_v = grid::coil_voltage_v(t, w);
            bool const across = is_phase(solver, from) && is_phase(solver, to);
            take(across ? network.between_phases_v : network.to_neutral_v, coil_v);
            if (t.phases == 3) {
                network.three_phase = true;
                if (!across) {
                    take(network.between_phases_v, std::numbers::sqrt3 * coil_v);
                }
            }
        }
    }
    return out;
}

/// How the phase nodes first..last - 1 of one bus are measured.
void measure_bus(grid::FeederSolver const& solver, NetworkVoltages voltages, std::size_t first,
                 std::size_t last, NodeFrame& frame) {
    std::vector<std::size_t> phases;
    std::vector<std::size_t> neutrals;
    for (std::size_t node = first; node < last; ++node) {
        if (solver.energised(node)) {
            (is_phase(solver, node) ? phases : neutrals).push_back(node);
        }
    }
    if (phases.size() > 2) {
        return; // to the mean of the three
    }
    if (voltages.three_phase && frame.known_base[first] != 0) { // as its buses of three phases
        voltages.to_neutral_v = solver.nodes()[first].base_v;
        voltages.between_phases_v = std::numbers::sqrt3 * voltages.to_neutral_v;
    }
    for (std::size_t k = 0; k < phases.size(); ++k) {
        if (neutrals.size() == 1 && voltages.to_neutral_v > 0.0) {
            frame.across.push_back({phases[k], neutrals[0], voltages.to_neutral_v, true});
        } else if (phases.size() == 2 && voltages.between_phases_v > 0.0) {
            frame.across.push_back({phases[k], phases[1 - k], voltages.between_phases_v, false});
        } else {
            frame.unmeasured.push_back(phases[k]);
        }
    }
}

void measure_floating_buses(grid::FeederSolver const& solver, grid::NodeSets& sets,
                            NodeFrame& frame) {
    auto const nodes = solver.nodes();
    std::optional<std::map<std::size_t, NetworkVoltages>> networks; // when the first is met
    for (std::size_t first = 0; first < nodes.size();) {
        std::size_t last = first;
        while (last < nodes.size() && nodes[last].bus == nodes[first].bus) {
            ++last;
        }
        bool one_network = true;
        for (std::size_t node = first; node < last; ++node) {
            one_network = one_network && sets.find(node) == sets.find(first);
        }
        if (frame.floating[first] != 0) {
            if (!networks) {
                networks = network_voltages(solver, sets, frame.floating);
            }
            auto const known = one_network ? (*networks)[sets.find(first)] : NetworkVoltages{};
            measure_bus(solver, known, first, last, frame);
        }
        first = last;
    }
}

} // namespace

bool is_phase_node(grid::FeederSolver const& solver, std::size_t node) {
    return is_phase(solver, node) && solver.energised(node);
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
    grid::NodeSets sets(solver.node_count());
    auto const earthed = join_networks(solver, sets);
    NodeFrame frame{
        floating_in(sets, earthed, solver.node_count()), {}, three_phase_buses(solver), {}, {}};
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
    measure_floating_buses(solver, sets, frame);
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
    for (auto const& at : frame.across) {
        u_pu[at.node] = std::abs(u_v[at.node] - u_v[at.to]) / at.rated_v;
    }
    for (auto const node : frame.unmeasured) {
        u_pu[node] = std::numeric_limits<double>::quiet_NaN();
    }
    return u_pu;
}

} // namespace gridtwin::study
