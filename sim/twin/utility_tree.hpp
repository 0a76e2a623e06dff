#pragma once
// The utility's records of its medium-voltage network, as its outage management sees them.
#include "models/headend/outage/network_tree.hpp"
#include "sim/scenario/world.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace gridtwin::twin {

struct UtilityTree {
    static constexpr std::uint32_t kHead = std::numeric_limits<std::uint32_t>::max();

    headend::NetworkTree tree;       ///< LV networks, then bulk customers, as in the fleet
    std::vector<std::uint32_t> line; ///< [device] row of Circuit::lines; kHead: a feeder's breaker
    std::vector<FeederId> feeder;    ///< [device]
};

/// Each line is a device (assumption: any can be opened), below the next one towards the source as
/// lines stand at the start; each feeder's head is a breaker. Switches are load switches, the other
/// lines sectionalizers. What no closed line reaches hangs on the head.
[[nodiscard]] UtilityTree utility_tree(scenario::World const& world);

} // namespace gridtwin::twin
