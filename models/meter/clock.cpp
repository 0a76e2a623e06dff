#include "models/meter/clock.hpp"

#include <cmath>

namespace gridtwin::meter {

SimTime shown(Clock const& clock, SimTime t) {
    double const gained_ns = static_cast<double>(to_ns(t)) * (clock.drift_ppm * 1e-6);
    return t + SimDuration{clock.offset_ns + std::llround(gained_ns)};
}

SimTime when_shown(Clock const& clock, SimTime time) {
    if (time == kNever) {
        return kNever;
    }
    // Only the small difference t - shown passes through a double.
    std::int64_t const shown_ns = to_ns(time);
    double const d = clock.drift_ppm * 1e-6;
    double const ahead_ns =
        (static_cast<double>(clock.offset_ns) + static_cast<double>(shown_ns) * d) / (1.0 + d);
    return from_ns(shown_ns - std::llround(ahead_ns));
}

Clock set(Clock const& clock, ClockSetting const& setting) {
    SimDuration const shift = setting.shown - shown(clock, setting.at);
    return {clock.offset_ns + shift.count(), clock.drift_ppm};
}

} // namespace gridtwin::meter
