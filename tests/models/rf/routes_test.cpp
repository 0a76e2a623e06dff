#include "models/rf/routes.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

namespace gridtwin::rf {
namespace {

using namespace testing;

/// What a RouteInput looks at.
struct World {
    RadioSpec radio;
    CsmaSpec csma{.max_hops = 15, .route_hysteresis_etx = 0.0};
    Links links;
    std::vector<float> noise_dbm;
    std::vector<std::uint8_t> powered;

    explicit World(Seed seed, std::size_t nodes = 80, double side_m = 1200.0) {
        radio.noise_figure_db = 14.0; // so that poor links lose frames
        links = Links(radio, {}, town_of(nodes, side_m, seed), seed, kArea);
        noise_dbm.assign(nodes, static_cast<float>(thermal_noise_dbm(radio)));
        powered.assign(nodes, 1);
    }
    [[nodiscard]] RouteInput input() const {
        return {radio, csma, links, medium::error_table(radio.ber), noise_dbm, powered};
    }
};

/// No link offers anybody a cheaper way, and every entry is its parent's plus the link.
void expect_cheapest(World const& world, std::vector<RouteEntry> const& routes) {
    auto const in = world.input();
    for (std::size_t node = 1; node < routes.size(); ++node) {
        auto const& route = routes[node];
        if (route.parent != kNoNode) {
            auto const& parent = routes[route.parent];
            EXPECT_EQ(int{route.hops}, parent.hops + 1);
            EXPECT_NEAR(static_cast<double>(route.etx),
                        static_cast<double>(parent.etx) + link_etx(in, route.parent, node), 1e-4);
            EXPECT_TRUE(route.parent == 0 || world.powered[route.parent] != 0);
        }
        for (std::size_t via = 0; via < routes.size(); ++via) {
            bool const in_tree = via == 0 || routes[via].parent != kNoNode;
            if (via == node || !in_tree || (via != 0 && world.powered[via] == 0)) {
                continue;
            }
            double const etx = static_cast<double>(routes[via].etx) + link_etx(in, via, node);
            if (route.parent == kNoNode) {
                EXPECT_TRUE(std::isinf(etx)) << node << " could go through " << via;
            } else {
                EXPECT_GE(etx, static_cast<double>(route.etx) - 1e-4);
            }
        }
    }
}

TEST(RadioRoutes, AreTheCheapestWaysOfTwentyTowns) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        World const world{Seed{seed}};
        std::vector<RouteEntry> routes;
        find_routes(world.input(), routes);
        expect_cheapest(world, routes);
    }
}

TEST(RadioRoutes, MendedOverManyPowerCutsAreStillTheCheapest) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        World world{Seed{seed}};
        std::vector<RouteEntry> routes;
        find_routes(world.input(), routes);
        EntityKey const key(EntityKind::world, 5);
        std::uint64_t draws = 0;
        for (int round = 0; round < 40; ++round) {
            std::vector<std::uint16_t> changed;
            for (int k = 0; k < 4; ++k) {
                auto const node = static_cast<std::uint16_t>(
                    1 + 79 * draw01(Seed{seed}, key, Purpose::test, draws++));
                world.powered[node] ^= 1;
                changed.push_back(node);
            }
            mend_routes(world.input(), changed, routes);
            expect_cheapest(world, routes);
            std::vector<RouteEntry> fresh;
            find_routes(world.input(), fresh);
            for (std::size_t node = 0; node < fresh.size(); ++node) {
                EXPECT_NEAR(static_cast<double>(routes[node].etx),
                            static_cast<double>(fresh[node].etx), 1e-3);
            }
        }
    }
}

