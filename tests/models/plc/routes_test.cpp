#include "models/plc/modem_table.hpp"
#include "models/plc/routes.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

struct Inputs {
    ModeTable modes{{.modes = {{.processing_gain_db = 20.0}}}, quiet_channel()};
    MacSpec mac;
    Channel channel;
    std::vector<float> noise_dbuv;
    std::vector<std::uint8_t> powered;

    Inputs(LvNetwork const& net, ChannelSpec const& spec, Seed seed)
        : channel(channel_on(net, spec, seed)),
          noise_dbuv(net.size(), static_cast<float>(spec.noise_floor_dbuv)),
          powered(net.size(), 1) {}
    [[nodiscard]] RouteInput view() const { return {modes, mac, channel, noise_dbuv, powered}; }
};

TEST(PlcRoutes, AreTheCheapestWaysOverRandomLinks) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        // given 40 modems with very different links and noise, some dead
        ChannelSpec spec = quiet_channel();
        spec.shadowing_sigma_db = 25.0;
        spec.noise_floor_dbuv = 50.0;
        Inputs in(star_network(40, 38.0F), spec, Seed{seed});
        for (std::size_t m = 0; m < 40; ++m) {
            in.noise_dbuv[m] += static_cast<float>(m % 7);
            in.powered[m] = m % 9 == 4 ? 0 : 1;
        }
        // when
        std::vector<RouteEntry> routes;
        find_routes(in.view(), routes);
        // then no relaxation over any link through a powered repeater finds a cheaper way
        std::vector<double> etx(40, std::numeric_limits<double>::infinity());
        etx[0] = 0.0;
        for (int round = 0; round < 40; ++round) {
            for (std::size_t a = 0; a < 40; ++a) {
                for (std::size_t b = 0; b < 40; ++b) {
                    if (a != b && (a == 0 || in.powered[a] != 0)) {
                        etx[b] = std::min(etx[b], etx[a] + link_etx(in.view(), a, b));
                    }
                }
            }
        }
        for (std::size_t m = 1; m < 40; ++m) {
            if (routes[m].parent == kNoModem) {
                EXPECT_TRUE(std::isinf(etx[m])) << "modem " << m << " seed " << seed;
                continue;
            }
            EXPECT_NEAR(static_cast<double>(routes[m].etx), etx[m], 1e-5 * etx[m]);
            EXPECT_EQ(routes[m].hops, routes[routes[m].parent].hops + 1);
            EXPECT_TRUE(routes[m].parent == 0 || in.powered[routes[m].parent] != 0);
        }
    }
}

TEST(PlcRoutes, SkipRepeatersWhenTheCheapestWayWouldBeTooLong) {
    // given neighbours 38.5 dB apart: two at once cost more than two transmissions, but are heard
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv = 120.0 - 77.0 + 20.0 - 10.8;
    Inputs const in(line_network(13, 38.5F), spec, Seed{1});
    ASSERT_GT(link_etx(in.view(), 0, 2), 2.0);
    ASSERT_TRUE(std::isfinite(link_etx(in.view(), 0, 2)));
    std::vector<RouteEntry> routes;
    // when
    find_routes(in.view(), routes);
    // then modem 12 is reached although one by one it would take twelve hops
    EXPECT_NE(routes[12].parent, kNoModem);
    EXPECT_LE(int{routes[12].hops}, 7);
}

TEST(PlcRoutes, WhoIsTooFarForTheHopsDoesNotMakeTheOthersWaysWorse) {
    // given 0 - 1 - 2 - 3 - 4, one hop too long, and 0 - 5 - 6, where 0 - 6 is lossy
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv = 120.0 - 77.0 + 20.0 - 10.8;
    Inputs in(tree({-1, 0, 1, 2, 3, 0, 5}, {0.0F, 70.0F, 70.0F, 70.0F, 70.0F, 38.5F, 38.5F}), spec,
              Seed{1});
    in.mac.max_hops = 3;
    ASSERT_GT(link_etx(in.view(), 0, 6), 2.0);
    ASSERT_TRUE(std::isfinite(link_etx(in.view(), 0, 6)));
    // when
    std::vector<RouteEntry> routes;
    find_routes(in.view(), routes);
    // then
    EXPECT_EQ(routes[4].parent, kNoModem);
    EXPECT_EQ(int{routes[3].hops}, 3);
    EXPECT_EQ(routes[6].parent, 5U);
}

