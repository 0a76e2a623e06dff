#include "models/plc/medium.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

TEST(PlcMediumPower, ADeadModemIsSilentAndItsDatagramsAreLostWithNoPower) {
    Medium medium = medium_on(star_network(3, 20.0F), {});
    RecordingSink sink;
    medium.set_powered(1, false, kStart);
    medium.send({.from = 1, .to = 0, .octets = 20}, at_s(1.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::no_power);
    EXPECT_EQ(int{sink.outcomes[0].tries}, 0);
    EXPECT_EQ(medium.frames().sent, 0U);
}

TEST(PlcMediumPower, ADeadModemDoesNotHearAndTheSenderTriesInVain) {
    Medium medium = medium_on(star_network(3, 20.0F), {}, {.hop_retries = 2});
    RecordingSink sink;
    medium.set_powered(1, false, kStart);
    medium.send({.from = 0, .to = 1, .octets = 20}, at_s(1.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::no_power);
    EXPECT_EQ(int{sink.outcomes[0].tries}, 3);
    EXPECT_EQ(medium.frames().sent, 3U);
    EXPECT_EQ(lost(medium.frames(), LossReason::no_power), 3U);
    expect_books_close(medium);
}

TEST(PlcMediumPower, AQueueDiesWithItsModemAndWhatItWasSendingBreaksOff) {
    Medium medium = medium_on(star_network(3, 20.0F), {});
    RecordingSink sink;
    for (std::uint64_t n = 0; n < 3; ++n) {
        medium.send({.handle = n, .from = 1, .to = 0, .octets = 60}, kStart);
    }
    medium.run_until(at_s(0.1), sink); // the first is on the line
    ASSERT_EQ(medium.frames_in_flight(), 1U);
    ASSERT_EQ(medium.datagrams_in_flight(), 3U);
    // when
    medium.set_powered(1, false, at_s(0.1));
    expect_books_close(medium);
    EXPECT_EQ(medium.next_event(), at_s(0.1));
    medium.run_until(kNever, sink);
    // then
    EXPECT_EQ(sink.count(LossReason::no_power), 3U);
    EXPECT_EQ(sink.outcomes[0].at, at_s(0.1));
    EXPECT_EQ(lost(medium.frames(), LossReason::no_power), 1U);
    EXPECT_NEAR(medium.airtime_s(), 0.1, 1e-9);
    expect_books_close(medium);
}

TEST(PlcMediumPower, ABrokenOffFrameNoLongerDisturbs) {
    // given 1 - 0 - 2 with the outer ones hidden from each other
    Medium medium = medium_on(star_network(3, 60.0F), {}, {.hop_retries = 0});
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 60}, kStart);
    medium.run_until(at_s(0.1), sink);
    medium.set_powered(1, false, at_s(0.1));
    medium.send({.handle = 2, .from = 2, .to = 0, .octets = 60}, at_s(0.11));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::none), 1U);
    EXPECT_EQ(sink.count(LossReason::no_power), 1U);
}

TEST(PlcMediumPower, ABlinkInTheInstantOfAHandOverLosesTheDatagram) {
    expect_a_blink_to_lose_the_datagram(medium_on(star_network(3, 20.0F), {}));
}

TEST(PlcMediumPower, SendersKnowWhatTheirOwnHopDidAndNoMore) {
    expect_senders_to_know_their_own_hop(medium_on(line_network(4, 60.0F), {}));
    expect_senders_without_acknowledgements_to_know_nothing(
        medium_on(line_network(4, 60.0F), {}, {.acknowledge = false}));
}

TEST(PlcMediumPower, AFrameThatBeganBeforeItsReceiverWokeIsNotReceived) {
    Medium medium = medium_on(star_network(2, 20.0F), {}, {.hop_retries = 0});
    RecordingSink sink;
    medium.set_powered(1, false, kStart);
    medium.send({.from = 0, .to = 1, .octets = 60}, at_s(1.0));
    medium.run_until(at_s(1.1), sink);
    medium.set_powered(1, true, at_s(1.1));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::no_power), 1U);
}

TEST(PlcMediumPower, AReceiverThatBlinksInABurstGetsItFromTheStart) {
    Medium medium = medium_on(star_network(2, 20.0F), {});
    RecordingSink sink;
    medium.send({.from = 0, .to = 1, .octets = 192}, kStart); // three full frames
    medium.run_until(at_s(0.4), sink);                        // in the second
    medium.set_powered(1, false, at_s(0.4));
    medium.run_until(at_s(0.45), sink);
    medium.set_powered(1, true, at_s(0.45));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::none), 1U);
    // two data frames and an acknowledgement before; then three of each
    EXPECT_EQ(medium.frames().sent, 3U + 6U);
}

