// Elements against hand calculation from the element reference.
#include "models/grid/admittance.hpp"
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::circuit_of;
using test::read_with_source;

void expect_near(Complex actual, Complex expected, double relative = 1e-12) {
    EXPECT_NEAR(actual.real(), expected.real(), relative * std::abs(expected));
    EXPECT_NEAR(actual.imag(), expected.imag(), relative * std::abs(expected));
}

// --- sources ---

TEST(DssVsource, HasAnImpedanceThatGivesTheStatedShortCircuitPowers) {
    auto const circuit = circuit_of("~ MVAsc3=20000 MVAsc1=21000 pu=1.02 angle=30");
    auto const& source = circuit.sources.at(0);
    EXPECT_EQ(source.v_ll_v, 12470.0);
    EXPECT_EQ(source.v_pu, 1.02);
    EXPECT_EQ(source.angle_deg, 30.0);
    Complex const self = source.z_ohm[0];
    Complex const mutual = source.z_ohm[1];
    Complex const z1 = self - mutual;
    Complex const z0 = self + 2.0 * mutual;
    double const v2 = 12.47 * 12.47;
    EXPECT_NEAR(v2 / std::abs(z1), 20000.0, 1e-6);
    EXPECT_NEAR(3.0 * v2 / std::abs(2.0 * z1 + z0), 21000.0, 1e-6);
    EXPECT_NEAR(z1.imag() / z1.real(), 4.0, 1e-9) << "default x1r1";
    EXPECT_NEAR(z0.imag() / z0.real(), 3.0, 1e-9) << "default x0r0";
    EXPECT_THAT(source.bus2.nodes, testing::ElementsAre(0, 0, 0));
}

TEST(DssVsource, TakesShortCircuitCurrentsOhmsOrPerUnit) {
    auto const from_current = circuit_of("~ ISC3=3000 ISC1=5").sources.at(0);
    Complex const z1 = from_current.z_ohm[0] - from_current.z_ohm[1];
    Complex const z0 = from_current.z_ohm[0] + 2.0 * from_current.z_ohm[1];
    double const v_ln = 12470.0 / std::sqrt(3.0);
    EXPECT_NEAR(v_ln / std::abs(z1), 3000.0, 1e-6);
    EXPECT_NEAR(3.0 * v_ln / std::abs(2.0 * z1 + z0), 5.0, 1e-9);

    auto const ohms = circuit_of("~ R1=1 X1=2 R0=4 X0=8").sources.at(0);
    expect_near(ohms.z_ohm[0], {2.0, 4.0});
    expect_near(ohms.z_ohm[1], {1.0, 2.0});

    auto const per_unit = circuit_of("~ puZ1=[0 0.1] baseMVA=10").sources.at(0);
    expect_near(per_unit.z_ohm[0], {0.0, 0.1 * 12.47 * 12.47 / 10.0});
    EXPECT_EQ(per_unit.z_ohm[1], Complex{}) << "Z0 follows Z1 until stated";
}

TEST(DssVsource, TakesANegativeSequenceImpedanceOfItsOwn) {
    auto const source = circuit_of("~ Z1=[1 10] Z2=[2 7] Z0=[3 20]").sources.at(0);
    Complex const turn = std::polar(1.0, 2.0 * std::acos(-1.0) / 3.0);
    auto const shown =
        [&](Complex step) { // voltage of phase a over its current, phases `step` apart
            return source.z_ohm[0] + source.z_ohm[1] * step + source.z_ohm[2] * step * step;
        };
    expect_near(shown(1.0), {3, 20});
    expect_near(shown(std::conj(turn)), {1, 10});
    expect_near(shown(turn), {2, 7});
    auto const same = circuit_of("~ Z1=[1 10] Z0=[3 20]").sources.at(0);
    expect_near(same.z_ohm[0], Complex(5, 40) / 3.0);
    EXPECT_EQ(same.z_ohm[1], same.z_ohm[2]);
}

