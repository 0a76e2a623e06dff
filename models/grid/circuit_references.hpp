#pragma once
// Rows that a circuit's tables name in one another.
#include "models/grid/circuit.hpp"

namespace gridtwin::grid {

/// Reports every row of controls, recorders, shapes and curves that its table does not have, and
/// controls' settings without which they cannot be worked out. The reader's circuits have none;
/// for circuits made in code.
void check_references(Circuit const& circuit, Diagnostics& diagnostics);

} // namespace gridtwin::grid
