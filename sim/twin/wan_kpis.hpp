#pragma once
// Key figures of the wide-area network: the head-end's servers, data sessions, RADIUS.
#include "sim/results/kpi.hpp"
#include "sim/twin/wan_federate.hpp"

#include <string>
#include <vector>

namespace gridtwin::twin {

/// Those of sessions are 0, and their times NaN, in a scenario without wan.sessions.
void add_wan_kpis(std::vector<results::Kpi>& kpis, scenario::World const& world,
                  WanFederate const& wan, SimTime end);

/// Their names.
[[nodiscard]] std::vector<std::string> wan_kpi_names();

} // namespace gridtwin::twin