TEST(DssVsource, CanBeIdealOrOfOnePhaseOrASecondOne) {
    auto const ideal = circuit_of("~ Model=Ideal puZideal=[1e-5 1e-4] baseMVA=10").sources.at(0);
    expect_near(ideal.z_ohm[0], Complex(1e-5, 1e-4) * 12.47 * 12.47 / 10.0);
    EXPECT_EQ(ideal.z_ohm[1], Complex{});
    auto const two = circuit_of("New Vsource.back bus1=z.1.2.3 bus2=y.1.2.3 basekv=4.16 angle=-30 "
                                "pu=0.1 R1=0.1 X1=0.2 R0=0.3 X0=0.4\n"
                                "New Vsource.one phases=1 bus1=z.2 basekv=2.4 Z1=[1 2] Z0=[9 9]\n")
                         .sources;
    ASSERT_EQ(two.size(), 3U);
    EXPECT_EQ(two[1].bus2.bus, "y");
    EXPECT_EQ(two[1].angle_deg, -30.0);
    expect_near(two[2].z_ohm.at(0), {1, 2}); // one phase has no zero sequence
}

TEST(DssVsource, OfSequenceValuesItKeepsThoseOf2000MvaAt115kV) {
    auto const source = circuit_of("~ R1=0.1 X1=0.2").sources.at(0);
    Complex const z0 = source.z_ohm[0] + 2.0 * source.z_ohm[1];
    EXPECT_NEAR(z0.imag() / z0.real(), 3.0, 1e-9);
    double const x1 = 115.0 * 115.0 / 2000.0 / std::sqrt(1.0 + 1.0 / 16.0);
    Complex const loop = 2.0 * Complex(x1 / 4.0, x1) + z0; // of a fault to ground: 2100 MVA
    EXPECT_NEAR(3.0 * 115.0 * 115.0 / std::abs(loop), 2100.0, 1e-6);
}

// --- lines ---

TEST(DssLine, DefaultsToTheReferencesOverheadLineOfUnitLength) {
    auto const line = circuit_of("New Line.l bus1=a bus2=b").lines.at(0);
    EXPECT_EQ(line.phases, 3);
    expect_near(line.z_ohm[0], {(2 * 0.058 + 0.1784) / 3, (2 * 0.1206 + 0.4047) / 3});
    expect_near(line.z_ohm[1], {(0.1784 - 0.058) / 3, (0.4047 - 0.1206) / 3});
    EXPECT_NEAR(line.c_f[0], (2 * 3.4 + 1.6) / 3 * 1e-9, 1e-21);
    EXPECT_NEAR(line.c_f[1], (1.6 - 3.4) / 3 * 1e-9, 1e-21);
    EXPECT_EQ(line.length_m, 0.0) << "no unit, no metres";
    EXPECT_EQ(line.rating_a, 400.0) << "the reference's";
}

TEST(DssLine, ConvertsBetweenTheUnitsOfTheCodeAndOfTheLength) {
    struct Case {
        std::string code_unit;
        std::string line_unit;
        double factor; // of the impedance per code unit
        double length_m;
    };
    std::vector<Case> const cases{
        {"mi", "ft", 3.0 / 5280.0, 0.9144},   {"mi", "kft", 3.0 / 5.28, 914.4},
        {"mi", "km", 3.0 / 1.609344, 3000.0}, {"km", "m", 3e-3, 3.0},
        {"km", "mi", 4.828032, 4828.032},     {"m", "cm", 0.03, 0.03},
        {"kft", "in", 3.0 / 12000.0, 0.0762}, {"none", "m", 3.0, 3.0},
        {"mi", "none", 3.0, 4828.032}};
    for (auto const& c : cases) {
        for (std::string const& order :
             std::vector<std::string>{"linecode=z length=3 units=" + c.line_unit,
                                      "units=" + c.line_unit + " length=3 linecode=z"}) {
            auto const line = circuit_of("New LineCode.z nphases=1 units=" + c.code_unit +
                                         " rmatrix=[2] xmatrix=[4] cmatrix=[10]\n"
                                         "New Line.l phases=1 bus1=a bus2=b " +
                                         order)
                                  .lines.at(0);
            expect_near(line.z_ohm[0], Complex(2.0, 4.0) * c.factor);
            EXPECT_NEAR(line.c_f[0], 10e-9 * c.factor, 1e-21) << order;
            EXPECT_NEAR(line.length_m, c.length_m, 1e-9) << order;
        }
    }
}

