#pragma once
// Who forwards for whom: the trees of least expected transmissions below the concentrators.
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
    std::uint16_t roots = 1;               ///< nodes below are concentrators; at most all
    /// [node] Root of the tree it belongs to; kNoNode: of none, on no way and without one. Empty:
    /// all of root 0.
    std::span<std::uint16_t const> root_of{};
};

/// medium::expected_transmissions over one link of a full frame and its acknowledgement; infinite,
/// too, when either end is below the sensitivity.
[[nodiscard]] double link_etx(RouteInput const& in, std::size_t a, std::size_t b);

/// The same over a link with these signal to noise ratios per bit at its ends.
[[nodiscard]] double full_frame_etx(RouteInput const& in, double snr_at_a_db, double snr_at_b_db);

/// Shortest-path trees by link_etx from each root (Dijkstra over neighbours), each over its own
/// nodes only, as if there were no others. Unpowered nodes do not forward but stay destinations:
/// nobody tells a concentrator that a meter is dead.
/// `routes` holds the trees so far (or is empty): a node keeps a parent that is still good, unless
/// another is better by more than csma.route_hysteresis_etx.
/// When a tree is deeper than max_hops, see medium::grow_within_hops.
void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes);

/// The same trees after the power of some nodes changed, and noise perhaps a little: looks only at
/// what hung on those that fell silent or on what is no link any more, and at what those that came
/// back improve by more than the hysteresis. Hops and etx of all are those of now.
/// @return nodes whose parent changed
std::size_t mend_routes(RouteInput const& in, std::span<std::uint16_t const> changed,
                        std::vector<RouteEntry>& routes);

} // namespace gridtwin::rf
