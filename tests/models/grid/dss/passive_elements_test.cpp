// Reactors and faults, stated in every way, against hand calculation from the element reference.
#include "models/grid/admittance.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <numbers>

namespace gridtwin::grid {
namespace {

using test::circuit_of;
using test::mistakes_of;

void expect_near(Complex actual, Complex expected, double relative = 1e-12) {
    EXPECT_LE(std::abs(actual - expected), relative * std::abs(expected))
        << actual << " for " << expected;
}

Reactor reactor_of(std::string const& properties) {
    return circuit_of("New Reactor.r bus1=a " + properties).reactors.at(0);
}

Complex branch_z(Reactor const& r) {
    return 1.0 / r.y_s.at(0);
}

// --- reactors ---

TEST(DssReactor, TakesKvarAsTheWholeBanksAtRatedVoltage) {
    // 600 kvar at 12.47 kV between lines: each phase (12.47^2 / 0.6) ohm
    expect_near(branch_z(reactor_of("kvar=600 kv=12.47")), {0.0, 12.47 * 12.47 / 0.6});
    expect_near(branch_z(reactor_of("kvar=600 kv=12.47 R=2")), {2.0, 12.47 * 12.47 / 0.6});
    // in delta each branch has a third of the kvar at the voltage between lines
    expect_near(branch_z(reactor_of("kvar=600 kv=12.47 conn=delta")), {0.0, 12.47 * 12.47 / 0.2});
    expect_near(branch_z(reactor_of("phases=1 kvar=200 kv=7.2")), {0.0, 7.2 * 7.2 / 0.2});
    expect_near(branch_z(reactor_of("")), {0.0, 12.47 * 12.47 / 0.1}); // the reference's default
}

TEST(DssReactor, TakesOhmsMillihenriesAndAParallelResistance) {
    expect_near(branch_z(reactor_of("R=1 X=2")), {1.0, 2.0});
    expect_near(branch_z(reactor_of("X=2 R=1")), {1.0, 2.0});
    expect_near(branch_z(reactor_of("Z=[3 4]")), {3.0, 4.0});
    expect_near(branch_z(reactor_of("R=1 LmH=10")), {1.0, 2.0 * std::numbers::pi * 60.0 * 0.01});
    expect_near(reactor_of("R=0 X=5 Rp=100").y_s[0], {0.01, -0.2});
    // the last way stated counts
    expect_near(branch_z(reactor_of("X=2 kvar=600 kv=12.47")), {0.0, 12.47 * 12.47 / 0.6});
}

TEST(DssReactor, ReversePolishReactanceOfTheIeee8500Substation) {
    auto const r = reactor_of("bus2=b r=0 x=(1.051 0.88 0.001 3 * - - 115 12.47 / sqr *) "
                              "normamps=400");
    double const ratio = 115.0 / 12.47;
    expect_near(branch_z(r), {0.0, (1.051 - (0.88 - 0.003)) * ratio * ratio});
    EXPECT_EQ(r.rating_a, 400.0);
    EXPECT_EQ(r.bus2.bus, "b");
    EXPECT_THAT(r.bus2.nodes, testing::ElementsAre(1, 2, 3));
}

TEST(DssReactor, TakesMatricesInSeriesOrInParallel) {
    auto const series = reactor_of("bus2=b phases=2 Rmatrix=[1 | 0.5 2] Xmatrix=[3 | 1 4]");
    // times its impedance it is one
    Complex const z11(1, 3);
    Complex const z12(0.5, 1);
    Complex const z22(2, 4);
    expect_near(series.y_s[0] * z11 + series.y_s[1] * z12, 1.0);
    expect_near(series.y_s[2] * z12 + series.y_s[3] * z22, 1.0);
    EXPECT_LT(std::abs(series.y_s[0] * z12 + series.y_s[1] * z22), 1e-15);
    auto const parallel = reactor_of("phases=2 Rmatrix=[2 | 0 4] Xmatrix=[5 | 0 10] parallel=yes");
    expect_near(parallel.y_s[0], {0.5, -0.2});
    expect_near(parallel.y_s[3], {0.25, -0.1});
}

/// The sequence impedances that a phase admittance shows to balanced voltages of each sequence.
std::array<Complex, 3> sequence_impedances(Reactor const& r) {
    Complex const a = std::polar(1.0, 2.0 * std::numbers::pi / 3.0);
    std::array<Complex, 3> out;
    std::array<Complex, 3> const turns{1.0, std::conj(a), a}; // zero, positive, negative
    for (std::size_t s = 0; s < 3; ++s) {
        std::array<Complex, 3> const v{1.0, turns[s], turns[s] * turns[s]};
        Complex i_a;
        for (std::size_t k = 0; k < 3; ++k) {
            i_a += r.y_s[k] * v[k];
        }
        out[s] = 1.0 / i_a;
    }
    return out;
}

TEST(DssReactor, ShowsItsSequenceImpedancesToEachSequence) {
    auto const all = sequence_impedances(reactor_of("Z1=[1 10] Z2=[2 7] Z0=[3 20]"));
    expect_near(all[0], {3, 20}, 1e-12);
    expect_near(all[1], {1, 10}, 1e-12);
    expect_near(all[2], {2, 7}, 1e-12);
    for (Complex const z : sequence_impedances(reactor_of("Z1=[1 10]"))) {
        expect_near(z, {1, 10}, 1e-12); // the others follow
    }
}

TEST(DssReactor, IsAShuntUnlessItHasASecondBus) {
    auto const shunt = reactor_of("X=1");
    EXPECT_THAT(shunt.bus2.nodes, testing::ElementsAre(0, 0, 0));
    auto const floating = reactor_of("X=1 bus2=a.4.4.4");
    EXPECT_THAT(floating.bus2.nodes, testing::ElementsAre(4, 4, 4));
    auto const neutral =
        circuit_of("New Reactor.n phases=1 bus1=a.4 bus2=a.0 R=15 X=0").reactors.at(0);
    EXPECT_THAT(neutral.bus1.nodes, testing::ElementsAre(4));
    EXPECT_THAT(neutral.bus2.nodes, testing::ElementsAre(0));
    expect_near(branch_z(neutral), {15.0, 0.0});
}

TEST(DssReactor, IsNotMadeFromWhatCannotBeMeant) {
    EXPECT_EQ(mistakes_of("New Reactor.r bus1=a R=0 X=0\n"),
              "main.dss:2:5: reactor 'r' has no impedance, or one without inverse; expected kvar, "
              "or R and X other than 0\n");
    EXPECT_EQ(mistakes_of("New Reactor.r bus1=a bus2=b X=1 conn=delta\n"),
              "main.dss:2:27: reactor 'r' is delta and has a bus2; expected bus1 alone\n");
    EXPECT_EQ(mistakes_of("New Reactor.r bus1=a phases=1 Z1=[1 2]\n"),
              "main.dss:2:5: reactor 'r' states Z1 and has phases=1; expected phases=3, or "
              "Z=[R, X]\n");
    EXPECT_EQ(mistakes_of("New Reactor.r bus1=a X=1 Z0=[1 2]\n"),
              "main.dss:2:5: reactor 'r' states Z0 or Z2 and another impedance than Z1; expected "
              "Z1=[R, X] with them\n");
    EXPECT_EQ(mistakes_of("New Reactor.r bus1=a Z=[1 2 3]\n"),
              "main.dss:2:24: Z of reactor 'r' has 3 numbers; expected [resistance, reactance]\n");
    EXPECT_EQ(mistakes_of("New Reactor.r bus1=a X=1 LCurve=c\n"),
              "main.dss:2:26: property 'LCurve' of reactor 'r' is not modelled\n");
    EXPECT_EQ(mistakes_of("New Reactor.r bus1=a Rmatrix=[1 2]\n"),
              "main.dss:2:30: Rmatrix of reactor 'r' has 1 row of 2 numbers; expected 3 x 3 for 3 "
              "phases at this point, or its lower triangle\n");
}

// --- faults ---

TEST(DssFault, IsABoltedOneToGroundUnlessStated) {
    auto const f = circuit_of("New Fault.f bus1=a.2\n"
                              "New Fault.zero bus1=a.2 r=0\n"
                              "New Fault.between bus1=a.1 bus2=a.2 r=5\n"
                              "New Fault.late bus1=a.1 ONtime=2 temporary=yes MinAmps=50\n"
                              "New Fault.coupled bus1=a phases=2 Gmatrix=[3 | -1 3]\n")
                       .faults;
    EXPECT_EQ(f[0].g_s, std::vector<double>{1e4});
    EXPECT_THAT(f[0].bus1.nodes, testing::ElementsAre(2));
    EXPECT_THAT(f[0].bus2.nodes, testing::ElementsAre(0));
    EXPECT_TRUE(f[0].on);
    EXPECT_EQ(f[1].g_s, std::vector<double>{1e4});
    EXPECT_EQ(f[2].g_s, std::vector<double>{0.2});
    EXPECT_THAT(f[2].bus2.nodes, testing::ElementsAre(2));
    EXPECT_FALSE(f[3].on);
    EXPECT_EQ(f[3].on_s, 2.0);
    EXPECT_TRUE(f[3].temporary);
    EXPECT_EQ(f[3].min_a, 50.0);
    EXPECT_THAT(f[4].g_s, testing::ElementsAre(3.0, -1.0, -1.0, 3.0));
}

// --- capacitors; their steps in kvar are in elements_test.cpp ---

Capacitor capacitor_of(std::string const& properties) {
    return circuit_of("New Capacitor.c bus1=a " + properties).capacitors.at(0);
}

constexpr double kOmega = 2.0 * std::numbers::pi * 60.0;

TEST(DssCapacitor, TakesMicrofaradsOfEachPhaseAndStep) {
    for (std::string const& rating :
         std::vector<std::string>{"kv=12.47", "kv=4.16", "kv=12.47 conn=delta"}) {
        DenseMatrix const y = capacitor_admittance(capacitor_of("cuf=10 " + rating));
        double const corner = rating.ends_with("delta") ? 2.0 : 1.0; // two branches meet there
        expect_near(y(0, 0), {0.0, corner * kOmega * 10e-6});
    }
    DenseMatrix const one = capacitor_admittance(capacitor_of("phases=1 kv=7.2 cuf=10"));
    expect_near(one(0, 0), {0.0, kOmega * 10e-6});
    DenseMatrix const steps = capacitor_admittance(capacitor_of("cuf=[10 5 2] states=[1 0 1]"));
    expect_near(steps(0, 0), {0.0, kOmega * 12e-6});
    DenseMatrix const same = capacitor_admittance(capacitor_of("cuf=10 numsteps=3"));
    expect_near(same(0, 0), {0.0, 3.0 * kOmega * 10e-6});
}

TEST(DssCapacitor, TakesAMatrixOfMicrofarads) {
    DenseMatrix const y =
        capacitor_admittance(capacitor_of("bus2=b phases=2 cmatrix=[10 | -2 12]"));
    expect_near(y(0, 0), {0.0, kOmega * 10e-6});
    expect_near(y(0, 1), {0.0, kOmega * -2e-6});
    expect_near(y(0, 3), {0.0, kOmega * 2e-6});
    expect_near(y(3, 3), {0.0, kOmega * 12e-6});
}

TEST(DssCapacitor, PutsItsSeriesImpedanceBeforeEachPhase) {
    double const x_c = 12.47 * 12.47 / 1.2;
    DenseMatrix const y = capacitor_admittance(capacitor_of("R=2 XL=30"));
    expect_near(1.0 / y(0, 0), {2.0, 30.0 - x_c});
    DenseMatrix const lossless = capacitor_admittance(capacitor_of("XL=30"));
    expect_near(1.0 / lossless(0, 0), {0.03, 30.0 - x_c}, 1e-12);
    // in delta it lies in the lines: to a positive sequence a delta of X is a wye of X / 3
    DenseMatrix const delta = capacitor_admittance(capacitor_of("R=2 XL=30 conn=delta"));
    Complex const y_pos = delta(0, 0) - delta(0, 1);
    expect_near(1.0 / y_pos, {2.0, 30.0 - x_c}, 1e-12);
    EXPECT_LT(std::abs(delta(0, 0) + delta(0, 1) + delta(0, 2)), 1e-12) << "no way to ground";
}

TEST(DssCapacitor, TunesItselfToAHarmonic) {
    double const x_c = 12.47 * 12.47 / 1.2;
    auto const c = capacitor_of("Harm=4.7");
    EXPECT_NEAR(c.x_ohm.at(0), x_c / (4.7 * 4.7), 1e-12 * x_c);
    EXPECT_NEAR(c.r_ohm.at(0), c.x_ohm[0] / 1000.0, 1e-15);
    // at 4.7 times the frequency the reactances cancel
    EXPECT_NEAR(4.7 * c.x_ohm[0], x_c / 4.7, 1e-12 * x_c);
    EXPECT_NEAR(capacitor_of("Harm=[5 7] kvar=[600 600]").x_ohm.at(1), 2.0 * x_c / 49.0, 1e-10);
    EXPECT_EQ(capacitor_of("Harm=5 XL=3").x_ohm.at(0), 3.0) << "the last word";
}

TEST(DssCapacitor, DividingABankKeepsItsImpedance) {
    DenseMatrix const whole = capacitor_admittance(capacitor_of("R=2 XL=30"));
    DenseMatrix const steps = capacitor_admittance(capacitor_of("R=2 XL=30 numsteps=4"));
    expect_near(steps(0, 0), whole(0, 0), 1e-12);
    auto const each = capacitor_of("numsteps=2 R=[2 3]");
    EXPECT_THAT(each.r_ohm, testing::ElementsAre(2.0, 3.0));
}

TEST(DssCapacitor, RefusesWhatDoesNotFit) {
    EXPECT_EQ(mistakes_of("New Capacitor.c bus1=a kvar=[1 2 3] R=[1 2]\n"),
              "main.dss:2:39: R of capacitor 'c' has 2 values for 3 steps; expected one, or one "
              "for each step\n");
    EXPECT_EQ(mistakes_of("New Capacitor.c bus1=a phases=1 cmatrix=[1] conn=delta\n"),
              "main.dss:2:41: capacitor 'c' states cmatrix with steps, delta or Harm; expected "
              "cmatrix in wye, one step, with R and XL\n");
}

} // namespace
} // namespace gridtwin::grid