TEST(DssLine, KeepsTheDefaultCapacitanceOfACodeThatStatesOnlyImpedances) {
    auto const circuit = circuit_of("New LineCode.one nphases=1 rmatrix=[1] xmatrix=[1]\n"
                                    "New LineCode.seq nphases=1 r1=1 x1=1\n"
                                    "New Line.one phases=1 bus1=a.1 bus2=b.1 linecode=one\n"
                                    "New Line.seq phases=1 bus1=a.1 bus2=b.1 linecode=seq\n");
    EXPECT_NEAR(circuit.lines[0].c_f[0], 2.8e-9, 1e-21) << "a matrix code: (2 C1 + C0)/3";
    EXPECT_NEAR(circuit.lines[1].c_f[0], 3.4e-9, 1e-21) << "one phase by sequence: C1";
    expect_near(circuit.lines[1].z_ohm[0], {1.0, 1.0});
}

TEST(DssLine, SwitchIsAMillimetreOfOneOhmUntilToldOtherwise) {
    auto const circuit =
        circuit_of("New Line.s bus1=a bus2=b switch=yes\n"
                   "New Line.t bus1=a bus2=b switch=y r1=1e-4 r0=1e-4 x1=0 x0=0 c1=0 c0=0\n");
    expect_near(circuit.lines[0].z_ohm[0], {1e-3, 1e-3});
    EXPECT_EQ(circuit.lines[0].z_ohm[1], Complex{});
    EXPECT_NEAR(circuit.lines[0].c_f[0], (2 * 1.1 + 1.0) / 3 * 1e-12, 1e-24);
    EXPECT_TRUE(circuit.lines[0].is_switch);
    expect_near(circuit.lines[1].z_ohm[0], {1e-7, 0.0});
    EXPECT_EQ(circuit.lines[1].c_f[0], 0.0);
}

TEST(DssLine, ScalesReactanceAndEarthReturnToTheCircuitsFrequency) {
    auto const line = circuit_of("New LineCode.z nphases=1 baseFreq=50 Rg=0 Xg=0 rmatrix=[2] "
                                 "xmatrix=[5] cmatrix=[7]\n"
                                 "New LineCode.e like=z Rg=0.1 Xg=0.2 rho=50\n"
                                 "New Line.l phases=1 bus1=a bus2=b linecode=z\n"
                                 "New Line.m phases=1 bus1=a bus2=b linecode=e\n")
                          .lines;
    expect_near(line[0].z_ohm[0], {2.0, 6.0});
    EXPECT_NEAR(line[0].c_f[0], 7e-9, 1e-21);
    double const dx = 0.5 * 0.2 / std::log(658.5 * std::sqrt(50.0 / 50.0)) * std::log(1.2);
    expect_near(line[1].z_ohm[0], {2.0 + 0.1 * 0.2, (5.0 - dx) * 1.2});
}

TEST(DssLine, UsesACodeAsItStoodWhenItWasNamed) {
    auto const lines = circuit_of("New LineCode.z nphases=1 rmatrix=[1]\n"
                                  "New Line.before phases=1 bus1=a bus2=b linecode=z\n"
                                  "Edit LineCode.z rmatrix=[2]\n"
                                  "New Line.after phases=1 bus1=a bus2=b linecode=z\n")
                           .lines;
    EXPECT_EQ(lines[0].z_ohm[0].real(), 1.0);
    EXPECT_EQ(lines[1].z_ohm[0].real(), 2.0);
}

TEST(DssLine, TakesItsPhasesAndRatingFromTheCode) {
    auto const line = circuit_of("New LineCode.z nphases=2 r1=1 x1=1 normamps=230\n"
                                 "New Line.l bus1=a.3.1 bus2=b.3.1 linecode=z\n")
                          .lines.at(0);
    EXPECT_EQ(line.phases, 2);
    EXPECT_EQ(line.rating_a, 230.0);
    EXPECT_THAT(line.bus1.nodes, testing::ElementsAre(3, 1));
}

// --- transformers ---

TEST(DssTransformer, DefaultsToTheReference) {
    auto const t = circuit_of("New Transformer.t buses=[a b]").transformers.at(0);
    ASSERT_EQ(t.windings.size(), 2U);
    EXPECT_THAT(t.x_pu, testing::ElementsAre(0.07));
    EXPECT_EQ(t.no_load_loss_frac, 0.0);
    EXPECT_EQ(t.magnetising_frac, 0.0);
    EXPECT_EQ(t.ppm_antifloat, 1.0);
    EXPECT_FALSE(t.lead_lag_euro);
    for (auto const& winding : t.windings) {
        EXPECT_EQ(winding.v_v, 12470.0);
        EXPECT_EQ(winding.s_va, 1e6);
        EXPECT_DOUBLE_EQ(winding.r_pu, 0.002);
        EXPECT_EQ(winding.tap_pu, 1.0);
        EXPECT_EQ(winding.connection, Connection::wye);
        EXPECT_THAT(winding.bus.nodes, testing::ElementsAre(1, 2, 3, 0));
    }
}

