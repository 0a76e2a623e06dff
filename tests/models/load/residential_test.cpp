#include "models/load/residential.hpp"
#include "sim/core/diagnostics.hpp"

#include <numeric>

namespace gridtwin::load {
namespace {

using namespace std::chrono_literals;

constexpr Seed kSeed{42};

std::vector<MeterId> meters(std::uint32_t count) {
    std::vector<MeterId> ids(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        ids[i] = static_cast<MeterId>(i);
    }
    return ids;
}

struct Demand {
    std::vector<double> p_w;
    std::vector<double> q_var;
};

Demand demand(HouseholdSpec const& spec, std::span<MeterId const> ids, SimTime t, int weekday = 3) {
    Demand d{std::vector<double>(ids.size()), std::vector<double>(ids.size())};
    double const second = std::fmod(to_s(t), 86400.0);
    household_demand(spec, kSeed, ids, t, second, weekday, d.p_w, d.q_var);
    return d;
}

TEST(HouseholdTest, DayShapePeaksFromSevenToEightInTheEveningOnly) {
    HouseholdSpec const spec;
    for (int s = 0; s < 86400; s += 60) {
        double const shape = household_shape(spec, s, 2);
        bool const peak = s >= 19 * 3600 && s <= 20 * 3600;
        ASSERT_GT(shape, 0.1);
        ASSERT_EQ(shape == 1.0, peak) << s;
        ASSERT_LE(shape, 1.0);
    }
    EXPECT_EQ(household_shape(spec, 86400.0, 2), household_shape(spec, 0.0, 2));
    EXPECT_NEAR(household_shape(spec, 450.0, 2), 0.35, 1e-12); // linear between the quarters
}

TEST(HouseholdTest, WeekendsDrawMoreAtNoonAndTheSameInTheEvening) {
    HouseholdSpec const spec;
    EXPECT_NEAR(household_shape(spec, 13 * 3600.0, 5), 1.15 * household_shape(spec, 13 * 3600.0, 4),
                1e-12);
    EXPECT_EQ(household_shape(spec, 19.5 * 3600.0, 6), 1.0);
    EXPECT_EQ(household_shape(spec, 9 * 3600.0, 6), household_shape(spec, 9 * 3600.0, 0));
}

TEST(HouseholdTest, DemandIsAFunctionOfMeterAndTimeAlone) {
    HouseholdSpec const spec;
    auto const ids = meters(50);
    SimTime const t = kStart + 26h + 7min;
    Demand const all = demand(spec, ids, t);
    std::vector<MeterId> const some{MeterId{31}, MeterId{4}};
    Demand const two = demand(spec, some, t);
    EXPECT_EQ(two.p_w[0], all.p_w[31]);
    EXPECT_EQ(two.p_w[1], all.p_w[4]);
    EXPECT_EQ(demand(spec, ids, t).q_var, all.q_var);
}

TEST(HouseholdTest, ReactivePowerFollowsThePowerFactor) {
    Demand const d = demand({.power_factor = 0.8}, meters(20), kStart + 9h);
    for (std::size_t i = 0; i < d.p_w.size(); ++i) {
        EXPECT_NEAR(d.q_var[i], 0.75 * d.p_w[i], 1e-9);
    }
    EXPECT_EQ(demand({.power_factor = 1.0}, meters(1), kStart + 9h).q_var[0], 0.0);
}

TEST(HouseholdTest, NeverFallsBelowItsFloor) {
    Demand const d = demand({.peak_w = 100.0}, meters(1000), kStart + 4h);
    EXPECT_EQ(*std::min_element(d.p_w.begin(), d.p_w.end()), 35.0);
    // with the default peak the floor is out of reach
    Demand const usual = demand({}, meters(5000), kStart + 4h);
    EXPECT_GT(*std::min_element(usual.p_w.begin(), usual.p_w.end()), 35.0);
}

TEST(HouseholdTest, SlowNoiseMovesSmoothly) {
    HouseholdSpec const spec{.spike_chance = 0.0};
    auto const ids = meters(20);
    for (SimTime t = kStart + 19h; t < kStart + 20h; t += 60s) {
        Demand const now = demand(spec, ids, t);
        Demand const later = demand(spec, ids, t + 60s);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            // at most the whole width in half an hour; sizes are below 4
            ASSERT_LE(std::abs(later.p_w[i] - now.p_w[i]), 2000.0 * 4.0 * 0.7 / 30.0);
        }
    }
}

TEST(HouseholdTest, SlowNoiseHasNoSeamsWhereItsDrawsChange) {
    HouseholdSpec const spec{.spike_chance = 0.0};
    auto const ids = meters(20);
    for (int half_hour = 1; half_hour < 12; ++half_hour) {
        SimTime const seam = kStart + half_hour * 30min;
        Demand const before = demand(spec, ids, seam - 1ms);
        Demand const at = demand(spec, ids, seam);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            ASSERT_NEAR(before.p_w[i], at.p_w[i], 0.01);
        }
    }
}

TEST(HouseholdTest, WrongSpansAndTimesAreErrors) {
    auto const ids = meters(3);
    std::vector<double> three(3);
    std::vector<double> two(2);
    EXPECT_THROW(household_demand({}, kSeed, ids, kStart, 0.0, 0, two, three), SimulationError);
    EXPECT_THROW(household_demand({}, kSeed, ids, kStart - 1s, 0.0, 0, three, three),
                 SimulationError);
}

} // namespace
} // namespace gridtwin::load
