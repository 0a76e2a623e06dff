// Volt-var and volt-watt control: the settled state lies on the curve.
#include "models/grid/controls/inverter_control.hpp"
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "models/grid/shapes.hpp"
#include "models/grid/time_step.hpp"
#include "tests/models/grid/two_bus.hpp"

#include <random>

namespace gridtwin::grid {
namespace {

constexpr double kE_v = 2400.0;
Complex const kZ_ohm(0.9, 1.7);

// The default curves of category B inverters in IEEE 1547-2018, tables 8 and 31.
std::vector<XyCurve> const kCurves{
    {"vv", {0.5, 0.92, 0.98, 1.02, 1.08, 1.5}, {0.44, 0.44, 0.0, 0.0, -0.44, -0.44}},
    {"vw", {0.0, 1.06, 1.10, 2.0}, {1.0, 1.0, 0.2, 0.2}},
};

PvSystem pv_at(std::string const& bus, double p_w) {
    PvSystem pv;
    pv.name = "pv";
    pv.phases = 1;
    pv.bus = {bus, {1, 0}};
    pv.v_v = kE_v;
    pv.p_mpp_w = p_w;
    pv.inverter.s_va = 1.1 * p_w;
    pv.inverter.q_max_var = pv.inverter.s_va;
    pv.inverter.q_max_absorb_var = pv.inverter.s_va;
    pv.vmin_pu = 0.5;
    pv.vmax_pu = 1.5;
    return pv;
}

InvControl control(InverterFunction function) {
    InvControl c;
    c.controlled = {{ElementKind::pv_system, 0}};
    c.function = function;
    c.volt_var_curve = 0;
    c.volt_watt_curve = 1;
    c.q_reference = ReactiveReference::maximum;
    c.q_tolerance_pu = 1e-7;
    c.p_tolerance_pu = 1e-7;
    c.v_tolerance_pu = 1e-7;
    return c;
}

Circuit two_bus_with_pv(double p_w, InverterFunction function) {
    Circuit c = test::two_bus(kE_v, kZ_ohm, 1e3, 0.0);
    c.curves = kCurves;
    c.pv_systems.push_back(pv_at("b", p_w));
    c.inverter_controls.push_back(control(function));
    c.solution.max_control_iterations = 100;
    return c;
}

/// Root of an increasing function.
template <typename F>
double bisect(double low, double high, F f) {
    for (int k = 0; k < 200; ++k) {
        double const middle = 0.5 * (low + high);
        (f(middle) > 0.0 ? high : low) = middle;
    }
    return 0.5 * (low + high);
}

TEST(VoltVar, SettlesWhereTheCurveMeetsTheQuartic) {
    for (double const p_w : {100e3, 200e3, 300e3, 400e3}) {
        FeederSolver solver(two_bus_with_pv(p_w, InverterFunction::volt_var));
        SolveStatus const status = solver.solve();
        ASSERT_TRUE(status.converged && status.controls_settled) << p_w;
        // Voltage at which what the curve absorbs is what the line needs for it.
        double const v_pu = bisect(0.9, 1.2, [&](double v) {
            double const q_var = curve_at(kCurves[0], v) * 1.1 * p_w;
            // 100 kW at 1.1 pu fits into the rating beside 0.44 of it
            return v - test::two_bus_voltage_v(kE_v, kZ_ohm, 1e3 - p_w, -q_var) / kE_v;
        });
        EXPECT_NEAR(std::abs(solver.u_v()[*solver.find_node("b", 1)]) / kE_v, v_pu, 1e-7) << p_w;
        EXPECT_NEAR(solver.produced({ElementKind::pv_system, 0}).imag(),
                    curve_at(kCurves[0], v_pu) * 1.1 * p_w, 1e-6 * p_w);
    }
}

TEST(VoltWatt, SettlesWhereTheCurveMeetsTheQuartic) {
    double const p_w = 500e3;
    FeederSolver solver(two_bus_with_pv(p_w, InverterFunction::volt_watt));
    SolveStatus const status = solver.solve();
    ASSERT_TRUE(status.converged && status.controls_settled);
    double const v_pu = bisect(0.9, 1.3, [&](double v) {
        double const made_w = std::min(1.0, curve_at(kCurves[1], v)) * p_w;
        return v - test::two_bus_voltage_v(kE_v, kZ_ohm, 1e3 - made_w, 0.0) / kE_v;
    });
    EXPECT_GT(v_pu, 1.06); // the curve is at work
    EXPECT_NEAR(std::abs(solver.u_v()[*solver.find_node("b", 1)]) / kE_v, v_pu, 1e-7);
    EXPECT_LT(solver.produced({ElementKind::pv_system, 0}).real(), 0.97 * p_w);
}

TEST(VoltVar, LooseTolerancesStopNearTheCurve) {
    Circuit c = two_bus_with_pv(400e3, InverterFunction::volt_var);
    InvControl const defaults;
    c.inverter_controls[0].q_tolerance_pu = defaults.q_tolerance_pu;
    c.inverter_controls[0].v_tolerance_pu = defaults.v_tolerance_pu;
    c.solution.max_control_iterations = 15; // the default
    FeederSolver solver(c);
    SolveStatus const status = solver.solve();
    ASSERT_TRUE(status.converged && status.controls_settled);
    CurveDistance const at =
        distance_to_curve(solver, c.inverter_controls[0], {ElementKind::pv_system, 0});
    EXPECT_LE(std::abs(at.q_miss_pu), defaults.q_tolerance_pu);
}

TEST(VoltVar, AvailableVarsAreWhatTheRatingLeaves) {
    Circuit c = two_bus_with_pv(400e3, InverterFunction::volt_var);
    c.inverter_controls[0].q_reference = ReactiveReference::available;
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().controls_settled);
    Complex const s_va = solver.produced({ElementKind::pv_system, 0});
    double const v_pu = std::abs(solver.u_v()[*solver.find_node("b", 1)]) / kE_v;
    double const rest_var = std::sqrt(440e3 * 440e3 - 400e3 * 400e3);
    EXPECT_NEAR(s_va.imag(), curve_at(kCurves[0], v_pu) * rest_var, 1.0);
    EXPECT_NEAR(s_va.real(), 400e3, 1e-6);
}

/// A random tree of single-phase lines with loads and PV systems everywhere.
Circuit random_feeder(std::mt19937_64& random) {
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    Circuit c = test::two_bus(kE_v, Complex(0.1, 0.2), 20e3, 5e3);
    c.sources[0].z_ohm = {Complex(0.01, 0.05)}; // an ordinary one: rounding does not show
    c.solution.tolerance_pu = 1e-11;
    c.curves = kCurves;
    std::vector<std::string> buses{"b"};
    for (int k = 0; k < 12; ++k) {
        std::string const bus = fmt::format("n{}", k);
        Line line = c.lines[0];
        line.name = bus;
        line.bus1 = {
            buses[static_cast<std::size_t>(unit(random) * static_cast<double>(buses.size()))], {1}};
        line.bus2 = {bus, {1}};
        line.z_ohm = {Complex(0.1 + 0.5 * unit(random), 0.1 + 0.8 * unit(random))};
        c.lines.push_back(line);
        Load load = c.loads[0];
        load.name = bus;
        load.bus = {bus, {1, 0}};
        load.p_w = 60e3 * unit(random);
        load.q_var = 20e3 * unit(random);
        c.loads.push_back(load);
        PvSystem pv = pv_at(bus, 20e3 + 80e3 * unit(random));
        pv.irradiance_kw_m2 = unit(random);
        c.pv_systems.push_back(pv);
        c.buses[bus].v_ln_v = kE_v;
        buses.push_back(bus);
    }
    return c;
}

class InverterFunctions : public ::testing::TestWithParam<InverterFunction> {};

TEST_P(InverterFunctions, EverySettledStateLiesOnTheCurves) {
    std::mt19937_64 random(1547);
    for (int k = 0; k < 60; ++k) {
        Circuit c = random_feeder(random);
        InvControl all = control(GetParam());
        all.q_reference = k % 2 == 0 ? ReactiveReference::maximum : ReactiveReference::available;
        all.q_tolerance_pu = 1e-4;
        all.p_tolerance_pu = 1e-4;
        all.v_tolerance_pu = 1e-5;
        all.controlled.clear();
        for (std::size_t row = 0; row < c.pv_systems.size(); ++row) {
            all.controlled.push_back({ElementKind::pv_system, row});
        }
        c.inverter_controls = {all};
        c.solution.max_control_iterations = 100;
        FeederSolver solver(c);
        SolveStatus const status = solver.solve();
        ASSERT_TRUE(status.converged) << k;
        ASSERT_TRUE(status.controls_settled) << k;
        EXPECT_LT(kirchhoff_residual_pu(solver), 1e-8);
        for (ElementRef const inverter : all.controlled) {
            CurveDistance const at = distance_to_curve(solver, all, inverter);
            Complex const s_va = solver.produced(inverter);
            PvSystem const& pv = c.pv_systems[inverter.row];
            EXPECT_LE(std::abs(s_va), pv.inverter.s_va * (1.0 + 1e-9));
            if (GetParam() != InverterFunction::volt_watt) {
                EXPECT_NEAR(s_va.imag(), at.q_var, 1.001e-4 * at.q_base_var + 1e-3);
            }
            if (GetParam() == InverterFunction::volt_watt) {
                EXPECT_NEAR(s_va.real(), at.p_w, 1.001e-4 * at.p_base_w + 1e-3);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, InverterFunctions,
                         ::testing::Values(InverterFunction::volt_var, InverterFunction::volt_watt,
                                           InverterFunction::volt_var_watt));

TEST(InverterControlInTime, TheNextStepStartsFromTheLastOnesVars) {
    Circuit c = two_bus_with_pv(300e3, InverterFunction::volt_var);
    LoadShape sun;
    sun.p_mult = {1.0, 1.0, 0.2, 1.0};
    c.load_shapes = {sun};
    c.pv_systems[0].shapes.daily = 0;
    c.pv_systems[0].inverter.cut_in_frac = 0.0;
    c.pv_systems[0].inverter.cut_out_frac = 0.0;
    c.solution.mode = SolutionMode::daily;
    FeederSolver solver(c);
    std::vector<double> q_var;
    std::vector<int> rounds;
    for (int step = 1; step <= 4; ++step) {
        begin_step(solver, c, moment_of(c.solution, step));
        SolveStatus const status = solver.solve();
        ASSERT_TRUE(status.converged && status.controls_settled);
        q_var.push_back(solver.produced({ElementKind::pv_system, 0}).imag());
        rounds.push_back(status.control_rounds);
    }
    EXPECT_EQ(rounds[1], 0); // nothing has changed
    EXPECT_NEAR(q_var[0], q_var[1], 1e-6);
    EXPECT_NEAR(q_var[0], q_var[3], 0.1);
    EXPECT_GT(q_var[2], q_var[1]); // less sun, less to absorb
}

} // namespace
} // namespace gridtwin::grid
