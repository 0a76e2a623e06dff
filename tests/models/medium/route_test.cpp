#include "models/medium/route.hpp"

namespace gridtwin::medium {
namespace {

/// Node k hangs on parent[k].
std::vector<RouteEntry> tree(std::vector<std::uint16_t> const& parent) {
    std::vector<RouteEntry> routes;
    for (std::uint16_t const via : parent) {
        routes.push_back({.parent = via});
    }
    return routes;
}

std::vector<std::uint16_t> between(std::vector<RouteEntry> const& routes, std::uint16_t from,
                                   std::uint16_t to, std::size_t max_hops = kMostHops) {
    std::vector<std::uint16_t> path(max_hops + 1, 9999);
    std::size_t const hops = path_between(routes, from, to, max_hops, path);
    path.resize(hops == 0 ? 0 : hops + 1);
    return path;
}

TEST(SourceRoute, GoesUpToWhereTheWaysMeetAndDown) {
    // 0 - 1 - {2 - 3, 4}, 5
    auto const routes = tree({kNoNode, 0, 1, 2, 1, 0});
    using Nodes = std::vector<std::uint16_t>;
    EXPECT_EQ(between(routes, 3, 0), (Nodes{3, 2, 1, 0}));
    EXPECT_EQ(between(routes, 0, 3), (Nodes{0, 1, 2, 3}));
    EXPECT_EQ(between(routes, 3, 4), (Nodes{3, 2, 1, 4})); // not over node 0
    EXPECT_EQ(between(routes, 3, 1), (Nodes{3, 2, 1}));
    EXPECT_EQ(between(routes, 2, 5), (Nodes{2, 1, 0, 5}));
}

TEST(SourceRoute, IsNoneWithoutAWayOrWithTooManyHops) {
    auto routes = tree({kNoNode, 0, 1, 2, 1, kNoNode});
    EXPECT_TRUE(between(routes, 5, 0).empty());
    EXPECT_TRUE(between(routes, 2, 5).empty());
    EXPECT_EQ(between(routes, 3, 4, 3).size(), 4U);
    EXPECT_TRUE(between(routes, 3, 4, 2).empty());
}

TEST(SourceRoute, OfATreeDeeperThanAnyMediumAllowsIsNone) {
    std::vector<std::uint16_t> parent{kNoNode};
    for (std::uint16_t k = 0; k < 40; ++k) {
        parent.push_back(k);
    }
    auto const routes = tree(parent);
    EXPECT_EQ(between(routes, 15, 0).size(), 16U);
    EXPECT_TRUE(between(routes, 16, 0).empty());
    EXPECT_TRUE(between(routes, 40, 0).empty());
}

TEST(ExpectedTransmissions, AreTheMeanOfBothDirections) {
    // given an end that hears everything and one at 11 dB: non-coherent FSK
    auto const& errors = error_table(BerCurve::nc_fsk);
    double const right = 1.0 - 0.5 * std::exp(-0.5 * std::pow(10.0, 1.1));
    double const data = std::pow(right, 624.0);
    double const ack = std::pow(right, 48.0);
    LinkQuality const link{
        .snr_at_a_db = 30.0, .snr_at_b_db = 11.0, .data_bits = 624.0, .ack_bits = 48.0};
    EXPECT_NEAR(expected_transmissions(errors, link, 0.2), 0.5 * (1.0 / data + 1.0 / ack), 1e-3);
    // the poorer direction decides whether it is a link
    EXPECT_TRUE(std::isinf(expected_transmissions(errors, link, data + 0.01)));
    EXPECT_FALSE(std::isinf(expected_transmissions(errors, link, data - 0.01)));
}

} // namespace
} // namespace gridtwin::medium
