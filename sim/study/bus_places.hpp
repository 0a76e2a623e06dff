#pragma once
// Where each bus stands on paper.
#include "sim/plot/svg.hpp"
#include "sim/study/bus_graph.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::study {

enum class PlaceKind : std::uint8_t { none, from_file, beside_neighbour, tree };

struct BusPlaces {
    std::vector<plot::Point> at; ///< [bus] x to the right, y upwards, in the file's units
    std::vector<PlaceKind> kind; ///< [bus]
    bool tree = false;           ///< no coordinates in the file: depth and row of a tree instead
};

/// Buses with coordinates stand there. The others stand next to a neighbour that has them, away
/// from the rest. With fewer than two known places, everything is laid out as a tree from the
/// sources.
/// @param buses  of the script at its end: coordinates often come after Solve
[[nodiscard]] BusPlaces place_buses(grid::FeederSolver const& solver, BusGraph const& graph,
                                    std::map<std::string, grid::BusInfo> const& buses);

} // namespace gridtwin::study
