#include "models/grid/lv_block.hpp"
#include "tests/models/grid/lv_street.hpp"

namespace gridtwin::grid {
namespace {

constexpr double kMv_v = 2400.0;

std::string message_of(test::Street const& s, LvTransformerSpec const& t = {},
                       LvSpec const& spec = {}) {
    try {
        LvBlock const block(s.network, s.services, t, spec, kMv_v);
    } catch (InputError const& e) {
        return e.diagnostics().text();
    }
    return {};
}

TEST(LvBlock, RefusesAServiceOnAPhaseThatTheNetworkLacks) {
    test::Street s = test::street(4, 0, 0b001);
    s.services[2].phase = 1;
    EXPECT_NE(message_of(s).find("LV service 2 is at node"), std::string::npos) << message_of(s);
}

TEST(LvBlock, RefusesACableThatIsNotInTheTable) {
    test::Street s = test::street(4);
    s.network.cable[1] = 9;
    EXPECT_NE(message_of(s).find("LV line 1 has cable 9; expected one of 2 cables"),
              std::string::npos)
        << message_of(s);
}

TEST(LvBlock, RefusesRatingsThatAreNotPositive) {
    EXPECT_NE(message_of(test::street(4), {.s_va = 0.0}).find("LV transformer"), std::string::npos);
    EXPECT_NE(message_of(test::street(4), {}, {.vmin_pu = 1.2}).find("voltage limits"),
              std::string::npos);
}

TEST(LvBlock, ATreeWhoseParentsComeAfterTheirChildrenIsOurOwnMistake) {
    test::Street s = test::street(4);
    s.network.parent[1] = 3;
    EXPECT_THROW(LvBlock(s.network, s.services, {}, {}, kMv_v), SimulationError);
}

TEST(LvBlock, SaysWhenItDoesNotConverge) {
    test::Street const s = test::street(12);
    LvBlock block(s.network, s.services, {}, {.vmin_pu = 0.01}, kMv_v);
    for (double& p_w : block.p_w()) {
        p_w = 500e3;
    }
    SolveStatus const status = block.solve(test::balanced(kMv_v));
    EXPECT_FALSE(status.converged);
    EXPECT_GT(status.mismatch_pu, 1e-8);
    EXPECT_FALSE(status.worst_bus.empty());
}

TEST(LvBlock, ADeadPhaseHasNoVoltageAndItsCustomersGetNothing) {
    test::Street const s = test::street(12);
    LvBlock block(s.network, s.services, {}, {}, kMv_v);
    for (double& p_w : block.p_w()) {
        p_w = 2e3;
    }
    LvBlock::Phases u = test::balanced(kMv_v);
    ASSERT_TRUE(block.solve(u).converged);
    u[1] = 0.0;
    ASSERT_TRUE(block.solve(u).converged);
    for (std::size_t k = 0; k < s.services.size(); ++k) {
        bool const dead = s.services[k].phase == 1;
        // its neighbours' currents still cross the common neutral, so it is small and not nothing
        EXPECT_LT(block.u_v()[k], dead ? 10.0 : 250.0);
        EXPECT_GT(block.u_v()[k], dead ? -1.0 : 200.0);
        EXPECT_NEAR(block.delivered_p_w()[k], dead ? 0.0 : 2e3, dead ? 5.0 : 1e-3);
    }
}

TEST(LvBlock, CustomersMayProduce) {
    test::Street const s = test::street(12);
    LvBlock block(s.network, s.services, {}, {}, kMv_v);
    for (double& p_w : block.p_w()) {
        p_w = -3e3;
    }
    ASSERT_TRUE(block.solve(test::balanced(kMv_v)).converged);
    EXPECT_LT(block.input_va().real(), -30e3);
    EXPECT_GT(block.u_v()[11], block.busbar_u_v(2));
}

TEST(LvBlock, ANetworkWithoutCustomersStillHasItsNoLoadLoss) {
    test::Street const s = test::street(0);
    LvBlock block(s.network, s.services, {}, {}, kMv_v);
    ASSERT_TRUE(block.solve(test::balanced(kMv_v)).converged);
    EXPECT_GT(block.input_va().real(), 0.0);
}

TEST(LvBlock, BehindAnOpenFuseAllIsDeadAndTheOthersAreAsIfNobodyWereThere) {
    test::Street const s = test::street(24);
    auto const fuses = topology::fuse_nodes(s.network);
    ASSERT_EQ(fuses.size(), 2U);
    LvBlock block(s.network, s.services, {}, {}, kMv_v);
    LvBlock without(s.network, s.services, {}, {}, kMv_v);
    LvBlock whole(s.network, s.services, {}, {}, kMv_v);
    auto const behind = [&](std::size_t k) { return s.services[k].node >= fuses[1]; };
    for (std::size_t k = 0; k < s.services.size(); ++k) {
        double const p_w = 500.0 + 100.0 * static_cast<double>(k);
        block.p_w()[k] = whole.p_w()[k] = p_w;
        without.p_w()[k] = behind(k) ? 0.0 : p_w;
    }
    auto const u = test::balanced(kMv_v);
    ASSERT_TRUE(whole.solve(u).converged);
    ASSERT_TRUE(without.solve(u).converged);
    for (bool const started : {false, true, true}) { // before the first solution and after one
        if (started) {
            ASSERT_TRUE(block.solve(u).converged);
        }
        block.set_line(fuses[1], false);
        ASSERT_TRUE(block.solve(u).converged);
        double delivered_w = 0.0;
        for (std::size_t k = 0; k < s.services.size(); ++k) {
            EXPECT_EQ(block.connected(k), !behind(k));
            EXPECT_NEAR(block.u_v()[k], behind(k) ? 0.0 : without.u_v()[k], behind(k) ? 0.0 : 1e-5);
            EXPECT_NEAR(block.delivered_p_w()[k], without.p_w()[k], 1e-3);
            delivered_w += block.delivered_p_w()[k];
        }
        EXPECT_NEAR(block.line_loss_w(), without.line_loss_w(), 1e-3);
        EXPECT_NEAR(block.input_va().real(),
                    delivered_w + block.line_loss_w() + block.transformer_loss_w(), 1e-3);
        block.set_line(fuses[1], true);
        ASSERT_TRUE(block.solve(u).converged);
        for (std::size_t k = 0; k < s.services.size(); ++k) {
            EXPECT_TRUE(block.connected(k));
            EXPECT_NEAR(block.u_v()[k], whole.u_v()[k], 1e-5);
        }
    }
}

} // namespace
} // namespace gridtwin::grid
