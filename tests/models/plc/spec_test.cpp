#include "models/plc/spec.hpp"

#include <cmath>

namespace gridtwin::plc {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(PlcSpec, DefaultsHaveNoProblems) {
    EXPECT_THAT(problems(ModemSpec{}), IsEmpty());
    EXPECT_THAT(problems(ChannelSpec{}), IsEmpty());
    EXPECT_THAT(problems(MacSpec{}), IsEmpty());
}

TEST(PlcSpec, ProblemsNameTheFieldAndItsRange) {
    EXPECT_THAT(problems(ModemSpec{.modes = {{.bit_rate_bps = 0.0}}}),
                Contains("bit_rate_bps is 0, must be above 0"));
    EXPECT_THAT(problems(ModemSpec{.modes = {{.max_payload_octets = 0}}}),
                Contains(StartsWith("max_payload_octets")));
    EXPECT_THAT(problems(ModemSpec{.tx_level_dbuv = 30.0}), Contains(StartsWith("tx_level_dbuv")));
    EXPECT_THAT(problems(ChannelSpec{.cable_db_per_m = {0.03, -0.1}}),
                Contains("cable_db_per_m is -0.1, must be at least 0"));
    EXPECT_THAT(problems(ChannelSpec{.cable_db_per_m = {}}), ::testing::SizeIs(1));
    EXPECT_THAT(problems(ChannelSpec{.tap_db = std::nan("")}), Contains(StartsWith("tap_db")));
    EXPECT_THAT(problems(MacSpec{.max_hops = 8}), Contains("max_hops is 8, must be at most 7"));
    EXPECT_THAT(problems(MacSpec{.min_backoff_exponent = 5, .max_backoff_exponent = 4}),
                Contains(StartsWith("max_backoff_exponent")));
}

TEST(PlcSpec, ProblemsOfModesNameTheMode) {
    EXPECT_THAT(problems(ModemSpec{.modes = {}}),
                ::testing::ElementsAre("number of modes is 0, must be at least 1"));
    EXPECT_THAT(problems(ModemSpec{.modes = {{.name = "a", .bit_rate_bps = 300.0},
                                             {.name = "b", .bit_rate_bps = 600.0},
                                             {.name = "a", .bit_rate_bps = 600.0}}}),
                ::testing::ElementsAre("mode b: bit_rate_bps is 600, must be at most 300",
                                       "two modes are named a"));
    EXPECT_THAT(problems(ModemSpec{.modes = {{.name = "a"}, {.name = "b", .symbol_s = -1.0}}}),
                ::testing::ElementsAre("mode b: symbol_s is -1, must be at least 0"));
    EXPECT_THAT(problems(ModemSpec{.modes = std::vector<ModemMode>(33)}),
                Contains("number of modes is 33, must be at most 32"));
    EXPECT_THAT(problems(MacSpec{.rate_down_failures = 0, .rate_up_successes = 256}),
                ::testing::ElementsAre("rate_down_failures is 0, must be at least 1",
                                       "rate_up_successes is 256, must be at most 255"));
}

TEST(PlcSpec, EveryFieldHasToBeFinite) {
    double const nan = std::nan("");
    EXPECT_THAT(problems(ModemSpec{
                    .modes = {{.sensitivity_dbuv = -std::numeric_limits<double>::infinity()}}}),
                Contains("sensitivity_dbuv is -inf, must be finite"));
    EXPECT_THAT(problems(ModemSpec{.overhead_octets = 70'000}),
                Contains("overhead_octets is 70000, must be at most 65535"));
    EXPECT_THAT(problems(ChannelSpec{.noise_floor_dbuv = nan, .loudest_hour = nan}),
                ::testing::ElementsAre("noise_floor_dbuv is nan, must be finite",
                                       "loudest_hour is nan, must be finite"));
}

TEST(PlcSpec, NoiseSwingsOverTheDayAndRisesWithTheLoad) {
    ChannelSpec const spec{.noise_floor_dbuv = 42.0,
                           .day_swing_db = 12.0,
                           .loudest_hour = 20.0,
                           .load_noise_w = 20'000.0};
    EXPECT_NEAR(noise_level_dbuv({}, spec, 8 * 3600.0, 0.0), 42.0, 1e-9);
    EXPECT_NEAR(noise_level_dbuv({}, spec, 20 * 3600.0, 0.0), 54.0, 1e-9);
    EXPECT_NEAR(noise_level_dbuv({}, spec, 14 * 3600.0, 0.0), 48.0, 1e-9);
    EXPECT_NEAR(noise_level_dbuv({}, spec, 8 * 3600.0, 20'000.0), 42.0 + 10.0 * std::log10(2.0),
                1e-9);
    EXPECT_NEAR(noise_level_dbuv({}, spec, 8 * 3600.0, -5'000.0), 42.0, 1e-9);
}

// Given in 10 kHz at 50 kHz: an octave up 20 dB a decade take 6.02 dB, twice the band adds 3.01 dB.
TEST(PlcSpec, NoiseFallsWithTheCarrierAndRisesWithTheBand) {
    ChannelSpec const spec{.noise_floor_dbuv = 42.0, .noise_slope_db = 20.0, .day_swing_db = 0.0};
    double const at_night = 8 * 3600.0;
    EXPECT_EQ(band_db({}, spec), 0.0);
    EXPECT_EQ(noise_level_dbuv({}, spec, at_night, 0.0), 42.0);
    EXPECT_NEAR(noise_level_dbuv({.carrier_hz = 100e3}, spec, at_night, 0.0), 35.979, 0.001);
    EXPECT_NEAR(noise_level_dbuv({.bandwidth_hz = 20e3}, spec, at_night, 0.0), 45.010, 0.001);
    EXPECT_NEAR(noise_level_dbuv({.carrier_hz = 5e3}, spec, at_night, 0.0), 62.0, 1e-9);
}

TEST(PlcSpec, CablesLoseMoreAtHigherFrequency) {
    ChannelSpec spec{.cable_db_per_m = {0.030, 0.040}};
    EXPECT_EQ(cable_db_per_m(spec, 1, kReferenceHz), 0.040);
    spec.cable_exponent = 0.5; // skin effect: four times the frequency, twice the loss
    EXPECT_NEAR(cable_db_per_m(spec, 0, 200e3), 0.060, 1e-12);
    spec.cable_exponent = 1.0;
    EXPECT_NEAR(cable_db_per_m(spec, 1, 12.5e3), 0.010, 1e-12);
}

TEST(PlcSpec, ImpulsesFollowTheDayAndHitAtLeastOneBit) {
    ChannelSpec spec{.loudest_hour = 20.0,
                     .impulse_gap_s = 0.5,
                     .impulse_quiet_share = 0.2,
                     .impulse_length_s = 125e-6,
                     .impulse_excess_db = 30.0};
    EXPECT_NEAR(impulse_factor(spec, 20 * 3600.0), 1.0, 1e-12);
    EXPECT_NEAR(impulse_factor(spec, 8 * 3600.0), 0.2, 1e-12);
    EXPECT_NEAR(impulse_factor(spec, 14 * 3600.0), 0.6, 1e-12);
    ModemMode const slow;
    ModemMode const fast{.bit_rate_bps = 100'000.0};
    EXPECT_EQ(disturbance(spec, slow).impulse_bits, 1.0);
    EXPECT_EQ(disturbance(spec, fast).impulse_bits, 13.0); // 12.5 begin in it
    EXPECT_EQ(disturbance(spec, fast).impulse_db, 30.0);
    EXPECT_NEAR(disturbance(spec, slow).impulses_per_bit, 2.0 / 2400.0, 1e-15);
    // a symbol of sixteen impulses' length: all of its bits, by a sixteenth of 1000
    ModemMode const ofdm{.bit_rate_bps = 20'000.0, .symbol_s = 2e-3};
    EXPECT_EQ(disturbance(spec, ofdm).impulse_bits, 40.0);
    EXPECT_NEAR(disturbance(spec, ofdm).impulse_db, 10.0 * std::log10(1.0 + 62.5), 1e-12);
    spec.impulse_gap_s = spec.mains_swing_db = 0.0;
    EXPECT_TRUE(disturbance(spec, slow).none());
}

} // namespace
} // namespace gridtwin::plc
