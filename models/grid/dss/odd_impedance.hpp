#pragma once
// Impedance matrices that no line has: most are slips of the pen, and a power flow shows neither.
#include "models/grid/dss/build.hpp"

namespace gridtwin::grid::dss {

/// Adds a note for every matrix that an element states in full and whose halves differ by more than
/// a thousandth of the greatest entry, which is taken for rounding.
void note_asymmetric_matrices(Element const& element, Build& build);

/// Adds a note when the series impedance of a line gives power for some currents: its resistance,
/// or its Hermitian part (Z + Z^H) / 2, is not positive semidefinite, rounding aside.
void note_generating(Line const& line, Build& build);

} // namespace gridtwin::grid::dss
