// Regulators, switches and their order, on small feeders written as scripts.
#include "models/grid/controls/control_loop.hpp"
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "models/grid/time_step.hpp"
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

constexpr double kStep_pu = 0.00625;

Circuit read(std::string const& body) {
    test::ReadResult result = test::read_scripts(
        {{"main.dss",
          "New Circuit.c basekv=12.47 pu=1.0 bus1=a r1=1e-3 x1=1e-3 r0=1e-3 x0=1e-3\n" + body}});
    EXPECT_TRUE(result.diagnostics.ok()) << result.diagnostics.text();
    result.circuit.solution.tolerance_pu = 1e-11;
    result.circuit.solution.max_control_iterations = 50;
    return result.circuit;
}

// A line drops the voltage, two regulators in a row raise it.
std::string const kTwoRegulators =
    "New Line.l1 bus1=a bus2=b r1=0.3 x1=0.6 r0=0.3 x0=0.6 c1=0 c0=0 length=1\n"
    "New Transformer.t1 phases=3 buses=[b c] kvs=[12.47 12.47] kvas=[10000 10000] xhl=0.1 "
    "%loadloss=0.01\n"
    "New Line.l2 bus1=c bus2=d r1=1 x1=2 r0=1 x0=2 c1=0 c0=0 length=1\n"
    "New Transformer.t2 phases=3 buses=[d e] kvs=[12.47 12.47] kvas=[10000 10000] xhl=0.1 "
    "%loadloss=0.01\n"
    "New Load.ld bus1=e kv=12.47 kw=3000 pf=0.9 vminpu=0.6 vmaxpu=1.5\n"
    "New RegControl.r1 transformer=t1 winding=2 vreg=122 band=2 ptratio=60 delay=15\n"
    "New RegControl.r2 transformer=t2 winding=2 vreg=122 band=2 ptratio=60 delay=30\n";

double tap_pu(FeederSolver const& solver, std::size_t transformer, std::size_t winding = 1) {
    return solver.circuit().transformers[transformer].windings[winding].tap_pu;
}

double relay_v(FeederSolver const& solver, std::string const& bus, int phase = 1) {
    return std::abs(solver.u_v()[*solver.find_node(bus, phase)]) / 60.0;
}

void expect_solved(FeederSolver& solver) {
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged) << status.worst_bus;
    EXPECT_TRUE(status.controls_settled);
    EXPECT_LT(kirchhoff_residual_pu(solver), 1e-8);
}

TEST(ControlLoop, BringsEveryRegulatorIntoItsBand) {
    FeederSolver solver(read(kTwoRegulators));
    expect_solved(solver);
    EXPECT_NEAR(relay_v(solver, "c"), 122.0, 1.0);
    EXPECT_NEAR(relay_v(solver, "e"), 122.0, 1.0);
    EXPECT_GT(tap_pu(solver, 0), 1.0);
}

TEST(ControlLoop, TheLeastDelayActsAloneUntilItIsAtRest) {
    FeederSolver solver(read(kTwoRegulators));
    solver.set_controls(false);
    bool second_moved = false;
    while (true) {
        ASSERT_TRUE(solver.solve().converged);
        double const first_pu = tap_pu(solver, 0);
        double const second_pu = tap_pu(solver, 1);
        bool const first_out = std::abs(relay_v(solver, "c") - 122.0) > 1.0;
        if (!solver.adjust_controls()) {
            break;
        }
        EXPECT_FALSE(tap_pu(solver, 0) != first_pu && tap_pu(solver, 1) != second_pu);
        EXPECT_TRUE(!first_out || tap_pu(solver, 0) != first_pu);
        second_moved = second_moved || tap_pu(solver, 1) != second_pu;
    }
    EXPECT_TRUE(second_moved);
}

TEST(ControlLoop, EventModeGoesFromActionToActionStepByStep) {
    Circuit c = read(kTwoRegulators);
    c.solution.control_mode = ControlMode::event;
    c.regulators.pop_back();
    FeederSolver solver(c);
    solver.set_controls(false);
    std::vector<double> times;
    std::vector<double> taps{1.0};
    ASSERT_TRUE(solver.solve().converged);
    while (solver.adjust_controls()) {
        times.push_back(solver.controls().t_s);
        taps.push_back(tap_pu(solver, 0));
        ASSERT_TRUE(solver.solve().converged);
    }
    ASSERT_GE(times.size(), 2U);
    for (std::size_t k = 0; k < times.size(); ++k) {
        EXPECT_LE(taps[k + 1] - taps[k], kStep_pu + 1e-12);
        EXPECT_GE(times[k], k == 0 ? 15.0 : times[k - 1] + 2.0 - 1e-9);
    }
    EXPECT_DOUBLE_EQ(times[0], 15.0);
    EXPECT_DOUBLE_EQ(times[1], 17.0);
    EXPECT_NEAR(relay_v(solver, "c"), 122.0, 1.0);
}

