#include "models/rf/routes.hpp"

#include "models/medium/trees.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace gridtwin::rf {
namespace {

using medium::below;

constexpr double kFar = std::numeric_limits<double>::infinity();

/// Cost and node, nearest first.
using Open = std::priority_queue<std::pair<double, std::size_t>,
                                 std::vector<std::pair<double, std::size_t>>, std::greater<>>;

bool in_tree(RouteInput const& in, std::uint16_t root, std::size_t node) {
    return medium::tree_root(in.roots, in.root_of, node) == root;
}

/// For the others of its tree.
bool forwards(RouteInput const& in, std::size_t node) {
    return node < in.roots || in.powered[node] != 0;
}

/// One tree from scratch. @return whether somebody was left out for the number of hops
bool grow_tree(RouteInput const& in, std::uint16_t root, double toll,
               std::vector<RouteEntry> const& old, std::vector<RouteEntry>& routes) {
    std::size_t const n = in.links.size();
    routes.assign(n, RouteEntry{});
    std::vector<double> cost(n, kFar);
    std::vector<std::uint8_t> settled(n, 0);
    std::vector<std::uint8_t> refused(n, 0);
    Open open;
    cost[root] = 0.0;
    open.emplace(0.0, root);
    while (!open.empty()) {
        double const reached = open.top().first;
        auto const node = open.top().second; // not bound: the lambda below takes it
        open.pop();
        if (settled[node] != 0 || reached != cost[node]) {
            continue;
        }
        settled[node] = 1;
        if (node < old.size()) {
            std::size_t const before = old[node].parent;
            if (before != kNoNode && before != routes[node].parent && settled[before] != 0 &&
                forwards(in, before) && routes[before].hops < in.csma.max_hops) {
                double const etx = link_etx(in, before, node);
                if (cost[before] + etx + toll <= cost[node] + in.csma.route_hysteresis_etx) {
                    cost[node] = cost[before] + etx + toll;
                    routes[node] = below(routes[before], before, etx);
                }
            }
        }
        if (!forwards(in, node)) {
            continue;
        }
        in.links.for_each_neighbour(node, [&](std::size_t to, std::uint8_t /*code*/) {
            if (settled[to] != 0 || cost[node] + 1.0 + toll >= cost[to] || !in_tree(in, root, to)) {
                return; // no link is better than one transmission
            }
            double const etx = link_etx(in, node, to);
            if (cost[node] + etx + toll >= cost[to]) {
                return;
            }
            if (routes[node].hops >= in.csma.max_hops) {
                refused[to] = 1;
                return;
            }
            cost[to] = cost[node] + etx + toll;
            routes[to] = below(routes[node], node, etx);
            open.emplace(cost[to], to);
        });
    }
    for (std::size_t node = 0; node < n; ++node) {
        if (refused[node] != 0 && cost[node] == kFar) {
            return true;
        }
    }
    return false;
}

/// Works hops and etx of one tree out anew, from the root down, as noise and power are now.
/// @return marks on those whose way leads over a node that forwards no more, or over what is no
///         link any more, their entries stay; and on all of other trees
std::vector<std::uint8_t> retrace(RouteInput const& in, std::uint16_t root,
                                  std::vector<RouteEntry>& routes) {
    enum : std::uint8_t { unknown, whole, cut };
    std::vector<std::uint8_t> state(routes.size());
    for (std::size_t node = 0; node < routes.size(); ++node) {
        state[node] = in_tree(in, root, node) ? unknown : cut;
    }
    state[root] = whole;
    std::vector<std::size_t> way;
    for (std::size_t node = 0; node < routes.size(); ++node) {
        std::size_t at = node;
        way.clear();
        while (state[at] == unknown && routes[at].parent != kNoNode) {
            way.push_back(at);
            at = routes[at].parent;
        }
        bool broken = state[at] != whole;
        for (; !way.empty(); way.pop_back()) {
            std::size_t const via = routes[way.back()].parent;
            double const etx = broken || !forwards(in, via) ? kFar : link_etx(in, via, way.back());
            broken = etx == kFar;
            state[way.back()] = broken ? cut : whole;
            if (!broken) {
                routes[way.back()] = below(routes[via], via, etx);
            }
        }
    }
    std::transform(state.begin(), state.end(), state.begin(),
                   [](std::uint8_t s) { return static_cast<std::uint8_t>(s != whole); });
    return state;
}

/// @return false when the tree would grow too deep and has to be made from scratch
bool mend_tree(RouteInput const& in, std::uint16_t root, std::span<std::uint16_t const> changed,
               std::vector<RouteEntry>& routes) {
    std::size_t const n = in.links.size();
    auto const out = retrace(in, root, routes);
    std::vector<double> cost(n);
    for (std::size_t node = 0; node < n; ++node) {
        cost[node] = out[node] != 0 ? kFar : static_cast<double>(routes[node].etx);
    }
    Open open;
    bool fits = true;
    auto const offer = [&](std::size_t via, std::size_t to) {
        bool const follows = out[to] == 0 && routes[to].parent == via;
        // A node that need not move does so only for something clearly better.
        double const toll = out[to] != 0 || follows ? 0.0 : in.csma.route_hysteresis_etx;
        if (to == root || cost[via] + 1.0 + toll >= cost[to] || !in_tree(in, root, to)) {
            return;
        }
        double const etx = link_etx(in, via, to);
        if (cost[via] + etx + toll >= cost[to]) {
            return;
        }
        if (routes[via].hops >= in.csma.max_hops) {
            fits = fits && toll > 0.0;
            return;
        }
        routes[to] = below(routes[via], via, etx);
        cost[to] = static_cast<double>(routes[to].etx);
        open.emplace(cost[to], to);
    };
    auto const let_in = [&](std::size_t node) {
        in.links.for_each_neighbour(node, [&](std::size_t via, std::uint8_t /*code*/) {
            if (out[via] == 0 && forwards(in, via)) {
                offer(via, node);
            }
        });
    };
    for (std::size_t node = 0; node < n; ++node) {
        if (out[node] != 0 && in_tree(in, root, node)) {
            let_in(node);
        }
    }
    for (std::size_t const node : changed) {
        if (forwards(in, node) && out[node] == 0) {
            open.emplace(cost[node], node);
        }
    }
    std::vector<std::uint8_t> settled(n, 0);
    while (!open.empty() && fits) {
        double const reached = open.top().first;
        auto const node = open.top().second; // not bound: the lambda below takes it
        open.pop();
        if (settled[node] != 0 || reached != cost[node]) {
            continue;
        }
        settled[node] = 1;
        if (forwards(in, node)) {
            in.links.for_each_neighbour(
                node, [&, from = node](std::size_t to, std::uint8_t /*code*/) { offer(from, to); });
        }
    }
    for (std::size_t node = 0; node < n; ++node) {
        if (cost[node] == kFar && in_tree(in, root, node)) {
            routes[node] = RouteEntry{};
        }
    }
    // Whoever hangs on a node that moved by less than a float tells is as deep as it all the same.
    retrace(in, root, routes);
    for (std::size_t node = 0; node < n && fits; ++node) {
        fits = routes[node].hops <= in.csma.max_hops || !in_tree(in, root, node);
    }
    return fits;
}

/// Makes the tree anew beside the others.
void regrow(RouteInput const& in, std::uint16_t root, std::vector<RouteEntry> const& old,
            std::vector<RouteEntry>& routes) {
    for (std::size_t node = 0; node < routes.size(); ++node) {
        routes[node] = in_tree(in, root, node) ? RouteEntry{} : routes[node];
    }
    medium::put_tree(medium::grow_within_hops([&](double toll, std::vector<RouteEntry>& grown) {
                         return grow_tree(in, root, toll, old, grown);
                     }),
                     routes);
}

} // namespace