TEST(DssTransformer, ReadsWindingByWindingAndByArraysAlike) {
    auto const t =
        circuit_of("New Transformer.one phases=3 windings=2 XHL=(8 1000 /)\n"
                   "~ wdg=1 bus=a conn=delta kv=115 kva=5000 %r=.5\n"
                   "~ wdg=2 bus=b conn=wye kv=4.16 kva=5000 %r=.5 tap=1.05\n"
                   "New Transformer.two phases=3 windings=2 buses=(a b) conns=(delta wye)\n"
                   "~ kvs=(115 4.16) kvas=(5000 5000) %loadloss=1 taps=[1 1.05] xhl=0.008\n")
            .transformers;
    ASSERT_EQ(t.size(), 2U);
    for (std::size_t w = 0; w < 2; ++w) {
        EXPECT_EQ(t[0].windings[w].bus.bus, t[1].windings[w].bus.bus);
        EXPECT_EQ(t[0].windings[w].bus.nodes, t[1].windings[w].bus.nodes);
        EXPECT_EQ(t[0].windings[w].connection, t[1].windings[w].connection);
        EXPECT_EQ(t[0].windings[w].v_v, t[1].windings[w].v_v);
        EXPECT_EQ(t[0].windings[w].s_va, t[1].windings[w].s_va);
        EXPECT_DOUBLE_EQ(t[0].windings[w].r_pu, t[1].windings[w].r_pu);
        EXPECT_EQ(t[0].windings[w].tap_pu, t[1].windings[w].tap_pu);
    }
    EXPECT_DOUBLE_EQ(t[0].x_pu[0], t[1].x_pu[0]);
    EXPECT_DOUBLE_EQ(t[0].x_pu[0], 8e-5);
    EXPECT_THAT(t[0].windings[0].bus.nodes, testing::ElementsAre(1, 2, 3));
}

TEST(DssTransformer, OneRatingServesAllWindingsAndTheOtherOfTwo) {
    auto const t = circuit_of("New Transformer.one windings=3 buses=[a b c] wdg=1 kva=50\n"
                              "New Transformer.two buses=[a b] wdg=2 kva=70\n")
                       .transformers;
    EXPECT_EQ(t[0].windings[2].s_va, 50e3);
    EXPECT_EQ(t[1].windings[0].s_va, 70e3);
}

TEST(DssTransformer, TakesACentreTappedCodeAndKeepsItsOwnBuses) {
    auto const circuit = circuit_of(
        "New XfmrCode.CT25 phases=1 windings=3 kvs=[7.2 0.12 0.12] kVAs=[25 25 25] %imag=0.5\n"
        "~ %Rs=[0.6 1.2 1.2] %noloadloss=.2 Xhl=2.04 Xht=2.04 Xlt=1.36\n"
        "New Transformer.t XfmrCode=ct25 buses=[a.1 x.1.0 x.0.2] bank=pole\n"
        "CalcVoltageBases\n");
    auto const& t = circuit.transformers.at(0);
    EXPECT_EQ(t.phases, 1);
    ASSERT_EQ(t.windings.size(), 3U);
    EXPECT_THAT(t.windings[0].bus.nodes, testing::ElementsAre(1, 0));
    EXPECT_THAT(t.windings[1].bus.nodes, testing::ElementsAre(1, 0));
    EXPECT_THAT(t.windings[2].bus.nodes, testing::ElementsAre(0, 2));
    EXPECT_EQ(t.windings[2].v_v, 120.0);
    EXPECT_DOUBLE_EQ(t.windings[1].r_pu, 0.012);
    EXPECT_DOUBLE_EQ(t.x_pu[2], 0.0136);
    EXPECT_DOUBLE_EQ(t.no_load_loss_frac, 0.002);
    EXPECT_DOUBLE_EQ(t.magnetising_frac, 0.005);
    EXPECT_EQ(t.bank, "pole");
    EXPECT_NEAR(circuit.buses.at("x").v_ln_v, 208.0 / std::sqrt(3.0), 1e-9);
}