TEST(ControlLoop, TimeModeDoesWhatIsDueAndNoMore) {
    Circuit c = read(kTwoRegulators);
    c.solution.control_mode = ControlMode::time;
    FeederSolver solver(c);
    expect_solved(solver);
    EXPECT_EQ(tap_pu(solver, 0), 1.0);
    solver.controls().t_s = 14.9;
    expect_solved(solver);
    EXPECT_EQ(tap_pu(solver, 0), 1.0);
    solver.controls().t_s = 15.0;
    expect_solved(solver);
    EXPECT_NEAR(tap_pu(solver, 0), 1.0 + kStep_pu, 1e-12);
    EXPECT_EQ(tap_pu(solver, 1), 1.0);
}

TEST(ControlLoop, IsTheSameOnEveryRun) {
    std::vector<Complex> first;
    for (int run = 0; run < 3; ++run) {
        FeederSolver solver(read(kTwoRegulators));
        expect_solved(solver);
        std::vector<Complex> const u_v(solver.u_v().begin(), solver.u_v().end());
        first = run == 0 ? u_v : first;
        EXPECT_EQ(u_v, first);
    }
}

TEST(ControlLoop, SaysWhenItRunsOutOfRounds) {
    Circuit c = read(kTwoRegulators);
    c.solution.max_control_iterations = 1;
    SolveStatus const status = FeederSolver(c).solve();
    EXPECT_TRUE(status.converged);
    EXPECT_FALSE(status.controls_settled);
}

TEST(ControlQueue, ExecutesByTimeAndThenInTheOrderOfAsking) {
    ControlQueue q;
    q.push(30.0, ControlKind::regulator, 0, 0);
    q.push(15.0, ControlKind::regulator, 1, 0);
    auto const gone = q.push(15.0, ControlKind::capacitor, 2, 0);
    q.push(15.0, ControlKind::regulator, 3, 0);
    q.remove(gone);
    EXPECT_EQ(q.next_s(), 15.0);
    auto const due = q.take_until(15.0);
    ASSERT_EQ(due.size(), 2U);
    EXPECT_EQ(due[0].row, 1U);
    EXPECT_EQ(due[1].row, 3U);
    EXPECT_EQ(q.next_s(), 30.0);
}

// --- what a regulator looks at ---

std::string one_regulator(std::string const& load, std::string const& more) {
    return "New Line.l1 bus1=a bus2=b r1=1 x1=2 r0=1 x0=2 c1=0 c0=0 length=1\n"
           "New Transformer.t1 phases=3 buses=[b c] kvs=[12.47 12.47] kvas=[10000 10000] xhl=0.1 "
           "%loadloss=0.01\n"
           "New Line.l2 bus1=c bus2=d r1=0.5 x1=1 r0=0.5 x0=1 c1=0 c0=0 length=1\n" +
           load + "New RegControl.r1 transformer=t1 winding=2 vreg=122 band=2 ptratio=60 " + more +
           "\n";
}
std::string const kUnbalanced =
    "New Load.l1 phases=1 bus1=d.1 kv=7.2 kw=1500 pf=0.9 vminpu=0.6 vmaxpu=1.5\n"
    "New Load.l2 phases=1 bus1=d.2 kv=7.2 kw=800 pf=0.9 vminpu=0.6 vmaxpu=1.5\n"
    "New Load.l3 phases=1 bus1=d.3 kv=7.2 kw=200 pf=0.9 vminpu=0.6 vmaxpu=1.5\n";

TEST(RegulatedPhase, IsTheOneStatedOrTheHighestLowestOrMean) {
    auto const seen = [](std::string const& phase) {
        FeederSolver solver(read(one_regulator(kUnbalanced, "ptphase=" + phase)));
        expect_solved(solver);
        return std::array{relay_v(solver, "c", 1), relay_v(solver, "c", 2),
                          relay_v(solver, "c", 3)};
    };
    EXPECT_NEAR(seen("1")[0], 122.0, 1.0);
    EXPECT_NEAR(seen("3")[2], 122.0, 1.0);
    auto const highest = seen("max");
    EXPECT_NEAR(*std::max_element(highest.begin(), highest.end()), 122.0, 1.0);
    auto const lowest = seen("min");
    EXPECT_NEAR(*std::min_element(lowest.begin(), lowest.end()), 122.0, 1.0);
    auto const mean = seen("avg");
    EXPECT_NEAR((mean[0] + mean[1] + mean[2]) / 3.0, 122.0, 1.0);
    EXPECT_GT(lowest[0], highest[0] + 1.0);
}

