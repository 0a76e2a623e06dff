// What happens to readings as they come.
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/vee/vee_desk.hpp"

namespace gridtwin::headend::vee {
namespace {

TEST(Vee, AReadingIsActualUntilTheRulesHaveSeenIt) {
    Desk desk;
    desk.fleet.channel[0] = Channel::sms;
    EXPECT_EQ(desk.vee.value(meter(0), 5), Value{});
    desk.reading(0, 5, 1000);
    EXPECT_EQ(desk.vee.value(meter(0), 5), (Value{1000, {Quality::actual, Source::sms}}));
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 5), (Value{1000, {Quality::validated, Source::sms}}));
    EXPECT_EQ(desk.vee.trail().size(), 0U);
}

TEST(Vee, OverlapIsAnotherReadingThatSaysOtherwiseAndTheFirstOneStays) {
    Desk desk;
    desk.reading(0, 5, 1000);
    desk.reading(0, 6, 1000);
    desk.vee.run(0);
    EXPECT_FALSE(desk.reading(0, 5, 1000));
    EXPECT_FALSE(desk.reading(0, 6, 1001));
    desk.vee.run(0);
    EXPECT_FALSE(desk.flagged(0, 5, Rule::overlap));
    EXPECT_TRUE(desk.flagged(0, 6, Rule::overlap));
    EXPECT_EQ(desk.vee.value(meter(0), 6), (Value{1000, {Quality::suspect, Source::plc}}));
    EXPECT_EQ(desk.vee.counts().readings, 2U);
    EXPECT_EQ(desk.vee.counts().repeated, 2U);
    EXPECT_EQ(desk.vee.counts().otherwise, 1U);
}

TEST(Vee, ACopyOfAReadingThatWasReplacedIsNoLateReading) {
    Desk desk;
    desk.reading(0, 4, 100);
    desk.reading(0, 5, -7);
    desk.reading(0, 6, 100);
    desk.vee.run(0);
    ASSERT_EQ(desk.quality(0, 5), Quality::estimated);
    desk.reading(0, 5, -7);
    EXPECT_EQ(desk.quality(0, 5), Quality::estimated);
    EXPECT_EQ(desk.vee.counts().late, 0U);
    EXPECT_FALSE(desk.flagged(0, 5, Rule::overlap));
}

TEST(Vee, ALateReadingTakesTheEstimatesPlaceAndBillingHearsOfIt) {
    Desk desk;
    desk.day(
        0, 0, [](std::uint32_t) { return 1000; }, [](std::uint32_t i) { return i != 40; });
    desk.vee.run(0);
    ASSERT_EQ(desk.vee.value(meter(0), 41), (Value{1000, {Quality::estimated, Source::linear}}));
    auto const billed = desk.vee.trail().size();
    desk.clock.time = kStart + 40h;
    desk.reading(0, 41, 1700);
    auto const news = desk.vee.trail().since(billed);
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(news[0].why, Why::late_reading);
    EXPECT_EQ(news[0].at, kStart + 40h);
    EXPECT_EQ(news[0].value_before(), (Value{1000, {Quality::estimated, Source::linear}}));
    EXPECT_EQ(news[0].value_after(), (Value{1700, {Quality::actual, Source::plc}}));
    EXPECT_TRUE(desk.flagged(0, 41, Rule::gap));
    desk.vee.run(0);
    EXPECT_EQ(desk.quality(0, 41), Quality::validated);
    EXPECT_FALSE(desk.flagged(0, 41, Rule::gap));
    EXPECT_EQ(desk.vee.counts().late, 1U);
}

TEST(Vee, TamperIsOfTheIntervalInWhichItWasSignalled) {
    for (bool const alarm : {true, false}) {
        Desk desk;
        desk.day(0, 0, [](std::uint32_t) { return 1000; });
        SimTime const at = end_of(10);
        if (alarm) {
            desk.vee.on_alarm(
                {.meter = meter(0), .kind = AlarmKind::over_voltage, .occurred = end_of(20)});
            desk.vee.on_alarm(
                {.meter = meter(0), .kind = AlarmKind::tamper_detected, .occurred = at});
        } else {
            desk.vee.on_meter_event(
                {.meter = meter(0), .kind = EventKind::relay_opened, .occurred = end_of(20)});
            desk.vee.on_meter_event(
                {.meter = meter(0), .kind = EventKind::tamper_detected, .occurred = at});
        }
        desk.vee.run(0);
        EXPECT_EQ(desk.vee.totals(0, 0).of_rule[static_cast<std::size_t>(Rule::tamper)], 1U);
        EXPECT_TRUE(desk.flagged(0, 10, Rule::tamper));
        EXPECT_EQ(desk.quality(0, 10), Quality::suspect);
    }
}

