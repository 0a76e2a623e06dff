#pragma once
// Numbers as power engineers write them.
#include "sim/study/summary.hpp"

#include <string>
#include <vector>

namespace gridtwin::study {

/// "112.4", five significant digits at most and no more than three decimals.
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::string kw_text(double p_w);       ///< "112.4 kW"
[[nodiscard]] std::string kvar_text(double q_var);   ///< "327.9 kvar"
[[nodiscard]] std::string kwh_text(double e_wh);     ///< "522.4 kWh"
[[nodiscard]] std::string percent_text(double frac); ///< "3.25 %"
/// "3.25 %" of a power or an energy; "-" of less than 0.5 W or Wh.
[[nodiscard]] std::string share_text(double part, double whole);
/// "0.899 lagging": lagging when P and Q have the same sign; "-" without power.
[[nodiscard]] std::string power_factor_text(Complex s_va);
/// P / |S|, negative when leading; 0 without power (less than 0.5 VA).
[[nodiscard]] double power_factor(Complex s_va);
/// "09:26", "1 09:26" from the second day on (days count from 0), seconds only when there are any.
[[nodiscard]] std::string clock_text(double t_s);
[[nodiscard]] std::string plural(std::size_t n, std::string const& one, std::string const& many);
/// "611.3"
[[nodiscard]] std::string node_text(NodeVoltage const& node);
[[nodiscard]] char const* mode_name(grid::SolutionMode mode);
[[nodiscard]] char const* storage_mode_name(grid::StorageMode mode);
/// "1 min", "1 h", "15 s"
[[nodiscard]] std::string duration_text(double s);

/// "a, b, c and 4 more": the first eight.
[[nodiscard]] std::string list_text(std::vector<std::string> const& names);

} // namespace gridtwin::study
