#pragma once
// Who of the town pays in advance, by what terms, and with what in the account at the start: what
// the meters have, and what the utility has on record.
#include "models/meter/credit.hpp"
#include "sim/results/kpi.hpp"
#include "sim/scenario/world.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::twin {

/// Local time at the start since Monday 00:00.
[[nodiscard]] SimDuration week_at_start(scenario::Scenario const& scenario);

/// Of a row of MeterEquipment::credit, with the time of the week.
[[nodiscard]] meter::CreditSpec credit_spec(scenario::Scenario const& scenario, std::size_t row);

/// Its meters in their order, with what is in their accounts at the start, drawn by (seed, meter).
[[nodiscard]] std::vector<meter::CreditOpening>
credit_openings(scenario::Scenario const& scenario, scenario::World const& world, std::size_t row);

/// Accounts, what is in them and who is off; none without any class.
void add_credit_kpis(std::vector<results::Kpi>& kpis, meter::Credits const& credits);

} // namespace gridtwin::twin