TEST(Vee, SignalsOfNoIntervalAreCountedAndLeftOut) {
    Desk desk(1, 2);
    desk.vee.on_alarm(
        {.meter = meter(0), .kind = AlarmKind::tamper_detected, .occurred = kStart - 1s});
    desk.vee.on_alarm(
        {.meter = meter(7), .kind = AlarmKind::tamper_detected, .occurred = kStart + 1h});
    desk.registers(0, kStart + 49h, 1);
    desk.registers(0, kStart - 1s, 1);
    desk.registers(3, kStart, 1);
    desk.vee.on_outage(meter(0), kStart + 48h, kStart + 50h);
    desk.vee.on_outage(meter(0), kStart + 2h, kStart + 2h);
    EXPECT_EQ(desk.vee.counts().rejected, 7U);
    EXPECT_THROW(desk.vee.on_reading({.meter = meter(1), .interval = 1}), SimulationError);
    EXPECT_THROW(desk.vee.on_reading({.meter = meter(0), .interval = 193}), SimulationError);
    EXPECT_THROW(desk.vee.on_reading({.meter = meter(0), .interval = 0}), SimulationError);
}

TEST(Vee, AZeroRunThatALateReadingBreaksIsNoneAnyMoreTheNextDayEither) {
    Desk desk(1, 3);
    desk.day(
        0, 0, [](std::uint32_t i) { return i < 80 ? 1000 : 0; },
        [](std::uint32_t i) { return i != 95; });
    desk.day(0, 1, [](std::uint32_t i) { return i < 30 ? 0 : 1000; });
    desk.vee.run(1);
    EXPECT_FALSE(desk.flagged(0, kDay + 1, Rule::zero_run)); // 30 of them, 7.5 h
    desk.reading(0, kDay, 0);                                // now 46
    desk.vee.run(1);
    EXPECT_TRUE(desk.flagged(0, kDay + 30, Rule::zero_run));
    EXPECT_FALSE(desk.flagged(0, kDay + 31, Rule::zero_run));
}

TEST(Vee, ThreeDaysOfNothingAreInactiveFromTheThirdOn) {
    Desk desk(1, 6);
    for (std::uint32_t d = 0; d < 4; ++d) {
        desk.day(0, d, [&](std::uint32_t) { return d == 0 ? 1 : 0; });
        desk.vee.run(d);
        EXPECT_EQ(desk.flagged(0, d * kDay + 1, Rule::inactive), d == 3) << d;
    }
}

TEST(Vee, OnlyDaysUpToTheOneAskedForAreRun) {
    Desk desk(1, 3);
    desk.reading(0, 1, 5);
    desk.reading(0, kDay + 1, 5);
    desk.vee.run(0);
    EXPECT_EQ(desk.quality(0, 1), Quality::validated);
    EXPECT_EQ(desk.quality(0, kDay + 1), Quality::actual);
    EXPECT_FALSE(desk.flagged(0, kDay + 2, Rule::gap));
    desk.vee.run(9); // more than there are: all
    EXPECT_EQ(desk.quality(0, kDay + 1), Quality::validated);
    EXPECT_TRUE(desk.flagged(0, kDay + 2, Rule::gap));
}

TEST(Vee, TotalsAreTheSumOfTheMetersDays) {
    Desk desk(3, 3);
    for (std::uint32_t m = 0; m < 3; ++m) {
        desk.day(
            m, 0, [](std::uint32_t) { return 1000; }, [&](std::uint32_t i) { return i < 90 - m; });
    }
    desk.reading(0, 96, 1000);
    desk.vee.run(1);
    Totals const totals = desk.vee.totals(0, 1);
    std::uint64_t intervals = 0;
    std::uint64_t sources = 0;
    for (auto const n : totals.of_quality) {
        intervals += n;
    }
    for (auto const n : totals.of_source) {
        sources += n;
    }
    EXPECT_EQ(intervals, 3U * 2 * kDay);
    EXPECT_EQ(sources, intervals);
    std::int64_t energy = 0;
    std::uint64_t gaps = 0;
    for (std::uint32_t m = 0; m < 3; ++m) {
        for (std::uint32_t d = 0; d < 2; ++d) {
            energy += desk.vee.summary(meter(m), d).energy_mwh;
            gaps += desk.vee.summary(meter(m), d).of_rule[static_cast<std::size_t>(Rule::gap)];
        }
    }
    EXPECT_EQ(totals.energy_mwh, energy);
    EXPECT_EQ(totals.of_rule[static_cast<std::size_t>(Rule::gap)], gaps);
    EXPECT_EQ(gaps, 5U + 7 + 8 + 3 * kDay);
    EXPECT_EQ(totals.of_source[static_cast<std::size_t>(Source::plc)], 268U);
    EXPECT_EQ(totals.of_source[static_cast<std::size_t>(Source::linear)], 5U);
    EXPECT_EQ(totals.energy_mwh - totals.estimated_mwh, 268'000);
}

TEST(Vee, ADayTakesSevenOctetsAnIntervalAndOneMore) {
    Desk desk(10, 3);
    auto const empty = desk.vee.bytes();
    desk.reading(3, 5, 1);
    EXPECT_EQ(desk.vee.bytes() - empty, 10 * (7 * kDay + 1));
}

} // namespace
} // namespace gridtwin::headend::vee
