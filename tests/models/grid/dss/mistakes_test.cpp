// Users' mistakes: each with its place, what was expected, and the nearest name.
#include "models/grid/dss/classes.hpp"
#include "tests/models/grid/dss/mistake.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <fstream>

namespace gridtwin::grid {
namespace {

using test::Mistake;
using test::read_scripts;
using test::read_with_source;
using test::Scripts;

class DssMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(DssMistakes, AreToldInFull) {
    Scripts const scripts{{"main.dss", "New Circuit.c bus1=a\n" + GetParam().script},
                          {"again.dss", "Redirect main.dss\n"},
                          {"where.csv", "a, 1, north\nb, 1\n"}};
    EXPECT_EQ(read_scripts(scripts).diagnostics.text(), GetParam().text);
}

TEST(DssNames, OfMoreThan1024OctetsAreNone) {
    auto const name = [](std::size_t octets) { return std::string(octets, 'x'); };
    EXPECT_EQ(read_with_source("New Line." + name(1024) + " bus1=a bus2=" + name(1024) + ".1.2.3\n")
                  .diagnostics.text(),
              "");
    auto const cut = name(60) + "...";
    EXPECT_EQ(read_with_source("New Line.l bus1=a bus2=" + name(5'000'000) + ".1.2.3\nNew Load." +
                               name(1025) + " bus1=a\n")
                  .diagnostics.text(),
              "main.dss:2:24: bus2 of line 'l' is '" + cut +
                  "', a name of 5000000 octets where 1024 are the most; expected a bus and its "
                  "nodes, for example 634.1.2.3, nodes 0..99\nmain.dss:3:5: 'Load." +
                  name(55) + "...' has a name of 1025 octets; expected at most 1024\n");
}

INSTANTIATE_TEST_SUITE_P(
    Table, DssMistakes,
    testing::Values(
        Mistake{"UnknownClass", "New Lien.l bus1=a bus2=b\n~ length=1\n",
                "main.dss:2:5: unknown element class 'lien'; did you mean 'Line'?\n"},
        Mistake{"UnmodelledClass", "New UPFC.u bus1=a\n~ bus2=b\nUPFC.u.phases=1\n",
                "main.dss:2:5: element class 'upfc' is not modelled; expected another class, or "
                "this one among those to be ignored\n"
                "main.dss:4:1: element class 'UPFC' is not modelled; expected another class, or "
                "this one among those to be ignored\n"},
        Mistake{"UnknownProperty", "New Line.l bus1=a bus2=b lenght=2 5 units=km\n",
                "main.dss:2:26: unknown property 'lenght' of line 'l'; did you mean 'length'?\n"},
        Mistake{"UnmodelledProperty", "New Reactor.r bus1=a X=1 RCurve=c\n",
                "main.dss:2:26: property 'RCurve' of reactor 'r' is not modelled\n"},
        Mistake{"DanglingGeometry",
                "New LineGeometry.poles nconds=1 nphases=1\nNew Line.l bus1=a bus2=b "
                "geometry=pole\n",
                "main.dss:2:5: linegeometry 'poles' has no wire for conductor 1; expected cond=1 "
                "wire=<wiredata> x=.. h=.. units=..\n"
                "main.dss:3:35: linegeometry 'pole' of line 'l' is not defined; expected a "
                "linegeometry defined before its use; did you mean 'poles'?\n"},
        Mistake{"UnknownCommand", "Redirct more.dss\n",
                "main.dss:2:1: unknown command 'Redirct'; did you mean 'Redirect'?\n"},
        Mistake{"UnmodelledCommand", "Reduce\nRemove Line.l\n",
                "main.dss:2:1: command 'Reduce' is not modelled; expected the feeder as it is\n"
                "main.dss:3:1: command 'Remove' is not modelled; expected Disable <class>.<name> "
                "for each element that goes\n"},
        Mistake{"NothingNear",
                "New Load.a bus1=b foo=1\nLine.l\nSet qqq=1\nNew Qqqq.x\nNew Fault.f bus1=b "
                "qqqqqqq=1\n",
                "main.dss:2:19: unknown property 'foo' of load 'a'; expected phases, bus1, kV, kW, "
                "pf, model, yearly, daily or one of 34 more\n"
                "main.dss:3:1: unknown command 'Line.l'; expected a command, for example New, Edit "
                "or Solve, or <class>.<name>.<property>=<value>\n"
                "main.dss:4:5: unknown option 'qqq' of Set; expected an option, for example Mode, "
                "Number, Stepsize, Loadmult or Controlmode\n"
                "main.dss:5:5: unknown element class 'qqqq'; expected a class of OpenDSS, for "
                "example Line, Load, Transformer or Capacitor\n"
                "main.dss:6:20: unknown property 'qqqqqqq' of fault 'f'; expected bus1, bus2, "
                "phases, r, %stddev, Gmatrix, ONtime, temporary or one of 9 more\n"},
        Mistake{
            "WrongNumber", "New Load.l bus1=a kW=abc\n",
            "main.dss:2:22: kW of load 'l' is 'abc', which is not a number; expected a number\n"},
        Mistake{
            "NumberTooLarge", "New Load.l bus1=a kW=1e300\n",
            "main.dss:2:22: kW of load 'l' is '1e300', which is out of range; expected a number\n"},
        Mistake{"FractionWhereACountIsMeant", "New Load.l bus1=a phases=1.5\n",
                "main.dss:2:26: phases of load 'l' is 1.5; expected a whole number\n"},
        Mistake{"VoltagesBeyondWhatCanBeSquared",
                "New Load.l bus1=a kV=1e-300\nNew Transformer.t buses=[a b] kVs=[1e7 0.4]\nSet "
                "VoltageBases=[1e-9]\nNew Vsource.v bus1=a basekv=1e-9\n",
                "main.dss:2:22: kV of load 'l' is 1e-300; expected a voltage 1e-6..1e6 kV\n"
                "main.dss:3:36: kVs of transformer 't' is 1e+07; expected a voltage 1e-6..1e6 kV\n"
                "main.dss:4:19: Voltagebases of Set is 1e-09; expected a voltage 1e-6..1e6 kV\n"
                "main.dss:5:29: basekv of vsource 'v' is 1e-09; expected a voltage 1e-6..1e6 kV\n"},
        Mistake{"WhatIsAroundConductors",
                "New WireData.w diam=1 Rac=1 GMRac=0.4\nNew LineSpacing.s nconds=1 nphases=1 x=(0) "
                "h=(10)\nNew Line.k bus1=a bus2=b phases=1 spacing=s wires=(w) EpsRMedium=1 "
                "HeightOffset=0 HeightUnit=m\nNew Line.l bus1=a bus2=b EpsRMedium=2.3 "
                "HeightOffset=1\nNew Line.m bus1=a bus2=b phases=1 spacing=s wires=(w) "
                "EpsRMedium=2.3 HeightOffset=1\nNew Line.n bus1=a bus2=b Conductors=(w w w)\n",
                "main.dss:6:66: property 'EpsRMedium' of line 'm' is not modelled; expected 1\n"
                "main.dss:6:83: property 'HeightOffset' of line 'm' is not modelled; expected 0\n"
                "main.dss:7:26: property 'Conductors' of line 'n' is not modelled\n"},
        Mistake{"NegativeLength", "New Line.l bus1=a bus2=b length=-5\n",
                "main.dss:2:33: length of line 'l' is -5; expected a number above 0\n"},
        Mistake{"GrowthBeforeYearZero",
                "New GrowthShape.g npts=2 year=(-1e15 2000) mult=(1.1 1.2)\n",
                "main.dss:2:31: a year of growthshape 'g' is -1e+15; expected years 0..10000\n"},
        Mistake{"TooManyRegisters", "New Load.l bus1=a kW=(1 2 3 4 5 6 7 8 9 10 pi + + + + +)\n",
                "main.dss:2:22: kW of load 'l' is '1 2 3 4 5 6 7 8 9 10 pi + + + + +', where 'pi' "
                "is one value more than the 10 registers; expected a number\n"},
        Mistake{"ZeroLength", "New Line.l bus1=a bus2=b length=0\n",
                "main.dss:2:33: length of line 'l' is 0; expected a number above 0\n"},
        Mistake{"NegativeImpedance", "New Line.l bus1=a bus2=b r1=-0.1\n",
                "main.dss:2:29: r1 of line 'l' is -0.1; expected a number not below 0\n"},
        Mistake{"NegativeDiagonal", "New LineCode.z nphases=2 rmatrix=[1 | 0.2 -1]\n",
                "main.dss:2:34: rmatrix of linecode 'z' has -1 on its diagonal; expected numbers "
                "not below 0 there\n"},
        Mistake{"NegativeVoltage", "New Load.l bus1=a kV=-4.16\n",
                "main.dss:2:22: kV of load 'l' is -4.16; expected a number above 0\n"},
        Mistake{"NoImpedance", "New Line.l bus1=a bus2=b r1=0 x1=0 r0=0 x0=0\n",
                "main.dss:2:5: line 'l' has no impedance; expected a self impedance above 0\n"},
        Mistake{"DanglingLineCode",
                "New LineCode.mtx601 r1=1\nNew Line.l bus1=a bus2=b linecode=mtx610\n",
                "main.dss:3:35: linecode 'mtx610' of line 'l' is not defined; expected a LineCode "
                "defined before its use; did you mean 'mtx601'?\n"},
        Mistake{"LineCodeDefinedLater",
                "New Line.l bus1=a bus2=b linecode=z\nNew LineCode.z r1=1\n",
                "main.dss:2:35: linecode 'z' of line 'l' is defined only later; expected a "
                "LineCode defined before its use\n"},
        Mistake{
            "LineCodeOfOtherPhases",
            "New LineCode.z nphases=2 r1=1\nNew Line.l phases=3 bus1=a bus2=b linecode=z\n",
            "main.dss:3:44: linecode 'z' of line 'l' has 2 phases; expected 3, as phases=3 says\n"},
        Mistake{"DanglingTransformer",
                "New Transformer.reg1 buses=[a b]\nNew RegControl.r transformer=reg2 winding=2\n",
                "main.dss:3:30: transformer 'reg2' of regcontrol 'r' is not defined; expected the "
                "name of a Transformer; did you mean 'reg1'?\n"},
        Mistake{"RegControlWithoutTransformer", "New RegControl.r winding=2\n",
                "main.dss:2:5: regcontrol 'r' has no transformer; expected transformer=<name>\n"},
        Mistake{"RegControlWindingOutOfRange",
                "New Transformer.t buses=[a b]\nNew RegControl.r transformer=t winding=3\n",
                "main.dss:3:40: winding of regcontrol 'r' is 3; expected 1..2, the windings of "
                "transformer 't'\n"},
        Mistake{"WindingOutOfRange", "New Transformer.t buses=[a b] wdg=3 kV=1\n",
                "main.dss:2:35: wdg of transformer 't' is 3; expected 1..2, as windings=2 says\n"},
        Mistake{"TooManyWindings", "New Transformer.t buses=[a b c]\n",
                "main.dss:2:25: buses of transformer 't' has 3 entries; expected at most 2, one "
                "for each winding\n"},
        Mistake{"WindingWithoutBus", "New Transformer.t wdg=1 bus=a\n",
                "main.dss:2:5: winding 2 of transformer 't' has no bus; expected wdg=2 bus=<bus>, "
                "or buses=[...]\n"},
        Mistake{
            "DuplicateName", "New Load.l bus1=a\nNew load.L bus1=a kW=x\n",
            "main.dss:3:5: load 'l' is defined twice; expected another name than at main.dss:2:5\n"
            "main.dss:3:22: kW of load 'l' is 'x', which is not a number; expected a number\n"},
        Mistake{"MissingRedirectFile", "Redirect lines.dss\n",
                "main.dss:2:10: file 'lines.dss' does not exist; expected a file in folder '.'\n"},
        Mistake{"RedirectCycle", "Redirect again.dss\n",
                "again.dss:1:10: redirect cycle main.dss -> again.dss -> main.dss; expected files "
                "that do not come back to themselves\n"},
        Mistake{"RedirectNothing", "Redirect\n",
                "main.dss:2:1: Redirect names no file; expected Redirect <file>\n"},
        Mistake{"MatrixOfWrongSize", "New LineCode.z nphases=3 rmatrix=[1 | 0 1]\n",
                "main.dss:2:34: rmatrix of linecode 'z' has 2 rows of 2 numbers; expected 3 x 3 "
                "for 3 phases at this point, or its lower triangle\n"},
        Mistake{"MatrixBeforePhases", "New LineCode.z rmatrix=[1 | 0 1] nphases=2\n",
                "main.dss:2:24: rmatrix of linecode 'z' has 2 rows of 2 numbers; expected 3 x 3 "
                "for 3 phases at this point, or its lower triangle\n"},
        Mistake{"WrongBusNode", "New Load.l phases=1 bus1=a.x\n",
                "main.dss:2:26: bus1 of load 'l' is 'a.x', where 'x' is not a node; expected a bus "
                "and its nodes, for example 634.1.2.3, nodes 0..99\n"},
        Mistake{"NegativeBusNode", "New Line.l bus1=a.1.-2.3 bus2=b\n",
                "main.dss:2:17: bus1 of line 'l' is 'a.1.-2.3', where '-2' is not a node; expected "
                "a bus and its nodes, for example 634.1.2.3, nodes 0..99\n"},
        Mistake{"TooManyBusNodes", "New Line.l phases=1 bus1=a.1.2 bus2=b.1\n",
                "main.dss:2:26: bus 'a' of line 'l' states 2 nodes; expected at most 1\n"},
        Mistake{"NodesThatCollide", "New Line.l bus1=a.2 bus2=b\n",
                "main.dss:2:17: bus 'a' of line 'l' states 1 of 3 nodes, and the next would be 2 "
                "again; expected a node for each conductor\n"},
        Mistake{"NoBusName", "New Load.l bus1=.1\n",
                "main.dss:2:17: bus1 of load 'l' is '.1', which names no bus; expected a bus and "
                "its nodes, for example 634.1.2.3, nodes 0..99\n"},
        Mistake{"OpenBracket", "New Line.l bus1=a bus2=b rmatrix=[1 | 0 1\n",
                "main.dss:2:34: bracket '[' is not closed; expected ']' on the same line\n"},
        Mistake{"StrayBracket", "New Transformer.t buses=a b] kV=2\n",
                "main.dss:2:28: bracket ']' was never opened\n"},
        Mistake{"MixedBrackets", "New Transformer.t buses=[a (b] c)\n",
                "main.dss:2:25: bracket '[' is not closed; expected ']' on the same line\n"},
        Mistake{"MissingBus1", "New Line.l bus2=b\nNew Load.x kW=1\n",
                "main.dss:2:5: line 'l' has no bus1; expected bus1=<bus>\n"
                "main.dss:3:5: load 'x' has no bus1; expected bus1=<bus>\n"},
        Mistake{"UnknownUnit", "New Line.l bus1=a bus2=b units=yards\n",
                "main.dss:2:32: units of line 'l' is 'yards'; expected one of mi, kft, km, m, ft, "
                "in, cm, mm, none\n"},
        Mistake{"UnknownConnection", "New Load.l bus1=a conn=dleta\n",
                "main.dss:2:24: conn of load 'l' is 'dleta'; expected one of wye, delta; did you "
                "mean 'delta'?\n"},
        Mistake{
            "PowerFactor", "New Load.l bus1=a pf=1.2\n",
            "main.dss:2:22: pf of load 'l' is 1.2; expected 0 < |pf| <= 1, negative for leading\n"},
        Mistake{
            "Calculation", "New Load.l bus1=a kW=(1 2) kvar=(1 +) kV=(1 0 /)\n",
            "main.dss:2:22: kW of load 'l' is '1 2', which leaves 2 values instead of one; "
            "expected a number\n"
            "main.dss:2:33: kvar of load 'l' is '1 +', where '+' has too few numbers before it; "
            "expected a number\n"
            "main.dss:2:42: kV of load 'l' is '1 0 /', which is out of range; expected a number\n"},
        Mistake{"NoValue", "New Load.l bus1=a kW= kvar=2\nNew Load.m bus1=a kW=\n",
                "main.dss:2:19: 'kW' has no value; expected name=value\n"
                "main.dss:3:19: 'kW' has no value; expected name=value\n"},
        Mistake{"NothingToContinue", "Set mode=snap\nClear\n~ kW=1\nNew Circuit.d bus1=a\n",
                "main.dss:4:1: '~' has nothing to continue; expected an element before it\n"},
        Mistake{"EditOfAStranger", "New Load.house bus1=a\nEdit Load.huose kW=2\nLoad.x.kW=2\n",
                "main.dss:3:6: load 'huose' is not defined; expected an element defined before "
                "this line; did you mean 'house'?\n"
                "main.dss:4:1: load 'x' is not defined; expected an element defined before this "
                "line\n"},
        Mistake{"NoElementName", "New Line\nNew\n",
                "main.dss:2:5: 'Line' is not the name of an element; expected New <class>.<name>\n"
                "main.dss:3:1: 'New' is not the name of an element; expected New <class>.<name>\n"},
        Mistake{"UnknownOption", "Set tolerence=1e-6 mode=daily\n",
                "main.dss:2:5: unknown option 'tolerence' of Set; did you mean 'tolerance'?\n"},
        Mistake{"SecondCircuit", "New Circuit.d\n",
                "main.dss:2:5: circuit 'd' is a second one; expected one circuit; the first is at "
                "main.dss:1:5\n"},
        Mistake{"NoSource", "Disable Vsource.source\n",
                "main.dss:1:5: circuit 'c' has no source; expected an enabled Vsource\n"},
        Mistake{"SourceTooStiffToGround", "~ MVAsc3=100 MVAsc1=10000\n",
                "main.dss:1:5: the short-circuit values of vsource 'source' make its zero-sequence "
                "impedance imaginary; expected MVAsc1 below 1.5 MVAsc3, or Isc1 below 1.5 Isc3\n"},
        Mistake{"NothingBetweenCommas", "New Load.l bus1=a,,kW=5\nNew Load.m, bus1=a , kW=5,\n",
                "main.dss:2:19: nothing stands between two commas; expected a value, or one "
                "comma\n"},
        Mistake{"NothingBetweenCommasOfAList",
                "New LoadShape.s mult=(1, ,2,)\nNew LoadShape.t mult=[ ,1]\n",
                "main.dss:2:26: mult of loadshape 's' is '', which is not a number; expected "
                "numbers, or (file=<name>)\n"
                "main.dss:3:24: mult of loadshape 't' is '', which is not a number; expected "
                "numbers, or (file=<name>)\n"},
        Mistake{"OpenBlockComment", "/* never closed\nNew Load.l\n",
                "main.dss:2:1: block comment is not closed; expected '*/' before the end of the "
                "file\n"},
        Mistake{"TextAfterBlockComment", "/* closed */ New Load.l bus1=a\n",
                "main.dss:2:14: text follows the end of a block comment; expected it on a line of "
                "its own\n"},
        Mistake{"PositionThatIsNone", "BusCoords where.csv\n",
                "where.csv:1:7: the position of 'a' is 'north', which is not a number; expected "
                "bus, x, y\n"
                "where.csv:2:1: 'b' has no position; expected bus, x, y\n"},
        Mistake{"BothSequenceAndMatrix", "New Line.l bus1=a bus2=b phases=1 r1=1 rmatrix=[1]\n",
                "main.dss:2:5: line 'l' states both sequence values and matrices; expected r1..c0 "
                "or rmatrix, xmatrix, cmatrix\n"},
        Mistake{"LimitsThatCross", "New Load.l bus1=a Vminpu=1.1\n",
                "main.dss:2:5: load 'l' has Vminpu 1.1 and Vmaxpu 1.05; expected Vminpu below "
                "Vmaxpu\n"},
        Mistake{"CapacitorSteps", "New Capacitor.k bus1=a kvar=[1 2] numsteps=3\n",
                "main.dss:2:44: capacitor 'k' has 3 steps and 2 values of kvar; expected one kvar "
                "for the bank, or one for each step\n"},
        Mistake{"ZipvOfWrongSize", "New Load.l bus1=a model=8 ZIPV=[1 2 3]\n",
                "main.dss:2:32: ZIPV of load 'l' has 3 numbers; expected 7: three for P, three for "
                "Q, the cut-off voltage\n"},
        Mistake{"DanglingMeter", "New Line.feeder bus1=a bus2=b\nNew EnergyMeter.m Line.fedeer 1\n",
                "main.dss:3:19: element 'Line.fedeer' of energymeter 'm' is not defined; expected "
                "<class>.<name> of an element; did you mean 'feeder'?\n"},
        Mistake{"UnknownLike", "New Load.l like=m bus1=a\n",
                "main.dss:2:17: like of load 'l' is 'm', which is not another load; expected an "
                "element of the same class, defined before\n"}),
    test::name_of);

TEST(DssMistakesOfFiles, NoCircuitDefined) {
    EXPECT_EQ(read_scripts({{"main.dss", "! nothing\n"}}).diagnostics.text(),
              "main.dss: no circuit is defined; expected 'New Circuit.<name>'\n");
    EXPECT_EQ(read_scripts({{"main.dss", "New Load.l bus1=a\nNew Load.m\n"}}).diagnostics.text(),
              "main.dss:1:5: no circuit is defined; expected 'New Circuit.<name>' before this "
              "line\nmain.dss:2:5: load 'm' has no bus1; expected bus1=<bus>\n")
        << "told once";
}

TEST(DssMistakesOfFiles, AreFoundInOnePassThroughAllFiles) {
    auto const read = read_scripts({{"main.dss", "New Circuit.c bus1=a\n"
                                                 "New Line.l bus1=a bus2=b length=-1\n"
                                                 "Redirect loads.dss\n"
                                                 "New Capacitor.k bus=a\n"
                                                 "New RegControl.r transformer=t\n"},
                                    {"loads.dss", "New Load.x bus1=b kW=abc\nNew Lode.y\n"}});
    std::vector<std::string> places;
    for (auto const& mistake : read.diagnostics.errors()) {
        places.push_back(
            fmt::format("{}:{}:{}", mistake.where.file, mistake.where.line, mistake.where.column));
    }
    EXPECT_THAT(places, testing::UnorderedElementsAre("main.dss:2:33", "loads.dss:1:22",
                                                      "loads.dss:2:5", "main.dss:5:30"))
        << read.diagnostics.text();
}

TEST(DssMistakesOfFiles, HintsAtTheNearestFileOfTheFolder) {
    auto const folder = std::filesystem::path(testing::TempDir()) / "dss_nearest_file";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "LineCodes.dss") << "New LineCode.z r1=1\n";
    std::ofstream(folder / "main.dss") << "New Circuit.c bus1=a\nRedirect linecodes.DSS\n"
                                       << "Redirect linecode.dss\n";
    Diagnostics diagnostics;
    static_cast<void>(read_dss(folder / "main.dss", diagnostics));
    auto const path = folder.lexically_normal().string();
    EXPECT_EQ(diagnostics.text(),
              fmt::format("{0}/main.dss:3:10: file 'linecode.dss' does not exist; expected a file "
                          "in folder '{0}'; did you mean 'LineCodes.dss'?\n",
                          path))
        << "other letter case is no mistake";
    std::filesystem::remove_all(folder);
}

TEST(DssMistakesOfFiles, NoSuchFile) {
    EXPECT_EQ(read_scripts({}).diagnostics.text(), "main.dss: no such file\n");
}

TEST(DssMistakesOfFiles, SayWhyAFileIsNotRead) {
    auto const folder = std::filesystem::path(testing::TempDir()) / "dss_unreadable";
    std::filesystem::create_directories(folder / "inner.dss");
    std::ofstream(folder / "main.dss") << "New Circuit.c bus1=a\nRedirect inner.dss\n"
                                       << "New LoadShape.s npts=1 csvfile=/dev/null\n";
    auto const told = [](std::filesystem::path const& path) {
        Diagnostics diagnostics;
        static_cast<void>(read_dss(path, diagnostics));
        return diagnostics.text();
    };
    auto const path = folder.lexically_normal().string();
    EXPECT_EQ(told(folder / "inner.dss"),
              path + "/inner.dss: this is a directory; expected an OpenDSS script\n");
    EXPECT_EQ(told("/dev/null"),
              "/dev/null: this is no regular file; expected an OpenDSS script\n");
    EXPECT_EQ(told(folder / "main.dss"),
              path +
                  "/main.dss:2:10: file 'inner.dss' is a directory; expected a file that can be "
                  "read\n" +
                  path +
                  "/main.dss:3:32: file '/dev/null' is no regular file; expected a file that "
                  "can be read\n");
    std::filesystem::permissions(folder / "main.dss", std::filesystem::perms::none);
    if (!std::ifstream(folder / "main.dss")) { // the superuser may read all
        EXPECT_EQ(told(folder / "main.dss"),
                  path +
                      "/main.dss: this may not be read (permission); expected an OpenDSS script\n");
    }
    std::filesystem::remove_all(folder);
}

TEST(DssMistakesOfFiles, AFileThatIsNoTextIsToldOnce) {
    std::string utf16 = "\xFF\xFE";
    for (char const c : std::string("New Circuit.c\nSolve\n")) {
        utf16 += c;
        utf16 += '\0';
    }
    EXPECT_EQ(read_scripts({{"main.dss", utf16}}).diagnostics.text(),
              "main.dss:1:1: the file is UTF-16; expected UTF-8: save it as UTF-8\n");
    EXPECT_EQ(read_scripts({{"main.dss", utf16.substr(2)}}).diagnostics.text(),
              "main.dss:1:2: a NUL character: the file is not read; expected text: UTF-8, or of "
              "single octets\n");
    std::string const nul("New Circuit.c bus1=a\r\nSolve \0 ! x\nNew Lien.x\n", 45);
    EXPECT_EQ(read_scripts({{"main.dss", "New Circuit.c bus1=a\nRedirect nul.dss\nBusCoords "
                                         "utf16.csv\nNew LoadShape.s csvfile=utf16.csv\n"},
                            {"nul.dss", nul},
                            {"utf16.csv", "\xFE\xFF"}})
                  .diagnostics.text(),
              "nul.dss:2:7: a NUL character: the file is not read; expected text: UTF-8, or of "
              "single octets\n"
              "utf16.csv:1:1: the file is UTF-16; expected UTF-8: save it as UTF-8\n"
              "utf16.csv:1:1: the file is UTF-16; expected UTF-8: save it as UTF-8\n");
}

TEST(DssMistakesOfSize, ElementsOfManyConductors) {
    EXPECT_EQ(read_with_source("New Transformer.t phases=99 windings=100\n").diagnostics.text(),
              "main.dss:2:5: transformer 't' has 99 phases and 100 windings, which is 10000 "
              "conductors; expected at most 512\n");
    std::string lines;
    for (int i = 0; i < 1000; ++i) {
        lines += fmt::format("New Line.l{} bus1=a{} bus2=b phases=100\n", i, i);
    }
    EXPECT_EQ(
        read_with_source(lines).diagnostics.text(),
        "main.dss:402:5: line 'l400' with its 200 conductors is too much beside the others of "
        "more than 24: the rest is not converted; expected the squares of their conductors "
        "to sum to 16000000 at most\n");
}

} // namespace
} // namespace gridtwin::grid
