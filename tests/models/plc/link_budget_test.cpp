#include "models/plc/link_budget.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

#include <cmath>
#include <optional>

namespace gridtwin::plc {
namespace {

using namespace testing;
using topology::LvNetwork;

constexpr double kHalfStep = 1.0 / 128.0; // of Channel's 1/64 dB

/// Networks, modems and what is made of them.
struct Place {
    ModemSpec modem;
    MacSpec mac;
    ChannelSpec spec;
    std::vector<LvNetwork> nets;
    std::vector<Modem> modems;
    Seed seed{1};
    ConcentratorId medium{3};
    double load_w = 0.0;

    std::vector<LvNetwork const*> networks{};
    std::optional<Channel> channel{};
    std::vector<NoiseParts> noise{};
    std::vector<float> noise_dbuv{};
    std::vector<std::uint8_t> powered{};
    std::vector<RouteEntry> routes{};
    mutable std::shared_ptr<ModeTable const> modes{};

    void build() {
        for (auto const& net : nets) {
            networks.push_back(&net);
        }
        channel.emplace(spec, modem.carrier_hz, networks, modems, seed, medium);
        for (std::size_t m = 0; m < modems.size(); ++m) {
            noise.push_back(noise_parts(modem, spec, 20.0 * 3600.0, load_w));
            noise_dbuv.push_back(static_cast<float>(noise.back().level_dbuv()));
        }
        powered.assign(modems.size(), 1);
        find_routes(route_input(), routes);
    }
    [[nodiscard]] RouteInput route_input() const {
        modes = mode_table(modem, quiet_channel()); // white noise
        return {.modes = *modes,
                .mac = mac,
                .channel = *channel,
                .noise_dbuv = noise_dbuv,
                .powered = powered};
    }
    [[nodiscard]] LinkBudget budget(std::size_t from, std::size_t to) const {
        auto const in = route_input();
        return link_budget({.routes = in,
                            .spec = spec,
                            .networks = networks,
                            .modems = modems,
                            .noise = noise,
                            .seed = seed,
                            .medium = medium},
                           from, to);
    }
};

LvNetwork street(LvNetworkId id, std::vector<std::uint32_t>& service_node) {
    return topology::generate_street({.branches = 3}, 40, 0.0, 0.0, 0b111, Seed{9}, id,
                                     service_node);
}

TEST(LinkBudget, PartsOfEveryLinkSumToTheChannelsAttenuation) {
    for (std::uint32_t round = 0; round < 6; ++round) {
        // given two random streets, modems at their services, at poles and at a busbar
        Place place{.modem = {}, .mac = {}, .spec = {}, .nets = {}, .modems = {{0, 0, kAllPhases}}};
        place.spec.concentrator_on_all_phases = round % 2 == 0;
        place.modems.front().phase = round % 2 == 0 ? kAllPhases : std::uint8_t{0};
        place.spec.shadowing_sigma_db = round < 3 ? 6.0 : 30.0; // the latter: some links are bound
        place.seed = Seed{round};
        for (std::uint32_t n = 0; n < 2; ++n) {
            std::vector<std::uint32_t> nodes;
            place.nets.push_back(street(static_cast<LvNetworkId>(2 * round + n), nodes));
            for (std::size_t c = 0; c < nodes.size(); ++c) {
                place.modems.push_back({n, nodes[c], static_cast<std::uint8_t>(c % 3)});
            }
            place.modems.push_back({n, 1, 0});
            place.modems.push_back({n, 0, 1});
        }
        place.build();
        // when, then
        std::size_t bound = 0;
        for (std::size_t i = 0; i < place.modems.size(); ++i) {
            for (std::size_t j = 0; j < place.modems.size(); ++j) {
                if (i == j) {
                    continue;
                }
                auto const b = place.budget(i, j);
                auto const& l = b.loss;
                ASSERT_EQ(b.attenuation_db, place.channel->attenuation_db(i, j));
                ASSERT_NEAR(l.cable_db + l.tap_db + l.phase_db + l.transformer_db + l.shadowing_db +
                                l.bound_db,
                            b.attenuation_db, kHalfStep + 1e-9)
                    << "round " << round << ", " << i << " to " << j;
                bound += l.bound_db != 0.0 ? 1U : 0U;
            }
        }
        EXPECT_TRUE(round < 3 || bound > 0);
    }
}

// 0 --40m-- 1 --20m-- 2 , services of 10 m: 3 and 4 on pole 1, 5 and 6 on pole 2
Place hand_street() {
    Place place{.modem = {}, .mac = {}, .spec = {}, .nets = {}, .modems = {}};
    LvNetwork net;
    net.parent = {-1, 0, 1, 1, 1, 2, 2};
    net.length_m = {0, 40, 20, 10, 10, 10, 10};
    net.cable = {0, 0, 0, 1, 1, 1, 1};
    place.nets.push_back(net);
    place.modems = {{0, 0, kAllPhases}, {0, 3, 1}, {0, 4, 2}, {0, 5, 1}, {0, 2, 1}};
    place.spec.cable_db_per_m = {0.03, 0.05};
    place.spec.shadowing_sigma_db = 0.0;
    return place;
}

TEST(LinkBudget, OfAStreetIsWhatOneAddsUpByHand) {
    auto place = hand_street();
    place.load_w = 20'000.0; // as much noise as the floor
    place.build();

    auto const far = place.budget(3, 0); // over both poles
    EXPECT_NEAR(far.loss.cable_m, 70.0, 1e-9);
    EXPECT_NEAR(far.loss.cable_db, 1.2 + 0.6 + 0.5, 1e-9);
    EXPECT_EQ(far.loss.taps, 2U);
    EXPECT_EQ(far.loss.tap_db, 8.0);
    EXPECT_EQ(far.loss.phase_db, 0.0); // the concentrator couples to all
    EXPECT_EQ(far.loss.transformer_db, 0.0);
    EXPECT_NEAR(far.signal_dbuv, 120.0 - 10.3, kHalfStep);
    EXPECT_NEAR(far.margin_db, 120.0 - 10.3 - 32.04, kHalfStep);
    EXPECT_EQ(far.noise.floor_dbuv, 42.0);
    EXPECT_NEAR(far.noise.day_db, 12.0, 1e-9); // at 20:00, the loudest hour
    EXPECT_NEAR(far.noise.load_db, 3.0103, 1e-4);
    EXPECT_NEAR(far.snr_db, 120.0 - 10.3 - 57.0103 + 6.0, 0.01);

    auto const across = place.budget(1, 2); // two services of one pole
    EXPECT_NEAR(across.loss.cable_m, 20.0, 1e-9);
    EXPECT_EQ(across.loss.taps, 1U);
    EXPECT_EQ(across.loss.phase_db, 15.0);
    EXPECT_EQ(place.budget(3, 4).loss.taps, 0U) << "ends at the pole: not passed";
}

TEST(LinkBudget, TransmissionsFollowFromBothErrorRates) {
    auto place = hand_street();
    place.spec.noise_floor_dbuv = 85.0; // 97 in the evening: signal to noise 11.2 dB
    place.spec.cable_db_per_m = {0.14, 0.14};
    place.build();
    auto const b = place.budget(3, 0);
    EXPECT_GT(b.frame_error, 0.2);
    EXPECT_NEAR(b.frame_error, frame_error_rate(place.modem, b.snr_db, 74), 0.003 * b.frame_error);
    EXPECT_NEAR(b.transmissions, 1.0 / ((1.0 - b.frame_error) * (1.0 - b.ack_error)), 1e-9);
}

TEST(LinkBudget, OfAWayHasItsHopsInOrderAndTheirSumIsTheRoutesEtx) {
    Place place{.modem = {}, .mac = {}, .spec = {}, .nets = {}, .modems = {}};
    LvNetwork net;
    for (int k = 0; k < 4; ++k) { // neighbours 60 dB apart: only they hear each other
        net.parent.push_back(k - 1);
        net.length_m.push_back(k == 0 ? 0.0F : 60.0F);
        net.cable.push_back(0);
        place.modems.push_back({0, static_cast<std::uint32_t>(k), 0});
    }
    place.nets.push_back(net);
    place.spec.cable_db_per_m = {1.0};
    place.spec.shadowing_sigma_db = 0.0;
    place.build();
    auto const way = way_to_root(place.routes, 3);
    ASSERT_EQ(way, (std::vector<std::uint16_t>{3, 2, 1, 0}));
    double etx = 0.0;
    for (std::size_t h = 1; h < way.size(); ++h) {
        etx += place.budget(way[h - 1], way[h]).transmissions;
    }
    EXPECT_NEAR(etx, static_cast<double>(place.routes[3].etx), 1e-5);

    // and where the last is out of everybody's range, it has no way, and lacks what is missing
    place.nets.front().length_m[3] = 100.0F;
    Place apart{
        .modem = {}, .mac = {}, .spec = place.spec, .nets = place.nets, .modems = place.modems};
    apart.build();
    EXPECT_TRUE(way_to_root(apart.routes, 3).empty());
    double const missing = lacking_db(apart.route_input(), 3, 2);
    EXPECT_LT(apart.budget(3, 2).margin_db, 0.0);
    apart.modem.tx_level_dbuv += missing;
    EXPECT_TRUE(std::isfinite(link_etx(apart.route_input(), 3, 2)));
    apart.modem.tx_level_dbuv -= 0.02;
    EXPECT_FALSE(std::isfinite(link_etx(apart.route_input(), 3, 2)));
    EXPECT_EQ(lacking_db(apart.route_input(), 2, 1), 0.0);
}

TEST(LinkBudget, ABrokenChainIsNamedByItsWeakestLink) {
    // given 0 -60- 1 -95- 2 -60- 3 -90- 4: dB, of which 87.96 can be bridged
    Place place{.modem = {}, .mac = {}, .spec = quiet_channel(), .nets = {}, .modems = {}};
    place.nets.push_back(tree({-1, 0, 1, 2, 3}, {0.0F, 60.0F, 95.0F, 60.0F, 90.0F}));
    for (std::uint32_t k = 0; k < 5; ++k) {
        place.modems.push_back({0, k, 0});
    }
    place.build();
    auto const weakest = weakest_links(place.route_input());
    ASSERT_EQ(weakest.size(), 5U);
    EXPECT_EQ(weakest[1].lacking_db, 0.0);
    for (std::size_t m : {2U, 3U, 4U}) { // the gap before the fourth lacks less
        EXPECT_EQ(weakest[m].from, 2);
        EXPECT_EQ(weakest[m].to, 1);
        EXPECT_NEAR(weakest[m].lacking_db, 95.0 - 87.96, 0.02);
    }
}

TEST(LinkBudget, ACleanTransferIsTheSumOfItsFrames) {
    auto place = hand_street();
    place.build();
    std::uint16_t const way[] = {3, 1, 0};
    // by hand, a hop: (14 + 60 + 10) 8 / 2400 s and two turnarounds
    auto const answer = transfer(place.route_input(), way, 60);
    EXPECT_NEAR(answer.time_s, 2.0 * (84.0 * 8.0 / 2400.0 + 0.020), 1e-6);
    EXPECT_NEAR(answer.success, 1.0, 1e-9);
    // 100 octets go as 64 and 36
    auto const profile = transfer(place.route_input(), std::span(way).first(2), 100);
    EXPECT_NEAR(profile.time_s, (148.0 * 8.0) / 2400.0 + 0.040, 1e-6);
}

/// Sends one datagram after another over one hop.
class Repeat final : public Sink {
  public:
    Repeat(Medium& medium, std::uint32_t octets, std::size_t count)
        : medium_(&medium), octets_(octets), left_(count) {}
    std::size_t delivered = 0;
    std::size_t lost = 0;
    void next(SimTime at) {
        if (left_ > 0) {
            --left_;
            medium_->send({.from = 1, .to = 0, .octets = octets_}, at);
        }
    }
    void on_delivered(Datagram const&, SimTime at, std::uint8_t, std::uint8_t) override {
        ++delivered;
        next(at + std::chrono::seconds{60});
    }
    void on_lost(Datagram const&, LossReason, SimTime at, std::uint8_t, std::uint8_t) override {
        ++lost;
        next(at + std::chrono::seconds{60});
    }

