#include "models/load/residential.hpp"

#include <numeric>

namespace gridtwin::load {
namespace {

using namespace std::chrono_literals;

constexpr Seed kSeed{7};

std::vector<MeterId> meters(std::uint32_t count) {
    std::vector<MeterId> ids(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        ids[i] = static_cast<MeterId>(i);
    }
    return ids;
}

struct Moments {
    double mean = 0.0;
    double sigma = 0.0;
};

Moments moments(std::span<double const> values) {
    auto const n = static_cast<double>(values.size());
    double const mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double sum2 = 0.0;
    for (double const v : values) {
        sum2 += (v - mean) * (v - mean);
    }
    return {mean, std::sqrt(sum2 / (n - 1.0))};
}

// Design value without electric heating: 2 kW after diversity.
TEST(HouseholdTruthTest, ManyHouseholdsDrawTwoKilowattsEachAtTheEveningPeak) {
    HouseholdSpec const spec;
    auto const ids = meters(20'000);
    std::vector<double> p_w(ids.size());
    std::vector<double> q_var(ids.size());
    household_demand(spec, kSeed, ids, kStart + 19h + 30min, 19.5 * 3600, 3, p_w, q_var);
    Moments const m = moments(p_w);
    EXPECT_NEAR(m.mean, 2000.0, 4.0 * m.sigma / std::sqrt(20'000.0));
}

TEST(HouseholdTruthTest, TheHourOfTheLargestMeanIsTheEveningPeakAtTwoKilowatts) {
    HouseholdSpec const spec;
    auto const ids = meters(3000);
    std::vector<double> p_w(ids.size());
    std::vector<double> q_var(ids.size());
    std::vector<double> hours;
    std::vector<double> peak_means; // each household's mean of the peak hour
    std::vector<double> sum(ids.size());
    double day_wh = 0.0;
    for (int hour = 0; hour < 24; ++hour) {
        std::fill(sum.begin(), sum.end(), 0.0);
        for (int minute = 0; minute < 60; ++minute) {
            SimTime const t = kStart + hour * 1h + minute * 1min;
            household_demand(spec, kSeed, ids, t, to_s(t), 3, p_w, q_var);
            std::transform(sum.begin(), sum.end(), p_w.begin(), sum.begin(), std::plus<>());
        }
        for (double& s : sum) {
            s /= 60.0;
        }
        hours.push_back(moments(sum).mean);
        day_wh += hours.back();
        if (hour == 19) {
            peak_means = sum;
        }
    }
    auto const largest = std::max_element(hours.begin(), hours.end());
    EXPECT_EQ(largest - hours.begin(), 19);
    Moments const m = moments(peak_means);
    EXPECT_NEAR(*largest, 2000.0, 4.0 * m.sigma / std::sqrt(3000.0));
    // studies find 7 to 30 kWh a day for a mean household
    EXPECT_GT(day_wh, 7'000.0);
    EXPECT_LT(day_wh, 30'000.0);
}

TEST(HouseholdTruthTest, SizesAreLogNormalWithMeanOne) {
    HouseholdSpec const spec;
    std::vector<double> sizes;
    std::vector<double> logs;
    for (MeterId const id : meters(50'000)) {
        sizes.push_back(household_size(spec, kSeed, id));
        logs.push_back(std::log(sizes.back()));
    }
    double const root_n = std::sqrt(50'000.0);
    Moments const size = moments(sizes);
    EXPECT_NEAR(size.mean, 1.0, 4.0 * size.sigma / root_n);
    Moments const log = moments(logs);
    EXPECT_NEAR(log.sigma, spec.size_sigma, 4.0 * spec.size_sigma / std::sqrt(2.0) / root_n);
    // for a log-normal the logarithm's mean lies sigma^2 / 2 below 0; the tails cost a little
    EXPECT_NEAR(log.mean, -0.5 * spec.size_sigma * spec.size_sigma, 0.01);
    // and the median is where the logarithm's mean is
    std::nth_element(logs.begin(), logs.begin() + 25'000, logs.end());
    EXPECT_NEAR(logs[25'000], log.mean, 0.01);
}

} // namespace
} // namespace gridtwin::load
