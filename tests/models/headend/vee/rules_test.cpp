// Each rule with a case that it must flag and the nearest one that it must not.
#include "models/wire/profile_block.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/vee/vee_desk.hpp"

namespace gridtwin::headend::vee {
namespace {

/// One meter's day of plain validated readings of 100 Wh, checked by one rule.
struct OneDay {
    explicit OneDay(RulesConfig const& config, bool exports = false, std::int64_t most_w = 0)
        : rules(config, 15min), limits(rules.limits(most_w, exports)) {}

    DaySummary validate(DayBefore const& before = {}) {
        return validate_day({value, grade, flags}, before, limits, rules);
    }
    [[nodiscard]] std::vector<std::size_t> flagged(Rule rule) const {
        std::vector<std::size_t> result;
        for (std::size_t i = 0; i < flags.size(); ++i) {
            if (has(flags[i], rule)) {
                result.push_back(i);
            }
        }
        return result;
    }
    [[nodiscard]] Quality quality(std::size_t i) const { return quality_of(grade[i]); }
    void set(std::size_t i, Quality q) { grade[i] = pack({q, Source::plc}); }

    Rules rules;
    MeterLimits limits;
    std::vector<std::int32_t> value = std::vector<std::int32_t>(kDay, 100'000);
    std::vector<std::uint8_t> grade =
        std::vector<std::uint8_t>(kDay, pack({Quality::actual, Source::plc}));
    std::vector<Flags> flags = std::vector<Flags>(kDay, kReceived);
};

using At = std::vector<std::size_t>;

TEST(VeeRules, StatusBitsAreThoseThatMetersSend) {
    EXPECT_EQ(status::kPowerFailed, wire::kPowerFailed);
    EXPECT_EQ(status::kClockInvalid, wire::kClockInvalid);
    EXPECT_EQ(status::kIncomplete, wire::kIncomplete);
    EXPECT_EQ(status::kRelayOpen, wire::kRelayOpen);
    EXPECT_EQ(status::kClockSet, wire::kClockSet);
}

TEST(VeeRules, AnOrdinaryDayIsValidatedWithoutAnyFlag) {
    OneDay day{RulesConfig{}};
    auto const sum = day.validate();
    EXPECT_EQ(sum.of_quality[static_cast<std::size_t>(Quality::validated)], kDay);
    EXPECT_EQ(sum.of_rule, (std::array<std::uint16_t, kRules>{}));
    EXPECT_EQ(sum.energy_mwh, 9'600'000);
}

TEST(VeeRules, GapFlagsWhatIsMissingAndNothingElse) {
    OneDay day{only(Rule::gap)};
    day.set(7, Quality::missing);
    day.set(8, Quality::edited);
    day.validate();
    EXPECT_EQ(day.flagged(Rule::gap), (At{7}));
    EXPECT_EQ(day.quality(7), Quality::missing);
    day.set(7, Quality::actual); // came after all
    EXPECT_EQ(day.validate().of_rule[static_cast<std::size_t>(Rule::gap)], 0);
}

TEST(VeeRules, SpikeIsAPeakMoreThanOnePointEightTimesTheThirdOnesAboveIt) {
    auto config = only(Rule::spike);
    config.spike_floor_w = 0;
    OneDay day{config};
    day.value[10] = 120'000;
    day.value[20] = 280'000; // (280 - 100) / 100 is 1.8 and no more
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{}));
    day.value[20] = 280'001;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{20}));
    EXPECT_EQ(day.quality(20), Quality::suspect);
    EXPECT_EQ(day.quality(10), Quality::validated);
    day.value[30] = day.value[40] = 120'000; // a higher third peak
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{}));
    EXPECT_EQ(day.quality(20), Quality::validated);
}

TEST(VeeRules, SpikeIgnoresPeaksBelowTheFloorAndWhatIsNoReading) {
    auto config = only(Rule::spike);
    config.spike_floor_w = 4000; // 1,000,000 mWh in 15 min
    OneDay day{config};
    day.value[5] = 1'000'000;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{}));
    day.value[5] = 1'000'001;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{5}));
    day.set(5, Quality::estimated);
    day.flags[5] = 0;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{}));
}

TEST(VeeRules, SpikeNeedsThreeReadings) {
    auto config = only(Rule::spike);
    config.spike_floor_w = 0;
    OneDay day{config};
    for (std::size_t i = 2; i < kDay; ++i) {
        day.set(i, Quality::missing);
    }
    day.value[0] = 5'000'000;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{}));
    day.set(2, Quality::actual);
    day.validate();
    EXPECT_EQ(day.flagged(Rule::spike), (At{0}));
}

