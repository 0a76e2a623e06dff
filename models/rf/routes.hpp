#pragma once
// Who forwards for whom: the tree of least expected transmissions below node 0.
#include "models/medium/route.hpp"
#include "models/rf/links.hpp"
#include "models/rf/spec.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::rf {

using medium::kNoNode;
using medium::RouteEntry;

/// What a route is worked out from; views, valid during the call.
struct RouteInput {
    RadioSpec const& radio;
    CsmaSpec const& csma;
    Links const& links;
    medium::ErrorTable const& errors;
    std::span<float const> noise_dbm;      ///< [node] in the receiver's bandwidth
    std::span<std::uint8_t const> powered; ///< [node]
    /// [node] Whether the concentrator knows it: others are on no way and have none. Empty: all.
    std::span<std::uint8_t const> joined{};
};

/// medium::expected_transmissions over one link of a full frame and its acknowledgement; infinite,
/// too, when either end is below the sensitivity.
[[nodiscard]] double link_etx(RouteInput const& in, std::size_t a, std::size_t b);

/// The same over a link with these signal to noise ratios per bit at its ends.
[[nodiscard]] double full_frame_etx(RouteInput const& in, double snr_at_a_db, double snr_at_b_db);

/// Shortest-path tree by link_etx from node 0 (Dijkstra over neighbours). Unpowered nodes do not
/// forward but stay destinations: nobody tells a concentrator that a meter is dead.
/// `routes` holds the tree so far (or is empty): a node keeps a parent that is still good, unless
/// another is better by more than csma.route_hysteresis_etx.
/// When the tree is deeper than max_hops, see medium::grow_within_hops.
void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes);

/// The same tree after the power of some nodes changed, and noise perhaps a little: looks only at
/// what hung on those that fell silent or on what is no link any more, and at what those that came
/// back improve by more than the hysteresis. Hops and etx of all are those of now.
/// @return nodes whose parent changed
std::size_t mend_routes(RouteInput const& in, std::span<std::uint16_t const> changed,
                        std::vector<RouteEntry>& routes);

} // namespace gridtwin::rf
