#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/two_bus.hpp"

namespace gridtwin::grid {
namespace {

constexpr double kE_v = 2400.0;
Complex const kZ_ohm(0.9, 1.7);

double solved_voltage_v(Circuit const& circuit) {
    FeederSolver solver(circuit);
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged) << status.worst_bus;
    return std::abs(solver.u_v()[*solver.find_node("b", 1)]);
}

TEST(TwoBusTruth, ConstantPowerMeetsTheQuarticFromNoLoadAlmostToTheNose) {
    for (double const q_share : {-0.3, 0.0, 0.5}) {
        for (double p_w = 0.0; p_w <= 600e3; p_w += 50e3) { // the nose lies above 790 kW
            double const q_var = q_share * p_w;
            double const truth_v = test::two_bus_voltage_v(kE_v, kZ_ohm, p_w, q_var);
            EXPECT_NEAR(solved_voltage_v(test::two_bus(kE_v, kZ_ohm, p_w, q_var)) / truth_v, 1.0,
                        1e-9)
                << p_w << " W, " << q_var << " var";
        }
    }
}

TEST(TwoBusTruth, GenerationRaisesTheVoltageByTheSameQuartic) {
    double const truth_v = test::two_bus_voltage_v(kE_v, kZ_ohm, -300e3, 40e3);
    EXPECT_GT(truth_v, kE_v);
    EXPECT_NEAR(solved_voltage_v(test::two_bus(kE_v, kZ_ohm, -300e3, 40e3)) / truth_v, 1.0, 1e-9);
}

TEST(TwoBusTruth, ConstantImpedanceIsAVoltageDivider) {
    Circuit c = test::two_bus(kE_v, kZ_ohm, 200e3, 90e3);
    c.loads[0].model = 2;
    Complex const z_load = kE_v * kE_v / Complex(200e3, -90e3);
    EXPECT_NEAR(solved_voltage_v(c), std::abs(kE_v * z_load / (z_load + kZ_ohm)), 1e-6);
}

TEST(TwoBusTruth, ConstantCurrentKeepsItsMagnitudeAndItsPowerFactor) {
    Circuit c = test::two_bus(kE_v, kZ_ohm, 200e3, 90e3);
    c.loads[0].model = 5;
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    std::vector<Complex> i_a(2);
    solver.terminal_currents(ElementKind::load, 0, i_a);
    EXPECT_NEAR(std::abs(i_a[0]), std::hypot(200e3, 90e3) / kE_v, 1e-7);
    Complex const s_va = solver.load_delivered(0);
    EXPECT_NEAR(s_va.imag() / s_va.real(), 90.0 / 200.0, 1e-10);
}

TEST(TwoBusTruth, ALoadAboveItsLimitIsTheImpedanceThatTakesRatedPowerThere) {
    Circuit c = test::two_bus(kE_v, kZ_ohm, 100e3, 50e3);
    c.loads[0].vmax_pu = 0.9; // it will see about 0.96
    double const limit_v = 0.9 * kE_v;
    Complex const z_load = limit_v * limit_v / Complex(100e3, -50e3);
    EXPECT_NEAR(solved_voltage_v(c), std::abs(kE_v * z_load / (z_load + kZ_ohm)), 1e-6);
}

TEST(TwoBusTruth, TheLineLosesTheSquareOfItsCurrent) {
    FeederSolver solver(test::two_bus(kE_v, kZ_ohm, 200e3, 90e3));
    ASSERT_TRUE(solver.solve().converged);
    std::vector<Complex> i_a(2);
    solver.terminal_currents(ElementKind::line, 0, i_a);
    Complex const loss_va = solver.absorbed(ElementKind::line, 0);
    Complex const z_ohm = solver.circuit().lines[0].z_ohm[0];
    EXPECT_NEAR(loss_va.real(), z_ohm.real() * std::norm(i_a[0]), 1e-6);
    EXPECT_NEAR(loss_va.imag(), z_ohm.imag() * std::norm(i_a[0]), 1e-6);
}

TEST(TwoBusTruth, AnOpenLinesCapacitanceRaisesItsFarEnd) {
    // Pi section at no load: V_b = E / (1 + Z jwC/2).
    Circuit c = test::two_bus(kE_v, kZ_ohm, 0.0, 0.0);
    c.lines[0].c_f = {2e-5};
    c.f_hz = 50.0;
    Complex const half_s(0.0, 3.14159265358979323846 * 50.0 * 2e-5);
    EXPECT_NEAR(solved_voltage_v(c), std::abs(kE_v / (1.0 + kZ_ohm * half_s)), 1e-6);
}

} // namespace
} // namespace gridtwin::grid
