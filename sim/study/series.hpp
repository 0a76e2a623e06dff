#pragma once
// What is kept of each step of a time series, and what it comes to.
#include "sim/study/summary.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace gridtwin::study {

struct StepRecord {
    int step = 0;     ///< from 1
    double t_s = 0.0; ///< of the solution's clock
    int iterations = 0;
    int control_rounds = 0;
    bool controls_settled = true;
    VoltageSummary voltage;
    PowerSummary power;
    BranchLoading worst_line; ///< rating_a is 0 when no line has a rating
    BranchLoading worst_transformer;
    std::size_t lines_overloaded = 0;
    std::size_t transformers_overloaded = 0;
    UnbalanceSummary unbalance;
    std::size_t taps_moved = 0;       ///< tap changers that stand elsewhere than a step before
    std::size_t capacitors_moved = 0; ///< likewise
    StorageTotals storage;            ///< powers of the step, energy at its end
};

/// Energies are sums of power times step, Wh and varh: each solution holds for its whole step.
struct SeriesTotals {
    Complex source_wh;
    Complex generation_wh;
    Complex generators_wh;
    Complex pv_systems_wh;
    Complex storages_wh;
    double charged_wh = 0.0; ///< storages', at their terminals
    double discharged_wh = 0.0;
    double idling_wh = 0.0; ///< their own service while they do neither
    Complex load_wh;
    Complex losses_wh;
    std::size_t lowest = 0;  ///< row of the step with the lowest voltage
    std::size_t highest = 0; ///< with the highest
    std::size_t peak = 0;    ///< with the greatest source power
    std::size_t least = 0;   ///< with the least source power
    std::size_t line = 0;    ///< with the highest line loading
    std::size_t transformer = 0;
    std::size_t unbalance = 0;
    std::size_t steps_below = 0; ///< with a node below the lower limit
    std::size_t steps_above = 0;
    std::size_t steps_overloaded = 0;
    std::size_t steps_unsettled = 0; ///< whose controls were still moving
    std::size_t taps_moved = 0;
    std::size_t capacitors_moved = 0;
    long iterations = 0;
};

/// @param step_s  of every step
[[nodiscard]] SeriesTotals total(std::vector<StepRecord> const& steps, double step_s);

} // namespace gridtwin::study