TEST(DssTransformer, EditsTheWindingThatWasNamedLast) {
    auto const t =
        circuit_of("New Transformer.t buses=[a b]\nTransformer.t.wdg=1 Tap=1.025\n"
                   "Transformer.t.Taps=[1.0 1.0625]\n~ MaxTap=1.2 MinTap=0.8 NumTaps=16\n")
            .transformers.at(0);
    EXPECT_EQ(t.windings[0].tap_pu, 1.0);
    EXPECT_EQ(t.windings[1].tap_pu, 1.0625);
    EXPECT_EQ(t.windings[1].tap_max_pu, 1.2);
    EXPECT_EQ(t.windings[1].taps, 16);
    EXPECT_EQ(t.windings[0].tap_max_pu, 1.1);
}

TEST(DssTransformer, KeepsADisabledOneAndKnowsEuropeanLead) {
    auto const t =
        circuit_of("New Transformer.t buses=[a b] LeadLag=Euro enabled=no").transformers.at(0);
    EXPECT_TRUE(t.lead_lag_euro);
    EXPECT_FALSE(t.enabled);
}

// --- loads ---

TEST(DssLoad, TakesPowerInAnyOfItsForms) {
    struct Case {
        std::string words;
        double p_kw;
        double q_kvar;
    };
    std::vector<Case> const cases{
        {"", 10.0, 10.0 * std::sqrt(1 / 0.7744 - 1)},
        {"kW=100 pf=0.8", 100.0, 75.0},
        {"pf=0.8 kW=100", 100.0, 75.0},
        {"kW=100 pf=-0.8", 100.0, -75.0},
        {"kW=-100 pf=0.8", -100.0, -75.0},
        {"kW=100 kvar=30", 100.0, 30.0},
        {"kVA=100 pf=0.6", 60.0, 80.0},
        {"xfkVA=50 allocationfactor=0.4 pf=1", 20.0, 0.0},
        {"kW=100 kvar=75\nEdit Load.l kW=200", 200.0, 150.0}, // the power factor is kept
        {"kvar=30 kW=100 pf=0.8", 100.0, 75.0},               // kW counts from here with pf
    };
    for (auto const& c : cases) {
        auto const load = circuit_of("New Load.l bus1=a " + c.words).loads.at(0);
        EXPECT_NEAR(load.p_w, c.p_kw * 1e3, 1e-6) << c.words;
        EXPECT_NEAR(load.q_var, c.q_kvar * 1e3, 1e-6) << c.words;
    }
}

TEST(DssLoad, HasAConductorForEachPhaseAndANeutralUnlessDelta) {
    auto const loads = circuit_of("New Load.w3 bus1=a\nNew Load.w1 phases=1 bus1=a.3\n"
                                  "New Load.d3 bus1=a conn=delta\n"
                                  "New Load.d1 phases=1 bus1=a.2.3 conn=ll\n"
                                  "New Load.d2 phases=2 bus1=a.1.2.3 conn=delta\n"
                                  "New Load.n phases=1 bus1=a.1.4\n")
                           .loads;
    EXPECT_THAT(loads[0].bus.nodes, testing::ElementsAre(1, 2, 3, 0));
    EXPECT_THAT(loads[1].bus.nodes, testing::ElementsAre(3, 0));
    EXPECT_THAT(loads[2].bus.nodes, testing::ElementsAre(1, 2, 3));
    EXPECT_THAT(loads[3].bus.nodes, testing::ElementsAre(2, 3));
    EXPECT_THAT(loads[4].bus.nodes, testing::ElementsAre(1, 2, 3));
    EXPECT_THAT(loads[5].bus.nodes, testing::ElementsAre(1, 4));
}

TEST(DssLoad, FollowsTheLoadMultiplierUnlessItsStatusSaysNot) {
    auto const loads =
        circuit_of("New Load.v bus1=a kW=10 kvar=5\n"
                   "New Load.f bus1=a kW=10 kvar=5 status=fixed\n"
                   "New Load.e bus1=a kW=10 kvar=5 status=exempt\nSet LoadMult=0.5\n")
            .loads;
    EXPECT_EQ(loads[0].p_w, 5000.0);
    EXPECT_EQ(loads[0].q_var, 2500.0);
    EXPECT_EQ(loads[1].p_w, 10000.0);
    EXPECT_EQ(loads[2].p_w, 10000.0);
}

