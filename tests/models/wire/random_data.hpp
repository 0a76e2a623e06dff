#pragma once
// Any blocks of what meters tell beside their profile.
#include "models/wire/balance_block.hpp"
#include "models/wire/credit.hpp"
#include "models/wire/firmware.hpp"
#include "models/wire/found_block.hpp"
#include "models/wire/meter_data.hpp"
#include "tests/models/wire/random_block.hpp"

#include <bit>

namespace gridtwin::wire {

inline std::int64_t random_value(TestDraws& draws) {
    return static_cast<std::int64_t>(draws.bits()) >> draws.below(64);
}

inline RegisterBlock random_registers(TestDraws& draws) {
    RegisterBlock block{.meter = static_cast<MeterId>(draws.below(1'000'000)),
                        .read = from_ns(random_value(draws)),
                        .sets = {}};
    block.sets.resize(draws.below(kMaxRegisterSets + 1));
    for (auto& set : block.sets) {
        for (auto& value : set) {
            value = random_value(draws);
        }
    }
    return block;
}

inline EventBlock random_events(TestDraws& draws) {
    EventBlock block{.meter = static_cast<MeterId>(draws.below(1'000'000)),
                     .first = static_cast<std::uint32_t>(draws.below(1U << 31)),
                     .events = {}};
    block.events.resize(draws.below(20));
    for (auto& event : block.events) {
        event = {.kind = static_cast<std::uint8_t>(draws.bits()),
                 .occurred = from_ns(random_value(draws)),
                 .value = static_cast<float>(draws.below(1000)) / 7.0F};
    }
    return block;
}

inline LoadBlock random_load(TestDraws& draws) {
    LoadBlock block{.meter = static_cast<MeterId>(draws.below(1'000'000)),
                    .first_interval = static_cast<std::uint32_t>(draws.below(1U << 31)),
                    .channels = static_cast<std::uint8_t>(draws.below(32)),
                    .rows = {}};
    block.rows.resize(block.channels == 0 ? 0 : draws.below(20));
    for (auto& row : block.rows) {
        for (std::size_t c = 0; c < kLoadChannels; ++c) {
            row.value[c] = (block.channels >> c & 1U) != 0
                               ? static_cast<std::int32_t>(random_value(draws) >> 33)
                               : 0;
        }
        row.status = static_cast<std::uint8_t>(draws.bits());
    }
    return block;
}

inline ParameterSetting random_parameter(TestDraws& draws) {
    bool const delayed = draws.below(2) == 1;
    return {.parameter = static_cast<std::uint8_t>(draws.bits()),
            .delayed = delayed,
            .value_milli = random_value(draws),
            .effective = delayed ? from_ns(random_value(draws)) : SimTime{}};
}

inline BalanceRow random_balance(TestDraws& draws) {
    return {.interval = static_cast<std::uint32_t>(draws.bits()),
            .meters = static_cast<std::uint32_t>(draws.bits()),
            .busbar_mwh = random_value(draws),
            .meters_mwh = random_value(draws)};
}

inline FirmwareImage random_image(TestDraws& draws) {
    FirmwareImage image{.version = 1 + static_cast<std::uint32_t>(draws.below(1'000'000)),
                        .octets = 1 + static_cast<std::uint32_t>(draws.below(1U << 30)),
                        .block_octets = 0,
                        .activate_at = from_ns(random_value(draws))};
    if (draws.below(4) != 0) {
        image.block_octets =
            static_cast<std::uint32_t>(1 + image.octets / kMostImageBlocks + draws.below(64'000));
    }
    return image;
}

inline FirmwareGaps random_gaps(TestDraws& draws) {
    FirmwareGaps gaps{.version = static_cast<std::uint32_t>(draws.bits()),
                      .first = static_cast<std::uint32_t>(draws.below(1U << draws.below(20))),
                      .runs = {}};
    std::uint32_t end = gaps.first;
    for (std::uint64_t left = draws.below(kMaxBlockRuns + 1); left > 0; --left) {
        auto const first = end + static_cast<std::uint32_t>((gaps.runs.empty() ? 0U : 1U) +
                                                            draws.below(1U << draws.below(20)));
        auto const count = 1 + static_cast<std::uint32_t>(draws.below(1U << draws.below(20)));
        gaps.runs.push_back({first, count});
        end = first + count;
    }
    return gaps;
}

inline FirmwareReport random_report(TestDraws& draws) {
    auto const meters = static_cast<std::uint32_t>(draws.below(1U << 31));
    return {.version = static_cast<std::uint32_t>(draws.bits()),
            .done = static_cast<std::uint32_t>(draws.below(meters + 1U)),
            .meters = meters,
            .over = draws.below(2) == 1};
}

inline CreditDifference random_difference(TestDraws& draws) {
    return {.number = static_cast<std::uint32_t>(draws.bits()),
            .difference_cents = random_value(draws),
            .payment_cents = static_cast<std::int64_t>(draws.bits() >> (1 + draws.below(63)))};
}

inline CreditReport random_report_of_credit(TestDraws& draws) {
    return {.number = static_cast<std::uint32_t>(draws.bits()),
            .interval = static_cast<std::uint32_t>(draws.bits()),
            .flags = static_cast<std::uint8_t>(draws.below(kCreditFlags + 1)),
            .balance = random_value(draws),
            .debt = random_value(draws),
            .read = from_ns(random_value(draws))};
}

inline FoundMeter random_found(TestDraws& draws) {
    return {.meter = static_cast<MeterId>(draws.below(1'000'000)),
            .cost_milli = static_cast<std::uint32_t>(draws.below(kMostCostMilli + 1))};
}

} // namespace gridtwin::wire
