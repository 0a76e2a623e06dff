#include "models/headend/outage/network_tree.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/outage/town.hpp"

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(NetworkTreeTest, WhatIsBelowADeviceStandsTogetherInTheOrderOfTheTree) {
    Town const town = small_town();
    TreeOrder const order(town.tree, 12);
    EXPECT_THAT(order.heads(), ElementsAre(device(0), device(5)));
    EXPECT_THAT(order.devices(device(1)), ElementsAre(device(1), device(2), device(3)));
    EXPECT_EQ(order.transformers(device(1)).size(), 6U);
    EXPECT_THAT(order.transformers(device(3)), ElementsAre(network(3), network(4), network(5)));
    EXPECT_EQ(order.head(device(3)), device(0));
    EXPECT_EQ(order.head(network(11)), device(5));
    EXPECT_EQ(order.depth(device(3)), 2U);
    EXPECT_TRUE(order.is_below(network(5), {.device = device(1)}));
    EXPECT_FALSE(order.is_below(network(6), {.device = device(1)}));
    EXPECT_FALSE(order.is_below(network(4), {.device = device(3), .transformer = network(5)}));
}

TEST(NetworkTreeTest, OfRandomTreesEachDeviceHoldsExactlyWhatWalkingUpFindsBelowIt) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Town const town = random_town(seed);
        TreeOrder const order(town.tree, 200);
        for (std::uint32_t d = 0; d < 30; ++d) {
            std::size_t below = 0;
            for (std::uint32_t t = 0; t < 200; ++t) {
                bool found = false;
                for (DeviceId up = town.tree.device[t]; up != kNone<DeviceId>;
                     up = town.tree.upstream[index(up)]) {
                    found = found || up == device(d);
                }
                ASSERT_EQ(order.is_below(network(t), {.device = device(d)}), found);
                below += found ? 1 : 0;
            }
            ASSERT_EQ(order.transformers(device(d)).size(), below);
        }
    }
}

TEST(NetworkTreeTest, AllFaultsOfTheRecordsAreNamedAtOnce) {
    NetworkTree tree;
    tree.kind.assign(5, DeviceKind::fuse);
    tree.upstream = {kNone<DeviceId>, device(2), device(1), device(9), device(4)};
    tree.device = {device(0), kNone<DeviceId>, device(7)};
    EXPECT_EQ(problem(tree, 4), "network tree: it holds 3 transformers, the fleet 4\n"
                                "network tree: device 1 is above itself\n"
                                "network tree: device 2 is above itself\n"
                                "network tree: device 3 hangs on device 9, which does not exist\n"
                                "network tree: device 4 is above itself\n"
                                "network tree: transformer 1 is below no device\n"
                                "network tree: transformer 2 hangs on device 7, which does not "
                                "exist");
    EXPECT_THROW(TreeOrder(tree, 4), SimulationError);
    tree.upstream.pop_back();
    EXPECT_THAT(problem(tree, 3), HasSubstr("5 devices have a kind, 4 an upstream device"));
}

TEST(NetworkTreeTest, WhatHangsBelowACircleDoesNotHoldTheCheckUp) {
    NetworkTree tree;
    tree.kind.assign(3, DeviceKind::fuse);
    tree.upstream = {device(1), device(0), device(1)};
    EXPECT_EQ(problem(tree, 0), "network tree: device 0 is above itself\n"
                                "network tree: device 1 is above itself");
}

TEST(NetworkTreeTest, KindsHaveNames) {
    EXPECT_EQ(name(DeviceKind::breaker), "breaker");
    EXPECT_EQ(name(DeviceKind::fuse), "fuse");
    EXPECT_EQ(name(static_cast<DeviceKind>(kDeviceKinds)), "?");
}

} // namespace
} // namespace gridtwin::headend
