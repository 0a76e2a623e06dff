#pragma once
// A study on one screen.
#include "sim/study/study.hpp"

#include <string>

namespace gridtwin::study {

/// "7 lines, 2 transformers, ...": what the circuit has, by class, in the order of its tables.
[[nodiscard]] std::string class_counts(grid::Circuit const& circuit);

/// One line: what is rated, and what its bus says.
[[nodiscard]] std::string misfit_text(RatingMisfit const& misfit);

/// @param file  as the user named it
[[nodiscard]] std::string summary_text(Study const& study, std::string const& file,
                                       Limits const& limits);

} // namespace gridtwin::study
