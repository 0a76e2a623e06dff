// Several concentrators on one power-line medium.
#include "tests/models/medium/forest_laws.hpp"
#include "tests/models/medium/sharing_laws.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

/// Two concentrators; modem k at node[k] of the network.
Medium forest_on(LvNetwork const& net, std::vector<std::uint32_t> const& node) {
    std::vector<Modem> modems;
    for (auto const at : node) {
        modems.push_back({0, at, 0});
    }
    LvNetwork const* const networks[] = {&net};
    ChannelSpec const spec = quiet_channel();
    Channel channel({.spec = spec,
                     .carrier_hz = ModemSpec{}.carrier_hz,
                     .networks = networks,
                     .modems = modems,
                     .seed = Seed{1},
                     .medium = kMedium,
                     .roots = 2});
    return {ModemSpec{}, spec, {}, std::move(channel), Seed{1}, kMedium, nullptr, 2};
}

/// What routes are looked for in.
struct World {
    ModeTable modes{{.modes = {{.processing_gain_db = 20.0}}}, quiet_channel()};
    MacSpec mac{.max_hops = 15};
    Channel channel;
    std::vector<float> noise_dbuv;
    std::vector<std::uint8_t> powered;
    std::uint16_t roots;
    std::vector<std::uint16_t> root_of;

    World(std::size_t nodes, std::uint16_t of, Seed seed)
        : powered(nodes, 1), roots(of), root_of(random_trees(nodes, of, seed)) {
        ChannelSpec spec = quiet_channel();
        spec.shadowing_sigma_db = 25.0;
        channel = channel_on(star_network(nodes, 38.0F), spec, seed);
        for (std::size_t m = 0; m < nodes; ++m) {
            noise_dbuv.push_back(50.0F + static_cast<float>(m % 7));
            powered[m] = (m + seed.value) % 9 == 4 ? 0 : 1;
        }
    }
    [[nodiscard]] RouteInput input() const {
        return {modes, mac, channel, noise_dbuv, powered, 0.0, roots, root_of};
    }
};

TEST(PlcForest, WaysAreTheCheapestOfAllWithinTheTree) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        World const world(9, static_cast<std::uint16_t>(1 + seed % 3), Seed{seed});
        auto const in = world.input();
        auto const etx = [&](std::size_t a, std::size_t b) { return link_etx(in, a, b); };
        std::vector<RouteEntry> routes;
        find_routes(in, routes);
        expect_ways_in_their_trees(in, routes, 15, etx);
        auto const least = least_costs(in, 9, etx);
        for (std::size_t m = in.roots; m < 9; ++m) {
            EXPECT_EQ(routes[m].parent == kNoModem, std::isinf(least[m])) << m << " seed " << seed;
            if (std::isfinite(least[m])) {
                EXPECT_NEAR(static_cast<double>(routes[m].etx), least[m], 1e-5 * least[m]);
            }
        }
    }
}

TEST(PlcForest, ATreeIsWhatItIsWithoutTheOthers) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        World world(60, 4, Seed{seed});
        world.mac.max_hops = 3; // some too deep
        auto const find = [](RouteInput const& in) {
            std::vector<RouteEntry> routes;
            find_routes(in, routes);
            return routes;
        };
        auto const in = world.input();
        expect_trees_to_be_those_of_each_alone(in, find);
        expect_ways_in_their_trees(
            in, find(in), 3, [&](std::size_t a, std::size_t b) { return link_etx(in, a, b); });
    }
}

/// A tree of random lengths and branches.
LvNetwork random_street(std::size_t nodes, Seed seed) {
    EntityKey const key(EntityKind::world, 11);
    std::vector<std::int32_t> parent{-1};
    std::vector<float> length_m{0.0F};
    for (std::size_t k = 1; k < nodes; ++k) {
        double const up = draw01(seed, key, Purpose::test, 2 * k);
        parent.push_back(static_cast<std::int32_t>(up * static_cast<double>(k)));
        length_m.push_back(static_cast<float>(80.0 * draw01(seed, key, Purpose::test, 2 * k + 1)));
    }
    return tree(parent, length_m);
}

