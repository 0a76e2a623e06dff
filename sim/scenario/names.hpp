#pragma once
// What a scenario's events and adders name, found in the world.
#include "sim/scenario/world.hpp"

namespace gridtwin::scenario {

/// Fills world.events and world.adders; its meters must have been placed. Names that lead nowhere
/// and settings that a meter does not have go to `diagnostics`.
void find_names(Scenario const& scenario, World& world, Diagnostics& diagnostics);

} // namespace gridtwin::scenario
