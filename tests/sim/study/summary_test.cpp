// The figures of one solution against hand calculation.
#include "sim/study/format.hpp"
#include "sim/study/phase_voltage.hpp"
#include "sim/study/text.hpp"
#include "tests/sim/study/script.hpp"

#include <cmath>
#include <numbers>

namespace gridtwin::study {
namespace {

class StudySummary : public ScriptTest {};

TEST_F(StudySummary, HoldsTransformersOfResistanceAlone) {
    auto const study =
        solve(text(kTwoBuses) + "New Transformer.t buses=(a c) kVs=(4.16 0.4) kVAs=(100 100) XHL=0 "
                                "%Rs=(1 1)\nNew Load.l bus1=c kV=0.4 kW=50 kvar=0 model=2\n"
                                "Set VoltageBases=[4.16 0.4]\nCalcVoltageBases\nSolve\n");
    // 2 pu of load behind 0.02 pu.
    EXPECT_EQ(study.summary.voltage.lowest.bus, "c");
    EXPECT_NEAR(study.summary.voltage.lowest.u_pu, 2.0 / 2.02, 1e-6);
    EXPECT_THROW(static_cast<void>(
                     solve(text(kTwoBuses) + "New Transformer.t buses=(a c) XHL=0 %Rs=(0 0)\n")),
                 InputError);
}

TEST_F(StudySummary, HasNoRatioToNothing) {
    EXPECT_EQ(power_factor_text({3e-9, -2e-9}), "-");
    EXPECT_EQ(power_factor({0.3, 0.2}), 0.0);
    EXPECT_EQ(power_factor_text({800.0, 600.0}), "0.800 lagging");
    EXPECT_EQ(share_text(16e3, 1e-20), "-");
    EXPECT_EQ(share_text(16e3, -1.0), "-");
    EXPECT_EQ(share_text(10.0, 1000.0), "1.00 %");
    auto const page =
        summary_text(solve(text(kTwoBuses) +
                           "New Load.l bus1=b kV=4.16 kW=1e-9 kvar=0\nCalcVoltageBases\nSolve\n"),
                     "a.dss", {});
    EXPECT_NE(page.find("- of load"), std::string::npos) << page;
    EXPECT_NE(page.find("pf -"), std::string::npos) << page;
}

TEST_F(StudySummary, FindsTheUnbalanceOfThreeKnownPhasors) {
    // Phases of 1.00, 0.96 and 1.02 times 2400 V, 120 degrees apart, held by three sources.
    auto const study = solve(R"(
New Circuit.c bus1=a.1 phases=1 basekv=2.4 pu=1.00 angle=0 R1=0 X1=1e-6 R0=0 X0=1e-6
New Vsource.b bus1=a.2 phases=1 basekv=2.4 pu=0.96 angle=-120 R1=0 X1=1e-6 R0=0 X0=1e-6
New Vsource.c bus1=a.3 phases=1 basekv=2.4 pu=1.02 angle=120 R1=0 X1=1e-6 R0=0 X0=1e-6
New Load.l bus1=a.1 phases=1 kV=2.4 kW=1 kvar=0
Set VoltageBases=[4.156921938]
CalcVoltageBases
Solve
)");
    // |V2/V1| = |1.00 + 0.96 a + 1.02 a^2| / (1.00 + 0.96 + 1.02), from the magnitudes alone.
    double const re = 1.00 - (0.96 + 1.02) / 2.0;
    double const im = (0.96 - 1.02) * std::numbers::sqrt3 / 2.0;
    double const v2 = std::hypot(re, im) / (1.00 + 0.96 + 1.02);
    EXPECT_EQ(study.summary.unbalance.buses, 1U);
    EXPECT_NEAR(study.summary.unbalance.iec_frac, v2, 1e-6);
    // Line voltages by the law of cosines, 120 degrees between phases.
    auto const between = [](double a, double b) { return std::sqrt(a * a + b * b + a * b); };
    double const ab = between(1.00, 0.96);
    double const bc = between(0.96, 1.02);
    double const ca = between(1.02, 1.00);
    double const mean = (ab + bc + ca) / 3.0;
    double const nema = std::max({std::abs(ab - mean), std::abs(bc - mean), std::abs(ca - mean)});
    EXPECT_NEAR(study.summary.unbalance.nema_frac, nema / mean, 1e-6);
    EXPECT_EQ(study.summary.unbalance.nema_bus, "a");
}

TEST_F(StudySummary, CountsNodesOutsideOfTheLimitsAndNamesTheExtremes) {
    // Impedances as loads: with 23.04 ohm behind 1 ohm, u = 23.04 / 24.04 = 0.95840.
    auto const script = text(kTwoBuses) +
                        "New Load.l bus1=b.2 phases=1 kV=2.4 kW=250 kvar=0 model=2\n"
                        "CalcVoltageBases\nSolve\n";
    double const u_pu = 23.04 / 24.04;
    StudyOptions options;
    options.limits = {0.96, 0.999, 1.0};
    auto const s = solve(script, options).summary.voltage;
    EXPECT_EQ(s.nodes, 6U);
    EXPECT_EQ(s.lowest.bus, "b");
    EXPECT_EQ(s.lowest.phase, 2);
    EXPECT_NEAR(s.lowest.u_pu, u_pu, 1e-6);
    EXPECT_EQ(s.below, 1U);
    EXPECT_EQ(s.above, 5U) << "the other five stand at 1 pu";
    EXPECT_EQ(s.without_base, 0U);
}

TEST_F(StudySummary, LoadsALineByItsWorstConductorAgainstItsRating) {
    auto const study = solve(text(kTwoBuses) +
                             "New Load.l bus1=b.2 phases=1 kV=2.4 kW=250 kvar=0 model=2\nSolve\n");
    double const i_a = 4160.0 / std::numbers::sqrt3 / (2400.0 * 2400.0 / 250e3 + 1.0);
    auto const& lines = study.summary.loading.lines;
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NEAR(lines[0].i_a, i_a, 1e-4);
    EXPECT_EQ(lines[0].conductor, 1U);
    EXPECT_NEAR(lines[0].frac(), i_a / 100.0, 1e-6);
    EXPECT_EQ(study.summary.loading.lines_overloaded, 0U);
    EXPECT_NEAR(study.summary.power.line_losses_va.real(), i_a * i_a * 1.0, 1e-2);
}

TEST_F(StudySummary, LoadsATransformerByItsWindingsRatedCurrent) {
    // 100 kVA delta-wye at 90 kW and nominal voltage: 90 % but for its small impedance.
    auto const study = solve(R"(
New Circuit.c bus1=a basekv=11 pu=1.0 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.t phases=3 windings=2 buses=(a b) conns=(delta wye) kVs=(11 0.4) kVAs=(100 100) XHL=0.001 %Rs=(0 0)
New Load.l bus1=b phases=3 kV=0.4 kW=90 kvar=0 model=2
New Line.unrated bus1=a bus2=c r1=1 x1=1 r0=1 x0=1 normamps=0
Set VoltageBases=[11 0.4]
CalcVoltageBases
Solve
)");
    auto const& l = study.summary.loading;
    ASSERT_EQ(l.transformers.size(), 1U);
    EXPECT_NEAR(l.transformers[0].frac(), 0.9, 1e-4);
    EXPECT_EQ(l.lines.size(), 0U);
    EXPECT_EQ(l.lines_unrated, 1U);
}

TEST_F(StudySummary, BalancesSourceAgainstLoadLossesAndShunts) {
    auto const s = run_study(own_feeder("ieee13"), {}).summary.power;
    EXPECT_LT(std::abs(s.source_va + s.generation_va - s.load_va - s.losses_va - s.shunt_va),
              1e-6 * std::abs(s.source_va));
    EXPECT_LT(s.shunt_va.imag(), -600e3) << "capacitors produce";
}

TEST_F(StudySummary, TakesASeriesReactorForALossAndAShuntOneNot) {
    auto const study =
        solve(text(kTwoBuses) + "New Reactor.s bus1=b bus2=c phases=3 X=2 R=0.5\n"
                                "New Reactor.p bus1=b phases=3 kv=4.16 kvar=100\n"
                                "New Load.l bus1=c phases=3 kV=4.16 kW=300 kvar=0 model=2\n"
                                "CalcVoltageBases\nSolve\n");
    auto const& p = study.summary.power;
    double const u_pu = study.solver->u_pu(study.solver->find_node("b", 1).value());
    EXPECT_NEAR(p.reactor_losses_va.imag() / p.reactor_losses_va.real(), 4.0, 1e-6);
    EXPECT_GT(p.reactor_losses_va.real(), 1e3);
    EXPECT_NEAR(p.shunt_va.imag(), 100e3 * u_pu * u_pu, 1.0);
    EXPECT_NEAR(p.losses_va.real(), p.line_losses_va.real() + p.reactor_losses_va.real(), 1e-6);
}

TEST_F(StudySummary, CountsDeadBusesIslandsAndTheirLoad) {
    auto const study = solve(text(kTwoBuses) + R"(
New Line.bc bus1=b bus2=c phases=3 r1=1 x1=0 r0=1 x0=0
New Line.cd bus1=c bus2=d phases=3 r1=1 x1=0 r0=1 x0=0
New Line.be bus1=b bus2=e phases=3 r1=1 x1=0 r0=1 x0=0
New Load.d bus1=d phases=3 kV=4.16 kW=50 kvar=0
New Load.e bus1=e phases=3 kV=4.16 kW=30 kvar=0
Open Line.bc
Open Line.be
CalcVoltageBases
Solve
)");
    EXPECT_EQ(study.summary.dead.buses, 3U);
    EXPECT_EQ(study.summary.dead.islands, 2U) << "c with d, and e";
    EXPECT_EQ(study.summary.dead.example, "c");
    EXPECT_DOUBLE_EQ(study.summary.power.dead_load_w, 80e3);
    EXPECT_EQ(study.summary.power.dead_loads, 2U);
    EXPECT_EQ(study.summary.voltage.nodes, 6U) << "dead nodes are not low ones";
    EXPECT_GT(study.summary.voltage.lowest.u_pu, 0.99);
}

TEST_F(StudySummary, ACircuitBehindAnOpenConductorIsDeadAndAnIslandOfItsOwn) {
    auto const study = solve(text(kTwoBuses) + R"(
New Line.bc bus1=b bus2=c phases=3 r1=1 x1=0 r0=1 x0=0
New Line.cd bus1=c.2 bus2=d.2 phases=1 r1=1 x1=0 r0=1 x0=0
New Line.de bus1=d.2 bus2=e.2 phases=1 r1=1 x1=0 r0=1 x0=0
New Line.cf bus1=c.3 bus2=f.3 phases=1 r1=1 x1=0 r0=1 x0=0
New Load.e bus1=e.2 phases=1 kV=2.4 kW=5 kvar=0
New Load.f bus1=f.3 phases=1 kV=2.4 kW=5 kvar=0
Open Line.bc 1 2
Open Line.bc 1 3
CalcVoltageBases
Solve
)");
    EXPECT_EQ(study.summary.dead.buses, 3U) << "d and e, and f; c has phase 1";
    EXPECT_EQ(study.summary.dead.islands, 2U);
    EXPECT_DOUBLE_EQ(study.summary.power.dead_load_w, 10e3);
}

TEST_F(StudySummary, ALoadWithANeutralOfItsOwnHasSupply) {
    auto const study = solve(text(kTwoBuses) + "New Load.y bus1=b.1.2.3.4 phases=3 kV=4.16 kW=30\n"
                                               "CalcVoltageBases\nSolve\n");
    EXPECT_EQ(study.summary.power.dead_loads, 0U);
    EXPECT_NEAR(study.summary.power.load_va.real(), 30e3, 1.0);
}

TEST_F(StudySummary, NamesALoadOnADeadPhaseOfALiveBus) {
    auto const study = solve(text(kTwoBuses) + R"(
New Line.bc bus1=b.1 bus2=c.1 phases=1 r1=1 x1=0 r0=1 x0=0
New Load.right bus1=c.1 phases=1 kV=2.4 kW=5 kvar=0
New Load.typo bus1=c.2 phases=1 kV=2.4 kW=7 kvar=0
CalcVoltageBases
Solve
)");
    EXPECT_EQ(study.summary.dead.buses, 0U);
    EXPECT_EQ(study.summary.power.dead_loads, 1U);
    EXPECT_EQ(study.summary.dead.load, "load.typo at c.2");
    EXPECT_NE(
        summary_text(study, "a.dss", {}).find("1 load without supply (load.typo at c.2), 7.0"),
        std::string::npos);
}

TEST_F(StudySummary, MeasuresAnUngroundedNetworkToItsOwnNeutral) {
    auto const study = solve(R"(
New Circuit.c bus1=a basekv=4.16 pu=1.0 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.t phases=3 windings=2 buses=(a b) conns=(delta delta) kVs=(4.16 0.48) kVAs=(100 100) XHL=2 %Rs=(0.5 0.5)
New Load.l bus1=b.1.2 phases=1 conn=delta kV=0.48 kW=10 kvar=0
Set VoltageBases=[4.16 0.48]
CalcVoltageBases
Solve
)");
    EXPECT_EQ(study.summary.voltage.floating, 3U);
    auto const frame = make_node_frame(*study.solver);
    auto const& floating = frame.floating;
    auto const u_pu = phase_voltages_pu(*study.solver, frame);
    for (int phase = 1; phase <= 3; ++phase) {
        auto const b = study.solver->find_node("b", phase).value();
        EXPECT_EQ(floating[b], 1U);
        EXPECT_EQ(floating[study.solver->find_node("a", phase).value()], 0U);
        EXPECT_NEAR(u_pu[b], 1.0, 0.01);
    }
}

TEST_F(StudySummary, AFloatingTwoWireSecondaryIsMeasuredAcrossItsConductors) {
    // 7.2 kV : 240 V, nothing but the shunts of 1 ppm ties it to ground. The load is an impedance
    // of 5.76 ohm, the leakage 2 % of 2.304 ohm.
    auto const study = solve(R"(
New Circuit.c bus1=m basekv=12.47 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.p phases=1 windings=2 buses=(m.1 s.1.2) kVs=(7.2 0.24) kVAs=(25 25) XHL=2 %Rs=(0 0)
New Line.l phases=2 bus1=s.1.2 bus2=t.1.2 r1=1e-6 x1=0 r0=1e-6 x0=0 C1=0 C0=0 length=1
New Load.g bus1=t.1.2 phases=1 kV=0.24 kW=10 kvar=0 model=2
Set VoltageBases=[12.47 0.24]
CalcVoltageBases
Solve
)");
    double const expected =
        12470.0 / std::sqrt(3.0) / 7200.0 / std::abs(Complex(1.0, 0.04608 / 5.76));
    auto const u_pu = phase_voltages_pu(*study.solver, make_node_frame(*study.solver));
    for (auto const* bus : {"s", "t"}) {
        for (int phase = 1; phase <= 2; ++phase) {
            EXPECT_NEAR(u_pu[study.solver->find_node(bus, phase).value()], expected, 1e-5);
        }
    }
    auto const& v = study.summary.voltage;
    EXPECT_EQ(v.nodes, 7U);
    EXPECT_EQ(v.floating, 4U);
    EXPECT_EQ(v.across, 4U);
    EXPECT_EQ(v.unmeasured, 0U);
    EXPECT_GT(v.lowest.u_pu, 0.999);
    EXPECT_LT(v.highest.u_pu, 1.001);
    auto const page = summary_text(study, "a.dss", {});
    EXPECT_NE(page.find("4 nodes without a path to ground: measured between the bus's two "
                        "conductors"),
              std::string::npos);
    EXPECT_EQ(page.find("own neutral"), std::string::npos);
}

TEST_F(StudySummary, TwoConductorsOfAFloatingThreePhaseNetworkAreMeasuredAsItsOtherBusesAre) {
    auto const study = solve(R"(
New Circuit.c bus1=m basekv=12.47 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.t windings=2 buses=(m d) conns=(wye delta) kVs=(12.47 4.16) kVAs=(1000 1000) XHL=5 %Rs=(0 0)
New Line.l phases=2 bus1=d.1.2 bus2=e.1.2 r1=1e-6 x1=0 r0=1e-6 x0=0 C1=0 C0=0 length=1
New Line.one phases=1 bus1=d.3 bus2=f.3 r1=1e-6 x1=0 r0=1e-6 x0=0 C1=0 C0=0 length=1
New Load.x bus1=e.1.2 phases=1 kV=4.16 kW=1 kvar=0
Set VoltageBases=[12.47 4.16]
CalcVoltageBases
Solve
)");
    auto const u_pu = phase_voltages_pu(*study.solver, make_node_frame(*study.solver));
    EXPECT_NEAR(u_pu[study.solver->find_node("e", 1).value()], 1.0, 1e-3);
    EXPECT_NEAR(u_pu[study.solver->find_node("e", 2).value()], 1.0, 1e-3);
    EXPECT_TRUE(std::isnan(u_pu[study.solver->find_node("f", 3).value()])) << "to what?";
    auto const& v = study.summary.voltage;
    EXPECT_EQ(v.nodes, 8U) << "all but f.3";
    EXPECT_EQ(v.floating, 6U);
    EXPECT_EQ(v.across, 2U);
    EXPECT_EQ(v.unmeasured, 1U);
    auto const page = summary_text(study, "a.dss", {});
    for (auto const* line : {"3 nodes without a path to ground: measured to the bus's own neutral",
                             "2 nodes without a path to ground: measured between the bus's two",
                             "1 node without a path to ground: left out"}) {
        EXPECT_NE(page.find(line), std::string::npos) << line;
    }
}

TEST_F(StudySummary, TransformersAreLoadedAgainstTheRatingTheyState) {
    auto const script = [](std::string const& rating) {
        return R"(
New Circuit.c bus1=s basekv=12.47 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.t phases=3 windings=2 buses=(s r) kVs=(12.47 .48) kVAs=(500 500) XHL=0.01 %Rs=(0 0) )" +
               rating + R"(
New Load.l bus1=r kV=.48 kW=520 kvar=0
Set VoltageBases=[12.47 .48]
CalcVoltageBases
Solve
)";
    };
    auto const loading = [&](std::string const& rating) {
        return solve(script(rating)).summary.loading.transformers.at(0);
    };
    EXPECT_NEAR(loading("").frac(), 520.0 / 500.0, 1e-4) << "the nameplate, unless stated";
    EXPECT_NEAR(loading("normhkVA=750").frac(), 520.0 / 750.0, 1e-4);
    EXPECT_NEAR(loading("normhkVA=750").rating_a * 12470.0 * std::sqrt(3.0), 750e3, 1.0);
}