TEST(PlcRoutes, WithASingleModeTheirCostIsTheExpectedTransmissionsToTheLastBit) {
    ChannelSpec spec = quiet_channel();
    spec.shadowing_sigma_db = 25.0;
    spec.noise_floor_dbuv = 50.0;
    Inputs in(star_network(40, 38.0F), spec, Seed{3});
    std::size_t links = 0;
    for (std::size_t a = 0; a < 40; ++a) {
        for (std::size_t b = 0; b < 40; ++b) {
            in.noise_dbuv[b] = 50.0F + static_cast<float>(b % 7);
            double const loss_db = a == b ? 200.0 : in.channel.attenuation_db(a, b);
            if (120.0 - loss_db < 32.04) {
                continue;
            }
            auto const snr_at = [&](std::size_t m) {
                return 120.0 - loss_db - static_cast<double>(in.noise_dbuv[m]) + 20.0;
            };
            double const etx = medium::expected_transmissions(medium::error_table(BerCurve::nc_fsk),
                                                              {.snr_at_a_db = snr_at(a),
                                                               .snr_at_b_db = snr_at(b),
                                                               .data_bits = 8.0 * 74.0,
                                                               .ack_bits = 8.0 * 6.0},
                                                              in.mac.least_link_success);
            ASSERT_EQ(link_etx(in.view(), a, b), etx);
            links += std::isfinite(etx) && etx > 1.001 ? 1U : 0U;
        }
    }
    EXPECT_GT(links, 50U);
}

TEST(PlcRoutes, TakeTwoFastHopsForOneThatIsFourTimesSlower) {
    // given 0 - 1 - 2: neighbours at the fastest rate, 0 and 2 at an eighth of it
    Inputs in(line_network(3, 35.0F), quiet_channel(), Seed{1});
    in.modes = ModeTable{*find_modem("ce-nero"), quiet_channel()};
    auto const noise = static_cast<float>(120.0 - 70.0 + 6.0 - 4.5);
    in.noise_dbuv.assign(3, noise);
    ASSERT_EQ(int{best_mode(in.view(), 0, 1).mode}, 0);
    ASSERT_EQ(int{best_mode(in.view(), 0, 2).mode}, 3);
    // by hand: (14 + 64 + 10) octets at 300 and at 2400 bit/s, two turnarounds of 10 ms each
    double const slow = (88.0 * 8.0 / 300.0 + 0.020) / (88.0 * 8.0 / 2400.0 + 0.020);
    EXPECT_GT(best_mode(in.view(), 0, 2).time, slow);
    EXPECT_LT(best_mode(in.view(), 0, 2).time, 1.1 * slow);
    std::vector<RouteEntry> routes;
    find_routes(in.view(), routes);
    EXPECT_EQ(routes[2].parent, 1U);
    // and where the neighbour is dead, the slow link is better than none
    in.powered[1] = 0;
    find_routes(in.view(), routes);
    EXPECT_EQ(routes[2].parent, 0U);
}

TEST(PlcRoutes, ALinkBelowTheSensitivityIsNoneHoweverQuiet) {
    Inputs const in(star_network(3, 44.0F), quiet_channel(), Seed{1});
    EXPECT_TRUE(std::isfinite(link_etx(in.view(), 0, 1)));
    EXPECT_TRUE(std::isinf(link_etx(in.view(), 1, 2))); // 88 dB: 32.00 dBuV
}

} // namespace
} // namespace gridtwin::plc