  private:
    Medium* medium_;
    std::uint32_t octets_;
    std::size_t left_;
};

class ChanceToArrive : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(ChanceToArrive, IsTheMediums) {
    // given one hop that loses about half of its frames, and some acknowledgements
    Place place{.modem = {},
                .mac = {.hop_retries = 1},
                .spec = quiet_channel(),
                .nets = {},
                .modems = {{0, 0, kAllPhases}, {0, 1, 0}}};
    place.nets.push_back(star_network(2, 20.0F));
    place.modem.modes.front().processing_gain_db = 20.0;
    place.build();
    double const loss_db = place.channel->attenuation_db(0, 1);
    float const noise = static_cast<float>(120.0 - loss_db + 20.0 - 10.5);
    place.noise_dbuv.assign(2, noise);
    std::uint16_t const way[] = {1, 0};
    double const p = transfer(place.route_input(), way, GetParam()).success;
    ASSERT_GT(p, 0.1);
    ASSERT_LT(p, 0.97);
    // when
    Medium medium(place.modem, place.spec, place.mac, *place.channel, Seed{4}, place.medium);
    medium.set_noise_dbuv(place.noise_dbuv);
    constexpr std::size_t kCount = 20'000;
    Repeat repeat(medium, GetParam(), kCount);
    repeat.next(kStart);
    medium.run_until(kNever, repeat);
    // then
    ASSERT_EQ(repeat.delivered + repeat.lost, kCount);
    EXPECT_NEAR(static_cast<double>(repeat.delivered) / kCount, p, four_sigma(p, kCount));
}

// One frame, two, and four.
INSTANTIATE_TEST_SUITE_P(LinkBudget, ChanceToArrive, ::testing::Values(60U, 100U, 200U));

} // namespace
} // namespace gridtwin::plc
