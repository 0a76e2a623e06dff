#pragma once
// The wide-area network laid out: who is in which cell, whose messages go to which server.
#include "sim/scenario/world.hpp"

namespace gridtwin::scenario {

/// Fills world.wan and world.sessions from the scenario and world.concentrators. Endpoints: one a
/// concentrator in their order, then the SMS gateway, then the head-end. Names that lead nowhere,
/// and what cannot work, go to `diagnostics`.
void lay_wan(Scenario const& scenario, World& world, Diagnostics& diagnostics);

} // namespace gridtwin::scenario
