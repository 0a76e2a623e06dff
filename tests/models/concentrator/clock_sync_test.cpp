#include "models/concentrator/clock_sync.hpp"
#include "tests/models/concentrator/fake_field.hpp"
#include "tests/models/concentrator/timed_meter.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

/// Of a time that is set, by its rounding to what can be told; of one that is read.
constexpr double kSetRounding_s = 5e-3 + 1e-7;
constexpr double kReadRounding_s = 10e-3;

/// One meter at the end of a path whose delays the test knows.
struct Path {
    double ns_per_octet = 0.0;
    SimDuration more_to_answer{}; ///< what the path adds for one message alone
    SimDuration more_to_set{};
    TimedMeter meter{};

    [[nodiscard]] SimDuration way(MessageKind kind) const {
        auto const delay = [this](std::uint32_t octets) {
            return SimDuration{std::llround(ns_per_octet * octets)};
        };
        switch (kind) {
        case MessageKind::set_clock:
            return delay(kSet) + more_to_set;
        case MessageKind::set_result:
            return delay(kDone);
        case MessageKind::clock:
            return delay(kAnswer) + more_to_answer;
        default:
            return delay(kAsk);
        }
    }
    /// Runs a pass over it. @return when it was over
    SimTime run(ClockSync& sync, SimTime now) {
        return meter.pass(sync, now, [this](MessageKind kind) { return way(kind); });
    }
};

TEST(ClockSync, LeavesNoErrorOnASymmetricPathHoweverLongItIs) {
    for (double const ns_per_octet : {32e3, 3.3e6, 23e6}) { // radio; 2400 bit/s, one and seven hops
        ClockSync sync({});
        Path path{.ns_per_octet = ns_per_octet, .meter = {.error = 40s}};
        path.run(sync, kStart);
        EXPECT_LE(std::abs(to_s(path.meter.error)), kSetRounding_s) << ns_per_octet;
        EXPECT_EQ(sync.counts().sets, 1U);
        EXPECT_EQ(sync.counts().synced, 1U);
        EXPECT_EQ(sync.counts().asked, 2U) << "measured, set, measured again";
        ASSERT_EQ(sync.before_s().size(), 1U);
        EXPECT_NEAR(sync.before_s()[0], 40.0, kReadRounding_s + 1e-5);
        ASSERT_EQ(sync.after_s().size(), 1U);
        EXPECT_NEAR(sync.after_s()[0], 0.0, kSetRounding_s + kReadRounding_s);
    }
}

TEST(ClockSync, LeavesTheAsymmetryOfThePathAsItsErrorNotItsLength) {
    for (double const ns_per_octet : {1e6, 10e6}) {
        for (SimDuration const asymmetry : {SimDuration{-800ms}, SimDuration{300ms}}) {
            ClockSync sync({});
            // It adds to the way back of the measurement, and to nothing else.
            Path path{.ns_per_octet = ns_per_octet,
                      .more_to_answer = std::max(asymmetry, SimDuration{}),
                      .meter = {.error = -25s}};
            path.more_to_set = asymmetry < 0s ? -asymmetry : SimDuration{};
            path.run(sync, kStart);
            // What the answer took more is held for the path's, in proportion to the set's octets.
            double const expected_s =
                asymmetry < 0s ? to_s(asymmetry) : to_s(asymmetry) * kSet / (kAsk + kAnswer);
            EXPECT_NEAR(to_s(path.meter.error), expected_s, kSetRounding_s) << ns_per_octet;
        }
    }
}

TEST(ClockSync, KeepsADriftingClockWithinItsAnalyticBound) {
    ClockSyncSpec const spec{};
    ClockSync sync(spec);
    Path path{.ns_per_octet = 3.3e6, .meter = {.drift_ppm = 20.0}};
    // The limit is found out at most one pass after it was crossed.
    double const bound_s = to_s(spec.limit) + 20e-6 * to_s(spec.schedule.every) + kReadRounding_s;
    double worst_s = 0.0;
    for (int day = 0; day < 200; ++day) {
        SimTime const due = sync.due();
        path.meter.drift_to(due);
        worst_s = std::max(worst_s, std::abs(to_s(path.meter.error)));
        path.run(sync, due);
        EXPECT_EQ(sync.due(), due + 24h);
    }
    EXPECT_LE(worst_s, bound_s);
    EXPECT_GT(worst_s, to_s(spec.limit)) << "it has to be set again and again";
    EXPECT_EQ(sync.counts().synced, 200U);
    EXPECT_NEAR(static_cast<double>(sync.counts().sets), 200 * 1.728 / 3.456, 2.0)
        << "1.728 s a day: every second day it is beyond 2 s";
}

TEST(ClockSync, LeavesAClockAloneThatIsWithinTheLimitOrWithinWhatThePathMayHide) {
    ClockSync sync({});
    Path near{.ns_per_octet = 3.3e6, .meter = {.error = 1900ms}};
    near.run(sync, kStart);
    EXPECT_EQ(sync.counts().sets, 0U);
    Path slow{.ns_per_octet = 60e6, .meter = {.error = 2700ms}}; // a round trip of 5.8 s
    slow.run(sync, kStart);
    EXPECT_EQ(sync.counts().sets, 0U) << "half the round trip could be asymmetry";
    EXPECT_EQ(sync.counts().synced, 1U);
    EXPECT_EQ(sync.counts().failed, 1U) << "nobody knows that it is within the limit";
}

