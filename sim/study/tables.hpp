#pragma once
// A study as files for other programs. Columns and keys are promises: docs/solve.md names them.
#include "sim/study/study.hpp"

#include <string>

namespace gridtwin::study {

/// `bus,phase,vmag_pu,vang_deg` of every node, by bus name, then node number. Node to ground, in pu
/// of the bus's line-to-neutral base; dead nodes are 0,0.
[[nodiscard]] std::string voltages_csv(grid::FeederSolver const& solver);

/// One row a step.
[[nodiscard]] std::string series_csv(std::vector<StepRecord> const& steps);

/// Voltages of the last state, or the series when the last stage steps through time.
[[nodiscard]] std::string study_csv(Study const& study);

/// Everything: circuit, stages, summary, nodes, branches, taps, capacitors, series.
[[nodiscard]] std::string study_json(Study const& study, std::string const& file,
                                     Limits const& limits, std::string const& version);

} // namespace gridtwin::study
