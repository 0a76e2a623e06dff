#pragma once
// A photovoltaic array behind an inverter.
// Source: OpenDSS element reference (PVSystem); docs/models/feeder-der.md.
#include "models/grid/der/inverter.hpp"

namespace gridtwin::grid {

/// Power of the array, W: irradiance times rated power times the factor of its temperature.
/// @param shape  multiplier of the irradiance
[[nodiscard]] double panel_power_w(PvSystem const& pv, std::span<XyCurve const> curves,
                                   double shape, double temperature_c);

/// The inverter's point behind this array; `was` keeps whether it was on, and what an InvControl
/// wants.
[[nodiscard]] InverterPoint pv_point(PvSystem const& pv, std::span<XyCurve const> curves,
                                     InverterPoint const& was, double panel_w);

} // namespace gridtwin::grid
