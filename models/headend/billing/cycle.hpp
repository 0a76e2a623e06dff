#pragma once
// When billing periods begin and end, in civil days.
#include <chrono>
#include <cstdint>

namespace gridtwin::headend::billing {

/// Monthly from a day of the month on, or periods of equally many days.
struct Cycle {
    std::uint32_t day_of_month = 1; ///< 1..28
    std::uint32_t length_days = 0;  ///< 0: monthly; else so many days, counted from the run's start
    friend bool operator==(Cycle const&, Cycle const&) = default;
};

struct DatedPeriod {
    std::chrono::sys_days from{};
    std::chrono::sys_days to{}; ///< not included
};

/// The full period that holds a day.
/// @param start of the run
[[nodiscard]] DatedPeriod period_of(Cycle const& cycle, std::chrono::sys_days day,
                                    std::chrono::sys_days start);

} // namespace gridtwin::headend::billing
