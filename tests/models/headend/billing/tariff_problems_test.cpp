// Mistakes in tariffs: all of them, each with its path.
#include "tests/models/headend/billing/cases.hpp"

namespace gridtwin::headend::billing {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using Texts = std::vector<std::string>;

Texts found(Tariff const& t) {
    return problems(t, "tariffs[0]", kQuarter);
}

TEST(TariffProblems, GoodOnesHaveNone) {
    EXPECT_EQ(found(day_night(1, 2)), Texts{});
    EXPECT_EQ(found(flat_tariff("t", 1)), Texts{});
}

TEST(TariffProblems, PeriodsThatOverlapOrLeaveGaps) {
    Tariff t = day_night(1, 2);
    t.plans[0].periods = {
        {0, 7 * 3600, "night"}, {6 * 3600, 12 * 3600, "day"}, {13 * 3600, 23 * 3600 + 60, "dya"}};
    t.plans[1].periods[0].to_s = 0;
    EXPECT_EQ(found(t),
              (Texts{"tariffs[0].plans[0].periods[1]: overlaps periods[0] from 06:00 to 07:00",
                     "tariffs[0].plans[0].periods[2].rate: there is no rate 'dya'",
                     "tariffs[0].plans[0].periods[2]: does not begin and end with an interval",
                     "tariffs[0].plans[0].periods: 12:00 to 13:00 is in none of them",
                     "tariffs[0].plans[0].periods: 23:01 to 24:00 is in none of them",
                     "tariffs[0].plans[1].periods[0]: is not from one time of a day to a later one",
                     "tariffs[0].plans[1].periods: 00:00 to 24:00 is in none of them"}));
}

TEST(TariffProblems, TiersThatAreNeverReached) {
    Tariff t = flat_tariff("t", 1);
    t.tiers = {{100, 1}, {100, 2}, {Tier::kNoLimit, 3}, {Tier::kNoLimit, 4}};
    EXPECT_EQ(
        found(t),
        (Texts{"tariffs[0].tiers[1]: is never reached: its limit is not above that of tiers[0]",
               "tariffs[0].tiers[3]: is never reached: its limit is not above that of "
               "tiers[2]"}));
    t.tiers = {{0, 1}, {100, -2}};
    EXPECT_EQ(found(t), (Texts{"tariffs[0].tiers[0]: is never reached: its limit is not above zero",
                               "tariffs[0].tiers[1].price: -2 is negative",
                               "tariffs[0].tiers: energy above 100 mWh is in none of them"}));
}

TEST(TariffProblems, NegativeAmounts) {
    Tariff t = flat_tariff("t", -1);
    t.rates[0].feed_in = -2;
    t.demand = {-3, 0};
    t.limit = {-4, -5, -6};
    t.per_day = -7;
    t.minimum = {-8};
    t.taxes = {{"VAT", -9}, {"VAT", 1}};
    EXPECT_EQ(
        found(t),
        (Texts{
            "tariffs[0].rates[0].price: -1 is negative",
            "tariffs[0].rates[0].feed_in: -2 is negative",
            "tariffs[0].demand.per_kw: -3 is negative", "tariffs[0].demand.intervals: is zero",
            "tariffs[0].limit.limit_w: -4 is negative", "tariffs[0].limit.per_kwh: -5 is negative",
            "tariffs[0].limit.per_interval: -6 is negative", "tariffs[0].per_day: -7 is negative",
            "tariffs[0].minimum: -8 is negative", "tariffs[0].taxes[1].name: 'VAT' is there twice",
            "tariffs[0].taxes[0].per_mille: -9 is negative"}));
    t = flat_tariff("t", kMaxPrice + 1);
    EXPECT_EQ(found(t), (Texts{"tariffs[0].rates[0].price: 10000000001 is above 10000000000"}));
}

TEST(TariffProblems, UnknownSeasonsAndDayTypes) {
    Tariff t = day_night(1, 2);
    t.plans.push_back({"sommer", "fre", {{0, 86'400, "night"}}});
    EXPECT_EQ(found(t), (Texts{"tariffs[0].plans[2].season: there is no season 'sommer'",
                               "tariffs[0].plans[2].day_type: there is no day type 'fre'"}));
    t.plans.pop_back();
    t.plans[1].day_type = "working";
    EXPECT_EQ(found(t), (Texts{"tariffs[0].plans: 2 of them are for season '', day type 'working'",
                               "tariffs[0].plans: 0 of them are for season '', day type 'free'"}));
}

TEST(TariffProblems, SeasonsAndWeekdaysThatOverlapOrLackDays) {
    Tariff t = day_night(1, 2);
    t.seasons = {{"summer", month{4} / day{1}, month{10} / day{15}},
                 {"winter", month{10} / day{1}, month{3} / day{30}}};
    t.day_types[0].weekdays = 0b011'1110;
    t.day_types[0].holidays = true;
    EXPECT_EQ(found(t), (Texts{"tariffs[0].seasons: 03-31 belongs to none",
                               "tariffs[0].seasons: 10-01 belongs to 'summer' and 'winter'",
                               "tariffs[0].day_types: Monday is in 0 of them",
                               "tariffs[0].day_types: Saturday is in 2 of them",
                               "tariffs[0].day_types: holidays are in more than one of them"}));
    t = day_night(1, 2);
    t.seasons = {{"all", month{2} / day{30}, month{2} / day{29}}};
    EXPECT_EQ(found(t).front(), "tariffs[0].seasons[0]: is not from one day of a year to another");
}

TEST(TariffProblems, HolidaysThatAreDoubledOrNone) {
    Tariff t = day_night(1, 2);
    t.holidays = {year{2026} / 1 / 1, year{2026} / 2 / 30, year{2026} / 1 / 1};
    EXPECT_EQ(found(t), (Texts{"tariffs[0].holidays[1]: 2026-02-30 is not a date",
                               "tariffs[0].holidays[2]: 2026-01-01 is there twice"}));
}

TEST(TariffProblems, EventsOutsideThePeriodOrOverEachOther) {
    Tariff t = flat_tariff("t", 1);
    t.valid_to = kStart + 48h;
    t.critical_peaks = {{kStart + 1h, kStart + 3h, 1}, {kStart + 2h, kStart + 4h, 1}};
    t.rebates = {{kStart + 47h, kStart + 49h, 1}, {kStart + 5min, kStart + 5min, -1}};
    EXPECT_EQ(found(t),
              (Texts{"tariffs[0].critical_peaks[1]: overlaps critical_peaks[0]",
                     "tariffs[0].rebates[0]: 1d 23:00:00 to 2d 01:00:00 is outside the tariff's "
                     "period 00:00:00 to 2d 00:00:00",
                     "tariffs[0].rebates[1].price: -1 is negative",
                     "tariffs[0].rebates[1]: ends before it begins",
                     "tariffs[0].rebates[1]: does not begin and end with an interval"}));
    EXPECT_EQ(problems(t.rebates[0], t, "call", kQuarter).size(), 1U);
    t.valid_to = kStart;
    EXPECT_EQ(found(t).front(), "tariffs[0].valid_to: is not after valid_from");
}

TEST(TariffProblems, NamesAndRules) {
    Tariff t = flat_tariff("t", 1);
    t.rates.push_back({"all", 1, 1});
    t.rates.push_back({"", 1, 1});
    t.baseline = {6, 5, 45};
    EXPECT_EQ(found(t), (Texts{"tariffs[0].rates[1].name: 'all' is there twice",
                               "tariffs[0].rates[2].name: is empty",
                               "tariffs[0].baseline: needs 1 <= highest <= of_last <= look_back, "
                               "has 6, 5, 45"}));
    t.rates.clear();
    EXPECT_EQ(found(t).front(), "tariffs[0].rates: there is none");
}

} // namespace
} // namespace gridtwin::headend::billing
