#pragma once
#include "models/grid/circuit.hpp"

namespace gridtwin::grid::dss {

/// Gives every bus that the source reaches the nearest of the circuit's voltage bases, by the
/// no-load voltage: the source's, times the rated ratio of each transformer on the way.
void assign_voltage_bases(Circuit& circuit);

} // namespace gridtwin::grid::dss
