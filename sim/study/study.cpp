#include "sim/study/study.hpp"

#include "models/grid/dss/reader.hpp"
#include "models/grid/protection/devices.hpp"
#include "models/grid/time_step.hpp"
#include "sim/study/carry.hpp"
#include "sim/study/format.hpp"
#include "sim/study/moving.hpp"
#include "sim/study/phase_voltage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace gridtwin::study {
namespace {

using grid::Circuit;
using grid::FeederSolver;
using grid::SolutionMode;
using grid::SolutionOptions;

constexpr double kDay_s = 86400.0;
constexpr int kMostSteps = 10'000'000; // as --number and Set number

std::string place(SourcePos const& where) {
    return where.line > 0 ? fmt::format("{}:{}:{}", where.file, where.line, where.column)
                          : where.file;
}

std::string when_text(SolutionOptions const& o, int step) {
    return steps_through_time(o.mode) ? fmt::format(" in step {} of {}", step, o.number) : "";
}

std::string not_converged_text(Stage const& stage, grid::SolveStatus const& status, int step) {
    auto const& o = stage.request.options;
    std::string advice;
    if (status.mismatch_pu < 1e-4) {
        advice =
            "it is nearly there: allow more iterations (--max-iterations) or a wider tolerance "
            "(--tolerance)";
    } else {
        advice =
            fmt::format("look at the elements around bus {}: kV of transformers and loads, units "
                        "of lengths and "
                        "impedances, kW; the load may be more than the network can carry (try Set "
                        "LoadMult=0.5); controls may have moved too far (try --no-controls)",
                        status.worst_bus.substr(0, status.worst_bus.find('.')));
    }
    return fmt::format("{}: the power flow does not converge{}: after {} iterations node {} still "
                       "moves by {:.3g} pu, allowed {:.3g} pu\n  what to try: {}\n",
                       place(stage.request.where), when_text(o, step), status.iterations,
                       status.worst_bus, status.mismatch_pu, o.tolerance_pu, advice);
}

std::string wrong_text(Stage const& stage, SolutionCheck const& check, int step) {
    if (!check.balances()) {
        return fmt::format(
            "{}: the solution{} does not hold: the powers miss each other by {:.3g} VA, allowed "
            "{:.3g} VA\n  what to try: look for impedances below 100 micro-ohm; report the "
            "file if there are none\n",
            place(stage.request.where), when_text(stage.request.options, step),
            std::abs(check.imbalance_va), check.allowed_va);
    }
    return fmt::format(
        "{}: the solution{} does not hold: at node {} the currents sum to {:.3g} pu (of 1 MVA), "
        "rounding allows {:.3g} pu\n  what to try: look at bus {} for impedances many orders of "
        "magnitude below or above those around them; report the file if there are none\n",
        place(stage.request.where), when_text(stage.request.options, step), check.node,
        check.residual_pu, check.allowed_pu, check.node.substr(0, check.node.rfind('.')));
}

// Mode direct: every load is its nominal impedance, and no control moves.
void make_linear(Circuit& circuit) {
    for (auto& load : circuit.loads) {
        load.model = 2;
    }
    for (auto& generator : circuit.generators) {
        generator.model = 2;
    }
    for (auto& pv : circuit.pv_systems) {
        pv.model = 2;
    }
    for (auto& storage : circuit.storages) {
        storage.model = 2;
    }
    circuit.solution.controls = false;
}

class Runner {
  public:
    explicit Runner(StudyOptions const& options) : options_(options) {}

    void expect_stages(std::size_t count) { expected_ = count; }
    void start_anew() {
        stages.clear();
        solver.reset();
    }

    void run(Circuit const& script, grid::SolveRequest request, bool changed, bool from_script) {
        auto& o = request.options;
        o.tolerance_pu = options_.tolerance_pu.value_or(o.tolerance_pu);
        o.max_iterations = options_.max_iterations.value_or(o.max_iterations);
        o.controls = o.controls && options_.controls && o.mode != SolutionMode::direct;
        make_solver(script, o, changed);
        Stage stage;
        stage.request = std::move(request);
        stage.from_script = from_script;
        lowest.reset();
        stage.steps = steps_through_time(stage.request.options.mode)
                          ? std::max(1, stage.request.options.number)
                          : 1;
        for (int step = 1; step <= stage.steps; ++step) {
            run_step(stage, step);
        }
        stages.push_back(std::move(stage));
    }

