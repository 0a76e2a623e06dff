#include "models/meter/curtailment.hpp"
#include "models/meter/parameters.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{1};

struct ParametersTest : testing::Test {
    MeterSpec spec;
    MeterTable table;
    PendingChanges pending;
    std::vector<EventRecord> events;

    ParametersTest() {
        spec.registers.kept = true;
        spec.registers.calendars = {{}, {{{.at = 1h, .tariff = 3}}}};
        table = exact_meters(spec, 2);
        give_limiter(table, {.limit_w = 2000.0}, std::vector{kMeter});
        table.quality = make_quality(kDefaultQuality, 2);
    }
    std::string give(Parameter parameter, double value, SimDuration effective = {},
                     SimDuration at = {}, MeterId meter = kMeter) {
        return give_change(pending, table,
                           {.meter = meter,
                            .parameter = parameter,
                            .value = value,
                            .effective = kStart + effective},
                           kStart + at);
    }
    void apply(SimDuration t) { apply_changes(pending, table, kStart + t, events); }
    [[nodiscard]] double limit_w() const { return table.limiters.state[0].limit_w; }
};

TEST_F(ParametersTest, AnImmediateChangeHoldsAtOnce) {
    EXPECT_EQ(give(Parameter::limit, 3000.0, 0h, 1h), "");
    EXPECT_EQ(limit_w(), 2000.0);
    apply(1h);
    EXPECT_EQ(limit_w(), 3000.0);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, EventKind::parameter_changed);
    EXPECT_EQ(events[0].row, 1U);
    EXPECT_TRUE(pending.entries.empty());
}

TEST_F(ParametersTest, ADelayedChangeTakesEffectWhenTheMetersClockShowsItsTime) {
    set_clock(table, spec, kMeter, 2s, 0.0);
    give(Parameter::limit, 3000.0, 10h);
    EXPECT_EQ(next_change_due(pending, kStart), kStart + 10h - 2s);
    apply(10h - 2s - 1ns);
    EXPECT_EQ(limit_w(), 2000.0);
    apply(10h - 2s);
    EXPECT_EQ(limit_w(), 3000.0);
    EXPECT_EQ(next_change_due(pending, kStart + 10h), kNever);
}

TEST_F(ParametersTest, TheLastOneWinsOfEachParameter) {
    give(Parameter::limit, 3000.0, 10h);
    give(Parameter::limit, 4000.0, 12h);
    give(Parameter::quota, 5000.0, 10h);
    EXPECT_EQ(pending.entries.size(), 2U);
    apply(11h);
    EXPECT_EQ(limit_w(), 2000.0);
    EXPECT_EQ(table.limiters.state[0].quota_wh, 5000.0);
    apply(12h);
    EXPECT_EQ(limit_w(), 4000.0);
}

TEST_F(ParametersTest, AFailureOfSupplyIsSurvived) {
    give(Parameter::limit, 3000.0, 10h);
    table.energised[1] = 0;
    apply(11h);
    EXPECT_EQ(limit_w(), 2000.0);
    EXPECT_EQ(next_change_due(pending, kStart + 11h), kNever);
    table.energised[1] = 1;
    apply(13h);
    EXPECT_EQ(limit_w(), 3000.0);
    EXPECT_EQ(events.back().at, kStart + 13h);
}

TEST_F(ParametersTest, CalendarsAndThresholdsAreParametersToo) {
    give(Parameter::calendar, 1.0);
    give(Parameter::sag_limit, 0.8);
    give(Parameter::frequency_limit, 0.2);
    apply(2h);
    EXPECT_EQ(table.registers.tariff[1], 3);
    EXPECT_EQ(table.registers.tariff[0], 0);
    auto const& spec_of = table.quality.sets[table.quality.set[1]];
    EXPECT_EQ(spec_of[0].limit, 0.8);
    EXPECT_EQ(spec_of[3].limit, 0.2);
    EXPECT_EQ(table.quality.set[0], 0);
}

TEST_F(ParametersTest, WhatAMeterCannotDoIsRefusedAndChangesNothing) {
    EXPECT_EQ(give(Parameter::calendar, 2.0), "there is no tariff calendar 3");
    EXPECT_EQ(give(Parameter::limit, -1.0), "a limit below nothing");
    EXPECT_EQ(give(Parameter::limit, 1.0, {}, {}, MeterId{0}), "the meter has no limiter");
    EXPECT_EQ(give(Parameter::sag_limit, 1.2), "sag and swell leave no band between them");
    EXPECT_EQ(give(Parameter::limit, 1.0, {}, {}, MeterId{2}), "there is no such meter");
    table.quality = {};
    EXPECT_EQ(give(Parameter::sag_limit, 0.8), "the meter does not watch quality");
    EXPECT_TRUE(pending.entries.empty());
}

TEST_F(ParametersTest, WhatHasBecomeImpossibleIsRefusedWhenItIsDue) {
    give(Parameter::sag_limit, 1.02, 10h);
    give(Parameter::swell_limit, 1.05, 9h); // each fits what held when it was given
    apply(9h);
    apply(10h);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[1].kind, EventKind::parameter_refused);
    EXPECT_EQ(table.quality.sets[table.quality.set[1]][0].limit, 0.9);
}

} // namespace
} // namespace gridtwin::meter
