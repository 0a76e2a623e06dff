#include "models/plc/channel.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

TEST(PlcChannel, ShadowingIsSymmetricHasItsSpreadAndIsNamedByTheLink) {
    ChannelSpec spec = quiet_channel();
    spec.shadowing_sigma_db = 6.0;
    Channel const channel = channel_on(star_network(200, 30.0F), spec, Seed{4});
    Channel const fewer = channel_on(star_network(100, 30.0F), spec, Seed{4});
    Channel const other = channel_on(star_network(100, 30.0F), spec, Seed{5});
    double sum = 0.0;
    double squares = 0.0;
    double links = 0.0;
    int differing = 0;
    for (std::size_t i = 1; i < 200; ++i) {
        for (std::size_t j = 1; j < i; ++j) {
            double const db = channel.attenuation_db(i, j) - 60.0;
            EXPECT_EQ(channel.attenuation_db(i, j), channel.attenuation_db(j, i));
            sum += db;
            squares += db * db;
            links += 1.0;
            if (i < 100) { // more modems move nobody's draw
                ASSERT_EQ(channel.attenuation_db(i, j), fewer.attenuation_db(i, j));
                differing += channel.attenuation_db(i, j) != other.attenuation_db(i, j) ? 1 : 0;
            }
        }
    }
    EXPECT_NEAR(sum / links, 0.0, 5.0 * 6.0 / std::sqrt(links));
    EXPECT_NEAR(std::sqrt(squares / links), 6.0, 5.0 * 6.0 / std::sqrt(2.0 * links));
    EXPECT_GT(differing, 4'000);
}

TEST(PlcChannel, TheConcentratorCouplesToAllPhasesUnlessToldNotTo) {
    LvNetwork const net = star_network(3, 10.0F);
    LvNetwork const* const networks[] = {&net};
    std::vector<Modem> const modems{{0, 0, 0}, {0, 1, 1}, {0, 2, 2}, {0, 2, kAllPhases}};
    ChannelSpec spec = quiet_channel();
    spec.phase_crossing_db = 15.0;
    Channel const all(spec, kReferenceHz, networks, modems, Seed{1}, kMedium);
    EXPECT_EQ(all.attenuation_db(0, 1), 10.0);
    EXPECT_EQ(all.attenuation_db(1, 2), 35.0);
    EXPECT_EQ(all.attenuation_db(1, 3), 20.0);
    spec.concentrator_on_all_phases = false;
    Channel const one(spec, kReferenceHz, networks, modems, Seed{1}, kMedium);
    EXPECT_EQ(one.attenuation_db(0, 1), 25.0);
}

TEST(PlcChannel, ImpossiblePlacesAreErrorsThatNameTheMedium) {
    LvNetwork const net = star_network(3, 10.0F);
    LvNetwork const* const networks[] = {&net};
    std::vector<Modem> const nowhere{{0, 0, 0}, {0, 3, 1}};
    auto const build = [&](ChannelSpec const& spec, std::vector<Modem> const& modems) {
        return Channel(spec, kReferenceHz, networks, modems, Seed{1}, kMedium).size();
    };
    try {
        build(quiet_channel(), nowhere);
        FAIL() << "a modem on no node was accepted";
    } catch (SimulationError const& error) {
        EXPECT_STREQ(error.what(), "power-line medium 7 at start: modem 1 is at node 3 of network "
                                   "0, which does not exist");
    }
    LvNetwork odd = net;
    odd.cable[1] = 9;
    LvNetwork const* const odd_networks[] = {&odd};
    std::vector<Modem> const fine{{0, 0, 0}};
    EXPECT_THROW(Channel(quiet_channel(), kReferenceHz, odd_networks, fine, Seed{1}, kMedium),
                 SimulationError);
    ChannelSpec broken = quiet_channel();
    broken.tap_db = -1.0;
    EXPECT_THROW(build(broken, fine), SimulationError);
}

/// Two random streets of 30 customers, the concentrator at the first one's busbar.
struct TwoStreets {
    ChannelSpec spec;
    std::vector<LvNetwork> nets;
    std::vector<LvNetwork const*> networks;
    std::vector<Modem> modems{{0, 0, kAllPhases}};

    explicit TwoStreets(Seed seed) {
        for (std::uint32_t n = 0; n < 2; ++n) {
            std::vector<std::uint32_t> nodes;
            nets.push_back(topology::generate_street({.branches = 3}, 30, 0.0, 0.0, 0b111, seed,
                                                     LvNetworkId{n}, nodes));
            for (std::size_t c = 0; c < nodes.size(); ++c) {
                modems.push_back({n, nodes[c], static_cast<std::uint8_t>(c % 3)});
            }
        }
        networks = {nets.data(), nets.data() + 1};
    }
    [[nodiscard]] ChannelInput input(Seed seed,
                                     std::span<topology::OpenLines const> open = {}) const {
        return {.spec = spec,
                .carrier_hz = kReferenceHz,
                .networks = networks,
                .modems = modems,
                .seed = seed,
                .medium = kMedium,
                .open = open};
    }
};

TEST(PlcChannel, NothingIsHeardAcrossAnOpenLineAndAllElseStays) {
    TwoStreets const place(Seed{3});
    auto const& net = place.nets[1];
    auto const fuses = topology::fuse_nodes(net);
    ASSERT_EQ(fuses.size(), 3U);
    std::vector<topology::OpenLines> const open{{}, {fuses[1]}};
    Channel const whole(place.input(Seed{1}));
    Channel const cut(place.input(Seed{1}, open));
    auto const behind = [&](Modem const& modem) {
        return modem.network == 1 && modem.node >= fuses[1] && modem.node < fuses[2];
    };
    for (std::size_t i = 0; i < place.modems.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            bool const across = behind(place.modems[i]) != behind(place.modems[j]);
            ASSERT_EQ(cut.attenuation_db(i, j),
                      across ? Channel::kCut_db : whole.attenuation_db(i, j))
                << i << " and " << j;
        }
    }
}

