#include "models/meter/quality.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr auto kSag = static_cast<std::size_t>(QualityIndicator::sag);
constexpr auto kSwell = static_cast<std::size_t>(QualityIndicator::swell);
constexpr auto kInterruption = static_cast<std::size_t>(QualityIndicator::interruption);
constexpr auto kFrequency = static_cast<std::size_t>(QualityIndicator::frequency);

struct QualityTest : testing::Test {
    MeterSpec spec{.voltage_min_duration = 1h}; // the supply voltage's own events aside
    MeterTable table = exact_meters(spec, 2);
    std::vector<EventRecord> events;
    SimTime now = kStart;

    QualityTest() { table.quality = make_quality(kDefaultQuality, 2); }
    void run(SimDuration dt, double u_pu) {
        table.u_v[0] = u_pu * 230.0;
        table.energised[0] = u_pu > 0.0 ? 1 : 0;
        advance(table, spec, now, now + dt, events);
        now += dt;
    }
    [[nodiscard]] QualityWatch const& watch(std::size_t indicator) const {
        return table.quality.watch[0][indicator];
    }
    [[nodiscard]] std::vector<EventKind> kinds() const {
        std::vector<EventKind> out;
        for (auto const& event : events) {
            if (event.kind != EventKind::power_lost && event.kind != EventKind::power_restored) {
                out.push_back(event.kind);
            }
        }
        return out;
    }
};

TEST_F(QualityTest, ASagBeginsBelowItsLimitAndEndsAboveItsHysteresis) {
    run(10s, 0.9); // the limit itself is within
    run(10s, 0.89);
    run(10s, 0.91); // still within the hysteresis
    run(10s, 0.92);
    EXPECT_EQ(kinds(), (std::vector{EventKind::sag_began, EventKind::sag_ended}));
    EXPECT_EQ(events[0].at, kStart + 11s);
    EXPECT_NEAR(events[0].value, 0.89 * 230.0, 1e-9);
    EXPECT_EQ(events[1].at, kStart + 30s);
    EXPECT_NEAR(events[1].value, 0.89 * 230.0, 1e-4);
    EXPECT_EQ(watch(kSag).count, 1U);
    EXPECT_EQ(watch(kSag).total, SimDuration{20s});
}

TEST_F(QualityTest, WhatIsTooShortDoesNotCount) {
    run(999ms, 0.5);
    run(1s, 1.0);
    EXPECT_TRUE(kinds().empty());
    EXPECT_EQ(watch(kSag).count, 0U);
    EXPECT_EQ(watch(kSag).total, SimDuration::zero());
    run(500ms, 0.5); // two stretches are one sag
    run(500ms, 0.6);
    EXPECT_EQ(kinds(), std::vector{EventKind::sag_began});
}

TEST_F(QualityTest, WhatGoesOnIsPartOfTheSum) {
    run(1min, 1.2);
    EXPECT_EQ(watch(kSwell).count, 1U);
    EXPECT_EQ(watch(kSwell).total, SimDuration::zero());
    EXPECT_EQ(beyond(watch(kSwell), now), SimDuration{1min});
}

TEST_F(QualityTest, TheEndTellsTheExtremeOfAllOfIt) {
    run(500ms, 0.45); // before it was detected
    run(10s, 0.8);
    run(10s, 0.6);
    run(10s, 1.0);
    run(10s, 1.15);
    run(10s, 1.3);
    run(10s, 1.2);
    run(10s, 0.0);
    run(10s, 0.03);
    run(10s, 1.0);
    ASSERT_EQ(kinds(), (std::vector{EventKind::sag_began, EventKind::sag_ended,
                                    EventKind::swell_began, EventKind::swell_ended,
                                    EventKind::interruption_began, EventKind::interruption_ended}));
    auto const value_of = [this](EventKind kind) {
        return std::find_if(events.begin(), events.end(),
                            [kind](auto const& event) { return event.kind == kind; })
            ->value;
    };
    EXPECT_NEAR(value_of(EventKind::sag_began), 0.8 * 230.0, 1e-4);
    EXPECT_NEAR(value_of(EventKind::sag_ended), 0.45 * 230.0, 1e-4);
    EXPECT_NEAR(value_of(EventKind::swell_ended), 1.3 * 230.0, 1e-4);
    EXPECT_EQ(value_of(EventKind::interruption_ended), 0.0);
    events.clear();
    run(10s, 0.85); // the next one knows nothing of the one before
    run(10s, 1.0);
    EXPECT_NEAR(value_of(EventKind::sag_ended), 0.85 * 230.0, 1e-4);
}

