#pragma once
// Source routes below concentrators (a medium's first nodes, the roots): the trees of who forwards
// for whom, and the way from one node to another.
#include "models/medium/error_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace gridtwin::medium {

inline constexpr std::uint16_t kNoNode = 0xffff;
inline constexpr std::size_t kMostHops = 15; ///< that any medium may be set to

/// One node's way to the root of its tree.
struct RouteEntry {
    std::uint16_t parent = kNoNode; ///< next node on the way; kNoNode at a root and without a route
    std::uint8_t hops = 0;          ///< 0 at a root and without a route
    float etx = 0.0F;               ///< expected transmissions of a frame on the whole way

    friend bool operator==(RouteEntry const&, RouteEntry const&) = default;
};

/// The entry of a node that hangs on `via` over a link of that etx.
[[nodiscard]] inline RouteEntry below(RouteEntry const& via_entry, std::size_t via, double etx) {
    return {static_cast<std::uint16_t>(via), static_cast<std::uint8_t>(via_entry.hops + 1U),
            via_entry.etx + static_cast<float>(etx)};
}

/// The two directions of a link, each end hearing the other.
struct LinkQuality {
    double snr_at_a_db; ///< per bit
    double snr_at_b_db;
    double data_bits;            ///< of a full frame, that have to be right
    double ack_bits;             ///< 0: nobody acknowledges
    double impulse_factor = 0.0; ///< of the table's impulses
};

/// Chance that a frame from a to b and its acknowledgement are both right.
[[nodiscard]] double exchange_success(ErrorTable const& errors, LinkQuality const& link);

/// Expected transmissions of a frame until it is acknowledged, mean of the two directions; infinite
/// when one of them succeeds less often than `least_success`.
/// Source: De Couto et al., "A high-throughput path metric for multi-hop wireless routing", 2003.
[[nodiscard]] double expected_transmissions(ErrorTable const& errors, LinkQuality const& link,
                                            double least_success);

/// The nodes from `from` to `to`, both included: up to where their ways to their root meet, and
/// down.
/// @param roots nodes below are roots
/// @param max_hops at most kMostHops
/// @param path room for max_hops + 1 nodes
/// @return hops; 0 when there is no way (as between two trees) or it has more than max_hops
[[nodiscard]] std::size_t path_between(std::span<RouteEntry const> routes, std::uint16_t from,
                                       std::uint16_t to, std::size_t max_hops,
                                       std::span<std::uint16_t> path, std::uint16_t roots = 1);

/// Where a node's way ends: at its root; at itself when it has none.
[[nodiscard]] inline std::uint16_t way_end(std::span<RouteEntry const> routes, std::uint16_t node) {
    while (routes[node].parent != kNoNode) {
        node = routes[node].parent;
    }
    return node;
}

/// Nodes from `from` to its root, both included; empty without a route.
/// @param roots nodes below are roots
[[nodiscard]] std::vector<std::uint16_t> way_to_root(std::span<RouteEntry const> routes,
                                                     std::size_t from, std::uint16_t roots = 1);

/// Looks for a tree that is no deeper than allowed: grow(toll, routes) makes a shortest-path tree
/// with that toll a hop, in transmissions, drops what is too deep, and says whether anything was.
/// @return the tree that leaves out fewest; of those the one of the least toll
template <typename Grow>
std::vector<RouteEntry> grow_within_hops(Grow grow) {
    constexpr double kLargestToll = 16.0;
    std::vector<RouteEntry> best;
    std::vector<RouteEntry> routes;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (double toll = 0.0; toll <= kLargestToll; toll = toll == 0.0 ? 0.25 : 2.0 * toll) {
        bool const dropped = grow(toll, routes);
        std::size_t left_out = 0;
        for (auto const& route : routes) {
            left_out += route.parent == kNoNode ? 1 : 0;
        }
        if (left_out < fewest) {
            fewest = left_out;
            best.swap(routes);
        }
        if (!dropped) {
            break;
        }
    }
    return best;
}

/// Puts a tree into a forest where its nodes have no ways yet.
inline void put_tree(std::span<RouteEntry const> tree, std::span<RouteEntry> forest) {
    for (std::size_t node = 0; node < tree.size(); ++node) {
        if (tree[node].parent != kNoNode) {
            forest[node] = tree[node];
        }
    }
}

} // namespace gridtwin::medium
