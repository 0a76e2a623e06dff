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
    EXPECT_NEAR(noise_level_dbuv(spec, 8 * 3600.0, 0.0), 42.0, 1e-9);
    EXPECT_NEAR(noise_level_dbuv(spec, 20 * 3600.0, 0.0), 54.0, 1e-9);
    EXPECT_NEAR(noise_level_dbuv(spec, 14 * 3600.0, 0.0), 48.0, 1e-9);
    EXPECT_NEAR(noise_level_dbuv(spec, 8 * 3600.0, 20'000.0), 42.0 + 10.0 * std::log10(2.0), 1e-9);
    EXPECT_NEAR(noise_level_dbuv(spec, 8 * 3600.0, -5'000.0), 42.0, 1e-9);
}

} // namespace
} // namespace gridtwin::plc
