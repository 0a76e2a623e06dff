#pragma once
#include "models/grid/dss/reader.hpp"
#include "sim/scenario/scenario.hpp"

namespace gridtwin::scenario {

/// How a scenario's feeder is read.
[[nodiscard]] grid::DssReadOptions feeder_options(Scenario const& scenario);

} // namespace gridtwin::scenario