TEST_F(StudySummary, ALineThatStatesTheDefaultIsNotCountedAsUnrated) {
    std::string const two = text(kTwoBuses);
    EXPECT_EQ(solve(two + "Line.ab.normamps=400\nSolve\n").summary.loading.lines_default_rated, 0U);
    EXPECT_EQ(solve(two + "New Line.c bus1=b bus2=c r1=1 length=1\nSolve\n")
                  .summary.loading.lines_default_rated,
              1U);
}

TEST_F(StudySummary, SaysWhichDeviceWouldActOnTheStateThatIsSolvedWithoutIt) {
    // 95.8 A at the fuse: 1.92 times its rating; the curve says 100 s at twice, 1000 s at once.
    auto const script = text(kTwoBuses) + R"(
New TCC_Curve.k npts=2 C_array=(1 2) T_array=(1000 100)
New Load.l bus1=b.2 phases=1 kV=2.4 kW=250 kvar=0 model=2
New Fuse.f MonitoredObj=line.ab MonitoredTerm=1 FuseCurve=k RatedCurrent=)";
    auto const blows = solve(script + "50\nSolve\n").summary;
    EXPECT_EQ(blows.protection.devices, 1U);
    EXPECT_EQ(blows.protection.device, "fuse.f");
    double const i_a = 4160.0 / std::numbers::sqrt3 / 24.04;
    double const slope = std::log(0.1) / std::log(2.0); // log-log between the two points
    EXPECT_NEAR(blows.protection.after_s, 1000.0 * std::pow(i_a / 50.0, slope), 0.01);
    EXPECT_EQ(blows.dead.buses, 0U) << "it does not act";
    EXPECT_EQ(solve(script + "200\nSolve\n").summary.protection.device, "");
}

