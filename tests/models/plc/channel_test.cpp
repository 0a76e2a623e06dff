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

TEST(PlcChannel, TakesTwoOctetsAPair) {
    Channel const channel = channel_on(star_network(101, 10.0F), quiet_channel());
    EXPECT_EQ(channel.bytes(), 101U * 100U);
}

} // namespace
} // namespace gridtwin::plc
