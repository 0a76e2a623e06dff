#include "models/meter/respond.hpp"
#include "models/wire/sizes.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

struct RespondTest : testing::Test {
    MeterSpec spec;
    MeterTable table = exact_meters(spec, 3);
    std::vector<EventRecord> events;
    MessageNumbers numbers{77};
    SimTime now = kStart;
    static constexpr MeterId kMeter{1};

    void run_to(SimTime t) {
        table.p_w[index(kMeter)] = 1000.0;
        advance(table, spec, now, t, events);
        now = t;
    }
    [[nodiscard]] static Message read(std::int64_t first, std::uint32_t count) {
        Message request;
        request.kind = MessageKind::read_profile;
        request.meter = kMeter;
        request.concentrator = ConcentratorId{2};
        request.command = CommandId{5};
        request.value = first;
        request.count = count;
        return request;
    }
    [[nodiscard]] static Message relay(std::uint64_t command, bool close) {
        Message request;
        request.kind = MessageKind::set_relay;
        request.meter = kMeter;
        request.command = CommandId{command};
        request.value = close ? 1 : 0;
        return request;
    }
    Response ask(Message const& request) {
        return respond(table, spec, request, Channel::plc, now, numbers);
    }
    wire::ProfileBlock block(Message const& request) {
        Response const response = ask(request);
        auto const decoded = wire::decode(response.message.value().payload);
        EXPECT_TRUE(decoded.ok());
        EXPECT_EQ(decoded.blocks.size(), 1U);
        EXPECT_EQ(response.message->value, decoded.blocks[0].first_interval);
        EXPECT_EQ(response.message->count, decoded.blocks[0].rows.size());
        return decoded.blocks[0];
    }
};

