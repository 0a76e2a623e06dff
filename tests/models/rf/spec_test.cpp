#include "models/rf/links.hpp"
#include "models/rf/medium.hpp"
#include "models/rf/spec.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <cmath>
#include <limits>

namespace gridtwin::rf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RadioSpecs, BuiltInRowsAreSoundAndFoundByName) {
    for (auto const& row : built_in_radios()) {
        EXPECT_THAT(problems(row), IsEmpty()) << row.name;
        EXPECT_EQ(find_radio(row.name), &row);
    }
    EXPECT_EQ(find_radio("ce-intro")->bit_rate_bps, 16e3);
    EXPECT_EQ(find_radio("802.15.4g")->bit_rate_bps, 50e3);
    EXPECT_EQ(find_radio("zigbee")->bit_rate_bps, 250e3);
    EXPECT_EQ(find_radio("lora"), nullptr);
    EXPECT_THAT(problems(PropagationSpec{}), IsEmpty());
    EXPECT_THAT(problems(CsmaSpec{}), IsEmpty());
}

TEST(RadioSpecs, ProblemsNameFieldValueAndBound) {
    EXPECT_THAT(problems(RadioSpec{.tx_power_dbm = -120.0, .duty_cycle_frac = 0.0}),
                ElementsAre("tx_power_dbm is -120, must be above -110",
                            "duty_cycle_frac is 0, must be above 0"));
    EXPECT_THAT(problems(PropagationSpec{.exponent = 0.5, .common_share_frac = 1.5}),
                ElementsAre("exponent is 0.5, must be at least 1",
                            "common_share_frac is 1.5, must be at most 1"));
    EXPECT_THAT(
        problems(CsmaSpec{.access = Access::slotted_aloha, .max_hops = 16}),
        ElementsAre("slot_s is 0, must be at least 1e-09", "max_hops is 16, must be at most 15"));
}

TEST(RadioSpecs, TheLongestFrameMustFitTheBurstOfTheDutyCycle) {
    RadioSpec radio{.bit_rate_bps = 16e3, .max_payload_octets = 64, .duty_cycle_frac = 1e-4};
    EXPECT_EQ(duty_burst_s(radio, {}), 0.1 * 1e-4 * 3600.0);
    EXPECT_THAT(problems(radio, CsmaSpec{}),
                ElementsAre("a duty cycle of 0.01 % lets a node send for 0.036 s at once, a frame "
                            "of 64 octets takes 0.043 s"));
    EXPECT_THAT(problems(radio, {.duty_cycle = false}), IsEmpty());
    radio.duty_cycle_frac = 2e-4;
    EXPECT_THAT(problems(radio, CsmaSpec{}), IsEmpty());
}

TEST(RadioSpecs, AFrameOfZigbeeLastsItsOctetsAt250KilobitPerSecond) {
    // 5 + 28 + 100 octets
    EXPECT_EQ(frame_time(*find_radio("zigbee"), 100), duration_from_s(133 * 8 / 250e3));
    EXPECT_EQ(ack_time(*find_radio("zigbee")), duration_from_s(11 * 8 / 250e3));
}

TEST(RadioSpecs, AMediumRefusesWhatHasProblems) {
    using namespace testing;
    try {
        (void)medium_on(line_of(2, 10.0), RadioSpec{.bit_rate_bps = 0.0});
        FAIL();
    } catch (SimulationError const& error) {
        EXPECT_THAT(error.what(), HasSubstr("radio area 7"));
        EXPECT_THAT(error.what(), HasSubstr("bit_rate_bps is 0, must be above 0"));
    }
    EXPECT_THROW((void)medium_on({}, RadioSpec{}), SimulationError);
    EXPECT_THROW((void)medium_on(line_of(2, 10.0), RadioSpec{}, {.duty_window_s = 0.1}),
                 SimulationError); // not a frame's worth of airtime
}

/// What building something throws; empty when it does not.
template <typename Build>
std::string complaint(Build build) {
    try {
        build();
    } catch (SimulationError const& error) {
        return error.what();
    }
    return {};
}

TEST(RadioSpecs, LinksRefuseWhatHasProblemsAndTellAllOfThem) {
    using namespace testing;
    double const nan = std::nan("");
    auto const with = [](PropagationSpec const& spec, std::vector<Place> const& places) {
        return complaint([&] { Links(RadioSpec{}, spec, places, Seed{1}, kArea); });
    };
    EXPECT_EQ(with({}, line_of(3, 10.0)), "");
    EXPECT_EQ(with({.exponent = nan, .common_share_frac = 1.5}, line_of(3, 10.0)),
              "radio area 7 at start: exponent is nan, must be at least 1; "
              "common_share_frac is 1.5, must be at most 1");
    EXPECT_THAT(with({.correlation_m = 0.0}, line_of(3, 10.0)),
                HasSubstr("correlation_m is 0, must be above 0"));
    EXPECT_THAT(with({.least_distance_m = 0.0}, line_of(3, 10.0)),
                HasSubstr("least_distance_m is 0, must be above 0"));
    EXPECT_EQ(with({}, {{0.0, 0.0}, {nan, 5.0}}),
              "radio area 7 at start: node 1 is at (nan, 5) m, must be finite");
    EXPECT_THAT(with({}, line_of(65'535, 10.0)), HasSubstr("65535 nodes, must be at most 65534"));
    EXPECT_THAT(complaint([&] {
                    Links(RadioSpec{.frequency_hz = 0.0}, {}, line_of(2, 10.0), Seed{1}, kArea);
                }),
                HasSubstr("frequency_hz is 0, must be above 0"));
}

TEST(RadioSpecs, EveryFieldHasToBeFinite) {
    double const endless = std::numeric_limits<double>::infinity();
    EXPECT_THAT(problems(RadioSpec{.sensitivity_dbm = -endless}),
                ElementsAre("sensitivity_dbm is -inf, must be finite"));
    EXPECT_THAT(problems(RadioSpec{.max_payload_octets = 4'000'000'000U}),
                ElementsAre("max_payload_octets is 4000000000, must be at most 65535"));
    EXPECT_THAT(problems(CsmaSpec{.sense_margin_db = std::nan("")}),
                ElementsAre("sense_margin_db is nan, must be finite"));
}

TEST(RadioSpecs, AMediumTellsAllProblemsOfAllItsSpecs) {
    using namespace testing;
    Links const links(RadioSpec{}, {}, line_of(2, 10.0), Seed{1}, kArea);
    EXPECT_EQ(complaint([&] {
                  Medium(RadioSpec{.turnaround_s = -1.0}, {.max_hops = 0}, links, Seed{1}, kArea);
              }),
              "radio area 7 at start: turnaround_s is -1, must be at least 0; "
              "max_hops is 0, must be at least 1");
}

TEST(RadioSpecs, NoiseHasToBeANumber) {
    using namespace testing;
    Medium medium = medium_on(line_of(3, 10.0), RadioSpec{});
    EXPECT_EQ(complaint([&] { medium.set_noise_dbm(std::nan("")); }),
              "radio area 7 at 00:00:00: noise is not a number");
    std::vector<float> const levels{-100.0F, std::nanf(""), -100.0F};
    EXPECT_EQ(complaint([&] { medium.set_noise_dbm(levels); }),
              "radio area 7 at 00:00:00: noise at node 1 is not a number");
    medium.set_noise_dbm(-std::numeric_limits<double>::infinity()); // none
}

} // namespace
} // namespace gridtwin::rf