TEST(RegulatedBus, MayBeRemoteWithItsOwnRatio) {
    FeederSolver solver(read(one_regulator(kUnbalanced, "bus=d.2 remoteptratio=59 r=3 x=3")));
    expect_solved(solver);
    EXPECT_NEAR(relay_v(solver, "d", 2) * 60.0 / 59.0, 122.0, 1.0);
}

TEST(RegulatedTap, OnTheOtherWindingMovesTheOtherWay) {
    FeederSolver solver(read(one_regulator(kUnbalanced, "tapwinding=1")));
    expect_solved(solver);
    EXPECT_NEAR(relay_v(solver, "c"), 122.0, 1.0);
    EXPECT_LT(tap_pu(solver, 0, 0), 1.0);
    EXPECT_EQ(tap_pu(solver, 0, 1), 1.0);
}

TEST(RegulatedTap, StartsAtTapNum) {
    FeederSolver solver(read(one_regulator(kUnbalanced, "tapnum=-5 maxtapchange=0")));
    expect_solved(solver);
    EXPECT_NEAR(tap_pu(solver, 0), 1.0 - 5 * kStep_pu, 1e-12);
}

TEST(RegulatedLimit, ComesDownToVlimitFromInsideItsBand) {
    std::string const small = "New Load.l1 bus1=d kv=12.47 kw=300 vminpu=0.6 vmaxpu=1.5\n";
    FeederSolver free(read(one_regulator(small, "vreg=126 band=8 tapnum=10")));
    expect_solved(free);
    EXPECT_GT(relay_v(free, "c"), 125.5);
    FeederSolver held(read(one_regulator(small, "vreg=126 band=8 tapnum=10 vlimit=124")));
    expect_solved(held);
    EXPECT_NEAR(relay_v(held, "c"), 124.0, 0.5 * 0.75); // half a step
}

TEST(RegulatorInverseTime, ActsSoonerTheFurtherItIsOut) {
    Circuit c = read(one_regulator(kUnbalanced, "inversetime=yes delay=60"));
    c.solution.control_mode = ControlMode::event;
    FeederSolver solver(c);
    solver.set_controls(false);
    ASSERT_TRUE(solver.solve().converged);
    double const out = std::abs(122.0 - relay_v(solver, "c"));
    ASSERT_TRUE(solver.adjust_controls());
    EXPECT_NEAR(solver.controls().t_s, 60.0 / std::min(10.0, out), 1e-9);
}

// --- power that flows back: the source stands behind the regulated winding ---

std::string fed_from_behind(std::string const& more) {
    return "New Line.l1 bus1=a bus2=c r1=1 x1=2 r0=1 x0=2 c1=0 c0=0 length=1\n"
           "New Transformer.t1 phases=3 buses=[b c] kvs=[12.47 12.47] kvas=[10000 10000] xhl=0.1 "
           "%loadloss=0.01\n"
           "New Load.ld bus1=b kv=12.47 kw=3000 pf=0.9 vminpu=0.6 vmaxpu=1.5\n"
           "New RegControl.r1 transformer=t1 winding=2 vreg=122 band=2 ptratio=60 revvreg=121 "
           "revband=2 " +
           more + "\n";
}

TEST(ReversePower, AReversibleRegulatorKeepsTheOtherSide) {
    FeederSolver solver(read(fed_from_behind("reversible=yes delay=100 revdelay=60")));
    expect_solved(solver);
    EXPECT_TRUE(solver.controls().regulators[0].reversed);
    EXPECT_NEAR(relay_v(solver, "b"), 121.0, 1.0 + 0.1); // it sees V/tap, short of its own drop
    EXPECT_LT(tap_pu(solver, 0), 1.0);
}

TEST(ReversePower, BelowItsThresholdNothingTurns) {
    FeederSolver solver(read(fed_from_behind("reversible=yes delay=100 revthreshold=4000")));
    static_cast<void>(solver.solve()); // a forward regulator fed from behind runs to its limit
    EXPECT_FALSE(solver.controls().regulators[0].reversed);
}

TEST(ReversePower, ReverseNeutralGoesToTheMiddle) {
    FeederSolver solver(read(fed_from_behind("reversible=yes revneutral=yes delay=100 tapnum=6")));
    expect_solved(solver);
    EXPECT_DOUBLE_EQ(tap_pu(solver, 0), 1.0);
}

TEST(ReversePower, TurnsBackWhenPowerFlowsForwardAgain) {
    Circuit c = read(fed_from_behind("reversible=yes delay=100"));
    FeederSolver solver(c);
    expect_solved(solver);
    ASSERT_TRUE(solver.controls().regulators[0].reversed);
    solver.set_load_power(0, -3000e3, 0.0);
    static_cast<void>(solver.solve());
    EXPECT_FALSE(solver.controls().regulators[0].reversed);
}

