#pragma once
// Key figures of the short messages, as the gateways know them.
#include "sim/results/kpi.hpp"
#include "sim/twin/recorder.hpp"

#include <string>
#include <vector>

namespace gridtwin::twin {

void add_sms_kpis(std::vector<results::Kpi>& kpis, Federates const& federates);

/// Their names.
[[nodiscard]] std::vector<std::string> sms_kpi_names();

} // namespace gridtwin::twin
