#pragma once
// The circuit as buses and the branches between them: distances, phases, places on paper.
#include "models/grid/feeder_solver.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace gridtwin::study {

/// A line, a reactor in series, or a transformer from its first winding to another.
struct Branch {
    grid::ElementRef element;
    std::uint32_t bus1 = 0; ///< rows of FeederSolver::bus_names
    std::uint32_t bus2 = 0;
    std::size_t terminal2 = 1; ///< of the element, at bus2; terminal 0 is at bus1
    bool closed = true;
    double length_m = 0.0;
};

struct BusGraph {
    std::vector<Branch> branches;
    std::vector<std::uint32_t> first;   ///< [bus + 1] in `at`
    std::vector<std::uint32_t> at;      ///< branches at each bus, in the order of `branches`
    std::vector<std::uint32_t> sources; ///< buses

    [[nodiscard]] std::size_t buses() const { return first.size() - 1; }
    [[nodiscard]] std::uint32_t other(std::uint32_t branch, std::uint32_t bus) const {
        auto const& b = branches[branch];
        return b.bus1 == bus ? b.bus2 : b.bus1;
    }
};

[[nodiscard]] BusGraph make_bus_graph(grid::FeederSolver const& solver);

inline constexpr double kFar = std::numeric_limits<double>::infinity();

/// [bus] distance from the nearest source along closed branches: m when `by_length`, else the
/// number of branches. Lines of unknown length count as 0 m. kFar: not reached.
[[nodiscard]] std::vector<double> source_distances(BusGraph const& graph, bool by_length);

/// [node] 1, 2 or 3: the phase of the medium-voltage system that feeds it. The legs of a
/// centre-tapped secondary, nodes 1 and 2, both belong to the phase of their primary. 0: neutral or
/// not reached.
[[nodiscard]] std::vector<int> fed_phases(grid::FeederSolver const& solver, BusGraph const& graph);

} // namespace gridtwin::study
