#pragma once
// What one Solve leaves behind for the next.
#include "models/grid/circuit.hpp"

namespace gridtwin::study {

/// Taps, capacitor steps, switches, faults and the storages' energy that controls or time have
/// moved stay where they are, unless the script has stated them since: a tap by any statement, the
/// others by another value.
/// @param next    the script's circuit at this Solve; gets the carried values
/// @param before  the script's circuit at the Solve before
/// @param solved  that circuit as the Solve before left it
void carry_over(grid::Circuit& next, grid::Circuit const& before, grid::Circuit const& solved);

} // namespace gridtwin::study
