// Against published arithmetic, queueing theory and the quantiles the spec promises.
#include "models/wire/sizes.hpp"
#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {

using namespace std::chrono_literals;

SmsMessage down(std::uint64_t handle, std::uint32_t octets = 100) {
    return {.handle = handle, .subscriber = MeterId{1}, .to_meter = true, .octets = octets};
}

// 3GPP TS 23.040: 140 octets in one; behind the header of a concatenated message with
// an 8-bit reference 134.
TEST(SegmentationTest, FollowsThe140And134OctetRule) {
    EXPECT_EQ(wire::sms_parts(0), 1U);
    EXPECT_EQ(wire::sms_parts(1), 1U);
    EXPECT_EQ(wire::sms_parts(140), 1U);
    EXPECT_EQ(wire::sms_parts(141), 2U);
    EXPECT_EQ(wire::sms_parts(268), 2U);
    EXPECT_EQ(wire::sms_parts(269), 3U);
    EXPECT_EQ(wire::sms_parts(255 * 134), 255U);
}

// 100,000 messages: 2.78 h at 10 a second, 16.7 min at 100.
TEST(OperatorRateTest, DrainsNMessagesInNOverTheRate) {
    for (double const rate_hz : {10.0, 100.0}) {
        OperatorSpec spec = certain();
        spec.rate_hz = rate_hz;
        spec.queue_limit = 200'000;
        Operator op(spec, Seed{1});
        Journal journal;
        for (std::uint64_t k = 0; k < 100'000; ++k) {
            op.submit(down(k), kStart);
        }
        op.run_until(kStart + 24h, journal);
        ASSERT_EQ(journal.delivered.size(), 100'000U);
        EXPECT_EQ(journal.delivered.back().at, kStart + duration_from_s(100'000 / rate_hz) + 5s);
        EXPECT_EQ(journal.delivered.front().at, kStart + duration_from_s(1 / rate_hz) + 5s);
    }
}

TEST(OperatorRateTest, AMessageInThreePartsTakesThreeTurns) {
    Operator op(certain(), Seed{1}); // 20 a second
    Journal journal;
    op.submit(down(1, 300), kStart);
    op.submit(down(2, 100), kStart);
    op.run_until(kStart + 1min, journal);
    ASSERT_EQ(journal.delivered.size(), 2U);
    EXPECT_EQ(journal.delivered[0].at, kStart + 5150ms);
    EXPECT_EQ(journal.delivered[1].at, kStart + 5200ms);
}

// The share below a quantile is binomial: its error is sqrt(q (1 - q) / n).
TEST(OperatorDelayTest, HasTheMedianAndThe95thPercentileOfItsSpec) {
    OperatorSpec spec;
    spec.rate_hz = 1e6;
    spec.loss_frac = 0.0;
    spec.tail_frac = 0.0;
    Operator op(spec, Seed{2});
    Journal journal;
    constexpr std::uint64_t kMessages = 100'000;
    for (std::uint64_t k = 0; k < kMessages; ++k) {
        op.submit(down(k), kStart + k * 1ms);
    }
    op.run_until(kStart + 48h, journal);
    ASSERT_EQ(journal.delivered.size(), kMessages);
    double below_median = 0.0;
    double below_p95 = 0.0;
    for (Delivery const& d : journal.delivered) {
        double const delay_s = to_s(d.at - (kStart + d.message.handle * 1ms) - 1us);
        EXPECT_GE(delay_s, 0.5 - 1e-9) << "never below the lookahead";
        below_median += delay_s < 5.0 ? 1.0 / kMessages : 0.0;
        below_p95 += delay_s < 30.0 ? 1.0 / kMessages : 0.0;
    }
    EXPECT_NEAR(below_median, 0.50, 4.0 * std::sqrt(0.50 * 0.50 / kMessages));
    EXPECT_NEAR(below_p95, 0.95, 4.0 * std::sqrt(0.95 * 0.05 / kMessages));
}

TEST(OperatorDelayTest, HoldsTheTailsShareUpForMinutesToHoursAndLosesTheLossesShare) {
    OperatorSpec spec;
    spec.rate_hz = 1e6;
    spec.validity_s = 1e7; // nothing expires
    Operator op(spec, Seed{3});
    Journal journal;
    constexpr std::uint64_t kMessages = 100'000;
    for (std::uint64_t k = 0; k < kMessages; ++k) {
        op.submit(down(k), kStart);
    }
    op.run_until(kStart + 24h * 300, journal);
    double above = 0.0;
    for (Delivery const& d : journal.delivered) {
        above += to_s(d.at) > 600.0 ? 1.0 / static_cast<double>(journal.delivered.size()) : 0.0;
    }
    // half the tail is above its median of 600 s, and of the usual delay
    // P(z > ln(600 / 5) / (ln(30 / 5) / 1.645)) = P(z > 4.395) = 5.5e-6
    double const expected = 0.04 * 0.5 + 0.96 * 5.5e-6;
    EXPECT_NEAR(above, expected, 4.0 * std::sqrt(expected / kMessages));
    double const lost = static_cast<double>(journal.lost.size()) / kMessages;
    EXPECT_NEAR(lost, 0.03, 4.0 * std::sqrt(0.03 * 0.97 / kMessages));
}

constexpr std::size_t kBatches = 40;
constexpr std::size_t kBatch = 25'000;

// Poisson submissions to a constant rate are M/D/1: mean time in the system over the service time
// is 1 + rho / (2 (1 - rho)), 5.5 at nine tenths load (Pollaczek-Khinchine).
TEST(OperatorQueueTest, IsAnMD1QueueAtNineTenthsLoad) {
    // a sink that keeps sums only
    struct TimeInSystem final : SmsSink {
        std::vector<SimTime> sent;
        std::vector<double> mean = std::vector<double>(kBatches, 0.0); // [batch], in service times
        void on_delivered(SmsMessage const& m, std::uint8_t, SimTime at) override {
            mean[m.handle / kBatch] += to_s(at - sent[m.handle] - 5s) / 0.01 / kBatch;
        }
        void on_lost(SmsMessage const&, LossReason, std::uint8_t, SimTime) override { FAIL(); }
        void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    };
    OperatorSpec spec = certain();
    spec.rate_hz = 100.0;
    Operator op(spec, Seed{1});
    TimeInSystem sink;
    SimTime at = kStart;
    for (std::uint64_t n = 0; n < kBatches * kBatch; ++n) {
        at += duration_from_s(draw_exponential(Seed{31}, EntityKey(EntityKind::world, 0),
                                               Purpose::test, n, 0.01 / 0.9));
        op.submit({.handle = n, .subscriber = MeterId{1}, .to_meter = false, .octets = 50}, at);
        sink.sent.push_back(at);
        if (n % 10'000 == 9'999) {
            op.run_until(at, sink); // keeps the queue of submissions short
        }
    }
    op.run_until(at + 24h, sink);
    ASSERT_EQ(op.traffic().delivered, kBatches * kBatch);
    double total = 0.0;
    double square = 0.0;
    for (double const m : sink.mean) {
        total += m / kBatches;
        square += m * m / kBatches;
    }
    double const error = std::sqrt((square - total * total) / (kBatches - 1));
    EXPECT_LT(error, 0.15) << "else the test says nothing";
    EXPECT_NEAR(total, 5.5, 4.0 * error);
}

} // namespace
} // namespace gridtwin::sms