TEST_F(RespondTest, AReadBringsTheRowsAskedFor) {
    run_to(kStart + 4h);
    Message const request = read(3, 4);
    Message const answer = ask(request).message.value();
    EXPECT_EQ(answer.kind, MessageKind::profile);
    EXPECT_EQ(answer.meter, kMeter);
    EXPECT_EQ(answer.concentrator, ConcentratorId{2});
    EXPECT_EQ(answer.command, CommandId{5});
    EXPECT_EQ(answer.created, now);
    EXPECT_EQ(answer.octets, wire::encoded_octets(answer, Channel::plc));
    wire::ProfileBlock const got = block(request);
    EXPECT_EQ(got.first_interval, 3U);
    EXPECT_EQ(got.rows.size(), 4U);
    EXPECT_EQ(got.rows[0].import_mwh, 250'000);
}

TEST_F(RespondTest, WhatIsNotClosedYetIsLeftOut) {
    run_to(kStart + 1h);
    EXPECT_EQ(block(read(3, 10)).rows.size(), 2U);
    EXPECT_EQ(block(read(5, 10)).first_interval, 5U); // nothing yet, and nothing gone
    EXPECT_TRUE(block(read(5, 10)).rows.empty());
    EXPECT_TRUE(block(read(50, 10)).rows.empty());
    EXPECT_EQ(block(read(50, 10)).first_interval, 50U);
}

TEST_F(RespondTest, WhatIsOverwrittenIsSkippedAndTheAnswerShowsFromWhereItHolds) {
    run_to(kStart + 100 * 15min); // holds 5..100
    EXPECT_EQ(block(read(1, 10)).first_interval, 5U);
    EXPECT_EQ(block(read(1, 10)).rows.size(), 6U);
    EXPECT_EQ(block(read(1, 3)).first_interval, 4U); // all three are gone
    EXPECT_TRUE(block(read(1, 3)).rows.empty());
}

TEST_F(RespondTest, SenselessSpansGetHarmlessAnswers) {
    run_to(kStart + 1h);
    EXPECT_EQ(block(read(0, 3)).rows.size(), 2U);
    EXPECT_TRUE(block(read(2, 0)).rows.empty());
    EXPECT_EQ(block(read(1, 0xFFFFFFFF)).rows.size(), 4U);
    EXPECT_NO_THROW(block(read(std::numeric_limits<std::int64_t>::max(), 0xFFFFFFFF)));
    EXPECT_NO_THROW(block(read(std::numeric_limits<std::int64_t>::min(), 0xFFFFFFFF)));
}

TEST_F(RespondTest, ACommandIsAcknowledgedWhenItIsDone) {
    run_to(kStart + 1h);
    Response const response = ask(relay(9, false));
    ASSERT_TRUE(response.order.has_value());
    EXPECT_EQ(response.order->at, now + 50ms);
    EXPECT_FALSE(response.order->close);
    EXPECT_EQ(response.order->meter, kMeter);
    EXPECT_EQ(response.order->command, CommandId{9});
    EXPECT_EQ(response.ready, now + 50ms);
    EXPECT_EQ(response.message->kind, MessageKind::acknowledgement);
    EXPECT_EQ(response.message->occurred, now + 50ms);
    EXPECT_EQ(response.message->value, 0);
    EXPECT_EQ(response.message->command, CommandId{9});
}

TEST_F(RespondTest, ARepeatedCommandIsAcknowledgedAgainAndNotExecutedTwice) {
    run_to(kStart + 1h);
    (void)ask(relay(9, false));
    (void)ask(relay(10, true));
    run_to(kStart + 2h);
    Response const again = ask(relay(9, false)); // late: must not open it again
    EXPECT_FALSE(again.order.has_value());
    ASSERT_TRUE(again.message.has_value());
    EXPECT_EQ(again.message->occurred, kStart + 1h + 50ms);
    EXPECT_EQ(again.ready, now);
}

TEST_F(RespondTest, WeldedContactsAreAcknowledgedAsTheyStand) {
    stick_contacts(table, kMeter);
    run_to(kStart + 1h);
    Response const open = ask(relay(9, false));
    EXPECT_EQ(open.message.value().value, 1) << "not as ordered: the head-end takes it for failed";
    ASSERT_TRUE(open.order.has_value());
    operate_relay(table, kMeter, false, now, events);
    EXPECT_EQ(events.back().kind, EventKind::relay_failed);
    EXPECT_EQ(alarm_of(events.back().kind), AlarmKind::relay_failed);
    EXPECT_EQ(table.relay_closed[index(kMeter)], 1);
    EXPECT_GT(table.p_w[index(kMeter)], 0.0);
    EXPECT_EQ(ask(relay(10, true)).message.value().value, 1);
}

TEST_F(RespondTest, ItRemembersTheLastFourCommands) {
    for (std::uint64_t command = 1; command <= 4; ++command) {
        EXPECT_TRUE(ask(relay(command, command % 2 == 0)).order.has_value());
    }
    for (std::uint64_t command = 1; command <= 4; ++command) {
        EXPECT_FALSE(ask(relay(command, command % 2 == 0)).order.has_value());
    }
}

TEST_F(RespondTest, OrdersWithoutANumberAreExecutedEachTime) {
    EXPECT_TRUE(ask(relay(0, false)).order.has_value());
    EXPECT_TRUE(ask(relay(0, false)).order.has_value());
}

TEST_F(RespondTest, AMeterWithoutVoltageAndAStrangerStaySilent) {
    Message stranger = read(1, 1);
    stranger.meter = MeterId{3};
    EXPECT_FALSE(ask(stranger).message.has_value());
    stranger.meter = kNone<MeterId>;
    EXPECT_FALSE(ask(stranger).message.has_value());
    Message alarm = read(1, 1);
    alarm.kind = MessageKind::alarm;
    EXPECT_FALSE(ask(alarm).message.has_value());
    table.energised[index(kMeter)] = 0;
    EXPECT_FALSE(ask(read(1, 1)).message.has_value());
    EXPECT_FALSE(ask(relay(1, false)).order.has_value());
}

TEST_F(RespondTest, AlarmsTellWhatHappenedWhen) {
    Message const alarm = make_alarm(kMeter, kNone<ConcentratorId>, AlarmKind::power_lost,
                                     kStart + 5s, Channel::sms, kStart + 7s, numbers);
    EXPECT_EQ(alarm.kind, MessageKind::alarm);
    EXPECT_EQ(alarm.value, 0);
    EXPECT_EQ(alarm.occurred, kStart + 5s);
    EXPECT_EQ(alarm.created, kStart + 7s);
    EXPECT_EQ(alarm.octets, wire::encoded_octets(alarm, Channel::sms));
    EXPECT_EQ(alarm_of(EventKind::over_voltage), AlarmKind::over_voltage);
    EXPECT_EQ(alarm_of(EventKind::power_restored), AlarmKind::power_restored);
    EXPECT_FALSE(alarm_of(EventKind::relay_opened).has_value());
}

} // namespace
} // namespace gridtwin::meter
