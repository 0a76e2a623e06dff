#pragma once
// What the commands that simulate a scenario have in common: options, signals, what is printed.
#include "sim/twin/twin.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace gridtwin::app {

struct RunOptions {
    std::string out;            ///< empty: the scenario's name with .h5
    std::string record;         ///< of what comes from clients; empty: none
    std::string record_headend; ///< what it is told and orders; empty: not recorded
    std::string headend_from;   ///< a recording that tells it; empty: the run does
    unsigned threads = 0;
    std::string seed;
    bool quiet = false;
    bool profile = false;
};
void add_run_options(CLI::App& command, RunOptions& options);

/// @throws InputError for what is no seed
[[nodiscard]] std::optional<std::uint64_t> read_seed(std::string const& text);

/// Whether the user, or the system, has asked for the end, once run_and_report has begun.
[[nodiscard]] bool stop_requested();

/// Who joins a run, and what else ends it.
struct Guest {
    twin::LiveSession* session = nullptr;
    std::function<bool()> over;          ///< may be empty: the run ends here, as it was to
    std::function<void()> print_summary; ///< may be empty: behind the KPIs, unless quiet
};

/// Runs, writes and prints, after check_run_outputs(). @return the exit code
/// @throws InputError when a file cannot be written
int run_and_report(twin::Loaded const& loaded, RunOptions const& options, Guest const& guest);

} // namespace gridtwin::app
