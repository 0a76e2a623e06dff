#pragma once
// Who repeats for whom: the tree of least expected transmission time below a concentrator.
#include "models/medium/route.hpp"
#include "models/plc/channel.hpp"
#include "models/plc/mode_table.hpp"
#include "models/plc/spec.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::plc {

using medium::RouteEntry;

inline constexpr std::uint16_t kNoModem = medium::kNoNode;

/// What a route is worked out from; views, valid during the call.
struct RouteInput {
    ModeTable const& modes;
    MacSpec const& mac;
    Channel const& channel;
    std::span<float const> noise_dbuv;     ///< [modem]
    std::span<std::uint8_t const> powered; ///< [modem]
    double impulse_factor = 0.0;           ///< of the table's impulses
    /// [modem] Whether the concentrator knows it: others are on no way and have none. Empty: all.
    std::span<std::uint8_t const> joined{};
    double more_db = 0.0; ///< every signal is stronger by this than the modem and the channel say
};

/// How one direction of a link is used best.
struct BestMode {
    std::uint8_t mode; ///< the slowest when there is no link
    double time; ///< expected, of a full segment and its acknowledgement until both are right, in
                 ///< such exchanges in the fastest mode; infinite when there is no link
};

/// The mode of least expected time from one modem to another. A mode below whose sensitivity an end
/// hears the other, or in which less than least_link_success arrives, is none.
[[nodiscard]] BestMode best_mode(RouteInput const& in, std::size_t from, std::size_t to);

/// Expected transmission time of a link, each direction in its best_mode, mean of both; infinite
/// when one has none. With a single mode: expected transmissions.
/// Source: Draves, Padhye, Zill, "Routing in multi-radio, multi-hop wireless mesh networks",
/// MobiCom 2004; with one mode De Couto et al., MobiCom 2003.
[[nodiscard]] double link_etx(RouteInput const& in, std::size_t a, std::size_t b);

/// Shortest-path tree by link_etx from modem 0 (Dijkstra). Unpowered modems do not repeat but stay
/// destinations: nobody tells a concentrator that a meter is dead. When the tree is deeper than
/// max_hops, see medium::grow_within_hops.
/// Cost: at most n^2 comparisons; links are looked at only where they could help.
void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes);

} // namespace gridtwin::plc
