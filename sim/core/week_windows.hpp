#pragma once
// Hours of the week that come back every week: friendly hours, peak hours.
#include "sim/core/time.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace gridtwin {

inline constexpr SimDuration kDay = std::chrono::hours(24);
inline constexpr SimDuration kWeek = 7 * kDay;

/// From this time of these days on, until that time: of the next day where `to` is not after
/// `from`.
struct DailyWindow {
    std::uint8_t days = 0b111'1111; ///< on which it begins; bit 0 Monday .. bit 6 Sunday
    SimDuration from{};             ///< since midnight, below 24 h
    SimDuration to{};               ///< likewise; as `from`: all day

    friend bool operator==(DailyWindow const&, DailyWindow const&) = default;
};

/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(std::span<DailyWindow const> windows);

/// Time of the week at an instant of a clock, in [0, 1 week).
/// @param week_at_start local time when the clock showed kStart, since Monday 00:00
[[nodiscard]] SimDuration time_of_week(SimDuration week_at_start, SimTime shown);

/// Whether any of the windows holds, and for how long that stays so.
struct WindowSpan {
    bool inside = false;
    SimDuration left = SimDuration::max(); ///< > 0; max: for ever
};
/// @param of_week since Monday 00:00, in [0, 1 week)
[[nodiscard]] WindowSpan find_window(std::span<DailyWindow const> windows, SimDuration of_week);

} // namespace gridtwin
