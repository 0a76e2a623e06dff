#include "models/grid/protection/curve.hpp"
#include "models/grid/protection/standard_curves.hpp"
#include "models/grid/protection/switch_sequence.hpp"
#include "tests/models/grid/protection/script.hpp"

namespace gridtwin::grid::protection {
namespace {

using test::one_phase;
using test::Script;

SwitchSettings relay(std::string_view curve, double pickup_a) {
    SwitchSettings s;
    s.phase = {test::standard_row(curve), pickup_a, 1.0, 0.0};
    return s;
}

TEST(Relay, TripsWhenItsTravelReachesTheEndWhateverTheCurrentsOnTheWay) {
    // IEC very inverse: 13.5 s at twice pickup, 4.5 s at four times. Half the way at the first.
    SwitchSettings s = relay("iec_very_inv", 100.0);
    s.shots = 1;
    Script script(s);
    script.hold(6.75, 200.0);
    script.hold(10.0, 400.0);
    ASSERT_EQ(script.times_s(Step::tripped).size(), 1U);
    EXPECT_NEAR(script.times_s(Step::tripped)[0], 6.75 + 2.25, 3e-9);
}

TEST(Relay, ForgetsItsTravelAtOnceWhenTheCurrentDrops) {
    Script script(relay("iec_very_inv", 100.0));
    script.hold(13.0, 200.0);
    script.hold(0.1, 99.0);
    script.hold(13.4, 200.0);
    EXPECT_TRUE(script.times_s(Step::tripped).empty());
    script.hold(0.2, 200.0);
    EXPECT_NEAR(script.times_s(Step::tripped).at(0), 13.1 + 13.5, 3e-9);
}

TEST(Relay, WithADiskGoesBackSlowly) {
    // IEEE very inverse: 21.6 s back from the end without current, so 8 s are 8/21.6 of the way
    SwitchSettings s = relay("ieee_very_inv", 100.0);
    s.disk_reset = true;
    double const operate_s = 19.61 / 3.0 + 0.491;
    Script script(s);
    script.hold(0.5 * operate_s, 200.0);
    script.hold(8.0, 0.0);
    script.hold(10.0, 200.0);
    double const left = 0.5 - 8.0 / 21.6;
    EXPECT_NEAR(script.times_s(Step::tripped).at(0),
                0.5 * operate_s + 8.0 + (1.0 - left) * operate_s, 1e-8);
}

TEST(Relay, WithADiskAtHalfPickupTakesThreeQuartersOfTheReturnRate) {
    SwitchSettings s = relay("ieee_very_inv", 100.0);
    s.disk_reset = true;
    s.phase.time_dial = 2.0; // twice the way in both directions
    double const operate_s = 2.0 * (19.61 / 3.0 + 0.491);
    Script script(s);
    script.hold(0.8 * operate_s, 200.0);
    script.hold(10.0, 50.0);
    script.hold(20.0, 200.0);
    double const left = 0.8 - 10.0 / (2.0 * 21.6 / 0.75);
    EXPECT_NEAR(script.times_s(Step::tripped).at(0),
                0.8 * operate_s + 10.0 + (1.0 - left) * operate_s, 1e-8);
}

TEST(Relay, TripsAtOnceAboveItsInstantaneousSettingOnTheFirstOperationOnly) {
    SwitchSettings s = relay("iec_very_inv", 100.0);
    s.phase.instantaneous_a = 1000.0;
    s.opening_s = 0.05;
    s.shots = 2;
    s.reclose_s = {1.0};
    Script script(s);
    script.hold(20.0, 1000.0); // ten times pickup: 1.5 s
    std::vector<double> const trips_s = script.times_s(Step::tripped);
    ASSERT_EQ(trips_s.size(), 2U);
    EXPECT_NEAR(trips_s[0], 0.01, 2e-9);
    EXPECT_NEAR(trips_s[1], 0.01 + 0.05 + 1.0 + 1.5, 5e-9);
    EXPECT_EQ(script.steps.back().step.step, Step::locked_out);
}

TEST(Relay, OfDefiniteTimeIgnoresItsCurve) {
    SwitchSettings s = relay("iec_very_inv", 100.0);
    s.definite_s = 0.3;
    Script script(s);
    script.hold(0.2, 100.0);
    script.hold(0.2, 5000.0);
    EXPECT_NEAR(script.times_s(Step::tripped).at(0), 0.3, 2e-9);
}

TEST(Relay, ResidualCurrentTripsTheGroundElement) {
    SwitchSettings s = relay("iec_very_inv", 1000.0);
    s.ground = {test::standard_row("iec_very_inv"), 50.0, 1.0, 0.0};
    Seen seen;
    seen.node = {1, 2, 3};
    seen.v_v.assign(3, Complex(7200.0, 0.0));
    seen.i_a = {Complex(200, 0), Complex(-100, 0), Complex(0, 0)};
    Script script(s);
    script.hold(20.0, seen);
    EXPECT_EQ(script.steps.at(0).step.cause, Cause::ground);
    EXPECT_NEAR(script.times_s(Step::tripped).at(0), 13.5, 2e-9);
    // balanced currents of any size leave it alone
    seen.i_a = {std::polar(900.0, 0.0), std::polar(900.0, 2.0943951023931953),
                std::polar(900.0, -2.0943951023931953)};
    Script quiet(s);
    quiet.hold(1000.0, seen);
    EXPECT_TRUE(quiet.steps.empty());
}

SwitchSettings recloser() {
    SwitchSettings s;
    s.fast_operations = 2;
    s.phase_fast = {test::standard_row("a"), 100.0, 1.0, 0.0};
    s.phase = {test::standard_row("d"), 100.0, 1.0, 0.0};
    return s;
}

TEST(Recloser, TakesItsFastCurveThenItsDelayedOneThenLocksOut) {
    Script script(recloser());
    script.hold(100.0, 450.0); // 0.05 s fast, 0.2 s delayed
    std::vector<double> const trips_s = script.times_s(Step::tripped);
    ASSERT_EQ(trips_s.size(), 4U);
    EXPECT_NEAR(trips_s[0], 0.05, 1e-8);
    EXPECT_NEAR(trips_s[1], 0.05 + 0.5 + 0.05, 1e-8);
    EXPECT_NEAR(trips_s[2], 0.6 + 2.0 + 0.2, 1e-8);
    EXPECT_NEAR(trips_s[3], 2.8 + 2.0 + 0.2, 1e-8);
    EXPECT_EQ(script.state.contact, Contact::locked_out);
    script.hold(1e6, 450.0);
    EXPECT_EQ(script.steps.back().step.step, Step::locked_out);
}

TEST(Recloser, ThatReclosesAtOnceTakesItsCurvesTimeAgain) {
    SwitchSettings s = recloser();
    s.shots = 2;
    s.reclose_s = {0.0};
    Script script(s);
    script.hold(1.0, 450.0);
    std::vector<double> const trips_s = script.times_s(Step::tripped);
    ASSERT_EQ(trips_s.size(), 2U);
    EXPECT_NEAR(trips_s[1] - trips_s[0], 0.05, 1e-8);
}

TEST(Recloser, StartsItsSequenceAnewAfterTheResetTimeAndNotBefore) {
    Script script(recloser());
    script.hold(0.05, 450.0); // first trip
    script.hold(0.5, 0.0);
    script.hold(14.9, 10.0);
    EXPECT_EQ(script.state.operations, 1);
    script.hold(0.01, 450.0); // picks up: the clock stops
    script.hold(14.9, 10.0);
    EXPECT_EQ(script.state.operations, 1);
    script.hold(0.2, 10.0);
    EXPECT_EQ(script.state.operations, 0);
    EXPECT_EQ(script.steps.back().step.step, Step::sequence_reset);
}

TEST(VoltageRelay, TripsByBandAndReclosesWhenTheVoltageHasBeenHealthyForItsInterval) {
    SwitchSettings s;
    s.type = RelayType::voltage;
    s.base_v = 7200.0;
    s.under_voltage = test::standard_row("uv1547"); // 0.5 pu 0.166 s, 0.9 pu 2 s
    s.over_voltage = test::standard_row("ov1547");  // 1.1 pu 2 s, 1.2 pu 0.166 s
    s.shots = 2;
    s.reclose_s = {5.0};
    Script script(s);
    script.hold(1.9, one_phase(0.0, 0.7 * 7200.0));
    script.hold(10.0, one_phase(0.0, 1.05 * 7200.0));
    EXPECT_TRUE(script.steps.empty()); // recovered in time
    script.hold(1.0, one_phase(0.0, 0.7 * 7200.0));
    script.hold(3.0, one_phase(0.0, 0.4 * 7200.0));
    EXPECT_NEAR(script.times_s(Step::tripped).at(0), 11.9 + 1.0 + 0.166, 5e-9);
    EXPECT_EQ(script.steps.at(0).step.cause, Cause::under_voltage);
    double const healthy_s = script.now_s();
    script.hold(4.0, one_phase(0.0, 7200.0));
    script.hold(1.0, one_phase(0.0, 0.85 * 7200.0)); // not healthy: the interval starts again
    script.hold(6.0, one_phase(0.0, 7200.0));
    EXPECT_NEAR(script.times_s(Step::reclosed).at(0), healthy_s + 4.0 + 1.0 + 5.0, 5e-9);
    script.hold(1.0, one_phase(0.0, 1.205 * 7200.0));
    EXPECT_EQ(script.steps.back().step.step, Step::locked_out);
    EXPECT_NEAR(script.times_s(Step::locked_out).at(0), healthy_s + 11.0 + 0.166, 1e-8);
}

} // namespace
} // namespace gridtwin::grid::protection