    std::vector<Stage> stages;
    std::unique_ptr<FeederSolver> solver;
    std::optional<LowestState> lowest; // of the last stage

  private:
    // The solver goes on as it is where neither the circuit nor what it was made with has changed.
    void make_solver(Circuit const& script, SolutionOptions const& o, bool changed) {
        bool const same =
            solver && !changed && made_with_.tolerance_pu == o.tolerance_pu &&
            made_with_.max_iterations == o.max_iterations &&
            made_with_.max_control_iterations == o.max_control_iterations &&
            made_with_.control_mode == o.control_mode &&
            (made_with_.mode == SolutionMode::direct) == (o.mode == SolutionMode::direct);
        if (same) {
            solver->set_controls(o.controls);
        } else {
            Circuit next = script;
            next.solution = o;
            if (solver) {
                Circuit solved = solver->circuit();
                auto const& storages = solver->controls().der.storages; // energies live there
                for (std::size_t row = 0; row < solved.storages.size(); ++row) {
                    solved.storages[row].stored_wh = storages[row].stored_wh;
                }
                carry_over(next, nominal_, solved);
            }
            nominal_ = script;
            if (o.mode == SolutionMode::direct) {
                make_linear(next);
            }
            solver = std::make_unique<FeederSolver>(std::move(next));
            if (!script.relays.empty() || !script.reclosers.empty() || !script.fuses.empty()) {
                // Devices that stand open hold their lines open.
                grid::protection::switch_lines(grid::protection::make_devices(solver->circuit()),
                                               *solver);
            }
            frame_.reset();
        }
        made_with_ = o;
    }

    void run_step(Stage& stage, int step) {
        auto const& o = stage.request.options;
        auto moment = grid::moment_of(o, step);
        if (steps_through_time(o.mode)) {
            moment.step_s = o.step_s;
        } else {
            moment.t_s = o.start_s; // the clock stands where Set has put it
        }
        grid::begin_step(*solver, nominal_, moment);
        auto const status = solver->solve();
        if (!status.converged) {
            throw NotConverged(not_converged_text(stage, status, step));
        }
        grid::ElementCurrents const currents(*solver);
        auto const power = summarise_power(*solver, currents);
        auto const check = check_solution(*solver, power, currents, options_.most_residual_pu);
        if (!check.holds()) {
            throw NotConverged(wrong_text(stage, check, step));
        }
        keep_worst(stage.check, check);
        if (!status.controls_settled) {
            for (auto& name : moving_controls(*solver)) {
                auto const at = std::lower_bound(stage.moving.begin(), stage.moving.end(), name);
                if (at == stage.moving.end() || *at != name) {
                    stage.moving.insert(at, std::move(name));
                }
            }
        }
        grid::end_step(*solver, moment);
        stage.iterations += status.iterations;
        stage.control_rounds += status.control_rounds;
        stage.controls_settled = stage.controls_settled && status.controls_settled;
        stage.mismatch_pu = status.mismatch_pu;
        if (steps_through_time(o.mode)) {
            stage.series.push_back(record(status, currents, power, step, moment.t_s));
        }
        if (options_.on_step) {
            options_.on_step(*solver, step);
        }
        if (options_.on_progress) {
            options_.on_progress({stages.size() + 1, expected_, step, stage.steps});
        }
    }

    // After a switch has moved; the first time, too.
    void renew_frame() {
        auto const& lines = solver->circuit().lines;
        std::vector<std::uint32_t> open(lines.size());
        for (std::size_t row = 0; row < lines.size(); ++row) {
            open[row] = lines[row].closed ? lines[row].open_conductors : ~0U;
        }
        if (!frame_ || open != open_) {
            open_ = std::move(open);
            frame_ = make_node_frame(*solver);
        }
    }

