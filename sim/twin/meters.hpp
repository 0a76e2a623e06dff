#pragma once
// The town's meters with what the scenario gives them, and their key figures.
#include "models/meter/adder.hpp"
#include "sim/results/kpi.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/recorder.hpp"

#include <string>
#include <vector>

namespace gridtwin::twin {

/// One meter a row of world.meters.
[[nodiscard]] meter::MeterTable make_town_meters(scenario::Scenario const& scenario,
                                                 scenario::World const& world);

/// The points that sum them, one a row of world.adders.
[[nodiscard]] meter::Adders make_town_adders(scenario::World const& world,
                                             meter::MeterTable const& meters);

/// Those of a group, or of scenario::kBulkCustomers.
[[nodiscard]] std::vector<MeterId> meters_of(scenario::Scenario const& scenario,
                                             scenario::World const& world,
                                             std::string_view customers);

/// What tampering has kept from the registers.
[[nodiscard]] double unmetered_wh(meter::MeterTable const& meters);

/// What the meters have measured, or tampering kept from them, and no register has counted yet.
[[nodiscard]] double uncounted_wh(meter::MeterTable const& meters);

/// Of what the meters have beyond net registers and profile; none for a scenario without.
void add_meter_kpis(std::vector<results::Kpi>& kpis, scenario::Scenario const& scenario,
                    meter::MeterTable const& meters, meter::Adders const& adders,
                    RecordTotals const& totals);

/// Their names, for a sound scenario.
[[nodiscard]] std::vector<std::string> meter_kpi_names(scenario::Scenario const& scenario);
/// Whether it is such a name for one scenario or another, by what stands before its dot.
[[nodiscard]] bool may_be_meter_kpi(std::string_view name);

} // namespace gridtwin::twin
