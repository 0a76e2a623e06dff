// Lines from conductors in OpenDSS text, against the published impedances of the IEEE 13 node
// feeder (the mathematics is held against more of them in carson_test.cpp).
#include "models/grid/carson.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <numbers>

namespace gridtwin::grid {
namespace {

using test::read_with_source;

constexpr double kMile = 1609.344;

std::string const kWires =
    "New WireData.acsr556 GMRac=0.0313 GMRunits=ft Rac=0.1859 Runits=mi diam=0.927 radunits=in "
    "normamps=730\n"
    "New WireData.acsr4_0 GMRac=0.00814 GMRunits=ft Rac=0.592 Runits=mi diam=0.563 radunits=in "
    "normamps=340\n";

std::string const kGeometry601 = "New LineGeometry.g601 nconds=4 nphases=3 reduce=yes\n"
                                 "~ cond=1 wire=acsr556 x=2.5 h=28 units=ft\n"
                                 "~ cond=2 wire=acsr556 x=0 h=28\n"
                                 "~ cond=3 wire=acsr556 x=7 h=28\n"
                                 "~ cond=4 wire=acsr4_0 x=4 h=24\n";

std::string const kSpacing500 =
    "New LineSpacing.s500 nconds=4 nphases=3 units=ft x=[2.5 0 7 4] h=[28 28 28 24]\n";

Circuit circuit_of(std::string const& text) {
    return test::circuit_of(kWires + text);
}

std::string mistake_of(std::string const& text) {
    return test::mistakes_of(kWires + text);
}

void expect_601(Line const& line) {
    ASSERT_EQ(line.phases, 3);
    std::vector<Complex> const published{{0.3465, 1.0179}, {0.1560, 0.5017}, {0.1580, 0.4236},
                                         {0.1560, 0.5017}, {0.3375, 1.0478}, {0.1535, 0.3849},
                                         {0.1580, 0.4236}, {0.1535, 0.3849}, {0.3414, 1.0348}};
    for (std::size_t k = 0; k < 9; ++k) {
        EXPECT_LT(std::abs(line.z_ohm[k] - published[k]), 1.5e-4) << k << " " << line.name;
    }
    double const b = line.c_f[0] * 2.0 * std::numbers::pi * 60.0 * 1e6;
    EXPECT_NEAR(b, 6.2998, 0.01);
}

TEST(DssGeometry, AMileOfConfiguration601IsAsPublishedInEveryWayToSayIt) {
    auto const lines =
        circuit_of(kGeometry601 + kSpacing500 +
                   "New LineGeometry.spaced nconds=4 nphases=3 spacing=s500 "
                   "wires=[acsr556 acsr556, acsr556 acsr4_0] reduce=y\n"
                   "New Line.a bus1=a bus2=b geometry=g601 length=1 units=mi earthmodel=carson\n"
                   "New Line.b bus1=a bus2=c phases=3 geometry=spaced length=5.28 units=kft "
                   "EarthModel=Carson\n"
                   "New Line.c bus1=a bus2=d spacing=s500 wires=(acsr556 acsr556 acsr556 acsr4_0) "
                   "EarthModel=carson length=5280 units=ft\n"
                   "New Line.d bus1=a bus2=e earthmodel=carson length=1609.344 geometry=g601\n")
            .lines;
    ASSERT_EQ(lines.size(), 4U);
    for (auto const& line : lines) {
        expect_601(line);
        EXPECT_NEAR(line.length_m, kMile, 1e-9) << line.name << ": without a unit, metres";
        EXPECT_EQ(line.rating_a, 730.0) << "of the first conductor";
    }
}

TEST(DssGeometry, TheEarthIsDeriAtAHundredOhmMetresUnlessStated) {
    auto const lines =
        circuit_of(kGeometry601 + "New Line.usual bus1=a bus2=b geometry=g601 length=1 units=m\n"
                                  "New Line.said bus1=a bus2=c geometry=g601 length=1 units=m "
                                  "EarthModel=Deri rho=100\n"
                                  "New Line.full bus1=a bus2=d geometry=g601 length=1 units=m "
                                  "EarthModel=FullCarson\n"
                                  "New Line.dry bus1=a bus2=e geometry=g601 length=1 units=m "
                                  "rho=1000\n")
            .lines;
    EXPECT_EQ(lines[0].z_ohm, lines[1].z_ohm);
    EXPECT_NE(lines[0].z_ohm, lines[2].z_ohm);
    // dry earth: the return runs deeper, the same for all conductors before Kron
    EXPECT_GT(std::abs(lines[3].z_ohm[1]), std::abs(lines[0].z_ohm[1]) * 0.9);
    EXPECT_NE(lines[0].z_ohm, lines[3].z_ohm);

    LineConductor wire; // the same by hand
    wire.gmr_m = 0.0313 * 0.3048;
    wire.radius_m = 0.5 * 0.927 * 0.0254;
    wire.r_ac_ohm_per_m = 0.1859 / kMile;
    wire.r_dc_ohm_per_m = wire.r_ac_ohm_per_m / 1.02;
    std::vector<LineConductor> conductors(3, wire);
    conductors.push_back(wire);
    conductors[3].gmr_m = 0.00814 * 0.3048;
    conductors[3].radius_m = 0.5 * 0.563 * 0.0254;
    conductors[3].r_ac_ohm_per_m = 0.592 / kMile;
    conductors[3].r_dc_ohm_per_m = conductors[3].r_ac_ohm_per_m / 1.02;
    double const x[] = {2.5, 0, 7, 4};
    double const h[] = {28, 28, 28, 24};
    for (std::size_t i = 0; i < 4; ++i) {
        conductors[i].x_m = x[i] * 0.3048;
        conductors[i].h_m = h[i] * 0.3048;
    }
    auto const dry = reduced(line_constants(conductors, EarthModel::deri, 60.0, 1000.0), 3);
    for (std::size_t k = 0; k < 9; ++k) {
        Complex const z = dry->z_ohm_per_m.values[k];
        EXPECT_LT(std::abs(lines[3].z_ohm[k] - z), 1e-12 * std::abs(z));
        EXPECT_NEAR(lines[3].c_f[k], dry->c_f_per_m[k], 1e-12 * std::abs(dry->c_f_per_m[0]));
    }
}

TEST(DssGeometry, WithoutReductionTheLineHasEveryConductor) {
    auto const circuit = circuit_of("New LineGeometry.four nconds=4 nphases=4\n"
                                    "~ cond=1 wire=acsr556 x=2.5 h=28 units=ft\n"
                                    "~ cond=2 wire=acsr556 x=0 h=28\n~ cond=3 wire=acsr556 x=7 "
                                    "h=28\n~ cond=4 wire=acsr4_0 x=4 h=24\n"
                                    "New Line.a bus1=a.1.2.3.4 bus2=b.1.2.3.4 geometry=four "
                                    "length=1 units=mi EarthModel=carson\n");
    auto const& line = circuit.lines.at(0);
    EXPECT_EQ(line.phases, 4);
    EXPECT_THAT(line.bus2.nodes, testing::ElementsAre(1, 2, 3, 4));
    DenseMatrix z(4);
    z.values = line.z_ohm;
    auto const kron = kron_reduced(z, 3);
    EXPECT_LT(std::abs((*kron)(0, 0) - Complex(0.3465, 1.0179)), 1.5e-4);
}

TEST(DssGeometry, CablesKeepTheirNeutralsToThemselves) {
    std::string const cable =
        "New CNData.cn250 k=13 DiaStrand=0.0641 GmrStrand=0.00208 Rstrand=14.8722 EpsR=2.3 "
        "InsLayer=0.2465 DiaIns=1.06 DiaCable=1.29 Rac=0.41 Runits=mi GMRac=0.0171 GMRunits=ft "
        "diam=0.567 radunits=in normamps=260 SemiconLayer=no\n";
    auto const lines =
        circuit_of(cable +
                   "New LineGeometry.g606 nconds=3 nphases=3 units=ft\n"
                   "~ cond=1 cncable=cn250 x=-0.5 h=-4 units=ft\n~ cond=2 cncable=cn250 x=0 h=-4\n"
                   "~ cond=3 cncable=cn250 x=0.5 h=-4\n"
                   "New LineSpacing.s515 nconds=3 nphases=3 units=in x=[-6 0 6] h=[-48 -48 -48]\n"
                   "New Line.a bus1=a bus2=b geometry=g606 length=1 units=mi EarthModel=carson\n"
                   "New Line.b bus1=a bus2=c spacing=s515 cncables=[cn250 cn250 cn250] length=1 "
                   "units=mi EarthModel=carson\n")
            .lines;
    for (auto const& line : lines) {
        EXPECT_LT(std::abs(line.z_ohm[0] - Complex(0.7982, 0.4463)), 2e-4);
        EXPECT_LT(std::abs(line.z_ohm[1] - Complex(0.3192, 0.0328)), 2e-4);
        EXPECT_LT(std::abs(line.z_ohm[2] - Complex(0.2849, -0.0143)), 2e-4);
        EXPECT_NEAR(line.c_f[0] * 2.0 * std::numbers::pi * 60.0 * 1e6, 96.8897, 0.1);
        EXPECT_EQ(line.c_f[1], 0.0);
        EXPECT_EQ(line.rating_a, 260.0);
    }
}

TEST(DssGeometry, BareNeutralsFollowTheCables) {
    std::string const cable =
        "New TSData.ts DiaShield=0.88 TapeLayer=0.005 TapeLap=50 InsLayer=0.22 DiaIns=0.82 "
        "DiaCable=1.06 Rac=0.97 Runits=mi GMRac=0.0111 GMRunits=ft diam=0.368 radunits=in\n"
        "New WireData.cu1_0 Rac=0.607 Runits=mi GMRac=0.01113 GMRunits=ft diam=0.368 "
        "radunits=in\n"
        "New LineSpacing.s520 nconds=2 nphases=1 units=in x=[0 1] h=[-48 -48]\n";
    auto const lines =
        circuit_of(cable +
                   "New Line.b phases=1 bus1=a.1 bus2=c.1 spacing=s520 tscables=[ts] "
                   "wires=[cu1_0] length=1 units=mi EarthModel=carson\n"
                   "New LineGeometry.g607 nconds=2 nphases=1 reduce=yes spacing=s520 tscables=ts "
                   "wires=cu1_0\n"
                   "New Line.c phases=1 bus1=a.1 bus2=d.1 geometry=g607 length=1 units=mi "
                   "EarthModel=carson\n")
            .lines;
    for (auto const& line : lines) {
        ASSERT_EQ(line.phases, 1);
        EXPECT_LT(std::abs(line.z_ohm[0] - Complex(1.3425, 0.5124)), 7e-4);
    }
}

TEST(DssGeometry, TheLastWayToStateALineCounts) {
    auto const lines =
        circuit_of(kGeometry601 +
                   "New LineCode.code rmatrix=[1|0 1|0 0 1] xmatrix=[1|0 1|0 0 1] normamps=55\n"
                   "New Line.a bus1=a bus2=b geometry=g601 linecode=code\n"
                   "New Line.b bus1=a bus2=c linecode=code geometry=g601 length=1 units=mi "
                   "EarthModel=carson\n"
                   "New Line.c bus1=a bus2=d geometry=g601 normamps=123 length=1 units=mi\n"
                   "New Line.d bus1=a bus2=e normamps=123 geometry=g601 length=1 units=mi\n"
                   "New Line.e bus1=a bus2=f normamps=123 linecode=code\n")
            .lines;
    EXPECT_EQ(lines[0].z_ohm[0], Complex(1.0, 1.0));
    expect_601(lines[1]);
    EXPECT_EQ(lines[2].rating_a, 123.0);
    EXPECT_EQ(lines[3].rating_a, 730.0);
    EXPECT_EQ(lines[4].rating_a, 55.0);
}

TEST(DssLineCode, KronTakesTheNeutralOut) {
    std::string const matrices =
        "rmatrix=[0.4 | 0.1 0.5 | 0.1 0.1 0.9] xmatrix=[1.2 | 0.5 1.3 | 0.4 0.6 1.6] "
        "cmatrix=[9 | -1 8 | -2 -3 7]";
    auto const lines = circuit_of("New LineCode.z nphases=3 " + matrices +
                                  " Kron=yes\n"
                                  "New LineCode.first nphases=3 " +
                                  matrices +
                                  " neutral=1 Kron=yes\n"
                                  "New Line.l phases=2 bus1=a bus2=b linecode=z\n"
                                  "New Line.f phases=2 bus1=a bus2=c linecode=first\n")
                           .lines;
    Complex const z[3][3] = {{{0.4, 1.2}, {0.1, 0.5}, {0.1, 0.4}},
                             {{0.1, 0.5}, {0.5, 1.3}, {0.1, 0.6}},
                             {{0.1, 0.4}, {0.1, 0.6}, {0.9, 1.6}}};
    ASSERT_EQ(lines[0].phases, 2);
    EXPECT_LT(std::abs(lines[0].z_ohm[1] - (z[0][1] - z[0][2] * z[2][1] / z[2][2])), 1e-14);
    EXPECT_LT(std::abs(lines[0].z_ohm[0] - (z[0][0] - z[0][2] * z[2][0] / z[2][2])), 1e-14);
    EXPECT_NEAR(lines[0].c_f[1], -1e-9, 1e-22);
    EXPECT_LT(std::abs(lines[1].z_ohm[1] - (z[1][2] - z[1][0] * z[0][2] / z[0][0])), 1e-14);
    EXPECT_NEAR(lines[1].c_f[1], -3e-9, 1e-22);
}

TEST(DssLineCode, TheKindOfImpedanceStatedWholeAndLastHolds) {
    auto const lines =
        circuit_of(
            "New LineCode.m nphases=1 r1=9 x1=9 r0=9 x0=9 rmatrix=[1] xmatrix=[2]\n"
            "New LineCode.s nphases=1 rmatrix=[9] xmatrix=[9] r1=1 x1=2 r0=1 x0=2\n"
            "New Line.m phases=1 bus1=a bus2=b linecode=m\n"
            "New Line.s phases=1 bus1=a bus2=c linecode=s\n"
            "New Line.l phases=1 bus1=a bus2=d rmatrix=[9] xmatrix=[9] r1=1 x1=2 r0=1 x0=2\n")
            .lines;
    for (auto const& line : lines) {
        EXPECT_LT(std::abs(line.z_ohm[0] - Complex(1.0, 2.0)), 1e-12) << line.name;
    }
    // capacitances of the other kind would be lost
    for (std::string const& mixed :
         std::vector<std::string>{"New LineCode.z nphases=1 c1=5 c0=5 rmatrix=[1] xmatrix=[2]\n",
                                  "New LineCode.z nphases=1 rmatrix=[1] xmatrix=[2] c1=5 c0=5\n",
                                  "New LineCode.z nphases=1 cmatrix=[5] r1=1 x1=2 r0=1 x0=2\n"}) {
        EXPECT_EQ(mistake_of(mixed),
                  "main.dss:4:5: linecode 'z' states both sequence values and matrices; expected "
                  "r1..c0 or rmatrix, xmatrix, cmatrix\n");
    }
}

TEST(DssGeometry, LinesTakeTheEarthModelSetWhenTheyAreMade) {
    std::string const line = " phases=3 bus1=a bus2=b geometry=g601 length=1 units=mi\n";
    auto const lines =
        circuit_of(kGeometry601 + "New Line.usual" + line +            //
                   "Set EarthModel=Carson\nNew Line.set" + line +      //
                   "New Line.own EarthModel=FullCarson" + line +       //
                   "Set EarthModel=FullCarson\nNew Line.full" + line + //
                   "Set EarthModel=deri\nNew Line.deri" + line +       //
                   "New Line.carson EarthModel=Carson" + line + "Edit Line.set rho=100\n")
            .lines;
    ASSERT_EQ(lines.size(), 6U);
    EXPECT_EQ(lines[0].z_ohm, lines[4].z_ohm) << "deri unless told otherwise";
    EXPECT_EQ(lines[1].z_ohm, lines[5].z_ohm);
    EXPECT_EQ(lines[2].z_ohm, lines[3].z_ohm);
    EXPECT_NE(lines[0].z_ohm, lines[1].z_ohm);
    EXPECT_NE(lines[0].z_ohm, lines[2].z_ohm);
    EXPECT_NE(lines[1].z_ohm, lines[2].z_ohm);
    expect_601(lines[1]);
    EXPECT_EQ(mistake_of("Set EarthModel=flat\n"),
              "main.dss:4:16: EarthModel of Set is 'flat'; expected one of Carson, FullCarson, "
              "Deri\n");
    auto const cleared =
        circuit_of("Set EarthModel=Carson\nClear\nNew Circuit.again bus1=a basekv=12.47\n" +
                   kWires + kGeometry601 + "New Line.l" + line)
            .lines;
    EXPECT_EQ(cleared.at(0).z_ohm, lines[0].z_ohm) << "Clear forgets it";
}

TEST(DssGeometry, MistakesAreToldWhereTheyAre) {
    EXPECT_EQ(mistake_of("New LineSpacing.s nconds=2 nphases=1 x=[0 1] h=[20]\n"
                         "New Line.l bus1=a bus2=b spacing=s wires=[acsr556 acsr556]\n"),
              "main.dss:4:5: linespacing 's' of 2 conductors and 1 phases has 2 x and 1 h; "
              "expected x and h for each conductor, no more phases than conductors\n");
    EXPECT_EQ(mistake_of(kSpacing500 + "New Line.l bus1=a bus2=b spacing=s500 wires=[acsr556]\n"),
              "main.dss:5:45: wires of line 'l' makes 1 conductors on a spacing of 4; expected "
              "wires for all, or cables for the phases and wires for the rest\n");
    EXPECT_EQ(mistake_of(kSpacing500 + "New Line.l bus1=a bus2=b spacing=s500\n"),
              "main.dss:5:34: line 'l' has 0 conductors on a spacing of 4; expected wires, "
              "cncables or tscables for all of them\n");
    EXPECT_EQ(mistake_of("New Line.l bus1=a bus2=b wires=[acsr556]\n"),
              "main.dss:4:32: wires of line 'l' has no spacing; expected spacing=<linespacing> "
              "before it\n");
    EXPECT_EQ(mistake_of("New WireData.bare Rac=1\nNew LineGeometry.g nconds=1 nphases=1\n"
                         "~ cond=1 wire=bare x=0 h=9 units=m\n"),
              "main.dss:6:15: wiredata 'bare' of linegeometry 'g' has no size (GMRac, radius or "
              "diam)\n");
    EXPECT_EQ(mistake_of("New LineGeometry.g nconds=2 nphases=2\n"
                         "~ cond=1 wire=acsr556 x=0 h=9 units=m\n~ cond=2 wire=acsr556 x=0 h=9\n"),
              "main.dss:4:5: linegeometry 'g' cannot be: conductors 1 and 2 take the same space; "
              "expected conductors apart, above 0\n");
    EXPECT_EQ(mistake_of("New LineGeometry.g nconds=1 nphases=1\n"
                         "~ cond=2 wire=acsr556 x=0 h=9 units=m\n"),
              "main.dss:5:8: linegeometry 'g' has cond=2; expected 1..1, as nconds says\n");
    EXPECT_EQ(mistake_of(kGeometry601 + "New Line.l bus1=a bus2=b geometry=g601 phases=2\n"),
              "main.dss:9:47: line 'l' has phases=2 after conductors for 3; expected phases=3\n");
}

} // namespace
} // namespace gridtwin::grid
