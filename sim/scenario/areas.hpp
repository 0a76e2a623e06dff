#pragma once
// Which concentrators hear each other.
#include "sim/scenario/world.hpp"

namespace gridtwin::scenario {

/// What a modem hears of another beyond two transformers, dB over hearing_dbuv: two concentrators
/// at their busbars, lines between lossless, shadowing left out. Below 0: they are deaf to each
/// other.
[[nodiscard]] double crossing_margin_db(PlcSection const& plc);

/// Fills world.areas, and where each concentrator stands in them: those of one feeder that have
/// meters on the power line and hear each other are one area, every other is its own. In the order
/// of their first concentrators. An area too large for a medium goes to `diagnostics`.
void group_areas(Scenario const& scenario, World& world, Diagnostics& diagnostics);

} // namespace gridtwin::scenario
