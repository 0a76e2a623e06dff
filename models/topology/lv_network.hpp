#pragma once
// The low-voltage network below one service transformer, as the power flow and the power-line
// channel both see it: a tree of nodes with positions.
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::topology {

/// Radial low-voltage network. Node 0 is the transformer's low-voltage busbar; parent[k] < k, so a
/// loop upwards is a forward sweep and a loop downwards a backward sweep.
struct LvNetwork {
    std::vector<std::int32_t> parent; ///< [node] index of the node towards the transformer; -1 at 0
    std::vector<float> length_m;      ///< [node] length of the line to the parent; 0 at node 0
    std::vector<std::uint8_t> cable;  ///< [node] row of the cable table for that line
    std::vector<float> x_m;           ///< [node] position, m, east
    std::vector<float> y_m;           ///< [node] position, m, north
    std::uint8_t phases = 0b111;      ///< bit i set: phase i (0 a, 1 b, 2 c) is present

    [[nodiscard]] std::size_t size() const { return parent.size(); }
};

/// Lines that are open, by the node below each: the line to its parent. In any order, each once.
using OpenLines = std::vector<std::uint32_t>;

/// The fuses of a network: one at the busbar for every line that leaves it. Named by the node
/// below, in order.
[[nodiscard]] std::vector<std::uint32_t> fuse_nodes(LvNetwork const& network);

/// One customer's connection.
struct LvService {
    MeterId meter{};
    std::uint32_t node = 0;
    std::uint8_t phase = 0; ///< 0 a, 1 b, 2 c
};

/// What a street is like; the defaults are assumptions, documented in docs/models/low-voltage.md.
struct StreetSpec {
    double plot_width_m = 22.0;     ///< between neighbouring customers of one side
    double service_length_m = 12.0; ///< from the street's line to a customer
    double setback_m = 15.0;        ///< from the transformer to the first customer
    int branches = 2;               ///< lines that leave the transformer
};

inline constexpr std::uint8_t kStreetCable = 0;
inline constexpr std::uint8_t kServiceCable = 1;

/// Lays `customers` along streets that leave a transformer standing at (x_m, y_m).
/// Deterministic in (seed, id). Customer c's node is returned in service_node[c].
[[nodiscard]] LvNetwork generate_street(StreetSpec const& spec, std::size_t customers, double x_m,
                                        double y_m, std::uint8_t phases, Seed seed, LvNetworkId id,
                                        std::vector<std::uint32_t>& service_node);

} // namespace gridtwin::topology
