#pragma once
// Who repeats for whom: the trees of least expected transmission time below the concentrators.
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
    std::uint16_t roots = 1;               ///< modems below are concentrators; at most all
    /// [modem] Root of the tree it belongs to; kNoModem: of none, on no way and without one. Empty:
    /// all of root 0.
    std::span<std::uint16_t const> root_of{};
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

/// Shortest-path trees by link_etx from each root (Dijkstra), each over its own modems only, as if
/// there were no others. Unpowered modems do not repeat but stay destinations: nobody tells a
/// concentrator that a meter is dead. When a tree is deeper than max_hops, see
/// medium::grow_within_hops.
/// Cost: at most n^2 comparisons of the modems of each tree; links are looked at only where they
/// could help.
void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes);

} // namespace gridtwin::plc
