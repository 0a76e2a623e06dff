// Setting clocks over a channel on which messages take as long as they like, each its own time.
#include "models/concentrator/clock_sync.hpp"
#include "models/wire/told_time.hpp"
#include "sim/core/random.hpp"
#include "tests/models/concentrator/clock_octets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

constexpr SimDuration kPatience = 20s; ///< of the concentrator

struct Setting {
    SimTime arrives;
    SimTime value;
    SimTime from;
    SimTime until;
};

/// One meter, and what is on its way to it.
struct Meter {
    std::uint32_t row;
    SimDuration longest; ///< of a message
    SimDuration error;
    SimDuration worst{}; ///< |error| that it was ever set to
    std::vector<Setting> under_way{};
    std::uint64_t draws = 0;

    double draw() {
        return draw01(Seed{5}, EntityKey(EntityKind::meter, row), Purpose::test, draws++);
    }

    SimDuration way() { return duration_from_s(draw() * to_s(longest)); }

    /// What arrives until `t` is carried out. @return whether the one that arrives then was
    bool hear_until(SimTime t) {
        std::ranges::sort(under_way, {}, &Setting::arrives);
        bool done = false;
        while (!under_way.empty() && under_way.front().arrives <= t) {
            Setting const one = under_way.front();
            under_way.erase(under_way.begin());
            done = one.arrives + error >= one.from && one.arrives + error <= one.until;
            if (done) {
                error = one.value - one.arrives;
                worst = std::max(worst, std::chrono::abs(error));
            }
        }
        return done;
    }

    /// @return when the pass was over
    SimTime pass(ClockSync& sync, SimTime now) {
        sync.begin(1, now);
        while (sync.active()) {
            bool const sets = sync.wanted() == MessageKind::set_clock;
            SimTime const sent = now;
            SimTime const there = sent + way();
            SimTime const back = there + way();
            if (sets) {
                SimTime const from = sync.valid_from(sent, kSet);
                under_way.push_back({.arrives = there,
                                     .value = wire::told_nearest(sync.arrival(sent, kSet)),
                                     .from = from,
                                     .until = from + sync.valid_ms() * 1ms});
            }
            sync.on_sent(sent, sets ? kSet : kAsk);
            now = std::min(back, sent + kPatience);
            if (back > now) {
                hear_until(now);
                sync.on_timeout();
                continue;
            }
            bool const done = hear_until(there);
            SimTime const shown = wire::told(there + error);
            hear_until(back);
            sets ? sync.on_set(done, sent, now, kSet, kDone)
                 : sync.on_clock(shown, sent, now, kAsk, kAnswer);
        }
        return now;
    }
};

/// Passes over meters that are off by up to a minute, most of them by little.
template <typename Check>
void run_many(SimDuration longest, ClockSyncSpec const& spec, int passes, Check&& check) {
    for (std::uint32_t one = 0; one < 4000; ++one) {
        Meter meter{.row = one, .longest = longest, .error = {}};
        double const off = 2.0 * meter.draw() - 1.0;
        meter.error = duration_from_s(60.0 * off * off * off);
        SimDuration const before = meter.error;
        ClockSync sync(spec);
        SimTime now = kStart;
        for (int k = 0; k < passes; ++k) {
            now = meter.pass(sync, now + 1h);
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
            std::uint64_t sets = 0;
            run_many(longest, {.limit = limit}, 3, [&](Meter const& meter, SimDuration before) {
                EXPECT_LE(to_s(meter.worst), to_s(std::max(limit, std::chrono::abs(before))))
                    << "was " << to_s(before) << ", ways of up to " << to_s(longest);
                sets += meter.worst > 0s ? 1U : 0U;
            });
            EXPECT_GT(sets, 0U) << to_s(longest) << ": some are set over any of these";
        }
    }
}

TEST(ClockDelay, WhereWaysAreShorterThanTheLimitAllEndWithinItAndTheAsymmetry) {
    ClockSyncSpec const spec{};
    run_many(spec.limit, spec, 10, [&](Meter const& meter, SimDuration before) {
        // One way took it all, the other nothing: the answer's share by octets.
        double const asymmetry_s = to_s(spec.limit) * kAnswer / (kAsk + kAnswer);
        EXPECT_LE(std::abs(to_s(meter.error)), to_s(spec.limit) + asymmetry_s + 0.05)
            << "was " << to_s(before);
    });
}

} // namespace
} // namespace gridtwin::concentrator
