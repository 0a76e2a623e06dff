// Several concentrators in one radio area.
#include "tests/models/medium/forest_laws.hpp"
#include "tests/models/medium/sharing_laws.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <tuple>

namespace gridtwin::rf {
namespace {

using namespace testing;

/// Two concentrators on clean air.
Medium forest_on(std::vector<Place> const& places) {
    auto const radio = clean_radio();
    return {radio, {}, Links(radio, open_field(), places, Seed{1}, kArea), Seed{1}, kArea, 2};
}

double spacing_m() {
    return 0.8 * range_m(clean_radio(), open_field(), 0.0); // the next but one is out of range
}

/// What routes are looked for in.
struct World {
    RadioSpec radio{.noise_figure_db = 14.0}; // so that poor links lose frames
    CsmaSpec csma{.max_hops = 15, .route_hysteresis_etx = 0.0};
    Links links;
    std::vector<float> noise_dbm;
    std::vector<std::uint8_t> powered;
    std::uint16_t roots;
    std::vector<std::uint16_t> root_of;

    World(std::size_t nodes, double side_m, std::uint16_t of, Seed seed)
        : links(radio, {}, town_of(nodes, side_m, seed), seed, kArea),
          noise_dbm(nodes, static_cast<float>(thermal_noise_dbm(radio))), powered(nodes, 1),
          roots(of), root_of(random_trees(nodes, of, seed)) {
        for (std::size_t node = 0; node < nodes; ++node) {
            powered[node] = (node + seed.value) % 9 == 4 ? 0 : 1;
        }
    }
    [[nodiscard]] RouteInput input() const {
        return {radio,     csma,    links, medium::error_table(radio.ber),
                noise_dbm, powered, roots, root_of};
    }
};

std::vector<RouteEntry> routes_of(RouteInput const& in) {
    std::vector<RouteEntry> routes;
    find_routes(in, routes);
    return routes;
}

void expect_cheapest(RouteInput const& in, std::vector<RouteEntry> const& routes) {
    auto const etx = [&](std::size_t a, std::size_t b) { return link_etx(in, a, b); };
    expect_ways_in_their_trees(in, routes, in.csma.max_hops, etx);
    auto const least = least_costs(in, routes.size(), etx);
    for (std::size_t node = in.roots; node < routes.size(); ++node) {
        EXPECT_EQ(routes[node].parent == kNoNode, std::isinf(least[node])) << "node " << node;
        if (std::isfinite(least[node])) {
            EXPECT_NEAR(static_cast<double>(routes[node].etx), least[node], 1e-4);
        }
    }
}

TEST(RadioForest, WaysAreTheCheapestOfAllWithinTheTree) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        World const world(9, 500.0, static_cast<std::uint16_t>(1 + seed % 3), Seed{seed});
        expect_cheapest(world.input(), routes_of(world.input()));
    }
}

TEST(RadioForest, MendedAfterPowerCutsAndMovesItIsStillTheCheapest) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        World world(9, 500.0, 2, Seed{seed});
        auto routes = routes_of(world.input());
        EntityKey const key(EntityKind::world, 5);
        std::uint64_t draws = 0;
        auto const draw = [&] { return draw01(Seed{seed}, key, Purpose::test, draws++); };
        for (int round = 0; round < 30; ++round) {
            auto const cut = static_cast<std::uint16_t>(2 + 7 * draw());
            world.powered[cut] ^= 1;
            mend_routes(world.input(), std::vector<std::uint16_t>{cut}, routes);
            expect_cheapest(world.input(), routes);
            auto const moved = static_cast<std::uint16_t>(2 + 7 * draw());
            auto const root = static_cast<std::uint16_t>(2.5 * draw());
            world.root_of[moved] = root < 2 ? root : kNoNode;
            find_routes(world.input(), routes);
            expect_cheapest(world.input(), routes);
        }
    }
}

