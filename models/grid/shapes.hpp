#pragma once
// Values of shapes and curves at a time, a year or an abscissa.
// Source: OpenDSS element reference (LoadShape, TShape, GrowthShape, XYCurve);
// docs/models/feeder-der.md.
#include "models/grid/circuit_shapes.hpp"

#include <complex>

namespace gridtwin::grid {

/// Multipliers of P (real part) and Q (imaginary part) at `t_s` after midnight of the first day; W
/// and var of a shape of actual values. Without q_mult, Q follows P; for actual values it is 0.
/// Points at a fixed interval hold around their time: point k (counted from 1) stands at k
/// intervals, the nearest one counts, and the last point also stands at time 0. Points at stated
/// hours are interpolated. Both repeat after the last point. A shape without points is 1.
[[nodiscard]] std::complex<double> shape_at(LoadShape const& shape, double t_s);

/// Degree Celsius, by the same rules; 0 without points.
[[nodiscard]] double temperature_at(TemperatureShape const& shape, double t_s);

/// Product of the yearly factors after the shape's first year; years without a point repeat the
/// last factor. @param year 0: 1.0
[[nodiscard]] double growth_at(GrowthShape const& shape, int year);

/// The curve at x, beyond its ends along its end segments; 0 without points.
[[nodiscard]] double curve_at(XyCurve const& curve, double x);

} // namespace gridtwin::grid
