#include "tests/models/grid/protection/lateral.hpp"

namespace gridtwin::grid::protection {
namespace {

using test::at_s;
using test::kLateralFault;
using test::kMainFault;
using test::lateral_feeder;
using test::story;
using test::times_s;

struct Outcome {
    std::vector<LogEntry> log;
    Devices devices;
};

/// A three-phase fault on the main at 1 s and these commands.
Outcome run_with(Circuit const& circuit, std::vector<Command> commands,
                 std::vector<SwitchSettings> groups = {}) {
    FeederSolver solver(circuit);
    Outcome out{{}, make_devices(solver.circuit())};
    out.devices.switches[0].groups = std::move(groups);
    ProtectionRun run;
    run.until = at_s(60.0);
    run.faults = {{at_s(1.0), kMainFault, true}};
    run.commands = std::move(commands);
    out.log = simulate_protection(solver, out.devices, run);
    return out;
}

double const kDelayed_s =
    5.0 * 0.06 * std::pow(1.0 / 3.0, std::log(12.0 / 8.0) / std::log(14.0 / 8.0));

TEST(RemoteCommand, BlockingReclosingInMidSequenceLocksTheOpenSwitchOut) {
    auto const out = run_with(lateral_feeder(1), {{at_s(1.2), "recloser.r", BlockReclosing{true}}});
    EXPECT_EQ(story(out.log), (std::vector<std::string>{"fault.main strikes", "recloser.r trips",
                                                        "recloser.r opens", "recloser.r is set",
                                                        "recloser.r locks out"}));
    EXPECT_DOUBLE_EQ(times_s(out.log, "recloser.r", "locks out").at(0), 1.2);
}

TEST(RemoteCommand, BlockingBeforehandMakesTheFirstTripFinal) {
    auto const out = run_with(lateral_feeder(1), {{at_s(0.5), "recloser.r", BlockReclosing{true}}});
    EXPECT_EQ(times_s(out.log, "recloser.r", "trips").size(), 1U);
    EXPECT_EQ(out.devices.switches[0].state.contact, Contact::locked_out);
    EXPECT_EQ(out.log[0].detail, "reclosing blocked");
}

TEST(RemoteCommand, ANewTimeDialInMidFlightKeepsTheTravelMade) {
    // no fast operation; half the travel at dial 5, the rest at dial 10
    auto const out =
        run_with(lateral_feeder(0),
                 {{at_s(1.0 + 0.5 * kDelayed_s), "recloser.r", SetTimeDial{Which::phase, 10.0}}});
    EXPECT_NEAR(times_s(out.log, "recloser.r", "trips").at(0), 1.0 + 1.5 * kDelayed_s, 1e-7);
}

TEST(RemoteCommand, APickupAboveTheFaultCurrentReleasesTheRelay) {
    auto const out =
        run_with(lateral_feeder(0), {{at_s(1.05), "recloser.r", SetPickup{Which::phase, 1300.0}}});
    EXPECT_TRUE(times_s(out.log, "recloser.r", "trips").empty());
}

TEST(RemoteCommand, ANewCurveAndInstantaneousSettingAreInForceAtOnce) {
    auto out = run_with(lateral_feeder(0),
                        {{at_s(0.5), "recloser.r", SetCurve{Which::phase, "iec_very_inv"}}});
    // 13.5 / (12 - 1) with time dial 5
    EXPECT_NEAR(times_s(out.log, "recloser.r", "trips").at(0), 1.0 + 5.0 * 13.5 / 11.0, 1e-5);
    out = run_with(lateral_feeder(0),
                   {{at_s(0.5), "recloser.r", SetInstantaneous{Which::phase, 1000.0}}});
    EXPECT_NEAR(times_s(out.log, "recloser.r", "trips").at(0), 1.01, 2e-9);
    EXPECT_EQ(out.log[2].detail, "instantaneous phase 1");
}

TEST(RemoteCommand, FewerShotsLockOutSooner) {
    auto const out = run_with(lateral_feeder(1), {{at_s(0.5), "recloser.r", SetShots{2}}});
    EXPECT_EQ(times_s(out.log, "recloser.r", "trips").size(), 2U);
}

TEST(RemoteCommand, AGroupReplacesAllSettings) {
    Circuit const c = lateral_feeder(0);
    SwitchSettings group = settings_of(c.reclosers[0]);
    group.phase = {test::curve_row(c, "iec_ext_inv"), 200.0, 1.0, 0.0};
    group.shots = 1;
    auto const out = run_with(c, {{at_s(0.5), "recloser.r", SelectGroup{1}}},
                              {settings_of(c.reclosers[0]), group});
    // 80 / (36 - 1)
    EXPECT_NEAR(times_s(out.log, "recloser.r", "trips").at(0), 1.0 + 80.0 / 35.0, 1e-5);
    EXPECT_EQ(times_s(out.log, "recloser.r", "locks out").size(), 1U);
}

TEST(RemoteCommand, ClosingByHandEndsALockOutAndStartsTheSequenceAnew) {
    auto const out = run_with(lateral_feeder(1), {{at_s(30.0), "recloser.r", CloseByHand{}}});
    EXPECT_EQ(times_s(out.log, "recloser.r", "locks out").size(), 2U);
    EXPECT_EQ(times_s(out.log, "recloser.r", "trips").size(), 8U);
    EXPECT_NEAR(times_s(out.log, "recloser.r", "trips").at(4), 30.045, 2e-9); // fast again
}

TEST(RemoteCommand, OpeningByHandIsFinal) {
    auto const out = run_with(lateral_feeder(1), {{at_s(0.5), "recloser.r", OpenByHand{}}});
    EXPECT_EQ(story(out.log),
              (std::vector<std::string>{"recloser.r opens by hand", "fault.main strikes"}));
}

TEST(RemoteCommand, NewLinksBringALateralBack) {
    FeederSolver solver(lateral_feeder(0));
    Devices devices = make_devices(solver.circuit());
    ProtectionRun run;
    run.until = at_s(20.0);
    run.faults = {{at_s(1.0), kLateralFault, true}, {at_s(5.0), kLateralFault, false}};
    run.commands = {{at_s(10.0), "fuse.f", CloseByHand{}}};
    static_cast<void>(simulate_protection(solver, devices, run));
    EXPECT_TRUE(solver.energised(*solver.find_node("l", 2)));
    EXPECT_EQ(devices.fuses[0].links[1].melted, 0.0);
}

TEST(RemoteCommand, ThatMakesNoSenseIsRefusedAndChangesNothing) {
    auto const out =
        run_with(lateral_feeder(1), {{at_s(0.1), "recloser.r", SetPickup{Which::phase, -5.0}},
                                     {at_s(0.2), "recloser.r", SetShots{6}},
                                     {at_s(0.3), "recloser.r", SelectGroup{1}},
                                     {at_s(0.4), "fuse.f", SetShots{2}}});
    EXPECT_EQ(format(out.log.at(0)), "0.100000000 s recloser.r refuses: phase pickup -5 A (phase "
                                     "pickup -5 A with time dial 5)");
    EXPECT_EQ(format(out.log.at(1)),
              "0.200000000 s recloser.r refuses: 6 shots (6 shots with 3 reclose intervals)");
    EXPECT_EQ(format(out.log.at(2)), "0.300000000 s recloser.r refuses: group 1 (0 groups)");
    EXPECT_EQ(format(out.log.at(3)), "0.400000000 s fuse.f refuses: a fuse has no such setting");
    EXPECT_EQ(times_s(out.log, "recloser.r", "trips").size(), 4U);
}

TEST(RemoteCommand, ToADeviceThatIsNotThereIsAnErrorWithTheNearestName) {
    try {
        run_with(lateral_feeder(1),
                 {{at_s(0.5), "recloser.x", SetShots{2}},
                  {at_s(0.5), "recloser.r", SetCurve{Which::phase, "iec_stdinv"}}});
        FAIL() << "no error";
    } catch (InputError const& e) {
        EXPECT_EQ(e.diagnostics().text(),
                  "protection commands: command at 00:00:00.500 to 'recloser.x', which is no "
                  "protective device; expected "
                  "<class>.<name> of a relay, recloser or fuse; did you mean 'recloser.r'?\n"
                  "protection commands: command at 00:00:00.500 to 'recloser.r' names curve "
                  "'iec_stdinv', which is not "
                  "there; expected a time-current curve of the circuit; did you mean "
                  "'iec_std_inv'?\n");
    }
}

} // namespace
} // namespace gridtwin::grid::protection
