// Users' mistakes: each with its place, what was expected, and the nearest name.
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::read_scripts;
using test::Scripts;

struct Mistake {
    std::string name;
    std::string script; ///< from line 2 on, after a circuit in line 1
    std::string text;   ///< every diagnostic, in full
};

class DssMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(DssMistakes, AreToldInFull) {
    Scripts const scripts{{"main.dss", "New Circuit.c bus1=a\n" + GetParam().script},
                          {"again.dss", "Redirect main.dss\n"},
                          {"where.csv", "a, 1, north\nb, 1\n"}};
    EXPECT_EQ(read_scripts(scripts).diagnostics.text(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Table, DssMistakes, testing::Values(
    Mistake{"UnknownClass", "New Lien.l bus1=a bus2=b\n~ length=1\n", "X"},
    Mistake{"UnmodelledClass", "New Generator.g bus1=a\nGenerator.g.kW=1\n", "X"},
    Mistake{"UnknownProperty", "New Line.l bus1=a bus2=b lenght=2 5 units=km\n", "X"},
    Mistake{"UnmodelledProperty", "New Line.l bus1=a bus2=b geometry=pole\n", "X"},
    Mistake{"UnknownCommand", "Redirct more.dss\n", "X"},
    Mistake{"UnmodelledCommand", "BatchEdit Load..* kW=1\n", "X"},
    Mistake{"WrongNumber", "New Load.l bus1=a kW=abc\n", "X"},
    Mistake{"NumberTooLarge", "New Load.l bus1=a kW=1e300\n", "X"},
    Mistake{"FractionWhereACountIsMeant", "New Load.l bus1=a phases=1.5\n", "X"},
    Mistake{"NegativeLength", "New Line.l bus1=a bus2=b length=-5\n", "X"},
    Mistake{"ZeroLength", "New Line.l bus1=a bus2=b length=0\n", "X"},
    Mistake{"NegativeImpedance", "New Line.l bus1=a bus2=b r1=-0.1\n", "X"},
    Mistake{"NegativeDiagonal", "New LineCode.z nphases=2 rmatrix=[1 | 0.2 -1]\n", "X"},
    Mistake{"NegativeVoltage", "New Load.l bus1=a kV=-4.16\n", "X"},
    Mistake{"NoImpedance", "New Line.l bus1=a bus2=b r1=0 x1=0 r0=0 x0=0\n", "X"},
    Mistake{"DanglingLineCode", "New LineCode.mtx601 r1=1\nNew Line.l bus1=a bus2=b linecode=mtx610\n", "X"},
    Mistake{"LineCodeDefinedLater", "New Line.l bus1=a bus2=b linecode=z\nNew LineCode.z r1=1\n", "X"},
    Mistake{"LineCodeOfOtherPhases", "New LineCode.z nphases=2 r1=1\nNew Line.l phases=3 bus1=a bus2=b linecode=z\n", "X"},
    Mistake{"DanglingTransformer", "New Transformer.reg1 buses=[a b]\nNew RegControl.r transformer=reg2 winding=2\n", "X"},
    Mistake{"RegControlWithoutTransformer", "New RegControl.r winding=2\n", "X"},
    Mistake{"RegControlWindingOutOfRange", "New Transformer.t buses=[a b]\nNew RegControl.r transformer=t winding=3\n", "X"},
    Mistake{"WindingOutOfRange", "New Transformer.t buses=[a b] wdg=3 kV=1\n", "X"},
    Mistake{"TooManyWindings", "New Transformer.t buses=[a b c]\n", "X"},
    Mistake{"WindingWithoutBus", "New Transformer.t wdg=1 bus=a\n", "X"},
    Mistake{"DuplicateName", "New Load.l bus1=a\nNew load.L bus1=a kW=x\n", "X"},
    Mistake{"MissingRedirectFile", "Redirect lines.dss\n", "X"},
    Mistake{"RedirectCycle", "Redirect again.dss\n", "X"},
    Mistake{"RedirectNothing", "Redirect\n", "X"},
    Mistake{"MatrixOfWrongSize", "New LineCode.z nphases=3 rmatrix=[1 | 0 1]\n", "X"},
    Mistake{"MatrixBeforePhases", "New LineCode.z rmatrix=[1 | 0 1] nphases=2\n", "X"},
    Mistake{"WrongBusNode", "New Load.l phases=1 bus1=a.x\n", "X"},
    Mistake{"NegativeBusNode", "New Line.l bus1=a.1.-2.3 bus2=b\n", "X"},
    Mistake{"TooManyBusNodes", "New Line.l phases=1 bus1=a.1.2 bus2=b.1\n", "X"},
    Mistake{"NodesThatCollide", "New Line.l bus1=a.2 bus2=b\n", "X"},
    Mistake{"NoBusName", "New Load.l bus1=.1\n", "X"},
    Mistake{"OpenBracket", "New Line.l bus1=a bus2=b rmatrix=[1 | 0 1\n", "X"},
    Mistake{"StrayBracket", "New Transformer.t buses=a b] kV=2\n", "X"},
    Mistake{"MixedBrackets", "New Transformer.t buses=[a (b] c)\n", "X"},
    Mistake{"MissingBus1", "New Line.l bus2=b\nNew Load.x kW=1\n", "X"},
    Mistake{"UnknownUnit", "New Line.l bus1=a bus2=b units=yards\n", "X"},
    Mistake{"UnknownConnection", "New Load.l bus1=a conn=dleta\n", "X"},
    Mistake{"PowerFactor", "New Load.l bus1=a pf=1.2\n", "X"},
    Mistake{"Calculation", "New Load.l bus1=a kW=(1 2) kvar=(1 +) kV=(1 0 /)\n", "X"},
    Mistake{"NoValue", "New Load.l bus1=a kW= kvar=2\nNew Load.m bus1=a kW=\n", "X"},
    Mistake{"NothingToContinue", "Set mode=snap\nClear\n~ kW=1\nNew Circuit.d bus1=a\n", "X"},
    Mistake{"EditOfAStranger", "New Load.house bus1=a\nEdit Load.huose kW=2\nLoad.x.kW=2\n", "X"},
    Mistake{"NoElementName", "New Line\nNew\n", "X"},
    Mistake{"UnknownOption", "Set tolerence=1e-6 mode=daily\n", "X"},
    Mistake{"SecondCircuit", "New Circuit.d\n", "X"},
    Mistake{"NoSource", "Disable Vsource.source\n", "X"},
    Mistake{"SourceTooStiffToGround", "~ MVAsc3=100 MVAsc1=200\n", "X"},
    Mistake{"OpenBlockComment", "/* never closed\nNew Load.l\n", "X"},
    Mistake{"TextAfterBlockComment", "/* closed */ New Load.l bus1=a\n", "X"},
    Mistake{"PositionThatIsNone", "BusCoords where.csv\n", "X"},
    Mistake{"BothSequenceAndMatrix", "New Line.l bus1=a bus2=b phases=1 r1=1 rmatrix=[1]\n", "X"},
    Mistake{"LimitsThatCross", "New Load.l bus1=a Vminpu=1.1\n", "X"},
    Mistake{"CapacitorSteps", "New Capacitor.k bus1=a kvar=[1 2] numsteps=3\n", "X"},
    Mistake{"ZipvOfWrongSize", "New Load.l bus1=a model=8 ZIPV=[1 2 3]\n", "X"},
    Mistake{"UnknownLike", "New Load.l like=m bus1=a\n", "X"}
    ), [](auto const& test) { return test.param.name; });

TEST(DssMistakesOfFiles, NoCircuitDefined) {
    EXPECT_EQ(read_scripts({{"main.dss", "! nothing\n"}}).diagnostics.text(), "X");
    EXPECT_EQ(read_scripts({{"main.dss", "New Load.l bus1=a\nNew Load.m\n"}}).diagnostics.text(), "X");
}

TEST(DssMistakesOfFiles, NoSuchFile) {
    EXPECT_EQ(read_scripts({}).diagnostics.text(), "main.dss: no such file\n");
}

} // namespace
} // namespace gridtwin::grid