    StepRecord record(grid::SolveStatus const& status, grid::ElementCurrents const& currents,
                      PowerSummary const& power, int step, double t_s) {
        StepRecord r;
        r.step = step;
        r.t_s = t_s;
        r.iterations = status.iterations;
        r.control_rounds = status.control_rounds;
        r.controls_settled = status.controls_settled;
        renew_frame();
        auto u_pu = phase_voltages_pu(*solver, *frame_);
        r.voltage = summarise_voltages(*solver, *frame_, u_pu, options_.limits);
        if (!lowest || r.voltage.lowest.u_pu < lowest->voltage.lowest.u_pu) {
            lowest = LowestState{step,
                                 t_s,
                                 std::move(u_pu),
                                 r.voltage,
                                 summarise_loading(*solver, currents, options_.limits),
                                 power};
        }
        r.power = power;
        r.storage = storage_totals(*solver, currents);
        auto loading = loading_extremes(*solver, currents, options_.limits);
        r.worst_line = std::move(loading.line);
        r.worst_transformer = std::move(loading.transformer);
        r.lines_overloaded = loading.lines_overloaded;
        r.transformers_overloaded = loading.transformers_overloaded;
        r.unbalance = summarise_unbalance(*solver, *frame_);
        auto taps = tap_states(solver->circuit());
        auto capacitors = capacitor_states(*solver, currents);
        for (std::size_t k = 0; k < std::min(taps.size(), taps_.size()); ++k) {
            r.taps_moved += taps[k].tap_pu != taps_[k].tap_pu ? 1U : 0U;
        }
        for (std::size_t k = 0; k < std::min(capacitors.size(), capacitors_.size()); ++k) {
            r.capacitors_moved += capacitors[k].closed != capacitors_[k].closed ? 1U : 0U;
        }
        taps_ = std::move(taps);
        capacitors_ = std::move(capacitors);
        return r;
    }

    StudyOptions const& options_;
    std::size_t expected_ = 0;
    Circuit nominal_; // the script's, of which the solver was made
    SolutionOptions made_with_;
    std::optional<NodeFrame> frame_;
    std::vector<std::uint32_t> open_; // [line] conductors, when the frame was made
    std::vector<TapState> taps_;      // a step before
    std::vector<CapacitorState> capacitors_;
};

// A day as asked for on the command line, in the mode for which there are shapes.
grid::SolveRequest day_request(Circuit const& circuit, DayRequest const& day,
                               std::filesystem::path const& file, std::string& note) {
    grid::SolveRequest request{{file.string(), 0, 0}, circuit.solution};
    auto& o = request.options;
    std::size_t daily = 0;
    std::size_t yearly = 0;
    auto const count = [&](auto const& table) {
        for (auto const& element : table) {
            daily += element.shapes.daily != grid::kNone ? 1U : 0U;
            yearly += element.shapes.yearly != grid::kNone ? 1U : 0U;
        }
    };
    count(circuit.loads);
    count(circuit.generators);
    count(circuit.pv_systems);
    count(circuit.storages);
    o.mode = daily == 0 && yearly > 0 ? SolutionMode::yearly : SolutionMode::daily;
    if (daily == 0) {
        note = yearly > 0 ? "nothing has a daily shape: the day follows the yearly shapes, from "
                            "their first point"
                          : "nothing has a shape: every step is the same";
    }
    o.start_s = 0.0;
    o.step_s = day.step_s.value_or(o.step_s);
    double const steps = std::max(1.0, std::round(kDay_s / o.step_s));
    if (!day.number && !(steps <= double{kMostSteps})) {
        Diagnostics mistakes;
        mistakes.error({day.step_s ? "--step" : file.string(), 0, 0},
                       fmt::format("a day has {:.4g} steps of {:g} s", steps, o.step_s),
                       fmt::format("at most {}: a longer {}", kMostSteps,
                                   day.step_s ? "step" : "Set stepsize, or --step"));
        throw InputError(std::move(mistakes));
    }
    o.number = day.number.value_or(static_cast<int>(steps));
    return request;
}

std::vector<Diagnostic> left_out(std::vector<Diagnostic> const& strict,
                                 std::vector<Diagnostic> const& lenient) {
    auto const key = [](Diagnostic const& d) {
        return std::tuple(d.where.file, d.where.line, d.where.column, d.what);
    };
    std::set<std::tuple<std::string, int, int, std::string>> still;
    for (auto const& d : lenient) {
        still.insert(key(d));
    }
    std::vector<Diagnostic> out;
    std::copy_if(strict.begin(), strict.end(), std::back_inserter(out),
                 [&](Diagnostic const& d) { return !still.contains(key(d)); });
    return out;
}

} // namespace

