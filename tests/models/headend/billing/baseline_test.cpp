// Peak-time rebate: what was saved against the mean of the highest 3 of the last 5 like days.
#include "tests/models/headend/billing/cases.hpp"

namespace gridtwin::headend::billing {
namespace {

constexpr std::uint32_t kFriday = 15; // day 15 (from 0) after Thursday 1 January: Friday 16th

IntervalRange evening(std::uint32_t day) { // 18:00 to 20:00
    return {day * 96 + 73, day * 96 + 81};
}

Tariff with_event(std::uint32_t day) {
    Tariff t = day_night(30'000, 20'000);
    t.rebates = {{kStart + day * 24h + 18h, kStart + day * 24h + 20h, 75'000}}; // 0.75 a kWh
    return t;
}

/// Working days before the event, from the 15th backwards: 15, 14, 13, 12, 9 January.
Profile evenings() {
    Profile p(31 * 96, 0);
    p.set(evening(14), 500'000);      // 15th: 4.0 kWh
    p.set(evening(13), 250'000);      // 14th: 2.0
    p.set(evening(12), 600'000);      // 13th: 4.8
    p.set(evening(11), 300'000);      // 12th: 2.4
    p.set(evening(10), 9'000'000);    // 11th, a Sunday: unlike
    p.set(evening(8), 450'000);       // 9th: 3.6
    p.set(evening(7), 5'000'000);     // 8th: the sixth like day, too old
    p.set(evening(kFriday), 200'000); // the event: 1.6
    return p;
}

TEST(PeakTimeRebate, PaysWhatWasSavedAgainstTheBaseline) {
    Desk const desk(with_event(kFriday));
    Usage const u = desk.usage(evenings(), desk.first_days(31));
    // highest 3 of 4.0 2.0 4.8 2.4 3.6: 12.4 / 3 = 4.1333; less 1.6: 2.5333 kWh x 75 = 190 cents
    ASSERT_EQ(u.rebates.size(), 1U);
    EXPECT_EQ(u.rebates[0], (RebateUse{0, 3, 12'400'000, 1'600'000}));
    Bill const bill = make_bill(desk.tariff, u, {31, 31}, kQuarter);
    EXPECT_EQ(bill.lines.back(), line(LineKind::rebate, 0, -2'533'333, 75'000, -190));
}

TEST(PeakTimeRebate, IsNeverNegative) {
    Desk const desk(with_event(kFriday));
    Profile p = evenings();
    p.set(evening(kFriday), 2'000'000);
    Bill const bill = desk.bill(p, desk.first_days(31), 31);
    for (Line const& l : bill.lines) {
        EXPECT_NE(l.kind, LineKind::rebate);
    }
}

TEST(PeakTimeRebate, DaysWithEventsOrGapsAreNoLikeDays) {
    Tariff t = with_event(kFriday);
    t.rebates.push_back({kStart + 12 * 24h + 10h, kStart + 12 * 24h + 11h, 75'000}); // 13th
    Profile p = evenings();
    p.set(evening(14).first, 0, kMissing); // 15th
    // left: 14, 12, 9, 8 and 7 January: 2.0 2.4 3.6 40.0 0.0
    Usage const u = Desk(t).usage(p, {1, 31 * 96 + 1});
    EXPECT_EQ(u.rebates[0], (RebateUse{0, 3, 46'000'000, 1'600'000}));
    // an event of which a part is missing pays nothing
    p.set(evening(kFriday).first, 0, kMissing);
    EXPECT_EQ(Desk(t).usage(p, {1, 31 * 96 + 1}).rebates[0].days, 0U);
}

TEST(PeakTimeRebate, FewerDaysMakeAShorterMeanAndNoneMakesNoRebate) {
    Profile p(31 * 96, 0);
    p.set(evening(1), 100'000); // Friday 2nd: 0.8
    p.set(evening(4), 50'000);  // Monday 5th: 0.4, the event is on the 6th
    Usage const u = Desk(with_event(5)).usage(p, {1, 31 * 96 + 1});
    EXPECT_EQ(u.rebates[0], (RebateUse{0, 3, 1'200'000, 0})); // and Thursday the 1st
    EXPECT_EQ(Desk(with_event(0)).usage(p, {1, 31 * 96 + 1}).rebates[0].days, 0U);
}

TEST(PeakTimeRebate, TheRuleIsConfigured) {
    Tariff t = with_event(kFriday);
    t.baseline = {.highest = 1, .of_last = 2, .look_back = 10};
    Usage const u = Desk(t).usage(evenings(), {1, 31 * 96 + 1});
    EXPECT_EQ(u.rebates[0], (RebateUse{0, 1, 4'000'000, 1'600'000}));
}

TEST(PeakTimeRebate, BelongsToTheBillItFallsInAndLooksBackBeforeIt) {
    Desk const desk(with_event(kFriday));
    RateCalendar const calendar(desk.tariff, desk.days);
    Counting const by{desk.tariff, desk.days, calendar};
    IntervalRange const second{15 * 96 + 1, 31 * 96 + 1};
    EXPECT_EQ(desk.usage(evenings(), second).rebates[0].baseline_mwh, 12'400'000);
    EXPECT_TRUE(desk.usage(evenings(), {1, 15 * 96 + 1}).rebates.empty());
    EXPECT_EQ(history_from(by, second), 1U); // 45 days, but the run is younger
    EXPECT_EQ(history_from(by, {16 * 96 + 1, 17 * 96 + 1}), 16U * 96 + 1);
}

} // namespace
} // namespace gridtwin::headend::billing
