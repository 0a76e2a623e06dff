// Set and Solve: the options a solution runs with, and the circuit as it stands at each Solve.
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::mistakes_of;
using test::read_with_source;

/// Options of the last Solve of a script that sets these.
SolutionOptions options_of(std::string const& sets) {
    auto const read = read_with_source(sets + "\nSolve");
    EXPECT_EQ(read.diagnostics.text(), "");
    return read.circuit.solves.empty() ? SolutionOptions{} : read.circuit.solves.back().options;
}

struct Seen {
    std::vector<double> load_w;
    std::vector<bool> changed;
    std::vector<SolutionMode> modes;
    std::vector<int> lines;
    std::string mistakes;
};

/// What at_solve is shown while this is read.
Seen watch(std::string const& text) {
    Seen seen;
    DssReadOptions options;
    options.files = [&text](std::filesystem::path const& path) -> std::optional<std::string> {
        return path == "main.dss" ? std::optional("New Circuit.test bus1=a basekv=12.47\n" + text)
                                  : std::nullopt;
    };
    options.at_solve = [&seen](Circuit const& circuit, SolveRequest const& request, bool changed) {
        seen.load_w.push_back(circuit.loads.empty() ? 0.0 : circuit.loads[0].p_w);
        seen.changed.push_back(changed);
        seen.modes.push_back(request.options.mode);
        seen.lines.push_back(request.where.line);
        EXPECT_EQ(circuit.solution.mode, request.options.mode);
    };
    Diagnostics diagnostics;
    (void)read_dss("main.dss", diagnostics, options);
    seen.mistakes = diagnostics.text();
    return seen;
}

TEST(DssSolve, StepsThroughADayOfHoursUnlessToldOtherwise) {
    auto const daily = options_of("Set mode=daily");
    EXPECT_EQ(daily.mode, SolutionMode::daily);
    EXPECT_EQ(daily.number, 24);
    EXPECT_EQ(daily.step_s, 3600.0);
    EXPECT_EQ(daily.start_s, 0.0);
    auto const yearly = options_of("Set mode=yearly number=1440 stepsize=1m");
    EXPECT_EQ(yearly.mode, SolutionMode::yearly);
    EXPECT_EQ(yearly.number, 1440);
    EXPECT_EQ(yearly.step_s, 60.0);
    auto const duty = options_of("Set mode=duty");
    EXPECT_EQ(duty.mode, SolutionMode::dutycycle);
    EXPECT_EQ(duty.step_s, 1.0);
    EXPECT_EQ(duty.control_mode, ControlMode::time)
        << "duty cycles run their controls by the clock";
}

TEST(DssSolve, TakesStepSizesInSecondsMinutesAndHours) {
    EXPECT_EQ(options_of("Set mode=daily stepsize=900").step_s, 900.0);
    EXPECT_EQ(options_of("Set mode=daily stepsize=15m").step_s, 900.0);
    EXPECT_EQ(options_of("Set mode=daily stepsize=0.25h").step_s, 900.0);
    EXPECT_EQ(options_of("Set mode=daily h=5s").step_s, 5.0);
    EXPECT_EQ(options_of("Set mode=daily stepsize=(0.25 3600 *)").step_s, 900.0);
}

TEST(DssSolve, LetsTheModeResetWhatWasSetBeforeIt) {
    EXPECT_EQ(options_of("Set number=7 hour=3\nSet mode=daily").number, 24);
    EXPECT_EQ(options_of("Set hour=3\nSet mode=daily").start_s, 0.0);
    EXPECT_EQ(options_of("Set mode=duty\nSet mode=daily").control_mode, ControlMode::static_);
    EXPECT_EQ(options_of("Set controlmode=event\nSet mode=daily").control_mode, ControlMode::event);
}

TEST(DssSolve, StartsAtTheTimeThatIsSet) {
    EXPECT_EQ(options_of("Set mode=daily hour=2 sec=30").start_s, 7230.0);
    EXPECT_EQ(options_of("Set mode=daily time=(3, 60)").start_s, 10860.0);
    EXPECT_EQ(options_of("Set mode=daily hour=2\nSet year=3").start_s, 0.0) << "a year starts anew";
}

TEST(DssSolve, GoesOnWhereTheLastSolveOfATimeModeEnded) {
    auto const read =
        read_with_source("Set mode=daily number=2 stepsize=1h\nSolve\nSolve number=3\n"
                         "Solve\nSet mode=snap\nSolve");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.solves.size(), 4U);
    EXPECT_EQ(read.circuit.solves[0].options.start_s, 0.0);
    EXPECT_EQ(read.circuit.solves[1].options.start_s, 2 * 3600.0);
    EXPECT_EQ(read.circuit.solves[2].options.start_s, 5 * 3600.0);
    EXPECT_EQ(read.circuit.solves[2].options.number, 3);
    EXPECT_EQ(read.circuit.solves[3].options.start_s, 0.0);
    EXPECT_EQ(read.circuit.solves[3].options.number, 1) << "a snapshot is one solution";
}

TEST(DssSolve, TakesTheOtherOptionsOfASolution) {
    auto const options = options_of("Set loadmult=0.5 genmult=2 %growth=3 year=4 controlmode=off\n"
                                    "Set tolerance=1e-7 maxiter=40 maxcontroliter=7");
    EXPECT_EQ(options.load_mult, 0.5);
    EXPECT_EQ(options.generator_mult, 2.0);
    EXPECT_DOUBLE_EQ(options.growth_per_year, 1.03);
    EXPECT_EQ(options.year, 4);
    EXPECT_EQ(options.control_mode, ControlMode::off);
    EXPECT_FALSE(options.controls);
    EXPECT_EQ(options.tolerance_pu, 1e-7);
    EXPECT_EQ(options.max_iterations, 40);
    EXPECT_EQ(options.max_control_iterations, 7);
    EXPECT_TRUE(options_of("Set mode=direct").mode == SolutionMode::direct);
}

