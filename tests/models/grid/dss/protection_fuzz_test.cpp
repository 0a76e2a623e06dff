// Random scripts of protective devices: mistakes, or devices that can be built and run.
#include "models/grid/protection/simulate.hpp"
#include "tests/draws.hpp"
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

constexpr Seed kSeed{20240614};

using gridtwin::test::Draws;

constexpr std::string_view kClasses[] = {"Relay", "Recloser", "Fuse", "TCC_Curve"};
constexpr std::string_view kNames[] = {"type",
                                       "Phasecurve",
                                       "Groundcurve",
                                       "PhaseTrip",
                                       "GroundTrip",
                                       "PhaseInst",
                                       "GroundInst",
                                       "Reset",
                                       "Shots",
                                       "Delay",
                                       "Breakertime",
                                       "kvbase",
                                       "State",
                                       "Normal",
                                       "action",
                                       "NumFast",
                                       "PhaseFast",
                                       "PhaseDelayed",
                                       "GroundFast",
                                       "TDPhFast",
                                       "TDPhase",
                                       "FuseCurve",
                                       "RatedCurrent",
                                       "SwitchedObj",
                                       "SwitchedTerm",
                                       "MonitoredTerm",
                                       "Overvoltcurve",
                                       "npts",
                                       "C_array",
                                       "T_array",
                                       "MonitoredObj",
                                       "enabled",
                                       "like",
                                       "DOC_DelayInner",
                                       "Undervoltcurve",
                                       "DOC_TripSettingHigh",
                                       "DOC_PhaseCurveInner",
                                       "RecloseIntervals",
                                       "CurveMultiplier"};
constexpr std::string_view kValues[] = {"0",
                                        "1",
                                        "2",
                                        "0.01",
                                        "3.5",
                                        "100",
                                        "1e15",
                                        "-1",
                                        "nan",
                                        "(1 2)",
                                        "(3 2 1)",
                                        "()",
                                        "(0.1)",
                                        "open",
                                        "closed",
                                        "(open closed)",
                                        "tlink",
                                        "a",
                                        "x",
                                        "none",
                                        "iec_std_inv",
                                        "uv1547",
                                        "Line.l",
                                        "Line.k",
                                        "Load.d",
                                        "Line.zz",
                                        "voltage",
                                        "current",
                                        "doc",
                                        "revpower",
                                        "46",
                                        "yes",
                                        "no",
                                        "\"\"",
                                        ".",
                                        "Line.",
                                        "(1 2 3 4 5 6 7 8 9)"};

std::string random_script(Draws& draws) {
    std::string script = "New Line.l bus1=a bus2=b\n"
                         "New Line.k bus1=b.1.2 bus2=c.1.2 phases=2\n"
                         "New Load.d bus1=c.1 phases=1 kV=7.2 kW=100\n";
    for (std::size_t n = 1 + draws.below(4); n > 0; --n) {
        script +=
            fmt::format("New {}.{} ", draws.one_of(kClasses), draws.below(3) == 0 ? "x" : "y");
        if (draws.below(5) > 0) {
            script += "MonitoredObj=Line.l ";
        }
        for (std::size_t k = draws.below(6); k > 0; --k) {
            if (draws.below(8) > 0) {
                script += fmt::format("{}=", draws.one_of(kNames));
            }
            script += fmt::format("{} ", draws.one_of(kValues));
        }
        script += "\n";
    }
    return script;
}

TEST(ProtectionFuzz, WhatReadsWithoutAMistakeMakesDevicesThatRun) {
    constexpr std::uint64_t kScripts = 10000;
    std::size_t ran = 0;
    std::size_t acted = 0;
    for (std::uint64_t n = 0; n < kScripts; ++n) {
        Draws draws(kSeed, n);
        std::string const script = random_script(draws);
        auto const read = test::read_with_source(script);
        if (!read.diagnostics.ok()) {
            continue;
        }
        SCOPED_TRACE(script);
        auto devices = protection::make_devices(read.circuit);
        FeederSolver solver(read.circuit);
        auto const log = protection::simulate_protection(
            solver, devices, {kStart, kStart + duration_from_s(1000.0), {}, {}});
        acted += log.empty() ? 0U : 1U;
        ++ran;
    }
    EXPECT_GT(ran, kScripts / 50);
    EXPECT_GT(acted, 20U);
}

} // namespace
} // namespace gridtwin::grid
