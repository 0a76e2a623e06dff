#include "models/plc/noise_source.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

#include <numeric>

namespace gridtwin::plc {
namespace {

using namespace testing;

std::vector<MeterId> meters(std::size_t count, std::uint32_t first = 0) {
    std::vector<MeterId> ids(count);
    for (std::size_t k = 0; k < count; ++k) {
        ids[k] = MeterId{first + static_cast<std::uint32_t>(k)};
    }
    return ids;
}

TEST(NoiseSource, AShareOfCustomersHasOneOfItsKindAndLevel) {
    NoiseSourceSpec const spec{
        .share = 0.02, .inverter_share = 0.25, .level_dbuv = 80.0, .sigma_db = 6.0};
    constexpr double kMeters = 200'000.0;
    auto const found = noise_sources(spec, meters(200'000), Seed{5});
    auto const count = static_cast<double>(found.size());
    EXPECT_NEAR(count / kMeters, 0.02, 4.0 * std::sqrt(0.02 * 0.98 / kMeters));
    double inverters = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    for (auto const& source : found) {
        inverters += source.kind == SourceKind::inverter ? 1.0 : 0.0;
        sum += static_cast<double>(source.level_dbuv);
        squares += std::pow(static_cast<double>(source.level_dbuv) - 80.0, 2);
    }
    EXPECT_NEAR(inverters / count, 0.25, 4.0 * std::sqrt(0.25 * 0.75 / count));
    EXPECT_NEAR(sum / count, 80.0, 4.0 * 6.0 / std::sqrt(count));
    EXPECT_NEAR(std::sqrt(squares / count), 6.0, 4.0 * 6.0 / std::sqrt(2.0 * count));
}

TEST(NoiseSource, GoesWithItsCustomerToAnotherMedium) {
    NoiseSourceSpec const spec{.share = 0.1};
    auto const here = noise_sources(spec, meters(300), Seed{5});
    auto const there = noise_sources(spec, meters(200, 100), Seed{5});
    std::size_t met = 0;
    for (auto const& source : here) {
        for (auto const& other : there) {
            if (source.meter == other.meter) {
                ++met;
                EXPECT_EQ(source.level_dbuv, other.level_dbuv);
                EXPECT_EQ(source.kind, other.kind);
                EXPECT_EQ(source.modem, other.modem + 100);
            }
        }
    }
    EXPECT_GT(met, 5U);
    EXPECT_TRUE(noise_sources({.share = 0.0}, meters(1000), Seed{5}).empty());
}

TEST(NoiseSource, WhatIsSaidUntilALaterTimeHoldsUntilThen) {
    ChannelSpec spec;
    spec.sources.starts_per_day = 20.0;
    std::uint64_t asked = 0;
    std::uint64_t steps = 0;
    for (std::uint32_t k = 0; k < 40; ++k) {
        NoiseSource const source{.meter = MeterId{k},
                                 .modem = 1,
                                 .kind = k % 4 == 0 ? SourceKind::inverter : SourceKind::appliance};
        spec.sources.run_s = 200.0 * (k + 1);
        double const civil_at_start_s = 1000.0 * k;
        SourceState kept;
        bool changed = false;
        for (double t_s = 0.0; t_s < 2.0 * 86'400.0; t_s += 60.0) {
            SimTime const at = at_s(t_s);
            double const second = std::fmod(civil_at_start_s + t_s, 86'400.0);
            auto const now = source_state(source, spec, Seed{2}, at, second);
            ++steps;
            if (at >= kept.until) {
                changed = changed || (t_s > 0.0 && now.on != kept.on);
                kept = now;
                ++asked;
            }
            ASSERT_EQ(now.on, kept.on) << "source " << k << " at " << t_s << " s";
            ASSERT_GE(now.until, at);
        }
        EXPECT_TRUE(changed) << "source " << k;
    }
    EXPECT_LT(asked, steps / 5); // and asking less is worth it
}

TEST(NoiseSource, AppliancesRunAsOftenAsTheDayShapeHasIt) {
    // given short runs, so that few fall together
    ChannelSpec spec;
    spec.loudest_hour = 20.0;
    spec.sources.starts_per_day = 6.0;
    spec.sources.run_s = 240.0;
    std::vector<double> on(24, 0.0);
    constexpr std::uint32_t kSources = 3000;
    for (std::uint32_t k = 0; k < kSources; ++k) {
        NoiseSource const source{.meter = MeterId{k}, .modem = 1};
        for (std::size_t hour = 0; hour < 24; ++hour) { // at the half hours of the second day
            double const t_s = 86'400.0 + 3600.0 * static_cast<double>(hour) + 1800.0;
            on[hour] += source_state(source, spec, Seed{3}, at_s(t_s),
                                     3600.0 * static_cast<double>(hour) + 1800.0)
                                .on
                            ? 1.0
                            : 0.0;
        }
    }
    // then the share that runs is starts times run, twice the day shape over its mean
    for (std::size_t hour = 0; hour < 24; ++hour) {
        double const second = 3600.0 * static_cast<double>(hour) + 1800.0;
        double const share = 6.0 * 240.0 / 86'400.0 * 2.0 * day_shape(spec, second);
        double const error = std::sqrt(share / kSources);
        EXPECT_NEAR(on[hour] / kSources, share, 4.0 * error + 0.001) << hour << ":30";
    }
    double const mean = std::accumulate(on.begin(), on.end(), 0.0) / 24.0 / kSources;
    EXPECT_NEAR(mean, 6.0 * 240.0 / 86'400.0, 4.0 * std::sqrt(mean / 24.0 / kSources));
}

TEST(NoiseSource, InvertersRunByDaylight) {
    ChannelSpec const spec{.sources = {.daylight_from_h = 8.0, .daylight_to_h = 17.0}};
    NoiseSource const inverter{.kind = SourceKind::inverter};
    auto const at = [&](double hour) {
        return source_state(inverter, spec, Seed{1}, at_s(50'000.0), 3600.0 * hour);
    };
    EXPECT_FALSE(at(7.99).on);
    EXPECT_TRUE(at(8.0).on);
    EXPECT_TRUE(at(16.99).on);
    EXPECT_FALSE(at(17.0).on);
    EXPECT_EQ(at(9.0).until, at_s(50'000.0 + 8.0 * 3600.0));
    EXPECT_EQ(at(20.0).until, at_s(50'000.0 + 12.0 * 3600.0));
}

// A star of 30 m, so of 60 dB from customer to customer and 30 dB to the busbar.
TEST(NoiseSource, ReachesEveryOtherModemOverTheLinesThatCarrySignals) {
    Channel const channel = channel_on(star_network(4, 30.0F), quiet_channel());
    std::vector<float> power_uv2(4, 0.0F);
    add_source({.modem = 1, .level_dbuv = 90.0F}, channel, 0.0, power_uv2);
    EXPECT_FLOAT_EQ(power_uv2[0], 1e6F); // 60 dBuV
    EXPECT_FLOAT_EQ(power_uv2[1], 1e9F); // its own place: no loss
    EXPECT_FLOAT_EQ(power_uv2[2], 1e3F);
    add_source({.modem = 2, .level_dbuv = 87.0F}, channel, 3.0, power_uv2); // 3 dB by the band
    EXPECT_FLOAT_EQ(power_uv2[0], 2e6F);
    EXPECT_FLOAT_EQ(power_uv2[2], 1e9F + 1e3F);
    EXPECT_FLOAT_EQ(power_uv2[3], 2e3F);
    // over noise of 60 dBuV: as much again adds 3.01 dB, a thousand times as much 30.004 dB
    EXPECT_NEAR(source_rise_db(60.0, 1e6), 3.0103, 1e-4);
    EXPECT_NEAR(source_rise_db(60.0, 1e9), 30.0043, 1e-4);
    EXPECT_EQ(source_rise_db(60.0, 0.0), 0.0);
}

} // namespace
} // namespace gridtwin::plc
