#pragma once
// Which controls are not at rest.
#include "models/grid/feeder_solver.hpp"

#include <string>
#include <vector>

namespace gridtwin::study {

/// "regcontrol.r", ...: controls that would act next or later on another look at the present
/// solution, sorted, each once. With ControlMode time: those that would act now.
[[nodiscard]] std::vector<std::string> moving_controls(grid::FeederSolver const& solver);

} // namespace gridtwin::study
