// What stands after a script's last Solve: whether the circuit must be solved once more.
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::mistakes_of;
using test::read_with_source;

/// Whether the script changes what it has solved.
bool unsolved(std::string const& text) {
    std::optional<bool> told;
    DssReadOptions options;
    options.files = [&text](std::filesystem::path const& path) -> std::optional<std::string> {
        return path == "main.dss"
                   ? std::optional("New Circuit.test bus1=a basekv=12.47\n"
                                   "New Line.l bus1=a bus2=b\nNew Load.d bus1=b kV=12.47 kW=10\n"
                                   "New Monitor.m element=line.l\n" +
                                   text)
                   : std::nullopt;
    };
    options.at_end = [&told](bool value) { told = value; };
    Diagnostics diagnostics;
    (void)read_dss("main.dss", diagnostics, options);
    EXPECT_EQ(diagnostics.text(), "");
    EXPECT_TRUE(told.has_value());
    return told.value_or(false);
}

TEST(DssLastSolve, IsEnoughWithoutControlToo) {
    EXPECT_FALSE(unsolved("_SolveNoControl"));
    EXPECT_FALSE(unsolved("Solve\n_SolveNoControl"));
    EXPECT_FALSE(unsolved("Set ControlMode=off\n_SolveNoControl"));
    EXPECT_TRUE(unsolved("_SolveNoControl\nLoad.d.kW=11"));
}

TEST(DssLastSolve, HoldsWhenNothingThatCarriesCurrentFollows) {
    for (std::string const after :
         {"Disable Monitor.m", "Enable Monitor.m", "Monitor.m.mode=1",
          "New Monitor.n element=load.d", "New EnergyMeter.e element=line.l\nDisable EnergyMeter.e",
          "New Sensor.s element=line.l terminal=2 kvbase=12.47\n~ kVs=[7 7 7]\nDisable Sensor.s",
          "New Spectrum.s numharm=1 harmonic=[1] %mag=[100] angle=[0]", "New PriceShape.p npts=1",
          "New LineCode.c nphases=3 r1=1\n~ x1=2", "New LoadShape.s npts=2 mult=(1 2)",
          "New XYCurve.x npts=2 xarray=[1 2] yarray=[1 2]", "Set Mode=daily number=3",
          "Show voltages\nExport losses\nSet Tolerance=1e-7"}) {
        EXPECT_FALSE(unsolved("Solve\n" + after)) << after;
    }
}

TEST(DssLastSolve, IsOutdatedByWhatBearsOnThePowerFlow) {
    for (std::string const after :
         {"Load.d.kW=11", "Disable Load.d", "Open Line.l", "New Load.e bus1=b kV=12.47",
          "New Capacitor.c bus1=b kV=12.47 kvar=10", "New LineCode.c nphases=3\nLine.l.linecode=c",
          "Set LoadMult=2", "Set GenMult=2", "Set Year=3", "Set %Growth=5", "Set ControlMode=off",
          "New LoadShape.default npts=2 mult=(1 2)"}) {
        EXPECT_TRUE(unsolved("Solve\n" + after)) << after;
    }
    EXPECT_TRUE(unsolved("New LineCode.c nphases=3\nLine.l.linecode=c\nSolve\nLineCode.c.r1=3"));
}

TEST(DssLastSolve, WithoutControlIteratesInModeDirectToo) {
    auto const read = read_with_source("Set Mode=direct\n_SolveNoControl\nSolve");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.solves.size(), 2U);
    EXPECT_EQ(read.circuit.solves[0].options.mode, SolutionMode::snapshot);
    EXPECT_FALSE(read.circuit.solves[0].options.controls);
    EXPECT_EQ(read.circuit.solves[1].options.mode, SolutionMode::direct);
}

TEST(DssLastSolve, WithoutControlTakesNoOptions) {
    EXPECT_EQ(mistakes_of("_SolveNoControl LoadMult=2"),
              "main.dss:2:17: _SolveNoControl does not take 'LoadMult'; expected its options in a "
              "Set before it\n");
    EXPECT_EQ(mistakes_of("_SolveNoControl daily"),
              "main.dss:2:17: _SolveNoControl does not take 'daily'; expected its options in a Set "
              "before it\n");
}

} // namespace
} // namespace gridtwin::grid
