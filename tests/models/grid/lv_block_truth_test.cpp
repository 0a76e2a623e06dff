// Low-voltage sweeps against a dense nodal solution of the same network, written here on its own.
#include "models/grid/lv_block.hpp"
#include "tests/models/grid/lv_street.hpp"
#include "tests/models/grid/two_bus.hpp"

#include <Eigen/Dense>

#include <numbers>

namespace gridtwin::grid {
namespace {

constexpr double kMv_v = 2401.7771;
constexpr double kLv_v = 230.94010767585033;

/// Every phase of every node in one dense nodal system, customers as currents, solved by fixed
/// point.
std::vector<Complex> dense_service_voltages(test::Street const& s, LvTransformerSpec const& t,
                                            LvSpec const& spec, LvBlock::Phases const& u_mv_v,
                                            std::span<double const> p_w,
                                            std::span<double const> q_var) {
    auto const nodes = static_cast<Eigen::Index>(s.network.size());
    Eigen::MatrixXcd y = Eigen::MatrixXcd::Zero(3 * nodes, 3 * nodes);
    Eigen::VectorXcd source = Eigen::VectorXcd::Zero(3 * nodes);
    int const units = std::popcount(s.network.phases);
    double const low_v = t.v_lv_ll_v / std::numbers::sqrt3 * t.tap_pu;
    Complex const z_t = Complex(t.r_pu, t.x_pu) * low_v * low_v / (t.s_va / units);
    auto const present = [&s](int phase) { return (s.network.phases >> phase & 1) != 0; };
    for (int phase = 0; phase < 3; ++phase) {
        if (present(phase)) {
            y(phase, phase) += 1.0 / z_t;
            source(phase) = u_mv_v[static_cast<std::size_t>(phase)] * (low_v / kMv_v) / z_t;
        }
    }
    for (Eigen::Index k = 1; k < nodes; ++k) {
        auto const row = static_cast<std::size_t>(k);
        LvCable const& cable = spec.cables[s.network.cable[row]];
        double const length_m = s.network.length_m[row];
        Complex const self(cable.r_self_ohm_per_m, cable.x_self_ohm_per_m);
        Complex const mutual(cable.r_mutual_ohm_per_m, cable.x_mutual_ohm_per_m);
        Eigen::Matrix3cd z = Eigen::Matrix3cd::Identity();
        for (int a = 0; a < 3; ++a) {
            for (int b = 0; b < 3; ++b) {
                if (present(a) && present(b)) {
                    z(a, b) = length_m * (a == b ? self : mutual);
                }
            }
        }
        Eigen::Matrix3cd const inv = z.inverse();
        Eigen::Index const p = s.network.parent[row];
        y.block<3, 3>(3 * k, 3 * k) += inv;
        y.block<3, 3>(3 * p, 3 * p) += inv;
        y.block<3, 3>(3 * k, 3 * p) -= inv;
        y.block<3, 3>(3 * p, 3 * k) -= inv;
    }
    for (int phase = 0; phase < 3; ++phase) { // absent phases would make the matrix singular
        if (!present(phase)) {
            y(phase, phase) += 1.0;
        }
    }
    Eigen::PartialPivLU<Eigen::MatrixXcd> const lu(y);
    Eigen::VectorXcd u = lu.solve(source);
    for (int i = 0; i < 60; ++i) {
        Eigen::VectorXcd current = source;
        for (std::size_t k = 0; k < s.services.size(); ++k) {
            Eigen::Index const at =
                3 * static_cast<Eigen::Index>(s.services[k].node) + s.services[k].phase;
            double const u_pu = std::abs(u(at)) / (t.v_lv_ll_v / std::numbers::sqrt3);
            Complex s_va(p_w[k], q_var[k]);
            double const held_pu = std::clamp(u_pu, spec.vmin_pu, spec.vmax_pu);
            s_va *= u_pu * u_pu / (held_pu * held_pu);
            current(at) -= std::conj(s_va / u(at));
        }
        u = lu.solve(current);
    }
    std::vector<Complex> at_services;
    for (topology::LvService const& service : s.services) {
        at_services.push_back(u(3 * static_cast<Eigen::Index>(service.node) + service.phase));
    }
    return at_services;
}

void expect_the_dense_solution(test::Street const& s, LvSpec spec, double mean_p_w,
                               LvBlock::Phases const& u_mv_v) {
    LvTransformerSpec const transformer{.tap_pu = 1.0};
    spec.tolerance_pu = 1e-12;
    LvBlock block(s.network, s.services, transformer, spec, kMv_v);
    for (std::size_t k = 0; k < s.services.size(); ++k) {
        double const draw = draw01(Seed{7}, EntityKey(EntityKind::meter, k), Purpose::test, 0);
        block.p_w()[k] = mean_p_w * 2.0 * draw;
        block.q_var()[k] = mean_p_w * 0.4 * (draw - 0.3);
    }
    ASSERT_TRUE(block.solve(u_mv_v).converged);
    std::vector<Complex> const truth =
        dense_service_voltages(s, transformer, spec, u_mv_v, block.p_w(), block.q_var());
    for (std::size_t k = 0; k < s.services.size(); ++k) {
        EXPECT_NEAR(block.u_v()[k] / std::abs(truth[k]), 1.0, 1e-9) << "service " << k;
    }
}

TEST(LvBlockTruth, ThreePhaseStreetsMatchADenseNodalSolution) {
    for (std::uint32_t const customers : {1U, 2U, 7U, 24U, 60U}) {
        expect_the_dense_solution(test::street(customers, customers), {}, 2000.0,
                                  test::balanced(kMv_v));
    }
}

TEST(LvBlockTruth, StreetsWithOneOrTwoPhasesMatchADenseNodalSolution) {
    for (std::uint8_t const phases : std::initializer_list<std::uint8_t>{1, 2, 4, 3, 5, 6}) {
        expect_the_dense_solution(test::street(18, phases, phases), {}, 2000.0,
                                  test::balanced(kMv_v));
    }
}

TEST(LvBlockTruth, UnbalancedSupplyMatchesADenseNodalSolution) {
    LvBlock::Phases u = test::balanced(kMv_v);
    u[1] *= 0.93;
    u[2] *= std::polar(1.06, 0.05);
    expect_the_dense_solution(test::street(30), {}, 3000.0, u);
}

TEST(LvBlockTruth, CustomersOutsideTheirVoltageLimitsMatchADenseNodalSolution) {
    LvSpec spec;
    spec.vmin_pu = 0.99; // half of the street lies below
    spec.vmax_pu = 1.00;
    expect_the_dense_solution(test::street(30), spec, 4000.0, test::balanced(kMv_v));
}

TEST(LvBlockTruth, OneCustomerMeetsTheTwoBusQuartic) {
    test::Street s;
    s.network.parent = {-1, 0};
    s.network.length_m = {0.0F, 400.0F};
    s.network.cable = {0, 0};
    s.network.phases = 0b010;
    s.services = {{MeterId{0}, 1, 1}};
    LvTransformerSpec transformer{.tap_pu = 1.0};
    transformer.s_va = 25e3;
    LvSpec spec;
    spec.tolerance_pu = 1e-13;
    LvBlock block(s.network, s.services, transformer, spec, kMv_v);
    block.p_w()[0] = 12e3;
    block.q_var()[0] = 5e3;
    ASSERT_TRUE(block.solve({0.0, Complex(0.0, kMv_v), 0.0}).converged);
    Complex const z_ohm =
        400.0 * Complex(spec.cables[0].r_self_ohm_per_m, spec.cables[0].x_self_ohm_per_m) +
        Complex(transformer.r_pu, transformer.x_pu) * kLv_v * kLv_v / 25e3;
    double const truth_v = test::two_bus_voltage_v(kLv_v, z_ohm, 12e3, 5e3);
    EXPECT_NEAR(block.u_v()[0], truth_v, 1e-8);
    EXPECT_NEAR(block.delivered_p_w()[0], 12e3, 1e-6);
    EXPECT_NEAR(block.delivered_q_var()[0], 5e3, 1e-6);
}

TEST(LvBlockTruth, UnloadedItGivesTheTurnsRatioAndTakesItsNoLoadLoss) {
    test::Street const s = test::street(12);
    LvTransformerSpec transformer{.tap_pu = 1.0};
    transformer.tap_pu = 1.025;
    LvBlock block(s.network, s.services, transformer, {}, kMv_v);
    ASSERT_TRUE(block.solve(test::balanced(kMv_v)).converged);
    for (double const u_v : block.u_v()) {
        EXPECT_NEAR(u_v, kLv_v * 1.025, 1e-9);
    }
    EXPECT_NEAR(block.input_va().real(), transformer.s_va * transformer.no_load_loss_frac, 1e-6);
    EXPECT_NEAR(block.input_va().imag(), transformer.s_va * transformer.magnetising_frac, 1e-6);
    EXPECT_NEAR(block.transformer_loss_w(), block.input_va().real(), 1e-6);
    EXPECT_EQ(block.line_loss_w(), 0.0);
}

// Equal customers on three phases of one node: the neutral carries nothing, so the drop is that of
// self minus mutual; on one phase alone the current returns through the neutral: self.
TEST(LvBlockTruth, ABalancedLoadSeesNoNeutralAndASinglePhaseLoadSeesAllOfIt) {
    test::Street s;
    s.network.parent = {-1, 0};
    s.network.length_m = {0.0F, 250.0F};
    s.network.cable = {0, 0};
    s.services = {{MeterId{0}, 1, 0}, {MeterId{1}, 1, 1}, {MeterId{2}, 1, 2}};
    LvSpec spec;
    spec.tolerance_pu = 1e-13;
    LvTransformerSpec const transformer{.tap_pu = 1.0};
    LvCable const& cable = spec.cables[0];
    Complex const z_t =
        Complex(transformer.r_pu, transformer.x_pu) * kLv_v * kLv_v / (transformer.s_va / 3.0);
    Complex const self(cable.r_self_ohm_per_m, cable.x_self_ohm_per_m);
    Complex const mutual(cable.r_mutual_ohm_per_m, cable.x_mutual_ohm_per_m);
    LvBlock block(s.network, s.services, transformer, spec, kMv_v);
    for (double& p_w : block.p_w()) {
        p_w = 6e3;
    }
    ASSERT_TRUE(block.solve(test::balanced(kMv_v)).converged);
    double const balanced_v =
        test::two_bus_voltage_v(kLv_v, z_t + 250.0 * (self - mutual), 6e3, 0.0);
    for (double const u_v : block.u_v()) {
        EXPECT_NEAR(u_v, balanced_v, 1e-8);
    }
    block.p_w()[1] = block.p_w()[2] = 0.0;
    ASSERT_TRUE(block.solve(test::balanced(kMv_v)).converged);
    EXPECT_NEAR(block.u_v()[0], test::two_bus_voltage_v(kLv_v, z_t + 250.0 * self, 6e3, 0.0), 1e-8);
}

} // namespace
} // namespace gridtwin::grid
