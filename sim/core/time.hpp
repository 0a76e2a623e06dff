#pragma once
// Simulated time: 64-bit nanoseconds since the scenario's start. Doubles never order events.
#include <chrono>
#include <cstdint>
#include <string>

namespace gridtwin {

using SimDuration = std::chrono::nanoseconds;

struct SimClock {
    using duration = SimDuration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<SimClock, duration>;
    static constexpr bool is_steady = true;
};

/// An instant of the simulation; kStart is the scenario's `start`.
using SimTime = SimClock::time_point;

inline constexpr SimTime kStart{};
inline constexpr SimTime kNever = SimTime::max();

[[nodiscard]] constexpr double to_s(SimDuration d) {
    return static_cast<double>(d.count()) * 1e-9;
}
[[nodiscard]] constexpr double to_s(SimTime t) {
    return to_s(t.time_since_epoch());
}
[[nodiscard]] constexpr double to_h(SimDuration d) {
    return to_s(d) / 3600.0;
}
[[nodiscard]] constexpr std::int64_t to_ns(SimTime t) {
    return t.time_since_epoch().count();
}
[[nodiscard]] constexpr SimTime from_ns(std::int64_t ns) {
    return SimTime{SimDuration{ns}};
}

/// Seconds to a duration, rounded to the nearest nanosecond; @throws SimulationError unless
/// |seconds| < 9.2e9
[[nodiscard]] SimDuration duration_from_s(double seconds);

/// "1d 02:03:04.005", the day and the milliseconds only when they are not zero.
[[nodiscard]] std::string format_time(SimTime t);

} // namespace gridtwin