TEST_F(QualityTest, AnInterruptionIsNoSag) {
    run(10s, 0.5);
    run(10s, 0.0);
    run(10s, 0.06); // within its hysteresis
    run(10s, 0.5);
    run(10s, 1.0);
    EXPECT_EQ(kinds(), (std::vector{EventKind::sag_began, EventKind::sag_ended,
                                    EventKind::interruption_began, EventKind::interruption_ended,
                                    EventKind::sag_began, EventKind::sag_ended}));
    EXPECT_EQ(watch(kSag).count, 2U);
    EXPECT_EQ(watch(kSag).total, SimDuration{20s});
    EXPECT_EQ(watch(kInterruption).total, SimDuration{20s});
}

TEST_F(QualityTest, FrequencyIsWatchedBothWays) {
    table.f_hz = 49.4;
    run(1min, 1.0);
    table.f_hz = 50.49; // within the hysteresis of the other side
    run(1min, 1.0);
    table.f_hz = 50.0;
    run(1min, 1.0);
    EXPECT_EQ(
        kinds(),
        (std::vector{EventKind::frequency_deviation_began, EventKind::frequency_deviation_began,
                     EventKind::frequency_deviation_ended, EventKind::frequency_deviation_ended}));
    EXPECT_EQ(events[0].at, kStart + 10s);
    EXPECT_NEAR(events[0].value, -0.6, 1e-9);
    EXPECT_NEAR(events[2].value, -0.6, 1e-6) << "further off than 0.49";
    EXPECT_EQ(watch(kFrequency).count, 1U);
    EXPECT_EQ(watch(kFrequency).total, SimDuration{2min});
    EXPECT_EQ(table.quality.watch[1][kFrequency].count, 1U);
}

TEST_F(QualityTest, ThresholdsAreAMetersOwn) {
    QualitySpec wide = kDefaultQuality;
    wide[kSag].limit = 0.7;
    set_thresholds(table.quality, 0, wide);
    set_thresholds(table.quality, 1, kDefaultQuality);
    EXPECT_EQ(table.quality.sets.size(), 2U);
    table.u_v[1] = 0.8 * 230.0;
    run(10s, 0.8);
    EXPECT_EQ(watch(kSag).count, 0U);
    EXPECT_EQ(table.quality.watch[1][kSag].count, 1U);
    set_thresholds(table.quality, 0, kDefaultQuality); // at run time
    run(10s, 0.8);
    EXPECT_EQ(watch(kSag).count, 1U);
}

TEST_F(QualityTest, EventsOfAMeterAreInTheOrderOfTime) {
    spec.voltage_min_duration = 30s;
    run(10s, 1.0);
    run(60s, 0.8);
    EXPECT_EQ(kinds(), (std::vector{EventKind::sag_began, EventKind::under_voltage}));
    EXPECT_TRUE(std::is_sorted(events.begin(), events.end(),
                               [](auto const& a, auto const& b) { return a.at < b.at; }));
}

TEST_F(QualityTest, ThresholdsThatContradictAreNamed) {
    QualitySpec bad = kDefaultQuality;
    bad[kSag].limit = 1.2;
    EXPECT_EQ(problem(bad), "sag and swell leave no band between them");
    bad = kDefaultQuality;
    bad[kInterruption].limit = 0.95;
    EXPECT_EQ(problem(bad), "an interruption ends within a sag at the latest");
    bad = kDefaultQuality;
    bad[kFrequency].hysteresis = 0.6;
    EXPECT_EQ(problem(bad),
              "frequency: the limit must be above its hysteresis, and no duration negative");
    EXPECT_THROW(set_thresholds(table.quality, 0, bad), SimulationError);
    EXPECT_THROW((void)make_quality(bad, 1), SimulationError);
}

} // namespace
} // namespace gridtwin::meter
