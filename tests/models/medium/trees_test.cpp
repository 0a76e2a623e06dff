#include "models/medium/spread.hpp"
#include "models/medium/trees.hpp"

namespace gridtwin::medium {
namespace {

using Nodes = std::vector<std::uint16_t>;

/// Node k hangs on parent[k].
std::vector<RouteEntry> forest(Nodes const& parent) {
    std::vector<RouteEntry> routes;
    for (std::uint16_t const via : parent) {
        routes.push_back(
            {.parent = via, .hops = via == kNoNode ? std::uint8_t{0} : std::uint8_t{1}});
    }
    return routes;
}

TEST(Trees, TakeNoMemoryUntilANodeChangesItsTree) {
    Trees trees(2);
    EXPECT_EQ(trees.root(0), 0);
    EXPECT_EQ(trees.root(1), 1);
    EXPECT_EQ(trees.root(7), 0);
    EXPECT_FALSE(trees.set(7, 0, 10));
    EXPECT_EQ(trees.bytes(), 0U);
    EXPECT_TRUE(trees.root_of().empty());
    EXPECT_TRUE(trees.set(7, 1, 10));
    EXPECT_FALSE(trees.set(7, 1, 10));
    EXPECT_TRUE(trees.set(8, kNoNode, 10));
    EXPECT_EQ(trees.root(1), 1);
    EXPECT_EQ(trees.root(6), 0);
    EXPECT_EQ(trees.root(7), 1);
    EXPECT_EQ(trees.root(8), kNoNode);
}

TEST(Trees, SayWhatIsWrong) {
    Trees const trees(2);
    EXPECT_EQ(trees.misuse(2, 1, 10, "node"), "");
    EXPECT_EQ(trees.misuse(2, kNoNode, 10, "node"), "");
    EXPECT_EQ(trees.misuse(1, 0, 10, "node"),
              "node 1 is a root: it belongs to no other node's tree");
    EXPECT_EQ(trees.misuse(10, 0, 10, "modem"), "modem 10 of 10 changes its tree");
    EXPECT_EQ(trees.misuse(2, 2, 10, "node"), "node 2 goes to the tree of root 2 of 2");
}

// 0 - 2 - 3 - 4 and 1 - 5 - 6; 7 has no way
std::vector<RouteEntry> two_trees() {
    return forest({kNoNode, kNoNode, 0, 2, 3, 1, 5, kNoNode});
}

TEST(Trees, WaysEndAtTheRootOfTheirTreeAndNeverLeaveIt) {
    auto const routes = two_trees();
    EXPECT_EQ(way_to_root(routes, 4, 2), (Nodes{4, 3, 2, 0}));
    EXPECT_EQ(way_to_root(routes, 6, 2), (Nodes{6, 5, 1}));
    EXPECT_EQ(way_to_root(routes, 1, 2), (Nodes{1}));
    EXPECT_TRUE(way_to_root(routes, 7, 2).empty());
    EXPECT_EQ(way_end(routes, 4), 0);
    EXPECT_EQ(way_end(routes, 6), 1);
    EXPECT_EQ(way_end(routes, 7), 7);
    std::array<std::uint16_t, kMostHops + 1> path{};
    auto const hops = [&](std::uint16_t from, std::uint16_t to) {
        return path_between(routes, from, to, kMostHops, path, 2);
    };
    EXPECT_EQ(hops(6, 1), 2U);
    EXPECT_EQ(hops(1, 6), 2U);
    EXPECT_EQ(path[1], 5);
    EXPECT_EQ(hops(6, 5), 1U);
    EXPECT_EQ(hops(4, 2), 2U);
    for (auto const a : Nodes{0, 2, 3, 4}) {
        for (auto const b : Nodes{1, 5, 6, 7}) {
            EXPECT_EQ(hops(a, b) + hops(b, a), 0U) << a << " and " << b;
        }
    }
}

TEST(Trees, ABroadcastIsRepeatedInTheTreeOfItsFirstSender) {
    auto const routes = two_trees();
    Nodes const reached{1, 2, 3, 4, 5, 6};
    Job<3> job;
    auto const repeats = [&](std::uint16_t tree, bool spread) {
        job.tree = tree;
        job.datagram.spread = spread;
        return repeaters<3>(reached, job, routes);
    };
    using Marks = std::vector<std::uint8_t>;
    EXPECT_EQ(repeats(0, true), (Marks{0, 1, 1, 0, 0, 0}));
    EXPECT_EQ(repeats(1, true), (Marks{1, 0, 0, 0, 1, 0}));
    EXPECT_EQ(repeats(kNoNode, true), (Marks{1, 1, 1, 0, 1, 0})) << "of a node in none: by all";
    EXPECT_EQ(repeats(0, false), (Marks{0, 0, 0, 0, 0, 0}));
}

} // namespace
} // namespace gridtwin::medium
