// Protective devices as scripts state them.
#include "models/grid/protection/simulate.hpp"
#include "tests/models/grid/dss/mistake.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <cmath>

namespace gridtwin::grid {
namespace {

using test::Mistake;

char const* const kLines = "New Line.main bus1=a bus2=m\n"
                           "New Line.side bus1=m.2 bus2=l.2 phases=1\n"
                           "New Transformer.t buses=(m s) kvs=(12.47 0.48)\n";

/// The circuit of these devices on a main line, a one-phase lateral and a transformer.
Circuit read(std::string const& devices) {
    return test::circuit_of(kLines + devices);
}

/// What is wrong with them; lines count from 5.
std::string mistakes(std::string const& devices) {
    return test::mistakes_of(kLines + devices);
}

TEST(TccCurve, IsReadWithItsPoints) {
    Circuit const c = read("New TCC_Curve.mine npts=3 C_array=(1 2 10) T_array=[10, 5, 1]\n");
    ASSERT_EQ(c.tcc_curves.size(), 1U);
    EXPECT_EQ(c.tcc_curves[0].name, "mine");
    EXPECT_EQ(c.tcc_curves[0].multiple, (std::vector<double>{1, 2, 10}));
    EXPECT_EQ(c.tcc_curves[0].time_s, (std::vector<double>{10, 5, 1}));
}

TEST(TccCurve, OfAStandardNameTakesItsPlace) {
    Circuit const c = read("New TCC_Curve.TLink npts=2 C_array=(1 2) T_array=(3 4)\n"
                           "New Fuse.f MonitoredObj=Line.side\n"
                           "New Fuse.g MonitoredObj=Line.side FuseCurve=KLINK\n");
    ASSERT_EQ(c.tcc_curves.size(), 2U);
    EXPECT_EQ(c.fuses[0].curve, 0);
    EXPECT_EQ(c.tcc_curves[0].time_s, (std::vector<double>{3, 4}));
    EXPECT_EQ(c.tcc_curves[static_cast<std::size_t>(c.fuses[1].curve)].name, "klink");
}

TEST(TccCurve, ThatCannotBeFollowedIsAnError) {
    EXPECT_EQ(mistakes("New TCC_Curve.a npts=2 C_array=(1.2 1.1) T_array=(0.16 1)\n"),
              "main.dss:5:32: tcc_curve 'a' has multiple 1.1 after 1.2; expected as many times as "
              "multiples, which ascend from above 0\n");
    EXPECT_EQ(mistakes("New TCC_Curve.a npts=3 C_array=(1 2) T_array=(2 1)\n"),
              "main.dss:5:22: tcc_curve 'a' has 3 points and 2 values in C_array; expected npts "
              "values in C_array and in T_array\n");
    EXPECT_EQ(mistakes("New TCC_Curve.a C_array=(1 2) T_array=(2 0)\n"),
              "main.dss:5:42: T_array of tcc_curve 'a' is 0; expected a number above 0\n");
}

TEST(FuseReader, TakesTheReferencesDefaults) {
    Circuit const c = read("New Fuse.f MonitoredObj=Line.side\n");
    ASSERT_EQ(c.fuses.size(), 1U);
    Fuse const& f = c.fuses[0];
    EXPECT_EQ(f.point.monitored, (ElementRef{ElementKind::line, 1}));
    EXPECT_EQ(f.point.terminal, 0U);
    EXPECT_EQ(f.point.line, 1U);
    EXPECT_EQ(c.tcc_curves[static_cast<std::size_t>(f.curve)].name, "tlink");
    EXPECT_EQ(f.rated_a, 1.0);
    EXPECT_EQ(f.delay_s, 0.0);
    EXPECT_EQ(f.open_phases, 0U);
}

TEST(FuseReader, ReadsWhatIsStatedAndOpensThePhasesThatAreOpen) {
    Circuit const c =
        read("New Fuse.f Line.main 2 Line.main 1 klink 65 0.05 state=(closed open c)\n"
             "New Fuse.g MonitoredObj=Line.side RatedCurrent=9 CurveMultiplier=40 "
             "FuseCurve=none Normal=closed state=open\n");
    Fuse const& f = c.fuses[0];
    EXPECT_EQ(f.point.terminal, 1U);
    EXPECT_EQ(f.rated_a, 65.0);
    EXPECT_EQ(f.delay_s, 0.05);
    EXPECT_EQ(f.open_phases, 0b010U);
    EXPECT_EQ(f.normal_open_phases, 0b010U); // the state first stated
    EXPECT_EQ(c.lines[0].open_conductors, 0b010U);
    EXPECT_TRUE(c.lines[0].closed);
    EXPECT_EQ(c.fuses[1].rated_a, 40.0);
    EXPECT_EQ(c.fuses[1].curve, kNone);
    EXPECT_EQ(c.fuses[1].open_phases, 1U);
    EXPECT_EQ(c.fuses[1].normal_open_phases, 0U);
}

TEST(RecloserReader, TakesTheReferencesDefaults) {
    Circuit const c = read("New Recloser.r MonitoredObj=Line.main\n");
    Recloser const& r = c.reclosers.at(0);
    EXPECT_EQ(c.tcc_curves[static_cast<std::size_t>(r.phase_fast.curve)].name, "a");
    EXPECT_EQ(c.tcc_curves[static_cast<std::size_t>(r.phase_delayed.curve)].name, "d");
    EXPECT_EQ(r.ground_fast.curve, kNone);
    EXPECT_EQ(r.phase_fast.pickup_a, 1.0);
    EXPECT_EQ(r.fast_operations, 1);
    EXPECT_EQ(r.shots, 4);
    EXPECT_EQ(r.reclose_s, (std::vector<double>{0.5, 2.0, 2.0}));
    EXPECT_EQ(r.reset_s, 15.0);
    EXPECT_TRUE(r.closed);
}

TEST(RecloserReader, ReadsWhatIsStated) {
    Circuit const c = read("New Recloser.r MonitoredObj=Line.main NumFast=2 PhaseTrip=800 "
                           "GroundTrip=400 PhaseFast=very_inv GroundDelayed=iec_ext_inv "
                           "TDPhFast=0.5 TDGrDelayed=3 PhaseInst=4000 GroundInst=2000 Reset=30 "
                           "Shots=3 RecloseIntervals=(1 10) Delay=0.05\n"
                           "~ state=open Normal=closed\n");
    Recloser const& r = c.reclosers.at(0);
    EXPECT_EQ(r.fast_operations, 2);
    EXPECT_EQ(r.phase_fast.pickup_a, 800.0);
    EXPECT_EQ(r.phase_delayed.pickup_a, 800.0);
    EXPECT_EQ(r.ground_delayed.pickup_a, 400.0);
    EXPECT_EQ(r.phase_fast.time_dial, 0.5);
    EXPECT_EQ(r.phase_delayed.time_dial, 1.0);
    EXPECT_EQ(r.ground_delayed.time_dial, 3.0);
    EXPECT_EQ(c.tcc_curves[static_cast<std::size_t>(r.ground_delayed.curve)].name, "iec_ext_inv");
    EXPECT_EQ(r.phase_fast.instantaneous_a, 4000.0);
    EXPECT_EQ(r.ground_fast.instantaneous_a, 2000.0);
    EXPECT_EQ(r.reset_s, 30.0);
    EXPECT_EQ(r.shots, 3);
    EXPECT_EQ(r.reclose_s, (std::vector<double>{1.0, 10.0}));
    EXPECT_EQ(r.delay_s, 0.05);
    EXPECT_FALSE(r.closed);
    EXPECT_TRUE(r.normally_closed);
    EXPECT_FALSE(c.lines[0].closed);
}

TEST(RelayReader, OfEachTypeTakesItsDefaults) {
    Circuit const c = read("New Relay.i MonitoredObj=Line.main\n"
                           "New Relay.v MonitoredObj=Line.main type=voltage kvbase=12.47 "
                           "Undervoltcurve=uv1547\n"
                           "New Relay.p MonitoredObj=Line.main type=ReversePower PhaseInst=50\n"
                           "New Relay.d MonitoredObj=Line.main type=DOC\n"
                           "New Relay.n MonitoredObj=Line.main RecloseIntervals=NONE\n");
    EXPECT_EQ(c.relays[0].type, RelayType::current);
    EXPECT_EQ(c.relays[0].phase.curve, kNone);
    EXPECT_EQ(c.relays[0].shots, 4);
    EXPECT_EQ(c.relays[0].delay_s, 0.0);
    EXPECT_EQ(c.relays[1].type, RelayType::voltage);
    EXPECT_EQ(c.relays[1].shots, 2);
    EXPECT_EQ(c.relays[1].reclose_s, (std::vector<double>{5.0}));
    EXPECT_NEAR(c.relays[1].base_v, 12470.0 / std::sqrt(3.0), 1e-9);
    EXPECT_EQ(c.relays[2].type, RelayType::reverse_power);
    EXPECT_EQ(c.relays[2].reverse_w, 50e3);
    EXPECT_EQ(c.relays[2].delay_s, 0.1);
    EXPECT_EQ(c.relays[3].type, RelayType::directional);
    EXPECT_EQ(c.relays[3].shots, 1);
    EXPECT_TRUE(c.relays[3].zones.block_forward);
    EXPECT_EQ(c.relays[4].shots, 1);
}

TEST(RelayReader, ReadsWhatIsStatedAndSwitchesAnotherElementThanItWatches) {
    Circuit const c = read("New Relay.r MonitoredObj=Transformer.t MonitoredTerm=2 "
                           "SwitchedObj=Line.main type=current Phasecurve=ext_inv PhaseTrip=1200 "
                           "TDPhase=2 GroundTrip=0 Groundcurve=ext_inv PhaseInst=9000 Shots=2 "
                           "Breakertime=0.08 Reset=20 Delay=0.3\n");
    Relay const& r = c.relays.at(0);
    EXPECT_EQ(r.point.monitored, (ElementRef{ElementKind::transformer, 0}));
    EXPECT_EQ(r.point.terminal, 1U);
    EXPECT_EQ(r.point.line, 0U);
    EXPECT_EQ(r.phase.pickup_a, 1200.0);
    EXPECT_EQ(r.phase.time_dial, 2.0);
    EXPECT_EQ(r.phase.instantaneous_a, 9000.0);
    EXPECT_EQ(r.ground.curve, kNone); // a trip of 0 turns it off
    EXPECT_EQ(r.shots, 2);
    EXPECT_EQ(r.breaker_s, 0.08);
    EXPECT_EQ(r.reset_s, 20.0);
    EXPECT_EQ(r.delay_s, 0.3);
    EXPECT_TRUE(protection::make_devices(c).switches.at(0).state.conducts());
}

TEST(RelayReader, ReadsTheZonesOfADirectionalRelay) {
    Circuit const c = read("New Relay.r MonitoredObj=Line.main type=DOC DOC_TiltAngleLow=91 "
                           "DOC_TiltAngleHigh=85 DOC_TripSettingLow=3 DOC_TripSettingHigh=50 "
                           "DOC_TripSettingMag=40 DOC_DelayInner=1.5 DOC_PhaseCurveInner=definite "
                           "DOC_PhaseTripInner=7 DOC_TDPhaseInner=2 DOC_P1Blocking=no\n");
    DirectionalZones const& z = c.relays.at(0).zones;
    EXPECT_EQ(z.tilt_low_deg, 91.0);
    EXPECT_EQ(z.tilt_high_deg, 85.0);
    EXPECT_EQ(z.low_a, 3.0);
    EXPECT_EQ(z.high_a, 50.0);
    EXPECT_EQ(z.circle_a, 40.0);
    EXPECT_EQ(z.inner_s, 1.5);
    EXPECT_EQ(z.inner.pickup_a, 7.0);
    EXPECT_EQ(z.inner.time_dial, 2.0);
    EXPECT_EQ(c.tcc_curves[static_cast<std::size_t>(z.inner.curve)].name, "definite");
    EXPECT_FALSE(z.block_forward);
}

TEST(ProtectiveReader, MonitoredObjTakesTheSwitchAlongUnlessSwitchedObjFollows) {
    Circuit const c = read("New Relay.r MonitoredObj=Line.side SwitchedObj=Line.main\n"
                           "New Relay.s like=r MonitoredObj=Line.side\n");
    EXPECT_EQ(c.relays[0].point.line, 0U);
    EXPECT_EQ(c.relays[1].point.line, 1U);
}

TEST(ProtectiveReader, LeavesOutWhatIsDisabled) {
    Circuit const c = read("New Relay.r MonitoredObj=Line.main enabled=no state=open\n"
                           "New Fuse.f MonitoredObj=Line.side\nDisable Fuse.f\n");
    EXPECT_TRUE(c.relays.empty());
    EXPECT_TRUE(c.fuses.empty());
    EXPECT_TRUE(c.lines[0].closed);
}

class ProtectiveMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(ProtectiveMistakes, AreToldInFull) {
    EXPECT_EQ(mistakes(GetParam().script + "\n"), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ProtectiveMistakes,
    testing::Values(
        Mistake{"UnknownCurve", "New Fuse.f MonitoredObj=Line.side FuseCurve=kilnk",
                "main.dss:5:45: curve 'kilnk' of fuse 'f' is not defined; expected a TCC_Curve, a "
                "standard curve, or none; did you mean 'klink'?\n"},
        Mistake{"UnknownCurveNearAUsersOwn",
                "New TCC_Curve.feeder3 npts=1 C_array=(1) T_array=(1)\n"
                "New Relay.r MonitoredObj=Line.main Phasecurve=feedr3",
                "main.dss:6:47: curve 'feedr3' of relay 'r' is not defined; expected a TCC_Curve, "
                "a standard curve, or none; did you mean 'feeder3'?\n"},
        Mistake{"OtherType", "New Relay.r MonitoredObj=Line.main type=46",
                "main.dss:5:41: the type of relay 'r' is not modelled; expected current, voltage, "
                "reversepower or doc\n"},
        Mistake{"NoMonitoredObj", "New Recloser.r PhaseTrip=3",
                "main.dss:5:5: recloser 'r' has no MonitoredObj; expected "
                "MonitoredObj=<class>.<name>\n"},
        Mistake{"UnknownElement", "New Relay.r MonitoredObj=Line.mian",
                "main.dss:5:26: MonitoredObj 'Line.mian' of relay 'r' is not defined; expected "
                "<class>.<name> of an element; did you mean 'main'?\n"},
        Mistake{"NoCurrent", "New LineCode.c\nNew Relay.r MonitoredObj=LineCode.c",
                "main.dss:6:26: MonitoredObj 'LineCode.c' of relay 'r' carries no current; "
                "expected a line, transformer, load or other element with terminals\n"},
        Mistake{"NoElement", "New Relay.r MonitoredObj=Lnie.main",
                "main.dss:5:26: MonitoredObj 'Lnie.main' of relay 'r' is not defined; expected "
                "<class>.<name> of an element; did you mean 'line'?\n"},
        Mistake{"SwitchesATransformer", "New Fuse.f MonitoredObj=Transformer.t",
                "main.dss:5:25: fuse 'f' switches 'Transformer.t'; expected "
                "SwitchedObj=Line.<name>; switching others is not modelled\n"},
        Mistake{"TerminalThatIsNotThere", "New Relay.r MonitoredObj=Line.main MonitoredTerm=3",
                "main.dss:5:50: MonitoredTerm of relay 'r' is 3; expected 1..2, the terminals of "
                "the element\n"},
        Mistake{"OtherPhases", "New Fuse.f MonitoredObj=Line.main SwitchedObj=Line.side",
                "main.dss:5:5: fuse 'f' watches 3 phases and opens a line of 1; expected as "
                "many\n"},
        Mistake{"TooManyShots", "New Recloser.r MonitoredObj=Line.main Shots=5",
                "main.dss:5:5: recloser 'r' has 5 shots and 3 reclose intervals; expected an "
                "interval for each shot but the last\n"},
        Mistake{"VoltageRelayWithoutBase", "New Relay.r MonitoredObj=Line.main type=voltage",
                "main.dss:5:5: relay 'r' has no kvbase; expected the rated voltage in kV, line to "
                "line\n"},
        Mistake{"SinglePoles", "New Relay.r MonitoredObj=Line.main state=(open closed closed)",
                "main.dss:5:42: State of relay 'r' differs between phases; expected open or "
                "closed; single poles are not modelled\n"},
        Mistake{"StatesOfOtherPhases", "New Fuse.f MonitoredObj=Line.main state=(open closed)",
                "main.dss:5:41: State of fuse 'f' has 2 entries; expected one, or one for each of "
                "3 phases\n"},
        Mistake{"WrongState", "New Fuse.f MonitoredObj=Line.main state=shut",
                "main.dss:5:41: State of fuse 'f' is 'shut'; expected one of closed, open\n"}),
    test::name_of);

/// The whole way: a script's recloser, fuse and fault, run to lock-out.
TEST(ProtectiveReader, WhatItReadsRuns) {
    Circuit c = read("New Recloser.r MonitoredObj=Line.main PhaseTrip=100 PhaseFast=definite "
                     "PhaseDelayed=definite Shots=2\n");
    Fault fault;
    fault.name = "f";
    fault.phases = 3;
    fault.bus1 = {"m", {1, 2, 3}};
    fault.bus2 = {"m", {0, 0, 0}};
    fault.g_s = {1e4, 0, 0, 0, 1e4, 0, 0, 0, 1e4};
    fault.on = false;
    c.faults.push_back(fault);
    FeederSolver solver(c);
    auto devices = protection::make_devices(c);
    protection::ProtectionRun run;
    run.until = kStart + duration_from_s(10.0);
    run.faults = {{kStart + duration_from_s(1.0), c.faults.size() - 1, true}};
    auto const log = protection::simulate_protection(solver, devices, run);
    ASSERT_EQ(log.size(), 6U);
    EXPECT_EQ(format(log[1]), "2.000000000 s recloser.r trips: phase 1");
    EXPECT_EQ(format(log[3]), "2.500000000 s recloser.r recloses");
    EXPECT_EQ(format(log[5]), "3.500000000 s recloser.r locks out");
}

} // namespace
} // namespace gridtwin::grid
