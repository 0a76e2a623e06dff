// A day in which the SMS operator is down for two hours, and its first gateway for one.
#include "tests/sim/twin/day.hpp"

#include <gtest/gtest.h>

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;

std::string with_faults() {
    std::string orders;
    for (int k = 1; k <= 12; ++k) {
        orders += fmt::format("  - {{ at: {:02}:{:02}, disconnect: farms/{} }}\n", 10 + k / 5,
                              5 + 10 * (k % 5), k);
    }
    return first_light(
        {{"rate: 20 1/s", "rate: 20 1/s, loss: 0 %, duplicates: 10 %, receipt_loss: 10 %"},
         {"outage: {}", "outage: {}\n  orders: { sms: { timeout: 6 h, longest: 6 h } }"},
         {"  - { at: 11:00, disconnect: farms/3 }",
          orders + "  - { at: 10:30, operator_down: all }\n  - { at: 12:30, operator_up: all }\n"
                   "  - { at: 13:00, gateway_down: 1 }\n  - { at: 14:00, gateway_up: 1 }\n"
                   "  - { at: 13:10, disconnect: farms/13 }"}});
}

TEST(SmsOutage, LosesNoCommandExecutesNoneTwiceAndDrainsItsBacklog) {
    Scratch scratch;
    auto const day = run_day(scratch, with_faults());
    EXPECT_TRUE(day.report.complete);
    EXPECT_TRUE(day.report.books_close);
    EXPECT_EQ(day.kpi("commands.relay_failed"), 0.0);
    EXPECT_EQ(day.kpi("commands.relay_confirmed"), 14.0) << "13 by SMS, one by power line";
    EXPECT_EQ(day.kpi("commands.relays_opened"), 14.0) << "each once";
    EXPECT_GT(day.kpi("sms.backlog_peak"), 5.0) << "what waited for the operator";
    EXPECT_GT(day.kpi("sms.by_second"), 0.0) << "while the first gateway was down";
    EXPECT_GT(day.kpi("sms.duplicates_answered"), 0.0);

    results::Reader const reader(day.file);
    std::size_t down_events = 0;
    for (auto const& e : reader.events()) {
        down_events += e.kind == EventKind::operator_down || e.kind == EventKind::operator_up ||
                               e.kind == EventKind::gateway_down || e.kind == EventKind::gateway_up
                           ? 1U
                           : 0U;
    }
    EXPECT_EQ(down_events, 4U);

    std::vector<std::vector<double>> entered;
    for (auto const* state : {"sent", "at_operator", "received", "processed"}) {
        entered.push_back(reader.read_numbers(fmt::format("/sms/{}_ns", state)));
    }
    auto const arrived = reader.read_numbers("/sms/arrived_ns");
    auto const ended = reader.read_numbers("/sms/fate_ns");
    auto const fate = reader.read_strings("/sms/fate");
    auto const state = reader.read_strings("/sms/state");
    auto const down = reader.read_numbers("/sms/down");
    double const never = static_cast<double>(to_ns(kNever));
    ASSERT_GT(fate.size(), 100U);
    double const outage_begins = static_cast<double>(to_ns(kStart + 10h + 30min));
    double const outage_ends = static_cast<double>(to_ns(kStart + 12h + 30min));
    for (std::size_t i = 0; i < fate.size(); ++i) {
        for (std::size_t s = 1; s < entered.size(); ++s) {
            EXPECT_LE(entered[s - 1][i], entered[s][i]) << "no state without the one before";
        }
        EXPECT_FALSE(arrived[i] > outage_begins && arrived[i] < outage_ends);
        if (down[i] != 0.0 && entered[2][i] != never) {
            EXPECT_LE(arrived[i], entered[2][i]) << "received is known after it is so";
        }
        if (fate[i] == "done" && down[i] != 0.0) {
            EXPECT_EQ(state[i], "processed");
            EXPECT_EQ(ended[i], entered[3][i]);
        }
    }
}

} // namespace
} // namespace gridtwin::twin::test
