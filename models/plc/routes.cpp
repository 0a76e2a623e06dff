#include "models/plc/routes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::plc {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

/// Depth of the deepest modem; routes hold each modem's parent, hops and ETX without the toll.
std::uint32_t shortest_paths(RouteInput const& in, double toll, std::vector<RouteEntry>& routes) {
    std::size_t const n = in.channel.size();
    routes.assign(n, RouteEntry{});
    std::vector<double> cost(n, kFar);
    std::vector<std::uint32_t> open(n);
    std::vector<std::uint32_t> depth(n, 0);
    for (std::size_t m = 0; m < n; ++m) {
        open[m] = static_cast<std::uint32_t>(m);
    }
    cost[0] = 0.0;
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
        if (via != 0 && in.powered[via] == 0) {
            continue;
        }
        for (std::size_t const to : open) {
            if (cost[via] + 1.0 + toll >= cost[to]) {
                continue; // no link is better than one transmission
            }
            double const etx = link_etx(in, via, to);
            if (cost[via] + etx + toll < cost[to]) {
                cost[to] = cost[via] + etx + toll;
                depth[to] = depth[via] + 1;
                routes[to] = {static_cast<std::uint16_t>(via),
                              static_cast<std::uint8_t>(std::min(depth[to], 255U)),
                              routes[via].etx + static_cast<float>(etx)};
            }
        }
    }
    return *std::max_element(depth.begin(), depth.end());
}

} // namespace

double link_etx(RouteInput const& in, std::size_t a, std::size_t b) {
    double const loss_db = in.channel.attenuation_db(a, b);
    if (in.modem.tx_level_dbuv - loss_db < in.modem.sensitivity_dbuv) {
        return kFar;
    }
    double const data_bits = 8.0 * (in.modem.overhead_octets + in.modem.max_payload_octets);
    double const ack_bits = in.mac.acknowledge ? 8.0 * in.modem.ack_octets : 0.0;
    double const at_a_db = snr_db(in.modem, loss_db, static_cast<double>(in.noise_dbuv[a]));
    double const at_b_db = snr_db(in.modem, loss_db, static_cast<double>(in.noise_dbuv[b]));
    double const there =
        in.errors.success(at_b_db, data_bits) * in.errors.success(at_a_db, ack_bits);
    double const back =
        in.errors.success(at_a_db, data_bits) * in.errors.success(at_b_db, ack_bits);
    if (std::min(there, back) < in.mac.least_link_success) {
        return kFar;
    }
    return 0.5 * (1.0 / there + 1.0 / back);
}

void find_routes(RouteInput const& in, std::vector<RouteEntry>& routes) {
    if (in.channel.size() == 0) {
        routes.clear();
        return;
    }
    constexpr double kLargestToll = 16.0;
    double toll = 0.0;
    while (shortest_paths(in, toll, routes) > in.mac.max_hops && toll < kLargestToll) {
        toll = toll == 0.0 ? 0.25 : 2.0 * toll;
    }
    for (auto& route : routes) {
        if (route.hops > in.mac.max_hops) {
            route = RouteEntry{};
        }
    }
}

} // namespace gridtwin::plc
