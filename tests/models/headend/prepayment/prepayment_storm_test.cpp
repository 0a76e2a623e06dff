#include "tests/models/headend/prepayment/prepayment_storm.hpp"

#include <gtest/gtest.h>

namespace gridtwin::headend {
namespace {

TEST(PrepaymentStormTest, MoneyIsConservedAndNobodyIsCutOffInFriendlyHoursWhateverTheNetworkDoes) {
    std::size_t opened = 0;
    std::uint64_t known = 0;
    std::uint64_t late_orders = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        PrepaymentStorm storm({.seed = seed});
        for (SimDuration t = 5h; t <= 60h; t += 5h) {
            storm.to(kStart + t);
            ASSERT_EQ(storm.audit(), "") << to_s(t);
        }
        storm.to(kStart + 80h, true);
        ASSERT_EQ(storm.audit(), "");
        auto const& till = storm.till();
        auto const& counts = till.counts();
        for (auto const& account : till.accounts().rows()) {
            ASSERT_EQ(
                till.accounts().kind(account).in_meter ? till.accounts().in_flight(account) : 0, 0);
        }
        ASSERT_EQ(storm.applied(), counts.updates) << "each once";
        ASSERT_EQ(counts.confirmed, counts.updates);
        ASSERT_GT(counts.reconciled, 10U);
        ASSERT_EQ(counts.exact, counts.reconciled);
        ASSERT_EQ(counts.largest_difference, 0);
        ASSERT_EQ(counts.corrections, 0U);
        ASSERT_EQ(storm.unfriendly(), 0U);
        // What has been paid arrives, and with it the supply.
        for (std::uint32_t m = 0; m < storm.meters(); ++m) {
            storm.pay(static_cast<MeterId>(m), {20'000});
        }
        storm.to(kStart + 82h, true);
        ASSERT_EQ(storm.closed_now(), storm.meters());
        opened += storm.opened();
        known += storm.known();
        late_orders += storm.late_orders();
    }
    EXPECT_GT(opened, 500U);
    EXPECT_GT(known, 500U);
    EXPECT_GT(late_orders, 0U) << "orders that came into friendly hours";
}

TEST(PrepaymentStormTest, MetersThatChargeWronglyAreKeptCloseAllTheSame) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(seed);
        PrepaymentStorm storm({.seed = seed, .meter_price_off_milli = seed % 2 != 0 ? 700 : -700});
        storm.to(kStart + 60h);
        auto const& counts = storm.till().counts();
        ASSERT_GT(counts.corrections, 0U);
        ASSERT_EQ(storm.unfriendly(), 0U);
        storm.to(kStart + 90h, true);
        // What runs up from one report to the next: 6 h at 3 kW and 0.7 cents.
        ASSERT_LT(storm.largest_gap(), to_nano({14}));
        ASSERT_EQ(storm.applied(), counts.confirmed);
    }
}

TEST(PrepaymentStormTest, SavedAndRestoredAgainAndAgainItDoesTheSame) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE(seed);
        PrepaymentStorm plain({.seed = seed});
        PrepaymentStorm restored({.seed = seed, .restores = true});
        plain.to(kStart + 60h);
        restored.to(kStart + 60h);
        ASSERT_EQ(restored.commands(), plain.commands());
        ASSERT_EQ(restored.told(), plain.told());
        ASSERT_EQ(restored.audit(), "");
    }
}

} // namespace
} // namespace gridtwin::headend
