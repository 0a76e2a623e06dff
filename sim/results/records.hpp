#pragma once
// Rows of the append-only logs that are of no use before they are recorded.
#include "sim/core/event.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <cstdint>

namespace gridtwin::results {

/// From `at` on, the concentrator reaches the meter so.
struct RouteRecord {
    SimTime at{};
    ConcentratorId concentrator = kNone<ConcentratorId>;
    MeterId meter = kNone<MeterId>;
    MeterId via = kNone<MeterId>; ///< the last repeater before the meter; none: heard directly
    Channel channel{};            ///< plc or rf
    std::uint8_t hops = 0;        ///< 1 is direct, 0 is "no route"
    float etx = 0.0F; ///< expected transmissions over the whole route, in the fastest mode

    friend bool operator==(RouteRecord const&, RouteRecord const&) = default;
};

/// From `at` on, the head-end holds this of an entity's supply.
struct BeliefRecord {
    SimTime at{};
    EventEntity entity{};
    std::uint32_t row = 0; ///< row of the entity's table
    std::uint8_t energised = 1;
    float confidence = 1.0F; ///< 0..1

    friend bool operator==(BeliefRecord const&, BeliefRecord const&) = default;
};

} // namespace gridtwin::results
