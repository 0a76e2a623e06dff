#include "models/rf/medium.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <numeric>

namespace gridtwin::rf {
namespace {

using namespace testing;

struct Throughput {
    double s;
    double standard_error; ///< of batch means
};

constexpr int kFrames = 120'000;
constexpr int kBatches = 60;
constexpr std::uint32_t kPayload = 20;

/// Many stations that all hear each other alike, on a circle round the receiver; one-frame
/// datagrams as a Poisson stream of g frames a frame time. Retransmissions are part of g, so nobody
/// repeats and who finds the medium busy gives up.
Throughput offer(RadioSpec const& radio, CsmaSpec csma, double g) {
    constexpr std::size_t kNodes = 2001;
    csma.acknowledge = false;
    csma.max_backoffs = 0;
    csma.queue_limit = 1000;
    Medium medium = medium_on(circle_of(kNodes, 20.0), radio, csma);
    double const frame_s = to_s(frame_time(radio, kPayload));
    EntityKey const key(EntityKind::world, 0);
    double t_s = 1.0;
    for (std::uint64_t n = 0; n < kFrames; ++n) {
        t_s += draw_exponential(Seed{2}, key, Purpose::test, 2 * n, frame_s / g);
        double const who = draw01(Seed{2}, key, Purpose::test, 2 * n + 1) * (kNodes - 1);
        medium.send(
            {.handle = n, .from = static_cast<std::uint16_t>(1 + who), .to = 0, .octets = kPayload},
            at_s(t_s));
    }
    RecordingSink sink;
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.outcomes.size(), std::size_t{kFrames});
    EXPECT_EQ(sink.count(LossReason::none) + sink.count(LossReason::collision),
              std::size_t{kFrames});
    // fates of neighbours are correlated: batch means of delivered airtime give the error
    double const span_s = t_s - 1.0;
    std::vector<double> batch(kBatches, 0.0);
    for (auto const& outcome : sink.outcomes) {
        auto const which = static_cast<std::size_t>((to_s(outcome.at) - 1.0) / span_s * kBatches);
        batch[std::min<std::size_t>(which, kBatches - 1)] +=
            outcome.reason == LossReason::none ? frame_s / (span_s / kBatches) : 0.0;
    }
    double const mean = std::accumulate(batch.begin(), batch.end(), 0.0) / kBatches;
    double square = 0.0;
    for (double const share : batch) {
        square += (share - mean) * (share - mean);
    }
    return {mean, std::sqrt(square / (kBatches - 1) / kBatches)};
}

void expect_throughput(Throughput const& got, double expected) {
    EXPECT_LT(got.standard_error, 0.01 * std::max(0.2, expected));
    EXPECT_NEAR(got.s, expected, 4.0 * got.standard_error);
}

RadioSpec instant_radio() {
    RadioSpec radio = clean_radio();
    radio.turnaround_s = 0.0;
    return radio;
}

class Load : public ::testing::TestWithParam<double> {};

// Abramson 1970.
TEST_P(Load, PureAlohaCarriesGTimesEToTheMinusTwoG) {
    double const g = GetParam();
    expect_throughput(offer(instant_radio(), {.access = Access::aloha}, g), g * std::exp(-2.0 * g));
}

// Roberts 1975.
TEST_P(Load, SlottedAlohaCarriesGTimesEToTheMinusG) {
    double const g = GetParam();
    RadioSpec const radio = instant_radio();
    CsmaSpec const csma{.access = Access::slotted_aloha,
                        .slot_s = to_s(frame_time(radio, kPayload))};
    expect_throughput(offer(radio, csma, g), g * std::exp(-g));
}

// Kleinrock and Tobagi 1975; a is the time in which nobody notices a transmission, over a frame's.
TEST_P(Load, NonPersistentCsmaCarriesWhatKleinrockAndTobagiSay) {
    double const g = GetParam();
    for (double const a : {0.01, 0.1}) {
        RadioSpec radio = instant_radio();
        double const blind_s = a * to_s(frame_time(radio, kPayload));
        radio.turnaround_s = 0.4 * blind_s;
        radio.detect_s = 0.6 * blind_s;
        double const expected = g * std::exp(-a * g) / (g * (1.0 + 2.0 * a) + std::exp(-a * g));
        expect_throughput(offer(radio, {.access = Access::non_persistent}, g), expected);
    }
}

INSTANTIATE_TEST_SUITE_P(RadioContention, Load, ::testing::Values(0.25, 0.5, 1.0, 2.0));

} // namespace
} // namespace gridtwin::rf
