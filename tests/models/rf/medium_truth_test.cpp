#include "models/rf/medium.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <deque>

namespace gridtwin::rf {
namespace {

using namespace testing;

TEST(RadioTruth, ACleanPollTakesItsFramesAcknowledgementsAndTurnarounds) {
    RadioSpec const radio = clean_radio(); // 16 kbit/s, 8 + 14 octets, acknowledgement 8 + 6
    Medium medium = medium_on(circle_of(2, 50.0), radio);
    RecordingSink sink;
    sink.then = [&](Datagram const& got, SimTime at) {
        if (got.to == 1) {
            medium.send({.handle = 2, .from = 1, .to = 0, .octets = 60}, at);
        }
    };
    // when
    medium.send({.handle = 1, .from = 0, .to = 1, .octets = 20}, at_s(5.0));
    medium.run_until(kNever, sink);
    // then request 42 octets, acknowledgement 14, response 82; each after a turnaround, the
    // response after two: the node that acknowledged listens before it sends
    double const by_hand = (42 + 14 + 82) * 8 / 16e3 + 4 * radio.turnaround_s;
    ASSERT_EQ(sink.outcomes.size(), 2U);
    EXPECT_NEAR(to_s(sink.outcomes[1].at - at_s(5.0)), by_hand, 1e-8);
    EXPECT_NEAR(medium.airtime_s(), (42 + 14 + 82 + 14) * 8 / 16e3, 1e-8);
    EXPECT_EQ(medium.counters().deferrals, 0U);
}

// Hops = ceil(d / R) when a link is perfect up to the range R and nothing beyond.
TEST(RadioTruth, HopsOnALineOfNodesAreDistanceOverRange) {
    RadioSpec const radio = clean_radio();
    double const reach = range_m(radio, open_field(), 0.0);
    double const spacing = reach / 3.02; // three nodes on
    Medium const medium = medium_on(line_of(30, spacing), radio, {.max_hops = 8});
    for (std::size_t m = 0; m <= 24; ++m) {
        auto const hops = static_cast<int>(std::ceil(static_cast<double>(m) * spacing / reach));
        EXPECT_EQ(int{medium.routes()[m].hops}, hops) << "node " << m;
        EXPECT_NEAR(static_cast<double>(medium.routes()[m].etx), hops, 1e-5);
    }
    for (std::size_t m = 25; m < 30; ++m) { // beyond eight hops nobody is reached
        EXPECT_EQ(medium.routes()[m].parent, kNoNode);
    }
}

/// A line where only neighbours hear each other, at the given signal to noise a bit.
Medium noisy_line(std::size_t nodes, double snr_db, CsmaSpec csma, Seed seed) {
    constexpr double kSpacing_m = 100.0;
    RadioSpec radio{.bandwidth_hz = 16e3, .duty_cycle_frac = 1.0};
    csma.least_link_success = 1e-6;
    // nobody beyond the neighbour: the level there is just over the sensitivity
    radio.sensitivity_dbm =
        radio.tx_power_dbm - path_loss_db(radio, open_field(), kSpacing_m) - 1.0;
    Medium medium = medium_on(line_of(nodes, kSpacing_m), radio, csma, open_field(), seed);
    double const level_dbm = radio.tx_power_dbm - medium.links().attenuation_db(0, 1);
    double const noise_mw = std::pow(10.0, (level_dbm - snr_db) / 10.0) -
                            std::pow(10.0, thermal_noise_dbm(radio) / 10.0);
    medium.set_noise_dbm(10.0 * std::log10(noise_mw));
    medium.update_routes(kStart);
    return medium;
}

class RadioHopsAndRetries : public ::testing::TestWithParam<std::pair<int, int>> {};

// Success per hop 1 - p^(1 + r), product over h hops; 240 bits at 10 dB: p = 55.5 %.
TEST_P(RadioHopsAndRetries, DeliverWhatTheProductFormulaSays) {
    auto const [hops, retries] = GetParam();
    double const p = 0.555; // 14 + 16 octets
    double const exact = 1.0 - std::pow(1.0 - 0.5 * std::exp(-5.0), 240.0);
    EXPECT_NEAR(p, exact, 5e-4);
    expect_the_product_formula(noisy_line(static_cast<std::size_t>(hops) + 1, 10.0,
                                          {.retries = static_cast<std::uint32_t>(retries)},
                                          Seed{11}),
                               hops, retries, 16, 60.0, exact);
}

INSTANTIATE_TEST_SUITE_P(RadioMedium, RadioHopsAndRetries,
                         ::testing::Values(std::pair{1, 0}, std::pair{1, 3}, std::pair{2, 1},
                                           std::pair{3, 3}, std::pair{7, 5}));

// 1 - 0 - 2, the outer ones hidden from each other: carrier sense is no better than ALOHA. One
// meter's frame is lost when the other is sending or begins during it.
TEST(RadioTruth, HiddenTerminalsCollideAsIfNobodyListened) {
    RadioSpec radio = clean_radio();
    radio.turnaround_s = 0.0;
    double const reach = range_m(radio, open_field(), 0.0);
    std::vector<Place> const places{{0.0, 0.0}, {-0.9 * reach, 0.0}, {0.9 * reach, 0.0}};
    CsmaSpec const csma{.access = Access::non_persistent, .acknowledge = false};
    Medium medium = medium_on(places, radio, csma);
    constexpr int kEach = 30'000;
    constexpr double kG = 0.1; // of each
    double const frame_s = to_s(frame_time(radio, 20));
    double t_s[2] = {0.0, 0.0};
    for (std::uint64_t n = 0; n < kEach; ++n) {
        for (std::uint16_t who = 0; who < 2; ++who) {
            t_s[who] += draw_exponential(Seed{3}, EntityKey(EntityKind::world, who), Purpose::test,
                                         n, frame_s / kG);
            medium.send({.from = static_cast<std::uint16_t>(who + 1), .to = 0, .octets = 20},
                        at_s(t_s[who]));
        }
    }
    RecordingSink sink;
    medium.run_until(kNever, sink);
    EXPECT_EQ(medium.counters().deferrals, 0U);
    auto const delivered = static_cast<double>(sink.count(LossReason::none)) / (2 * kEach);
    // The other one is a queue of its own (M/D/1): silent for a share 1 - g, and then without an
    // arrival for a frame time with exp(-g); the two know nothing of each other.
    double const expected = (1.0 - kG) * std::exp(-kG);
    EXPECT_NEAR(delivered, expected, 2.0 * four_sigma(expected, kEach));
}

TEST(RadioTruth, ATerminalThatHearsTheOtherDefersInstead) {
    RadioSpec const radio = clean_radio();
    Medium medium = medium_on(circle_of(3, 50.0), radio);
    RecordingSink sink;
    medium.send({.from = 1, .to = 0, .octets = 60}, at_s(1.0));
    medium.send({.from = 2, .to = 0, .octets = 60}, at_s(1.01)); // in the middle of it
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::none), 2U);
    EXPECT_GE(medium.counters().deferrals, 1U);
    EXPECT_EQ(lost(medium.frames(), LossReason::collision), 0U);
}

