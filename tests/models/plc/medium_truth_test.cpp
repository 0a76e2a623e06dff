#include "models/plc/medium.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

TEST(MediumTruth, AFrameLastsItsOctetsAt2400BitPerSecond) {
    ModemSpec const modem{.overhead_octets = 10, .ack_octets = 6};
    EXPECT_EQ(frame_time(modem, 60), duration_from_s(74 * 8 / 2400.0));
    EXPECT_EQ(ack_time(modem), duration_from_s(10 * 8 / 2400.0));
}

TEST(MediumTruth, ACleanPollTakesItsFramesAcknowledgementsAndTurnarounds) {
    // given one meter that answers 20 octets with 60 at once
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    Medium medium = medium_on(star_network(2, 20.0F), modem);
    RecordingSink sink;
    sink.then = [&](Datagram const& got, SimTime at) {
        if (got.to == 1) {
            medium.send({.handle = 2, .from = 1, .to = 0, .octets = 60}, at);
        }
    };
    // when
    medium.send({.handle = 1, .from = 0, .to = 1, .octets = 20}, at_s(5.0));
    medium.run_until(kNever, sink);
    // then request 34 octets, acknowledgement 10, response 74; the last acknowledgement comes after
    double const by_hand = (34 + 10 + 74) * 8 / 2400.0 + 2 * 0.010;
    ASSERT_EQ(sink.outcomes.size(), 2U);
    EXPECT_NEAR(to_s(sink.outcomes[1].at - at_s(5.0)), by_hand, 1e-8);
    EXPECT_NEAR(medium.airtime_s(), (34 + 10 + 74 + 10) * 8 / 2400.0, 1e-8);
    EXPECT_EQ(medium.counters().deferrals, 0U);
}

// By hand: 27 + 23 octets raw are 0.1667 s; with 0.1 s after each poll 250 meters take 66.7 s.
TEST(MediumTruth, RawPollsOf250MetersTakeTheirOctetsAndGaps) {
    ModemSpec const modem{
        .overhead_octets = 0, .ack_octets = 0, .turnaround_s = 0.0, .modes = {{.preamble_s = 0.0}}};
    Medium medium = medium_on(star_network(251, 20.0F), modem, {.acknowledge = false});
    RecordingSink sink;
    std::vector<double> poll_s;
    SimTime asked = kStart;
    sink.then = [&](Datagram const& got, SimTime at) {
        if (got.to != 0) {
            medium.send({.from = got.to, .to = 0, .octets = 23}, at);
            return;
        }
        poll_s.push_back(to_s(at - asked));
        if (got.from < 250) {
            asked = at + duration_from_s(0.1);
            medium.send({.from = 0, .to = static_cast<std::uint16_t>(got.from + 1), .octets = 27},
                        asked);
        }
    };
    medium.send({.from = 0, .to = 1, .octets = 27}, kStart);
    medium.run_until(kNever, sink);
    ASSERT_EQ(poll_s.size(), 250U);
    EXPECT_NEAR(poll_s.front(), 0.1667, 0.00005);
    EXPECT_NEAR(poll_s.back(), 0.1667, 0.00005);
    EXPECT_NEAR(to_s(sink.outcomes.back().at) + 0.1, 66.7, 0.05);
}

// Hops = ceil(d / R) when a link is perfect up to the range R and nothing beyond.
TEST(MediumTruth, HopsOnALineOfModemsAreDistanceOverRange) {
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    // 120 - 32.04 dBuV: heard over up to 87.96 dB
    constexpr float kSpacing = 25.0F;
    constexpr double kRange = 75.0; // three modems on
    Medium const medium = medium_on(line_network(26, kSpacing), modem);
    for (std::size_t m = 0; m <= 21; ++m) {
        auto const hops = static_cast<int>(std::ceil(static_cast<double>(m) * 25.0 / kRange));
        EXPECT_EQ(int{medium.routes()[m].hops}, hops) << "modem " << m;
        EXPECT_NEAR(static_cast<double>(medium.routes()[m].etx), hops, 1e-5);
    }
    // beyond seven hops nobody is reached
    for (std::size_t m = 22; m < 26; ++m) {
        EXPECT_EQ(medium.routes()[m].parent, kNoModem);
    }
}

/// A line where only neighbours hear each other, 60 dB apart, at the given SNR.
Medium noisy_line(std::size_t modems, double snr, MacSpec mac, Seed seed) {
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    mac.least_link_success = 1e-6;
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv =
        modem.tx_level_dbuv - 60.0 + modem.modes.front().processing_gain_db - snr;
    return medium_on(line_network(modems, 60.0F), modem, mac, spec, seed);
}

class HopsAndRetries : public ::testing::TestWithParam<std::pair<int, int>> {};

// Success per hop 1 - p^(1 + r), product over h hops; 240 bits at 10 dB: p = 55.5 %.
TEST_P(HopsAndRetries, DeliverWhatTheProductFormulaSays) {
    auto const [hops, retries] = GetParam();
    expect_the_product_formula(noisy_line(static_cast<std::size_t>(hops) + 1, 10.0,
                                          {.hop_retries = static_cast<std::uint32_t>(retries)},
                                          Seed{11}),
                               hops, retries, 20, 120.0, frame_error_rate(ModemSpec{}, 10.0, 30));
}

