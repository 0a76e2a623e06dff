#include "sim/app/commands.hpp"
#include "sim/app/input_file.hpp"
#include "sim/app/output_file.hpp"
#include "sim/core/quantity.hpp"
#include "sim/plot/svg.hpp"
#include "sim/study/picture.hpp"
#include "sim/study/study.hpp"
#include "sim/study/tables.hpp"
#include "sim/study/text.hpp"
#include "sim/twin/twin.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <unistd.h>

namespace gridtwin::app {
namespace {

struct Options {
    std::string file;
    std::string csv;
    std::string json;
    std::string plot;
    std::string step;
    int number = 0;
    int max_iterations = 0;
    double tolerance_pu = 0.0;
    bool daily = false;
    bool no_controls = false;
    bool strict = false;
    bool quiet = false;
    std::vector<std::string> ignore;
    study::Limits limits;
};

// "left 0:12" beside the steps of a long run, on a terminal only.
class StepProgress {
  public:
    void update(study::Progress const& p) {
        auto const now = Clock::now();
        if (p.step == 1) {
            started_ = now;
        }
        if (p.steps < 2 || now - shown_ < std::chrono::milliseconds(100)) {
            return;
        }
        shown_ = now;
        double const spent_s = std::chrono::duration<double>(now - started_).count();
        auto const left_s = std::lround(spent_s / p.step * (p.steps - p.step));
        fmt::print(stderr, "\rsolve {} of {}: step {} of {}, left {}:{:02}\x1b[K", p.stage,
                   p.stages, p.step, p.steps, left_s / 60, left_s % 60);
        std::fflush(stderr);
        drawn_ = true;
    }
    void finish() {
        if (drawn_) {
            fmt::print(stderr, "\r\x1b[K");
        }
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point started_ = Clock::now();
    Clock::time_point shown_ = started_;
    bool drawn_ = false;
};

/// CLI::Range lets "nan" pass, and shows 1e-13 as 0.000000.
CLI::Validator within(double least, double greatest) {
    auto const range = fmt::format("{:g} to {:g}", least, greatest);
    return {[least, greatest, range](std::string const& text) {
                double value = 0.0;
                bool const number = CLI::detail::lexical_cast(text, value);
                return !number || std::isnan(value) ? fmt::format("'{}' is not a number", text)
                       : value >= least && value <= greatest
                           ? std::string()
                           : fmt::format("{} is not in the range {}", text, range);
            },
            "FLOAT in " + range, "within"};
}

bool to_file(std::string const& path) {
    return !path.empty() && path != "-";
}

study::StudyOptions study_options(Options const& o, Diagnostics& mistakes) {
    study::StudyOptions out;
    out.limits = o.limits;
    out.controls = !o.no_controls;
    out.ignore = o.ignore;
    if (o.tolerance_pu > 0.0) {
        out.tolerance_pu = o.tolerance_pu;
    }
    if (o.max_iterations > 0) {
        out.max_iterations = o.max_iterations;
    }
    if (!(o.limits.v_min_pu < o.limits.v_max_pu)) {
        mistakes.error(
            {"--vmin", 0, 0},
            fmt::format("limits {} to {} hold nothing", o.limits.v_min_pu, o.limits.v_max_pu),
            "--vmin below --vmax");
    }
    if (o.daily) {
        study::DayRequest day;
        if (!o.step.empty()) {
            auto const step = parse_quantity(o.step, Dimension::time);
            constexpr double kYear_s = 8784.0 * 3600.0;
            if (!step.ok() || !(step.value > 0.0 && step.value <= kYear_s)) {
                mistakes.error({"--step", 0, 0},
                               step.ok() ? fmt::format("'{}' is no step", o.step) : step.problem,
                               "a time above 0 and at most a year, for example 15min or 1h");
            }
            day.step_s = step.value;
        }
        if (o.number > 0) {
            day.number = o.number;
        }
        out.day = day;
    } else if (!o.step.empty() || o.number > 0) {
        mistakes.error({o.step.empty() ? "--number" : "--step", 0, 0},
                       "only a daily run takes steps from here", "--daily beside it");
    }
    return out;
}

/// Two results in one file, or a result over the script: links and spellings seen through.
void check_apart(Options const& o, Diagnostics& mistakes) {
    struct Output {
        char const* option;
        std::string const& path;
    };
    Output const outputs[] = {{"--csv", o.csv}, {"--json", o.json}, {"--plot", o.plot}};
    for (auto const* a = std::begin(outputs); a != std::end(outputs); ++a) {
        if (!to_file(a->path)) {
            continue;
        }
        if (same_file(a->path, o.file)) {
            mistakes.error({a->option, 0, 0}, fmt::format("'{}' is the file to be solved", a->path),
                           "a file of its own");
        }
        for (auto const* b = a + 1; b != std::end(outputs); ++b) {
            if (to_file(b->path) && same_file(a->path, b->path)) {
                mistakes.error({fmt::format("{}, {}", a->option, b->option), 0, 0},
                               "two results cannot go to one place", "files of their own");
            }
        }
    }
    if (o.csv == "-" && o.json == "-") {
        mistakes.error({"--csv, --json", 0, 0}, "two results cannot go to one place",
                       "files of their own");
    }
    if (o.plot == "-") {
        mistakes.error({"--plot", 0, 0}, "the picture goes to a file", "FILE");
    }
}

void check_outputs(Options const& o, Diagnostics& mistakes) {
    check_apart(o, mistakes);
    auto const may_be = [&o](std::string const& path) {
        return to_file(path) && !same_file(path, o.file);
    };
    if (may_be(o.csv)) {
        check_output(
            o.csv, "--csv", "this is no table of voltages or steps",
            "FILE that is new or an older table",
            [](std::string_view begin) {
                return begin.starts_with("bus,phase,vmag_pu,vang_deg\n") ||
                       begin.starts_with("step,time_s,source_p_kw,source_q_kvar,");
            },
            mistakes);
    }
    if (may_be(o.json)) {
        check_output(
            o.json, "--json", "this is no result of solve", "FILE that is new or an older result",
            [](std::string_view begin) {
                return begin.starts_with("{\n \"format\": \"GridTwin solve\",\n");
            },
            mistakes);
    }
    if (may_be(o.plot)) {
        check_output(o.plot, "--plot", "this is no picture of GridTwin's",
                     "FILE that is new or an older picture", plot::begins_as_svg, mistakes);
    }
}

/// Options' mistakes, and beside them those of the file.
study::StudyOptions checked_options(Options const& o) {
    Diagnostics mistakes;
    auto options = study_options(o, mistakes);
    check_outputs(o, mistakes);
    if (kind_of_input(o.file) == InputKind::scenario) {
        mistakes.error({o.file, 0, 0}, "this is a scenario",
                       "an OpenDSS script; gridtwin run simulates a scenario");
        throw InputError(std::move(mistakes));
    }
    if (mistakes.ok()) {
        return options; // the study reads the file
    }
    auto const script = study::check_script(o.file, o.ignore);
    for (auto const& d : script.mistakes.errors()) {
        mistakes.error(d.where, d.what, d.expected, d.hint);
    }
    throw InputError(std::move(mistakes));
}

void write(char const* option, std::string const& path, std::string const& text) {
    if (path == "-") {
        fmt::print("{}", text);
    } else {
        write_output(path, option, text);
    }
}

int execute(Options const& o) {
    auto options = checked_options(o);
    StepProgress progress;
    if (isatty(STDERR_FILENO) != 0 && !o.quiet) {
        options.on_progress = [&progress](study::Progress const& p) { progress.update(p); };
    }
    std::optional<study::Study> solved;
    try {
        solved = study::run_study(o.file, options);
    } catch (study::NotConverged const& e) {
        progress.finish();
        fmt::print(stderr, "{}nothing was written.\n", e.what());
        return kNotSolved;
    }
    progress.finish();
    if (auto const moving = study::not_at_rest_text(*solved); o.strict && !moving.empty()) {
        fmt::print(stderr, "{}nothing was written.\n", moving);
        return kNotSolved;
    }
    if (!o.csv.empty()) {
        write("--csv", o.csv, study::study_csv(*solved));
    }
    if (!o.json.empty()) {
        write("--json", o.json,
              study::study_json(*solved, o.file, o.limits, twin::program_version()));
    }
    if (!o.plot.empty()) {
        write("--plot", o.plot, study::draw_study(*solved, o.file, o.limits));
    }
    bool const stdout_taken = o.json == "-" || o.csv == "-";
    if (!o.quiet && !stdout_taken) {
        fmt::print("{}", study::summary_text(*solved, o.file, o.limits));
    }
    return kDone;
}

} // namespace

std::function<int()> add_solve(CLI::App& app) {
    auto* command = app.add_subcommand(
        "solve", "Power flow of an OpenDSS file: does what its own Set and Solve say");
    auto o = std::make_shared<Options>();
    command->add_option("file", o->file, "OpenDSS script (.dss)")->required();
    command->add_flag(
        "--daily", o->daily,
        "solve a day, 24 h at the file's step size, whatever time series the file asks "
        "for");
    command->add_option("--step", o->step, "step of --daily: 1min, 15min, 1h");
    command->add_option("--number", o->number, "steps of --daily")
        ->check(CLI::Range(1, 10'000'000));
    command->add_option("--csv", o->csv,
                        "write bus,phase,vmag_pu,vang_deg of every node; of a time series one row "
                        "a step");
    command->add_option("--json", o->json, "write everything; - is standard output");
    command->add_option("--plot", o->plot,
                        "draw the one-line coloured by voltage, and voltage over distance (SVG)");
    command->add_option("--vmin", o->limits.v_min_pu, "lower voltage limit, pu")
        ->capture_default_str()
        ->check(within(0.0, 2.0));
    command->add_option("--vmax", o->limits.v_max_pu, "upper voltage limit, pu")
        ->capture_default_str()
        ->check(within(0.0, 2.0));
    command
        ->add_option("--tolerance", o->tolerance_pu,
                     "greatest change of a voltage in the last iteration, pu (the file's)")
        ->check(within(1e-13, 1e-2));
    command->add_option("--max-iterations", o->max_iterations, "of one solution (the file's)")
        ->check(CLI::Range(1, 1'000'000));
    command->add_flag("--no-controls", o->no_controls,
                      "regulators, capacitor and switch controls stay as the file sets them");
    command
        ->add_option("--ignore", o->ignore,
                     "leave out elements of a class that is not modelled; repeatable")
        ->take_all()
        ->allow_extra_args(false);
    command->add_flag("--strict", o->strict,
                      "fail where controls are not at rest (without it, the summary says so)");
    command->add_flag("-q,--quiet", o->quiet, "no summary");
    command->footer(
        "Examples:\n"
        "  gridtwin solve scenarios/feeders/ieee13/ieee13.dss\n"
        "  gridtwin solve scenarios/feeders/ieee13/ieee13.dss --plot ieee13.svg\n"
        "  gridtwin solve scenarios/feeders/ieee123/ieee123.dss --csv voltages.csv --quiet\n"
        "  gridtwin solve scenarios/feeders/ieee13/ieee13.dss --no-controls --vmin 0.97\n"
        "  gridtwin solve scenarios/feeders/ieee13/ieee13.dss --daily --step 15min --csv day.csv\n"
        "  gridtwin solve scenarios/feeders/ieee13/ieee13.dss --json - | python3 -m json.tool\n\n"
        "Exit codes: 0 solved, 1 no convergence or, with --strict, controls not at rest\n(what to "
        "try is printed), 2 mistakes in the file "
        "or "
        "the\noptions (each with file:line:column), 3 internal error. Files are written after a "
        "solution only.\nWhat the summary, the CSV columns and the JSON keys mean: docs/solve.md");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
