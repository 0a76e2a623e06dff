#pragma once
// A study as one picture (SVG).
#include "sim/study/study.hpp"

#include <string>

namespace gridtwin::study {

/// The one-line on the file's coordinates coloured by voltage, voltage over distance by phase and,
/// for a time series, voltages and power over time. Self-contained; below 2 MB whatever the size of
/// the circuit.
[[nodiscard]] std::string draw_study(Study const& study, std::string const& file,
                                     Limits const& limits);

} // namespace gridtwin::study
