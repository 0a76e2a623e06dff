#pragma once
// A meter that the user names.
#include "sim/core/diagnostics.hpp"
#include "sim/twin/twin.hpp"

#include <string>
#include <string_view>

namespace gridtwin::app {

/// @param option that the name was given with, for the mistake
/// @return kNone, and a mistake, when no meter of the scenario has the name
[[nodiscard]] MeterId find_meter(twin::Loaded const& loaded, std::string_view option,
                                 std::string const& name, Diagnostics& mistakes);

} // namespace gridtwin::app