TEST(PlcForest, OfStreetsThatDoNotHearEachOtherIsThatOfTwoMedia) {
    constexpr std::size_t kNodes = 30;
    ChannelSpec spec = quiet_channel();
    spec.transformer_crossing_db = 500.0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        // given two streets, a medium on each and one on both
        LvNetwork const nets[] = {random_street(kNodes, Seed{seed}),
                                  random_street(kNodes, Seed{seed + 1000})};
        LvNetwork const* const networks[] = {nets, nets + 1};
        std::vector<Modem> modems{{0, 0, 0}, {1, 0, 0}};
        for (std::uint32_t k = 1; k < kNodes; ++k) {
            modems.push_back({0, k, 0});
            modems.push_back({1, k, 0});
        }
        Medium both(ModemSpec{}, spec, {},
                    Channel({.spec = spec,
                             .carrier_hz = ModemSpec{}.carrier_hz,
                             .networks = networks,
                             .modems = modems,
                             .seed = Seed{1},
                             .medium = kMedium,
                             .roots = 2}),
                    Seed{1}, kMedium, nullptr, 2);
        Medium each[] = {medium_on(nets[0], {}, {}, spec), medium_on(nets[1], {}, {}, spec)};
        for (std::uint16_t m = 3; m < both.size(); m += 2) {
            both.set_root(m, 1);
        }
        // when both concentrators ask one after another, over links that lose nothing
        std::vector<Outcome> outcomes;
        std::vector<Outcome> expected;
        RecordingSink sink;
        auto const twin = [](std::uint16_t m, std::uint16_t side) {
            return static_cast<std::uint16_t>(2 * m + side);
        };
        for (std::uint16_t m = 1; m < kNodes; ++m) {
            for (std::uint16_t side = 0; side < 2; ++side) {
                both.send({.handle = m, .from = side, .to = twin(m, side), .octets = 90},
                          at_s(20.0 * m));
            }
        }
        both.run_until(kNever, sink);
        outcomes = sink.outcomes;
        for (std::uint16_t side = 0; side < 2; ++side) {
            RecordingSink alone;
            for (std::uint16_t m = 1; m < kNodes; ++m) {
                each[side].send({.handle = m, .from = 0, .to = m, .octets = 90}, at_s(20.0 * m));
            }
            each[side].run_until(kNever, alone);
            for (auto outcome : alone.outcomes) {
                outcome.datagram.from = side;
                outcome.datagram.to = twin(outcome.datagram.to, side);
                expected.push_back(outcome);
            }
        }
        // then every route and fate is the same
        for (std::uint16_t m = 2; m < both.size(); ++m) {
            std::uint16_t const side = m % 2;
            RouteEntry route = each[side].routes()[m / 2U];
            route.parent = route.parent == kNoModem ? kNoModem : twin(route.parent, side);
            EXPECT_EQ(both.routes()[m], route) << "modem " << m << " seed " << seed;
        }
        auto const by_time = [](Outcome const& a, Outcome const& b) {
            return std::tie(a.at, a.datagram.to) < std::tie(b.at, b.datagram.to);
        };
        std::sort(outcomes.begin(), outcomes.end(), by_time);
        std::sort(expected.begin(), expected.end(), by_time);
        EXPECT_EQ(outcomes, expected) << "seed " << seed;
    }
}

TEST(PlcForest, MisuseIsRefused) {
    expect_misuse_of_roots_to_be_refused(forest_on(line_network(6, 1.0F), {0, 1, 2, 3, 4, 5}),
                                         "power-line medium 7 at 00:00:00: ", "modem");
    auto const none = [] {
        return Medium({}, quiet_channel(), {}, channel_on(line_network(2, 1.0F), quiet_channel()),
                      Seed{1}, kMedium, nullptr, 0);
    };
    EXPECT_THROW((void)none(), SimulationError);
}

TEST(PlcForest, MovedModemsAreReachedOverTheNewTree) {
    expect_moved_nodes_to_be_reached_over_the_new_tree(
        forest_on(line_network(6, 60.0F), {0, 5, 1, 2, 3, 4}));
}

TEST(PlcForest, MovedLeavesAreHungOntoTheStandingTree) {
    expect_moved_leaves_to_be_hung_onto_the_standing_tree(
        forest_on(line_network(6, 60.0F), {0, 5, 1, 2, 3, 4}), MacSpec{}.route_refresh_s);
}

TEST(PlcForest, ModemsOfOtherTreesAreReachedToJoin) {
    expect_nodes_of_other_trees_to_be_reached_to_join(
        forest_on(line_network(6, 60.0F), {0, 5, 1, 2, 3, 4}));
}

TEST(PlcForest, BroadcastsSpreadInTheirTreeOnly) {
    expect_broadcasts_to_spread_in_their_tree_only(
        forest_on(line_network(6, 60.0F), {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}));
}

// Whoever has just finished goes first: they take turns of minutes.
TEST(PlcForest, TwoConcentratorsShareTheLine) {
    expect_concentrators_to_share(
        forest_on(line_network(12, 0.2F), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
        forest_on(line_network(3, 60.0F), {0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}), 48.0, 0.4);
}

TEST(PlcForest, EveryConcentratorCouplesToAllPhases) {
    ChannelSpec spec = quiet_channel();
    spec.phase_crossing_db = 20.0;
    LvNetwork const net = star_network(1, 0.0F);
    LvNetwork const* const networks[] = {&net};
    std::vector<Modem> const modems{{0, 0, 0}, {0, 0, 1}, {0, 0, 2}, {0, 0, 0}};
    ChannelInput in{.spec = spec,
                    .carrier_hz = ModemSpec{}.carrier_hz,
                    .networks = networks,
                    .modems = modems,
                    .seed = Seed{1},
                    .medium = kMedium};
    EXPECT_EQ(Channel(in).attenuation_db(0, 2), 0.0);
    EXPECT_EQ(Channel(in).attenuation_db(1, 2), 20.0);
    in.roots = 2;
    EXPECT_EQ(Channel(in).attenuation_db(1, 2), 0.0);
    EXPECT_EQ(Channel(in).attenuation_db(2, 3), 20.0);
    in.roots = 5;
    EXPECT_THROW((void)Channel(in), SimulationError);
}

} // namespace
} // namespace gridtwin::plc
