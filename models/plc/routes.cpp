#include "models/plc/routes.hpp"

#include "models/medium/trees.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::plc {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

/// One root's tree; routes hold each of its modems' parent, hops and ETX without the toll.
/// @return whether somebody was left out for the number of hops
bool shortest_paths(RouteInput const& in, std::uint16_t root, double toll,
                    std::vector<RouteEntry>& routes) {
    std::size_t const n = in.channel.size();
    routes.assign(n, RouteEntry{});
    std::vector<double> cost(n, kFar);
    std::vector<std::uint32_t> open;
    open.reserve(n);
    std::vector<std::uint32_t> depth(n, 0);
    for (std::size_t m = 0; m < n; ++m) {
        if (medium::tree_root(in.roots, in.root_of, m) == root) {
            open.push_back(static_cast<std::uint32_t>(m));
        }
    }
    cost[root] = 0.0;
    while (!open.empty()) {
        std::size_t nearest = 0;
        double farthest = 0.0;
        for (std::size_t k = 0; k < open.size(); ++k) {
            double const here = cost[open[k]];
            double const best = cost[open[nearest]];
            nearest = here < best || (here == best && open[k] < open[nearest]) ? k : nearest;
            farthest = std::max(farthest, here);
        }
        std::size_t const via = open[nearest];
        if (cost[via] == kFar || cost[via] + 1.0 + toll >= farthest) {
            break; // nobody left is reached, or can be reached more cheaply
        }
        open[nearest] = open.back();
        open.pop_back();
        if (via != root && in.powered[via] == 0) {
            continue;
        }
        for (std::size_t const to : open) {
            if (cost[via] + 1.0 + toll >= cost[to]) {
                continue; // no link is better than one transmission
            }
            double const etx = link_etx(in, via, to);
            if (cost[via] + etx + toll < cost[to]) {
                cost[to] = cost[via] + etx + toll;
                routes[to] = medium::below(routes[via], via, etx);
                depth[to] = depth[via] + 1;
            }
        }
    }
    bool dropped = false;
    for (std::size_t m = 0; m < n; ++m) {
        if (depth[m] > in.mac.max_hops) {
            routes[m] = RouteEntry{};
            dropped = true;
        }
    }
    return dropped;
}

} // namespace

BestMode best_mode(RouteInput const& in, std::size_t from, std::size_t to) {
    auto const& modem = in.modes.modem();
    double const loss_db = in.channel.attenuation_db(from, to) - in.more_db;
    auto const at_a = static_cast<double>(in.noise_dbuv[from]);
    auto const at_b = static_cast<double>(in.noise_dbuv[to]);
    BestMode best{.mode = in.modes.slowest(), .time = kFar};
    for (std::size_t k = 0; k < in.modes.size(); ++k) {
        auto const& mode = in.modes[k];
        if (mode.slowness >= best.time ||
            modem.tx_level_dbuv - loss_db < modem.modes[k].sensitivity_dbuv) {
            continue; // it would take longer even if nothing were lost
        }
        double const success = medium::exchange_success(
            mode.errors, {.snr_at_a_db = snr_db(modem, k, loss_db, at_a),
                          .snr_at_b_db = snr_db(modem, k, loss_db, at_b),
                          .data_bits = 8.0 * (modem.overhead_octets + in.modes.segment_octets()),
                          .ack_bits = in.mac.acknowledge ? 8.0 * modem.ack_octets : 0.0,
                          .impulse_factor = in.impulse_factor});
        double const time = success < in.mac.least_link_success ? kFar : mode.slowness / success;
        if (time < best.time) {
            best = {.mode = static_cast<std::uint8_t>(k), .time = time};
        }
    }
    return best;
}

double link_etx(RouteInput const& in, std::size_t a, std::size_t b) {
    return 0.5 * (best_mode(in, a, b).time + best_mode(in, b, a).time);
}

void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes) {
    routes.assign(in.channel.size(), RouteEntry{});
    std::uint16_t const roots = routes.empty() ? std::uint16_t{0} : in.roots;
    for (std::uint16_t root = 0; root < roots; ++root) {
        medium::put_tree(medium::grow_within_hops([&](double toll, std::vector<RouteEntry>& grown) {
                             return shortest_paths(in, root, toll, grown);
                         }),
                         routes);
    }
}

} // namespace gridtwin::plc
