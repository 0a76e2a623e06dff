#include "models/headend/losses/balance_tree.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"

namespace gridtwin::headend {
namespace {

using Mwh = std::optional<std::int64_t>;

/// A centre, a substation, two feeders, three transformers (two on the first feeder).
BalanceTree small_tree() {
    return {.level = {BalanceLevel::centre, BalanceLevel::substation, BalanceLevel::feeder,
                      BalanceLevel::feeder, BalanceLevel::transformer, BalanceLevel::transformer,
                      BalanceLevel::transformer},
            .parent = {kNoParent, 0, 1, 1, 2, 2, 3}};
}

struct Input {
    std::vector<Mwh> boundary;
    std::vector<std::int64_t> metered;
    std::vector<std::uint32_t> missing;
    std::vector<std::int64_t> technical;
    [[nodiscard]] std::vector<BalanceFigures> of(BalanceTree const& tree) const {
        return balance(tree, {.boundary_mwh = boundary,
                              .metered_mwh = metered,
                              .missing = missing,
                              .technical_mwh = technical});
    }
};

Input small_input() {
    return {.boundary = {{}, 1000, 610, 370, 300, 290, 360},
            .metered = {0, 0, 0, 0, 280, 240, 350},
            .missing = std::vector<std::uint32_t>(7, 0),
            .technical = {0, 20, 15, 5, 18, 10, 10}};
}

TEST(BalanceTree, ByHandEachLevelAccountsForItsOwnStage) {
    auto const figures = small_input().of(small_tree());
    EXPECT_EQ(figures[4].unaccounted_mwh(), 300 - 280 - 18);
    EXPECT_EQ(figures[5].unaccounted_mwh(), 290 - 240 - 10) << "somebody's 40 mWh";
    EXPECT_EQ(figures[6].unaccounted_mwh(), 0);
    EXPECT_EQ(figures[2].unaccounted_mwh(), 610 - 590 - 15);
    EXPECT_EQ(figures[3].unaccounted_mwh(), 370 - 360 - 5);
    EXPECT_EQ(figures[1].unaccounted_mwh(), 1000 - 980 - 20);
    EXPECT_FALSE(figures[0].measured);
    EXPECT_EQ(figures[0].supplied_mwh, 1000) << "concluded from below";
    for (auto const& row : figures) {
        EXPECT_TRUE(row.complete);
    }
}

TEST(BalanceTree, AMissingRowMakesItsOwnStageIncompleteAndNoMeasuredOneAboveIt) {
    auto input = small_input();
    input.missing[4] = 1;
    auto figures = input.of(small_tree());
    EXPECT_FALSE(figures[4].complete);
    EXPECT_TRUE(figures[2].complete) << "the busbar's meter stands for all below it";
    input.boundary[4] = {};
    figures = input.of(small_tree());
    EXPECT_FALSE(figures[2].complete);
    EXPECT_TRUE(figures[1].complete);
    EXPECT_TRUE(figures[3].complete);
}

/// Unaccounted energy of all stages is what goes in at the top less all customers and all losses.
TEST(BalanceTree, OverRandomTreesTheStagesAddUpToTheWhole) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        std::uint64_t n = 0;
        auto const draw = [&](std::uint64_t below) {
            return draw_bits(Seed{seed}, {EntityKind::world, 0}, Purpose::test, n++) % below;
        };
        BalanceTree tree{.level = {BalanceLevel::centre}, .parent = {kNoParent}};
        Input input{.boundary = {Mwh{}}, .metered = {0}, .missing = {0}, .technical = {0}};
        while (tree.size() < 40) {
            auto const parent = static_cast<std::uint32_t>(draw(tree.size()));
            auto const above = static_cast<std::uint64_t>(tree.level[parent]);
            if (above + 1 >= kBalanceLevels) {
                continue;
            }
            tree.level.push_back(
                static_cast<BalanceLevel>(above + 1 + draw(kBalanceLevels - above - 1)));
            tree.parent.push_back(parent);
            input.boundary.push_back(draw(2) == 0 ? Mwh{}
                                                  : Mwh{static_cast<std::int64_t>(draw(9999))});
            input.metered.push_back(static_cast<std::int64_t>(draw(999)));
            input.missing.push_back(0);
            input.technical.push_back(static_cast<std::int64_t>(draw(99)));
        }
        ASSERT_EQ(problem(tree), "");
        auto const figures = input.of(tree);
        std::int64_t unaccounted = 0;
        std::int64_t rest = figures[0].supplied_mwh;
        for (std::size_t row = 0; row < tree.size(); ++row) {
            unaccounted += figures[row].unaccounted_mwh();
            rest -= input.metered[row] + input.technical[row];
            EXPECT_TRUE(figures[row].measured || figures[row].unaccounted_mwh() == 0);
        }
        EXPECT_EQ(unaccounted, rest) << "seed " << seed;
    }
}

TEST(BalanceTree, AnImbalanceThatLastsRaisesOneAlarm) {
    BalanceTolerance const tolerance{.share_frac = 0.1, .alarm_after = 3};
    std::vector<BalanceSum> sums(1);
    auto const add = [&](std::int64_t delivered, bool complete = true) {
        std::vector<BalanceFigures> const one{{.supplied_mwh = 1000,
                                               .delivered_mwh = delivered,
                                               .measured = true,
                                               .complete = complete}};
        return add_interval(tolerance, one, sums).size();
    };
    EXPECT_EQ(add(899), 0U);
    EXPECT_EQ(add(899), 0U);
    EXPECT_EQ(add(900), 0U) << "the tolerance itself is none, and ends the row";
    EXPECT_EQ(add(899), 0U);
    EXPECT_EQ(add(1101), 0U) << "too much is one as well";
    EXPECT_EQ(add(0, false), 0U) << "what is not known neither adds nor ends";
    EXPECT_EQ(add(899), 1U);
    EXPECT_EQ(add(899), 0U) << "once";
    EXPECT_EQ(sums[0].alarms, 1U);
    EXPECT_EQ(sums[0].beyond, 6U);
    EXPECT_EQ(sums[0].intervals, 7U);
    EXPECT_EQ(sums[0].incomplete, 1U);
    EXPECT_EQ(sums[0].unaccounted_mwh(), 7000 - 5 * 899 - 900 - 1101);
}

TEST(BalanceTree, ATreeThatCannotBeIsToldSo) {
    auto tree = small_tree();
    tree.parent[2] = 4;
    EXPECT_THAT(problem(tree), testing::HasSubstr("row 2 stands before its parent"));
    tree = small_tree();
    tree.parent[3] = 2;
    EXPECT_THAT(problem(tree), testing::HasSubstr("row 3, a feeder, hangs on a feeder"));
    tree.parent.pop_back();
    EXPECT_THAT(problem(tree), testing::HasSubstr("equally long"));
    EXPECT_THROW(static_cast<void>(Input{}.of(small_tree())), SimulationError);
}

} // namespace
} // namespace gridtwin::headend
