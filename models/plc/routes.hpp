#pragma once
// Who repeats for whom: the tree of least expected transmissions below a concentrator.
#include "models/plc/channel.hpp"
#include "models/plc/error_rate.hpp"
#include "models/plc/spec.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::plc {

inline constexpr std::uint16_t kNoModem = 0xffff;

/// One modem's way to the concentrator (modem 0).
struct RouteEntry {
    std::uint16_t parent = kNoModem; ///< next modem on the way; kNoModem at 0 and without a route
    std::uint8_t hops = 0;           ///< 0 at modem 0 and without a route
    float etx = 0.0F;                ///< expected transmissions of a frame on the whole way

    friend bool operator==(RouteEntry const&, RouteEntry const&) = default;
};

/// What a route is worked out from; views, valid during the call.
struct RouteInput {
    ModemSpec const& modem;
    MacSpec const& mac;
    Channel const& channel;
    ErrorTable const& errors;
    std::span<float const> noise_dbuv;     ///< [modem]
    std::span<std::uint8_t const> powered; ///< [modem]
};

/// Expected transmissions over one link, each a full frame and its acknowledgement, mean of the two
/// directions; infinite below the sensitivity or mac.least_link_success.
/// Source: De Couto et al., "A high-throughput path metric for multi-hop wireless routing", 2003.
[[nodiscard]] double link_etx(RouteInput const& in, std::size_t a, std::size_t b);

/// Shortest-path tree by link_etx from modem 0 (Dijkstra). Unpowered modems do not repeat but stay
/// destinations: nobody tells a concentrator that a meter is dead. When the tree is deeper than
/// max_hops, a growing toll a hop is added until it is not, or no toll helps: what is deeper then
/// has no route.
/// Cost: at most n^2 comparisons; links are looked at only where they could help.
void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes);

} // namespace gridtwin::plc
