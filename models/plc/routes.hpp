#pragma once
// Who repeats for whom: the tree of least expected transmissions below a concentrator.
#include "models/medium/route.hpp"
#include "models/plc/channel.hpp"
#include "models/plc/spec.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::plc {

using medium::RouteEntry;

inline constexpr std::uint16_t kNoModem = medium::kNoNode;

/// What a route is worked out from; views, valid during the call.
struct RouteInput {
    ModemSpec const& modem;
    MacSpec const& mac;
    Channel const& channel;
    medium::ErrorTable const& errors;
    std::span<float const> noise_dbuv;     ///< [modem]
    std::span<std::uint8_t const> powered; ///< [modem]
    double impulse_factor = 0.0;           ///< of the table's impulses
};

/// medium::expected_transmissions over one link of a full frame and its acknowledgement; infinite,
/// too, below the sensitivity.
[[nodiscard]] double link_etx(RouteInput const& in, std::size_t a, std::size_t b);

/// Shortest-path tree by link_etx from modem 0 (Dijkstra). Unpowered modems do not repeat but stay
/// destinations: nobody tells a concentrator that a meter is dead. When the tree is deeper than
/// max_hops, see medium::grow_within_hops.
/// Cost: at most n^2 comparisons; links are looked at only where they could help.
void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes);

} // namespace gridtwin::plc
