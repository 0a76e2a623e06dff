// Prepayment behind the head-end: what comes in reaches it, what it wants goes out as orders.
#include "models/headend/head_end.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <memory>

namespace gridtwin::headend {
namespace {

constexpr MeterId kKeeps{0}; ///< a balance of its own
constexpr MeterId kKeepsNone{1};

struct Customers final : NotifyPort, CreditNotifyPort {
    void notify(Notice const&) override {}
    void notify(CreditNotice const& notice) override { told.push_back(notice.kind); }
    std::vector<CreditNoticeKind> told;
};

/// 20 cents a kWh: an interval of these tests, 0.25 kWh, costs 5 cents. By the clock of their
/// meters it is Monday 00:00, and from 18:00 nobody is disconnected.
HeadEndConfig two_kinds() {
    HeadEndConfig config;
    AccountClass kind;
    kind.terms.price_milli.fill(20'000);
    kind.friendly = {{.from = 18h, .to = 9h}};
    kind.warn_at.clear();
    config.prepayment = PrepaymentConfig{.classes = {kind, kind}, .ask_every = SimDuration::zero()};
    config.prepayment->classes[1].in_meter = false;
    config.collection.every = 24h;
    return config;
}

/// Two meters by PLC below two concentrators.
struct PrepaidDesk {
    explicit PrepaidDesk(bool started = true, HeadEndConfig const& config = two_kinds())
        : desk(std::make_unique<Desk>(make_fleet(2, 1), config, started, &records)) {}

    void pay(MeterId meter, std::int64_t cents) {
        desk->head.on_payment({.number = ++payments,
                               .meter = meter,
                               .amount = {cents},
                               .received = desk->clock.now()});
    }
    void report(MeterId meter, std::uint32_t number, std::uint32_t interval, NanoCents balance) {
        desk->head.on_credit({.meter = meter,
                              .number = number,
                              .interval = interval,
                              .balance = balance,
                              .read = desk->clock.now(),
                              .received = desk->clock.now()});
    }
    [[nodiscard]] Prepayment const& till() const { return *desk->head.prepayment(); }

    std::uint64_t payments = 0;
    Customers customers;
    NetworkTree tree;
    CivilClock civil{"2026-01-05T00:00:00", "UTC"};
    std::vector<AccountOpening> openings{{.meter = kKeeps, .kind = 0, .balance = {100}},
                                         {.meter = kKeepsNone, .kind = 1, .balance = {5}}};
    UtilityRecords records{.tree = tree,
                           .notices = customers,
                           .civil = civil,
                           .intervals = 4 * 96,
                           .accounts = openings,
                           .credit_notices = &customers};
    std::unique_ptr<Desk> desk;
};

TEST(HeadEndPrepaymentTest, AnAccountThatIsUsedUpIsDisconnectedByAnOrderThatEndsWithTheDay) {
    PrepaidDesk prepaid;
    auto& desk = *prepaid.desk;
    desk.run_to(10h);
    desk.reading(1, 1);
    ASSERT_EQ(desk.sent().size(), 1U);
    EXPECT_EQ(desk.last().kind, CommandKind::open_relay);
    EXPECT_EQ(desk.last().meter, kKeepsNone);
    EXPECT_EQ(desk.last().effective, at(18h));
    desk.acknowledge(desk.last(), 0, 10h);
    desk.run_to(11h);
    prepaid.pay(kKeepsNone, 500);
    EXPECT_EQ(desk.last().kind, CommandKind::close_relay);
    desk.acknowledge(desk.last(), 1, 11h);
    EXPECT_EQ(prepaid.till().counts().disconnections, 1U);
    EXPECT_EQ(prepaid.till().counts().reconnections, 1U);
    EXPECT_EQ(desk.head.orders().relay_counts().confirmed, 2U);
    EXPECT_EQ(prepaid.customers.told,
              (std::vector{CreditNoticeKind::exhausted, CreditNoticeKind::disconnected,
                           CreditNoticeKind::restored, CreditNoticeKind::reconnected}));
}

TEST(HeadEndPrepaymentTest, AnOrderThatAPaymentTookThePlaceOfIsNoFailure) {
    PrepaidDesk prepaid;
    auto& desk = *prepaid.desk;
    desk.run_to(10h);
    desk.reading(1, 1);
    prepaid.pay(kKeepsNone, 4);
    EXPECT_EQ(desk.last().kind, CommandKind::close_relay);
    EXPECT_EQ(desk.head.orders().relay_counts().failed, 1U) << "superseded";
    desk.reading(1, 2); // used up again, as the order to close is under way
    EXPECT_EQ(desk.last().kind, CommandKind::open_relay);
    desk.acknowledge(desk.last(), 0, 10h);
    EXPECT_EQ(prepaid.till().counts().relay_failures, 0U);
    EXPECT_EQ(prepaid.till().counts().disconnections, 1U);
    EXPECT_EQ(prepaid.till().accounts().rows()[1].relay, Account::Relay::open);
}

TEST(HeadEndPrepaymentTest, AMeterIsToldWhatWasPaidUntilItReportsTheNumber) {
    PrepaidDesk prepaid;
    auto& desk = *prepaid.desk;
    prepaid.pay(kKeeps, 300);
    EXPECT_EQ(desk.last().kind, CommandKind::adjust_credit);
    EXPECT_EQ(desk.last().first_interval, 1U);
    EXPECT_EQ(desk.last().count, 300U);
    EXPECT_EQ(desk.last().value_milli, 300'000);
    desk.run_to(2min);
    EXPECT_EQ(desk.sent().size(), 2U);
    desk.registration(0, 1, 1); // it has another concentrator now
    EXPECT_EQ(desk.sent().size(), 3U);
    EXPECT_EQ(desk.sent()[2].command, desk.sent()[0].command);
    prepaid.report(kKeeps, 1, 0, to_nano({400}));
    EXPECT_EQ(prepaid.till().counts().confirmed, 1U);
    EXPECT_EQ(prepaid.till().counts().exact, 1U);
    desk.run_to(5h);
    EXPECT_EQ(desk.sent().size(), 3U);
}

TEST(HeadEndPrepaymentTest, AMetersWordOfItsCreditIsHeard) {
    PrepaidDesk prepaid;
    auto& desk = *prepaid.desk;
    desk.run_to(1h);
    desk.alarm(0, AlarmKind::credit_exhausted, 1h);
    prepaid.pay(kKeeps, 300);
    desk.run_to(2h);
    desk.alarm(0, AlarmKind::credit_restored, 1h + 30min);
    EXPECT_EQ(prepaid.till().restorations(), std::vector<SimDuration>{30min});
}

TEST(HeadEndPrepaymentTest, WithoutPrepaymentMoneyIsCountedAndNothingElse) {
    Desk desk(make_fleet(1, 1));
    desk.head.on_payment({.number = 1, .meter = kKeeps, .amount = {100}});
    desk.head.on_credit({.meter = kKeeps, .balance = 1});
    EXPECT_EQ(desk.head.counts().stray_credit, 2U);
    desk.head.on_payment({.number = 1, .meter = meter(7), .amount = {100}});
    desk.head.on_credit({.meter = meter(7)});
    EXPECT_EQ(desk.head.counts().unknown_meters, 2U);
    EXPECT_TRUE(desk.sent().empty());
    EXPECT_EQ(desk.head.prepayment(), nullptr);
}

TEST(HeadEndPrepaymentTest, WithoutAWayToTellCustomersItIsNotBegun) {
    PrepaidDesk prepaid;
    prepaid.records.credit_notices = nullptr;
    EXPECT_THROW(Desk(make_fleet(2, 1), two_kinds(), false, &prepaid.records), SimulationError);
    EXPECT_THROW(Desk(make_fleet(2, 1), two_kinds(), false), SimulationError);
}

TEST(HeadEndPrepaymentTest, RestoredItGoesOnAsIfNothingHadBeen) {
    auto const afternoon = [](PrepaidDesk& prepaid) {
        auto& desk = *prepaid.desk;
        desk.run_to(12h);
        desk.acknowledge(desk.sent()[0].command, 0, 10h);
        prepaid.report(kKeeps, 1, 1, to_nano({395}));
        prepaid.pay(kKeepsNone, 70);
        desk.reading(0, 2);
        desk.run_to(20h);
    };
    PrepaidDesk straight;
    straight.desk->run_to(10h);
    straight.desk->reading(0, 1);
    straight.desk->reading(1, 1);
    straight.pay(kKeeps, 300);
    std::vector<std::byte> state;
    straight.desk->head.save(state);

    PrepaidDesk restored(false);
    restored.desk->clock.advance(restored.desk->head, at(10h));
    restored.desk->ledger.store({.meter = kKeeps, .interval = 1, .import_mwh = 250'000});
    restored.desk->ledger.store({.meter = kKeepsNone, .interval = 1, .import_mwh = 250'000});
    restored.desk->head.restore(state);
    restored.payments = 1;
    restored.desk->commands.sent = straight.desk->commands.sent;
    std::vector<std::byte> again;
    restored.desk->head.save(again);
    EXPECT_EQ(again, state);
    auto const told_before = straight.customers.told.size();
    afternoon(straight);
    afternoon(restored);
    EXPECT_GT(straight.desk->sent().size(), 4U);
    EXPECT_EQ(restored.desk->sent(), straight.desk->sent());
    EXPECT_EQ(restored.customers.told, std::vector(straight.customers.told.begin() +
                                                       static_cast<std::ptrdiff_t>(told_before),
                                                   straight.customers.told.end()));
    EXPECT_EQ(restored.till().counts().exact, straight.till().counts().exact);

    auto without = two_kinds();
    without.prepayment.reset();
    PrepaidDesk other(false, without);
    EXPECT_THROW(other.desk->head.restore(state), SimulationError);
}

} // namespace
} // namespace gridtwin::headend