TEST(DssLoad, KeepsModelLimitsClassAndCoefficients) {
    auto const load = circuit_of("New Load.l bus1=a model=8 ZIPV=[0.2 0.3 0.5 0.1 0.2 0.7 0.6] "
                                 "class=2 Vminpu=0.7 Vmaxpu=1.3 Vlowpu=0.4 CVRwatts=0.8 CVRvars=3")
                          .loads.at(0);
    EXPECT_EQ(load.model, 8);
    EXPECT_THAT(load.zipv, testing::ElementsAre(0.2, 0.3, 0.5, 0.1, 0.2, 0.7, 0.6));
    EXPECT_EQ(load.load_class, 2);
    EXPECT_EQ(load.vmin_pu, 0.7);
    EXPECT_EQ(load.vmax_pu, 1.3);
    EXPECT_EQ(load.vlow_pu, 0.4);
    EXPECT_EQ(load.cvr_watts, 0.8);
    EXPECT_EQ(load.cvr_vars, 3.0);
}

TEST(DssLoad, ComesFromABillsEnergy) {
    auto const loads = circuit_of("New Load.a bus1=a kwh=7200 pf=0.8\n"
                                  "New Load.b bus1=a kwh=7200 kwhdays=10 Cfactor=3 pf=-0.8\n"
                                  "New Load.c bus1=a xfkVA=100 allocationfactor=0.4 pf=0.8\n")
                           .loads;
    EXPECT_NEAR(loads[0].p_w, 7200.0 / (30.0 * 24.0) * 4.0 * 1e3, 1e-9);
    EXPECT_NEAR(loads[0].q_var, 0.75 * loads[0].p_w, 1e-9);
    EXPECT_NEAR(loads[1].p_w, 7200.0 / 240.0 * 3.0 * 1e3, 1e-9);
    EXPECT_NEAR(loads[1].q_var, -0.75 * loads[1].p_w, 1e-9);
    EXPECT_NEAR(loads[2].p_w, 100.0 * 0.4 * 0.8 * 1e3, 1e-9);
}

TEST(DssLoad, OfFixedReactivePowerMultipliesItsRealPowerOnly) {
    auto const loads = circuit_of("Set LoadMult=2\nNew Load.p bus1=a kW=10 kvar=5 model=1\n"
                                  "New Load.q bus1=a kW=10 kvar=5 model=6\n"
                                  "New Load.x bus1=a kW=10 kvar=5 model=7\n")
                           .loads;
    EXPECT_EQ(loads[0].q_var, 10e3);
    for (std::size_t k = 1; k < 3; ++k) {
        EXPECT_EQ(loads[k].p_w, 20e3);
        EXPECT_EQ(loads[k].q_var, 5e3);
    }
}

TEST(DssLoad, HasTheNeutralImpedanceItStates) {
    auto const loads = circuit_of("New Load.open bus1=a.1.2.3.4\n"
                                  "New Load.solid bus1=a.1.2.3.4 Rneut=0\n"
                                  "New Load.coil bus1=a.1.2.3.4 Rneut=2 Xneut=3\n"
                                  "New Load.delta bus1=a conn=delta Rneut=2\n")
                           .loads;
    EXPECT_EQ(load_neutral_admittance(loads[0]), Complex{});
    EXPECT_EQ(load_neutral_admittance(loads[1]), Complex(1e6, 0.0));
    expect_near(load_neutral_admittance(loads[2]), 1.0 / Complex(2, 3));
    EXPECT_EQ(load_neutral_admittance(loads[3]), Complex{});
}

TEST(DssLoad, ALowerLimitBelowVlowpuLeavesNothingBetween) {
    auto const loads = circuit_of("New Load.a bus1=a Vminpu=0.4\nNew Load.b bus1=a Vminpu=0 "
                                  "Vlowpu=0\n")
                           .loads;
    EXPECT_EQ(loads[0].vlow_pu, 0.5);
    EXPECT_NEAR(loads[0].vmin_pu, 0.5, 1e-8);
    EXPECT_GT(loads[0].vmin_pu, 0.5);
    EXPECT_GT(loads[1].vmin_pu, 0.0);
}