TEST(PlcMediumPower, RoutesLeaveDeadRepeatersButNoSoonerThanTheRefreshAllows) {
    // given 0 - {1, 2} - 3: two ways to 3, by 1 a little cheaper on paper
    LvNetwork const net = tree({-1, 0, 0, 1, 2}, {0.0F, 50.0F, 55.0F, 20.0F, 20.0F});
    // modem 3 hangs on 1: 70 dB from 0 is heard; noise makes it poor, so 1 repeats
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv = 120.0 - 70.0 + 20.0 - 11.5;
    Medium medium = medium_on(net, modem, {.hop_retries = 0, .route_refresh_s = 60.0}, spec);
    ASSERT_EQ(medium.routes()[3].parent, 0U);
    medium.set_noise_dbuv(spec.noise_floor_dbuv + 3.5);
    medium.update_routes(kStart);
    ASSERT_EQ(medium.routes()[3].parent, 1U);
    // when its repeater dies and the noise goes
    RecordingSink sink;
    medium.set_noise_dbuv(0.0);
    medium.set_powered(1, false, at_s(1.0));
    medium.send({.handle = 1, .from = 0, .to = 3, .octets = 20}, at_s(2.0));
    medium.send({.handle = 2, .from = 0, .to = 3, .octets = 20}, at_s(62.0));
    medium.run_until(kNever, sink);
    // then the old way is tried in vain until the routes may be renewed
    ASSERT_EQ(sink.outcomes.size(), 2U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::no_power);
    EXPECT_EQ(sink.outcomes[1].reason, LossReason::none);
    EXPECT_EQ(int{sink.outcomes[1].hops}, 1);
    EXPECT_EQ(medium.counters().route_updates, 3U);
}

TEST(PlcMediumPower, ASmallChangeOfNoiseKeepsTheRoutes) {
    Medium medium = medium_on(line_network(3, 40.0F), {}, {.route_noise_step_db = 3.0});
    RecordingSink sink;
    auto const poll = [&](double t_s) {
        medium.send({.from = 0, .to = 2, .octets = 20}, at_s(t_s));
        medium.run_until(kNever, sink);
    };
    medium.set_noise_dbuv(2.9);
    poll(100.0);
    EXPECT_EQ(medium.counters().route_updates, 1U); // of the constructor
    medium.set_noise_dbuv(3.0);
    poll(200.0);
    EXPECT_EQ(medium.counters().route_updates, 2U);
}

TEST(MediumPower, AcrossACutNobodyHearsAndRoutesComeBackWithTheLine) {
    // given 0 - 1 - 2, where 2 is heard by way of 1 alone
    LvNetwork const net = line_network(3, 60.0F);
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    Medium medium = medium_on(net, modem);
    LvNetwork const* const networks[] = {&net};
    std::vector<Modem> const modems{{0, 0, 0}, {0, 1, 0}, {0, 2, 0}};
    auto const set_open = [&](topology::OpenLines const& lines) {
        std::vector<topology::OpenLines> const open{lines};
        auto channel = medium.channel();
        auto const spec = quiet_channel();
        channel.update({.spec = spec,
                        .carrier_hz = modem.carrier_hz,
                        .networks = networks,
                        .modems = modems,
                        .seed = Seed{1},
                        .medium = kMedium,
                        .open = open},
                       0);
        medium.set_channel(std::move(channel));
    };
    RecordingSink sink;
    auto const fate = [&](std::uint16_t to, double t_s) {
        medium.send({.from = 0, .to = to, .octets = 20}, at_s(t_s));
        medium.run_until(at_s(t_s + 100.0), sink);
        return sink.outcomes.back().reason;
    };
    EXPECT_EQ(fate(2, 0.0), LossReason::none);
    // when, then
    set_open({2});
    EXPECT_EQ(fate(2, 200.0), LossReason::no_route);
    EXPECT_EQ(fate(1, 400.0), LossReason::none);
    set_open({});
    EXPECT_EQ(fate(2, 600.0), LossReason::none);
    // and a frame on its way when the line opens is lost
    medium.send({.from = 0, .to = 1, .octets = 20}, at_s(800.0));
    medium.run_until(at_s(800.05), sink);
    set_open({1});
    medium.run_until(at_s(900.0), sink);
    EXPECT_EQ(sink.outcomes.back().reason, LossReason::noise);
    EXPECT_THROW(medium.set_channel(channel_on(line_network(4, 60.0F), quiet_channel())),
                 SimulationError);
}

} // namespace
} // namespace gridtwin::plc
