#pragma once
// Runs a script's own Solve commands, one stage each, and keeps what a planner asks of them.
// The semantics of stages, time steps and what carries over: docs/solve.md.
#include "models/grid/circuit.hpp"
#include "models/grid/feeder_solver.hpp"
#include "models/grid/solve_status.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/study/series.hpp"
#include "sim/study/summary.hpp"
#include "sim/study/verify.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gridtwin::study {

/// One time series asked for beside the script.
struct DayRequest {
    std::optional<double> step_s; ///< none: the script's own, an hour unless it says otherwise
    std::optional<int> number;    ///< none: as many as fill 24 hours
};

struct Progress {
    std::size_t stage = 0; ///< from 1
    std::size_t stages = 0;
    int step = 0; ///< steps done of this stage
    int steps = 0;
};

struct StudyOptions {
    Limits limits;
    std::optional<double> tolerance_pu; ///< instead of the script's
    std::optional<int> max_iterations;
    double most_residual_pu = kMostResidual_pu; ///< see check_solution
    bool controls = true;                       ///< false: none moves, whatever the script says
    std::vector<std::string> ignore;            ///< element classes that may be left out
    std::optional<DayRequest> day;
    std::function<void(Progress const&)> on_progress;
    /// Sees every solution as soon as it stands; for tests and for what the records do not keep.
    std::function<void(grid::FeederSolver const&, int step)> on_step;
};

/// One Solve.
struct Stage {
    grid::SolveRequest request; ///< with the options as they were used
    bool from_script = true;    ///< false: the program's own
    int steps = 1;
    long iterations = 0;
    int control_rounds = 0;
    bool controls_settled = true;    ///< in every step
    double mismatch_pu = 0.0;        ///< of the last step
    std::vector<std::string> moving; ///< controls that were not at rest in some step, sorted
    SolutionCheck check;             ///< the worst of all steps
    std::vector<StepRecord> series;  ///< [step]; empty unless the mode steps through time
};

/// The step of a series with the lowest voltage.
struct LowestState {
    int step = 0;
    double t_s = 0.0;
    std::vector<double> u_pu; ///< [node] as phase_voltages_pu
    VoltageSummary voltage;
    LoadingSummary loading;
    PowerSummary power;
};

struct Study {
    grid::Circuit circuit; ///< as read, at the end of the script
    std::vector<Stage> stages;
    std::unique_ptr<grid::FeederSolver> solver; ///< as the last stage left it
    Summary summary;                            ///< of that
    std::optional<LowestState> lowest;          ///< of the last stage when it steps through time
    std::vector<Diagnostic> ignored;            ///< what was left out, with its place
    std::string note; ///< what a reader should know about the way it was run; may be empty
};

using grid::NotConverged;

/// What --strict refuses: a text for the user when controls were not at rest, else empty.
[[nodiscard]] std::string not_at_rest_text(Study const& study);

[[nodiscard]] constexpr bool steps_through_time(grid::SolutionMode mode) {
    return mode == grid::SolutionMode::daily || mode == grid::SolutionMode::yearly ||
           mode == grid::SolutionMode::dutycycle;
}

/// Reads the whole script for its mistakes first, then runs it.
/// Throws InputError with all mistakes, NotConverged, SimulationError.
[[nodiscard]] Study run_study(std::filesystem::path const& file, StudyOptions const& options);

/// Every element that the script names of classes that are not modelled, and every other mistake.
struct Checked {
    grid::Circuit circuit;
    bool unsolved = false; ///< the script changes the circuit after its last Solve
    Diagnostics mistakes;
    std::vector<Diagnostic> ignored;
};
[[nodiscard]] Checked check_script(std::filesystem::path const& file,
                                   std::vector<std::string> const& ignore);

} // namespace gridtwin::study
