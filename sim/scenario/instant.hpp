#pragma once
// Dates of scenarios: a time of day, or a time from the start.
#include "sim/core/civil_time.hpp"
#include "sim/scenario/section.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::scenario {

inline constexpr std::string_view kInstantExpected =
    "a time of day such as 14:00, or a time from the start such as 26 h";

/// "14:00" is the first time the town's clocks show it; "26 h" counts from the start.
/// @param clock none when start or time zone are mistaken: then no time of day has an instant
/// @return seconds from the start, of any size
[[nodiscard]] std::optional<double> parse_instant(std::string_view text, CivilClock const* clock);

/// As parse_instant, within the run.
/// @return nothing when it is none, which has been said at the value of `key`
[[nodiscard]] std::optional<SimTime> read_instant(Section& s, std::string_view key,
                                                  std::string const& text, CivilClock const* clock,
                                                  SimDuration duration);

} // namespace gridtwin::scenario
