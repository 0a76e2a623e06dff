#pragma once
// The way of a datagram: over the routes in force, and to a node that is yet to join their tree.
#include "models/medium/job_queue.hpp"
#include "models/medium/route.hpp"
#include "models/medium/trees.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace gridtwin::medium {

/// Of a node outside a root's tree, if it joined: below whoever makes its expected transmissions
/// least, within max_hops.
/// @param forwards (via) whether that node would
/// @param link_etx (via) of the link between it and the node; infinite: none; else at least 1
/// @return without a parent when nobody of the tree hears the node
template <typename Forwards, typename LinkEtx>
[[nodiscard]] RouteEntry joining_entry(std::span<RouteEntry const> routes, std::uint16_t root,
                                       std::uint16_t node, std::size_t max_hops, Forwards forwards,
                                       LinkEtx link_etx) {
    double least = std::numeric_limits<double>::infinity();
    RouteEntry entry;
    for (std::uint16_t via = 0; via < routes.size(); ++via) {
        double const there = static_cast<double>(routes[via].etx);
        bool const might = via != node && there + 1.0 < least && routes[via].hops < max_hops;
        if (!might || way_end(routes, via) != root || !forwards(via)) {
            continue;
        }
        if (double const etx = link_etx(via); there + etx < least) {
            least = there + etx;
            entry = below(routes[via], via, etx);
        }
    }
    return entry;
}

/// From a root to a node outside its tree: to whoever would be the node's parent if it joined, and
/// one hop more; arguments and result as of joining_entry.
/// @param path room for max_hops + 1 nodes
/// @return hops; 0 when nobody of the tree hears the node
template <typename Forwards, typename LinkEtx>
[[nodiscard]] std::size_t path_to_joining(std::span<RouteEntry const> routes, std::uint16_t root,
                                          std::uint16_t node, std::size_t max_hops,
                                          std::span<std::uint16_t> path, Forwards forwards,
                                          LinkEtx link_etx) {
    auto const entry = joining_entry(routes, root, node, max_hops, forwards, link_etx);
    path[entry.hops] = node;
    std::uint16_t parent = entry.parent;
    for (std::size_t k = entry.hops; k-- > 0; parent = routes[parent].parent) {
        path[k] = parent;
    }
    return entry.hops;
}

/// Hangs a node that has changed its tree onto the standing one of its new root, where no other
/// node's way changes by it; what others gain by it is left to those who work all ways out.
/// @param in with roots and root_of, as they are now  @param forwards (node)
/// @param link_etx (a, b)
/// @return false, and nothing done: it forwards for others, or would for some that had no way
template <typename RouteInput, typename Forwards, typename LinkEtx>
[[nodiscard]] bool hang(RouteInput const& in, std::uint16_t node, std::size_t max_hops,
                        Forwards forwards, LinkEtx link_etx, std::span<RouteEntry> routes) {
    for (auto const& route : routes) {
        if (route.parent == node) {
            return false;
        }
    }
    std::uint16_t const root = tree_root(in.roots, in.root_of, node);
    RouteEntry entry;
    if (root != kNoNode) {
        entry = joining_entry(std::span<RouteEntry const>(routes), root, node, max_hops, forwards,
                              [&](std::uint16_t via) { return link_etx(via, node); });
    }
    bool const may_forward = entry.hops != 0 && entry.hops < max_hops && forwards(node);
    for (std::size_t to = in.roots; may_forward && to < routes.size(); ++to) {
        auto const other = static_cast<std::uint16_t>(to);
        if (other != node && routes[to].parent == kNoNode &&
            tree_root(in.roots, in.root_of, to) == root && std::isfinite(link_etx(node, other))) {
            return false;
        }
    }
    routes[node] = entry;
    return true;
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
