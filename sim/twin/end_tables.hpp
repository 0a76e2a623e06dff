#pragma once
// What stands at the end of a run, one row a meter, an adder, an interval: the tables /meters and
// /adders, and the logs /balance and /profiles of what the head-end has received.
#include "sim/twin/entity_tally.hpp"
#include "sim/twin/recorder.hpp"

namespace gridtwin::twin {

/// Columns and levels: docs/results.md. Each column is gone before the next is made.
void write_end_tables(results::Writer& writer, scenario::Scenario const& scenario,
                      scenario::World const& world, Federates const& federates,
                      meter::MeterTable const& meters, EntityTally const& tally, SimTime end);

} // namespace gridtwin::twin
