#pragma once
// A scenario, run: loads, wires, steps, records, judges.
#include "sim/core/diagnostics.hpp"
#include "sim/results/kpi.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/headend_files.hpp"
#include "sim/twin/live_world.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gridtwin::twin {

/// Version of the program, "0.1.0".
[[nodiscard]] std::string program_version();

/// A scenario that has passed every check.
struct Loaded {
    scenario::Scenario scenario;
    scenario::World world;
};

/// Reads the scenario and its feeder and checks both. @throws InputError with every mistake found
[[nodiscard]] Loaded load(std::filesystem::path const& file,
                          std::optional<std::uint64_t> seed = std::nullopt,
                          scenario::CrmDocuments documents = scenario::CrmDocuments::read);

/// Names of all KPIs that a run of any scenario yields, in their order.
[[nodiscard]] std::vector<std::string> kpi_names();

struct Progress {
    SimTime now{};
    SimTime end{};
};

struct RunOptions {
    std::filesystem::path out;
    unsigned threads = 0;                             ///< 0: one per hardware thread
    std::function<bool()> stop_requested;             ///< may be empty; true ends the run cleanly
    std::function<void(Progress const&)> on_progress; ///< may be empty; called after each window
    bool profile = false;                             ///< fills RunReport::federates
    LiveSession* live = nullptr;                      ///< joins the run from outside
    HeadEndFiles head_end{};                          ///< recordings of the head-end
};

struct MemoryUse {
    std::string layer;
    double bytes_per_meter = 0.0;
};

struct WallTime {
    std::string federate;
    double wall_s = 0.0;
};

struct RunReport {
    bool complete = false;
    bool books_close = false; ///< energy and messages are conserved; if not, the run is wrong
    SimTime reached{};
    std::uint64_t windows = 0;
    double wall_s = 0.0;
    std::vector<results::Kpi> kpis;
    std::vector<results::ExpectationResult> expectations; ///< empty when the run was stopped
    std::vector<MemoryUse> memory;
    std::vector<WallTime> federates;
    [[nodiscard]] bool expectations_met() const;
};

/// Runs to the end or until stopped; the result file is complete, or says that it is partial.
/// @throws grid::NotConverged where a power flow has no solution that was found, SimulationError
///         for internal errors; the file then is partial, too
[[nodiscard]] RunReport run(Loaded const& loaded, RunOptions const& options);

} // namespace gridtwin::twin
