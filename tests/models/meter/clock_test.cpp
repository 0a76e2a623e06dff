// Crystal clocks: x ppm are x * 0.0864 s a day.
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{0};

TEST(ClockTruthTest, TwentyPpmAreOff1728MillisecondsADay) {
    MeterSpec const spec;
    MeterTable table = exact_meters(spec, 1);
    set_clock(table, spec, kMeter, 0s, 20.0);
    EXPECT_EQ(shown_time(table, kMeter, kStart + 24h), kStart + 24h + 1728ms);
    set_clock(table, spec, kMeter, -500ms, -20.0);
    EXPECT_EQ(shown_time(table, kMeter, kStart + 24h), kStart + 24h - 1728ms - 500ms);
}

TEST(ClockTruthTest, HalfASecondADayIs5Point8Ppm) {
    MeterSpec const spec;
    EXPECT_NEAR(spec.drift_bound_ppm * 0.0864, 0.5, 0.002);
}

TEST(ClockTruthTest, AnIntervalEndsWhenTheMetersOwnClockShowsIt) {
    MeterSpec const spec;
    MeterTable table = exact_meters(spec, 1);
    for (double const ppm : {20.0, -20.0, 5.0, 0.0}) {
        for (auto const offset : {0ms, 700ms, -700ms}) {
            set_clock(table, spec, kMeter, offset, ppm);
            for (std::uint32_t const k : {1U, 96U, 35'040U}) {
                SimTime const end = interval_end(15min, k, SimDuration{offset}.count(), ppm);
                auto const error = shown_time(table, kMeter, end) - (kStart + k * 15min);
                EXPECT_LE(std::abs(error.count()), 1) << ppm << " ppm, interval " << k;
            }
        }
    }
}

TEST(ClockTruthTest, ADriftingMetersBoundaryMovesTheEnergyBesideItByJustThat) {
    // given a clock 20 ppm slow, so that the day's last interval ends 1.728 s late
    MeterSpec const spec;
    MeterTable table = exact_meters(spec, 2);
    set_clock(table, spec, kMeter, 0s, -20.0);
    std::vector<EventRecord> events;
    SimTime const midnight = kStart + 24h;
    advance(table, spec, kStart, midnight, events);
    EXPECT_EQ(table.last_closed[0], 95U);
    EXPECT_EQ(table.last_closed[1], 96U);
    // when 3.6 kW (1 mWh in a millisecond) come on at true midnight
    table.p_w[0] = 3600.0;
    table.p_w[1] = 3600.0;
    advance(table, spec, midnight, midnight + 1min, events);
    // then 1.728 s of it (and 20 ppm of those) are still the old day's
    EXPECT_NEAR(find_row(table, kMeter, 96)->import_mwh, 1728.0 * (1.0 + 20e-6), 1.0);
    EXPECT_EQ(find_row(table, MeterId{1}, 96)->import_mwh, 0);
}

TEST(ClockTruthTest, AFastMetersDayIsShorterBy1728Milliseconds) {
    MeterSpec const spec;
    MeterTable table = exact_meters(spec, 1);
    set_clock(table, spec, kMeter, 0s, 20.0);
    table.p_w[0] = 3600.0;
    std::vector<EventRecord> events;
    advance(table, spec, kStart, kStart + 24h, events);
    std::int64_t day = 0;
    for (std::uint32_t k = 1; k <= 96; ++k) {
        day += find_row(table, kMeter, k)->import_mwh;
    }
    EXPECT_NEAR(static_cast<double>(86'400'000 - day), 1728.0, 0.5 + 1728.0 * 20e-6);
    EXPECT_EQ(table.import_mwh[0], 86'400'000);
}

} // namespace
} // namespace gridtwin::meter
