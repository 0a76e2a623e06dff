#include "models/grid/controls/regulator.hpp"

namespace gridtwin::grid {
namespace {

RegControl control() {
    RegControl r;
    r.v_reg_v = 122.0;
    r.band_v = 2.0;
    r.pt_ratio = 20.0;
    r.ct_primary_a = 700.0;
    r.r_v = 3.0;
    r.x_v = 9.0;
    return r;
}

constexpr double kCoil_v = 2400.0;
constexpr double kStep_pu = 0.00625; // 0.9 to 1.1 in 32 steps: 0.75 V at the relay

double relay_v(RegControl const& r, Complex u_v, Complex i_a) {
    return relay_voltage_v(r, settings_now(r, {}), u_v, i_a);
}

double change_pu(RegControl const& r, double seen_v) {
    return wanted_change_pu(r, settings_now(r, {}), Winding{}, kCoil_v, seen_v, seen_v);
}

/// Where one action of static mode brings the tap.
double next_tap_pu(RegControl const& r, Winding const& winding, double seen_v) {
    return static_move_pu(r, winding, change_pu(r, seen_v));
}

TEST(Regulator, SeesTheLoadCentreThroughItsLineDropCompensator) {
    EXPECT_DOUBLE_EQ(relay_v(control(), 2440.0, 0.0), 122.0);
    // 350 A in phase is half of the primary rating: 1.5 V resistive, 4.5 V reactive
    EXPECT_NEAR(relay_v(control(), 2440.0, 350.0), std::hypot(122.0 - 1.5, 4.5), 1e-12);
}

TEST(Regulator, CompensatesByMagnitudesWithLdcZ) {
    RegControl r = control();
    r.z_v = 4.0;
    EXPECT_NEAR(relay_v(r, 2440.0, Complex(0.0, -350.0)), 122.0 - 2.0, 1e-12);
}

TEST(Regulator, StaysInsideItsBand) {
    for (double const seen_v : {121.0, 121.5, 122.0, 123.0}) {
        EXPECT_EQ(change_pu(control(), seen_v), 0.0);
    }
}

TEST(Regulator, WantsTheWholeStepsThatAreMissing) {
    for (double const steps : {8.0, 2.0, -9.0}) {
        EXPECT_NEAR(change_pu(control(), 122.0 - steps * 0.75), steps * kStep_pu, 1e-12);
    }
}

// Ten steps short: seven, then two, one; each action is 70 % of what is still missing.
TEST(Regulator, GoesSeventyPercentOfTheWayAndOneStepAtLeast) {
    for (auto const& [needed, made] :
         std::initializer_list<std::pair<double, double>>{{10.0, 7.0},
                                                          {8.0, 5.0},
                                                          {5.2, 3.0},
                                                          {2.0, 1.0},
                                                          {1.4, 1.0},
                                                          {-9.0, -6.0},
                                                          {-2.0, -1.0}}) {
        EXPECT_NEAR(next_tap_pu(control(), Winding{}, 122.0 - needed * 0.75), 1.0 + made * kStep_pu,
                    1e-12)
            << needed;
    }
}

TEST(Regulator, MovesNoFurtherThanItsLimits) {
    Winding winding;
    winding.tap_pu = 1.08125;
    EXPECT_DOUBLE_EQ(next_tap_pu(control(), winding, 90.0), 1.1);
    RegControl slow = control();
    slow.max_tap_change = 1;
    winding.tap_pu = 1.0;
    EXPECT_NEAR(next_tap_pu(slow, winding, 90.0), 1.0 + kStep_pu, 1e-12);
    winding.tap_pu = 1.1;
    EXPECT_DOUBLE_EQ(next_tap_pu(control(), winding, 90.0), 1.1);
}

TEST(Regulator, WithABandNarrowerThanAStepItDoesNotHunt) {
    RegControl narrow = control();
    narrow.band_v = 0.2;
    EXPECT_EQ(change_pu(narrow, 122.3), 0.0);
}

TEST(Regulator, ComesDownToItsVoltageLimitThoughTheLoadCentreIsLow) {
    RegControl r = control();
    r.v_limit_v = 125.0;
    EXPECT_NEAR(wanted_change_pu(r, settings_now(r, {}), Winding{}, kCoil_v, 118.0, 126.5),
                -2.0 * kStep_pu, 1e-12);
}

TEST(Regulator, ManyStepsUpAndDownEndWhereTheyBegan) {
    Winding winding;
    RegControl one = control();
    one.max_tap_change = 1;
    for (int k = 0; k < 16; ++k) {
        winding.tap_pu = next_tap_pu(one, winding, 100.0);
    }
    EXPECT_DOUBLE_EQ(winding.tap_pu, 1.1);
    for (int k = 0; k < 16; ++k) {
        winding.tap_pu = next_tap_pu(one, winding, 140.0);
    }
    EXPECT_EQ(winding.tap_pu, 1.0);
}

TEST(Regulator, ATapBetweenTwoStepsKeepsItsOffset) {
    Winding winding;
    winding.tap_pu = 1.002;
    EXPECT_NEAR(next_tap_pu(control(), winding, 120.5), 1.002 + kStep_pu, 1e-12);
}

} // namespace
} // namespace gridtwin::grid
