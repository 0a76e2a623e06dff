#pragma once
// What the times of COSEM tell (models/wire/dlms/date_time.hpp): hundredths of a second.
#include "sim/core/time.hpp"

#include <chrono>

namespace gridtwin::wire {

inline constexpr SimDuration kToldStep = std::chrono::milliseconds(10);

/// The hundredth that has begun.
[[nodiscard]] constexpr SimTime told(SimTime t) {
    auto const beyond = t.time_since_epoch() % kToldStep;
    return t - (beyond < SimDuration::zero() ? beyond + kToldStep : beyond);
}
/// The nearest one.
[[nodiscard]] constexpr SimTime told_nearest(SimTime t) {
    return told(t + kToldStep / 2);
}

} // namespace gridtwin::wire
