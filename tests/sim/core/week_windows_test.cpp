#include "sim/core/week_windows.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gridtwin {
namespace {

using namespace std::chrono_literals;

TEST(WeekWindowsTest, AWindowThatEndsBeforeItBeginsEndsOnTheNextDay) {
    std::vector<DailyWindow> const night{{.days = 0b000'0001, .from = 18h, .to = 9h}};
    EXPECT_FALSE(find_window(night, 17h).inside);
    EXPECT_EQ(find_window(night, 17h).left, 1h);
    EXPECT_TRUE(find_window(night, 18h).inside);
    EXPECT_EQ(find_window(night, 18h).left, 15h);
    EXPECT_TRUE(find_window(night, 33h - 1ns).inside);
    EXPECT_FALSE(find_window(night, 33h).inside);
    EXPECT_EQ(find_window(night, 33h).left, 7 * 24h - 15h);
}

TEST(WeekWindowsTest, WindowsThatMeetAreOne) {
    std::vector<DailyWindow> const hours{
        {.days = 0b001'0000, .from = 18h, .to = 0h}, // Friday evening
        {.days = 0b110'0000, .from = 0h, .to = 0h},  // the weekend
        {.days = 0b000'0001, .from = 0h, .to = 9h}}; // Monday morning, over the week's end
    EXPECT_EQ(find_window(hours, 4 * 24h + 20h).left, 4h + 48h + 9h);
    EXPECT_EQ(find_window(hours, 9h).left, 4 * 24h + 9h);
}

TEST(WeekWindowsTest, WhatHoldsAlwaysOrNeverHasNoEnd) {
    std::vector<DailyWindow> const always{{.from = 7h, .to = 7h}};
    EXPECT_TRUE(find_window(always, 3h).inside);
    EXPECT_EQ(find_window(always, 3h).left, SimDuration::max());
    EXPECT_FALSE(find_window({}, 3h).inside);
    EXPECT_EQ(find_window({}, 3h).left, SimDuration::max());
}

TEST(WeekWindowsTest, TimeOfTheWeekWrapsBothWays) {
    EXPECT_EQ(time_of_week(6 * 24h, kStart + 25h), 1h);
    EXPECT_EQ(time_of_week(0h, kStart - 1h), 7 * 24h - 1h);
}

TEST(WeekWindowsTest, WindowsThatCannotBeAreNamed) {
    auto const wrong = [](DailyWindow const& one) { return !problem({&one, 1}).empty(); };
    EXPECT_FALSE(wrong({.from = 7h, .to = 9h}));
    EXPECT_TRUE(wrong({.days = 0, .from = 7h, .to = 9h}));
    EXPECT_TRUE(wrong({.days = 0x80, .from = 7h, .to = 9h}));
    EXPECT_TRUE(wrong({.from = 24h, .to = 9h}));
    EXPECT_TRUE(wrong({.from = 7h, .to = -1ns}));
}

} // namespace
} // namespace gridtwin