Checked check_script(std::filesystem::path const& file, std::vector<std::string> const& ignore) {
    Checked out;
    grid::DssReadOptions read;
    read.allow_ignored = ignore;
    read.at_end = [&](bool unsolved) { out.unsolved = unsolved; };
    out.circuit = grid::read_dss(file, out.mistakes, read);
    if (!ignore.empty()) {
        Diagnostics strict;
        static_cast<void>(grid::read_dss(file, strict));
        out.ignored = left_out(strict.errors(), out.mistakes.errors());
    }
    return out;
}

std::string not_at_rest_text(Study const& study) {
    std::string out;
    for (auto const& stage : study.stages) {
        if (!stage.controls_settled) {
            out += fmt::format("{}: controls are not at rest: {}\n  what to try: allow more rounds "
                               "(Set MaxControlIter), wider bands or delays that differ\n",
                               place(stage.request.where), list_text(stage.moving));
        }
    }
    return out;
}

Study run_study(std::filesystem::path const& file, StudyOptions const& options) {
    auto checked = check_script(file, options.ignore);
    if (!checked.mistakes.ok()) {
        throw InputError(std::move(checked.mistakes));
    }
    static_cast<void>(grid::protection::make_devices(checked.circuit)); // its mistakes, too
    Study study;
    study.ignored = std::move(checked.ignored);
    study.circuit = std::move(checked.circuit);

    bool const never_solves = study.circuit.solves.empty();
    bool const own_snapshot = (never_solves || checked.unsolved) && !options.day;
    Runner runner(options);
    runner.expect_stages(study.circuit.solves.size() + (own_snapshot || options.day ? 1 : 0));
    if (!never_solves) {
        grid::DssReadOptions read;
        read.allow_ignored = options.ignore;
        bool pending = false; // a change at a Solve that was passed over
        read.at_solve = [&](Circuit const& circuit, grid::SolveRequest const& request,
                            bool changed) {
            if (circuit.solves.size() <= 1) {
                runner.start_anew(); // the first Solve, or the first one after Clear
            }
            pending = pending || changed;
            if (options.day && steps_through_time(request.options.mode)) {
                return; // the day asked for stands in for the script's own time series
            }
            runner.run(circuit, request, std::exchange(pending, false), true);
        };
        Diagnostics again;
        static_cast<void>(grid::read_dss(file, again, read));
        if (!again.ok()) { // the file was changed in between
            throw InputError(std::move(again));
        }
    }
    if (options.day) {
        runner.run(study.circuit, day_request(study.circuit, *options.day, file, study.note), true,
                   false);
    } else if (own_snapshot) {
        grid::SolveRequest request{{file.string(), 0, 0}, study.circuit.solution};
        request.options.mode = SolutionMode::snapshot;
        request.options.number = 1;
        runner.run(study.circuit, std::move(request), true, false);
        study.note = never_solves
                         ? "the file never solves: solved once, as a snapshot"
                         : "the file changes the circuit after its last Solve: solved once more at "
                           "its end, as a snapshot";
    }
    if (!runner.solver) {
        throw SimulationError(fmt::format("{}: nothing was solved", file.string()));
    }
    study.stages = std::move(runner.stages);
    study.solver = std::move(runner.solver);
    study.lowest = std::move(runner.lowest);
    study.summary = summarise(*study.solver, grid::ElementCurrents(*study.solver), options.limits);
    return study;
}

} // namespace gridtwin::study