/// Every entry is its parent's plus a link that there is, and none is deeper than allowed.
void expect_consistent(World const& world, std::vector<RouteEntry> const& routes) {
    for (std::size_t node = 1; node < routes.size(); ++node) {
        auto const& route = routes[node];
        if (route.parent == kNoNode) {
            EXPECT_EQ(route, RouteEntry{});
            continue;
        }
        auto const& parent = routes[route.parent];
        double const etx =
            static_cast<double>(parent.etx) + link_etx(world.input(), route.parent, node);
        EXPECT_EQ(int{route.hops}, parent.hops + 1) << "node " << node;
        EXPECT_NEAR(static_cast<double>(route.etx), etx, 1e-4) << "node " << node;
        EXPECT_LE(std::uint32_t{route.hops}, world.csma.max_hops);
        EXPECT_TRUE(route.parent == 0 || world.powered[route.parent] != 0);
    }
}

TEST(RadioRoutes, MendedWhileNoiseDriftsAreThoseOfTheNoiseOfNow) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        World world{Seed{seed}, 80, 1800.0};
        world.csma.route_hysteresis_etx = 0.5;
        world.csma.max_hops = 6;
        std::vector<RouteEntry> routes;
        find_routes(world.input(), routes);
        EntityKey const key(EntityKind::world, 6);
        std::uint64_t draws = 0;
        auto const draw = [&] { return draw01(Seed{seed}, key, Purpose::test, draws++); };
        for (int round = 0; round < 40; ++round) {
            // given noise that moves by less than what is worth new routes
            std::vector<std::uint16_t> changed;
            for (auto& level_dbm : world.noise_dbm) {
                level_dbm = static_cast<float>(thermal_noise_dbm(world.radio) + 5.8 * draw() - 2.9);
            }
            for (int k = 0; k < 4; ++k) {
                auto const node = static_cast<std::uint16_t>(1 + 79 * draw());
                world.powered[node] ^= 1;
                changed.push_back(node);
            }
            mend_routes(world.input(), changed, routes);
            expect_consistent(world, routes);
        }
    }
}

TEST(RadioRoutes, ALeafThatFallsSilentChangesNobodysParent) {
    World world{Seed{3}};
    std::vector<RouteEntry> routes;
    find_routes(world.input(), routes);
    // given one that has a way, and that nobody hangs on
    std::uint16_t leaf = 1;
    auto const is_parent = [&](std::uint16_t node) {
        return std::any_of(routes.begin(), routes.end(),
                           [node](RouteEntry const& entry) { return entry.parent == node; });
    };
    while (is_parent(leaf) || routes[leaf].parent == kNoNode) {
        ++leaf;
    }
    auto const before = routes;
    world.powered[leaf] = 0;
    EXPECT_EQ(mend_routes(world.input(), std::vector<std::uint16_t>{leaf}, routes), 0U);
    EXPECT_EQ(routes, before);
}

TEST(RadioRoutes, AParentIsLeftOnlyForAClearlyBetterOne) {
    // given 0 - {1, 2} - 3, first with 1 the better parent of 3, then with 2 a little better
    World world{Seed{1}};
    PropagationSpec const spec = open_field();
    world.radio = RadioSpec{.noise_figure_db = 8.0};
    double const reach = range_m(world.radio, spec, 0.0);
    std::vector<Place> const places{
        {0.0, 0.0}, {0.7 * reach, 10.0}, {0.7 * reach, -10.0}, {1.4 * reach, 0.0}};
    world.links = Links(world.radio, spec, places, Seed{1}, kArea);
    world.noise_dbm.assign(4, static_cast<float>(thermal_noise_dbm(world.radio)));
    world.powered.assign(4, 1);
    double const level_dbm = world.radio.tx_power_dbm - world.links.attenuation_db(1, 3);
    auto const noise_for = [&](double snr_db) {
        return static_cast<float>(level_dbm + snr_per_bit_db(world.radio, 0.0, 0.0) - snr_db);
    };
    world.noise_dbm[2] = noise_for(11.0);
    std::vector<RouteEntry> routes;
    find_routes(world.input(), routes);
    ASSERT_EQ(routes[3].parent, 1);
    // when 1 becomes noisy, a little
    world.noise_dbm[2] = noise_for(14.0);
    world.noise_dbm[1] = noise_for(11.3);
    auto eager = routes;
    auto patient = routes;
    find_routes(world.input(), eager);
    world.csma.route_hysteresis_etx = 1.0;
    find_routes(world.input(), patient);
    // then
    EXPECT_EQ(eager[3].parent, 2);
    EXPECT_EQ(patient[3].parent, 1);
    EXPECT_GT(patient[3].etx, eager[3].etx);
    EXPECT_LE(patient[3].etx, eager[3].etx + 1.0F);
    // and when it becomes much worse
    world.noise_dbm[1] = noise_for(9.0);
    find_routes(world.input(), patient);
    EXPECT_EQ(patient[3].parent, 2);
}