TEST(RadioForest, ATreeIsWhatItIsWithoutTheOthers) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        World world(120, 700.0, 4, Seed{seed});
        world.csma.max_hops = 3; // some too deep
        expect_trees_to_be_those_of_each_alone(world.input(), routes_of);
        auto const in = world.input();
        expect_ways_in_their_trees(
            in, routes_of(in), 3, [&](std::size_t a, std::size_t b) { return link_etx(in, a, b); });
    }
}

TEST(RadioForest, ATreeMendedBesideOneThatGrewTooDeepKeepsItsParents) {
    // given 0 - 2 - 3 - 4 within three hops, and 1 - {5, 6} - 7, where 7 hangs on 5
    World world(8, 500.0, 2, Seed{1});
    PropagationSpec const spec = open_field();
    world.radio = RadioSpec{};
    double const reach = range_m(world.radio, spec, 0.0);
    std::vector<Place> const places{{0.0, 0.0},
                                    {100.0 * reach, 0.0},
                                    {0.9 * reach, 0.0},
                                    {1.8 * reach, 0.0},
                                    {2.3 * reach, 0.0},
                                    {100.7 * reach, 0.6 * reach},
                                    {100.7 * reach, -0.6 * reach},
                                    {101.4 * reach, 0.0}};
    world.links = Links(world.radio, spec, places, Seed{1}, kArea);
    double const level_dbm = world.radio.tx_power_dbm - world.links.attenuation_db(5, 7);
    world.noise_dbm.assign(8, static_cast<float>(thermal_noise_dbm(world.radio)));
    auto const noise =
        static_cast<float>(level_dbm + snr_per_bit_db(world.radio, 0.0, 0.0) - 10.35);
    world.powered.assign(8, 1);
    world.root_of = {0, 1, 0, 0, 0, 1, 1, 1};
    world.csma.max_hops = 3;
    world.csma.route_hysteresis_etx = 50.0;
    world.noise_dbm[6] = noise;
    auto routes = routes_of(world.input());
    ASSERT_EQ(routes[7].parent, 5);
    ASSERT_EQ(int{routes[4].hops}, 3);
    // when 5 becomes worse than two other hops, and the limit too low for the first tree
    world.noise_dbm[6] = world.noise_dbm[0];
    world.noise_dbm[5] = noise;
    world.csma.max_hops = 2;
    mend_routes(world.input(), std::vector<std::uint16_t>{}, routes);
    // then 7, which need not move, does not, and 4 is left out
    EXPECT_EQ(routes[7].parent, 5);
    EXPECT_EQ(routes[4].parent, kNoNode);
    EXPECT_EQ(routes[3].parent, 2);
}

