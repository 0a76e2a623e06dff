#pragma once
// Key figures of what concentrators do beside polling.
#include "models/meter/table.hpp"
#include "sim/results/kpi.hpp"
#include "sim/twin/recorder.hpp"

#include <string>
#include <vector>

namespace gridtwin::twin {

void add_concentrator_kpis(std::vector<results::Kpi>& kpis, Federates const& federates,
                           meter::MeterTable const& meters, SimTime end);

/// Their names.
[[nodiscard]] std::vector<std::string> concentrator_kpi_names();

} // namespace gridtwin::twin
