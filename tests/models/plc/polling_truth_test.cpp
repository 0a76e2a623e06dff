// The time of a polling cycle at 2400 bit/s against sums of frame lengths, hops and repeats.
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

/// Polls meters 1..last in turn, 20 octets for 60; keeps when each cycle ended.
class Cycle final : public Sink {
  public:
    Cycle(Medium& medium, std::uint16_t last, std::size_t cycles)
        : medium_(&medium), last_(last), left_(cycles) {}
    std::vector<SimTime> began;
    std::size_t lost = 0;

    void ask(SimTime at) {
        if (meter_ == last_) {
            meter_ = 0;
            began.push_back(at);
            if (left_-- == 0) {
                return;
            }
        }
        medium_->send({.from = 0, .to = ++meter_, .octets = 20}, at);
    }
    void start() {
        meter_ = last_;
        ask(kStart);
    }
    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t, std::uint8_t) override {
        if (datagram.from == 0) {
            medium_->send({.from = datagram.to, .to = 0, .octets = 60}, at);
        } else {
            ask(at);
        }
    }
    void on_lost(Datagram const&, LossReason, SimTime at, std::uint8_t, std::uint8_t) override {
        ++lost;
        ask(at);
    }

  private:
    Medium* medium_;
    std::uint16_t meter_ = 0;
    std::uint16_t last_;
    std::size_t left_;
};

/// A hop without errors: frame, turnaround, acknowledgement, turnaround.
double hop_s(ModemSpec const& modem, std::uint32_t octets) {
    return to_s(frame_time(modem, octets)) + to_s(ack_time(modem)) + 2.0 * modem.turnaround_s;
}

TEST(PollingTruth, ACleanCycleOfTwoHundredMetersIsTheSumOfItsFrames) {
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    Medium medium = medium_on(star_network(201, 20.0F), modem);
    Cycle cycle(medium, 200, 3);
    cycle.start();
    medium.run_until(kNever, cycle);
    ASSERT_EQ(cycle.began.size(), 4U);
    // by hand: 200 (34 + 10 + 74 + 10) 8 / 2400 s and four turnarounds a poll
    double const by_hand = 200.0 * (128.0 * 8.0 / 2400.0 + 4.0 * 0.010);
    EXPECT_NEAR(to_s(cycle.began[2] - cycle.began[1]), by_hand, 1e-5);
    EXPECT_NEAR(to_s(cycle.began[3] - cycle.began[2]), by_hand, 1e-5);
}

TEST(PollingTruth, ACycleOverRepeatersIsTheSumOfItsHops) {
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    Medium medium = medium_on(line_network(22, 25.0F), modem); // three modems on are in range
    double by_hand = 0.0;
    for (int m = 1; m <= 21; ++m) {
        by_hand += std::ceil(m / 3.0) * (hop_s(modem, 20) + hop_s(modem, 60));
    }
    Cycle cycle(medium, 21, 3);
    cycle.start();
    medium.run_until(kNever, cycle);
    ASSERT_EQ(cycle.began.size(), 4U);
    EXPECT_EQ(cycle.lost, 0U);
    EXPECT_NEAR(to_s(cycle.began[2] - cycle.began[1]), by_hand, 1e-5);
}

/// Mean time of a hop whose frames are lost with probability p and whose acknowledgements arrive:
/// each failure costs the frame, the wait for its acknowledgement, the guard and half the backoff
/// window, which doubles.
double mean_hop_s(ModemSpec const& modem, MacSpec const& mac, std::uint32_t octets, double p) {
    double const failed_s = to_s(frame_time(modem, octets)) + modem.turnaround_s +
                            to_s(ack_time(modem)) + mac.ack_guard_s;
    double mean_s = hop_s(modem, octets);
    double reached = 1.0;
    for (std::uint32_t k = 0; k < mac.hop_retries; ++k) {
        reached *= p;
        auto const exponent = std::min(mac.min_backoff_exponent + k, mac.max_backoff_exponent);
        double const slots = 0.5 * (std::exp2(exponent) - 1.0);
        mean_s += reached * (failed_s + slots * mac.backoff_slot_s);
    }
    return mean_s;
}

class PollingCycle : public ::testing::TestWithParam<std::pair<int, double>> {};

TEST_P(PollingCycle, LastsAsLongAsFramesHopsAndErrorRatesSay) {
    // given meters at 1..h hops, 60 dB apart so that only neighbours hear each other, and
    // acknowledgements without a bit that could be wrong
    auto const [hops, snr] = GetParam();
    constexpr std::size_t kCycles = 8000;
    ModemSpec const modem{.ack_octets = 0, .modes = {{.processing_gain_db = 20.0}}};
    MacSpec const mac{.hop_retries = 40, .least_link_success = 1e-6};
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv =
        modem.tx_level_dbuv - 60.0 + modem.modes.front().processing_gain_db - snr;
    Medium medium = medium_on(line_network(static_cast<std::size_t>(hops) + 1, 60.0F), modem, mac,
                              spec, Seed{21});
    // when
    Cycle cycle(medium, static_cast<std::uint16_t>(hops), kCycles);
    cycle.start();
    medium.run_until(kNever, cycle);
    // then
    double const request_s = mean_hop_s(modem, mac, 20, frame_error_rate(modem, snr, 30));
    double const answer_s = mean_hop_s(modem, mac, 60, frame_error_rate(modem, snr, 70));
    double const expected = 0.5 * hops * (hops + 1) * (request_s + answer_s);
    ASSERT_EQ(cycle.began.size(), kCycles + 1);
    EXPECT_EQ(cycle.lost, 0U);
    double mean = 0.0;
    double squares = 0.0;
    for (std::size_t n = 0; n < kCycles; ++n) {
        double const s = to_s(cycle.began[n + 1] - cycle.began[n]);
        mean += s / kCycles;
        squares += s * s / kCycles;
    }
    double const error = 4.0 * std::sqrt((squares - mean * mean) / kCycles);
    EXPECT_LT(error, 0.05 * expected);
    EXPECT_NEAR(mean, expected, error);
}

INSTANTIATE_TEST_SUITE_P(Medium, PollingCycle,
                         ::testing::Values(std::pair{1, 12.0}, std::pair{1, 11.0},
                                           std::pair{3, 12.0}, std::pair{5, 12.5}));

} // namespace
} // namespace gridtwin::plc
