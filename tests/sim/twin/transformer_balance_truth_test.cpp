// What a concentrator's balance leaves over is what the power flow says: the losses of the
// low-voltage lines, and what theft takes past the meters.
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

/// Twenty hours; clocks and transformer meters without error, no customers that SMS reads. The
/// longer run reads the last round; the grid does not depend on it.
std::string town(bool longer, bool theft, std::string const& accuracy = "0 %",
                 std::string const& long_run = "20.5 h") {
    std::string const thieves = "  - { at: 6:00, tamper: homes/5, input: bypass }\n"
                                "  - { at: 7:00, tamper: homes/77, input: bypass }\n"
                                "  - { at: 8:00, tamper: homes/200, input: bypass }\n";
    return first_light(
        {{"duration: 24 h", longer ? "duration: " + long_run : "duration: 20 h"},
         {"access:\n", "meter: { clock_error: 0 s, clock_drift_ppm: 0 }\naccess:\n"},
         {"  concentrators: 4\n",
          "  concentrators: 4\n  concentrator: { balance: { limit: 8 %, accuracy: " + accuracy +
              " } }\n"},
         {"  - { name: farms, count: 20, at: bus 680, profile: residential, peak: 3 kW, meter: "
          "sms }\n",
          ""},
         {"  - { at: 10:00, disconnect: homes/17 }     # by the head-end, over PLC\n",
          theft ? thieves : ""},
         {"  - { at: 11:00, disconnect: farms/3 }      # by the head-end, over SMS\n", ""},
         {"  - { at: 14:00, open: line.671692 }        # buses 692 and 675 go dark\n", ""},
         {"  - { at: 15:30, close: line.671692 }\n", ""},
         {"events:\n", theft ? "events:\n" : ""}});
}

TEST(TransformerBalance, TheImbalanceIsTheLinesLossesAndTheftByConservationOfEnergy) {
    Scratch scratch;
    for (bool const theft : {false, true}) {
        auto const truth = run_day(scratch, town(false, theft), "truth");
        auto const day = run_day(scratch, town(true, theft), "day");
        ASSERT_EQ(day.kpi("balance.records"), 4 * 80.0)
            << "every interval to eight, all meters read";
        double const expected_wh =
            truth.kpi("energy.loss_lv_lines") + (theft ? truth.kpi("tamper.unmetered") : 0.0);
        EXPECT_GT(truth.kpi("energy.loss_lv_lines"), 1000.0);
        // A register holds back less than 1 mWh, whatever the number of intervals.
        EXPECT_NEAR(day.kpi("balance.imbalance"), expected_wh, 240 * 1e-3 + 0.01);
        EXPECT_EQ(day.kpi("balance.records_seen"), day.kpi("balance.records"));
        EXPECT_EQ(day.kpi("balance.given_up"), 0.0);
        EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
        if (theft) {
            EXPECT_GT(truth.kpi("tamper.unmetered"), 5000.0);
        }
    }
}

TEST(TransformerBalance, TheTransformerMetersErrorStaysWithinItsClass) {
    Scratch scratch;
    auto const exact = run_day(scratch, town(true, false), "exact");
    auto const real = run_day(scratch, town(true, false, "0.5 %"), "real");
    double const off = real.kpi("balance.busbars") / exact.kpi("balance.busbars") - 1.0;
    EXPECT_NE(off, 0.0);
    EXPECT_LE(std::abs(off), 0.005);
}

TEST(TransformerBalance, IsWhatItIsWhereNeighboursReadSomeOfTheMeters) {
    // given four that find their meters, and are within reach of each other's
    Scratch scratch;
    auto const near = [](std::string text) {
        Changes const changes{
            {"seed: 42", "seed: 2"}, // with which some move, and every row arrives
            {"clock_drift_ppm: 0 }", "clock_drift_ppm: 0, faults: { failures_per_year: 0 } }"},
            {"access:\n", "access:\n  start: discover\n"},
            {"plc: { modem: ce-nero }",
             "plc: { modem: ce-nero, channel: { transformer_crossing: 22 dB } }"},
            {"{ kpi: read_success, at_least: 98 %, because: the metering contract says so }",
             "{ kpi: read_success, at_least: 0 %, because: nothing is promised here }"}};
        for (auto const& [from, to] : changes) {
            auto const at = text.find(from);
            EXPECT_NE(at, std::string::npos) << from;
            text.replace(at, from.size(), to);
        }
        return text;
    };
    auto const truth = run_day(scratch, near(town(false, true)), "truth");
    auto const day = run_day(scratch, near(town(true, true, "0 %", "23.5 h")), "day");
    // then every interval is balanced, by whoever has its rows, and to the same end
    ASSERT_EQ(day.kpi("read_success"), 1.0);
    EXPECT_GT(day.kpi("discovery.adopted"), 0.0);
    EXPECT_GT(day.kpi("balance.completed"), 0.0);
    EXPECT_EQ(day.kpi("balance.records") + day.kpi("balance.completed"), 4 * 80.0);
    EXPECT_EQ(day.kpi("balance.given_up"), 0.0);
    EXPECT_NEAR(day.kpi("balance.imbalance"),
                truth.kpi("energy.loss_lv_lines") + truth.kpi("tamper.unmetered"),
                240 * 1e-3 + 0.01);
}

} // namespace
} // namespace gridtwin::twin::test
