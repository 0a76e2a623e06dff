// The opened device as the head-end names it, and the operations centre's figures, in whole runs.
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

std::string town(std::string_view events, int seed = 42) {
    return fmt::format(R"(gridtwin: 1
name: Outages
start: 2026-01-15T00:00:00
time_zone: Asia/Baku
duration: 24 h
seed: {}
grid:
  feeder: feeders/ieee13/ieee13.dss
  step: 5 min
  low_voltage: {{ generate: street, customers_per_transformer: 30 }}
customers:
  - {{ name: homes, count: 360, at: residential loads, profile: residential, peak: 1.5 kW, meter: plc }}
access:
  concentrators: 12
  plc: {{ modem: ce-nero }}
wan: {{ model: builtin }}
headend:
  outage_management: {{}}
  alarms: {{}}
  operations: {{}}
{})",
                       seed, events);
}

TEST(OutagesInATown, TheLineThatOpenedIsNamedAndNothingElse) {
    Scratch scratch;
    for (int const seed : {1, 2, 3}) {
        auto const day = run_day(scratch, town(R"(events:
  - { at: 6:00, open: line.671692 }
  - { at: 7:30, close: line.671692 }
  - { at: 10:00, open: line.632645 }
  - { at: 11:00, close: line.632645 }
  - { at: 14:00, open: line.632670 }
  - { at: 15:30, close: line.632670 }
  - { at: 18:00, open: line.650632 }
  - { at: 19:00, close: line.650632 }
)",
                                               seed));
        EXPECT_EQ(day.kpi("oms.opened"), 4.0);
        EXPECT_EQ(day.kpi("oms.right"), 4.0) << "seed " << seed;
        EXPECT_EQ(day.kpi("oms.other"), 0.0) << "seed " << seed;
        EXPECT_EQ(day.kpi("oms.cleared"), day.kpi("oms.named"));
        EXPECT_LT(day.kpi("oms.delay_p50"), 600.0);
        EXPECT_GT(day.kpi("oms.notices"), 0.0);
        EXPECT_GT(day.kpi("desk.flood"), 0.0) << "a dark transformer is one alarm";
    }
}

TEST(OutagesInATown, AQuietDayNamesNothing) {
    Scratch scratch;
    auto const day = run_day(scratch, town("events: [{ at: 10:00, disconnect: homes/17 }]\n"));
    EXPECT_EQ(day.kpi("oms.named"), 0.0);
    EXPECT_EQ(day.kpi("oms.notices"), 0.0);
}

TEST(OperationsView, ItsLastRowIsWhatTheKeyFiguresSay) {
    Scratch scratch;
    auto const day = run_day(scratch, town("events: [{ at: 10:00, disconnect: homes/17 }]\n"));
    results::Reader const file(day.file);
    auto const last = [&file](char const* name) {
        return static_cast<double>(file.read_series("operations", name).back());
    };
    EXPECT_EQ(last("orders_confirmed"), day.kpi("commands.relay_confirmed"));
    EXPECT_EQ(last("alarms_shown"), day.kpi("desk.shown"));
    EXPECT_NEAR(last("read_success"), day.kpi("read_success"), 0.01);
}

} // namespace
} // namespace gridtwin::twin::test
