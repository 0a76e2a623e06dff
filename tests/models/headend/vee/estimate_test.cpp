// Each method on a day of which the answer is known.
#include "models/headend/vee/apportion.hpp"
#include "tests/models/headend/vee/vee_desk.hpp"

#include <cmath>
#include <numeric>

namespace gridtwin::headend::vee {
namespace {

VeeConfig by(std::vector<Source> order) {
    VeeConfig config;
    config.rules.action.fill(Action::off);
    config.rules.of(Rule::gap) = Action::note;
    config.estimation.order = std::move(order);
    return config;
}

TEST(VeeEstimate, AGapOverMidnightIsFilledAlikeWhetherDaysRunOneByOneOrAtOnce) {
    for (bool const one_by_one : {true, false}) {
        Desk desk(1, 3, by({Source::linear, Source::history}));
        for (std::uint32_t d = 0; d < 3; ++d) {
            desk.day(
                0, d, [=](std::uint32_t i) { return static_cast<std::int32_t>(1000 * d + i); },
                [=](std::uint32_t i) { return d == 0 || (d == 1 ? i < 94 : i > 1); });
            if (one_by_one) {
                desk.vee.run(d);
            }
        }
        desk.vee.run(2);
        for (std::uint32_t n = 1; n <= 4; ++n) { // from 1093 to 2002
            EXPECT_EQ(desk.vee.value(meter(0), 190 + n),
                      (Value{static_cast<std::int32_t>(std::lround(1093.0 + n * 909.0 / 5.0)),
                             {Quality::estimated, Source::linear}}))
                << one_by_one << ' ' << n;
        }
    }
}

TEST(VeeEstimate, LinearIsExactOnALineForGapsOfUpToTwoHours) {
    for (std::uint32_t const length : {1U, 8U, 9U}) {
        Desk desk(1, 2, by({Source::linear}));
        auto const line = [](std::uint32_t i) { return static_cast<std::int32_t>(5000 + 7 * i); };
        desk.day(0, 0, line, [&](std::uint32_t i) { return i < 40 || i >= 40 + length; });
        desk.vee.run(0);
        for (std::uint32_t i = 40; i < 40 + length; ++i) {
            Value const v = desk.vee.value(meter(0), i + 1);
            EXPECT_EQ(v, length <= 8 ? (Value{line(i), {Quality::estimated, Source::linear}})
                                     : Value{})
                << length << ' ' << i;
        }
    }
}

TEST(VeeEstimate, LinearRoundsToTheNearest) {
    Desk desk(1, 2, by({Source::linear}));
    desk.reading(0, 1, 10);
    desk.reading(0, 5, 0); // 7.5, 5, 2.5
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 2).mwh, 7); // 10 less 3, as -2.5 rounds to -3
    EXPECT_EQ(desk.vee.value(meter(0), 3).mwh, 5);
    EXPECT_EQ(desk.vee.value(meter(0), 4).mwh, 2);
}

TEST(VeeEstimate, LinearHasNoEndPointInAnOutageNorInASuspectReading) {
    for (int const bad : {0, 1, 2}) {
        auto config = by({Source::linear});
        config.rules.of(Rule::high) = Action::suspect;
        Desk desk(1, 2, config);
        desk.reading(0, 10, bad == 2 ? 100'000'000 : 500,
                     bad == 1 ? status::kPowerFailed : std::uint8_t{0});
        desk.reading(0, 12, 500);
        desk.vee.run(0);
        EXPECT_EQ(desk.quality(0, 11), bad == 0 ? Quality::estimated : Quality::missing) << bad;
    }
}

TEST(VeeEstimate, LinearGoesOverMidnight) {
    Desk desk(1, 3, by({Source::linear}));
    desk.reading(0, kDay - 1, 100);
    desk.reading(0, kDay + 2, 400);
    desk.vee.run(1);
    EXPECT_EQ(desk.vee.value(meter(0), kDay).mwh, 200);
    EXPECT_EQ(desk.vee.value(meter(0), kDay + 1).mwh, 300);
}

