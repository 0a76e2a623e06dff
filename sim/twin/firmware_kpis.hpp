#pragma once
// What firmware campaigns took and how far they came.
#include "sim/results/kpi.hpp"
#include "sim/twin/recorder.hpp"

#include <string>
#include <vector>

namespace gridtwin::twin {

void add_firmware_kpis(std::vector<results::Kpi>& kpis, Federates const& federates);
[[nodiscard]] std::vector<std::string> firmware_kpi_names();

} // namespace gridtwin::twin
