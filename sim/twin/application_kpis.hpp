#pragma once
// Key figures of the head-end's applications that a scenario asks for, against the truth.
#include "sim/results/kpi.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/recorder.hpp"

#include <string>
#include <vector>

namespace gridtwin::twin {

void add_application_kpis(std::vector<results::Kpi>& kpis, scenario::Scenario const& scenario,
                          scenario::World const& world, Federates const& federates, SimTime end);

/// Their names: none of applications that do not run.
[[nodiscard]] std::vector<std::string> application_kpi_names(scenario::Scenario const& scenario);
/// Whether some scenario's applications have a figure of such a name.
[[nodiscard]] bool may_be_application_kpi(std::string_view name);

} // namespace gridtwin::twin
