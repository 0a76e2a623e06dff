#include "models/grid/regulator.hpp"

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

TEST(Regulator, SeesTheLoadCentreThroughItsLineDropCompensator) {
    EXPECT_DOUBLE_EQ(relay_voltage_v(control(), 2440.0, 0.0), 122.0);
    // 350 A in phase is half of the primary rating: 1.5 V resistive, 4.5 V reactive
    EXPECT_NEAR(relay_voltage_v(control(), 2440.0, 350.0), std::hypot(122.0 - 1.5, 4.5), 1e-12);
}

TEST(Regulator, StaysInsideItsBand) {
    Winding const winding;
    for (double const relay_v : {121.0, 121.5, 122.0, 123.0}) {
        EXPECT_EQ(wanted_tap_pu(control(), winding, kCoil_v, relay_v), 1.0);
    }
}

// Eight steps short: four, then two, one, one; each answer is half of what is still needed.
TEST(Regulator, AsksForHalfOfTheStepsThatItNeedsAndForOneAtLeast) {
    Winding const winding;
    for (auto const& [needed, asked] : std::initializer_list<std::pair<double, double>>{
             {8.0, 4.0}, {5.2, 2.0}, {2.0, 1.0}, {1.4, 1.0}, {-9.0, -4.0}, {-2.0, -1.0}}) {
        EXPECT_NEAR(wanted_tap_pu(control(), winding, kCoil_v, 122.0 - needed * 0.75),
                    1.0 + asked * kStep_pu, 1e-12)
            << needed;
    }
}

TEST(Regulator, MovesNoFurtherThanItsLimits) {
    Winding winding;
    winding.tap_pu = 1.08125;
    EXPECT_DOUBLE_EQ(wanted_tap_pu(control(), winding, kCoil_v, 90.0), 1.1);
    RegControl slow = control();
    slow.max_tap_change = 1;
    winding.tap_pu = 1.0;
    EXPECT_NEAR(wanted_tap_pu(slow, winding, kCoil_v, 90.0), 1.0 + kStep_pu, 1e-12);
    winding.tap_pu = 1.1;
    EXPECT_DOUBLE_EQ(wanted_tap_pu(control(), winding, kCoil_v, 90.0), 1.1);
}

TEST(Regulator, WithABandNarrowerThanAStepItDoesNotHunt) {
    RegControl narrow = control();
    narrow.band_v = 0.2;
    EXPECT_EQ(wanted_tap_pu(narrow, Winding{}, kCoil_v, 122.3), 1.0);
}

TEST(Regulator, ManyStepsUpAndDownEndWhereTheyBegan) {
    Winding winding;
    RegControl one = control();
    one.max_tap_change = 1;
    for (int k = 0; k < 16; ++k) {
        winding.tap_pu = wanted_tap_pu(one, winding, kCoil_v, 100.0);
    }
    for (int k = 0; k < 16; ++k) {
        winding.tap_pu = wanted_tap_pu(one, winding, kCoil_v, 140.0);
    }
    EXPECT_EQ(winding.tap_pu, 1.0);
}

} // namespace
} // namespace gridtwin::grid
