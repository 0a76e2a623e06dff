#include "sim/app/run_parts.hpp"

#include "models/grid/solve_status.hpp"
#include "sim/app/commands.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/run_outputs.hpp"
#include "sim/results/kpi.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

namespace gridtwin::app {
namespace {

// The one thing a signal handler may touch.
volatile std::sig_atomic_t stop_signal = 0;

void on_signal(int signal) {
    stop_signal = signal;
    std::signal(signal, SIG_DFL); // asked twice, the program ends at once
}

void print_profile(twin::RunReport const& report, double meters) {
    fmt::print("time by federate (the grid's share holds recording)\n");
    for (auto const& f : report.federates) {
        fmt::print("  {:<16} {:8.2f} s\n", f.federate, f.wall_s);
    }
    fmt::print("memory by layer, octets a meter (resident, as each was built)\n");
    for (auto const& m : report.memory) {
        fmt::print("  {:<16} {:8.0f}\n", m.layer, m.bytes_per_meter);
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("  {:<16} {:8.0f}\n", "process, peak",
               1024.0 * static_cast<double>(usage.ru_maxrss) / meters);
    fmt::print("windows {}\n\n", report.windows);
}

} // namespace

bool stop_requested() {
    return stop_signal != 0;
}

std::optional<std::uint64_t> read_seed(std::string const& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t seed = 0;
    auto const [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (failure != std::errc{} || rest != text.data() + text.size() ||
        seed > scenario::kGreatestSeed) {
        Diagnostics diagnostics;
        diagnostics.error({"--seed", 0, 0}, fmt::format("'{}' is no seed", text),
                          fmt::format("a whole number from 0 to {}", scenario::kGreatestSeed));
        throw InputError(std::move(diagnostics));
    }
    return seed;
}

void add_run_options(CLI::App& command, RunOptions& options) {
    command.add_option("-o,--out", options.out,
                       "result file (HDF5); default: the scenario's name with .h5, in this folder");
    command
        .add_option("-t,--threads", options.threads,
                    "threads; results do not depend on them; default: all")
        ->check(CLI::Range(1U, 1024U));
    command.add_option("-s,--seed", options.seed, "in place of the scenario's seed");
    command.add_option("--record-headend", options.record_headend,
                       "write what the head-end is told and what it orders; gridtwin-headend "
                       "replays it without the simulator");
    command.add_option("--headend-from", options.headend_from,
                       "such a recording tells the head-end all, and this run tells it nothing");
    command.add_flag("-q,--quiet", options.quiet,
                     "no progress, no KPI table; only what went wrong");
    command.add_flag("--profile", options.profile, "say where the time and the memory went");
}

int run_and_report(twin::Loaded const& loaded, RunOptions const& o, Guest const& guest) {
    auto const out = result_file(loaded, o);
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGHUP, on_signal);
    ProgressBar bar(isatty(STDERR_FILENO) != 0, o.quiet, guest.session != nullptr);
    twin::RunReport report;
    try {
        report = twin::run(
            loaded,
            {.out = out,
             .threads = o.threads,
             .stop_requested = [&] { return stop_requested() || (guest.over && guest.over()); },
             .on_progress = [&bar](twin::Progress const& p) { bar.update(p.now, p.end); },
             .profile = o.profile,
             .live = guest.session,
             .head_end = {.record = o.record_headend, .told_by = o.headend_from}});
    } catch (grid::NotConverged const& e) {
        bar.finish();
        fmt::print(stderr, "{}\n{} is partial\n", e.what(), out.string());
        return kNotSolved;
    }
    bar.finish();
    if (!o.quiet) {
        fmt::print("{}\n{}: {} meters, {} simulated in {:.2f} s ({:.0f} times real time)\n\n{}\n",
                   loaded.scenario.name, out.string(), loaded.world.meters.size(),
                   format_time(report.reached), report.wall_s, to_s(report.reached) / report.wall_s,
                   results::kpi_table(report.kpis));
    }
    if (!o.quiet && guest.print_summary) {
        guest.print_summary();
    }
    if (o.profile) {
        print_profile(report, static_cast<double>(loaded.world.meters.size()));
    }
    for (auto const& e : report.expectations) {
        if (!e.pass || !o.quiet) {
            fmt::print(e.pass ? stdout : stderr, "{}\n", e.message);
        }
    }
    if (!report.books_close) {
        fmt::print(
            stderr,
            "internal error: energy or messages are not conserved over {}: see energy.residual and "
            "messages.balanced in {}\n",
            format_time(report.reached), out.string());
        return kInternalError;
    }
    if (!report.complete && !stop_requested()) { // where the recorded run ended
        fmt::print("ended at {}: {} is partial\n", format_time(report.reached), out.string());
        return kDone;
    }
    if (!report.complete) {
        fmt::print(stderr, "stopped at {}: {} is partial\n", format_time(report.reached),
                   out.string());
        return 128 + stop_signal;
    }
    return report.expectations_met() ? kDone : kExpectationFailed;
}

} // namespace gridtwin::app