TEST(VeeRules, HighIsMoreThanTheConnectionCarries) {
    OneDay day{only(Rule::high, Action::replace), false, 23'000}; // 5,750,000 mWh in 15 min
    day.value[1] = 5'750'000;
    day.value[2] = 5'750'001;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::high), (At{2}));
    EXPECT_TRUE(is_open(day.grade[2], day.flags[2], day.rules.replace));
    EXPECT_FALSE(is_open(day.grade[1], day.flags[1], day.rules.replace));
}

TEST(VeeRules, HighCountsExportByItsSize) {
    OneDay day{only(Rule::high), true, 23'000};
    day.value[1] = -5'750'000;
    day.value[2] = -5'750'001;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::high), (At{2}));
}

TEST(VeeRules, LowIsLessThanTheLimitWhileThereIsSupply) {
    auto config = only(Rule::low);
    config.low_w = 20; // 5,000 mWh
    OneDay day{config};
    day.value[1] = 5'000;
    day.value[2] = 4'999;
    day.value[3] = 0;
    day.flags[3] |= kInterrupted;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::low), (At{2}));
}

TEST(VeeRules, NegativeIsExportWhereNoneIsAllowed) {
    OneDay day{only(Rule::negative, Action::replace)};
    day.value[1] = 0;
    day.value[2] = -1;
    day.validate();
    EXPECT_EQ(day.flagged(Rule::negative), (At{2}));
    OneDay solar{only(Rule::negative, Action::replace), true};
    solar.value[2] = -1;
    solar.validate();
    EXPECT_EQ(solar.flagged(Rule::negative), (At{}));
}

TEST(VeeRules, ZeroRunIsEightHoursOfNothingWithSupply) {
    OneDay day{only(Rule::zero_run)};
    std::fill(day.value.begin() + 10, day.value.begin() + 41, 0); // 31: 7 h 45 min
    day.validate();
    EXPECT_EQ(day.flagged(Rule::zero_run).size(), 0U);
    day.value[41] = 0;
    day.validate();
    ASSERT_EQ(day.flagged(Rule::zero_run).size(), 32U);
    EXPECT_EQ(day.flagged(Rule::zero_run).front(), 10U);
    EXPECT_EQ(day.flagged(Rule::zero_run).back(), 41U);
    day.flags[20] |= kInterrupted; // an outage explains it
    day.validate();
    EXPECT_EQ(day.flagged(Rule::zero_run).size(), 0U);
}

TEST(VeeRules, ZeroRunGoesOnOverMidnight) {
    OneDay day{only(Rule::zero_run)};
    day.value[0] = day.value[1] = 0;
    day.validate({.zeros = 29});
    EXPECT_EQ(day.flagged(Rule::zero_run), (At{}));
    day.validate({.zeros = 30});
    EXPECT_EQ(day.flagged(Rule::zero_run), (At{0, 1}));
    day.validate({.zeros = 500});
    EXPECT_EQ(day.flagged(Rule::zero_run), (At{0, 1}));
}

TEST(VeeRules, InactiveIsTheThirdDayOfNothing) {
    OneDay day{only(Rule::inactive)};
    std::fill(day.value.begin(), day.value.end(), 0);
    day.validate({.inactive_days = 1});
    EXPECT_EQ(day.flagged(Rule::inactive).size(), 0U);
    day.validate({.inactive_days = 2});
    EXPECT_EQ(day.flagged(Rule::inactive).size(), kDay);
    day.value[50] = 1;
    day.validate({.inactive_days = 2});
    EXPECT_EQ(day.flagged(Rule::inactive).size(), 0U);
}

TEST(VeeRules, ProlongedIsMoreThanTwoDaysWithoutAReading) {
    OneDay day{only(Rule::prolonged)};
    for (std::size_t i = 0; i < 3; ++i) {
        day.set(i, Quality::estimated);
    }
    day.validate({.silent = 189});
    EXPECT_EQ(day.flagged(Rule::prolonged), (At{}));
    day.validate({.silent = 191});
    EXPECT_EQ(day.flagged(Rule::prolonged), (At{1, 2}));
    EXPECT_EQ(day.quality(1), Quality::estimated);
    day.set(0, Quality::actual);
    day.validate({.silent = 191});
    EXPECT_EQ(day.flagged(Rule::prolonged), (At{}));
}

TEST(VeeRules, VoltageIsOutOfRangeAtTheLimitsAndNotWithoutSupply) {
    Rules const rules(only(Rule::voltage), 15min);
    auto const flagged = [&](std::uint16_t dv) {
        return has(arrival_flags(0, dv, rules), Rule::voltage);
    };
    EXPECT_TRUE(flagged(2069));
    EXPECT_FALSE(flagged(2070));
    EXPECT_FALSE(flagged(2530));
    EXPECT_TRUE(flagged(2531));
    EXPECT_FALSE(flagged(0));
    EXPECT_NE(arrival_flags(0, 0, rules) & kInterrupted, 0);
    EXPECT_EQ(arrival_flags(0, 2300, rules) & kInterrupted, 0);
}