TEST(ReversePower, CogenerationKeepsLookingForwardWithTheReverseSettings) {
    // Fed from the front, with a generator behind the regulator.
    FeederSolver solver(
        read(one_regulator("New Load.g bus1=d kv=12.47 kw=-3000 pf=1 vminpu=0.6 vmaxpu=1.5\n",
                           "cogen=yes revvreg=118 revband=2 delay=100")));
    expect_solved(solver);
    EXPECT_TRUE(solver.controls().regulators[0].cogen);
    EXPECT_NEAR(relay_v(solver, "c"), 118.0, 1.0);
}

// --- all of them in one feeder, over a day ---

TEST(EverythingAtOnce, ADayOfStepsComesToRestAndKeepsKirchhoffsLaw) {
    Circuit c = read(
        one_regulator(kUnbalanced, "r=2 x=2 ctprim=300") +
        "New Line.l3 bus1=d bus2=e r1=0.5 x1=1 r0=0.5 x0=1 c1=0 c0=0 length=1\n"
        "New Capacitor.k bus1=e kvar=600 kv=12.47 numsteps=3\n"
        "New CapControl.kc element=line.l3 capacitor=k type=kvar onsetting=250 offsetting=-200\n"
        "New Generator.g bus1=e kv=12.47 kw=400 model=3 vpu=0.99 maxkvar=300 minkvar=-300\n"
        "New PVSystem.p bus1=e kv=12.47 pmpp=800 kva=900 vminpu=0.6 vmaxpu=1.5 %cutin=1 "
        "%cutout=1\n"
        "New Storage.s bus1=e kv=12.47 kwrated=300 kva=300 kwhrated=1500 %stored=50 "
        "dispmode=follow vminpu=0.6 vmaxpu=1.5\n");
    LoadShape sun;
    LoadShape battery;
    for (int hour = 1; hour <= 24; ++hour) {
        sun.p_mult.push_back(std::max(0.0, std::sin((hour - 6) * 0.2618)));
        battery.p_mult.push_back(hour < 7 ? -0.5 : (hour > 17 && hour < 22 ? 0.9 : 0.0));
    }
    c.load_shapes = {sun, battery};
    c.pv_systems[0].shapes.daily = 0;
    c.storages[0].shapes.daily = 1;
    c.curves = {{"vv", {0.5, 0.92, 0.98, 1.02, 1.08, 1.5}, {0.44, 0.44, 0.0, 0.0, -0.44, -0.44}}};
    InvControl inverters;
    inverters.controlled = {{ElementKind::pv_system, 0}, {ElementKind::storage, 0}};
    inverters.volt_var_curve = 0;
    c.inverter_controls = {inverters};
    c.solution.mode = SolutionMode::daily;
    c.solution.max_control_iterations = 100;
    FeederSolver solver(c);
    double least_wh = 1e12;
    for (int step = 1; step <= 24; ++step) {
        Moment const moment = moment_of(c.solution, step);
        begin_step(solver, c, moment);
        expect_solved(solver);
        end_step(solver, moment);
        double const stored_wh = solver.controls().der.storages[0].stored_wh;
        EXPECT_GE(stored_wh, 300e3 - 1e-3);
        EXPECT_LE(stored_wh, 1500e3 + 1e-3);
        least_wh = std::min(least_wh, stored_wh);
    }
    EXPECT_NEAR(least_wh, 300e3, 1e-3); // the evening empties it to its reserve
}

// --- switches ---

TEST(SwitchControl, CarriesOutAnOrderAfterItsDelay) {
    Circuit c = read("New Line.l1 bus1=a bus2=b r1=1 x1=2 r0=1 x0=2 c1=0 c0=0 length=1\n"
                     "New Load.ld bus1=b kv=12.47 kw=1000\n"
                     "New SwtControl.s SwitchedObj=line.l1 action=open delay=120\n");
    EXPECT_TRUE(c.lines[0].closed);
    c.solution.control_mode = ControlMode::time;
    FeederSolver solver(c);
    solver.controls().t_s = 0.0;
    expect_solved(solver);
    solver.controls().t_s = 119.0;
    expect_solved(solver);
    EXPECT_TRUE(solver.load_energised(0));
    solver.controls().t_s = 120.0;
    expect_solved(solver);
    EXPECT_FALSE(solver.load_energised(0));
}

TEST(SwitchControl, ALockedSwitchStays) {
    FeederSolver solver(
        read("New Line.l1 bus1=a bus2=b r1=1 x1=2 r0=1 x0=2 c1=0 c0=0 length=1\n"
             "New Load.ld bus1=b kv=12.47 kw=1000\n"
             "New SwtControl.s SwitchedObj=line.l1 lock=yes action=open delay=0\n"));
    expect_solved(solver);
    EXPECT_TRUE(solver.load_energised(0));
}

} // namespace
} // namespace gridtwin::grid
