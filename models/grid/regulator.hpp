#pragma once
// Voltage regulator control as a function of what its relay sees.
// Source: OpenDSS documentation of RegControl; docs/models/power-flow.md.
#include "models/grid/circuit.hpp"

namespace gridtwin::grid {

/// Voltage at the relay after line drop compensation, V.
/// @param u_coil_v  across the regulated winding's first coil
/// @param i_line_a  out of the transformer through that winding
[[nodiscard]] double relay_voltage_v(RegControl const& control, Complex u_coil_v, Complex i_line_a);

/// The tap that the regulator asks for, pu; the present one when it is in its band, stands at its
/// limit, or the band is narrower than a step. Whole steps, at most max_tap_change of them.
/// @param coil_v  rated voltage of the regulated winding's coil
[[nodiscard]] double wanted_tap_pu(RegControl const& control, Winding const& winding, double coil_v,
                                   double relay_v);

} // namespace gridtwin::grid
