// The town on the power line, on radio, and on both.
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

constexpr char const* kHomes = "peak: 2 kW, meter: plc";

/// A day in which the line is too loud for most of the street, even at the slowest rate: 59 dB over
/// the usual floor.
Changes with(std::string const& way, bool loud) {
    return {{kHomes, "peak: 2 kW, meter: " + way},
            {"plc: { modem: ce-nero }",
             loud ? "plc: { modem: ce-nero, channel: { noise_floor: 101 dBuV } }"
                  : "plc: { modem: ce-nero }"},
            {"{ kpi: read_success, at_least: 98 %, because: the metering contract says so }",
             "{ kpi: read_success, at_least: 0 %, because: nothing is promised here }"}};
}

TEST(Backup, RadioAloneReadsTheTown) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light(with("rf", false)));
    EXPECT_EQ(day.kpi("messages.plc.sent"), 0.0);
    EXPECT_GT(day.kpi("messages.rf.sent"), 1000.0);
    EXPECT_GT(day.kpi("read_success"), 0.9);
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    EXPECT_EQ(day.kpi("access.on_backup"), 0.0);
    EXPECT_EQ(day.kpi("access.channel_switches"), 0.0);
}

TEST(Backup, PowerLineAloneSendsNothingByRadio) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    EXPECT_EQ(day.kpi("messages.rf.sent"), 0.0);
    EXPECT_EQ(day.kpi("access.rf_airtime"), 0.0);
    EXPECT_EQ(day.kpi("access.alarms_doubled"), 0.0);
}

TEST(Backup, WhatALoudLineLosesTheRadioBehindItReads) {
    Scratch scratch;
    auto const alone = run_day(scratch, first_light(with("plc", true)), "alone");
    auto const both = run_day(scratch, first_light(with("plc+rf", true)), "both");
    EXPECT_LT(alone.kpi("read_success"), 0.8) << "the line is loud";
    EXPECT_GT(both.kpi("read_success"), alone.kpi("read_success") + 0.1);
    EXPECT_GT(both.kpi("access.on_backup"), 0.0);
    EXPECT_GT(both.kpi("access.channel_switches"), 0.0);
    EXPECT_GT(both.kpi("access.rf_airtime"), 0.0) << "its cost";
    for (auto const* day : {&alone, &both}) {
        EXPECT_EQ(day->kpi("messages.balanced"), 1.0);
    }
}

TEST(Backup, LastGaspsOverBothChannelsReachTheHeadEndOnce) {
    Scratch scratch;
    auto const both = run_day(scratch, first_light(with("plc+rf", false)), "both");
    auto const one = run_day(
        scratch,
        first_light({{kHomes, "peak: 2 kW, meter: plc+rf"},
                     {"concentrators: 4\n", "concentrators: 4\n  power_alarms_on_both: false\n"}}),
        "one");
    EXPECT_GT(both.kpi("access.alarms_doubled"), 0.0);
    EXPECT_EQ(one.kpi("access.alarms_doubled"), 0.0);
    EXPECT_LE(both.kpi("alarms.power_lost_seen"), both.kpi("alarms.power_lost"));
    EXPECT_GE(both.kpi("alarms.power_lost_seen"), one.kpi("alarms.power_lost_seen"));
}

} // namespace
} // namespace gridtwin::twin::test
