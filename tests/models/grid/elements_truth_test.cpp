// Small circuits with a solution on paper: neutral impedances, series reactors and capacitors,
// faults, a source whose sequences differ.
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/two_bus.hpp"

namespace gridtwin::grid {
namespace {

constexpr double kE_v = 2400.0;
Complex const kSource_ohm(0.0, 0.01); // no stiffer than Kirchhoff's law can be checked behind
Complex const kZ_ohm(0.9, 1.7);
Complex const kLoop_ohm = kSource_ohm + kZ_ohm;

Circuit two_bus(double p_w, double q_var) {
    Circuit c = test::two_bus(kE_v, kZ_ohm, p_w, q_var);
    c.sources[0].z_ohm = {kSource_ohm};
    c.lines[0].z_ohm = {kZ_ohm};
    return c;
}

Complex solved(Circuit const& circuit, std::string_view bus, int phase, double residual_pu = 1e-8) {
    FeederSolver solver(circuit);
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged) << status.worst_bus;
    EXPECT_LT(kirchhoff_residual_pu(solver), residual_pu);
    return solver.u_v()[*solver.find_node(bus, phase)];
}

void expect_phasor(Complex actual, Complex expected, double relative = 1e-7) {
    EXPECT_LT(std::abs(actual - expected), relative * std::abs(expected))
        << actual << " for " << expected;
}

/// An impedance load whose neutral stands on a node of its own.
Circuit with_neutral(double r_ohm, double x_ohm) {
    Circuit c = two_bus(200e3, 90e3);
    c.loads[0].model = 2;
    c.loads[0].bus = {"b", {1, 4}};
    c.loads[0].r_neutral_ohm = r_ohm;
    c.loads[0].x_neutral_ohm = x_ohm;
    return c;
}

TEST(LoadNeutral, CarriesTheLoadsCurrentToGround) {
    Complex const z_load = kE_v * kE_v / Complex(200e3, -90e3);
    for (Complex const z_n : {Complex(5.0, 0.0), Complex(1.0, 8.0), Complex(0.0, 3.0)}) {
        Circuit const c = with_neutral(z_n.real(), z_n.imag());
        Complex const i_a = kE_v / (kLoop_ohm + z_load + z_n);
        expect_phasor(solved(c, "b", 1), i_a * (z_load + z_n));
        expect_phasor(solved(c, "b", 4), i_a * z_n);
    }
}

TEST(LoadNeutral, WithoutImpedanceIsGround) {
    Complex const z_load = kE_v * kE_v / Complex(200e3, -90e3);
    Circuit const c = with_neutral(0.0, 0.0);
    expect_phasor(solved(c, "b", 1), kE_v * z_load / (z_load + kLoop_ohm), 1e-6); // one microohm
    EXPECT_LT(std::abs(solved(c, "b", 4)), 1e-3);
}

TEST(LoadNeutral, ItsLossIsNotTheLoads) {
    Circuit const c = with_neutral(5.0, 0.0);
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    Complex const z_load = kE_v * kE_v / Complex(200e3, -90e3);
    double const i2 = std::norm(kE_v / (kLoop_ohm + z_load + 5.0));
    expect_phasor(solver.load_delivered(0), i2 * z_load);
    expect_phasor(solver.source_power(0), i2 * (kZ_ohm + z_load + 5.0));
    expect_phasor(solver.boundary_power(*solver.find_node("b", 4)), i2 * 5.0);
}

TEST(LoadNeutral, CarriesTheSumOfUnequalPhases) {
    // three impedances on one neutral: V_n = sum(y E) / (sum(y) + y_n)
    Circuit c = with_neutral(-1.0, 0.0);
    c.sources[0].phases = 3;
    c.sources[0].bus1 = {"a", {1, 2, 3}};
    c.sources[0].v_ll_v = kE_v * std::sqrt(3.0);
    c.sources[0].z_ohm.assign(9, {});
    for (std::size_t k = 0; k < 3; ++k) {
        c.sources[0].z_ohm[4 * k] = Complex(0.0, 1e-6);
    }
    c.lines.clear();
    c.loads.assign(3, c.loads[0]);
    Complex sum_y(0.2, 0.0); // the impedance of 5 ohm that the first load states
    Complex sum_i;
    for (std::size_t k = 0; k < 3; ++k) {
        c.loads[k].bus = {"a", {static_cast<int>(k) + 1, 4}};
        c.loads[k].p_w = 100e3 * static_cast<double>(k + 1);
        c.loads[k].q_var = 40e3;
        Complex const y = Complex(c.loads[k].p_w, -c.loads[k].q_var) / (kE_v * kE_v);
        sum_y += y;
        sum_i += y * std::polar(kE_v, -2.0 * std::acos(-1.0) / 3.0 * static_cast<double>(k));
    }
    c.loads[0].r_neutral_ohm = 5.0;
    expect_phasor(solved(c, "a", 4, 1e-4), sum_i / sum_y); // a source of a microohm
}

TEST(SeriesReactor, DropsVoltageLikeALine) {
    Circuit c = two_bus(200e3, 90e3);
    Complex const with_line = solved(c, "b", 1);
    Reactor r;
    r.name = "r";
    r.phases = 1;
    r.bus1 = {"a", {1}};
    r.bus2 = {"b", {1}};
    r.y_s = {1.0 / kZ_ohm};
    c.lines.clear();
    c.reactors.push_back(r);
    expect_phasor(solved(c, "b", 1), with_line, 1e-12);
}

TEST(SeriesCapacitor, CancelsTheLinesReactance) {
    // a load of resistance behind R + jX and a capacitor of the same X sees a divider of resistors
    Circuit c = two_bus(200e3, 0.0);
    c.loads[0].model = 2;
    c.loads[0].bus = {"c", {1, 0}};
    Capacitor k;
    k.name = "series";
    k.phases = 1;
    k.bus1 = {"b", {1}};
    k.bus2 = {"c", {1}};
    k.v_v = 100.0;
    k.q_var = {100.0 * 100.0 / kLoop_ohm.imag()};
    k.closed = {true};
    c.capacitors.push_back(k);
    double const r_load = kE_v * kE_v / 200e3;
    expect_phasor(solved(c, "c", 1), kE_v * r_load / (r_load + kZ_ohm.real()));
}

TEST(Fault, TakesTheShortCircuitCurrentOfTheLine) {
    Circuit c = two_bus(0.0, 0.0);
    c.loads.clear();
    Fault f;
    f.name = "f";
    f.bus1 = {"b", {1}};
    f.bus2 = {"b", {0}};
    f.g_s = {0.5};
    c.faults.push_back(f);
    expect_phasor(solved(c, "b", 1), kE_v * 2.0 / (2.0 + kLoop_ohm));
    c.faults[0].on = false;
    expect_phasor(solved(c, "b", 1), kE_v);
}

} // namespace
} // namespace gridtwin::grid
