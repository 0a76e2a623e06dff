#include "models/grid/admittance.hpp"
#include "models/grid/feeder_solver.hpp"

#include <Eigen/Dense>

#include <numbers>

namespace gridtwin::grid {
namespace {

/// A stiff 115 kV source and an unloaded two-winding transformer.
Circuit unloaded(Connection high, Connection low, bool euro = false) {
    Circuit c;
    c.name = "unloaded";
    Vsource source;
    source.name = "source";
    source.bus1 = {"hv", {1, 2, 3}};
    source.v_ll_v = 115e3;
    source.z_ohm = {Complex(0, 1e-3), {}, {}, {}, Complex(0, 1e-3), {}, {}, {}, Complex(0, 1e-3)};
    c.sources.push_back(source);
    Transformer t;
    t.name = "t";
    t.x_pu = {0.08};
    t.lead_lag_euro = euro;
    t.windings.resize(2);
    t.windings[0].bus = {"hv", {1, 2, 3, 0}};
    t.windings[0].connection = high;
    t.windings[0].v_v = 115e3;
    t.windings[1].bus = {"lv", {1, 2, 3, 0}};
    t.windings[1].connection = low;
    t.windings[1].v_v = 4160.0;
    for (Winding& w : t.windings) {
        w.s_va = 5e6;
    }
    c.transformers.push_back(t);
    return c;
}

struct Phasor {
    double magnitude_v;
    double angle_deg;
};

Phasor line_to_line(FeederSolver const& solver, std::string_view bus) {
    Complex const u_v =
        solver.u_v()[*solver.find_node(bus, 1)] - solver.u_v()[*solver.find_node(bus, 2)];
    return {std::abs(u_v), std::arg(u_v) * 180.0 / std::numbers::pi};
}

// The 1 ppm shunts that keep deltas from floating draw a millionth of rated current.
constexpr double kPpmDrop = 1e-6;

TEST(TransformerTruth, ADeltaWyesLowSideLagsByThirtyDegreesAtTheTurnsRatio) {
    FeederSolver solver(unloaded(Connection::delta, Connection::wye));
    ASSERT_TRUE(solver.solve().converged);
    Phasor const low = line_to_line(solver, "lv");
    EXPECT_NEAR(low.magnitude_v / 4160.0, 1.0, kPpmDrop);
    EXPECT_NEAR(low.angle_deg, 0.0, 1e-4); // the high side's stands at 30
    EXPECT_NEAR(line_to_line(solver, "hv").angle_deg, 30.0, 1e-4);
}

TEST(TransformerTruth, AWyeDeltasLowSideLagsByThirtyDegreesToo) {
    FeederSolver solver(unloaded(Connection::wye, Connection::delta));
    ASSERT_TRUE(solver.solve().converged);
    Phasor const low = line_to_line(solver, "lv");
    EXPECT_NEAR(low.magnitude_v / 4160.0, 1.0, kPpmDrop);
    EXPECT_NEAR(low.angle_deg, 0.0, 1e-4);
}

TEST(TransformerTruth, TheEuropeanConnectionLeadsByThirtyDegrees) {
    FeederSolver solver(unloaded(Connection::delta, Connection::wye, true));
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_NEAR(line_to_line(solver, "lv").angle_deg, 60.0, 1e-4);
}

TEST(TransformerTruth, LikeConnectionsKeepTheAngle) {
    for (Connection const k : {Connection::wye, Connection::delta}) {
        FeederSolver solver(unloaded(k, k));
        ASSERT_TRUE(solver.solve().converged);
        Phasor const low = line_to_line(solver, "lv");
        EXPECT_NEAR(low.magnitude_v / 4160.0, 1.0, kPpmDrop);
        EXPECT_NEAR(low.angle_deg, 30.0, 1e-4);
    }
}

TEST(TransformerTruth, ATapMultipliesItsWindingsVoltage) {
    Circuit c = unloaded(Connection::delta, Connection::wye);
    c.transformers[0].windings[1].tap_pu = 1.0625;
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_NEAR(line_to_line(solver, "lv").magnitude_v / (4160.0 * 1.0625), 1.0, kPpmDrop);
}

TEST(TransformerTruth, UnloadedItTakesItsNoLoadLossAndItsMagnetisingCurrent) {
    Circuit c = unloaded(Connection::wye, Connection::wye);
    c.transformers[0].no_load_loss_frac = 0.002;
    c.transformers[0].magnetising_frac = 0.01;
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    // Behind the series impedance the core sees 1 - 0.01 * 0.08 = 0.9992 of rated voltage.
    Complex const s_va = solver.absorbed(ElementKind::transformer, 0);
    double const core_u2 = std::norm(1.0 / (1.0 + Complex(0.004, 0.08) * Complex(0.002, -0.01)));
    double const series_i2 = core_u2 * std::norm(Complex(0.002, -0.01));
    EXPECT_NEAR(s_va.real(), 5e6 * (0.002 * core_u2 + 0.004 * series_i2), 0.1);
    // 1 ppm of reactance a winding: two windings, half of it at each coil's end, one end grounded.
    EXPECT_NEAR(s_va.imag(), 5e6 * (0.01 * core_u2 + 0.08 * series_i2 + 1e-6), 0.1);
}

// Short-circuit tests, as a laboratory would make them: one winding fed, one shorted, the third
// open.
TEST(TransformerTruth, AThreeWindingUnitShowsEachOfItsShortCircuitImpedances) {
    Transformer t;
    t.name = "three";
    t.phases = 1;
    t.ppm_antifloat = 0.0;
    t.x_pu = {0.0204, 0.0272, 0.0136};
    t.windings.resize(3);
    std::array<double, 3> const v_v{7200.0, 120.0, 240.0};
    std::array<double, 3> const r_pu{0.006, 0.012, 0.009};
    for (std::size_t w = 0; w < 3; ++w) {
        t.windings[w].bus = {"bus" + std::to_string(w), {1, 0}};
        t.windings[w].v_v = v_v[w];
        t.windings[w].s_va = 25e3;
        t.windings[w].r_pu = r_pu[w];
    }
    DenseMatrix const y = transformer_admittance(t);
    ASSERT_EQ(y.size, 6U);
    std::array<std::array<std::size_t, 3>, 3> const cases{{{0, 1, 2}, {0, 2, 1}, {1, 2, 0}}};
    for (std::size_t k = 0; k < 3; ++k) {
        auto const [fed, shorted, open] = cases[k];
        // rows of the coils' live ends; the open winding carries nothing: eliminate it
        Complex const y_ff = y(2 * fed, 2 * fed);
        Complex const y_fo = y(2 * fed, 2 * open);
        Complex const y_oo = y(2 * open, 2 * open);
        Complex const z_ohm = 1.0 / (y_ff - y_fo * y_fo / y_oo);
        Complex const z_pu = z_ohm * 25e3 / (v_v[fed] * v_v[fed]);
        EXPECT_NEAR(z_pu.real(), r_pu[fed] + r_pu[shorted], 1e-9);
        EXPECT_NEAR(z_pu.imag(), t.x_pu[k], 1e-9);
    }
}

TEST(TransformerTruth, ACentreTappedUnitGivesTwoOppositeLegs) {
    Circuit c;
    c.name = "split";
    Vsource source;
    source.name = "source";
    source.phases = 1;
    source.bus1 = {"mv", {2}};
    source.v_ll_v = 7200.0;
    source.z_ohm = {Complex(0, 1e-6)};
    c.sources.push_back(source);
    Transformer t;
    t.name = "split";
    t.phases = 1;
    t.x_pu = {0.0204, 0.0204, 0.0136};
    t.windings.resize(3);
    t.windings[0].bus = {"mv", {2, 0}};
    t.windings[1].bus = {"x", {1, 0}};
    t.windings[2].bus = {"x", {0, 2}};
    for (std::size_t w = 0; w < 3; ++w) {
        t.windings[w].v_v = w == 0 ? 7200.0 : 120.0;
        t.windings[w].s_va = 25e3;
    }
    c.transformers.push_back(t);
    Load across;
    across.name = "dryer";
    across.phases = 1;
    across.connection = Connection::delta;
    across.bus = {"x", {1, 2}};
    across.v_v = 240.0;
    across.p_w = 5e3;
    c.loads.push_back(across);
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    Complex const leg1 = solver.u_v()[*solver.find_node("x", 1)];
    Complex const leg2 = solver.u_v()[*solver.find_node("x", 2)];
    EXPECT_LT(std::abs(leg1 + leg2), 1e-3);
    EXPECT_NEAR(std::abs(leg1 - leg2), 239.0, 1.0);
    EXPECT_NEAR(solver.load_delivered(0).real(), 5e3, 1e-4);
}

TEST(TransformerTruth, ThePrimitiveOfAnUngroundedUnitLetsNoCurrentVanish) {
    Circuit const c = unloaded(Connection::delta, Connection::wye);
    Transformer t = c.transformers[0];
    t.ppm_antifloat = 0.0;
    DenseMatrix const y = transformer_admittance(t);
    for (std::size_t column = 0; column < y.size; ++column) {
        Complex high;
        Complex low;
        for (std::size_t row = 0; row < 4; ++row) {
            high += y(row, column);
            low += y(4 + row, column);
        }
        EXPECT_LT(std::abs(high), 1e-12 * std::abs(y(column, column)) + 1e-15);
        EXPECT_LT(std::abs(low), 1e-12 * std::abs(y(column, column)) + 1e-15);
    }
}

TEST(TransformerTruth, ANeutralReactorCarriesTheZeroSequenceCurrent) {
    // One phase loaded behind a wye whose neutral is earthed through R: V = E Zload / (Zload + Zt +
    // R).
    Circuit c = unloaded(Connection::wye, Connection::wye);
    c.transformers[0].windings[1].bus.nodes = {1, 2, 3, 4};
    c.transformers[0].windings[1].r_neutral_ohm = 2.0;
    Load load;
    load.name = "one phase";
    load.phases = 1;
    load.bus = {"lv", {1, 0}};
    load.v_v = 2400.0;
    load.p_w = 100e3;
    load.model = 2;
    c.loads.push_back(load);
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    double const e_v = 4160.0 / std::numbers::sqrt3;
    double const z_load = 2400.0 * 2400.0 / 100e3;
    Complex const z_t = Complex(0.004, 0.08) * 4160.0 * 4160.0 / 5e6;
    double const truth_v = std::abs(e_v * z_load / (z_load + z_t + 2.0));
    EXPECT_NEAR(std::abs(solver.u_v()[*solver.find_node("lv", 1)]), truth_v, 0.01);
    double const neutral_v = std::abs(solver.u_v()[*solver.find_node("lv", 4)]);
    EXPECT_NEAR(neutral_v, truth_v / z_load * 2.0, 0.01);
}

} // namespace
} // namespace gridtwin::grid
