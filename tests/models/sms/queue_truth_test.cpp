// Queueing theory: M/M/1 beside the M/D/1 of operator_truth_test, a full queue's drain; and the
// distribution of the delays as a whole.
#include "models/sms/operator_state.hpp"
#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {

using namespace std::chrono_literals;

double draw(Purpose purpose, std::uint64_t n) {
    return draw01(Seed{31}, EntityKey(EntityKind::world, 5), purpose, n);
}

/// Keeps the means of batches, in mean service times.
struct TimeInSystem final : SmsSink {
    static constexpr std::size_t kBatches = 40;
    static constexpr std::size_t kBatch = 25'000;
    double service_s = 0.0;
    std::vector<SimTime> sent;
    std::vector<double> mean = std::vector<double>(kBatches, 0.0);
    void on_delivered(SmsMessage const& m, std::uint8_t, SimTime at) override {
        mean[m.handle / kBatch] += to_s(at - sent[m.handle] - 5s) / service_s / kBatch;
    }
    void on_lost(SmsMessage const&, LossReason, std::uint8_t, SimTime) override { FAIL(); }
    void on_state(std::uint64_t, DeliveryState, SimTime) override {}
};

// A short number is busy for a time by the parts of a message. Lengths of a geometric mix of mean
// 100 parts have the exponential's lack of memory; the mean time in the system of that M/G/1 is
// 1 + rho (2 - p) / (2 (1 - rho)) service times with p = 1/100 (Pollaczek-Khinchine), 4.98 at
// rho = 0.8, where M/M/1 has 1 / (1 - rho) = 5.
TEST(OperatorQueueTest, IsAnMM1QueueForLengthsWithoutMemory) {
    constexpr double kParts = 100.0;
    OperatorSpec spec = certain();
    spec.rate_hz = 1000.0;
    spec.validity_s = 1e7;
    Operator op(spec, Seed{1});
    TimeInSystem sink;
    sink.service_s = kParts / spec.rate_hz;
    SimTime at = kStart;
    for (std::uint64_t n = 0; n < TimeInSystem::kBatches * TimeInSystem::kBatch; ++n) {
        at += duration_from_s(-std::log1p(-draw(Purpose::test, n)) * sink.service_s / 0.8);
        auto const parts = 1 + static_cast<std::uint32_t>(std::log1p(-draw(Purpose::backoff, n)) /
                                                          std::log1p(-1.0 / kParts));
        op.submit({.handle = n, .subscriber = MeterId{1}, .to_meter = false, .octets = parts * 134},
                  at);
        sink.sent.push_back(at);
        if (n % 10'000 == 9'999) {
            op.run_until(at, sink);
        }
    }
    op.run_until(at + 24h, sink);
    double total = 0.0;
    double square = 0.0;
    for (double const m : sink.mean) {
        total += m / TimeInSystem::kBatches;
        square += m * m / TimeInSystem::kBatches;
    }
    double const error = std::sqrt((square - total * total) / (TimeInSystem::kBatches - 1));
    EXPECT_LT(error, 0.05) << "else the test says nothing";
    EXPECT_NEAR(total, 4.98, 4.0 * error);
    EXPECT_NEAR(total, 1.0 / (1.0 - 0.8), 0.15) << "M/M/1, to 3 %";
}

TEST(OperatorQueueTest, AFullQueueRefusesTheRestAndDrainsInItsLengthOverTheRate) {
    OperatorSpec spec = certain();
    spec.rate_hz = 8.0;
    spec.queue_limit = 5000;
    Operator op(spec, Seed{1});
    Journal journal;
    for (std::uint64_t k = 0; k < 6000; ++k) {
        op.submit({.handle = k, .subscriber = MeterId{1}, .to_meter = true, .octets = 100}, kStart);
    }
    op.run_until(kStart + 624s + 999ms, journal);
    EXPECT_EQ(op.queued(true), 1U);
    op.run_until(kStart + 625s + 1ns, journal);
    EXPECT_EQ(op.queued(true), 0U);
    op.run_until(kStart + 24h, journal);
    EXPECT_EQ(journal.lost.size(), 1000U);
    ASSERT_EQ(journal.delivered.size(), 5000U);
    EXPECT_EQ(journal.delivered.back().at, kStart + 625s + 5s);
}

/// Of the spec's delays: the two lognormals, nothing below the least delay.
double share_below(OperatorSpec const& spec, double s) {
    auto const normal = [s](Lognormal const& l) {
        return 0.5 * std::erfc(-(std::log(s) - l.mu) / l.sigma / std::sqrt(2.0));
    };
    return s < spec.delay_min_s
               ? 0.0
               : (1.0 - spec.tail_frac) * normal(Lognormal(spec.delay_median_s, spec.delay_p95_s)) +
                     spec.tail_frac * normal(Lognormal(spec.tail_median_s, spec.tail_p95_s));
}

/// Greatest distance of two distribution functions, the least delay's own jump left out.
double distance(std::vector<double> const& sorted, OperatorSpec const& spec) {
    double greatest = 0.0;
    double const n = static_cast<double>(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (sorted[i] > spec.delay_min_s + 1e-6) {
            double const below = share_below(spec, sorted[i]);
            greatest = std::max({greatest, std::abs(below - static_cast<double>(i) / n),
                                 std::abs(below - static_cast<double>(i + 1) / n)});
        }
    }
    return greatest;
}

// Kolmogorov-Smirnov at a level of 0.001: the distance times sqrt(n) is below 1.95.
TEST(OperatorDelayTest, ThatCameOutAreDistributedAsThoseThatWentIn) {
    OperatorSpec spec;
    spec.rate_hz = 1e9;
    spec.loss_frac = 0.0;
    spec.validity_s = 1e8;
    Operator op(spec, Seed{12});
    struct Delays final : SmsSink {
        std::vector<double> s;
        void on_delivered(SmsMessage const& m, std::uint8_t, SimTime at) override {
            s.push_back(to_s(at - (m.handle + 1) * 1ns)); // from the end of its turn
        }
        void on_lost(SmsMessage const&, LossReason, std::uint8_t, SimTime) override { FAIL(); }
        void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    } delays;
    constexpr std::uint64_t kMessages = 100'000;
    for (std::uint64_t k = 0; k < kMessages; ++k) {
        op.submit({.handle = k, .subscriber = MeterId{1}, .to_meter = false, .octets = 50}, kStart);
    }
    op.run_until(kStart + 24h * 1000, delays);
    ASSERT_EQ(delays.s.size(), kMessages);
    std::sort(delays.s.begin(), delays.s.end());
    double const root = std::sqrt(static_cast<double>(kMessages));
    EXPECT_LT(distance(delays.s, spec) * root, 1.95);
    // a median 4 % off is found out
    OperatorSpec other = spec;
    other.delay_median_s *= 1.04;
    EXPECT_GT(distance(delays.s, other) * root, 1.95);
}

} // namespace
} // namespace gridtwin::sms