TEST(DssSolve, RefusesModesAndStepsItDoesNotHave) {
    EXPECT_EQ(mistakes_of("Set mode=harmonics"),
              "main.dss:2:10: mode 'harmonics' of Set is not modelled; expected snapshot, daily, "
              "yearly, dutycycle or direct\n");
    EXPECT_EQ(
        mistakes_of("Set controlmode=multirate"),
        "main.dss:2:17: Controlmode 'multirate' of Set is not modelled; expected off, static, "
        "event or time\n");
    EXPECT_EQ(mistakes_of("Set stepsize=15x"),
              "main.dss:2:14: stepsize of Set is '15x'; expected seconds "
              "above 0, or for example 15m, 1h, 10s\n");
    EXPECT_EQ(mistakes_of("Set stepsize=-1h"),
              "main.dss:2:14: stepsize of Set is '-1h'; expected seconds "
              "above 0, or for example 15m, 1h, 10s\n");
    EXPECT_EQ(mistakes_of("Set stepsize=8784h"), "");
    EXPECT_EQ(mistakes_of("Set stepsize=1e15h"),
              "main.dss:2:14: stepsize of Set is '1e15h'; expected at "
              "most a year, 8784h\n");
    EXPECT_EQ(mistakes_of("Set time=(1e15 0)"),
              "main.dss:2:10: the hour of Set time is 1e+15; expected at most 1000000000\n");
    EXPECT_EQ(mistakes_of("Set time=(1)"),
              "main.dss:2:10: time of Set has 1 numbers; expected (hour, seconds)\n");
    EXPECT_EQ(mistakes_of("Set number=0"),
              "main.dss:2:12: number of Set is 0; expected a whole number 1..10000000\n");
    EXPECT_EQ(mistakes_of("Set number=1000000000"),
              "main.dss:2:12: number of Set is 1e+09; expected a "
              "whole number 1..10000000\n");
    EXPECT_EQ(mistakes_of("Set year=1000000000"),
              "main.dss:2:10: year of Set is 1e+09; expected a year 0..10000\n");
    EXPECT_EQ(mistakes_of("Set year=-1"),
              "main.dss:2:10: year of Set is -1; expected a year 0..10000\n");
}

TEST(DssSolve, ShowsTheCircuitAsItStandsAtEachSolve) {
    auto const seen = watch("New Load.l bus1=a kW=1 kvar=0\nSolve\nLoad.l.kW=2\nSolve\n"
                            "Set mode=daily\nSolve\nSet loadmult=2\nSolve\nShow voltages\nSolve");
    EXPECT_EQ(seen.mistakes, "");
    EXPECT_THAT(seen.load_w, testing::ElementsAre(1e3, 2e3, 2e3, 4e3, 4e3));
    EXPECT_THAT(seen.changed, testing::ElementsAre(true, true, false, true, false));
    EXPECT_THAT(seen.lines, testing::ElementsAre(3, 5, 7, 9, 11));
    EXPECT_EQ(seen.modes[1], SolutionMode::snapshot);
    EXPECT_EQ(seen.modes[2], SolutionMode::daily);
}

TEST(DssSolve, IsNotCalledAfterAMistakeAndReportsEachMistakeOnce) {
    auto const seen = watch("Solve\nNew Line.l bus1=a bus2=b linecode=no\nSolve\nSolve\n"
                            "New Load.l bus1=b phases=9000\nSolve");
    EXPECT_EQ(seen.load_w.size(), 1U) << "only before the mistake";
    EXPECT_NE(seen.mistakes.find("main.dss:3:"), std::string::npos) << seen.mistakes;
    EXPECT_EQ(seen.mistakes.find("main.dss:3:"), seen.mistakes.rfind("main.dss:3:"))
        << seen.mistakes;
}

TEST(DssSolve, ReportsAMistakeThatStoodAtASolveThoughItIsMendedLater) {
    auto const seen = watch("New Load.l bus1=a Vminpu=2\nSolve\nLoad.l.Vminpu=0.9\nSolve");
    EXPECT_TRUE(seen.load_w.empty());
    EXPECT_EQ(seen.mistakes, "main.dss:2:5: load 'l' has Vminpu 2 and Vmaxpu 1.05; expected Vminpu "
                             "below Vmaxpu\n");
}

TEST(DssSolve, ForgetsTheSolvesOfACircuitThatWasCleared) {
    auto const read =
        read_with_source("Solve\nClear\nNew Circuit.other bus1=a\nSet mode=daily\nSolve");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.solves.size(), 1U);
    EXPECT_EQ(read.circuit.solves[0].where.line, 6);
}

TEST(DssSolve, IsNotCalledWhenAnIgnoredClassIsUnknown) {
    DssReadOptions options;
    options.files = [](std::filesystem::path const&) {
        return std::optional<std::string>("New Circuit.c bus1=a\nSolve\n");
    };
    options.allow_ignored = {"Reactr"};
    int calls = 0;
    options.at_solve = [&calls](Circuit const&, SolveRequest const&, bool) { ++calls; };
    Diagnostics diagnostics;
    (void)read_dss("main.dss", diagnostics, options);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(diagnostics.errors().size(), 1U);
}

} // namespace
} // namespace gridtwin::grid