/// Three talk to node 0 at once without listening; the nearest's level is `lead_db` above each
/// other's.
std::size_t captured(double lead_db, bool second_interferer) {
    RadioSpec radio = clean_radio();
    radio.capture_db = 8.0;
    double const near_m = 100.0;
    double const far_m = near_m * std::pow(10.0, lead_db / 40.0);
    std::vector<Place> const places{{0.0, 0.0}, {near_m, 0.0}, {-far_m, 0.0}, {0.0, far_m}};
    CsmaSpec const csma{.access = Access::aloha, .acknowledge = false};
    Medium medium = medium_on(places, radio, csma);
    RecordingSink sink;
    medium.send({.from = 1, .to = 0, .octets = 20}, at_s(1.0));
    medium.send({.from = 2, .to = 0, .octets = 20}, at_s(1.005));
    if (second_interferer) {
        medium.send({.from = 3, .to = 0, .octets = 20}, at_s(0.995));
    }
    medium.run_until(kNever, sink);
    return sink.count(LossReason::none);
}

TEST(RadioTruth, AFrameIsCapturedWhenItLeadsThePowerSumOfTheOthers) {
    EXPECT_EQ(captured(7.0, false), 0U);
    EXPECT_EQ(captured(9.0, false), 1U);
    EXPECT_EQ(captured(10.5, true), 0U); // two alike are 3 dB louder than one
    EXPECT_EQ(captured(11.5, true), 1U);
}

