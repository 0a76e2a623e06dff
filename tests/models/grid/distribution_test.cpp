#include "models/grid/distribution.hpp"
#include "tests/models/grid/ieee13.hpp"
#include "tests/models/grid/lv_street.hpp"

namespace gridtwin::grid {
namespace {

LvAttachment attach(std::string bus, test::Street const& s, int line = 0) {
    return {.mv_bus = std::move(bus),
            .network = &s.network,
            .services = s.services,
            .transformer = {},
            .where = {"town.yaml", line, 5}};
}

std::string message_of(std::vector<LvAttachment> const& attachments, Circuit const& circuit) {
    try {
        Distribution const d(circuit, attachments, {});
    } catch (InputError const& e) {
        return e.diagnostics().text();
    }
    return {};
}

TEST(Distribution, NamesEveryAttachmentThatHasNoPlace) {
    test::Street const s = test::street(6);
    std::string const text = message_of(
        {attach("672", s, 11), attach("611", s, 12), attach("671", s, 13)}, test::ieee13());
    EXPECT_NE(text.find("town.yaml:11:5: the circuit has no bus '672'"), std::string::npos) << text;
    EXPECT_NE(text.find("town.yaml:12:5: bus '611' lacks phase 1"), std::string::npos) << text;
    EXPECT_EQ(text.find("town.yaml:13:5"), std::string::npos) << text;
}

TEST(Distribution, SaysWhichLowVoltageNetworkDoesNotConverge) {
    test::Street const s = test::street(6);
    Distribution d(test::ieee13(), std::vector{attach("671", s)}, {.vmin_pu = 0.01});
    for (double& p_w : d.service_p_w(0)) {
        p_w = 1e6;
    }
    SolveStatus const status = d.solve();
    EXPECT_FALSE(status.converged);
    EXPECT_EQ(status.worst_bus, "low voltage below 671");
}

TEST(Distribution, ADeadFeederMeansDarkCustomersUntilItReturns) {
    test::Street const s = test::street(6);
    Distribution d(test::ieee13(), std::vector{attach("671", s)}, {});
    for (double& p_w : d.service_p_w(0)) {
        p_w = 2e3;
    }
    ASSERT_TRUE(d.solve().converged);
    double const before_v = d.service_u_v(0)[3];
    d.set_switch(0, false);
    ASSERT_TRUE(d.solve().converged);
    EXPECT_FALSE(d.lv_energised(0, 0));
    EXPECT_EQ(d.service_u_v(0)[3], 0.0);
    EXPECT_EQ(d.service_delivered_p_w(0)[3], 0.0);
    EXPECT_EQ(d.lv_input_p_w(0), 0.0);
    d.set_switch(0, true);
    ASSERT_TRUE(d.solve().converged);
    EXPECT_TRUE(d.lv_energised(0, 0));
    EXPECT_NEAR(d.service_u_v(0)[3], before_v, 1e-5);
}

TEST(Distribution, NetworksHangTogetherOverWhatIsClosedWithOrWithoutSupply) {
    test::Street const s = test::street(2);
    Distribution d(test::ieee13(),
                   std::vector{attach("671", s), attach("633", s), attach("675", s)}, {});
    auto const line = [&](std::string const& name) {
        auto const& lines = d.feeder().circuit().lines;
        auto const found =
            std::find_if(lines.begin(), lines.end(), [&](Line const& l) { return l.name == name; });
        return static_cast<std::size_t>(found - lines.begin());
    };
    auto const together = [&](std::size_t a, std::size_t b) {
        auto const island = d.lv_islands();
        return island[a] == island[b];
    };
    EXPECT_TRUE(together(0, 1) && together(0, 2));
    d.set_switch(line("671692"), false); // 675 lies behind it
    EXPECT_TRUE(together(0, 1));
    EXPECT_FALSE(together(0, 2));
    d.set_switch(line("632670"), false); // 671 is dead now, and still a neighbour of 692
    d.set_switch(line("671692"), true);
    EXPECT_FALSE(together(0, 1));
    EXPECT_TRUE(together(0, 2));
}

TEST(Distribution, WithoutLowVoltageItIsTheFeeder) {
    Distribution d(test::ieee13(), {}, {});
    FeederSolver f(test::ieee13());
    ASSERT_TRUE(d.solve().converged);
    ASSERT_TRUE(f.solve().converged);
    for (std::size_t node = 0; node < f.node_count(); ++node) {
        EXPECT_NEAR(d.feeder().u_pu(node), f.u_pu(node), 1e-8);
    }
    EXPECT_NEAR(d.balance().service_p_w, 0.0, 0.0);
}

TEST(Distribution, APhaseThatTheNetworkLacksIsNotEnergised) {
    test::Street const s = test::street(6, 0, 0b100);
    Distribution d(test::ieee13(), std::vector{attach("611", s)}, {});
    ASSERT_TRUE(d.solve().converged);
    EXPECT_FALSE(d.lv_energised(0, 0));
    EXPECT_TRUE(d.lv_energised(0, 2));
}

} // namespace
} // namespace gridtwin::grid
