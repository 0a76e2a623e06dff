#pragma once
// What bulk customers draw of their share of a feeder's published load, over the day.

namespace gridtwin::load {

/// Assumption: shops and workshops with lighting; the plateau is where the published load is met.
struct BulkSpec {
    double night_frac = 0.45; ///< 01:00 to 04:30
    double day_frac = 0.85;   ///< 09:00 to 16:00
};

/// Factor on a bulk customer's published P and Q, in [0, 1]; exactly 1 from 18:30 to 20:30, the
/// night's and the day's fractions in their hours, linear between.
/// @param second_of_day 0..86400
[[nodiscard]] double bulk_day_factor(BulkSpec const& spec, double second_of_day);

} // namespace gridtwin::load
