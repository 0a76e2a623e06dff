#pragma once
// A meter's own clock: how it shows time, and when it will show a given one.
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <cstdint>

namespace gridtwin::meter {

/// shown = t (1 + drift) + offset, both from the scenario's start.
struct Clock {
    std::int64_t offset_ns = 0; ///< shown minus true time at kStart
    double drift_ppm = 0.0;     ///< > 0 runs fast
};

/// At true time `at` the meter's clock is set, so that it shows `shown` then; its drift stays.
struct ClockSetting {
    MeterId meter{};
    SimTime at{};
    SimTime shown{};
};

/// What the clock shows at true time t, to the nanosecond.
[[nodiscard]] SimTime shown(Clock const& clock, SimTime t);

/// True time at which the clock shows `time`, to the nanosecond; kNever for kNever.
[[nodiscard]] SimTime when_shown(Clock const& clock, SimTime time);

/// The clock once it has been set.
[[nodiscard]] Clock set(Clock const& clock, ClockSetting const& setting);

} // namespace gridtwin::meter
