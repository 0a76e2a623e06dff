// Who steals, and what lines lose, as the head-end finds it in balances, against the truth.
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

std::string town(std::string_view thieves, std::string_view duration = "102 h") {
    return fmt::format(R"(gridtwin: 1
name: Theft
start: 2026-01-15T00:00:00
time_zone: Asia/Baku
duration: {}
seed: 42
grid:
  feeder: feeders/ieee13/ieee13.dss
  step: 5 min
  low_voltage: {{ generate: street, customers_per_transformer: 40 }}
customers:
  - {{ name: homes, count: 400, at: residential loads, profile: residential, peak: 2 kW, meter: plc }}
access:
  concentrators: 10
  plc: {{ modem: ce-nero }}
  concentrator: {{ balance: {{ accuracy: 0.2 % }} }}
wan: {{ model: builtin }}
meter: {{ tampering: {{ {} }} }}
headend:
  losses: {{}}
  alarms: {{ acknowledge_each: 2 min }}
)",
                       duration, thieves);
}

TEST(LossesInATown, ThievesOfEveryKindAreNamedAndNobodyElse) {
    Scratch scratch;
    auto const day = run_day(scratch, town("thieves: 4 %, inputs: [bypass, magnet, neutral_return, "
                                           "reversed_phase], until: 12 h"));
    EXPECT_GE(day.kpi("theft.thieves"), 10.0);
    EXPECT_GE(day.kpi("theft.f1"), 0.9);
    EXPECT_EQ(day.kpi("theft.wrong"), 0.0);
    EXPECT_EQ(day.kpi("theft.suspected"), day.kpi("desk.theft")) << "each is an alarm";
    EXPECT_GT(day.kpi("desk.wrong_connection"), 0.0);
    EXPECT_EQ(day.kpi("desk.tamper"), day.kpi("tamper.detected"));
    // half of an hour's tampering went by before the first window; most of it is unaccounted for
    EXPECT_GT(day.kpi("theft.unaccounted"), 0.5 * day.kpi("tamper.unmetered"));
}

/// The model knows the cables, the number of customers and how much they differ, not who they are.
TEST(LossesInATown, WhereNobodyStealsTheModelAccountsForTheLines) {
    Scratch scratch;
    auto const day = run_day(scratch, town("thieves: 0 %", "31 h"));
    EXPECT_EQ(day.kpi("theft.suspected"), 0.0);
    EXPECT_EQ(day.kpi("theft.looks"), 10.0);
    double const supplied = day.kpi("theft.supplied");
    EXPECT_GT(supplied, 1e6);
    double const lines = day.kpi("energy.loss_lv_lines") / day.kpi("balance.busbars");
    double const model = day.kpi("theft.technical") / supplied;
    EXPECT_NEAR(model, lines, 0.25 * lines);
    EXPECT_LT(std::abs(day.kpi("theft.unaccounted")), 0.005 * supplied);
}

TEST(ValidationInATown, EveryIntervalOfAValidatedDayIsAccountedForAndGapsAreEstimated) {
    Scratch scratch;
    auto text = town("thieves: 4 %, inputs: [reversed_phase]", "55 h");
    text = changed(text, {{"modem: ce-nero", "modem: ce-nero, channel: { noise_floor: 92 dBuV }"},
                          {"  losses: {}\n", "  vee: {}\n"}});
    auto const day = run_day(scratch, text);
    double sum = 0.0;
    for (auto const* quality :
         {"missing", "actual", "validated", "suspect", "estimated", "edited"}) {
        sum += day.kpi(std::string("vee.") + quality);
    }
    EXPECT_EQ(sum, 2.0 * 96 * 415) << "two days of 400 homes and 15 bulk customers";
    EXPECT_EQ(day.kpi("vee.actual"), 0.0) << "all of them were looked at";
    EXPECT_GT(day.kpi("vee.estimated"), 0.0);
    EXPECT_GT(day.kpi("vee.rule_negative"), 0.0) << "the reversed ones";
    EXPECT_EQ(day.kpi("vee.rule_high"), 0.0) << "no bulk customer is too large for itself";
    EXPECT_GT(day.kpi("vee.validated"), 0.95 * sum);
}

} // namespace
} // namespace gridtwin::twin::test
