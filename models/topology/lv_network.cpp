#include "models/topology/lv_network.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::topology {

std::vector<std::uint32_t> fuse_nodes(LvNetwork const& network) {
    std::vector<std::uint32_t> nodes;
    for (std::size_t k = 1; k < network.size(); ++k) {
        if (network.parent[k] == 0) {
            nodes.push_back(static_cast<std::uint32_t>(k));
        }
    }
    return nodes;
}

LvNetwork generate_street(StreetSpec const& spec, std::size_t customers, double x_m, double y_m,
                          std::uint8_t phases, Seed seed, LvNetworkId id,
                          std::vector<std::uint32_t>& service_node) {
    LvNetwork net;
    net.phases = phases;
    auto const add = [&net](std::int32_t parent, double length_m, std::uint8_t cable, double x,
                            double y) {
        net.parent.push_back(parent);
        net.length_m.push_back(static_cast<float>(length_m));
        net.cable.push_back(cable);
        net.x_m.push_back(static_cast<float>(x));
        net.y_m.push_back(static_cast<float>(y));
        return static_cast<std::int32_t>(net.parent.size() - 1);
    };
    add(-1, 0.0, kStreetCable, x_m, y_m);
    EntityKey const key(EntityKind::lv_network, index(id));
    double const heading0 = draw01(seed, key, Purpose::street_layout, 0) * 0.5 * std::numbers::pi;
    std::size_t const branches = static_cast<std::size_t>(std::max(1, spec.branches));

    service_node.assign(customers, 0);
    std::vector<std::int32_t> tip(branches, 0);
    std::vector<std::size_t> placed(branches, 0);
    for (std::size_t c = 0; c < customers; ++c) {
        // Fill branch after branch, two customers (left and right) to each pole.
        std::size_t const b = c * branches / customers;
        double const heading = heading0 + 2.0 * std::numbers::pi * static_cast<double>(b) /
                                              static_cast<double>(branches);
        double const dx = std::cos(heading);
        double const dy = std::sin(heading);
        bool const left = placed[b] % 2 == 0;
        if (left) {
            double const jitter = 0.8 + 0.4 * draw01(seed, key, Purpose::street_layout, 1 + c);
            double const step = (tip[b] == 0 ? spec.setback_m : spec.plot_width_m) * jitter;
            auto const p = static_cast<std::size_t>(tip[b]);
            tip[b] =
                add(tip[b], step, kStreetCable, net.x_m[p] + step * dx, net.y_m[p] + step * dy);
        }
        double const side = left ? 1.0 : -1.0;
        auto const p = static_cast<std::size_t>(tip[b]);
        service_node[c] =
            static_cast<std::uint32_t>(add(tip[b], spec.service_length_m, kServiceCable,
                                           net.x_m[p] - side * dy * spec.service_length_m,
                                           net.y_m[p] + side * dx * spec.service_length_m));
        ++placed[b];
    }
    return net;
}

} // namespace gridtwin::topology