/// Data there and acknowledgement back, by the formula of non-coherent FSK.
double success(double data_snr_db, double ack_snr_db) {
    auto const right = [](double snr_db, double octets) {
        double const ber = 0.5 * std::exp(-0.5 * std::pow(10.0, snr_db / 10.0));
        return std::pow(1.0 - ber, 8.0 * octets);
    };
    return right(data_snr_db, 14 + 64) * right(ack_snr_db, 6);
}

TEST(RadioRoutes, CountBothDirectionsOfAnAsymmetricLink) {
    // given two nodes of which one sends louder than the other
    World world{Seed{1}};
    PropagationSpec spec = open_field();
    spec.asymmetry_sigma_db = 3.0;
    world.radio = RadioSpec{.sensitivity_dbm = -120.0};
    for (std::uint64_t seed = 1; seed < 100; ++seed) {
        world.links = Links(world.radio, spec, line_of(2, 250.0), Seed{seed}, kArea);
        if (world.links.offset_db(1) - world.links.offset_db(0) > 2.0) {
            break;
        }
    }
    ASSERT_GT(world.links.offset_db(1) - world.links.offset_db(0), 2.0);
    double const loss_db = world.links.attenuation_db(0, 1);
    auto const snr_db = [&](std::size_t sender, float noise_dbm) {
        return snr_per_bit_db(world.radio,
                              world.radio.tx_power_dbm + world.links.offset_db(sender) - loss_db,
                              static_cast<double>(noise_dbm));
    };
    // when both hear the other at 11 dB, because the one that hears better is in more noise
    world.noise_dbm = {0.0F, 0.0F};
    world.noise_dbm[0] = static_cast<float>(snr_db(1, 0.0F) - 11.0);
    world.noise_dbm[1] = static_cast<float>(snr_db(0, 0.0F) - 11.0);
    double const alike = link_etx(world.input(), 0, 1);
    EXPECT_NEAR(alike, 1.0 / success(11.0, 11.0), 0.005 * alike);
    // and when they are in the same noise, which is that of the louder one's listener
    world.noise_dbm[1] = world.noise_dbm[0];
    double const at_1 = snr_db(0, world.noise_dbm[1]);
    ASSERT_LT(at_1, 9.0);
    world.csma.least_link_success = 1e-9;
    double const unlike = link_etx(world.input(), 0, 1);
    double const expected = 0.5 * (1.0 / success(11.0, at_1) + 1.0 / success(at_1, 11.0));
    EXPECT_NEAR(unlike, expected, 0.01 * expected);
    EXPECT_EQ(unlike, link_etx(world.input(), 1, 0));
    // then the poorer direction alone makes it no link
    world.csma.least_link_success = success(11.0, 11.0);
    EXPECT_TRUE(std::isinf(link_etx(world.input(), 0, 1)));
}

