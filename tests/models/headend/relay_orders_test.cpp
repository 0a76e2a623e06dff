#include "models/headend/orders.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/fake_ports.hpp"

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;

std::vector<EventKind> kinds(Desk const& desk) {
    std::vector<EventKind> result;
    for (auto const& entry : desk.journal.entries) {
        result.push_back(entry.kind);
    }
    return result;
}

/// Meter 0 by PLC, meter 1 by SMS; no collection within the hour that these tests take.
Fleet two_meters() {
    return make_fleet(1, 2, 2);
}

TEST(RelayOrders, IssuesAnOrderAtItsTimeAndConfirmsItWithItsLatency) {
    Desk desk(two_meters());
    CommandId const command = desk.head.orders().switch_relay(meter(0), false, at(10min));
    desk.run_to(10min - 1ns);
    EXPECT_TRUE(desk.sent().empty());
    desk.run_to(10min);
    ASSERT_EQ(desk.sent().size(), 1U);
    EXPECT_EQ(desk.last(),
              (Command{.id = command, .kind = CommandKind::open_relay, .meter = meter(0)}));

    desk.run_to(10min + 7s);
    desk.acknowledge(desk.last(), 0, 10min + 3s);
    EXPECT_THAT(kinds(desk), ElementsAre(EventKind::command_issued, EventKind::command_confirmed));
    auto const& confirmed = desk.journal.entries[1];
    EXPECT_EQ(confirmed.latency, SimDuration{7s});
    EXPECT_EQ(confirmed.value, static_cast<std::int64_t>(command));
    EXPECT_EQ(confirmed.entity, EventEntity::meter);
    EXPECT_EQ(confirmed.row, 0U);
    EXPECT_EQ(desk.head.orders().orders()[0].executed, at(10min + 3s));
    desk.run_to(3h);
    EXPECT_EQ(desk.sent().size(), 1U);
}

TEST(RelayOrders, SendsTheSameCommandAgainAfterTheTimeoutOfItsChannel) {
    HeadEndConfig config;
    config.orders.plc = {.timeout = 2min, .tries = 3, .factor = 2, .longest = 1h};
    config.orders.sms = {.timeout = 10min, .tries = 3, .factor = 3, .longest = 20min};
    Desk desk(two_meters(), config);
    desk.head.orders().switch_relay(meter(0), false, at(0min));
    desk.head.orders().switch_relay(meter(1), true, at(0min));
    desk.run_to(3h);
    std::vector<SimTime> plc;
    std::vector<SimTime> sms;
    for (auto const& sent : desk.sent()) {
        EXPECT_EQ(sent.command.id, CommandId{index(sent.command.meter) + 1});
        (sent.command.meter == meter(0) ? plc : sms).push_back(sent.at);
    }
    EXPECT_THAT(plc, ElementsAre(at(0min), at(2min), at(6min)));
    EXPECT_THAT(sms, ElementsAre(at(0min), at(10min), at(30min)));
    // and fails, with the last wait over
    auto const failed = desk.journal.of(EventKind::command_failed);
    ASSERT_EQ(failed.size(), 2U);
    EXPECT_EQ(failed[0].at, at(14min));
    EXPECT_EQ(failed[0].reason, Reason::given_up);
    EXPECT_EQ(failed[1].at, at(50min));
    EXPECT_EQ(desk.head.orders().pending_relays(), 0U);
}

TEST(RelayOrders, ADoubledAcknowledgementConfirmsOnce) {
    Desk desk(two_meters());
    desk.head.orders().switch_relay(meter(0), false, at(0min));
    desk.run_to(1min);
    desk.acknowledge(desk.last(), 0, 30s);
    desk.acknowledge(desk.last(), 0, 30s);
    EXPECT_EQ(desk.journal.of(EventKind::command_confirmed).size(), 1U);
    EXPECT_EQ(desk.head.orders().relay_counts().late, 1U);
}

TEST(RelayOrders, AnAnswerAfterTheEndDoesNotEndTheCommandTwice) {
    HeadEndConfig config;
    config.orders.plc = {.timeout = 2min, .tries = 1};
    Desk desk(two_meters(), config);
    desk.head.orders().switch_relay(meter(0), false, at(0min));
    desk.run_to(10min);
    desk.acknowledge(desk.last(), 0, 1min);
    EXPECT_THAT(kinds(desk), ElementsAre(EventKind::command_issued, EventKind::command_failed));
    EXPECT_EQ(desk.head.orders().relay_counts().late, 1U);
}

TEST(RelayOrders, AContactThatDoesNotMoveFailsTheOrder) {
    Desk desk(two_meters());
    desk.head.orders().switch_relay(meter(0), false, at(0min));
    desk.run_to(1min);
    desk.acknowledge(desk.last(), 1, 30s); // still closed
    auto const failed = desk.journal.of(EventKind::command_failed);
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].reason, Reason::refused);
}

