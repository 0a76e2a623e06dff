#include "models/plc/spec.hpp"

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
    EXPECT_THAT(problems(ModemSpec{.bit_rate_bps = 0.0}),
                Contains("bit_rate_bps is 0, must be above 0"));
    EXPECT_THAT(problems(ModemSpec{.max_payload_octets = 0}),
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

TEST(PlcSpec, EveryFieldHasToBeFinite) {
    double const nan = std::nan("");
    EXPECT_THAT(problems(ModemSpec{.sensitivity_dbuv = -std::numeric_limits<double>::infinity()}),
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
    EXPECT_EQ(disturbance(spec, 2400.0).impulse_bits, 1.0);
    EXPECT_EQ(disturbance(spec, 100'000.0).impulse_bits, 13.0); // 12.5 begin in it
    EXPECT_NEAR(disturbance(spec, 2400.0).impulses_per_bit, 2.0 / 2400.0, 1e-15);
    spec.impulse_gap_s = spec.mains_swing_db = 0.0;
    EXPECT_TRUE(disturbance(spec, 2400.0).none());
}

} // namespace
} // namespace gridtwin::plc
