#pragma once
// A file of changes of a part of the wide-area network.
#include "models/wan/availability.hpp"
#include "sim/core/civil_time.hpp"
#include "sim/scenario/section.hpp"

#include <string>
#include <vector>

namespace gridtwin::scenario {

/// "14:00" is the first time the town's clocks show it; "26 h" counts from the start.
/// @param clock none when start or time zone are mistaken
/// @return nothing when it is none, which has been said at the value of `key`
[[nodiscard]] std::optional<SimTime> read_instant(Section& s, std::string_view key,
                                                  std::string const& text, CivilClock const* clock,
                                                  SimDuration duration);

/// Lines "at,rate": a date as for events, and a share of the rate, "down" or "up". Blank lines and
/// lines that begin with # say nothing. Mistakes are told with the file's line.
/// @param file relative to the scenario, value of `key`
[[nodiscard]] std::vector<wan::AvailabilityChange>
read_wan_profile(Section& s, std::string_view key, std::string const& file, CivilClock const* clock,
                 SimDuration duration);

} // namespace gridtwin::scenario