double link_etx(RouteInput const& in, std::size_t a, std::size_t b) {
    double const loss_db = in.links.attenuation_db(a, b);
    double const at_a_dbm = in.radio.tx_power_dbm + in.links.offset_db(b) - loss_db;
    double const at_b_dbm = in.radio.tx_power_dbm + in.links.offset_db(a) - loss_db;
    if (std::min(at_a_dbm, at_b_dbm) < in.radio.sensitivity_dbm) {
        return kFar;
    }
    auto const snr_db = [&](std::size_t at, double level_dbm) {
        return snr_per_bit_db(in.radio, level_dbm, static_cast<double>(in.noise_dbm[at]));
    };
    return full_frame_etx(in, snr_db(a, at_a_dbm), snr_db(b, at_b_dbm));
}

double full_frame_etx(RouteInput const& in, double snr_at_a_db, double snr_at_b_db) {
    return medium::expected_transmissions(
        in.errors,
        {.snr_at_a_db = snr_at_a_db,
         .snr_at_b_db = snr_at_b_db,
         .data_bits = 8.0 * (in.radio.overhead_octets + in.radio.max_payload_octets),
         .ack_bits = in.csma.acknowledge ? 8.0 * in.radio.ack_octets : 0.0},
        in.csma.least_link_success);
}

void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes) {
    std::vector<RouteEntry> const old = std::move(routes);
    routes.assign(in.links.size(), RouteEntry{});
    std::uint16_t const roots = routes.empty() ? std::uint16_t{0} : in.roots;
    for (std::uint16_t root = 0; root < roots; ++root) {
        regrow(in, root, old, routes);
    }
}

std::size_t mend_routes(RouteInput const& in, std::span<std::uint16_t const> changed,
                        std::vector<RouteEntry>& routes) {
    std::vector<RouteEntry> const old = routes;
    for (std::uint16_t root = 0; root < in.roots; ++root) {
        if (!mend_tree(in, root, changed, routes)) {
            regrow(in, root, old, routes);
        }
    }
    std::size_t moved = 0;
    for (std::size_t node = 0; node < routes.size(); ++node) {
        if (medium::tree_root(in.roots, in.root_of, node) == kNoNode) {
            routes[node] = RouteEntry{};
        }
        moved += routes[node].parent != old[node].parent ? 1 : 0;
    }
    return moved;
}

} // namespace gridtwin::rf
