// A capacitor bank at the end of one line, whose thresholds can be worked out on paper.
#include "models/grid/controls/capacitor_control.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/two_bus.hpp"

namespace gridtwin::grid {
namespace {

constexpr double kE_v = 2400.0;
Complex const kZ_ohm(0.9, 1.7);
constexpr double kP_w = 200e3;
constexpr double kQ_var = 150e3;
constexpr double kBank_var = 120e3;

Circuit circuit(CapControlType type, bool closed) {
    Circuit c = test::two_bus(kE_v, kZ_ohm, kP_w, kQ_var);
    Capacitor bank;
    bank.name = "bank";
    bank.phases = 1;
    bank.bus1 = {"b", {1}};
    bank.bus2 = {"b", {0}};
    bank.v_v = kE_v;
    bank.q_var = {kBank_var};
    bank.closed = {closed};
    c.capacitors.push_back(bank);
    CapControl control;
    control.type = type;
    control.monitored = {ElementKind::line, 0};
    control.terminal = type == CapControlType::voltage ? 1 : 0;
    control.pt_ratio = 20.0;
    control.ct_ratio = 100.0;
    control.min_kvar_frac = 0.0;
    c.capacitor_controls.push_back(control);
    return c;
}

/// What the control measures, from the quartic, with the bank in or out. The bank and the line are
/// a Thevenin source behind which only the constant power draws.
double truth(CapControlType type, bool closed) {
    Complex const bank_s(0.0, closed ? kBank_var / (kE_v * kE_v) : 0.0);
    Complex const share = 1.0 / (1.0 + kZ_ohm * bank_s);
    double const v = test::two_bus_voltage_v(kE_v * std::abs(share), kZ_ohm * share, kP_w, kQ_var);
    // The line's current with V as reference.
    Complex const i_a = Complex(kP_w, -kQ_var) / v + bank_s * v;
    Complex const e_v = v + kZ_ohm * i_a;
    Complex const s_va = e_v * std::conj(i_a);
    switch (type) {
    case CapControlType::current:
        return std::abs(i_a) / 100.0;
    case CapControlType::voltage:
        return v / 20.0;
    case CapControlType::kvar:
        return s_va.imag() / 1e3;
    default:
        return s_va.imag() < 0.0 ? 2.0 - s_va.real() / std::abs(s_va)
                                 : s_va.real() / std::abs(s_va);
    }
}

bool closed_after_solve(Circuit const& c) {
    FeederSolver solver(c);
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged && status.controls_settled);
    return solver.circuit().capacitors[0].closed[0];
}

class CapacitorControl : public ::testing::TestWithParam<CapControlType> {
  protected:
    /// +1 where the bank goes in above its ON setting, -1 where below.
    static double rises() {
        return GetParam() == CapControlType::voltage || GetParam() == CapControlType::power_factor
                   ? -1.0
                   : 1.0;
    }
};

TEST_P(CapacitorControl, SwitchesInExactlyAtItsOnSetting) {
    double const at = truth(GetParam(), false);
    Circuit c = circuit(GetParam(), false);
    c.capacitor_controls[0].off = -rises() * 1e9; // never out
    for (double const beyond : {-1e-6, 1e-6}) {
        c.capacitor_controls[0].on = at - rises() * beyond * std::abs(at);
        EXPECT_EQ(closed_after_solve(c), beyond > 0.0) << beyond;
    }
}

TEST_P(CapacitorControl, SwitchesOutExactlyAtItsOffSetting) {
    double const at = truth(GetParam(), true);
    Circuit c = circuit(GetParam(), true);
    c.capacitor_controls[0].on = rises() * 1e9; // never in
    for (double const beyond : {-1e-6, 1e-6}) {
        c.capacitor_controls[0].off = at + rises() * beyond * std::abs(at);
        EXPECT_EQ(closed_after_solve(c), beyond < 0.0) << beyond;
    }
}

INSTANTIATE_TEST_SUITE_P(Types, CapacitorControl,
                         ::testing::Values(CapControlType::current, CapControlType::voltage,
                                           CapControlType::kvar, CapControlType::power_factor));

TEST(CapacitorControlTime, IsInFromItsOnHourToItsOffHour) {
    CapControl c;
    c.type = CapControlType::time;
    auto const wants = [&c](double hour, std::size_t closed) {
        CapacitorMeasurement m;
        m.hour = hour;
        return wanted_step(c, m, 1, closed, 100.0);
    };
    c.on = 8.0;
    c.off = 18.0;
    EXPECT_EQ(wants(7.99, 0), CapacitorStep::none);
    EXPECT_EQ(wants(8.0, 0), CapacitorStep::close);
    EXPECT_EQ(wants(17.99, 1), CapacitorStep::none);
    EXPECT_EQ(wants(18.0, 1), CapacitorStep::open);
    c.on = 20.0; // off on the next day
    c.off = 6.0;
    EXPECT_EQ(wants(20.0, 0), CapacitorStep::close);
    EXPECT_EQ(wants(23.0, 1), CapacitorStep::none);
    EXPECT_EQ(wants(5.9, 1), CapacitorStep::none);
    EXPECT_EQ(wants(6.0, 1), CapacitorStep::open);
    EXPECT_EQ(wants(12.0, 0), CapacitorStep::none);
}

TEST(CapacitorControlTime, HoursOfTheDayRunTo24) {
    EXPECT_DOUBLE_EQ(hour_of_day(0.0), 0.0);
    EXPECT_DOUBLE_EQ(hour_of_day(24 * 3600.0), 24.0);
    EXPECT_DOUBLE_EQ(hour_of_day(25 * 3600.0), 1.0);
    EXPECT_DOUBLE_EQ(hour_of_day(48 * 3600.0), 24.0);
    EXPECT_DOUBLE_EQ(hour_of_day(48.5 * 3600.0), 0.5);
}

TEST(CapacitorControlOverride, VoltageOverridesEveryOtherReason) {
    double const out_v = truth(CapControlType::voltage, false);
    Circuit c = circuit(CapControlType::kvar, false);
    CapControl& control = c.capacitor_controls[0];
    control.terminal = 1;
    control.on = 1e9;
    control.off = -1e9;
    control.voltage_override = true;
    control.v_max_v = 1e9;
    control.v_min_v = out_v * (1.0 - 1e-6);
    EXPECT_FALSE(closed_after_solve(c));
    control.v_min_v = out_v * (1.0 + 1e-6);
    EXPECT_TRUE(closed_after_solve(c));
    double const in_v = truth(CapControlType::voltage, true);
    c.capacitors[0].closed = {true};
    control.v_min_v = 0.0;
    control.v_max_v = in_v * (1.0 - 1e-6);
    EXPECT_FALSE(closed_after_solve(c));
    control.v_max_v = in_v * (1.0 + 1e-6);
    EXPECT_TRUE(closed_after_solve(c));
}

TEST(CapacitorControlOverride, MayLookAtAnotherBus) {
    Circuit c = circuit(CapControlType::kvar, false);
    CapControl& control = c.capacitor_controls[0];
    control.on = 1e9;
    control.off = -1e9;
    control.voltage_override = true;
    control.v_max_v = 1e9;
    control.v_min_v = 119.0; // the source's end has 120 V
    EXPECT_FALSE(closed_after_solve(c));
    control.override_bus = "b";
    EXPECT_TRUE(closed_after_solve(c));
}

TEST(CapacitorControlPowerFactor, ASmallReactiveFlowSwitchesNothingIn) {
    CapControl c;
    c.type = CapControlType::power_factor;
    c.on = 0.95;
    c.off = 1.05;
    c.min_kvar_frac = 0.5;
    CapacitorMeasurement m;
    m.power_factor = 0.8;
    m.q_kvar = 49.0;
    EXPECT_EQ(wanted_step(c, m, 1, 0, 100.0), CapacitorStep::none);
    m.q_kvar = 51.0;
    EXPECT_EQ(wanted_step(c, m, 1, 0, 100.0), CapacitorStep::close);
}

TEST(CapacitorControlSteps, GoInAndOutOneAtATime) {
    Circuit c = circuit(CapControlType::voltage, false);
    c.capacitors[0].q_var.assign(4, kBank_var / 4);
    c.capacitors[0].closed.assign(4, false);
    // The voltage is half way between three steps and four: the fourth goes in, then it rests.
    c.capacitor_controls[0].off = 1e9;
    c.capacitor_controls[0].on = truth(CapControlType::voltage, true) - 1e-3;
    FeederSolver solver(c);
    solver.set_controls(false);
    std::vector<std::size_t> closed;
    for (int round = 0; round < 6; ++round) {
        ASSERT_TRUE(solver.solve().converged);
        solver.adjust_controls();
        auto const& states = solver.circuit().capacitors[0].closed;
        closed.push_back(static_cast<std::size_t>(std::count(states.begin(), states.end(), true)));
    }
    EXPECT_EQ(closed, (std::vector<std::size_t>{1, 2, 3, 4, 4, 4}));
}

/// Seconds after which the bank moves, in time mode; -1: not within the hour.
int seconds_until_moved(FeederSolver& solver) {
    bool const before = solver.circuit().capacitors[0].closed[0];
    for (int s = 0; s < 3600; ++s) {
        EXPECT_TRUE(solver.solve().converged);
        if (solver.circuit().capacitors[0].closed[0] != before) {
            return s;
        }
        solver.controls().t_s += 1.0;
    }
    return -1;
}

TEST(CapacitorControlTiming, DelaysAndTheDeadTimeAreKept) {
    Circuit c = circuit(CapControlType::voltage, false);
    c.solution.control_mode = ControlMode::time;
    CapControl& control = c.capacitor_controls[0];
    double const out_v = truth(CapControlType::voltage, false);
    control.on = out_v + 0.1;
    control.off = truth(CapControlType::voltage, true) + 0.1;
    control.delay_s = 40.0;
    control.delay_off_s = 25.0;
    control.dead_time_s = 300.0;
    FeederSolver solver(c);
    EXPECT_EQ(seconds_until_moved(solver), 40);
    solver.set_load_power(0, 0.0, 0.0); // the voltage rises
    EXPECT_EQ(seconds_until_moved(solver), 25);
    solver.set_load_power(0, kP_w, kQ_var);
    EXPECT_EQ(seconds_until_moved(solver), 340);
}

TEST(CapacitorControlTiming, AReasonThatPassesBeforeTheDelayMovesNothing) {
    Circuit c = circuit(CapControlType::voltage, false);
    c.solution.control_mode = ControlMode::time;
    c.capacitor_controls[0].on = truth(CapControlType::voltage, false) + 0.1;
    c.capacitor_controls[0].off = 1e9;
    FeederSolver solver(c);
    for (int s = 0; s < 200; ++s) {
        bool const low = s % 10 < 9; // never low for the 15 s of the delay
        solver.set_load_power(0, low ? kP_w : 0.0, low ? kQ_var : 0.0);
        ASSERT_TRUE(solver.solve().converged);
        solver.controls().t_s += 1.0;
    }
    EXPECT_FALSE(solver.circuit().capacitors[0].closed[0]);
}

} // namespace
} // namespace gridtwin::grid
