#pragma once
// The way of a datagram: over the routes in force, and to a node that is yet to join their tree.
#include "models/medium/job_queue.hpp"
#include "models/medium/route.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace gridtwin::medium {

/// From a root to a node outside its tree: to whoever would be the node's parent if it joined, by
/// least expected transmissions within max_hops, and one hop more.
/// @param path room for max_hops + 1 nodes
/// @param forwards (via) whether that node would
/// @param link_etx (via) of the link between it and the node; infinite: none; else at least 1
/// @return hops; 0 when nobody of the tree hears the node
template <typename Forwards, typename LinkEtx>
[[nodiscard]] std::size_t path_to_joining(std::span<RouteEntry const> routes, std::uint16_t root,
                                          std::uint16_t node, std::size_t max_hops,
                                          std::span<std::uint16_t> path, Forwards forwards,
                                          LinkEtx link_etx) {
    double least = std::numeric_limits<double>::infinity();
    std::uint16_t parent = kNoNode;
    for (std::uint16_t via = 0; via < routes.size(); ++via) {
        double const there = static_cast<double>(routes[via].etx);
        bool const might = via != node && there + 1.0 < least && routes[via].hops < max_hops;
        if (!might || way_end(routes, via) != root || !forwards(via)) {
            continue;
        }
        if (double const etx = there + link_etx(via); etx < least) {
            least = etx;
            parent = via;
        }
    }
    if (parent == kNoNode) {
        return 0;
    }
    std::size_t const hops = routes[parent].hops + 1U;
    path[hops] = node;
    for (std::size_t k = hops; k-- > 0; parent = routes[parent].parent) {
        path[k] = parent;
    }
    return hops;
}

/// Chooses the way of a job of a sender.
/// @param forwards (node)  @param link_etx (a, b)
/// @return false: there is none
template <std::size_t kMaxHops, typename Forwards, typename LinkEtx>
[[nodiscard]] bool choose_way(Job<kMaxHops>& job, std::span<RouteEntry const> routes,
                              std::uint16_t roots, std::size_t max_hops, Forwards forwards,
                              LinkEtx link_etx) {
    auto const& datagram = job.datagram;
    if (datagram.direct || datagram.to == kEverybody) {
        job.go_directly();
        return true;
    }
    std::size_t hops = path_between(routes, datagram.from, datagram.to, max_hops, job.path, roots);
    bool const down = datagram.from < roots;
    if (hops == 0 && datagram.joining && down != (datagram.to < roots)) {
        std::uint16_t const root = down ? datagram.from : datagram.to;
        std::uint16_t const node = down ? datagram.to : datagram.from;
        hops = path_to_joining(routes, root, node, max_hops, job.path, forwards,
                               [&](std::uint16_t via) { return link_etx(via, node); });
        if (!down) {
            std::reverse(job.path.begin(),
                         job.path.begin() + static_cast<std::ptrdiff_t>(hops == 0 ? 0 : hops + 1));
        }
    }
    job.hops = static_cast<std::uint8_t>(hops);
    return hops != 0;
}

} // namespace gridtwin::medium
