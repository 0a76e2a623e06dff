#pragma once
// Time-current and time-voltage curves as functions.
// Sources: IEEE C37.112-2018 (formula, reset), IEC 60255-151 (formula), OpenDSS TCC_Curve (log-log
// interpolation); docs/models/protection.md.
#include "models/grid/circuit_protection.hpp"

#include <limits>

namespace gridtwin::grid::protection {

/// Time that never comes.
inline constexpr double kNoOperation_s = std::numeric_limits<double>::infinity();

/// Operating time at `multiple` of the pickup current, s, at time dial 1. kNoOperation_s below the
/// table's first point, and at or below 1 for a formula. Above the last point of a table: its
/// last time.
[[nodiscard]] double operating_time_s(TccCurve const& curve, double multiple);

/// Time in which a disk returns from the far end to rest, s, at time dial 1: reset / (1 - M^2);
/// kNoOperation_s at or above pickup. 0 for a curve without a reset constant: at once.
[[nodiscard]] double disk_reset_time_s(TccCurve const& curve, double multiple);

/// What is wrong with a curve, empty when nothing: a table has at least one point, its multiples
/// ascend and its times are above 0; a formula has a, p > 0 and b >= 0.
[[nodiscard]] std::string curve_problem(TccCurve const& curve);

} // namespace gridtwin::grid::protection
