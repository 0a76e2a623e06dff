#pragma once
// Voltage at what produces or draws power, as its controls see it.
#include "models/grid/circuit.hpp"

namespace gridtwin::grid {

class FeederSolver;

/// Of a load, generator, PV system or storage: |V| across one phase (1, 2, ...), or the mean,
/// greatest or least of all (kPhaseAverage, ...), pu of the rated voltage.
[[nodiscard]] double terminal_voltage_pu(FeederSolver const& solver, ElementRef element, int phase);

/// True when every node it hangs on is energised.
[[nodiscard]] bool terminal_energised(FeederSolver const& solver, ElementRef element);

} // namespace gridtwin::grid
