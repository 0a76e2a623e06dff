#include "models/medium/route.hpp"

#include <algorithm>

namespace gridtwin::medium {
namespace {

using Climb = std::array<std::uint16_t, kMostHops + 1>;

/// From a node to its root, both included. @return nodes; 0 without a way, or when it is too long
std::size_t climb(std::span<RouteEntry const> routes, std::uint16_t node, std::uint16_t roots,
                  Climb& way) {
    std::size_t count = 0;
    for (way[count++] = node; node >= roots; way[count++] = node) {
        node = routes[node].parent;
        if (node == kNoNode || count == way.size()) {
            return 0;
        }
    }
    return count;
}

} // namespace

double exchange_success(ErrorTable const& errors, LinkQuality const& link) {
    return errors.success(link.snr_at_b_db, link.data_bits, link.impulse_factor) *
           errors.success(link.snr_at_a_db, link.ack_bits, link.impulse_factor);
}

double expected_transmissions(ErrorTable const& errors, LinkQuality const& link,
                              double least_success) {
    double const there = exchange_success(errors, link);
    double const back = exchange_success(errors, {.snr_at_a_db = link.snr_at_b_db,
                                                  .snr_at_b_db = link.snr_at_a_db,
                                                  .data_bits = link.data_bits,
                                                  .ack_bits = link.ack_bits,
                                                  .impulse_factor = link.impulse_factor});
    return std::min(there, back) < least_success ? std::numeric_limits<double>::infinity()
                                                 : 0.5 * (1.0 / there + 1.0 / back);
}

std::size_t path_between(std::span<RouteEntry const> routes, std::uint16_t from, std::uint16_t to,
                         std::size_t max_hops, std::span<std::uint16_t> path, std::uint16_t roots) {
    Climb up; // written as far as it is read
    Climb down;
    std::size_t ups = climb(routes, from, roots, up);
    std::size_t downs = climb(routes, to, roots, down);
    if (ups == 0 || downs == 0 || up[ups - 1] != down[downs - 1]) {
        return 0;
    }
    while (ups >= 2 && downs >= 2 && up[ups - 2] == down[downs - 2]) {
        --ups;
        --downs;
    }
    std::size_t const hops = ups + downs - 2;
    if (hops > max_hops) {
        return 0;
    }
    std::copy_n(up.begin(), ups, path.begin());
    for (std::size_t k = 1; k < downs; ++k) {
        path[ups - 1 + k] = down[downs - 1 - k];
    }
    return hops;
}

std::vector<std::uint16_t> way_to_root(std::span<RouteEntry const> routes, std::size_t from,
                                       std::uint16_t roots) {
    std::vector<std::uint16_t> way;
    if (from >= roots && routes[from].parent == kNoNode) {
        return way;
    }
    way.push_back(static_cast<std::uint16_t>(from));
    while (way.back() >= roots) {
        way.push_back(routes[way.back()].parent);
    }
    return way;
}

} // namespace gridtwin::medium
