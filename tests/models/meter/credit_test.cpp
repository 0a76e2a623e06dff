#include "models/meter/relay_holds.hpp"
#include "models/meter/respond.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/prepaid.hpp"

#include <gtest/gtest.h>

namespace gridtwin::meter {
namespace {

using Seen = Prepaid::Seen;

/// Equal but for what rounding to a pulse of energy and to a nanosecond makes of times.
void expect_seen(Prepaid const& town, Seen const& expected) {
    auto const seen = town.seen();
    ASSERT_EQ(seen.size(), expected.size());
    for (std::size_t n = 0; n < expected.size(); ++n) {
        EXPECT_EQ(seen[n].second, expected[n].second) << n;
        EXPECT_NEAR(to_s(seen[n].first), to_s(expected[n].first), 0.005) << n;
    }
}

TEST(CreditTest, SteadyUseWarnsAndDisconnectsAtTheComputedSecond) {
    Prepaid town(twenty_cents(), {33}); // 1.65 kWh: 2970 s
    town.to(kStart + 2h);
    expect_seen(town, {{2070s, EventKind::credit_low},
                       {2970s, EventKind::credit_exhausted},
                       {2970s + 50ms, EventKind::relay_opened}});
    EXPECT_FALSE(town.closed());
    EXPECT_LT(town.steps, 30U) << "no creeping towards the instant";
}

TEST(CreditTest, TheBalanceIsExactToAMilliwatthour) {
    Prepaid town(twenty_cents(), {10'000});
    town.wants_w = 1234.5;
    town.to(kStart + 7h + 11min + 3s);
    EXPECT_EQ(balance_now(town.table, town.spec, Prepaid::kMeter),
              to_nano({10'000}) - 20'000 * town.table.import_mwh[0]);
    auto const report = report_credit(town.table, Prepaid::kMeter, town.now);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->interval, 28U);
    std::int64_t energy = 0;
    for (std::uint32_t k = 1; k <= 28; ++k) {
        energy += find_row(town.table, Prepaid::kMeter, k)->import_mwh;
    }
    EXPECT_EQ(report->balance, to_nano({10'000}) - 20'000 * energy)
        << "a report holds for its intervals, not for the open one";
}

TEST(CreditTest, ATopUpBringsTheSupplyBack) {
    Prepaid town(twenty_cents(), {33});
    town.to(kStart + 2h);
    EXPECT_EQ(town.top_up(1, {40}), AdjustmentResult::applied);
    town.to(kStart + 2h + 30min);
    EXPECT_TRUE(town.closed());
    auto const seen = town.seen();
    ASSERT_EQ(seen.size(), 5U);
    EXPECT_EQ(seen[3], (std::pair{SimDuration{2h}, EventKind::credit_restored}));
    EXPECT_EQ(seen[4], (std::pair{SimDuration{2h + 50ms}, EventKind::relay_closed}));
}

TEST(CreditTest, TooLittleDoesNotReconnect) {
    auto spec = twenty_cents();
    spec.reconnect_above = {20};
    Prepaid town(spec, {33});
    town.to(kStart + 2h);
    town.top_up(1, {20});
    town.to(kStart + 3h);
    EXPECT_FALSE(town.closed());
    town.top_up(2, {1});
    town.to(kStart + 3h + 30min); // 21 cents last for 31
    EXPECT_TRUE(town.closed());
}

TEST(CreditTest, ADifferenceIsAppliedOnceAndInTurn) {
    Prepaid town(twenty_cents(), {100});
    EXPECT_EQ(town.top_up(2, {40}), AdjustmentResult::refused) << "the first has not come";
    EXPECT_EQ(town.top_up(1, {30}), AdjustmentResult::applied);
    EXPECT_EQ(town.top_up(1, {30}), AdjustmentResult::known);
    EXPECT_EQ(town.top_up(2, {40}), AdjustmentResult::applied);
    EXPECT_EQ(town.top_up(1, {30}), AdjustmentResult::known) << "it came late, and again";
    EXPECT_EQ(town.top_up(4, {40}), AdjustmentResult::refused);
    EXPECT_EQ(town.cents(), Money{170});
    EXPECT_EQ(town.top_up(3, {kMostCents}), AdjustmentResult::refused) << "more than it can hold";
    EXPECT_EQ(report_credit(town.table, Prepaid::kMeter, town.now)->number, 2U);
}

TEST(CreditTest, FriendlyHoursDeferTheDisconnectionToTheirEnd) {
    auto spec = twenty_cents();
    spec.terms.week_at_start = 20h; // Monday
    spec.friendly = {{.from = 18h, .to = 9h}};
    Prepaid town(spec, {33});
    town.to(kStart + 12h + 59min);
    EXPECT_TRUE(town.closed());
    EXPECT_LT(town.cents(), Money{-400}) << "what is used meanwhile is owed";
    town.to(kStart + 14h);
    expect_seen(town, {{2070s, EventKind::credit_low},
                       {2970s, EventKind::credit_exhausted},
                       {13h + 50ms, EventKind::relay_opened}});
}

TEST(CreditTest, AnOrderThatWouldFallIntoFriendlyHoursWaits) {
    auto spec = twenty_cents();
    spec.friendly = {{.from = 49min + 30s + 20ms, .to = 6h}}; // 20 ms after it is exhausted
    Prepaid town(spec, {33});
    town.to(kStart + 5h);
    EXPECT_TRUE(town.closed());
    town.to(kStart + 7h);
    EXPECT_FALSE(town.closed());
}

TEST(CreditTest, FriendlyHoursAreThoseOfTheMetersOwnClock) {
    auto spec = twenty_cents();
    spec.friendly = {{.from = 0h, .to = 6h}};
    Prepaid town(spec, {33});
    set_clock(town.table, town.spec, Prepaid::kMeter, 10min, 0.0); // ahead
    town.to(kStart + 8h);
    auto const seen = town.seen();
    ASSERT_EQ(seen.back().second, EventKind::relay_opened);
    EXPECT_EQ(seen.back().first, 5h + 50min + 50ms);
}

TEST(CreditTest, EmergencyCreditIsTakenByTheCustomerBelowItsThreshold) {
    auto spec = twenty_cents();
    spec.emergency = {40};
    spec.emergency_from = {20};
    Prepaid town(spec, {33});
    EXPECT_FALSE(
        take_emergency(town.table, town.spec, Prepaid::kMeter, town.now, town.events, town.orders));
    town.to(kStart + 2h);
    EXPECT_FALSE(town.closed());
    EXPECT_TRUE(
        take_emergency(town.table, town.spec, Prepaid::kMeter, town.now, town.events, town.orders));
    EXPECT_FALSE(
        take_emergency(town.table, town.spec, Prepaid::kMeter, town.now, town.events, town.orders))
        << "once";
    town.to(kStart + 2h + 59min);
    EXPECT_TRUE(town.closed());
    town.to(kStart + 3h + 1min); // 40 cents: an hour
    EXPECT_FALSE(town.closed());
    EXPECT_EQ(town.cents(), Money{-40});
    town.top_up(1, {50});
    town.to(town.now + 1min);
    EXPECT_TRUE(town.closed());
    EXPECT_TRUE(town.state().emergency) << "10 cents: not above the threshold, so not paid back";
    town.top_up(2, {50});
    EXPECT_FALSE(town.state().emergency);
}

TEST(CreditTest, EmergencyCreditMayBeTakenByItself) {
    auto spec = twenty_cents();
    spec.emergency = {40};
    spec.emergency_by_itself = true;
    Prepaid town(spec, {33});
    town.to(kStart + 3h);
    expect_seen(town, {{2070s, EventKind::credit_low},
                       {2970s + 1h, EventKind::credit_exhausted},
                       {2970s + 1h + 50ms, EventKind::relay_opened}});
}

TEST(CreditTest, DebtTakesItsShareOfPaymentsAndItsDailySumAndNoMore) {
    auto spec = twenty_cents();
    spec.terms.debt_share_permille = 400;
    spec.terms.debt_a_day = {25};
    Prepaid town(spec, {1000}, {100});
    town.wants_w = 0.0;
    town.top_up(1, {100});
    EXPECT_EQ(town.cents(), Money{1060});
    town.to(kStart + 24h);
    EXPECT_EQ(town.cents(), Money{1035});
    town.top_up(2, {500});
    EXPECT_EQ(town.cents(), Money{1500}) << "35 were left";
    town.to(kStart + 72h);
    EXPECT_EQ(town.cents(), Money{1500});
    EXPECT_EQ(report_credit(town.table, Prepaid::kMeter, town.now)->debt, 0);
}

TEST(CreditTest, ACorrectionIsNoPayment) {
    auto spec = twenty_cents();
    spec.terms.debt_share_permille = 400;
    Prepaid town(spec, {1000}, {100});
    adjust_credit(town.table, town.spec, Prepaid::kMeter, {.number = 1, .difference = {-300}},
                  town.now, town.events, town.orders);
    EXPECT_EQ(town.cents(), Money{700});
    EXPECT_EQ(report_credit(town.table, Prepaid::kMeter, town.now)->debt, to_nano({100}));
}

TEST(CreditTest, AStandingChargeIsTakenAtMidnightAndMayExhaust) {
    auto spec = twenty_cents();
    spec.terms.week_at_start = 22h;
    spec.terms.standing_a_day = {30};
    Prepaid town(spec, {30});
    town.wants_w = 0.0;
    town.longest = 24h;
    town.to(kStart + 3h);
    ASSERT_EQ(town.seen().back().second, EventKind::relay_opened);
    EXPECT_EQ(town.seen().back().first, 2h + 50ms);
}

TEST(CreditTest, EnergyCostsWhatItsTariffSays) {
    MeterSpec meter;
    meter.registers = {.kept = true,
                       .calendars = {{{{.at = 0h, .tariff = 0}, {.at = 6h, .tariff = 1}}}}};
    auto spec = twenty_cents();
    spec.terms.price_milli[1] = 40'000;
    Prepaid town(spec, {400}, {}, meter);
    town.longest = 24h;
    town.to(kStart + 8h); // 6 h for 240 cents, then 2 h for 160
    auto const registers = town.table.registers;
    EXPECT_EQ(balance_now(town.table, town.spec, Prepaid::kMeter),
              to_nano({400}) - 20'000 * registers.of(Prepaid::kMeter, 0)[0] -
                  40'000 * registers.of(Prepaid::kMeter, 1)[0]);
    town.to(kStart + 9h);
    ASSERT_EQ(town.seen().back().second, EventKind::relay_opened);
    EXPECT_NEAR(to_s(town.seen().back().first), 8 * 3600.0 + 0.05, 0.005);
}

TEST(CreditTest, WhoeverElseHoldsTheRelayOpenKeepsItOpen) {
    Prepaid town(twenty_cents(), {33});
    town.to(kStart + 2h);
    operate_relay(town.table, Prepaid::kMeter, false, town.now, town.events);
    town.top_up(1, {100});
    town.to(kStart + 3h);
    EXPECT_FALSE(town.closed()) << "a command opened it";
    operate_relay(town.table, Prepaid::kMeter, true, town.now, town.events);
    EXPECT_TRUE(town.closed());
}

TEST(CreditTest, ACommandDoesNotCloseWhatCreditKeepsOpenAndTheAnswerSaysSo) {
    Prepaid town(twenty_cents(), {33});
    town.to(kStart + 2h);
    MessageNumbers numbers{1};
    Message request;
    request.kind = MessageKind::set_relay;
    request.meter = Prepaid::kMeter;
    request.value = 1;
    request.command = CommandId{5};
    auto const response = respond(town.table, town.spec, request, Channel::plc, town.now, numbers);
    ASSERT_TRUE(response.message);
    EXPECT_EQ(response.message->value, 0);
    operate_relay(town.table, Prepaid::kMeter, true, town.now, town.events);
    EXPECT_FALSE(town.closed());
    town.top_up(1, {100});
    town.to(kStart + 2h + 1s);
    EXPECT_TRUE(town.closed());
}

TEST(CreditTest, ALimiterDoesNotCloseWhatCreditKeepsOpenNorTheOtherWayRound) {
    Prepaid town(twenty_cents(), {50});
    std::vector<MeterId> const meters{Prepaid::kMeter};
    give_limiter(town.table, {.limit_w = 1500.0}, meters); // curtails at 5 min, for 30 min
    town.to(kStart + 6min);
    EXPECT_FALSE(town.closed());
    EXPECT_FALSE(credit_holds(town.table, Prepaid::kMeter));
    adjust_credit(town.table, town.spec, Prepaid::kMeter, {.number = 1, .difference = {-60}},
                  town.now, town.events, town.orders);
    town.to(kStart + 1h);
    EXPECT_FALSE(limiter_holds(town.table, Prepaid::kMeter));
    EXPECT_FALSE(town.closed()) << "no credit";
    town.wants_w = 1000.0;
    town.top_up(2, {100});
    town.to(kStart + 1h + 1s);
    EXPECT_TRUE(town.closed());
}

TEST(CreditTest, AMeterThatMayNotDisconnectOnlyTells) {
    auto spec = twenty_cents();
    spec.disconnects = false;
    Prepaid town(spec, {33});
    town.to(kStart + 2h);
    EXPECT_TRUE(town.closed());
    EXPECT_EQ(town.seen().back().second, EventKind::credit_exhausted);
}

TEST(CreditTest, SpecsAndOpeningsThatCannotBeAreRefused) {
    EXPECT_EQ(problem(twenty_cents()), "");
    auto spec = twenty_cents();
    spec.emergency = {-1};
    EXPECT_NE(problem(spec), "");
    spec = twenty_cents();
    spec.emergency_by_itself = true;
    EXPECT_NE(problem(spec), "");
    spec = twenty_cents();
    spec.friendly = {{.days = 0}};
    EXPECT_NE(problem(spec), "");
    EXPECT_THROW(Prepaid(twenty_cents(), {kMostCents + 1}), SimulationError);
    EXPECT_THROW(Prepaid(twenty_cents(), {0}, {-1}), SimulationError);
    Prepaid town(twenty_cents(), {33});
    std::vector<CreditOpening> const again{{Prepaid::kMeter, {1}, {}}};
    EXPECT_THROW(give_credit(town.table, twenty_cents(), again), SimulationError);
}

} // namespace
} // namespace gridtwin::meter
