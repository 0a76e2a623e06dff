#include "models/rf/medium.hpp"
#include "models/rf/spec.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

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
    EXPECT_THAT(problems(CsmaSpec{.access = Access::slotted_aloha, .max_hops = 16}),
                ElementsAre("slot_s is 0, must be above 0", "max_hops is 16, must be at most 15"));
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

} // namespace
} // namespace gridtwin::rf
