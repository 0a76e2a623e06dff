#pragma once
// A solution, node by node and element by element, for study_json. Keys: docs/solve.md.
#include "models/grid/element_currents.hpp"

#include <nlohmann/json.hpp>

namespace gridtwin::study {

[[nodiscard]] nlohmann::ordered_json nodes_json(grid::FeederSolver const& solver);
/// Lines and transformers.
[[nodiscard]] nlohmann::ordered_json branches_json(grid::FeederSolver const& solver,
                                                   grid::ElementCurrents const& currents);
/// All other elements.
[[nodiscard]] nlohmann::ordered_json injections_json(grid::FeederSolver const& solver,
                                                     grid::ElementCurrents const& currents);

} // namespace gridtwin::study
