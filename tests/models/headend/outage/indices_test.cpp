#include "models/headend/outage/indices.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/outage/town.hpp"

#include <algorithm>
#include <tuple>

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;

Interruption row(std::uint32_t m, SimDuration from, SimDuration to) {
    return {.meter = meter(m), .from = at(from), .to = at(to)};
}

TEST(ReliabilityIndicesTest, AreMinutesAndNumbersOfSustainedInterruptionsACustomer) {
    // of 100 customers: three for 60 min, one of these for 30 more, two for a minute
    std::vector<Interruption> const rows{row(0, 1h, 2h),        row(1, 1h, 2h),
                                         row(2, 1h, 2h),        row(0, 5h, 5h + 30min),
                                         row(7, 1h, 1h + 1min), row(8, 1h, 1h + 1min)};
    auto const indices = reliability_indices(rows, 100, at(0h), at(24h));
    EXPECT_DOUBLE_EQ(indices.saidi_min, (3 * 60 + 30) / 100.0);
    EXPECT_DOUBLE_EQ(indices.saifi, 4 / 100.0);
    EXPECT_DOUBLE_EQ(indices.caidi_min, 210.0 / 4.0);
    EXPECT_DOUBLE_EQ(indices.maifi, 2 / 100.0);
}

TEST(ReliabilityIndicesTest, SustainedIsLongerThanFiveMinutesOrThanSaid) {
    std::vector<Interruption> const rows{row(0, 1h, 1h + 5min), row(1, 1h, 1h + 5min + 1s)};
    EXPECT_EQ(reliability_indices(rows, 2, at(0h), at(24h)).sustained, 1U);
    EXPECT_EQ(reliability_indices(rows, 2, at(0h), at(24h)).momentary, 1U);
    EXPECT_EQ(reliability_indices(rows, 2, at(0h), at(24h), 1min).sustained, 2U);
}

TEST(ReliabilityIndicesTest, APeriodHasWhatBeginsInItUpToItsEnd) {
    std::vector<Interruption> rows{row(0, 23h, 25h), row(1, 24h, 26h)};
    rows.push_back({.meter = meter(2), .from = at(22h), .to = kNever});
    auto const first = reliability_indices(rows, 1, at(0h), at(24h));
    EXPECT_EQ(first.sustained, 2U);
    EXPECT_DOUBLE_EQ(first.saidi_min, 60.0 + 120.0);
    EXPECT_DOUBLE_EQ(reliability_indices(rows, 1, at(24h), at(48h)).saidi_min, 120.0);
}

TEST(ReliabilityIndicesTest, WhatOverlapsOrTouchesIsOneInterruption) {
    std::vector<Interruption> const rows{row(3, 2h, 3h),    row(3, 1h, 2h),    row(3, 1h, 2h),
                                         row(4, 1h, 90min), row(4, 80min, 2h), row(5, 2h, 3h)};
    EXPECT_THAT(merged(rows), ElementsAre(row(3, 1h, 3h), row(4, 1h, 2h), row(5, 2h, 3h)));
}

TEST(ReliabilityIndicesTest, NeitherOrderNorCopiesMatterAndSaidiIsSaifiTimesCaidi) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Dice dice{.seed = seed};
        std::vector<Interruption> rows;
        for (int i = 0; i < 60; ++i) {
            SimDuration const from = std::chrono::minutes(dice.below(1440));
            rows.push_back(row(dice.below(20), from, from + std::chrono::minutes(dice.below(60))));
        }
        auto const once = reliability_indices(rows, 20, at(0h), at(24h));
        auto shuffled = rows;
        for (std::size_t i = shuffled.size(); i > 1; --i) {
            std::swap(shuffled[i - 1], shuffled[dice.below(static_cast<std::uint32_t>(i))]);
        }
        shuffled.insert(shuffled.end(), rows.begin(), rows.end());
        auto const again = reliability_indices(shuffled, 20, at(0h), at(24h));
        EXPECT_EQ(once.saidi_min, again.saidi_min);
        EXPECT_EQ(once.sustained, again.sustained);
        EXPECT_EQ(once.momentary, again.momentary);
        EXPECT_NEAR(once.saidi_min, once.saifi * once.caidi_min, 1e-9);
    }
}

TEST(ReliabilityIndicesTest, NoCustomersAndBackwardInterruptionsAreErrors) {
    EXPECT_THROW(std::ignore = reliability_indices({}, 0, at(0h), at(1h)), SimulationError);
    std::vector<Interruption> const rows{row(0, 2h, 1h)};
    EXPECT_THROW(std::ignore = reliability_indices(rows, 1, at(0h), at(1h)), SimulationError);
    EXPECT_EQ(reliability_indices({}, 5, at(0h), at(1h)).caidi_min, 0.0);
}

} // namespace
} // namespace gridtwin::headend
