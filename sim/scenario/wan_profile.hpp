#pragma once
// A file of changes of a part of the wide-area network.
#include "models/wan/availability.hpp"
#include "sim/core/civil_time.hpp"
#include "sim/scenario/section.hpp"

#include <string>
#include <vector>

namespace gridtwin::scenario {

/// Lines "at,rate": a date as for events, and a share of the rate, "down" or "up". Blank lines and
/// lines that begin with # say nothing. Mistakes are told with the file's line.
/// @param file relative to the scenario, value of `key`
[[nodiscard]] std::vector<wan::AvailabilityChange>
read_wan_profile(Section& s, std::string_view key, std::string const& file, CivilClock const* clock,
                 SimDuration duration);

} // namespace gridtwin::scenario
