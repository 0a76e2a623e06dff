#pragma once
// A low-voltage street with its customers, for tests and benchmarks.
#include "models/grid/lv_block.hpp"
#include "models/topology/lv_network.hpp"

namespace gridtwin::grid::test {

struct Street {
    topology::LvNetwork network;
    std::vector<topology::LvService> services;
};

/// Customers take the phases present in turn.
inline Street street(std::size_t customers, std::uint32_t id = 0, std::uint8_t phases = 0b111) {
    Street s;
    std::vector<std::uint32_t> node;
    s.network =
        topology::generate_street({}, customers, 0.0, 0.0, phases, Seed{42}, LvNetworkId{id}, node);
    std::vector<std::uint8_t> present;
    for (std::uint8_t phase = 0; phase < 3; ++phase) {
        if ((phases >> phase & 1U) != 0) {
            present.push_back(phase);
        }
    }
    for (std::size_t k = 0; k < customers; ++k) {
        s.services.push_back(
            {MeterId{static_cast<std::uint32_t>(k)}, node[k], present[k % present.size()]});
    }
    return s;
}

/// Balanced line-to-ground voltages.
inline LvBlock::Phases balanced(double v_v) {
    constexpr double kThird = 2.0943951023931953;
    return {Complex(v_v), std::polar(v_v, -kThird), std::polar(v_v, kThird)};
}

} // namespace gridtwin::grid::test