TEST(RadioRoutes, AReturnedNodeTakesOnlyWhomItServesClearlyBetter) {
    // given 0 - {1, 2} - 3, where 3 hangs on 2 while 1 has no power, and would be cheaper over 1
    World world{Seed{1}};
    PropagationSpec const spec = open_field();
    world.radio = RadioSpec{};
    double const reach = range_m(world.radio, spec, 0.0);
    std::vector<Place> const places{
        {0.0, 0.0}, {0.7 * reach, 10.0}, {0.7 * reach, -10.0}, {1.4 * reach, 0.0}};
    world.links = Links(world.radio, spec, places, Seed{1}, kArea);
    double const level_dbm = world.radio.tx_power_dbm - world.links.attenuation_db(2, 3);
    world.noise_dbm.assign(4, static_cast<float>(thermal_noise_dbm(world.radio)));
    world.noise_dbm[2] =
        static_cast<float>(level_dbm + snr_per_bit_db(world.radio, 0.0, 0.0) - 11.0);
    world.powered = {1, 0, 1, 1};
    world.csma.route_hysteresis_etx = 50.0;
    std::vector<RouteEntry> routes;
    find_routes(world.input(), routes);
    ASSERT_EQ(routes[3].parent, 2);
    // when 1 is back
    world.powered[1] = 1;
    std::vector<std::uint16_t> const back{1};
    EXPECT_EQ(mend_routes(world.input(), back, routes), 0U);
    EXPECT_EQ(routes[3].parent, 2);
    world.csma.route_hysteresis_etx = 0.1;
    EXPECT_EQ(mend_routes(world.input(), back, routes), 1U);
    EXPECT_EQ(routes[3].parent, 1);
}

TEST(RadioRoutes, ATollKeepsDeepTreesWithinTheHops) {
    // given a line where every second node could be skipped over a lossy link
    World world{Seed{1}};
    PropagationSpec const spec = open_field();
    world.radio = RadioSpec{};
    double const reach = range_m(world.radio, spec, 0.0);
    world.links = Links(world.radio, spec, line_of(13, 0.49 * reach), Seed{1}, kArea);
    double const level_dbm = world.radio.tx_power_dbm - world.links.attenuation_db(0, 2);
    world.noise_dbm.assign(
        13, static_cast<float>(level_dbm + snr_per_bit_db(world.radio, 0.0, 0.0) - 10.6));
    world.powered.assign(13, 1);
    std::vector<RouteEntry> routes;
    find_routes(world.input(), routes);
    EXPECT_EQ(int{routes[12].hops}, 12);
    world.csma.max_hops = 8;
    find_routes(world.input(), routes);
    EXPECT_NE(routes[12].parent, kNoNode);
    EXPECT_LE(int{routes[12].hops}, 8);
}

TEST(RadioRoutes, WhoIsTooFarForTheHopsDoesNotMakeTheOthersWaysWorse) {
    // given 0 - 1 - 2 - 3 - 4, one hop too long, and 0 - 5 - 6, where 0 - 6 is lossy
    World world{Seed{1}};
    PropagationSpec const spec = open_field();
    world.radio = RadioSpec{};
    world.csma.max_hops = 3;
    double const reach = range_m(world.radio, spec, 0.0);
    auto places = line_of(5, 0.9 * reach);
    places.push_back({0.0, 0.49 * reach});
    places.push_back({0.0, 0.98 * reach});
    world.links = Links(world.radio, spec, places, Seed{1}, kArea);
    double const level_dbm = world.radio.tx_power_dbm - world.links.attenuation_db(0, 6);
    world.noise_dbm.assign(
        7, static_cast<float>(level_dbm + snr_per_bit_db(world.radio, 0.0, 0.0) - 10.6));
    world.powered.assign(7, 1);
    ASSERT_GT(link_etx(world.input(), 0, 6), 2.0);
    ASSERT_TRUE(std::isfinite(link_etx(world.input(), 0, 6)));
    // when
    std::vector<RouteEntry> routes;
    find_routes(world.input(), routes);
    // then
    EXPECT_EQ(routes[4].parent, kNoNode);
    EXPECT_EQ(int{routes[3].hops}, 3);
    EXPECT_EQ(routes[6].parent, 5);
}

} // namespace
} // namespace gridtwin::rf
