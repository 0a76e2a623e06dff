#pragma once
#include "sim/twin/kpis.hpp"

#include <string>
#include <vector>

namespace gridtwin::twin {

/// Who was found, registered, lost and adopted.
void add_discovery(std::vector<results::Kpi>& kpis, Federates const& federates);
[[nodiscard]] std::vector<std::string> discovery_kpi_names();

/// Intervals that a second concentrator of an area has stored, each further one counted: meters
/// that moved in between.
[[nodiscard]] std::uint64_t stored_twice(AccessArea const& area, headend::Fleet const& fleet,
                                         SimTime end);

} // namespace gridtwin::twin