TEST(PlcChannel, NothingIsHeardBetweenNetworksThatAreApartAtMediumVoltage) {
    TwoStreets const place(Seed{3});
    std::vector<std::uint32_t> const apart{0, 7};
    auto in = place.input(Seed{1});
    Channel const whole(in);
    in.island = apart;
    Channel channel = whole;
    channel.update(in, 1);
    for (std::size_t i = 0; i < place.modems.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            bool const across = place.modems[i].network != place.modems[j].network;
            ASSERT_EQ(channel.attenuation_db(i, j),
                      across ? Channel::kCut_db : whole.attenuation_db(i, j))
                << i << " and " << j;
            ASSERT_EQ(channel.attenuation_db(i, j), Channel(in).attenuation_db(i, j));
        }
    }
    std::vector<std::uint32_t> const one{7};
    in.island = one;
    EXPECT_THROW(Channel{in}, SimulationError);
}

TEST(PlcChannel, IsUpdatedToWhatItWouldBeMadeAfresh) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        // given lines that open and close at random: fuses, and lines of the street
        TwoStreets const place(Seed{seed});
        EntityKey const key(EntityKind::world, 4);
        std::uint64_t draws = 0;
        auto const below = [&](std::size_t n) {
            auto const share = draw01(Seed{seed}, key, Purpose::test, draws++);
            return static_cast<std::size_t>(share * static_cast<double>(n));
        };
        std::vector<topology::OpenLines> open(2);
        Channel channel(place.input(Seed{seed}));
        for (int step = 0; step < 40; ++step) {
            auto const network = static_cast<std::uint32_t>(below(2));
            auto const fuses = topology::fuse_nodes(place.nets[network]);
            auto const node =
                below(2) == 0
                    ? fuses[below(fuses.size())]
                    : static_cast<std::uint32_t>(1 + below(place.nets[network].size() - 1));
            if (std::erase(open[network], node) == 0) {
                open[network].push_back(node);
            }
            // when
            channel.update(place.input(Seed{seed}, open), network);
            // then
            Channel const afresh(place.input(Seed{seed}, open));
            for (std::size_t i = 0; i < place.modems.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    ASSERT_EQ(channel.attenuation_db(i, j), afresh.attenuation_db(i, j));
                }
            }
        }
    }
}

TEST(PlcChannel, ALineThatIsNotThereCannotBeOpen) {
    TwoStreets const place(Seed{3});
    std::vector<topology::OpenLines> const busbar{{0}, {}};
    std::vector<topology::OpenLines> const beyond{{}, {10'000}};
    std::vector<topology::OpenLines> const one(1);
    for (auto const* open : {&busbar, &beyond, &one}) {
        EXPECT_THROW(Channel(place.input(Seed{1}, *open)), SimulationError);
    }
    TwoStreets fewer(Seed{3});
    fewer.modems.pop_back();
    Channel channel(place.input(Seed{1}));
    EXPECT_THROW(channel.update(fewer.input(Seed{1}), 0), SimulationError);
}

TEST(PlcChannel, TakesTwoOctetsAPair) {
    Channel const channel = channel_on(star_network(101, 10.0F), quiet_channel());
    EXPECT_EQ(channel.bytes(), 101U * 100U);
}

} // namespace
} // namespace gridtwin::plc
