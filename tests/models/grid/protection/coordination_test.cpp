// Recloser and fuse on a feeder whose currents and times are on paper (lateral.hpp).
#include "tests/models/grid/protection/lateral.hpp"

namespace gridtwin::grid::protection {
namespace {

using test::at_s;
using test::kLateralFault;
using test::kMainFault;
using test::lateral_feeder;
using test::story;
using test::times_s;

// At 600 A: six times the recloser's pickup, half way between two points of curves A and D on
// logarithmic axes; fifteen times the fuse's rating, between (6, 1.4 s) and (22, 0.1 s).
double const kFast_s = std::sqrt(0.05 * 0.045);
double const kDelayed_s = 5.0 * std::sqrt(0.2 * 0.06);
double const kMelt_s = 1.4 * std::pow(15.0 / 6.0, std::log(0.1 / 1.4) / std::log(22.0 / 6.0));
constexpr double kOpening_s = 0.03;
constexpr double kArc_s = 0.01;
constexpr double kStrike_s = 1.0;
constexpr double kClose_s = 3e-9; ///< each of a few events is rounded up to the nanosecond

struct Case {
    FeederSolver solver;
    Devices devices;
    std::vector<LogEntry> log;

    Case(Circuit circuit, std::size_t fault, double until_s)
        : solver(std::move(circuit)), devices(make_devices(solver.circuit())) {
        ProtectionRun run;
        run.until = at_s(until_s);
        run.faults = {{at_s(kStrike_s), fault, true}};
        log = simulate_protection(solver, devices, run);
    }
    [[nodiscard]] bool fed(std::string_view bus, int phase) const {
        return solver.energised(*solver.find_node(bus, phase));
    }
};

TEST(Coordination, FaultCurrentsAreThoseOnPaper) {
    FeederSolver solver(lateral_feeder(1));
    solver.set_fault(kLateralFault, true);
    ASSERT_TRUE(solver.solve().converged);
    std::vector<Complex> i_a(6);
    solver.terminal_currents(ElementKind::line, 1, i_a);
    EXPECT_NEAR(std::abs(i_a[1]), 600.0, 1e-4);
    EXPECT_NEAR(std::abs(i_a[0]), 0.0, 1e-6);
    solver.set_fault(kLateralFault, false);
    solver.set_fault(kMainFault, true);
    ASSERT_TRUE(solver.solve().converged);
    solver.terminal_currents(ElementKind::line, 0, i_a);
    EXPECT_NEAR(std::abs(i_a[2]), 1200.0, 1e-3);
}

TEST(Coordination, FuseSavingTheFastCurveClearsATemporaryFaultBeforeTheFuseMelts) {
    Circuit c = lateral_feeder(1);
    c.faults[kLateralFault].temporary = true;
    Case const run(std::move(c), kLateralFault, 60.0);
    EXPECT_EQ(story(run.log),
              (std::vector<std::string>{"fault.lateral strikes", "recloser.r trips",
                                        "recloser.r opens", "fault.lateral clears by itself",
                                        "recloser.r recloses", "recloser.r resets"}));
    double const trip_s = kStrike_s + kFast_s;
    EXPECT_NEAR(times_s(run.log, "recloser.r", "trips").at(0), trip_s, kClose_s);
    EXPECT_NEAR(times_s(run.log, "recloser.r", "opens").at(0), trip_s + kOpening_s, kClose_s);
    EXPECT_NEAR(times_s(run.log, "recloser.r", "recloses").at(0), trip_s + kOpening_s + 0.5,
                kClose_s);
    EXPECT_NEAR(times_s(run.log, "recloser.r", "resets").at(0), trip_s + kOpening_s + 15.5,
                kClose_s);
    // the link carried the fault until the recloser's contacts opened, and has cooled since
    double const melted = (kFast_s + kOpening_s) / kMelt_s;
    double const cooling_s = 60.0 - (trip_s + kOpening_s);
    EXPECT_NEAR(run.devices.fuses[0].links[1].melted, melted * std::exp(-cooling_s / 300.0), 1e-6);
    EXPECT_EQ(run.devices.fuses[0].links[1].link, Link::whole);
    EXPECT_TRUE(run.fed("l", 2));
}

TEST(Coordination, FuseSavingThePermanentFaultIsClearedByTheFuseOnTheDelayedCurve) {
    Case const run(lateral_feeder(1), kLateralFault, 60.0);
    EXPECT_EQ(story(run.log),
              (std::vector<std::string>{"fault.lateral strikes", "recloser.r trips",
                                        "recloser.r opens", "recloser.r recloses", "fuse.f melts",
                                        "fuse.f clears", "recloser.r resets"}));
    // what melted during the fast operation is nearly all still there half a second later
    double const before = (kFast_s + kOpening_s) / kMelt_s * std::exp(-0.5 / 300.0);
    double const reclose_s = kStrike_s + kFast_s + kOpening_s + 0.5;
    double const melts_s = reclose_s + (1.0 - before) * kMelt_s;
    EXPECT_NEAR(times_s(run.log, "fuse.f", "melts").at(0), melts_s, 2e-7);
    EXPECT_NEAR(times_s(run.log, "fuse.f", "clears").at(0), melts_s + kArc_s, 2e-7);
    EXPECT_LT(melts_s + kArc_s, reclose_s + kDelayed_s); // which is what coordination means
    // only the faulted phase of the lateral is lost
    EXPECT_EQ(run.devices.switches[0].state.contact, Contact::closed);
    EXPECT_FALSE(run.fed("l", 2));
    EXPECT_TRUE(run.fed("l", 1));
    EXPECT_TRUE(run.fed("l", 3));
    EXPECT_TRUE(run.fed("m", 2));
}

TEST(Coordination, AFaultOnTheMainLocksTheRecloserOutAfterItsSequence) {
    Case const run(lateral_feeder(2), kMainFault, 60.0);
    // twelve times pickup: flat on curve A, between (8, 0.06 s) and (14, 0.02 s) on curve D
    double const fast_s = 0.045;
    double const delayed_s =
        5.0 * 0.06 * std::pow(1.0 / 3.0, std::log(12.0 / 8.0) / std::log(14.0 / 8.0));
    double const trip1_s = kStrike_s + fast_s;
    double const trip2_s = trip1_s + kOpening_s + 0.5 + fast_s;
    double const trip3_s = trip2_s + kOpening_s + 2.0 + delayed_s;
    double const trip4_s = trip3_s + kOpening_s + 2.0 + delayed_s;
    std::vector<double> const trips_s = times_s(run.log, "recloser.r", "trips");
    ASSERT_EQ(trips_s.size(), 4U);
    EXPECT_NEAR(trips_s[0], trip1_s, kClose_s);
    EXPECT_NEAR(trips_s[1], trip2_s, 2 * kClose_s);
    // the fault's 0.1 microohm lets 4e-8 of the current go, and the curve is steep
    EXPECT_NEAR(trips_s[2], trip3_s, 1e-7);
    EXPECT_NEAR(trips_s[3], trip4_s, 1e-7);
    EXPECT_EQ(run.log.back().what, "locks out");
    EXPECT_NEAR(to_s(run.log.back().at), trip4_s + kOpening_s, 1e-7);
    EXPECT_FALSE(run.fed("m", 1));
    EXPECT_EQ(run.devices.fuses[0].links[1].melted, 0.0); // behind the fault: no current
}

TEST(Coordination, FuseBlowingTheRecloserLeavesEvenATemporaryFaultToTheFuse) {
    Circuit c = lateral_feeder(0);
    c.faults[kLateralFault].temporary = true;
    Case const run(std::move(c), kLateralFault, 60.0);
    EXPECT_EQ(story(run.log),
              (std::vector<std::string>{"fault.lateral strikes", "fuse.f melts", "fuse.f clears",
                                        "fault.lateral clears by itself"}));
    EXPECT_NEAR(times_s(run.log, "fuse.f", "clears").at(0), kStrike_s + kMelt_s + kArc_s, 1e-8);
    EXPECT_FALSE(run.fed("l", 2));
    EXPECT_TRUE(run.fed("m", 2));
}

TEST(Coordination, RepeatedTemporaryFaultsMeltTheLinkThatOneAloneWouldNot) {
    Circuit c = lateral_feeder(1);
    c.faults[kLateralFault].temporary = true;
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    ProtectionRun run;
    run.until = at_s(200.0);
    for (int k = 0; k < 5; ++k) { // each takes a third of the link's life
        run.faults.push_back({at_s(1.0 + 20.0 * k), kLateralFault, true});
    }
    std::vector<LogEntry> const log = simulate_protection(solver, devices, run);
    EXPECT_EQ(times_s(log, "fuse.f", "melts").size(), 1U);
    double const share = (kFast_s + kOpening_s) / kMelt_s;
    EXPECT_GT(share, 0.25);
    EXPECT_LT(share, 0.5);
    // by hand: after the n-th fault, before the next 20 s of cooling
    double melted = 0.0;
    int faults = 0;
    while (melted + share < 1.0) {
        melted = (melted + share) * std::exp(-(20.0 - kFast_s - kOpening_s) / 300.0);
        ++faults;
    }
    EXPECT_NEAR(times_s(log, "fuse.f", "melts").at(0),
                1.0 + 20.0 * faults + (1.0 - melted) * kMelt_s, 1e-6);
}

} // namespace
} // namespace gridtwin::grid::protection
