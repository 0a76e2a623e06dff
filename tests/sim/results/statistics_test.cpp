#include "sim/core/random.hpp"
#include "sim/results/statistics.hpp"

#include <cmath>
#include <numeric>

namespace gridtwin::results {
namespace {

using namespace std::chrono_literals;

TEST(Percentile, GivesThePublishedNearestRanks) {
    // The worked example of the nearest-rank method, en.wikipedia.org/wiki/Percentile.
    std::vector<double> const values{15, 20, 35, 40, 50};
    EXPECT_EQ(percentile(values, 0.05), 15.0);
    EXPECT_EQ(percentile(values, 0.30), 20.0);
    EXPECT_EQ(percentile(values, 0.40), 20.0);
    EXPECT_EQ(percentile(values, 0.50), 35.0);
    EXPECT_EQ(percentile(values, 1.00), 50.0);
}

TEST(Percentile, OfOneToAHundredIsItsNumber) {
    std::vector<double> values(100);
    std::iota(values.begin(), values.end(), 1.0);
    for (int p = 1; p <= 100; ++p) {
        EXPECT_EQ(percentile(values, p / 100.0), p); // 0.07 * 100 is not 7 in doubles
    }
    EXPECT_EQ(percentile(values, 0.0), 1.0);
}

TEST(Percentile, MeetsItsDefinitionOnRandomValues) {
    for (std::uint64_t n = 1; n < 60; ++n) {
        std::vector<double> values;
        for (std::uint64_t i = 0; i < n; ++i) {
            values.push_back(draw01({7}, {EntityKind::world, n}, Purpose::test, i));
        }
        std::sort(values.begin(), values.end());
        auto const p = draw01({8}, {EntityKind::world, n}, Purpose::test, 0);
        auto const found = percentile(values, p);
        auto const not_above = static_cast<double>(
            std::upper_bound(values.begin(), values.end(), found) - values.begin());
        auto const below = static_cast<double>(
            std::lower_bound(values.begin(), values.end(), found) - values.begin());
        EXPECT_GE(not_above, p * static_cast<double>(n));
        EXPECT_LT(below, p * static_cast<double>(n)); // the least such value
    }
}

TEST(Percentile, OfNothingIsNotANumber) {
    EXPECT_TRUE(std::isnan(percentile({}, 0.5)));
}

TEST(Latency, CountsWhatWasDeliveredOnEachChannel) {
    std::vector<MessageRecord> records;
    for (int i = 100; i >= 1; --i) {
        MessageRecord r{.channel = Channel::sms, .fate = Fate::delivered};
        r.sent = kStart + 1h;
        r.done = r.sent + i * 1s;
        records.push_back(r);
    }
    MessageRecord lost{.channel = Channel::sms, .fate = Fate::lost};
    lost.done = kStart + 500h;
    records.push_back(lost);
    records.push_back({.channel = Channel::plc, .fate = Fate::in_flight, .done = kNever});

    auto const summary = latency_by_channel(records);
    auto const& sms = summary[static_cast<std::size_t>(Channel::sms)];
    EXPECT_EQ(sms.count, 100U);
    EXPECT_DOUBLE_EQ(sms.mean_s, 50.5);
    EXPECT_DOUBLE_EQ(sms.p50_s, 50.0);
    EXPECT_DOUBLE_EQ(sms.p95_s, 95.0);
    EXPECT_DOUBLE_EQ(sms.p99_s, 99.0);
    EXPECT_DOUBLE_EQ(sms.max_s, 100.0);
    auto const& plc = summary[static_cast<std::size_t>(Channel::plc)];
    EXPECT_EQ(plc.count, 0U);
    EXPECT_TRUE(std::isnan(plc.mean_s));
    EXPECT_TRUE(std::isnan(plc.p95_s));
}

} // namespace
} // namespace gridtwin::results
