#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/prepayment/till.hpp"

#include <gtest/gtest.h>

namespace gridtwin::headend {
namespace {

constexpr std::int32_t kHalf = 500'000; // 10 cents

TEST(PrepaymentTest, APaymentIsToldAtOnceAsADifferenceUnderTheNextNumber) {
    Till till(twenty_cents(true), {100});
    EXPECT_EQ(till.pay(7, 250), PaymentResult::booked);
    ASSERT_EQ(till.ports.sent.size(), 1U);
    auto const& command = till.ports.sent[0];
    EXPECT_EQ(command.kind, CommandKind::adjust_credit);
    EXPECT_EQ(command.first_interval, 1U);
    EXPECT_EQ(command.count, 250U);
    EXPECT_EQ(command.value_milli, 250'000);
    EXPECT_EQ(till.balance(), to_nano({350}));
    EXPECT_EQ(till.in_flight(), to_nano({250}));
    till.report(1, 0, to_nano({350}));
    EXPECT_EQ(till.in_flight(), 0);
    EXPECT_EQ(till.till->counts().exact, 1U);
}

TEST(PrepaymentTest, ThatAPaymentIsToldTwiceBooksItOnce) {
    Till till(twenty_cents(true), {100});
    EXPECT_EQ(till.pay(7, 250), PaymentResult::booked);
    EXPECT_EQ(till.pay(7, 250), PaymentResult::known);
    EXPECT_EQ(till.balance(), to_nano({350}));
    EXPECT_EQ(till.ports.sent.size(), 1U);
}

TEST(PrepaymentTest, AnotherPaymentUnderANumberThatIsTakenIsRefusedAndNotSwallowed) {
    Till till(twenty_cents(true), {100});
    EXPECT_EQ(till.pay(7, 250), PaymentResult::booked);
    EXPECT_EQ(till.pay(7, 300), PaymentResult::refused);
    EXPECT_EQ(till.till->on_payment({.number = 7, .meter = MeterId{1}, .amount = {250}}),
              PaymentResult::refused);
    EXPECT_EQ(till.till->counts().payments_refused, 2U);
    EXPECT_EQ(till.balance(), to_nano({350}));
}

TEST(PrepaymentTest, ABookedPaymentThatIsToldAgainIsKnownAlsoWhereNoSecondOneWouldFit) {
    Till till(twenty_cents(true), {0});
    std::int64_t const most = kMostCents / 4 * 3;
    EXPECT_EQ(till.pay(7, most), PaymentResult::booked);
    EXPECT_EQ(till.pay(7, most), PaymentResult::known) << "its answer was lost";
    EXPECT_EQ(till.pay(8, most), PaymentResult::refused);
}

TEST(PrepaymentTest, PaymentsThatCannotBeAreRefused) {
    Till till(twenty_cents(true), {100});
    EXPECT_EQ(till.pay(1, 0), PaymentResult::refused);
    EXPECT_EQ(till.pay(2, -5), PaymentResult::refused);
    EXPECT_EQ(till.pay(3, kMostCents), PaymentResult::refused) << "more than a meter can hold";
    EXPECT_EQ(till.till->on_payment({.number = 4, .meter = MeterId{1}, .amount = {5}}),
              PaymentResult::refused)
        << "no account";
    EXPECT_EQ(till.till->counts().payments_refused, 4U);
    EXPECT_EQ(till.pay(1, 5), PaymentResult::booked) << "what was refused may be put right";
}

TEST(PrepaymentTest, OneDifferenceAtATimeAndWhatComesMeanwhileGoesTogether) {
    Till till(twenty_cents(true), {100});
    till.pay(1, 10);
    till.pay(2, 20);
    till.pay(3, 30);
    EXPECT_EQ(till.ports.sent.size(), 1U);
    EXPECT_EQ(till.in_flight(), to_nano({60}));
    till.report(1, 0, to_nano({110}));
    ASSERT_EQ(till.ports.sent.size(), 2U);
    EXPECT_EQ(till.ports.sent[1].first_interval, 2U);
    EXPECT_EQ(till.ports.sent[1].value_milli, 50'000);
    EXPECT_NE(till.ports.sent[1].id, till.ports.sent[0].id);
}

TEST(PrepaymentTest, ADifferenceIsRepeatedUnchangedAndForEver) {
    Till till(twenty_cents(true), {100});
    till.pay(1, 10);
    till.to(kStart + 24h);
    auto const& sent = till.ports.sent;
    ASSERT_GT(sent.size(), 24U);
    EXPECT_LT(sent.size(), 32U) << "hourly, behind the back-off";
    for (auto const& one : sent) {
        EXPECT_EQ(one, sent[0]);
    }
    till.report(1, 0, to_nano({110}));
    till.to(kStart + 48h);
    EXPECT_EQ(sent.size(), till.till->counts().sent);
    EXPECT_LT(sent.size(), 32U);
    EXPECT_EQ(till.till->counts().updates, 1U);
}

TEST(PrepaymentTest, OldWordsOfAMeterChangeNothing) {
    Till till(twenty_cents(true), {100});
    till.pay(1, 10);
    till.report(1, 0, to_nano({110}));
    till.pay(2, 20);
    till.report(0, 0, to_nano({100})); // from before both
    till.report(1, 0, to_nano({110})); // and again
    EXPECT_EQ(till.in_flight(), to_nano({20}));
    EXPECT_EQ(till.till->counts().stale, 1U);
    till.report(3, 0, to_nano({999}));
    EXPECT_EQ(till.till->counts().foreign, 1U) << "that was never told";
    EXPECT_EQ(till.in_flight(), to_nano({20}));
    EXPECT_EQ(till.till->counts().corrections, 0U);
}

TEST(PrepaymentTest, AReportWaitsForItsReadings) {
    Till till(twenty_cents(true), {100});
    till.report(0, 2, to_nano({80}));
    EXPECT_EQ(till.till->counts().reconciled, 0U);
    till.pay(1, 50); // meanwhile: it is not as of this
    till.read(2, kHalf);
    till.read(3, kHalf);
    EXPECT_EQ(till.till->counts().reconciled, 0U);
    till.read(1, kHalf);
    EXPECT_EQ(till.till->counts().reconciled, 1U);
    EXPECT_EQ(till.till->counts().exact, 1U);
}

TEST(PrepaymentTest, AMeterThatDiffersIsToldTheDifferenceOnceAndToTheCent) {
    Till till(twenty_cents(true), {100});
    till.read(1, kHalf);
    till.report(0, 1, to_nano({85}) + 3); // it charged too little
    ASSERT_EQ(till.ports.sent.size(), 1U);
    EXPECT_EQ(till.ports.sent[0].value_milli, 5'000);
    EXPECT_EQ(till.ports.sent[0].count, 0U) << "no payment, of which debt would take a share";
    till.report(0, 1, to_nano({85}) + 3);
    till.read(2, kHalf);
    till.report(0, 2, to_nano({75}) + 3);
    EXPECT_EQ(till.till->counts().corrections, 1U) << "it is under way";
    till.report(1, 2, to_nano({80}) + 3);
    EXPECT_EQ(till.till->counts().corrections, 1U) << "what is left is below the tolerance";
    EXPECT_EQ(till.till->counts().largest_difference, 5 * kNanoPerCent - 3);
    EXPECT_EQ(till.in_flight(), 0);
}

TEST(PrepaymentTest, AskedDailyAMeterReports) {
    Till till(twenty_cents(true), {100});
    till.config.ask_every = 24h;
    till.begin();
    till.to(kStart + 72h);
    ASSERT_EQ(till.ports.sent.size(), 3U);
    EXPECT_EQ(till.ports.sent[0].kind, CommandKind::read_credit);
}

TEST(PrepaymentTest, CustomersAreWarnedOncePerLevelAndWhenItIsReachedAgain) {
    auto kind = twenty_cents(true);
    kind.warn_at = {{90}, {70}};
    Till till(kind, {100});
    till.read(1, kHalf);
    till.read(2, kHalf);
    till.read(3, kHalf);
    EXPECT_EQ(till.ports.notices.size(), 2U);
    EXPECT_EQ(till.ports.notices[0].balance, Money{90});
    till.pay(1, 100);
    till.read(4, 10 * kHalf);
    ASSERT_EQ(till.ports.notices.size(), 3U);
    EXPECT_EQ(
        till.ports.notices[2],
        (CreditNotice{.meter = Till::kMeter, .kind = CreditNoticeKind::low, .balance = {70}}));
}

TEST(PrepaymentTest, FromPaymentToCreditInTheMeterTheTimeIsTaken) {
    Till till(twenty_cents(true), {100});
    auto const alarm = [&](AlarmKind kind, SimTime t) {
        till.till->on_alarm({.meter = Till::kMeter, .kind = kind, .occurred = t});
    };
    alarm(AlarmKind::credit_exhausted, kStart + 1h);
    alarm(AlarmKind::credit_exhausted, kStart + 1h);
    till.to(kStart + 2h);
    till.pay(1, 500);
    alarm(AlarmKind::credit_restored, kStart + 2h + 30s);
    alarm(AlarmKind::credit_exhausted, kStart + 1h); // late, and again
    EXPECT_EQ(till.told(), (std::vector{CreditNoticeKind::exhausted, CreditNoticeKind::restored}));
    EXPECT_EQ(till.till->restorations(), (std::vector<SimDuration>{30s}));
}

TEST(PrepaymentTest, RestoredItGoesOnAsIfNothingHadBeen) {
    Till till(twenty_cents(true), {100});
    till.pay(1, 10);
    till.pay(2, 20);
    till.to(kStart + 1h);
    std::vector<std::byte> state;
    StateWriter writer(state);
    till.till->save(writer);
    Till other(twenty_cents(true), {100});
    other.clock.stand_at(till.clock.now());
    other.clock.forget();
    other.numbers.restore(till.numbers.last());
    StateReader reader(state);
    other.till->restore(reader);
    reader.expect_end();
    std::size_t const before = till.ports.sent.size();
    for (auto* one : {&till, &other}) {
        one->to(kStart + 5h);
        EXPECT_EQ(one->pay(2, 20), PaymentResult::known);
        one->report(1, 0, to_nano({110}));
        one->to(kStart + 8h);
    }
    std::vector<Command> const rest(till.ports.sent.begin() + static_cast<std::ptrdiff_t>(before),
                                    till.ports.sent.end());
    EXPECT_EQ(other.ports.sent, rest);
    EXPECT_GT(rest.size(), 6U);
    std::vector<std::byte> a;
    std::vector<std::byte> b;
    StateWriter of_a(a);
    StateWriter of_b(b);
    till.till->save(of_a);
    other.till->save(of_b);
    EXPECT_EQ(a, b);
}

TEST(PrepaymentTest, AStateOfOtherAccountsIsRefused) {
    Till till(twenty_cents(true), {100});
    std::vector<std::byte> state;
    StateWriter writer(state);
    till.till->save(writer);
    till.openings = {{.meter = MeterId{1}}};
    till.begin();
    StateReader reader(state);
    EXPECT_THROW(till.till->restore(reader), SimulationError);
}

TEST(PrepaymentTest, AConfigurationThatCannotBeIsNamed) {
    EXPECT_EQ(problem(PrepaymentConfig{}), "");
    EXPECT_NE(problem(PrepaymentConfig{.classes = {}, .tolerance = {0}}), "");
    EXPECT_NE(problem(PrepaymentConfig{.classes = {}, .ask_every = -1s}), "");
    EXPECT_NE(problem(PrepaymentConfig{.classes = {}, .relay_retry = 0s}), "");
    EXPECT_NE(problem(PrepaymentConfig{.classes = {}, .plc = {.timeout = 0s}}), "");
}

} // namespace
} // namespace gridtwin::headend
