#include "tests/models/grid/protection/lateral.hpp"

namespace gridtwin::grid::protection {
namespace {

using test::at_s;
using test::bare_feeder;
using test::kLateralFault;
using test::kMainFault;
using test::lateral_feeder;
using test::story;

std::string problems(Circuit const& circuit) {
    try {
        static_cast<void>(make_devices(circuit));
    } catch (InputError const& e) {
        return e.diagnostics().text();
    }
    return {};
}

TEST(Devices, NameEveryMistakeAtOnce) {
    Circuit c = lateral_feeder(1);
    c.reclosers[0].shots = 5;
    c.reclosers[0].where = {"f.dss", 3, 1};
    c.fuses[0].point.terminal = 2;
    c.fuses[0].where = {"f.dss", 4, 1};
    Relay r;
    r.name = "v";
    r.where = {"f.dss", 5, 1};
    r.type = RelayType::voltage;
    r.point.line = 7;
    c.relays.push_back(r);
    EXPECT_EQ(problems(c), "f.dss:3:1: recloser.r has 5 shots with 3 reclose intervals\n"
                           "f.dss:4:1: fuse.f watches terminal 3; expected 1..2\n"
                           "f.dss:5:1: relay.v watches or switches an element that is not there\n"
                           "f.dss:5:1: relay.v has a voltage relay without base voltage\n");
}

TEST(Devices, RefuseAFuseThatWatchesOtherPhasesThanItOpens) {
    Circuit c = lateral_feeder(1);
    c.fuses[0].where = {"f.dss", 4, 1};
    c.fuses[0].point.monitored = {ElementKind::fault, kLateralFault};
    EXPECT_EQ(problems(c), "f.dss:4:1: fuse.f watches 1 phases and opens a line of 3\n");
}

TEST(Devices, ARelayMeasuresTransformersAndLoadsAtTheTerminalItNames) {
    Circuit c = bare_feeder();
    Transformer t;
    t.name = "t";
    t.windings.resize(2);
    t.windings[0].bus = {"l", {1, 2, 3, 0}};
    t.windings[1].bus = {"s", {1, 2, 3, 0}};
    for (Winding& w : t.windings) {
        w.s_va = 1e6;
    }
    t.windings[0].v_v = 7200.0 * std::sqrt(3.0);
    t.windings[1].v_v = 720.0 * std::sqrt(3.0);
    t.x_pu = {0.02};
    c.transformers.push_back(t);
    Load load;
    load.name = "load";
    load.bus = {"s", {1, 2, 3, 0}};
    load.v_v = 720.0 * std::sqrt(3.0);
    load.p_w = 900e3;
    load.model = 2;
    c.loads.push_back(load);
    Relay r;
    r.point = {{ElementKind::transformer, 0}, 0, 0};
    r.name = "high";
    c.relays.push_back(r);
    r.point.terminal = 1;
    r.name = "low";
    c.relays.push_back(r);
    r.point = {{ElementKind::load, 0}, 0, 0};
    r.name = "load";
    c.relays.push_back(r);
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    ASSERT_TRUE(solver.solve().converged);
    measure(devices, solver, kStart);
    double const load_a = std::abs(devices.switches[2].seen.i_a[1]);
    EXPECT_GT(load_a, 300.0);
    EXPECT_NEAR(std::abs(devices.switches[1].seen.i_a[1] + devices.switches[2].seen.i_a[1]), 0.0,
                1e-3);
    EXPECT_NEAR(std::abs(devices.switches[0].seen.i_a[1]), load_a / 10.0, 0.01);
    EXPECT_EQ(devices.switches[1].seen.node, (std::vector<int>{1, 2, 3}));
    EXPECT_GT(power_w(devices.switches[0].seen), 700e3);
    EXPECT_LT(power_w(devices.switches[1].seen), -700e3);
}

TEST(Devices, KnowTheStandardCurvesBesideTheCircuits) {
    Circuit c = lateral_feeder(1);
    c.tcc_curves.resize(3); // a, d and tlink, which the devices follow
    c.tcc_curves[0].time_s.back() = 0.04;
    Devices const devices = make_devices(c);
    EXPECT_EQ(devices.curves.size(), standard_curves().size());
    EXPECT_EQ(devices.curves[0].time_s.back(), 0.04);
    EXPECT_EQ(devices.curves[3].name, "klink");
}

TEST(Devices, StartInTheStatesOfTheCircuit) {
    Circuit c = lateral_feeder(1);
    c.reclosers[0].closed = false;
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    EXPECT_EQ(devices.switches[0].state.contact, Contact::locked_out);
    EXPECT_TRUE(simulate_protection(solver, devices, {kStart, at_s(100.0), {}, {}}).empty());
    EXPECT_FALSE(solver.energised(*solver.find_node("m", 1)));

    c.reclosers[0].closed = true;
    c.lines[0].closed = false; // opened by hand
    EXPECT_EQ(make_devices(c).switches[0].state.contact, Contact::locked_out);

    c.lines[0].closed = true;
    c.fuses[0].open_phases = 0b100U;
    FeederSolver fused(c);
    devices = make_devices(fused.circuit());
    EXPECT_TRUE(simulate_protection(fused, devices, {kStart, at_s(1.0), {}, {}}).empty());
    EXPECT_TRUE(fused.energised(*fused.find_node("l", 2)));
    EXPECT_FALSE(fused.energised(*fused.find_node("l", 3)));
}

TEST(Devices, TwoOnOneLineKeepItOpenWhileEitherIs) {
    Circuit c = lateral_feeder(1);
    Relay r;
    r.name = "backup";
    r.point = c.reclosers[0].point;
    r.phase = {test::curve_row(c, "iec_ext_inv"), 100.0, 1.0, 0.0};
    c.relays.push_back(r);
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    ProtectionRun run;
    run.until = at_s(1.5);
    run.commands = {{at_s(1.0), "relay.backup", OpenByHand{}}};
    static_cast<void>(simulate_protection(solver, devices, run));
    EXPECT_FALSE(solver.energised(*solver.find_node("m", 1)));
    run.start = at_s(1.5);
    run.until = at_s(20.0);
    run.commands = {{at_s(2.0), "recloser.r", OpenByHand{}},
                    {at_s(3.0), "relay.backup", CloseByHand{}}};
    static_cast<void>(simulate_protection(solver, devices, run));
    EXPECT_FALSE(solver.energised(*solver.find_node("m", 1)));
    run = {at_s(20.0), at_s(30.0), {}, {{at_s(21.0), "recloser.r", CloseByHand{}}}};
    static_cast<void>(simulate_protection(solver, devices, run));
    EXPECT_TRUE(solver.energised(*solver.find_node("m", 1)));
}

TEST(Simulation, ContinuesWhereARunEnded) {
    Circuit const c = lateral_feeder(1);
    FeederSolver whole(c);
    Devices devices = make_devices(c);
    ProtectionRun run{kStart, at_s(60.0), {{at_s(1.0), kMainFault, true}}, {}};
    auto const expected = simulate_protection(whole, devices, run);

    FeederSolver parts(c);
    devices = make_devices(c);
    std::vector<LogEntry> log;
    for (double until_s = 0.7; until_s < 61.0; until_s += 0.7) {
        ProtectionRun part{at_s(until_s - 0.7), at_s(until_s), {}, {}};
        if (until_s > 1.0 && until_s - 0.7 < 1.0) {
            part.faults = run.faults;
        }
        for (LogEntry const& e : simulate_protection(parts, devices, part)) {
            log.push_back(e);
        }
    }
    ASSERT_EQ(story(log), story(expected));
    for (std::size_t k = 0; k < log.size(); ++k) {
        EXPECT_NEAR(to_s(log[k].at), to_s(expected[k].at), 1e-7);
    }
}

TEST(Simulation, SolvesAgainWithoutTheFaultThatWentOutWhileFed) {
    Circuit c = lateral_feeder(1);
    c.faults[kLateralFault].temporary = true;
    c.faults[kLateralFault].g_s = {1.0 / 1800.0}; // 4 A, less than keeps it burning
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    ProtectionRun const run{kStart, at_s(2.0), {{at_s(1.0), kLateralFault, true}}, {}};
    auto const log = simulate_protection(solver, devices, run);
    EXPECT_EQ(story(log), (std::vector<std::string>{"fault.lateral strikes",
                                                    "fault.lateral clears by itself"}));
    EXPECT_NEAR(std::abs(devices.fuses[0].seen.i_a[1]), 0.0, 1e-6);
}

TEST(Simulation, HoldsTheSolversControlsAndGivesThemBack) {
    FeederSolver solver(lateral_feeder(1));
    Devices devices = make_devices(solver.circuit());
    EXPECT_TRUE(solver.circuit().solution.controls);
    static_cast<void>(simulate_protection(solver, devices, {kStart, at_s(1.0), {}, {}}));
    EXPECT_TRUE(solver.circuit().solution.controls);
    solver.set_controls(false);
    static_cast<void>(simulate_protection(solver, devices, {kStart, at_s(1.0), {}, {}}));
    EXPECT_FALSE(solver.circuit().solution.controls);
}

TEST(Simulation, StopsWithTimeAndBusWhereThePowerFlowDoesNotConverge) {
    Circuit c = lateral_feeder(1);
    c.fuses.clear();
    c.reclosers.clear();
    Load load; // far more than the line carries, and constant power down to no voltage
    load.name = "big";
    load.bus = {"l", {1, 2, 3, 0}};
    load.v_v = test::kPhase_v * std::sqrt(3.0);
    load.p_w = 5.2e6;
    load.vmin_pu = 0.002;
    load.vlow_pu = 0.001;
    c.loads.push_back(load);
    c.solution.tolerance_pu = 1e-9;
    c.faults[kMainFault].g_s = {0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1};
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    ProtectionRun const run{kStart, at_s(10.0), {{at_s(2.5), kMainFault, true}}, {}};
    try {
        static_cast<void>(simulate_protection(solver, devices, run));
        FAIL() << "no error";
    } catch (SimulationError const& e) {
        EXPECT_THAT(e.what(),
                    testing::StartsWith("00:00:02.500: power flow of 'lateral' does not "
                                        "converge while protection is simulated; bus l."));
    }
}

TEST(Simulation, RefusesFaultsThatAreNotThere) {
    FeederSolver solver(lateral_feeder(1));
    Devices devices = make_devices(solver.circuit());
    EXPECT_THROW(simulate_protection(solver, devices, {kStart, at_s(1.0), {{kStart, 9, true}}, {}}),
                 InputError);
}

TEST(FaultEvents, AreThoseThatStrikeAfterTheStart) {
    Circuit c = lateral_feeder(1);
    c.faults[0].on = true;
    c.faults[0].on_s = 0.3;
    c.faults[1].on = true;
    auto const events = fault_events(c);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].fault, 0U);
    EXPECT_EQ(events[0].at, at_s(0.3));
    FeederSolver solver(c);
    hold_back_faults(solver);
    EXPECT_FALSE(solver.circuit().faults[0].on);
    EXPECT_TRUE(solver.circuit().faults[1].on);
}

} // namespace
} // namespace gridtwin::grid::protection