TEST(ClockSync, ALongRoundTripLeavesRoomForWhatTheClockDriftsMeanwhile) {
    ClockSyncSpec const spec{.limit = 1000s, .longest_round_trip = 1h};
    ClockSync sync(spec);
    sync.begin(1, kStart);
    sync.on_sent(kStart, kAsk);
    sync.on_clock(kStart + 1200s + 480s, kStart, kStart + 1000s, kAsk, kAnswer);
    ASSERT_EQ(sync.wanted(), MessageKind::set_clock);
    // The answer took all of it, or the request; 50 ms, and 100 ppm.
    double const error_s = 1000.0 * kAnswer / (kAsk + kAnswer) + 0.05 + 0.1;
    EXPECT_LE(1e-3 * sync.valid_ms(), 2.0 * (to_s(spec.limit) - error_s));
    EXPECT_GT(1e-3 * sync.valid_ms(), 2.0 * (to_s(spec.limit) - error_s) - 0.011);
}

TEST(ClockSync, WhatOneMeterWasSentDelaysNoOther) {
    ClockSync sync({.limit = 60s});
    sync.begin(2, kStart);
    SimTime now = kStart;
    sync.on_sent(now, kAsk);
    sync.on_clock(now + 301s, now, now + 2s, kAsk, kAnswer);
    now += 2s;
    ASSERT_EQ(sync.wanted(), MessageKind::set_clock);
    sync.on_sent(now, kSet); // and is lost, though valid for half a minute yet
    now += 20s;
    auto const first = sync.meter();
    sync.on_timeout();
    ASSERT_TRUE(sync.active());
    ASSERT_NE(sync.meter(), first);
    sync.on_sent(now, kAsk);
    sync.on_clock(now + 1s, now, now + 2s, kAsk, kAnswer);
    EXPECT_EQ(sync.counts().synced, 1U);
    EXPECT_EQ(sync.counts().failed, 0U);
}

TEST(ClockSync, GivesUpAPathThatIsTooLongAndAMeterThatRefuses) {
    ClockSync sync({});
    Path endless{.ns_per_octet = 200e6, .meter = {.error = 60s}};
    endless.run(sync, kStart);
    EXPECT_EQ(sync.counts().asked, 3U);
    EXPECT_EQ(sync.counts().failed, 1U);
    EXPECT_EQ(endless.meter.error, 60s);
    sync.begin(1, kStart);
    SimTime now = kStart;
    for (int refusal = 0; refusal < 3; ++refusal) { // of what came late, for all it knows
        sync.on_clock(now + 61s, now, now + 1s, kAsk, kAnswer);
        ASSERT_EQ(sync.wanted(), MessageKind::set_clock);
        sync.on_set(false, now + 1s, now + 2s, kSet, kDone);
        EXPECT_EQ(sync.wanted(), MessageKind::read_clock) << "measured anew";
        now += 2s;
    }
    sync.on_clock(now + 61s, now, now + 1s, kAsk, kAnswer);
    EXPECT_FALSE(sync.active());
    EXPECT_EQ(sync.counts().failed, 2U);
}

TEST(ClockSync, SetsEveryMeterOfAConcentratorOnceADayAfterARound) {
    FakeField field({}, 5, {});
    for (auto const id : field.ids) {
        field.clock_error[id] = 10s * static_cast<int>(index(id));
    }
    field.silent[field.ids[2]] = true;
    field.run_to(kStart + 4h);
    EXPECT_EQ(field.concentrator->clock_sync().counts().asked, 0U) << "no round has ended";
    field.run_to(kStart + 24h);
    auto const& counts = field.concentrator->clock_sync().counts();
    EXPECT_EQ(counts.synced, 4U);
    EXPECT_EQ(counts.failed, 1U) << "the silent one, after three tries";
    // One second each way: a request of 46, an answer of 51 and a set message of 102 octets.
    for (auto const id : field.ids) {
        if (!field.silent[id]) {
            EXPECT_LE(std::abs(to_s(field.clock_error[id])), 0.5);
        }
    }
    auto const first =
        std::find_if(field.requests.begin(), field.requests.end(),
                     [](auto const& m) { return m.kind == MessageKind::read_clock; });
    ASSERT_NE(first, field.requests.end());
    EXPECT_GE(first->created, kStart + 4h);
    EXPECT_TRUE(field.uplinked_of(MessageKind::clock).empty());
    EXPECT_TRUE(field.uplinked_of(MessageKind::set_result).empty()) << "nobody asked upstream";
}

TEST(ClockSync, DoesNothingWhenItIsOff) {
    FakeField field({.clock = {.schedule = {}}}, 3, {});
    field.run_to(kStart + 72h);
    EXPECT_EQ(field.concentrator->clock_sync().counts().asked, 0U);
}

TEST(ClockSync, LateAndDoubledAnswersDoNotMoveAnyClock) {
    FakeField field({}, 6, {.loss = 0.2, .doubled = 0.3, .late = 0.2, .draws_row = 7});
    for (auto const id : field.ids) {
        field.clock_error[id] = -90s;
    }
    field.run_to(kStart + 5 * 24h);
    for (auto const id : field.ids) {
        EXPECT_LE(std::abs(to_s(field.clock_error[id])), 5.0) << "half the longest round trip";
    }
    EXPECT_LE(field.most_outstanding, 1);
}

} // namespace
} // namespace gridtwin::concentrator
