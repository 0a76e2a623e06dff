#include "models/meter/registers.hpp"
#include "models/meter/tariff.hpp"
#include "sim/core/diagnostics.hpp"

#include <gtest/gtest.h>

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr SimDuration kDay = 24h;
constexpr std::uint8_t kWorkdays = 0b001'1111;

TEST(TariffTest, WithoutSwitchesTheFirstTariffHoldsForEver) {
    auto const week = lay_out({});
    EXPECT_EQ(week.at(3 * kDay).tariff, 0);
    EXPECT_EQ(week.at(3 * kDay).left, SimDuration::max());
}

TEST(TariffTest, ASwitchHoldsFromItsInstantUntilTheNext) {
    auto const week = lay_out({{{.at = 7h, .tariff = 1}, {.at = 23h, .tariff = 0}}});
    EXPECT_EQ(week.at(7h - 1ns).tariff, 0);
    EXPECT_EQ(week.at(7h - 1ns).left, SimDuration{1});
    EXPECT_EQ(week.at(7h).tariff, 1);
    EXPECT_EQ(week.at(7h).left, SimDuration{16h});
    EXPECT_EQ(week.at(23h).left, SimDuration{8h});
}

TEST(TariffTest, OverTheWeeksEndTheLastOneGoesOn) {
    auto const week = lay_out({{{.days = kWorkdays, .at = 7h, .tariff = 1},
                                {.days = kWorkdays, .at = 22h, .tariff = 2}}});
    EXPECT_EQ(week.at(1h).tariff, 2); // Friday evening's
    EXPECT_EQ(week.at(5 * kDay + 12h).tariff, 2);
    EXPECT_EQ(week.at(6 * kDay + 23h).left, SimDuration{8h}); // until Monday 07:00
}

TEST(TariffTest, WhatACalendarCannotHoldIsNamed) {
    EXPECT_EQ(problem({{{.at = 1h, .tariff = 8}}}), "tariff 9 of a calendar that has 1 to 8");
    EXPECT_EQ(problem({{{.days = 0, .at = 1h}}}), "a tariff's switch is on no day");
    EXPECT_EQ(problem({{{.at = 24h}}}), "a tariff's switch is at no time of day");
    EXPECT_EQ(problem({{{.at = 1ms}}}), "a tariff's switch is not at a whole second");
    EXPECT_EQ(problem({{{.at = 1h, .tariff = 1}, {.days = 1, .at = 1h, .tariff = 2}}}),
              "two tariffs, 2 and 3, begin at the same instant");
    EXPECT_EQ(problem({{{.days = 2, .at = 1h}, {.days = 1, .at = 1h}}}), "");
    EXPECT_THROW((void)lay_out({{{.at = 24h}}}), SimulationError);
    EXPECT_THROW((void)make_registers({.kept = true, .calendars = {}}, 1), SimulationError);
}

} // namespace
} // namespace gridtwin::meter