std::int32_t shape(std::uint32_t i) {
    return static_cast<std::int32_t>(100'000 + 977 * i - 9 * i * i);
}

TEST(VeeEstimate, LikeDayIsExactOnEqualDaysOfItsType) {
    Desk desk(1, 14, by({Source::like_day})); // Thursday to Wednesday of the week after next
    for (std::uint32_t d = 0; d < 12; ++d) {
        bool const weekend = d % 7 == 2 || d % 7 == 3;
        desk.day(0, d, [&](std::uint32_t i) { return weekend ? 3 : shape(i); });
    }
    desk.day(0, 12, shape, [](std::uint32_t i) { return i < 20; }); // a Tuesday
    desk.vee.run(12);
    for (std::uint32_t i = 20; i < kDay; ++i) {
        EXPECT_EQ(desk.vee.value(meter(0), 12 * kDay + i + 1),
                  (Value{shape(i), {Quality::estimated, Source::like_day}}));
    }
}

TEST(VeeEstimate, LikeDayIsTheMeanOfTheLatestFourThatAreGood) {
    Desk desk(1, 14, by({Source::like_day}));
    std::uint32_t const k = 50;
    // working days: 0 1 4 5 6 7 8; the latest ones of them come in an outage and not at all
    for (auto const& [d, mwh] : std::initializer_list<std::pair<std::uint32_t, std::int32_t>>{
             {0, 900'000}, {1, 10}, {2, 7777}, {4, 21}, {5, 30}, {6, 40}}) {
        desk.reading(0, d * kDay + k, mwh);
    }
    desk.reading(0, 7 * kDay + k, 0, status::kPowerFailed, 0);
    desk.vee.run(8);
    // 10, 21, 30 and 40: 25.25
    EXPECT_EQ(desk.vee.value(meter(0), 8 * kDay + k).mwh, 25);
}

TEST(VeeEstimate, HistoryIsTheMeanOfTheDaysBeforeWhicheverTheyAre) {
    Desk desk(1, 14, by({Source::history}));
    desk.reading(0, 50, 1'000'000); // eight days before: too old
    for (std::uint32_t d = 1; d < 8; ++d) {
        desk.reading(0, d * kDay + 50, static_cast<std::int32_t>(10 * d));
    }
    desk.vee.run(8);
    EXPECT_EQ(desk.vee.value(meter(0), 8 * kDay + 50),
              (Value{40, {Quality::estimated, Source::history}}));
}

TEST(VeeEstimate, ZeroIsForIntervalsThatAnOutageCoversAllOf) {
    Desk desk(1, 2, by({Source::zero, Source::linear}));
    desk.reading(0, 8, 1000);
    desk.reading(0, 12, 1000);
    desk.vee.on_outage(meter(0), end_of(9), end_of(10) + 5min);
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 10), (Value{0, {Quality::estimated, Source::zero}}));
    EXPECT_EQ(desk.vee.value(meter(0), 9), (Value{1000, {Quality::estimated, Source::linear}}));
    EXPECT_EQ(desk.vee.value(meter(0), 11), (Value{1000, {Quality::estimated, Source::linear}}));
}

TEST(VeeEstimate, TheFirstMethodOfTheOrderThatAppliesIsTaken) {
    for (bool const linear_first : {true, false}) {
        Desk desk(1, 2,
                  by(linear_first ? std::vector{Source::linear, Source::history}
                                  : std::vector{Source::history, Source::linear}));
        desk.reading(0, 50, 5);
        desk.day(
            0, 1, [](std::uint32_t) { return 1000; }, [](std::uint32_t i) { return i != 49; });
        desk.vee.run(1);
        EXPECT_EQ(desk.vee.value(meter(0), kDay + 50).mwh, linear_first ? 1000 : 5);
    }
}

TEST(VeeEstimate, WhatNoMethodKnowsStaysMissing) {
    Desk desk(1, 2);
    desk.reading(0, 50, 5);
    desk.vee.run(0);
    EXPECT_EQ(desk.quality(0, 60), Quality::missing);
    EXPECT_TRUE(desk.flagged(0, 60, Rule::gap));
    EXPECT_EQ(desk.vee.trail().size(), 0U);
}

TEST(VeeEstimate, AReadingToBeReplacedIsAndAnEstimateIsNoSourceOfEstimates) {
    Desk desk(1, 2);
    desk.reading(0, 10, 500);
    desk.reading(0, 11, -20);
    desk.reading(0, 12, 700);
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 11), (Value{600, {Quality::estimated, Source::linear}}));
    EXPECT_TRUE(desk.flagged(0, 11, Rule::negative));
    Change const change = desk.vee.trail().at(1);
    EXPECT_EQ(change.value_before(), (Value{-20, {Quality::suspect, Source::plc}}));
    auto const size = desk.vee.trail().size();
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.trail().size(), size) << "nothing new, nothing done";
    desk.reading(0, 13, 800); // the day is looked at again, with the same outcome
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 11), (Value{600, {Quality::estimated, Source::linear}}));
    ASSERT_EQ(desk.vee.trail().size(), size + 1) << "a gap was billed as such";
    EXPECT_EQ(desk.vee.trail().at(size + 1).why, Why::late_reading);
    EXPECT_EQ(desk.vee.trail().at(size + 1).interval, 13U);
}

TEST(VeeApportion, GivesTheLargestRemaindersTheUnitsLeft) {
    using Parts = std::vector<std::int64_t>;
    EXPECT_EQ(apportion(10, Parts{1, 1, 1}), (Parts{4, 3, 3}));
    EXPECT_EQ(apportion(10, Parts{6, 3, 1}), (Parts{6, 3, 1}));
    EXPECT_EQ(apportion(7, Parts{45, 35, 20}), (Parts{3, 3, 1})); // 3.15, 2.45, 1.4
    EXPECT_EQ(apportion(-7, Parts{45, 35, 20}), (Parts{-3, -3, -1}));
    EXPECT_EQ(apportion(5, Parts{0, 0}), (Parts{3, 2}));
    EXPECT_EQ(apportion(5, Parts{0, 1}), (Parts{0, 5}));
    EXPECT_EQ(apportion(0, Parts{3, 4}), (Parts{0, 0}));
}

TEST(VeeApportion, PartsAddUpAndAreWithinOneOfTheirShares) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::uint64_t n = 0;
        auto const draw = [&](std::int64_t below) {
            return static_cast<std::int64_t>(
                draw01(Seed{seed}, EntityKey(EntityKind::world, 2), Purpose::test, n++) *
                static_cast<double>(below));
        };
        std::vector<std::int64_t> weights(static_cast<std::size_t>(1 + draw(300)));
        for (auto& w : weights) {
            w = draw(4) == 0 ? 0 : draw(std::int64_t{1} << 31);
        }
        std::int64_t const total = draw(std::int64_t{1} << 50);
        auto const parts = apportion(total, weights);
        EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}), total);
        auto const sum = static_cast<long double>(
            std::accumulate(weights.begin(), weights.end(), std::int64_t{0}));
        for (std::size_t i = 0; i < parts.size() && sum > 0; ++i) {
            EXPECT_LT(std::abs(static_cast<long double>(parts[i]) -
                               static_cast<long double>(total) *
                                   static_cast<long double>(weights[i]) / sum),
                      1.001L);
        }
    }
}

} // namespace
} // namespace gridtwin::headend::vee
