// What the files of real feeders hold beside their circuits, and the notes a reading leaves.
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::mistakes_of;
using test::read_scripts;
using test::read_with_source;

TEST(DssRealFiles, PassOverReportsAndTools) {
    EXPECT_EQ(
        mistakes_of("RelCalc restore=y\nWait\nCalcIncMatrix\nCalcIncMatrix_O\nRotate 10\n"
                    "NodeList\n_ShowControlQueue\nRefine_BusLevels\nSet Bus=a\nSet Terminal=2\n"
                    "Set Class=Line\nSet Type=Load\nSet Circuit=test\nSet AllowDuplicates=yes\n"
                    "Set Frequency=60\nGIScoords gis.csv"),
        "");
}

TEST(DssRealFiles, SayWhatCannotBePassedOver) {
    std::string const solve = "Solve, which does all of it";
    std::string const step = "Solve in a mode that steps through time, which does it";
    std::pair<std::string, std::string> const commands[] = {
        {"_SampleControls", solve},
        {"_DoControlActions", solve},
        {"_InitSnap", solve},
        {"_SolveDirect", "Solve mode=direct"},
        {"Remove Line.l", "Disable <class>.<name> for each element that goes"},
        {"UpdateStorage", step},
        {"Cleanup", step},
        {"FinishTimeStep", step}};
    for (auto const& [command, expected] : commands) {
        EXPECT_EQ(mistakes_of(command), "main.dss:2:1: command '" +
                                            command.substr(0, command.find(' ')) +
                                            "' is not modelled; expected " + expected + "\n");
    }
    EXPECT_EQ(mistakes_of("Set Frequency=50"), "main.dss:2:15: frequency of Set is 50 Hz; expected "
                                               "60, the circuit's base frequency\n");
    EXPECT_EQ(mistakes_of("Set Class=lin"),
              "main.dss:2:11: unknown element class 'lin'; did you mean 'Line'?\n");
    EXPECT_EQ(mistakes_of("Set Circuit=other"),
              "main.dss:2:13: 'other' is not the circuit; expected 'test'\n");
}

TEST(DssRealFiles, SelectWhatIsContinued) {
    auto const read = read_with_source("New Load.l bus1=a kW=1\nNew Load.m bus1=a kW=1\n"
                                       "New Load.n bus1=a kW=1\n"
                                       "Select Load.l\n~ kW=7\nSet Element=Load.m\nMore kW=8");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 3U);
    EXPECT_EQ(read.circuit.loads[0].p_w, 7e3);
    EXPECT_EQ(read.circuit.loads[1].p_w, 8e3);
    EXPECT_EQ(read.circuit.loads[2].p_w, 1e3);
    EXPECT_EQ(mistakes_of("New Load.load1 bus1=a\nSet Element=Load.lod1\n~ kW=7"),
              "main.dss:3:13: load 'lod1' is not defined; expected an element defined before this "
              "line; did you mean 'load1'?\n");
    EXPECT_EQ(mistakes_of("New Load.l bus1=a\nSet Class=Load Object=xy\n~ kW=7"),
              "main.dss:3:23: load 'xy' is not defined; expected an element defined before this "
              "line\n");
}

TEST(DssRealFiles, SelectByAbbreviatedOptionsAndBareNames) {
    for (std::string const selects :
         {"Set elem=Load.l", "Set e=Load.l", "set OBJ=Load.l", "Set Class=Load Object=l",
          "Set cl=Load el=l", "Set ty=Load\nSelect l", "Select obj=Load.l", "Select Load.l 1",
          "Solve element=Load.l", "Load.m.kW=1\nSelect l"}) {
        auto const read = read_with_source("New Load.l bus1=a kW=1\nNew Load.m bus1=a kW=1\n"
                                           "New Line.l bus1=a bus2=b\n" +
                                           selects + "\n~ kW=7");
        EXPECT_EQ(read.diagnostics.text(), "") << selects;
        ASSERT_EQ(read.circuit.loads.size(), 2U);
        EXPECT_EQ(read.circuit.loads[0].p_w, 7e3) << selects;
    }
    EXPECT_EQ(mistakes_of("New Load.l bus1=a\nSet cla=laod\nSet elem=Load.n\n~ kW=7"),
              "main.dss:3:9: unknown element class 'laod'; did you mean 'Load'?\n"
              "main.dss:4:10: load 'n' is not defined; expected an element defined before this "
              "line; did you mean 'l'?\n");
    EXPECT_EQ(mistakes_of("Set circ=other"),
              "main.dss:2:10: 'other' is not the circuit; expected 'test'\n");
}

