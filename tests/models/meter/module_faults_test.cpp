// Broken modules in the long run, against the theory of a process with two states.
#include "models/meter/module_faults.hpp"

#include <cmath>

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr Seed kSeed{7};
constexpr SimDuration kYear = std::chrono::hours(8766);

// Often enough that a sample is narrow: 0.164 of a module's time.
constexpr ModuleFaultSpec kOften{.failures_per_year = 0.8, .repair = 90 * 24h};

ModuleLife life(std::size_t meter, SimTime end, Channel channel = Channel::plc,
                ModuleFaultSpec const& spec = kOften) {
    return module_life(spec, kSeed, static_cast<MeterId>(meter), channel, end);
}

bool broken_at_end(ModuleLife const& of) {
    return of.broken_at_start != (of.changes.size() % 2 != 0);
}

/// Four standard errors of a share of n.
double band(double p, double n) {
    return 4.0 * std::sqrt(p * (1.0 - p) / n);
}

TEST(ModuleFaults, TheShareThatIsBrokenIsTheStationaryOneAtTheStartAndAYearLater) {
    constexpr double kMeters = 100'000;
    double const rate_repair = 0.8 * 90.0 / 365.25;
    double const p = rate_repair / (1.0 + rate_repair);
    EXPECT_DOUBLE_EQ(broken_frac(kOften), p);
    double at_start = 0.0;
    double at_end = 0.0;
    for (std::size_t m = 0; m < 100'000; ++m) {
        auto const one = life(m, kStart + kYear);
        at_start += one.broken_at_start ? 1.0 : 0.0;
        at_end += broken_at_end(one) ? 1.0 : 0.0;
    }
    EXPECT_NEAR(at_start / kMeters, p, band(p, kMeters));
    EXPECT_NEAR(at_end / kMeters, p, band(p, kMeters));
}

TEST(ModuleFaults, TheDefaultLeavesOneModuleInSixHundredBroken) {
    double const rate_repair = 0.01 * 60.0 / 365.25;
    EXPECT_DOUBLE_EQ(broken_frac({}), rate_repair / (1.0 + rate_repair));
    double broken = 0.0;
    for (std::size_t m = 0; m < 100'000; ++m) {
        broken += life(m, kStart + 24h, Channel::plc, {}).broken_at_start ? 1.0 : 0.0;
    }
    EXPECT_NEAR(broken / 1e5, broken_frac({}), band(broken_frac({}), 1e5));
}

TEST(ModuleFaults, TimesToFailureAndToExchangeHaveTheirMeans) {
    // Time in a state over the number of its ends: unlike a mean of whole sojourns, the span's end
    // does not bend it.
    double works_s = 0.0;
    double failures = 0.0;
    double broken_s = 0.0;
    double repairs = 0.0;
    SimTime const end = kStart + 100 * kYear;
    for (std::size_t m = 0; m < 1'000; ++m) {
        auto const one = life(m, end);
        bool broken = one.broken_at_start;
        SimTime since = kStart;
        for (SimTime const at : one.changes) {
            (broken ? broken_s : works_s) += to_s(at - since);
            (broken ? repairs : failures) += 1.0;
            broken = !broken;
            since = at;
        }
        (broken ? broken_s : works_s) += to_s(end - since);
    }
    ASSERT_GT(repairs, 10'000.0);
    double const mean_works_s = to_s(kYear) / 0.8;
    double const mean_repair_s = to_s(kOften.repair);
    EXPECT_NEAR(works_s / failures, mean_works_s, 4.0 * mean_works_s / std::sqrt(failures));
    EXPECT_NEAR(broken_s / repairs, mean_repair_s, 4.0 * mean_repair_s / std::sqrt(repairs));
}

TEST(ModuleFaults, TwoModulesOfAMeterFailIndependently) {
    double both = 0.0;
    for (std::size_t m = 0; m < 100'000; ++m) {
        both += broken_at_end(life(m, kStart + kYear)) &&
                        broken_at_end(life(m, kStart + kYear, Channel::rf))
                    ? 1.0
                    : 0.0;
    }
    double const p = broken_frac(kOften) * broken_frac(kOften);
    EXPECT_NEAR(both / 1e5, p, band(p, 1e5));
}

TEST(ModuleFaults, ALongerRunBeginsAsAShorterOne) {
    for (std::size_t m = 0; m < 200; ++m) {
        auto const brief = life(m, kStart + kYear);
        auto const whole = life(m, kStart + 10 * kYear);
        ASSERT_GE(whole.changes.size(), brief.changes.size());
        EXPECT_EQ(whole.broken_at_start, brief.broken_at_start);
        EXPECT_TRUE(std::equal(brief.changes.begin(), brief.changes.end(), whole.changes.begin()));
    }
}

TEST(ModuleFaults, WithoutFailuresAllWorkForEver) {
    for (std::size_t m = 0; m < 1'000; ++m) {
        auto const one = life(m, kStart + 200 * kYear, Channel::plc, {.failures_per_year = 0.0});
        EXPECT_FALSE(one.broken_at_start);
        EXPECT_TRUE(one.changes.empty());
    }
}

} // namespace
} // namespace gridtwin::meter
