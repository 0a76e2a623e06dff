#pragma once
// Curves that are known by name. Two families:
// - the reference engine's own (a, d, tlink, klink, uv1547, ov1547, mod_inv, very_inv, ext_inv,
//   definite): the tables that it defines at start, point by point. Its three inverse curves are
//   samples of the IEEE formulas.
// - by formula: ieee_mod_inv, ieee_very_inv, ieee_ext_inv (C37.112-2018) and iec_std_inv,
//   iec_very_inv, iec_ext_inv (60255-151 curves A, B, C).
// Sources: docs/models/protection.md.
#include "models/grid/circuit_protection.hpp"

#include <span>
#include <string_view>

namespace gridtwin::grid::protection {

[[nodiscard]] std::span<TccCurve const> standard_curves();
/// By lower-case name; null when there is none of that name.
[[nodiscard]] TccCurve const* standard_curve(std::string_view name);

} // namespace gridtwin::grid::protection