TEST(RadioForest, OfTownsThatDoNotHearEachOtherIsThatOfTwoAreas) {
    constexpr std::size_t kNodes = 60;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        // given two towns far apart, an area on each and one on both
        RadioSpec radio;
        radio.noise_figure_db = 12.5;
        std::vector<Place> towns[] = {town_of(kNodes, 500.0, Seed{seed}),
                                      town_of(kNodes, 500.0, Seed{seed + 1000})};
        std::vector<Place> places;
        for (std::size_t k = 0; k < kNodes; ++k) {
            towns[1][k].x_m += 1e6;
            places.push_back(towns[0][k]);
            places.push_back(towns[1][k]);
        }
        auto spec = open_field();
        spec.least_distance_m = 20.0; // so that the losses of both towns fit into the same steps
        auto const area = [&](std::uint16_t roots) {
            Medium medium(radio, {}, Links(radio, spec, places, Seed{seed}, kArea), Seed{seed},
                          kArea, roots);
            for (std::uint16_t node = 3; node < medium.size() && roots == 2; node += 2) {
                medium.set_root(node, 1);
            }
            medium.update_routes(kStart);
            return medium;
        };
        auto both = area(2);
        Medium const each[] = {medium_on(towns[0], radio, {}, spec, Seed{seed}),
                               medium_on(towns[1], radio, {}, spec, Seed{seed})};
        // then every route is the same
        std::size_t reached = 0;
        for (std::uint16_t node = 2; node < both.size(); ++node) {
            auto const side = static_cast<std::uint16_t>(node % 2);
            RouteEntry route = each[side].routes()[node / 2U];
            reached += route.parent != kNoNode ? 1 : 0;
            route.parent = route.parent == kNoNode
                               ? kNoNode
                               : static_cast<std::uint16_t>(2 * route.parent + side);
            EXPECT_EQ(both.routes()[node], route) << "node " << node << " seed " << seed;
        }
        EXPECT_GT(reached, kNodes);
        // and what all push at once meets the fate that it meets while the other town is silent
        std::vector<FrameRecord> frames[3];
        Medium media[] = {both, both, both};
        for (std::size_t k = 0; k < 3; ++k) {
            media[k].trace(&frames[k]);
            for (std::uint16_t node = 2; node < both.size(); ++node) {
                auto const side = static_cast<std::uint16_t>(node % 2);
                if (k == 2 || k == side) {
                    media[k].send(
                        {.handle = node, .from = node, .to = side, .octets = 40, .contend = true},
                        at_s(0.01 * node));
                }
            }
            RecordingSink sink;
            media[k].run_until(kNever, sink);
            EXPECT_GT(lost(media[k].frames(), LossReason::collision), 5U);
        }
        frames[0].insert(frames[0].end(), frames[1].begin(), frames[1].end());
        auto const by_end = [](FrameRecord const& a, FrameRecord const& b) {
            return std::tie(a.end, a.from) < std::tie(b.end, b.from);
        };
        std::sort(frames[0].begin(), frames[0].end(), by_end);
        std::sort(frames[2].begin(), frames[2].end(), by_end);
        EXPECT_EQ(frames[0], frames[2]) << "seed " << seed;
    }
}

TEST(RadioForest, MisuseIsRefused) {
    expect_misuse_of_roots_to_be_refused(forest_on(line_of(6, 1.0)),
                                         "radio area 7 at 00:00:00: ", "node");
    EXPECT_THROW((Medium{clean_radio(),
                         {},
                         Links(clean_radio(), open_field(), line_of(2, 1.0), Seed{1}, kArea),
                         Seed{1},
                         kArea,
                         3}),
                 SimulationError);
}

TEST(RadioForest, MovedNodesAreReachedOverTheNewTree) {
    auto const row = line_of(6, spacing_m());
    expect_moved_nodes_to_be_reached_over_the_new_tree(
        forest_on({row[0], row[5], row[1], row[2], row[3], row[4]}));
}

TEST(RadioForest, MovedLeavesAreHungOntoTheStandingTree) {
    auto const row = line_of(6, spacing_m());
    expect_moved_leaves_to_be_hung_onto_the_standing_tree(
        forest_on({row[0], row[5], row[1], row[2], row[3], row[4]}), CsmaSpec{}.route_refresh_s);
}

TEST(RadioForest, NodesOfOtherTreesAreReachedToJoin) {
    auto const row = line_of(6, spacing_m());
    expect_nodes_of_other_trees_to_be_reached_to_join(
        forest_on({row[0], row[5], row[1], row[2], row[3], row[4]}));
}

TEST(RadioForest, TwoConcentratorsShareTheAir) {
    std::vector<Place> between{{0.0, 0.0}, {2.0 * spacing_m(), 0.0}};
    for (std::size_t k = 2; k < 12; ++k) {
        between.push_back({spacing_m(), static_cast<double>(k)});
    }
    expect_concentrators_to_share(forest_on(circle_of(12, 20.0)), forest_on(between), 6.0, 0.49);
}

TEST(RadioForest, BroadcastsSpreadInTheirTreeOnly) {
    std::vector<Place> places;
    for (auto const& place : line_of(6, spacing_m())) {
        places.push_back(place);
        places.push_back({place.x_m, 1.0});
    }
    expect_broadcasts_to_spread_in_their_tree_only(forest_on(places));
}

} // namespace
} // namespace gridtwin::rf
