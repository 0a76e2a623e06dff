#pragma once
// A meter whose clock a ClockSync sets, at the end of a path that takes the time a test says.
#include "models/concentrator/clock_sync.hpp"
#include "models/wire/clock_validity.hpp"
#include "models/wire/told_time.hpp"
#include "tests/models/concentrator/clock_octets.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

namespace gridtwin::concentrator {

inline constexpr SimDuration kPatience = std::chrono::seconds(20); ///< of the concentrator

struct TimedMeter {
    SimDuration error{}; ///< of its clock, > 0 ahead, at `as_of`
    double drift_ppm = 0.0;
    SimDuration worst{}; ///< |error| that it was ever set to
    SimTime as_of = kStart;
    std::vector<std::pair<SimTime, Message>> under_way{}; ///< set messages, and when they arrive

    void drift_to(SimTime t) {
        error +=
            SimDuration{std::llround(static_cast<double>((t - as_of).count()) * drift_ppm * 1e-6)};
        as_of = t;
    }

    /// What arrives until `t` is carried out. @return whether the one that arrives then was
    bool hear_until(SimTime t) {
        std::ranges::sort(under_way, {}, [](auto const& one) { return one.first; });
        bool done = false;
        while (!under_way.empty() && under_way.front().first <= t) {
            auto const [arrives, set] = under_way.front();
            under_way.erase(under_way.begin());
            drift_to(arrives);
            done = wire::valid_at(set, arrives + error);
            if (done) {
                error = from_ns(set.value) - arrives;
                worst = std::max(worst, std::chrono::abs(error));
            }
        }
        drift_to(t);
        return done;
    }

    /// @param way of a MessageKind: how long such a message takes
    /// @return when the pass was over
    template <typename Way>
    SimTime pass(ClockSync& sync, SimTime now, Way way) {
        sync.begin(1, now);
        while (sync.active()) {
            bool const sets = sync.wanted() == MessageKind::set_clock;
            SimTime const sent = now;
            SimTime const there = sent + way(sync.wanted());
            SimTime const back = there + way(sets ? MessageKind::set_result : MessageKind::clock);
            if (sets) {
                Message set;
                set.kind = MessageKind::set_clock;
                set.meter = MeterId{0};
                set.value = to_ns(wire::told_nearest(sync.arrival(sent, kSet)));
                set.occurred = sync.valid_from(sent, kSet);
                set.count = sync.valid_ms();
                under_way.emplace_back(there, set);
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

} // namespace gridtwin::concentrator
