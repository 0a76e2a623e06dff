#include "sim/core/civil_time.hpp"

#include <stdexcept>

namespace gridtwin {
namespace {
using namespace std::chrono_literals;

TEST(CivilClockTest, FollowsTheTimeZoneOfTheTown) {
    CivilClock const clock("2026-01-15T00:00:00", "Asia/Baku");
    EXPECT_EQ(clock.iso(kStart + 14h), "2026-01-15T14:00:00+04:00");
    EXPECT_EQ(clock.at(kStart + 14h).second_of_day, 14 * 3600.0);
    EXPECT_EQ(clock.at(kStart).weekday, 3) << "a Thursday";
    EXPECT_EQ(clock.start_unix_s(), 1768420800);
}

TEST(CivilClockTest, LosesAnHourWhenDaylightSavingBegins) {
    CivilClock const clock("2026-03-29T00:00:00", "Europe/Berlin"); // 02:00 becomes 03:00
    EXPECT_EQ(clock.iso(kStart + 1h), "2026-03-29T01:00:00+01:00");
    EXPECT_EQ(clock.iso(kStart + 2h), "2026-03-29T03:00:00+02:00");
    EXPECT_EQ(clock.next(kStart, 12 * 3600), kStart + 11h);
    EXPECT_EQ(clock.next(kStart, 2 * 3600 + 1800), kStart + 23h + 2h + 30min)
        << "02:30 does not happen that day, so the next one is tomorrow's";
}

TEST(CivilClockTest, GainsAnHourWhenDaylightSavingEnds) {
    CivilClock const clock("2026-10-25T00:00:00", "Europe/Berlin"); // 03:00 becomes 02:00
    EXPECT_EQ(clock.iso(kStart + 2h), "2026-10-25T02:00:00+02:00");
    EXPECT_EQ(clock.iso(kStart + 3h), "2026-10-25T02:00:00+01:00");
    EXPECT_EQ(clock.next(kStart, 12 * 3600), kStart + 13h);
}

TEST(CivilClockTest, RefusesWhatIsNoDateOrZone) {
    EXPECT_THROW(CivilClock("2026-02-30T00:00:00", "UTC"), std::invalid_argument);
    EXPECT_THROW(CivilClock("yesterday", "UTC"), std::invalid_argument);
    EXPECT_THROW(CivilClock("2026-01-15T00:00:00", "Asia/Bakku"), std::invalid_argument);
    EXPECT_THROW(CivilClock("2026-03-29T02:30:00", "Europe/Berlin"), std::invalid_argument);
}

TEST(TimeOfDayTest, AcceptsHoursMinutesAndSeconds) {
    EXPECT_EQ(parse_time_of_day("14:00"), 14 * 3600);
    EXPECT_EQ(parse_time_of_day("9:05:07"), 9 * 3600 + 5 * 60 + 7);
    EXPECT_EQ(parse_time_of_day("24:00"), std::nullopt);
    EXPECT_EQ(parse_time_of_day("14"), std::nullopt);
    EXPECT_EQ(parse_time_of_day("14:00h"), std::nullopt);
}

} // namespace
} // namespace gridtwin
