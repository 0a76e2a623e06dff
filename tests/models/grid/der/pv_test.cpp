#include "models/grid/der/pv.hpp"

#include <random>

namespace gridtwin::grid {
namespace {

// The array and the inverter of the OpenDSS element reference's own example.
std::vector<XyCurve> const kCurves{
    {"p-t", {0.0, 25.0, 75.0, 100.0}, {1.2, 1.0, 0.8, 0.6}},
    {"eff", {0.1, 0.2, 0.4, 1.0}, {0.86, 0.90, 0.93, 0.97}},
};

PvSystem pv() {
    PvSystem p;
    p.p_mpp_w = 500e3;
    p.irradiance_kw_m2 = 0.98;
    p.p_t_curve = 0;
    p.inverter.s_va = 500e3;
    p.inverter.q_max_var = 500e3;
    p.inverter.q_max_absorb_var = 500e3;
    p.inverter.efficiency_curve = 1;
    return p;
}

Complex output(PvSystem const& p, double shape, double celsius, InverterPoint const& was = {}) {
    return inverter_output(p.inverter,
                           pv_point(p, kCurves, was, panel_power_w(p, kCurves, shape, celsius)));
}

TEST(PvSystem, PanelPowerIsIrradianceTimesRatingTimesTemperatureFactor) {
    EXPECT_NEAR(panel_power_w(pv(), kCurves, 1.0, 25.0), 490e3, 1e-6);
    EXPECT_NEAR(panel_power_w(pv(), kCurves, 0.5, 50.0), 0.98 * 0.5 * 500e3 * 0.9, 1e-6);
}

TEST(PvSystem, TheInverterDeliversThePanelPowerTimesItsEfficiency) {
    // 490 kW are 0.98 pu: efficiency 0.93 + 0.58 / 0.6 * 0.04
    EXPECT_NEAR(output(pv(), 1.0, 25.0).real(), 490e3 * (0.93 + 0.58 / 0.6 * 0.04), 1e-6);
    EXPECT_EQ(output(pv(), 1.0, 25.0).imag(), 0.0);
}

TEST(PvSystem, NoMoreThanItsShareOfPmpp) {
    PvSystem p = pv();
    p.p_limit_frac = 0.4;
    EXPECT_DOUBLE_EQ(output(p, 1.0, 25.0).real(), 200e3);
}

TEST(PvSystem, CutsInAndOutWithHysteresis) {
    PvSystem p = pv();
    p.inverter.efficiency_curve = kNone;
    p.p_t_curve = kNone;
    p.irradiance_kw_m2 = 1.0;
    p.inverter.cut_in_frac = 0.20;
    p.inverter.cut_out_frac = 0.10;
    InverterPoint point;
    point.on = false;
    std::vector<double> made_kw;
    for (double const sun : {0.05, 0.15, 0.19, 0.20, 0.15, 0.10, 0.09, 0.15, 0.25}) {
        point = pv_point(p, kCurves, point, panel_power_w(p, kCurves, sun, 25.0));
        made_kw.push_back(std::round(point.p_w / 1e3));
    }
    EXPECT_EQ(made_kw, (std::vector<double>{0, 0, 0, 100, 75, 50, 0, 0, 125}));
}

TEST(PvSystem, PowerFactorsArePositiveWhenBothAreProduced) {
    PvSystem p = pv();
    p.inverter.power_factor = 0.8;
    double const made = output(p, 0.5, 25.0).real();
    EXPECT_NEAR(output(p, 0.5, 25.0).imag(), 0.75 * made, 1e-6);
    p.inverter.power_factor = -0.8;
    EXPECT_NEAR(output(p, 0.5, 25.0).imag(), -0.75 * made, 1e-6);
}

TEST(PvSystem, BeyondItsRatingWattsGiveWayOrVarsOrBoth) {
    PvSystem p = pv();
    p.inverter.efficiency_curve = kNone;
    p.p_t_curve = kNone;
    p.irradiance_kw_m2 = 1.0;
    p.inverter.q_fixed = true;
    p.inverter.q_var = 300e3;
    EXPECT_NEAR(std::abs(output(p, 1.0, 25.0) - Complex(400e3, 300e3)), 0.0, 1e-6);
    p.inverter.watt_priority = true;
    EXPECT_NEAR(std::abs(output(p, 0.8, 25.0) - Complex(400e3, 300e3)), 0.0, 1e-6);
    EXPECT_NEAR(std::abs(output(p, 0.96, 25.0) - Complex(480e3, 140e3)), 0.0, 1e-6);
    p.inverter.watt_priority = false;
    p.inverter.pf_priority = true;
    Complex const both = output(p, 1.0, 25.0);
    EXPECT_NEAR(std::abs(both), 500e3, 1e-6);
    EXPECT_NEAR(both.imag() / both.real(), 0.6, 1e-12);
}

TEST(PvSystem, VarsGoOnAtNightUnlessTheyFollowTheInverter) {
    PvSystem p = pv();
    p.inverter.q_fixed = true;
    p.inverter.q_var = 100e3;
    EXPECT_EQ(output(p, 0.0, 25.0), Complex(0.0, 100e3));
    p.inverter.q_follows_inverter = true;
    EXPECT_EQ(output(p, 0.0, 25.0), Complex(0.0, 0.0));
}

TEST(PvSystem, SmallPowerLimitsTheVars) {
    PvSystem p = pv();
    p.p_t_curve = kNone;
    p.inverter.efficiency_curve = kNone;
    p.irradiance_kw_m2 = 1.0;
    p.inverter.cut_in_frac = 0.0;
    p.inverter.cut_out_frac = 0.0;
    p.inverter.q_fixed = true;
    p.inverter.q_var = -400e3;
    p.inverter.min_p_for_q_w = 50e3;
    p.inverter.min_p_for_full_q_w = 250e3;
    EXPECT_DOUBLE_EQ(output(p, 0.08, 25.0).imag(), 0.0);
    EXPECT_DOUBLE_EQ(output(p, 0.20, 25.0).imag(), -500e3 * 100.0 / 250.0);
    EXPECT_DOUBLE_EQ(output(p, 0.50, 25.0).imag(), -400e3);
}

TEST(Inverter, NeverExceedsItsRatingNorItsLimitsOfQ) {
    std::mt19937_64 random(20240611);
    std::uniform_real_distribution<double> unit(-1.0, 1.0);
    for (int k = 0; k < 20000; ++k) {
        InverterSpec spec;
        spec.s_va = 1e5 * (1.0 + unit(random) * 0.9);
        spec.q_max_var = spec.s_va * std::abs(unit(random));
        spec.q_max_absorb_var = spec.s_va * std::abs(unit(random));
        spec.q_fixed = k % 2 == 0;
        spec.q_var = 3e5 * unit(random);
        spec.power_factor = std::copysign(0.05 + 0.95 * std::abs(unit(random)), unit(random));
        spec.watt_priority = k % 3 == 0;
        spec.pf_priority = k % 5 == 0;
        InverterPoint point;
        point.p_w = 3e5 * unit(random);
        point.q_wanted = k % 7 == 0;
        point.q_wanted_var = 3e5 * unit(random);
        set_reactive_limits(spec, point);
        Complex const s_va = inverter_output(spec, point);
        ASSERT_LE(std::abs(s_va), spec.s_va * (1.0 + 1e-12));
        ASSERT_LE(s_va.imag(), spec.q_max_var * (1.0 + 1e-12));
        ASSERT_GE(s_va.imag(), -spec.q_max_absorb_var * (1.0 + 1e-12));
        ASSERT_GE(s_va.real() * point.p_w, 0.0);
        ASSERT_LE(std::abs(s_va.real()), std::abs(point.p_w) * (1.0 + 1e-12));
    }
}

} // namespace
} // namespace gridtwin::grid
