#pragma once
// What the utility's own network model says that low-voltage lines lose.
#include "models/headend/ports/fleet.hpp"
#include "sim/scenario/world.hpp"

#include <vector>

namespace gridtwin::twin {

/// [concentrator] of all networks at whose busbars it reads meters, of N single-phase customers in
/// all. They draw alike on average, independently of each other, with a squared coefficient of
/// variation d; phase currents stand 120 degrees apart. A customer's mean current in an interval T
/// of energy E is i = E / (N T U cos phi); a line that supplies n_p of them by phase p loses on
/// average T i^2 (R_phase s + R_neutral (s - n_1 n_2 - n_2 n_3 - n_3 n_1)), s = sum_p n_p^2 + n_p
/// d. d and cos phi are those of the scenario (assumptions).
[[nodiscard]] std::vector<headend::LineLosses> line_losses(scenario::Scenario const& scenario,
                                                           scenario::World const& world);

} // namespace gridtwin::twin
