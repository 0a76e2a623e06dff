// The head-end sees what is delivered to it and nothing else.
#include "models/headend/recording/replay.hpp"
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

/// @param truth what happens in the town, and nobody tells the utility but the meters
std::string town(double peak_kw, std::string_view truth, std::string_view events) {
    return fmt::format(R"(gridtwin: 1
name: Blindness
start: 2026-01-15T00:00:00
time_zone: Asia/Baku
duration: 30 h
seed: 5
grid:
  feeder: feeders/ieee13/ieee13.dss
  step: 5 min
  low_voltage: {{ generate: street, customers_per_transformer: 30 }}
customers:
  - {{ name: homes, count: 120, at: residential loads, profile: residential, peak: {} kW, meter: plc }}
  - {{ name: farms, count: 6, at: bus 680, profile: residential, peak: 3 kW, meter: sms }}
access:
  concentrators: 4
  concentrator: {{ balance: {{ accuracy: 0.2 % }} }}
  plc: {{ modem: ce-nero }}
operator: {{ short_number: "7788" }}
wan: {{ model: builtin }}
{}
headend:
  outage_management: {{}}
  alarms: {{}}
  losses: {{ judge_every: 6 h }}
  vee: {{}}
events:
  - {{ at: 9:00, disconnect: homes/17 }}
  - {{ at: 12:00, reconnect: homes/17 }}
{})",
                       peak_kw, truth, events);
}

std::string octets_of(fs::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string const kEventful = "  - { at: 7:03, open: line.671692 }\n"
                              "  - { at: 8:10, close: line.671692 }\n"
                              "  - { at: 14:00, wan_down: all }\n"
                              "  - { at: 14:30, wan_up: all }\n";

TEST(Blindness, AReplayWithoutTheSimulatorOrdersTheSame) {
    Scratch scratch;
    auto const recording = scratch.path() / "a.rec";
    auto const text = town(1.5, "", kEventful);
    auto const plain = run_day(scratch, text, "plain");
    auto const day = run_day(scratch, text, "a", 2, {.record = recording, .told_by = {}});
    EXPECT_EQ(results::digest(day.file), results::digest(plain.file))
        << "recording changes nothing";
    auto const report = headend::recording::replay(recording);
    EXPECT_FALSE(report.difference)
        << report.difference->recorded << " against " << report.difference->replayed;
    EXPECT_GT(report.commands, 100U);
}

TEST(Blindness, WithDeliveriesHeldFixedAnotherTruthChangesNoCommand) {
    Scratch scratch;
    auto const as = [&scratch](char const* name) { return scratch.path() / name; };
    auto const one = town(1.5, "", kEventful);
    auto const first = run_day(scratch, one, "a", 1, {.record = as("a.rec"), .told_by = {}});
    // other loads, thieves, another line opens, sessions hold
    auto const other = town(2.2, R"(meter:
  tampering:
    thieves: 20 %
    inputs: [bypass, reversed_phase]
    until: 6 h
)",
                            "  - { at: 10:07, open: line.632645 }\n");
    (void)run_day(scratch, other, "b", 1, {.record = as("b.rec"), .told_by = {}});
    ASSERT_NE(octets_of(as("b.rec")), octets_of(as("a.rec"))) << "the truth is another one";
    auto const told =
        run_day(scratch, other, "c", 1, {.record = as("c.rec"), .told_by = as("a.rec")});
    EXPECT_EQ(octets_of(as("c.rec")), octets_of(as("a.rec")));
    EXPECT_EQ(told.kpi("oms.named"), first.kpi("oms.named")) << "it believes what it was told";
    EXPECT_GT(told.kpi("oms.named"), 0.0);
    EXPECT_EQ(told.kpi("oms.right"), 0.0) << "none of which happened here";
}

TEST(Blindness, TheRecordingOfAnotherHeadEndIsRefused) {
    Scratch scratch;
    auto const text = town(1.5, "", "");
    auto const recording = scratch.path() / "a.rec";
    (void)run_day(scratch, text, "a", 1, {.record = recording, .told_by = {}});
    auto const other = changed(text, {{"judge_every: 6 h", "judge_every: 5 h"}});
    EXPECT_THROW((void)run_day(scratch, other, "b", 1, {.record = {}, .told_by = recording}),
                 InputError);
    EXPECT_FALSE(fs::exists(scratch.path() / "b.h5"));
}

} // namespace
} // namespace gridtwin::twin::test