TEST(VeeRules, ClockJumpIsAnyOfTheClocksBitsAndNoOther) {
    Rules const rules(only(Rule::clock_jump), 15min);
    auto const flagged = [&](std::uint8_t bits) {
        return has(arrival_flags(bits, 2300, rules), Rule::clock_jump);
    };
    EXPECT_TRUE(flagged(status::kClockInvalid));
    EXPECT_TRUE(flagged(status::kIncomplete));
    EXPECT_TRUE(flagged(status::kClockSet));
    EXPECT_FALSE(flagged(status::kPowerFailed | status::kRelayOpen));
}

TEST(VeeRules, WhatIsOffIsNotFlaggedWhatIsNotedStaysValid) {
    for (Action const action : {Action::off, Action::note, Action::suspect}) {
        OneDay day{only(Rule::negative, action)};
        day.value[3] = -1;
        day.validate();
        EXPECT_EQ(day.flagged(Rule::negative).empty(), action == Action::off);
        EXPECT_EQ(day.quality(3),
                  action == Action::suspect ? Quality::suspect : Quality::validated);
    }
}

TEST(VeeRules, EstimatesAndEditsKeepTheirFlagsAndTheirGrade) {
    OneDay day{RulesConfig{}};
    day.value[3] = -1;
    day.validate();
    ASSERT_EQ(day.quality(3), Quality::suspect);
    day.value[3] = 90'000;
    day.grade[3] = pack({Quality::estimated, Source::linear});
    auto const sum = day.validate();
    EXPECT_EQ(day.flagged(Rule::negative), (At{3}));
    EXPECT_EQ(unpack(day.grade[3]), (Grade{Quality::estimated, Source::linear}));
    EXPECT_EQ(sum.estimated_mwh, 90'000);
}

TEST(VeeRules, ADayEndsWithItsRuns) {
    OneDay day{RulesConfig{}};
    EXPECT_EQ(day_end({day.value, day.grade, day.flags}, {5, 6, 7}).zeros, 0U);
    day.value[94] = day.value[95] = 0;
    auto ended = day_end({day.value, day.grade, day.flags}, {5, 6, 7});
    EXPECT_EQ(ended.zeros, 2U);
    EXPECT_EQ(ended.silent, 0U);
    EXPECT_EQ(ended.inactive_days, 0U);
    std::fill(day.value.begin(), day.value.end(), 0);
    ended = day_end({day.value, day.grade, day.flags}, {5, 6, 7});
    EXPECT_EQ(ended.zeros, 5U + kDay);
    EXPECT_EQ(ended.inactive_days, 8U);
    for (std::size_t i = 0; i < kDay; ++i) {
        day.set(i, Quality::missing);
    }
    EXPECT_EQ(day_end({day.value, day.grade, day.flags}, {5, 6, 7}).silent, 6U + kDay);
}

TEST(VeeRules, MistakesOfTheConfigurationAreSaidAllAtOnce) {
    EXPECT_EQ(problem(RulesConfig{}, 15min), "");
    RulesConfig config;
    config.spike_milli = 0;
    config.voltage_low_dv = config.voltage_high_dv;
    config.of(Rule::sum) = Action::replace;
    EXPECT_EQ(problem(config, 15min),
              "vee: spike is not positive; sum cannot replace: it does not say which reading is "
              "wrong; voltage_low is not below voltage_high");
    EXPECT_THROW(Rules(config, 15min), SimulationError);
    EstimationConfig estimation;
    estimation.order = {Source::linear, Source::plc, Source::linear};
    estimation.like_days = 0;
    EXPECT_EQ(problem(VeeConfig{config, estimation}, 15min),
              "vee: spike is not positive; sum cannot replace: it does not say which reading is "
              "wrong; voltage_low is not below voltage_high; order names what is no method (zero, "
              "scaled, linear, like_day, history); order names a method twice; like_days is 0");
    EXPECT_EQ(problem(VeeConfig{}, 7min), "vee: the interval does not divide a day");
}

TEST(VeeRules, NamesAreDistinct) {
    std::set<std::string_view> names;
    for (std::size_t r = 0; r < kRules; ++r) {
        names.insert(name(static_cast<Rule>(r)));
    }
    EXPECT_EQ(names.size(), kRules);
    for (std::size_t q = 0; q < kQualities; ++q) {
        for (std::size_t s = 0; s < kSources; ++s) {
            Grade const grade{static_cast<Quality>(q), static_cast<Source>(s)};
            EXPECT_EQ(unpack(pack(grade)), grade);
        }
    }
}

} // namespace
} // namespace gridtwin::headend::vee
