#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/billing/cases.hpp"

namespace gridtwin::headend::billing {
namespace {

TEST(BillingCalendar, ADayHas92Or96Or100QuarterHours) {
    Desk const spring(flat_tariff("t", 1), "2026-03-27", 5 * 24h); // the 29th loses 02:00 to 03:00
    EXPECT_EQ(spring.days.of_day(1).count(), 96U);
    EXPECT_EQ(spring.days.of_day(2).count(), 92U);
    EXPECT_EQ(spring.days.of_day(3).count(), 96U);
    Desk const autumn(flat_tariff("t", 1), "2026-10-24", 5 * 24h);
    EXPECT_EQ(autumn.days.of_day(0).count(), 96U);
    EXPECT_EQ(autumn.days.of_day(1).count(), 100U);
    EXPECT_EQ(autumn.days.of_day(2), (IntervalRange{197, 293}));
    EXPECT_EQ(autumn.days.days_in({1, 293}), 3U);
    EXPECT_EQ(autumn.days.days_in({2, 293}), 2U);
    EXPECT_EQ(autumn.days.days_in({1, 294}), 4U);
}

TEST(BillingCalendar, TheNightIsAnHourShorterOrLongerAndTheDayIsNot) {
    // Sundays, so all is told by a plan that is the same on all days.
    Tariff t = day_night(10, 5);
    t.day_types.clear();
    t.plans = {{"", "", t.plans[0].periods}};
    auto const split = [&](char const* start) {
        Desk const desk(t, start, 24h);
        auto const range = desk.first_days(1);
        Usage const u = desk.usage(Profile(range.count(), 1000), range);
        return std::pair{u.rows[0].import_mwh, u.rows[1].import_mwh};
    };
    EXPECT_EQ(split("2026-03-29"), std::pair(60'000L, 32'000L)); // 15 h, 8 h
    EXPECT_EQ(split("2026-06-14"), std::pair(60'000L, 36'000L)); // 15 h, 9 h
    EXPECT_EQ(split("2026-10-25"), std::pair(60'000L, 40'000L)); // 15 h, 10 h
}

TEST(BillingCalendar, HolidaysAreTheDaysThatTheirTypeSays) {
    Tariff t = day_night(10, 5);
    t.holidays = {Date{std::chrono::year{2026} / 1 / 1}}; // a Thursday
    Desk const desk(t, "2026-01-01", 4 * 24h);            // Thursday to Sunday
    std::vector<std::int64_t> day;
    for (std::size_t d = 0; d < 4; ++d) {
        auto const range = desk.days.of_day(d);
        day.push_back(desk.usage(Profile(4 * 96, 1000), range).rows[0].import_mwh);
    }
    EXPECT_EQ(day, (std::vector<std::int64_t>{0, 60'000, 0, 0}));
}

TEST(BillingCalendar, SeasonsMayRunOverTheNewYear) {
    Tariff t = flat_tariff("t", 0);
    using std::chrono::day;
    using std::chrono::month;
    t.rates = {{"summer", 1, 0}, {"winter", 2, 0}};
    t.seasons = {{"winter", month{11} / day{1}, month{3} / day{31}},
                 {"summer", month{4} / day{1}, month{10} / day{31}}};
    t.plans = {{"summer", "", {{0, 86'400, "summer"}}}, {"winter", "", {{0, 86'400, "winter"}}}};
    EXPECT_TRUE(problems(t, "t", kQuarter).empty());
    Desk const desk(t, "2025-10-30", 180 * 24h);
    Profile const p(desk.days.end() - 1, 1);
    auto const rate = [&](std::size_t d) {
        return desk.usage(p, desk.days.of_day(d)).rows[1].import_mwh > 0 ? 'w' : 's';
    };
    EXPECT_EQ(rate(1), 's');   // 31 October
    EXPECT_EQ(rate(2), 'w');   // 1 November
    EXPECT_EQ(rate(70), 'w');  // January
    EXPECT_EQ(rate(152), 'w'); // 31 March
    EXPECT_EQ(rate(153), 's'); // 1 April
}

TEST(BillingCalendar, AStartWithinADayMakesAShortFirstDay) {
    CivilDays const days(CivilClock("2026-01-01T18:00:00", "Europe/Berlin"), kQuarter);
    EXPECT_EQ(days.of_day(0), (IntervalRange{1, 25}));
    EXPECT_EQ(days.second_of_day(1), 18 * 3600);
    EXPECT_EQ(days.first_of(std::chrono::year{2026} / 1 / 2), 25U);
    EXPECT_EQ(days.interval_from(kStart + 1s), 2U);
    EXPECT_EQ(days.interval_from(kStart + kQuarter), 2U);
    EXPECT_EQ(days.start_of(25), kStart + 6h);
}

TEST(BillingCalendar, ATariffWithMistakesIsRefused) {
    Tariff t = flat_tariff("t", -1);
    EXPECT_THROW(Desk(t).usage(Profile(96), {1, 97}), SimulationError);
    t = flat_tariff("t", 1);
    t.rebates = {{kStart + 23h, kStart + 25h, 1}};
    EXPECT_THROW(Desk(t).usage(Profile(96), {1, 97}), SimulationError); // over midnight
}

} // namespace
} // namespace gridtwin::headend::billing