TEST(DssRealFiles, EndAtQuit) {
    auto const read = read_scripts({{"main.dss", "New Circuit.test bus1=a\nRedirect sub.dss\n"
                                                 "New Load.after bus1=a"},
                                    {"sub.dss", "New Load.l bus1=a\nQuit\nnonsense"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].name, "l");
}

TEST(DssRealFiles, ChangeTheFolder) {
    auto const read =
        read_scripts({{"main.dss", "New Circuit.test bus1=a\nRedirect sub/there.dss\ncd sub\\deep\n"
                                   "Redirect loads.dss\ncd ..\nRedirect more.dss\ncd"},
                      {"sub/there.dss", "cd deep"},
                      {"sub/deep/loads.dss", "New Load.l bus1=a"},
                      {"sub/more.dss", "New Load.m bus1=a"}});
    EXPECT_EQ(read.diagnostics.text(), "main.dss:7:1: cd names no folder; expected cd <folder>\n");
    EXPECT_EQ(read.circuit.loads.size(), 2U);
}

TEST(DssRealFiles, ChangeTheFolderByOption) {
    auto const read = read_scripts({{"main.dss", "New Circuit.test bus1=a\nRedirect sub/there.dss\n"
                                                 "Set datap=(sub\\deep)\nRedirect loads.dss"},
                                    {"loads.dss", "New Load.wrong bus1=a"},
                                    {"sub/there.dss", "Set DataPath=deep"},
                                    {"sub/deep/loads.dss", "New Load.right bus1=a"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].name, "right");
}

TEST(DssRealFiles, PlaceBuses) {
    auto const read = read_with_source("New Line.l bus1=a bus2=b\nSetBusXY Bus=a X=3 Y=-4.5\n"
                                       "SetBusXY b 5 6\nSetBusXY nobody 1 1");
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.buses.at("a").x, 3.0);
    EXPECT_EQ(read.circuit.buses.at("a").y, -4.5);
    EXPECT_TRUE(read.circuit.buses.at("b").has_position);
    EXPECT_EQ(read.circuit.buses.at("b").y, 6.0);
    EXPECT_EQ(mistakes_of("SetBusXY a 3"),
              "main.dss:2:1: SetBusXY names no bus and position; expected a bus, x and y\n");
    EXPECT_EQ(mistakes_of("SetBusXY a 3 north"),
              "main.dss:2:14: Y of SetBusXY is 'north', which is "
              "not a number; expected a number\n");
}

TEST(DssRealFiles, PlaceBusesByLatitudeAndLongitude) {
    auto const read = read_scripts({{"main.dss", "New Circuit.test bus1=a\nLatLongCoords xy.csv"},
                                    {"xy.csv", "a, 40.4, 49.9\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.buses.at("a").x, 49.9) << "the longitude";
    EXPECT_EQ(read.circuit.buses.at("a").y, 40.4);
}

TEST(DssRealFiles, MayDefineShapesAndCodesBeforeTheCircuit) {
    auto const read = read_scripts({{"main.dss", "Clear\nNew LoadShape.s npts=2 mult=(1 2)\n"
                                                 "~ interval=0.5\n"
                                                 "New LineCode.c nphases=3 r1=1\nLineCode.c.x1=2\n"
                                                 "BatchEdit LoadShape..* UseActual=yes\n"
                                                 "New Circuit.test bus1=a\n"
                                                 "New Load.l bus1=b daily=s\n"
                                                 "New Line.l bus1=a bus2=b linecode=c"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.load_shapes.size(), 1U);
    EXPECT_EQ(read.circuit.load_shapes[0].interval_s, 1800.0);
    EXPECT_EQ(read.circuit.lines.size(), 1U);
    for (std::string const needs :
         {"New Load.l bus1=a", "New Monitor.m element=line.l", "Edit Load.l kW=1"}) {
        auto const without = read_scripts({{"main.dss", needs + "\nNew Circuit.c bus1=a"}});
        ASSERT_FALSE(without.diagnostics.ok()) << needs;
        EXPECT_EQ(without.diagnostics.errors()[0].what, "no circuit is defined") << needs;
    }
}

TEST(DssRealFiles, PassOverHeadingsAndPositionsWithoutABus) {
    auto const read = read_scripts(
        {{"main.dss", "New Circuit.test bus1=a\nNew Line.l bus1=a bus2=b\nBusCoords xy.csv"},
         {"xy.csv", "Bus, X, Y\n, 7, 8\na, 1, 2\n \t,\"7\",8\n\"b\" (3) 4\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.buses.at("a").x, 1.0);
    EXPECT_EQ(read.circuit.buses.at("b").y, 4.0);
    ASSERT_EQ(read.circuit.notes.size(), 1U);
    EXPECT_EQ(read.circuit.notes[0].text,
              "a position without a bus is passed over, as the reference does");
    EXPECT_EQ(read.circuit.notes[0].count, 2U);
    EXPECT_EQ(read.circuit.notes[0].first.line, 2);
    EXPECT_EQ(
        read_scripts({{"main.dss", "New Circuit.test bus1=a\nBusCoords xy.csv"},
                      {"xy.csv", "a, 1, 2\na, x, y\n"}})
            .diagnostics.text(),
        "xy.csv:2:4: the position of 'a' is 'x', which is not a number; expected bus, x, y\n");
}

TEST(DssRealFiles, MayBeSavedCircuits) {
    auto const read = read_with_source(
        "Edit \"Vsource.source\" basekv=115\n"
        "New \"Transformer.sub\" phases=3 windings=2 XHL=0.008 buses=[a, 650, ] "
        "conns=[delta, wye, ] kVs=[115, 4.16, ] kVAs=[5000, 5000, ] taps=[1, 1.05, ] wdg=1 "
        "%R=0.0005 RdcOhms=0.01124125 wdg=2 %R=0.0005\n"
        "New \"Line.l(r:p9udt12866-p9uhs16_1247)\" bus1=650 bus2=b(1)-c.1.2.3\n"
        "New Energymeter.m Line.l(r:p9udt12866-p9uhs16_1247)\n"
        "New Monitor.n element=Line.l(r:p9udt12866-p9uhs16_1247) mode=0\n"
        "SetKVBase Bus=650 kvln=2.4017771198288433\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.transformers.size(), 1U);
    EXPECT_EQ(read.circuit.transformers[0].windings[1].tap_pu, 1.05);
    ASSERT_EQ(read.circuit.lines.size(), 1U);
    EXPECT_EQ(read.circuit.lines[0].bus2.bus, "b(1)-c");
    EXPECT_EQ(read.circuit.recorders.size(), 2U);
    EXPECT_NEAR(read.circuit.buses.at("650").v_ln_v, 2401.777, 1e-3);
}

TEST(DssRealFiles, EnableAndDisableAllOfAClass) {
    auto const read = read_with_source("New Load.l bus1=a\nNew Load.m bus1=a\nDisable Load.*\n"
                                       "Enable load.m\nNew Monitor.n element=load.m\n"
                                       "Disable Monitor.*\nDisable Fault.*");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].name, "m");
    EXPECT_TRUE(read.circuit.recorders.empty());
    EXPECT_EQ(mistakes_of("Disable Lod.*"),
              "main.dss:2:9: unknown element class 'lod'; did you mean 'Load'?\n");
}

TEST(DssRealFiles, SolveOnceWithoutControl) {
    auto const read = read_with_source("Solve\n_SolveNoControl\nSolve");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.solves.size(), 3U);
    EXPECT_TRUE(read.circuit.solves[0].options.controls);
    EXPECT_FALSE(read.circuit.solves[1].options.controls);
    EXPECT_TRUE(read.circuit.solves[2].options.controls);
    EXPECT_EQ(mistakes_of("Set Mode=daily\n_SolveNoControl"),
              "main.dss:3:1: _SolveNoControl of a mode that steps through time is not modelled; "
              "expected Set Mode=snapshot before it, or Set ControlMode=off and Solve\n");
}

TEST(DssRealFiles, CheckSensors) {
    auto const read = read_with_source("New Line.l bus1=a bus2=b\n"
                                       "New Sensor.s element=line.l terminal=2 kvbase=12.47 "
                                       "kVs=[7 7 7] conn=delta %error=1 weight=2");
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_TRUE(read.circuit.recorders.empty());
    EXPECT_EQ(mistakes_of("New Line.l bus1=a bus2=b\nNew Sensor.s element=line.l terminal=3"),
              "main.dss:3:38: terminal of sensor 's' is 3; expected 1..2, the terminals of "
              "line.l\n");
}

TEST(DssNotes, SayThatASecondCodeEditsTheFirst) {
    auto const read = read_with_source("New LineCode.c nphases=1 r1=1 x1=2 units=km\n"
                                       "New LineCode.c r1=3\n"
                                       "New Line.l bus1=a.1 bus2=b.1 linecode=c units=km length=1");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.lines.size(), 1U);
    ASSERT_EQ(read.circuit.lines[0].phases, 1) << "the first statement still holds";
    EXPECT_EQ(read.circuit.lines[0].z_ohm[0].real(), 3.0);
    ASSERT_EQ(read.circuit.notes.size(), 1U);
    EXPECT_EQ(read.circuit.notes[0].text,
              "a second New of a linecode edits the first, as the reference does");
    EXPECT_EQ(read.circuit.notes[0].first.line, 3);
    EXPECT_EQ(mistakes_of("Set AllowDuplicates=yes\nNew Load.l bus1=a\nNew Load.l bus1=a"),
              "main.dss:4:5: load 'l' is defined twice; expected another name than at "
              "main.dss:3:5\n");
}

TEST(DssNotes, CountUnitsStatedOnOneSideOnly) {
    std::string const codes = "New LineCode.mile nphases=1 r1=1 x1=2 units=mi\n"
                              "New LineCode.bare nphases=1 r1=1 x1=2\n";
    auto const line = [](std::string const& name, std::string const& rest) {
        return "New Line." + name + " bus1=a.1 bus2=b.1 length=5280 " + rest + "\n";
    };
    auto const read = read_with_source(
        codes + line("both", "linecode=mile units=ft") + line("neither", "linecode=bare") +
        line("own", "phases=1 r1=1 x1=1 units=ft") + line("code1", "linecode=mile") +
        line("code2", "linecode=mile units=none") + line("line1", "linecode=bare units=ft"));
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.lines.size(), 6U);
    EXPECT_NEAR(read.circuit.lines[0].z_ohm[0].real(), 1.0, 1e-9);
    EXPECT_EQ(read.circuit.lines[3].z_ohm[0].real(), 5280.0) << "as the reference has it";
    EXPECT_EQ(read.circuit.lines[5].z_ohm[0].real(), 5280.0) << "as the reference has it";
    ASSERT_EQ(read.circuit.notes.size(), 2U);
    EXPECT_EQ(read.circuit.notes[0].text.substr(0, 48),
              "a linecode states units and its line does not: n");
    EXPECT_EQ(read.circuit.notes[0].count, 2U);
    EXPECT_EQ(read.circuit.notes[0].first.line, 7);
    EXPECT_EQ(read.circuit.notes[1].text.substr(0, 48),
              "a line states units and its linecode does not: n");
    EXPECT_EQ(read.circuit.notes[1].count, 1U);
    EXPECT_EQ(read.circuit.notes[1].first.line, 9);
}

TEST(DssNotes, NameCapacitorsTheReferenceTakesOtherwise) {
    auto const read = read_with_source("New Capacitor.c bus1=a.1.2 phases=1 conn=delta kvar=100\n"
                                       "New Capacitor.d bus1=a kvar=(100 200)\n"
                                       "New Capacitor.e bus1=a kvar=(100 100)\n"
                                       "New Capacitor.f bus1=a.1 phases=1 kvar=100\nSolve\nSolve");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.notes.size(), 2U);
    EXPECT_EQ(read.circuit.notes[0].first.line, 2);
    EXPECT_EQ(read.circuit.notes[0].count, 1U);
    EXPECT_EQ(read.circuit.notes[1].first.line, 3);
    EXPECT_EQ(read.circuit.notes[1].count, 1U);
    EXPECT_TRUE(read_with_source("New Capacitor.c bus1=a\nClear\nNew Circuit.x bus1=a")
                    .circuit.notes.empty());
}

TEST(DssNotes, TellOfMatricesThatAreNotSymmetric) {
    auto const read =
        read_with_source("New LineCode.c nphases=2 rmatrix=(1 0.1|0.1 1) xmatrix=(1 0.5|0.3 1)\n"
                         "New Line.n bus1=a bus2=b rmatrix=(5 2 3|1 5 2|3 2 5)\n"
                         "New Line.m bus1=a bus2=c rmatrix=(5 2.001 3|2 5 2|3 2 5)\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.notes.size(), 2U);
    EXPECT_EQ(read.circuit.notes[0].text,
              "xmatrix of a linecode is not symmetric: of each pair of entries the one in the "
              "lower half is taken");
    EXPECT_EQ(read.circuit.notes[1].text,
              "rmatrix of a line is not symmetric: of each pair of entries the one in the lower "
              "half is taken");
    EXPECT_EQ(read.circuit.notes[1].first.line, 3);
    EXPECT_EQ(read.circuit.lines[0].z_ohm[1].real(), 1.0);
}

TEST(DssNotes, TellOfLinesThatGeneratePower) {
    auto const read =
        read_with_source("New Line.n bus1=a bus2=b rmatrix=(1|3 1|3 3 1) xmatrix=(1|0 1|0 0 1)\n"
                         "New Line.two bus1=a bus2=c phases=2 rmatrix=(1|-1.1 1) xmatrix=(1|0 1)\n"
                         "New Line.edge bus1=a bus2=d phases=2 rmatrix=(1|1 1) xmatrix=(1|0 1)\n"
                         "New Line.none bus1=a bus2=e phases=2 rmatrix=(0|0 0) xmatrix=(1|0 1)\n"
                         "New Line.sequence bus1=a bus2=f r1=1 x1=1 r0=0 x0=1\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.notes.size(), 1U);
    EXPECT_EQ(read.circuit.notes[0].text, "the resistance of a line is not positive semidefinite: "
                                          "for some currents the line generates power");
    EXPECT_EQ(read.circuit.notes[0].count, 2U);
    EXPECT_EQ(read.circuit.notes[0].first.line, 2);
}

} // namespace
} // namespace gridtwin::grid
