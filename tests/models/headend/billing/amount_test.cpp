#include "models/headend/billing/amount.hpp"
#include "sim/core/diagnostics.hpp"

#include <gtest/gtest.h>

namespace gridtwin::headend::billing {
namespace {

TEST(BillingAmount, HalvesGoToTheEvenNeighbourOnBothSidesOfZero) {
    EXPECT_EQ(round_half_even(1, 2), 0);
    EXPECT_EQ(round_half_even(3, 2), 2);
    EXPECT_EQ(round_half_even(5, 2), 2);
    EXPECT_EQ(round_half_even(7, 2), 4);
    EXPECT_EQ(round_half_even(-1, 2), 0);
    EXPECT_EQ(round_half_even(-3, 2), -2);
    EXPECT_EQ(round_half_even(-5, 2), -2);
    EXPECT_EQ(round_half_even(-7, 2), -4);
}

TEST(BillingAmount, WhatIsNotAHalfGoesToTheNearest) {
    EXPECT_EQ(round_half_even(499, 1000), 0);
    EXPECT_EQ(round_half_even(501, 1000), 1);
    EXPECT_EQ(round_half_even(-499, 1000), 0);
    EXPECT_EQ(round_half_even(-501, 1000), -1);
    EXPECT_EQ(round_half_even(1, 3), 0);
    EXPECT_EQ(round_half_even(2, 3), 1);
    EXPECT_EQ(round_half_even(-2, 3), -1);
    EXPECT_EQ(round_half_even(6, 3), 2);
}

TEST(BillingAmount, EnergyTimesPriceIsExactUpToTheCent) {
    // 1 kWh at 0.12345 a kWh = 12.345 cents
    EXPECT_EQ(energy_amount(1'000'000, 12'345).cents, 12);
    // 100 kWh of it = 1234.5 cents: a half, to the even one
    EXPECT_EQ(energy_amount(100'000'000, 12'345).cents, 1234);
    // one mWh more is more than a half
    EXPECT_EQ(energy_amount(100'000'001, 12'345).cents, 1235);
    // 300 kWh = 3703.5: to the even one above
    EXPECT_EQ(energy_amount(300'000'000, 12'345).cents, 3704);
    EXPECT_EQ(energy_amount(-300'000'000, 12'345).cents, -3704);
    // a third of it: 1234.5
    EXPECT_EQ(energy_amount(300'000'000, 12'345, 3).cents, 1234);
}

TEST(BillingAmount, ProductsBeyond64BitsAreExactAndResultsBeyondAreRefused) {
    // 9e12 mWh (9 GWh) x 1e10 = 9e22, far beyond 64 bits
    EXPECT_EQ(energy_amount(9'000'000'000'000, kMaxPrice).cents, 90'000'000'000'000);
    EXPECT_THROW((void)round_half_even(Int128{INT64_MAX} * 3, 2), SimulationError);
    EXPECT_THROW((void)round_half_even(Int128{INT64_MIN} * 3, 2), SimulationError);
    EXPECT_EQ(round_half_even(INT64_MIN, 1), INT64_MIN);
}

} // namespace
} // namespace gridtwin::headend::billing
