// Setting clocks over a channel on which messages take as long as they like, each its own time.
#include "sim/core/random.hpp"
#include "tests/models/concentrator/timed_meter.hpp"

#include <gtest/gtest.h>

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

/// Passes over meters that are off by up to a minute, most of them by little.
template <typename Check>
void run_many(SimDuration longest, ClockSyncSpec const& spec, int passes, Check&& check) {
    for (std::uint32_t one = 0; one < 4000; ++one) {
        std::uint64_t draws = 0;
        auto const draw = [&] {
            return draw01(Seed{5}, EntityKey(EntityKind::meter, one), Purpose::test, draws++);
        };
        double const off = 2.0 * draw() - 1.0;
        TimedMeter meter{.error = duration_from_s(60.0 * off * off * off)};
        SimDuration const before = meter.error;
        ClockSync sync(spec);
        SimTime now = kStart;
        for (int k = 0; k < passes; ++k) {
            now = meter.pass(sync, now + 1h,
                             [&](MessageKind) { return duration_from_s(draw() * to_s(longest)); });
        }
        meter.hear_until(now + 1h);
        check(meter, before);
        if (testing::Test::HasFailure()) {
            return;
        }
    }
}

TEST(ClockDelay, NoClockIsFartherOffThanBeforeAndNoneLeavesTheLimit) {
    for (SimDuration const limit : {SimDuration{2s}, SimDuration{200ms}, SimDuration{10s}}) {
        for (SimDuration const longest : {2s, 6s, 15s, 60s}) {
            run_many(
                longest, {.limit = limit}, 3, [&](TimedMeter const& meter, SimDuration before) {
                    EXPECT_LE(to_s(meter.worst), to_s(std::max(limit, std::chrono::abs(before))))
                        << "was " << to_s(before) << ", ways of up to " << to_s(longest);
                });
        }
    }
}

TEST(ClockDelay, WhereWaysAreShorterThanTheLimitAllEndWithinItAndTheAsymmetry) {
    for (SimDuration const limit : {SimDuration{2s}, SimDuration{4s}}) {
        run_many(limit, {.limit = limit}, 10, [&](TimedMeter const& meter, SimDuration before) {
            // One way took it all, the other nothing: the answer's share by octets.
            double const asymmetry_s = to_s(limit) * kAnswer / (kAsk + kAnswer);
            double const bound_s = to_s(limit) + asymmetry_s + 0.05;
            EXPECT_LE(std::abs(to_s(meter.error)), bound_s) << "was " << to_s(before);
            EXPECT_TRUE(meter.worst > 0s || std::abs(to_s(before)) <= bound_s) << "has to be set";
        });
    }
}

} // namespace
} // namespace gridtwin::concentrator