TEST_F(StudySummary, SaysWhichTapsStandAtTheirLimit) {
    auto const study = solve(R"(
New Circuit.c bus1=a basekv=4.16 pu=0.80 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.t phases=3 windings=2 buses=(a b) kVs=(4.16 4.16) kVAs=(1000 1000) XHL=0.1 %Rs=(0 0)
New RegControl.r transformer=t winding=2 vreg=120 band=2 ptratio=20
New Load.l bus1=b phases=3 kV=4.16 kW=10 kvar=0 vminpu=0.5 vlowpu=0.3
Set VoltageBases=[4.16]
CalcVoltageBases
Solve
)");
    ASSERT_EQ(study.summary.taps.size(), 1U);
    auto const& tap = study.summary.taps[0];
    EXPECT_EQ(tap.position, 16);
    EXPECT_TRUE(tap.at_limit());
    EXPECT_NE(summary_text(study, "a.dss", {}).find("r +16 AT LIMIT"), std::string::npos);
}

TEST_F(StudySummary, FitsOnOneScreen) {
    auto const study = run_study(own_feeder("ieee13"), {});
    auto const text = summary_text(study, "ieee13.dss", {});
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 40);
    std::size_t longest = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = text.find('\n', at);
        longest = std::max(longest, end - at);
        at = end + 1;
    }
    EXPECT_LE(longest, 110U);
    for (auto const* part : {"ieee13 (ieee13.dss)", "lowest   0.9608 pu  611.3", "reg1 +9",
                             "3.25 % of load", "pf 0.899 lagging", "xfm1                118 %"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
}

TEST(StudyFormat, WritesNumbersAsEngineersDo) {
    EXPECT_EQ(kw_text(3567050.4), "3567.1 kW");
    EXPECT_EQ(kw_text(12345678.0), "12346 kW");
    EXPECT_EQ(kw_text(1.5), "0.002 kW");
    EXPECT_EQ(kvar_text(-0.0), "0 kvar");
    EXPECT_EQ(percent_text(0.0325), "3.25 %");
    EXPECT_EQ(percent_text(1.18), "118 %");
    EXPECT_EQ(power_factor_text({100.0, 0.0}), "1.000");
    EXPECT_EQ(power_factor_text({80.0, 60.0}), "0.800 lagging");
    EXPECT_EQ(power_factor_text({80.0, -60.0}), "0.800 leading");
    EXPECT_EQ(power_factor_text({-80.0, -60.0}), "0.800 lagging") << "fed back with Q as with P";
    EXPECT_EQ(power_factor_text({}), "-");
    EXPECT_EQ(clock_text(9.0 * 3600 + 26 * 60), "09:26");
    EXPECT_EQ(clock_text(86400.0), "24:00");
    EXPECT_EQ(clock_text(86400.0 + 90.0), "day 2 00:01:30");
    EXPECT_EQ(duration_text(900.0), "15 min");
    EXPECT_EQ(duration_text(3600.0), "1 h");
    EXPECT_EQ(duration_text(90.0), "90 s");
}

} // namespace
} // namespace gridtwin::study