TEST(RadioTruth, InterferersThatDoNotOverlapEachOtherDoNotAddUp) {
    RadioSpec const radio = clean_radio();
    std::vector<Place> const places{{0.0, 0.0}, {100.0, 0.0}, {-180.0, 0.0}, {0.0, 180.0}};
    CsmaSpec const csma{.access = Access::aloha, .acknowledge = false};
    Medium medium = medium_on(places, radio, csma); // 10.2 dB of lead each, 7.2 over both
    RecordingSink sink;
    medium.send({.from = 1, .to = 0, .octets = 64}, at_s(1.0));  // 43 ms
    medium.send({.from = 2, .to = 0, .octets = 0}, at_s(1.005)); // 11 ms
    medium.send({.from = 3, .to = 0, .octets = 0}, at_s(1.020));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::none), 1U);
    EXPECT_EQ(int{sink.outcomes.back().datagram.from}, 1);
}

/// Airtime of each node in any window of `window_s`, from a trace.
double busiest_share(std::vector<FrameRecord> const& frames, std::size_t nodes, double window_s) {
    double worst = 0.0;
    for (std::size_t node = 0; node < nodes; ++node) {
        std::deque<std::pair<double, double>> inside;
        double sum_s = 0.0;
        for (auto const& frame : frames) {
            if (frame.from != node) {
                continue;
            }
            // the window that ends with this frame
            inside.emplace_back(to_s(frame.start), to_s(frame.end));
            sum_s += inside.back().second - inside.back().first;
            double const begin_s = to_s(frame.end) - window_s;
            while (inside.front().second <= begin_s) {
                sum_s -= inside.front().second - inside.front().first;
                inside.pop_front();
            }
            double const before_s = std::max(0.0, begin_s - inside.front().first);
            worst = std::max(worst, (sum_s - before_s) / window_s);
        }
    }
    return worst;
}

TEST(RadioTruth, NoNodeExceedsItsDutyCycleInAnyHour) {
    // given meters that always have something to say, over two hops, at 1 %
    RadioSpec radio = clean_radio();
    radio.duty_cycle_frac = 0.01;
    double const reach = range_m(radio, open_field(), 0.0);
    Medium medium = medium_on(line_of(4, 0.7 * reach), radio);
    std::vector<FrameRecord> frames;
    medium.trace(&frames);
    RecordingSink sink;
    for (int n = 0; n < 4 * 3600; ++n) {
        medium.send(
            {.from = static_cast<std::uint16_t>(1 + n % 3), .to = 0, .octets = 60, .contend = true},
            at_s(n));
    }
    medium.run_until(kNever, sink);
    double const share = busiest_share(frames, 4, 3600.0);
    EXPECT_LE(share, 0.01);
    EXPECT_GT(share, 0.0095); // and what is allowed is used
    EXPECT_GT(medium.counters().duty_waits, 0U);
    expect_books_close(medium);
    // 10 % at 16 kbit/s are 1.6 kbit/s: the price of airtime is what the sum says
    EXPECT_NEAR(find_radio("ce-intro")->duty_cycle_frac * find_radio("ce-intro")->bit_rate_bps,
                1600.0, 1e-9);
}

} // namespace
} // namespace gridtwin::rf
