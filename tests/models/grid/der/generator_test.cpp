// Generators at the end of one line.
#include "models/grid/der/terminal_voltage.hpp"
#include "models/grid/feeder_solver.hpp"
#include "models/grid/time_step.hpp"
#include "tests/models/grid/two_bus.hpp"

namespace gridtwin::grid {
namespace {

constexpr double kE_v = 2400.0;
Complex const kZ_ohm(0.9, 1.7);
ElementRef const kGenerator{ElementKind::generator, 0};

Circuit with_generator(int model, double p_w, double q_var) {
    Circuit c = test::two_bus(kE_v, kZ_ohm, 100e3, 40e3);
    Generator g;
    g.name = "g";
    g.phases = 1;
    g.bus = {"b", {1, 0}};
    g.model = model;
    g.v_v = kE_v;
    g.p_w = p_w;
    g.q_var = q_var;
    g.s_va = 1.2 * p_w;
    g.vmin_pu = 0.8;
    g.vmax_pu = 1.2;
    g.q_max_var = 300e3;
    g.q_min_var = -300e3;
    c.generators.push_back(g);
    return c;
}

double voltage_v(FeederSolver const& solver) {
    return std::abs(solver.u_v()[*solver.find_node("b", 1)]);
}

TEST(GeneratorTruth, Model1IsANegativeLoad) {
    FeederSolver solver(with_generator(1, 250e3, 60e3));
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_NEAR(voltage_v(solver), test::two_bus_voltage_v(kE_v, kZ_ohm, -150e3, -20e3), 1e-6);
    EXPECT_NEAR(std::abs(solver.produced(kGenerator) - Complex(250e3, 60e3)), 0.0, 1e-6);
}

TEST(GeneratorTruth, Model2ProducesWithTheSquareOfTheVoltage) {
    FeederSolver solver(with_generator(2, 250e3, 60e3));
    ASSERT_TRUE(solver.solve().converged);
    double const u2 = std::pow(voltage_v(solver) / kE_v, 2);
    EXPECT_NEAR(std::abs(solver.produced(kGenerator) - u2 * Complex(250e3, 60e3)), 0.0, 1e-5);
}

TEST(GeneratorTruth, Model5sReactanceFollowsTheSquareAndItsPowerDoesNot) {
    FeederSolver solver(with_generator(5, 250e3, 60e3));
    ASSERT_TRUE(solver.solve().converged);
    double const u2 = std::pow(voltage_v(solver) / kE_v, 2);
    EXPECT_NEAR(std::abs(solver.produced(kGenerator) - Complex(250e3, u2 * 60e3)), 0.0, 1e-5);
}

TEST(GeneratorTruth, BelowVminItIsAnImpedanceButModel7LimitsItsCurrent) {
    for (int const model : {1, 7}) {
        Circuit c = with_generator(model, 100e3, 0.0);
        c.generators[0].vmin_pu = 1.1; // the voltage lies below
        FeederSolver solver(c);
        ASSERT_TRUE(solver.solve().converged);
        double const u = voltage_v(solver) / kE_v / 1.1;
        EXPECT_NEAR(solver.produced(kGenerator).real(), 100e3 * (model == 1 ? u * u : u), 1e-5);
    }
}

TEST(GeneratorTruth, Model3HoldsItsVoltageWithTheReactivePowerOfTheQuartic) {
    for (double const target_pu : {0.97, 1.0, 1.01}) {
        Circuit c = with_generator(3, 250e3, 0.0);
        c.generators[0].v_pu = target_pu;
        FeederSolver solver(c);
        SolveStatus const status = solver.solve();
        ASSERT_TRUE(status.converged);
        EXPECT_NEAR(voltage_v(solver) / kE_v, target_pu, 1e-9);
        double const q_var = solver.produced(kGenerator).imag();
        EXPECT_NEAR(test::two_bus_voltage_v(kE_v, kZ_ohm, -150e3, 40e3 - q_var) / kE_v, target_pu,
                    2e-9);
        EXPECT_NEAR(solver.produced(kGenerator).real(), 250e3, 1e-6);
        EXPECT_LT(solver.controls().voltage_hold.rounds, 8);
    }
}

TEST(GeneratorTruth, Model3HoldsItsReactivePowerAtALimit) {
    Circuit c = with_generator(3, 250e3, 0.0);
    c.generators[0].v_pu = 1.05;
    c.generators[0].q_max_var = 50e3;
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_NEAR(solver.produced(kGenerator).imag(), 50e3, 1e-9 * 250e3); // the tolerance, in power
    EXPECT_LT(voltage_v(solver) / kE_v, 1.05);
    // When the load goes, the limit is left again.
    solver.set_load_power(0, -250e3, -60e3);
    solver.set_production(kGenerator, 250e3, 50e3);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_NEAR(voltage_v(solver) / kE_v, 1.05, 1e-9);
    EXPECT_LT(solver.produced(kGenerator).imag(), 50e3);
}

TEST(GeneratorTruth, SeveralHoldTheirVoltagesTogether) {
    Circuit c = with_generator(3, 150e3, 0.0);
    std::string from = "b";
    for (std::string const bus : {"c", "d", "e"}) {
        Line line = c.lines[0];
        line.name = bus;
        line.bus1 = {from, {1}};
        line.bus2 = {bus, {1}};
        c.lines.push_back(line);
        Generator g = c.generators[0];
        g.bus = {bus, {1, 0}};
        g.v_pu = 1.0 + 0.005 * static_cast<double>(c.generators.size());
        c.generators.push_back(g);
        c.buses[bus].v_ln_v = kE_v;
        from = bus;
    }
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    for (std::size_t row = 0; row < 4; ++row) {
        Generator const& g = c.generators[row];
        ElementRef const element{ElementKind::generator, row};
        double const q_var = solver.produced(element).imag();
        double const v_pu = terminal_voltage_pu(solver, element, kPhaseAverage);
        bool const at_limit =
            std::abs(q_var) > 300e3 * (1.0 - 1e-9) && (g.v_pu - v_pu) * q_var > 0.0;
        EXPECT_TRUE(at_limit || std::abs(v_pu - g.v_pu) < 1e-9) << row << " " << v_pu;
    }
}

TEST(GeneratorTruth, AnImpossibleVoltageIsNoConvergence) {
    Circuit c = with_generator(3, 250e3, 0.0);
    c.generators[0].v_pu = 0.05;
    c.generators[0].vmin_pu = 0.01;
    c.generators[0].q_min_var = -1e12;
    EXPECT_FALSE(FeederSolver(c).solve().converged);
}

TEST(GeneratorAtAMoment, MultipliersShapesAndStatus) {
    Circuit c = with_generator(1, 100e3, 20e3);
    LoadShape half;
    half.p_mult = {0.5};
    c.load_shapes = {half};
    Generator& g = c.generators[0];
    g.shapes.daily = 0;
    Moment m{SolutionMode::daily, 3600.0, 0, 1.0, 2.0, 1.025, 3600.0};
    EXPECT_EQ(generator_power(c, g, m), Complex(100e3, 20e3));
    m.mode = SolutionMode::yearly; // without a shape of its own: no variation
    EXPECT_EQ(generator_power(c, g, m), Complex(200e3, 40e3));
    m.mode = SolutionMode::daily;
    g.model = 4;
    EXPECT_EQ(generator_power(c, g, m), Complex(100e3, 20e3));
    g.fixed = true;
    EXPECT_EQ(generator_power(c, g, m), Complex(100e3, 20e3));
    g.fixed = false;
    g.model = 1;
    c.load_shapes[0].use_actual = true;
    c.load_shapes[0].p_mult = {70e3};
    c.load_shapes[0].q_mult = {5e3};
    EXPECT_EQ(generator_power(c, g, m), Complex(70e3, 5e3));
}

} // namespace
} // namespace gridtwin::grid