TEST(RelayOrders, ANewerOrderTakesThePlaceOfAnOlderOneStillPending) {
    Desk desk(two_meters());
    auto& relays = desk.head.orders();
    CommandId const open = relays.switch_relay(meter(1), false, at(0min));
    CommandId const close = relays.switch_relay(meter(1), true, at(1min));
    desk.run_to(1min);
    auto const failed = desk.journal.of(EventKind::command_failed);
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].value, static_cast<std::int64_t>(open));
    EXPECT_EQ(failed[0].reason, Reason::superseded);
    desk.run_to(12min); // only the newer one is sent again
    EXPECT_EQ(desk.last().id, close);
    EXPECT_EQ(desk.sent().size(), 3U);
}

class CrossedOrdersTest : public testing::TestWithParam<bool> {};

TEST_P(CrossedOrdersTest, TheNewestWinsThoughTheOlderOneWasExecutedLater) {
    // given: opened, then closed; the network delivered the two the other way round
    Desk desk(two_meters());
    auto& relays = desk.head.orders();
    relays.switch_relay(meter(1), false, at(0min));
    relays.switch_relay(meter(1), true, at(1min));
    desk.run_to(5min);
    Command const open = desk.sent()[0].command;
    Command const close = desk.sent()[1].command;
    // when the two answers arrive, in either order
    if (GetParam()) {
        desk.acknowledge(close, 1, 2min);
        desk.acknowledge(open, 0, 3min);
    } else {
        desk.acknowledge(open, 0, 3min);
        desk.acknowledge(close, 1, 2min);
    }
    // then the relay, open now, is ordered closed once more, under a new number
    ASSERT_EQ(desk.sent().size(), 3U);
    EXPECT_EQ(desk.last().kind, CommandKind::close_relay);
    EXPECT_NE(desk.last().id, close.id);
    EXPECT_EQ(relays.relay_counts().reissued, 1U);
    desk.acknowledge(desk.last(), 1, 5min);
    desk.run_to(3h);
    EXPECT_EQ(desk.sent().size(), 3U);
    EXPECT_EQ(relays.pending_relays(), 0U);
}

INSTANTIATE_TEST_SUITE_P(AnswersInEitherOrder, CrossedOrdersTest, testing::Bool());

TEST(RelayOrders, AnOrderToOpenSaysUntilWhenItHoldsAndGivenAnewItStillDoes) {
    Desk desk(two_meters());
    auto& relays = desk.head.orders();
    relays.switch_relay(meter(1), true, at(0min));
    relays.switch_relay(meter(1), false, at(1min), at(30min));
    desk.run_to(5min);
    Command const close = desk.sent()[0].command;
    Command const open = desk.sent()[1].command;
    EXPECT_EQ(close.effective, kStart);
    EXPECT_EQ(open.effective, at(30min));
    desk.acknowledge(open, 0, 2min);
    desk.acknowledge(close, 1, 3min);
    EXPECT_EQ(desk.last().kind, CommandKind::open_relay);
    EXPECT_NE(desk.last().id, open.id);
    EXPECT_EQ(desk.last().effective, at(30min));
}

TEST(RelayOrders, WhoListensHearsOfEveryEndOnce) {
    struct Heard final : RelayOrderListener {
        void on_relay_order(Order const& order) override { ends.push_back(order.reason); }
        std::vector<Reason> ends;
    } heard;
    Desk desk(two_meters());
    auto& relays = desk.head.orders();
    relays.set_listener(&heard);
    relays.switch_relay(meter(0), false, at(0min));
    relays.switch_relay(meter(0), true, at(0min)); // takes its place
    relays.order({.kind = CommandKind::read_registers, .meter = meter(0)}, at(0min));
    desk.acknowledge(desk.last(), 1, 0min); // no relay's
    desk.acknowledge(desk.sent()[1].command, 1, 0min);
    desk.acknowledge(desk.sent()[1].command, 1, 0min);
    relays.switch_relay(meter(1), false, at(1min)); // nobody answers
    desk.run_to(10h);
    EXPECT_THAT(heard.ends, ElementsAre(Reason::superseded, Reason::none, Reason::given_up));
    relays.set_listener(nullptr);
}

TEST(RelayOrders, AnOrderForAnUnknownMeterIsOurOwnMistake) {
    Desk desk(two_meters());
    desk.run_to(90min);
    try {
        desk.head.orders().switch_relay(meter(7), false, at(2h));
        FAIL();
    } catch (SimulationError const& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("meter 7 at 01:30:00"));
    }
}

} // namespace
} // namespace gridtwin::headend