TEST(DssTransformer, ACodeLeavesWhatItDoesNotState) {
    auto const t = circuit_of("New XfmrCode.c phases=3 windings=3 XHL=5 XHT=6 XLT=7 kVAs=[900 600 "
                              "300] kVs=[115 12.47 4.16] normhkVA=1234\n"
                              "New Transformer.t LeadLag=Euro bank=b wdg=2 bus=b XfmrCode=c "
                              "kV=12.0 buses=[a b c]\n")
                       .transformers.at(0);
    EXPECT_TRUE(t.lead_lag_euro);
    EXPECT_EQ(t.bank, "b");
    EXPECT_EQ(t.windings.at(1).v_v, 12000.0) << "winding 2 is still the active one";
    EXPECT_EQ(t.windings[2].s_va, 300e3);
    EXPECT_EQ(t.rating_va, 1234e3);
    EXPECT_THAT(t.x_pu, testing::Pointwise(testing::DoubleNear(1e-15), {0.05, 0.06, 0.07}));
}

TEST(DssTransformer, RatesItselfAtATenthMoreUnlessItSays) {
    auto const t = circuit_of("New Transformer.a buses=[a b] kVAs=[500 500]\n"
                              "New Transformer.b buses=[a b] kVAs=[500 500] normhkVA=600\n"
                              "New Transformer.c XHL=4 windings=3 kVA=200 buses=[a b c]\n")
                       .transformers;
    EXPECT_NEAR(t[0].rating_va, 550e3, 1e-6);
    EXPECT_NEAR(t[1].rating_va, 600e3, 1e-6);
    EXPECT_NEAR(t[2].rating_va, 220e3, 1e-6);
    EXPECT_EQ(t[2].x_pu.at(0), 0.04) << "stated before the third winding";
}

TEST(DssTransformer, XhlIsNotForFourWindings) {
    auto const read = read_with_source("New Transformer.t windings=4 buses=[a b c d] XHL=4\n");
    EXPECT_EQ(read.diagnostics.text(),
              "main.dss:2:50: XHL of transformer 't' with 4 windings; expected Xscarray=[6 "
              "numbers]\n");
}

// --- capacitors, regulator controls ---

TEST(DssCapacitor, DividesTheBankIntoItsSteps) {
    auto const c = circuit_of("New Capacitor.one bus1=a kvar=600 kv=12.47\n"
                              "New Capacitor.even bus1=a kvar=600 numsteps=3 states=[1 0]\n"
                              "New Capacitor.each bus1=a.2 phases=1 kvar=[100 200] kv=7.2\n"
                              "New Capacitor.delta bus1=a conn=delta\n"
                              "New Capacitor.series bus1=a bus2=b\n")
                       .capacitors;
    EXPECT_THAT(c[0].q_var, testing::ElementsAre(600e3));
    EXPECT_THAT(c[0].bus1.nodes, testing::ElementsAre(1, 2, 3));
    EXPECT_THAT(c[0].bus2.nodes, testing::ElementsAre(0, 0, 0));
    EXPECT_THAT(c[1].q_var, testing::ElementsAre(200e3, 200e3, 200e3));
    EXPECT_THAT(c[1].closed, testing::ElementsAre(true, false, true));
    EXPECT_THAT(c[2].q_var, testing::ElementsAre(100e3, 200e3));
    EXPECT_EQ(c[3].connection, Connection::delta);
    EXPECT_TRUE(c[3].bus2.nodes.empty());
    EXPECT_EQ(c[4].bus2.bus, "b");
}

TEST(DssRegControl, PointsAtTheTransformersRowAndWinding) {
    auto const circuit = circuit_of(
        "New Transformer.t1 buses=[a b]\nNew Transformer.t2 buses=[a c]\n"
        "New RegControl.r transformer=T2 winding=2 vreg=122 band=2 ptratio=20 ctprim=700 R=3 X=9\n"
        "~ delay=30 tapdelay=4 maxtapchange=1\n"
        "New RegControl.s like=r transformer=t1\n");
    ASSERT_EQ(circuit.regulators.size(), 2U);
    auto const& r = circuit.regulators[0];
    EXPECT_EQ(r.transformer, 1U);
    EXPECT_EQ(r.winding, 1U);
    EXPECT_EQ(r.v_reg_v, 122.0);
    EXPECT_EQ(r.band_v, 2.0);
    EXPECT_EQ(r.pt_ratio, 20.0);
    EXPECT_EQ(r.ct_primary_a, 700.0);
    EXPECT_EQ(r.r_v, 3.0);
    EXPECT_EQ(r.x_v, 9.0);
    EXPECT_EQ(r.delay_s, 30.0);
    EXPECT_EQ(r.tap_delay_s, 4.0);
    EXPECT_EQ(r.max_tap_change, 1);
    EXPECT_EQ(circuit.regulators[1].transformer, 0U);
}

} // namespace
} // namespace gridtwin::grid
