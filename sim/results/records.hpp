#pragma once
// Rows of the append-only logs that are of no use before they are recorded.
#include "sim/core/event.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <array>
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

/// An interval of a meter's second profile, as the head-end received it.
struct ProfileRecord {
    SimTime received{};
    SimTime end{}; ///< of the interval, by the meter's clock
    MeterId meter = kNone<MeterId>;
    std::uint32_t interval = 0;          ///< from 1, of that profile's own length
    std::array<std::int32_t, 5> value{}; ///< [meter::ProfileChannel] mWh, W, mA, mV, mHz
    std::uint8_t channels = 0;           ///< those that are kept, a bit each; the others are 0
    std::uint8_t status = 0; ///< as in the billing profile (models/wire/profile_block.hpp)

    friend bool operator==(ProfileRecord const&, ProfileRecord const&) = default;
};

/// A concentrator's balance of an interval, as the head-end received it.
struct BalanceRecord {
    SimTime received{};
    SimTime end{}; ///< of the interval, by the concentrator's clock
    ConcentratorId concentrator = kNone<ConcentratorId>;
    std::uint32_t interval = 0;  ///< from 1, of the billing profile's length
    std::uint64_t meters = 0;    ///< in the sum
    std::int64_t busbar_mwh = 0; ///< into the networks, as the transformers' meters have it
    std::int64_t meters_mwh = 0; ///< sum of the meters' profiles

    friend bool operator==(BalanceRecord const&, BalanceRecord const&) = default;
};

} // namespace gridtwin::results
