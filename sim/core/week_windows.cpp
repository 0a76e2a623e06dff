#include "sim/core/week_windows.hpp"

#include <algorithm>

namespace gridtwin {
namespace {

constexpr SimDuration remainder(SimDuration a, SimDuration length) {
    SimDuration const r = a % length;
    return r < SimDuration::zero() ? r + length : r;
}

constexpr SimDuration length_of(DailyWindow const& window) {
    SimDuration const length = window.to - window.from;
    return length > SimDuration::zero() ? length : length + kDay;
}

/// Calls f(time since the beginning, length) for each day of each window.
template <typename F>
void for_each(std::span<DailyWindow const> windows, SimDuration of_week, F f) {
    for (auto const& window : windows) {
        for (int day = 0; day < 7; ++day) {
            if ((window.days >> day & 1) != 0) {
                f(remainder(of_week - day * kDay - window.from, kWeek), length_of(window));
            }
        }
    }
}

/// How long a window holds on from here; zero when none does.
SimDuration held_for(std::span<DailyWindow const> windows, SimDuration of_week) {
    SimDuration left{};
    for_each(windows, of_week,
             [&](SimDuration since, SimDuration length) { left = std::max(left, length - since); });
    return left;
}

} // namespace

std::string problem(std::span<DailyWindow const> windows) {
    for (auto const& window : windows) {
        if ((window.days & 0b111'1111) == 0 || window.days > 0b111'1111) {
            return "a daily window needs days of the week, Monday to Sunday";
        }
        for (SimDuration const at : {window.from, window.to}) {
            if (at < SimDuration::zero() || at >= kDay) {
                return "a daily window begins and ends at times of day, from 00:00 to below 24:00";
            }
        }
    }
    return {};
}

SimDuration time_of_week(SimDuration week_at_start, SimTime shown) {
    return remainder(week_at_start + shown.time_since_epoch(), kWeek);
}

WindowSpan find_window(std::span<DailyWindow const> windows, SimDuration of_week) {
    SimDuration held{};
    for (SimDuration more = held_for(windows, of_week); more > SimDuration::zero();
         more = held_for(windows, remainder(of_week + held, kWeek))) {
        held += more; // the next one may begin as this one ends
        if (held >= kWeek) {
            return {.inside = true};
        }
    }
    if (held > SimDuration::zero()) {
        return {.inside = true, .left = held};
    }
    SimDuration until = SimDuration::max();
    for_each(windows, of_week, [&](SimDuration since, SimDuration /*length*/) {
        until = std::min(until, kWeek - since);
    });
    return {.inside = false, .left = until};
}

} // namespace gridtwin
