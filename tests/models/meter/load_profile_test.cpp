#include "models/meter/load_profile.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{0};
constexpr std::uint8_t kAll = (1U << kProfileChannels) - 1;

struct LoadProfileTest : testing::Test {
    MeterSpec spec;
    MeterTable table = exact_meters(spec, 3);
    std::vector<EventRecord> events;
    SimTime now = kStart;

    void give(SimDuration interval, std::uint8_t channels, std::uint32_t rows,
              std::vector<MeterId> meters = {kMeter}) {
        give_profile(table, {.interval = interval, .channels = channels, .rows = rows}, meters);
    }
    void run(SimDuration dt, double p_w, double q_var = 0.0) {
        table.p_w[0] = p_w;
        table.q_var[0] = q_var;
        advance(table, spec, now, now + dt, events);
        now += dt;
    }
    [[nodiscard]] std::array<std::int32_t, kProfileChannels> row(std::uint32_t interval) const {
        return find_row(table.profiles, kMeter, interval).value().value;
    }
};

TEST_F(LoadProfileTest, EachChannelHasItsUnit) {
    give(1min, kAll, 10);
    table.f_hz = 49.95;
    run(30s, 1380.0, 0.0);  // 6 A
    run(30s, 552.0, 736.0); // 920 VA are 4 A
    EXPECT_EQ(row(1), (std::array<std::int32_t, 5>{16'100, 966, 5'000, 230'000, 49'950}));
}

TEST_F(LoadProfileTest, ItsIntervalsCloseAtTheirVeryEndWithinASegment) {
    give(1min, kAll, 120);
    run(1h, 3600.0);
    for (std::uint32_t k = 1; k <= 60; ++k) {
        EXPECT_EQ(row(k)[0], 60'000);
    }
    EXPECT_FALSE(find_row(table.profiles, kMeter, 61).has_value());
    EXPECT_EQ(find_row(table, kMeter, 4)->import_mwh, 900'000); // the billing one is as it was
}

TEST_F(LoadProfileTest, OnlyTheChannelsChosenAreKept) {
    give(5min, bit(ProfileChannel::voltage) | bit(ProfileChannel::power), 4);
    run(5min, 100.0);
    EXPECT_EQ(row(1), (std::array<std::int32_t, 5>{0, 100, 0, 230'000, 0}));
    EXPECT_EQ(table.profiles.cells.size(), 8U);
    run(20min, 200.0);
    EXPECT_FALSE(find_row(table.profiles, kMeter, 1).has_value()); // overwritten
    EXPECT_EQ(row(5)[1], 200);
}

TEST_F(LoadProfileTest, ClassesDiffer) {
    give(1min, kAll, 100);
    give(60min, bit(ProfileChannel::energy), 10, {MeterId{2}});
    table.p_w[2] = 500.0;
    run(1h, 1000.0);
    EXPECT_EQ(find_row(table.profiles, MeterId{2}, 1)->value[0], 500'000);
    EXPECT_EQ(row(60)[1], 1000);
    EXPECT_FALSE(find_row(table.profiles, MeterId{1}, 1).has_value());
}

TEST_F(LoadProfileTest, WithoutVoltageTheMeansAreOfTheTimeWithIt) {
    give(10min, kAll, 10);
    run(5min, 230.0);
    table.energised[0] = 0;
    table.u_v[0] = 0.0;
    run(15min, 0.0);
    EXPECT_EQ(row(1), (std::array<std::int32_t, 5>{19'167 - 1, 115, 1'000, 230'000, 50'000}));
    EXPECT_EQ(find_row(table.profiles, kMeter, 1)->status, wire::kPowerFailed);
    EXPECT_EQ(row(2), (std::array<std::int32_t, 5>{}));
}

TEST_F(LoadProfileTest, ItRunsByTheMetersOwnClock) {
    give(1min, kAll, 10);
    set_clock(table, spec, kMeter, 10s, 0.0);
    run(50s, 3600.0);
    EXPECT_EQ(row(1)[0], 50'000);
    EXPECT_EQ(row(1)[1], 3600);
    EXPECT_EQ(find_row(table.profiles, kMeter, 1)->status, wire::kIncomplete);
}

TEST_F(LoadProfileTest, EveryKnownIntervalDividesTheDayAndItsRowsAddUpToTheRegister) {
    for (int const minutes : kProfileMinutes) {
        table = exact_meters(spec, 3);
        now = kStart;
        give(std::chrono::minutes(minutes), kAll, 1440);
        for (int k = 0; k < 24 * 13; ++k) { // steps that no interval divides
            run(duration_from_s(86400.0 / (24 * 13)), 37.0 * k - 4000.0);
        }
        std::int64_t sum = 0;
        std::uint32_t const last = table.profiles.last_closed[0];
        for (std::uint32_t k = 1; k <= last; ++k) {
            sum += row(k)[0];
        }
        EXPECT_EQ(last,
                  static_cast<std::uint32_t>(24 * 60 / minutes) - (now < kStart + 24h ? 1 : 0));
        EXPECT_EQ(sum, table.profiles.sums[0].opened_mwh);
    }
}

TEST_F(LoadProfileTest, WhatNoMeterKnowsIsRefused) {
    EXPECT_THROW(give(7min, kAll, 10), SimulationError);
    EXPECT_THROW(give(1min, 0, 10), SimulationError);
    EXPECT_THROW(give(1min, 32, 10), SimulationError);
    EXPECT_THROW(give(1min, kAll, 0), SimulationError);
    EXPECT_THROW(give(1min, kAll, 10, {kMeter, kMeter}), SimulationError);
    EXPECT_THROW(give(1min, kAll, 10, {MeterId{3}}), SimulationError);
    run(1s, 0.0);
    EXPECT_THROW(give(1min, kAll, 10, {MeterId{1}}), SimulationError);
}

TEST_F(LoadProfileTest, WhatDoesNotFitARowIsAnError) {
    give(60min, kAll, 10);
    spec.interval = 15min;
    run(59min, 2.5e6); // less than 8.5 MW for the billing profile's quarter-hour
    EXPECT_THROW(run(1min, 2.5e6), SimulationError);
}

} // namespace
} // namespace gridtwin::meter
