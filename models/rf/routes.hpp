#pragma once
// Who forwards for whom: the tree of least expected transmissions below node 0.
#include "models/medium/bit_error.hpp"
#include "models/rf/links.hpp"
#include "models/rf/spec.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::rf {

inline constexpr std::uint16_t kNoNode = 0xffff;

/// One node's way to node 0.
struct RouteEntry {
    std::uint16_t parent = kNoNode; ///< next node on the way; kNoNode at 0 and without a route
    std::uint8_t hops = 0;          ///< 0 at node 0 and without a route
    float etx = 0.0F;               ///< expected transmissions of a frame on the whole way

    friend bool operator==(RouteEntry const&, RouteEntry const&) = default;
};

/// What a route is worked out from; views, valid during the call.
struct RouteInput {
    RadioSpec const& radio;
    CsmaSpec const& csma;
    Links const& links;
    medium::ErrorTable const& errors;
    std::span<float const> noise_dbm;      ///< [node] in the receiver's bandwidth
    std::span<std::uint8_t const> powered; ///< [node]
};

/// Expected transmissions over one link, each a full frame and its acknowledgement, mean of the two
/// directions; infinite when either end is below the sensitivity or csma.least_link_success.
/// Source: De Couto et al., "A high-throughput path metric for multi-hop wireless routing", 2003.
[[nodiscard]] double link_etx(RouteInput const& in, std::size_t a, std::size_t b);

/// Shortest-path tree by link_etx from node 0 (Dijkstra over neighbours). Unpowered nodes do not
/// forward but stay destinations: nobody tells a concentrator that a meter is dead.
/// `routes` holds the tree so far (or is empty): a node keeps a parent that is still good, unless
/// another is better by more than csma.route_hysteresis_etx.
/// When the tree is deeper than max_hops, a growing toll a hop is added until it is not, or no toll
/// helps: what is deeper then has no route.
void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes);

/// The same tree after the power of some nodes changed, and noise perhaps a little: looks only at
/// what hung on those that fell silent or on what is no link any more, and at what those that came
/// back improve by more than the hysteresis. Hops and etx of all are those of now.
/// @return nodes whose parent changed
std::size_t mend_routes(RouteInput const& in, std::span<std::uint16_t const> changed,
                        std::vector<RouteEntry>& routes);

/// The nodes from `from` to `to`, both included: up to where their ways to node 0 meet, and down.
using Path = std::array<std::uint16_t, kMaxHops + 1>;
/// @return hops; 0 when there is no way or it has more than max_hops
[[nodiscard]] std::size_t path_between(std::span<RouteEntry const> routes, std::uint16_t from,
                                       std::uint16_t to, std::size_t max_hops, Path& path);

} // namespace gridtwin::rf
