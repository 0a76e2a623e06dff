#include "sim/study/bus_graph.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>

namespace gridtwin::study {
namespace {

using grid::ElementKind;

class BusRows {
  public:
    explicit BusRows(std::span<std::string const> names) : names_(names) {} // sorted
    [[nodiscard]] std::uint32_t operator()(std::string const& name) const {
        auto const found = std::lower_bound(names_.begin(), names_.end(), name);
        return found != names_.end() && *found == name
                   ? static_cast<std::uint32_t>(found - names_.begin())
                   : kNone;
    }
    static constexpr std::uint32_t kNone = UINT32_MAX;

  private:
    std::span<std::string const> names_;
};

} // namespace

BusGraph make_bus_graph(grid::FeederSolver const& solver) {
    BusGraph graph;
    BusRows const row_of(solver.bus_names());
    auto const& c = solver.circuit();
    auto const add = [&](Branch branch, std::string const& bus1, std::string const& bus2) {
        branch.bus1 = row_of(bus1);
        branch.bus2 = row_of(bus2);
        if (branch.bus1 != BusRows::kNone && branch.bus2 != BusRows::kNone &&
            branch.bus1 != branch.bus2) {
            graph.branches.push_back(branch);
        }
    };
    for (std::size_t row = 0; row < c.lines.size(); ++row) {
        auto const& line = c.lines[row];
        add({{ElementKind::line, row}, 0, 0, 1, carries(line), line.length_m}, line.bus1.bus,
            line.bus2.bus);
    }
    for (std::size_t row = 0; row < c.reactors.size(); ++row) {
        add({{ElementKind::reactor, row}}, c.reactors[row].bus1.bus, c.reactors[row].bus2.bus);
    }
    for (std::size_t row = 0; row < c.transformers.size(); ++row) {
        auto const& t = c.transformers[row];
        for (std::size_t w = 1; w < t.windings.size(); ++w) {
            if (w == 1 || t.windings[w].bus.bus != t.windings[w - 1].bus.bus) {
                add({{ElementKind::transformer, row}, 0, 0, w, t.enabled}, t.windings[0].bus.bus,
                    t.windings[w].bus.bus);
            }
        }
    }
    for (auto const& source : c.sources) {
        if (auto const bus = row_of(source.bus1.bus); bus != BusRows::kNone) {
            graph.sources.push_back(bus);
        }
    }
    graph.first.assign(solver.bus_names().size() + 1, 0);
    for (auto const& b : graph.branches) {
        ++graph.first[b.bus1 + 1];
        ++graph.first[b.bus2 + 1];
    }
    for (std::size_t bus = 0; bus < graph.buses(); ++bus) {
        graph.first[bus + 1] += graph.first[bus];
    }
    graph.at.resize(graph.first.back());
    auto next = graph.first;
    for (std::uint32_t k = 0; k < graph.branches.size(); ++k) {
        graph.at[next[graph.branches[k].bus1]++] = k;
        graph.at[next[graph.branches[k].bus2]++] = k;
    }
    return graph;
}

std::vector<double> source_distances(BusGraph const& graph, bool by_length) {
    std::vector<double> distance(graph.buses(), kFar);
    using Entry = std::pair<double, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    for (auto const bus : graph.sources) {
        distance[bus] = 0.0;
        open.emplace(0.0, bus);
    }
    while (!open.empty()) {
        auto const [d, bus] = open.top();
        open.pop();
        if (d > distance[bus]) {
            continue;
        }
        for (auto k = graph.first[bus]; k < graph.first[bus + 1]; ++k) {
            auto const& branch = graph.branches[graph.at[k]];
            auto const to = graph.other(graph.at[k], bus);
            double const reached = d + (by_length ? branch.length_m : 1.0);
            if (branch.closed && reached < distance[to]) {
                distance[to] = reached;
                open.emplace(reached, to);
            }
        }
    }
    return distance;
}

std::vector<int> fed_phases(grid::FeederSolver const& solver, BusGraph const& graph) {
    std::vector<int> phase(solver.node_count(), 0);
    auto const& c = solver.circuit();
    std::queue<std::uint32_t> open; // buses
    std::vector<std::uint8_t> seen(graph.buses(), 0);
    for (std::size_t row = 0; row < c.sources.size(); ++row) {
        for (auto const node : solver.terminals(ElementKind::source, row)) {
            if (node >= 0) {
                auto const at = static_cast<std::size_t>(node);
                phase[at] = solver.nodes()[at].phase <= 3 ? solver.nodes()[at].phase : 0;
            }
        }
    }
    for (auto const bus : graph.sources) {
        seen[bus] = 1;
        open.push(bus);
    }
    // From bus to bus: a conductor hands on its phase; a coil, that of the node it hangs on.
    while (!open.empty()) {
        auto const bus = open.front();
        open.pop();
        for (auto k = graph.first[bus]; k < graph.first[bus + 1]; ++k) {
            auto const& branch = graph.branches[graph.at[k]];
            if (!branch.closed) {
                continue;
            }
            auto const ends = solver.terminals(branch.element.kind, branch.element.row);
            bool const single = branch.element.kind == ElementKind::transformer &&
                                c.transformers[branch.element.row].phases == 1;
            auto const windings = branch.element.kind == ElementKind::transformer
                                      ? c.transformers[branch.element.row].windings.size()
                                      : 2;
            auto const n = ends.size() / windings;
            int feeding = 0; // of a single-phase transformer
            for (std::size_t i = 0; i < ends.size(); ++i) {
                if (ends[i] >= 0 && feeding == 0 &&
                    solver.nodes()[static_cast<std::size_t>(ends[i])].bus == bus) {
                    feeding = phase[static_cast<std::size_t>(ends[i])];
                }
            }
            for (std::size_t i = 0; i < ends.size(); ++i) {
                auto const to = static_cast<std::size_t>(ends[i]);
                if (ends[i] < 0 || solver.nodes()[to].bus == bus || phase[to] != 0 ||
                    solver.nodes()[to].phase > 3) {
                    continue;
                }
                if (single) {
                    phase[to] = feeding;
                } else if (branch.element.kind == ElementKind::transformer) {
                    phase[to] = solver.nodes()[to].phase;
                } else {
                    auto const from = ends[i < n ? i + n : i - n];
                    bool const cut = branch.element.kind == ElementKind::line &&
                                     !carries(c.lines[branch.element.row], i % n);
                    phase[to] = from < 0 || cut ? 0 : phase[static_cast<std::size_t>(from)];
                }
            }
            auto const next = graph.other(graph.at[k], bus);
            if (seen[next] == 0) {
                seen[next] = 1;
                open.push(next);
            }
        }
    }
    return phase;
}

} // namespace gridtwin::study