INSTANTIATE_TEST_SUITE_P(Medium, HopsAndRetries,
                         ::testing::Values(std::pair{1, 0}, std::pair{1, 3}, std::pair{2, 1},
                                           std::pair{3, 3}, std::pair{7, 5}));

TEST(MediumTruth, TriesHaveTheMeanOneOverP) {
    // given a deaf-ish receiver, but acknowledgements that always arrive
    constexpr int kDatagrams = 8000;
    Medium medium = noisy_line(2, 10.0, {.hop_retries = 254}, Seed{3});
    std::vector<float> const noise{0.0F, static_cast<float>(120.0 - 60.0 + 20.0 - 10.0)};
    medium.set_noise_dbuv(noise);
    RecordingSink sink;
    for (int n = 0; n < kDatagrams; ++n) {
        medium.send({.from = 0, .to = 1, .octets = 20}, at_s(600.0 * n));
    }
    // when
    medium.run_until(kNever, sink);
    // then
    double tries = 0.0;
    for (auto const& outcome : sink.outcomes) {
        tries += outcome.tries;
    }
    double const p = 1.0 - frame_error_rate(ModemSpec{}, 10.0, 30);
    ASSERT_EQ(sink.count(LossReason::none), std::size_t{kDatagrams});
    EXPECT_NEAR(tries / kDatagrams, 1.0 / p, 4.0 * std::sqrt(1.0 - p) / p / std::sqrt(kDatagrams));
    EXPECT_EQ(medium.counters().duplicates, 0U);
}

// An impulse every half second leaves half of the bits right that it hits: of frames of 0.1 s,
// 1 - exp(-0.1) are lost, of which a tenth of the impulses leave 1 - exp(-0.01).
TEST(MediumTruth, ImpulsesTakeTheirShareOfFramesByTheirRateOfTheDay) {
    ChannelSpec spec = quiet_channel();
    spec.impulse_gap_s = 0.5;
    spec.impulse_excess_db = 80.0;
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    for (double const factor : {1.0, 0.1}) {
        constexpr int kFrames = 40'000;
        Medium medium = medium_on(line_network(2, 75.0F), modem, {.acknowledge = false}, spec);
        medium.set_noise_dbuv(35.0); // SNR 30 dB
        medium.set_impulse_factor(factor);
        RecordingSink sink;
        for (int n = 0; n < kFrames; ++n) { // 10 octets of overhead
            medium.send({.from = 0, .to = 1, .octets = 20}, at_s(n));
        }
        medium.run_until(kNever, sink);
        double const lost = -std::expm1(-0.1 * factor);
        double const error = std::sqrt(lost * (1.0 - lost) / kFrames);
        EXPECT_NEAR(static_cast<double>(sink.count(LossReason::noise)) / kFrames, lost,
                    4.0 * error);
    }
}

class AlohaLoad : public ::testing::TestWithParam<double> {};

// Pure ALOHA: without carrier sense the throughput is S = G exp(-2 G).
TEST_P(AlohaLoad, GivesTheThroughputOfPureAloha) {
    // given 400 modems that all hear each other alike and send one-frame datagrams as Poisson
    // streams
    double const g = GetParam();
    constexpr std::size_t kModems = 401;
    constexpr int kFrames = 60'000;
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    Medium medium = medium_on(star_network(kModems, 20.0F), modem,
                              {.carrier_sense = false, .acknowledge = false});
    EntityKey const key(EntityKind::world, 0);
    double const frame_s = to_s(frame_time(modem, 20));
    double t_s = 0.0;
    for (std::uint64_t n = 0; n < kFrames; ++n) {
        t_s += draw_exponential(Seed{2}, key, Purpose::test, 2 * n, frame_s / g);
        double const who = draw01(Seed{2}, key, Purpose::test, 2 * n + 1) * (kModems - 1);
        medium.send(
            {.handle = n, .from = static_cast<std::uint16_t>(1 + who), .to = 0, .octets = 20},
            at_s(t_s));
    }
    RecordingSink sink;
    // when
    medium.run_until(kNever, sink);
    // then; a frame in 400 waits behind its own modem's last one, which is well inside the error.
    double const success = std::exp(-2.0 * g);
    auto const delivered = static_cast<double>(sink.count(LossReason::none));
    // fates of neighbours are correlated: batch means over 60 stretches give the error
    std::vector<double> batch(60, 0.0);
    for (auto const& outcome : sink.outcomes) {
        batch[outcome.datagram.handle / (kFrames / 60)] +=
            outcome.reason == LossReason::none ? 60.0 / kFrames : 0.0;
    }
    double variance = 0.0;
    for (double const share : batch) {
        variance += (share - delivered / kFrames) * (share - delivered / kFrames) / 59.0;
    }
    double const error = 4.0 * std::sqrt(variance / 60.0);
    EXPECT_LT(error, 0.015);
    EXPECT_NEAR(delivered / kFrames, success, error);
    double const throughput = delivered * frame_s / t_s;
    EXPECT_NEAR(throughput, g * success, 1.2 * g * error);
    EXPECT_EQ(sink.count(LossReason::collision) + sink.count(LossReason::none),
              std::size_t{kFrames});
}

INSTANTIATE_TEST_SUITE_P(Medium, AlohaLoad, ::testing::Values(0.25, 0.5, 1.0));

} // namespace
} // namespace gridtwin::plc
