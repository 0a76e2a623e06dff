// Which meters a concentrator asks: those it has found, or was given, and has not lost since.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

Message word_of(MessageKind kind, MeterId meter, std::int64_t value) {
    Message message;
    message.kind = kind;
    message.meter = meter;
    message.value = value;
    return message;
}

/// What the head-end says: from which interval on it lacks a meter's profile; 0: let it go.
Message assign(MeterId meter, std::int64_t number, std::uint32_t first_lacking) {
    Message message = word_of(MessageKind::assign, meter, number);
    message.count = first_lacking;
    return message;
}

std::size_t polls_of(FakeField const& field, MeterId meter) {
    return static_cast<std::size_t>(
        std::count_if(field.requests.begin(), field.requests.end(), [&](Message const& m) {
            return m.kind == MessageKind::read_profile && m.meter == meter;
        }));
}

TEST(Membership, WithoutAnyMeterItCallsAtOnceAndRegistersWhoeverAnswers) {
    FakeField field(polling(), 3, {}, {}, {}, false);
    EXPECT_EQ(field.concentrator->next_event(), kStart);
    field.run_to(kStart);
    ASSERT_EQ(field.calls.size(), 1U);
    EXPECT_EQ(field.calls[0].message.concentrator, ConcentratorId{4});
    EXPECT_EQ(field.calls[0].message.meter, kNone<MeterId>);
    field.from_meter(word_of(MessageKind::hello, field.ids[1], 1300));
    field.run_to(kStart + 9s);
    EXPECT_TRUE(field.requests.empty()) << "others may still answer";
    field.run_to(kStart + 10s);
    ASSERT_EQ(field.requests.size(), 1U);
    EXPECT_EQ(field.requests[0].kind, MessageKind::enroll);
    EXPECT_EQ(field.requests[0].value, 1300);
    EXPECT_EQ(field.concentrator->members(), 0U);
    field.run_to(kStart + 1min);
    EXPECT_EQ(field.concentrator->members(), 1U);
    auto const told = field.uplinked_of(MessageKind::registered);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meter, field.ids[1]);
    EXPECT_EQ(told[0].value, 1);
    EXPECT_EQ(told[0].count, 1U) << "the registration's number, as the meter has said";
    EXPECT_EQ(field.calls.size(), 3U) << "until two calls in a row bring nobody new";
    field.run_to(kStart + 5h);
    EXPECT_EQ(field.uploaded.size(), 16U);
    EXPECT_EQ(polls_of(field, field.ids[0]) + polls_of(field, field.ids[2]), 0U);
}

TEST(Membership, RowsOfBeforeAreAskedForOnlyOnceTheHeadEndHasSaidWhatItLacks) {
    for (bool const said : {false, true}) {
        FakeField field(polling(), 1, {}, {}, {}, false);
        field.run_to(kStart + 3h);
        field.from_meter(word_of(MessageKind::hello, field.ids[0], 1000));
        field.run_to(kStart + 3h + 1min); // interval 13 has begun
        ASSERT_EQ(field.concentrator->members(), 1U);
        if (said) {
            field.from_head_end(assign(field.ids[0], 1, 9));
        }
        field.run_to(kStart + 5h);
        EXPECT_EQ(field.uploaded.size(), said ? 8U : 4U);
        EXPECT_EQ((field.uploaded.count({field.ids[0], 9})), said ? 1U : 0U);
        EXPECT_EQ(field.concentrator->missing_rows(kStart + 4h + 2min), 0U);
        EXPECT_EQ(field.concentrator->counts().rows_gone, 0U);
        field.order(MessageKind::read_profile, field.ids[0], 70, 5, 4); // the head-end's own way
        field.run_to(kStart + 6h);
        EXPECT_EQ(field.uploaded.size(), said ? 12U : 8U);
    }
}

TEST(Membership, RowsThatAMeterNoLongerHasAreGoneAndThoseBeforeMayComeYet) {
    FakeField field(polling({.poll_every = 1h}), 1, {}, {}, {}, false);
    field.run_to(kStart + 3h);
    field.from_meter(word_of(MessageKind::hello, field.ids[0], 1000));
    field.oldest_held = 15;
    field.run_to(kStart + 4h + 30min);
    EXPECT_EQ(field.uploaded.size(), 2U) << "15 and 16";
    EXPECT_EQ(field.concentrator->counts().rows_gone, 2U) << "13 and 14";
    EXPECT_FALSE(field.concentrator->stored(0, 14));
    EXPECT_TRUE(field.concentrator->stored(0, 15));
    EXPECT_FALSE(field.concentrator->stored(0, 12)) << "not yet";
    field.oldest_held = 1;
    field.from_head_end(assign(field.ids[0], 1, 11));
    field.run_to(kStart + 5h + 30min);
    EXPECT_EQ(field.uploaded.size(), 8U) << "and 11, 12, 17 to 20";
}

TEST(Membership, OnlyItsOwnMetersAreItsFromTheStart) {
    FakeField field(polling(), 3, {}, {}, {1, 0, 1});
    EXPECT_EQ(field.concentrator->members(), 2U);
    field.order(MessageKind::set_relay, field.ids[1], 7, 0);
    EXPECT_EQ(field.concentrator->counts().strangers, 1U);
    field.run_to(kStart + 5h);
    EXPECT_EQ(field.uploaded.size(), 32U);
    EXPECT_EQ(polls_of(field, field.ids[1]), 0U);
    EXPECT_TRUE(field.calls.empty()) << "all is known";
}

TEST(Membership, SweepsAndBroadcastsConcernMembersAlone) {
    ConcentratorSpec spec = polling();
    spec.clock.schedule = {.every = 24h};
    spec.collect.schedules[0] = {.every = 4h};
    FakeField field(spec, 2, {}, {MeterWay{}, MeterWay{Channel::rf, Channel::rf}}, {1, 0});
    Message order = word_of(MessageKind::set_parameter, kNone<MeterId>, 0);
    order.command = CommandId{5};
    wire::encode(wire::ParameterSetting{}, order.payload);
    field.from_head_end(order);
    field.run_to(kStart + 5h);
    ASSERT_FALSE(field.broadcasts.empty());
    for (auto const& one : field.broadcasts) {
        EXPECT_EQ(one.channel, Channel::plc);
    }
    std::set<MessageKind> kinds;
    for (auto const& request : field.requests) {
        EXPECT_EQ(request.meter, field.ids[0]);
        kinds.insert(request.kind);
    }
    EXPECT_EQ(kinds, (std::set{MessageKind::read_profile, MessageKind::read_clock,
                               MessageKind::read_registers}));
}

TEST(Membership, AMeterThatStaysSilentIsGivenUpAndItsNextAlarmBringsItBack) {
    ConcentratorSpec spec = polling();
    spec.discovery.search_every = 24h;
    spec.discovery.drop_after = 5;
    FakeField field(spec, 2, {});
    field.silent[field.ids[0]] = true;
    field.run_to(kStart + 7h);
    EXPECT_EQ(field.concentrator->members(), 1U);
    EXPECT_EQ(field.dropped, (std::vector{std::pair(field.ids[0], Channel::plc)}));
    auto told = field.uplinked_of(MessageKind::registered);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].value, 0);
    EXPECT_EQ(field.concentrator->discovery_counts().dropped, 1U);
    field.run_to(kStart + 10h);
    EXPECT_EQ(polls_of(field, field.ids[0]), 5U);
    field.silent.clear();
    Message alarm = word_of(MessageKind::alarm, field.ids[0],
                            static_cast<std::int64_t>(AlarmKind::power_restored));
    alarm.occurred = field.now;
    field.from_meter(alarm);
    field.run_to(kStart + 10h + 1min);
    EXPECT_EQ(field.uplinked_of(MessageKind::alarm).size(), 1U) << "handed up all the same";
    EXPECT_EQ(field.concentrator->members(), 2U);
    told = field.uplinked_of(MessageKind::registered);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].value, 1);
    field.from_head_end(assign(field.ids[0], told[1].count, 1));
    field.run_to(kStart + 13h);
    EXPECT_EQ(field.uploaded.size(), 2U * 48U) << "and nothing is missing";
}

TEST(Membership, ReleasedItIsAskedNoMoreAndWhatIsStoredOfItGoesUp) {
    FakeField field(polling({.upload_max_wait = 30min}), 2, {});
    field.run_to(kStart + 4h + 2min + 3s); // the first meter's rows have come
    field.order(MessageKind::set_relay, field.ids[0], 8, 0);
    EXPECT_TRUE(field.uploaded.empty());
    field.from_head_end(assign(field.ids[0], 1, 0));
    EXPECT_EQ(field.uploaded.size(), 16U);
    EXPECT_EQ(field.concentrator->counts().let_go, 1U);
    EXPECT_EQ(field.concentrator->members(), 1U);
    EXPECT_EQ(field.dropped, (std::vector{std::pair(field.ids[0], Channel::plc)}));
    std::size_t const asked = polls_of(field, field.ids[0]);
    field.order(MessageKind::read_profile, field.ids[0], 9, 1, 16);
    field.run_to(kStart + 9h);
    EXPECT_EQ(polls_of(field, field.ids[0]), asked);
    EXPECT_EQ(field.concentrator->counts().strangers, 1U);
    EXPECT_EQ(field.uploaded.size(), 16U + 32U) << "the other one goes on";
    EXPECT_TRUE(field.uplinked_of(MessageKind::registered).empty()) << "without a word";
}

TEST(Membership, AReleaseThatIsOlderThanTheRegistrationIsIgnored) {
    FakeField field(polling(), 1, {}, {}, {}, false);
    field.registrations[field.ids[0]] = 4;
    field.run_to(kStart + 1h);
    field.from_meter(word_of(MessageKind::hello, field.ids[0], 1000));
    field.run_to(kStart + 1h + 1min);
    ASSERT_EQ(field.concentrator->members(), 1U); // by its fifth registration
    for (std::int64_t const number : {1, 5}) {
        field.from_head_end(assign(field.ids[0], number, 0));
        EXPECT_EQ(field.concentrator->members(), 1U);
    }
    field.from_head_end(assign(field.ids[0], 6, 0));
    EXPECT_EQ(field.concentrator->members(), 0U);
    field.from_head_end(assign(field.ids[0], 6, 0)); // twice
    EXPECT_EQ(field.concentrator->counts().let_go, 1U);
}

TEST(Membership, ARegistrationThatFailsLeavesNoWayBehind) {
    FakeField field(polling(), 1, {}, {}, {}, false);
    field.silent[field.ids[0]] = true;
    field.from_meter(word_of(MessageKind::hello, field.ids[0], 1000));
    field.run_to(kStart + 10min);
    EXPECT_EQ(field.requests.size(), 3U);
    EXPECT_EQ(field.dropped, (std::vector{std::pair(field.ids[0], Channel::plc)}));
    EXPECT_EQ(field.concentrator->discovery_counts().failed, 1U);
    Message late = word_of(MessageKind::enrolled, field.ids[0], 3);
    field.silent.clear();
    field.from_meter(late); // it takes itself for registered
    field.run_to(kStart + 20min);
    EXPECT_EQ(field.concentrator->members(), 1U);
}

TEST(Membership, ASecondChannelIsFoundOnItsOwnAndIsNoNewsToTheHeadEnd) {
    FakeField field(polling(), 1, {}, {MeterWay{Channel::plc, Channel::rf}}, {}, false);
    field.from_meter(word_of(MessageKind::hello, field.ids[0], 1000), Channel::rf);
    field.run_to(kStart + 1min);
    EXPECT_TRUE(field.concentrator->ways().registered(0, Channel::rf));
    EXPECT_FALSE(field.concentrator->ways().registered(0, Channel::plc));
    field.run_to(kStart + 4h + 30min);
    EXPECT_EQ(field.channels.back(), Channel::rf) << "read where it is known";
    EXPECT_EQ(field.uploaded.size(), 16U);
    field.from_meter(word_of(MessageKind::hello, field.ids[0], 1000), Channel::plc);
    field.run_to(kStart + 8h + 30min);
    EXPECT_TRUE(field.concentrator->ways().registered(0, Channel::plc));
    EXPECT_EQ(field.channels.back(), Channel::plc);
    EXPECT_EQ(field.uplinked_of(MessageKind::registered).size(), 1U);
}

TEST(Membership, WhoIsAskedToCallTellsWhoIsToBeRegisteredNext) {
    ConcentratorSpec spec = polling();
    FakeField field(spec, 3, {}, {}, {}, false);
    field.from_meter(word_of(MessageKind::hello, field.ids[0], 1200));
    Message found = word_of(MessageKind::found, field.ids[0], 1200);
    wire::encode(wire::FoundMeter{field.ids[1], 1500}, found.payload);
    wire::encode(wire::FoundMeter{MeterId{999}, 1500}, found.payload); // who is that?
    field.from_meter(found);
    field.run_to(kStart + 10min);
    EXPECT_EQ(field.concentrator->members(), 2U);
    EXPECT_EQ(field.concentrator->counts().bad_answers, 1U);
    auto const enroll = std::find_if(field.requests.begin(), field.requests.end(),
                                     [&](Message const& m) { return m.meter == field.ids[1]; });
    ASSERT_NE(enroll, field.requests.end());
    EXPECT_EQ(enroll->value, 2700) << "the caller's way and the last hop";
}

TEST(Membership, TheBalanceAddsUpTheMetersOfItsOwnNetworksAndNoOthers) {
    ConcentratorSpec spec = polling();
    spec.balance.on = true;
    FakeField field(spec, 2, {}, {}, {1, 0});
    field.from_meter(word_of(MessageKind::hello, field.ids[1], 1000)); // a neighbour's
    field.run_to(kStart + 5h);
    EXPECT_EQ(field.concentrator->members(), 2U);
    EXPECT_EQ(field.uploaded.size(), 32U);
    auto const& counts = field.concentrator->balance().counts();
    EXPECT_EQ(counts.records, 0U); // nothing has come of the busbar's meter
    field.concentrator->on_busbar(0.0, field.now);
    field.run_to(kStart + 9h);
    EXPECT_EQ(counts.records, 20U) << "up to where the busbar's meter has counted";
    std::int64_t own_mwh = 0;
    for (std::uint32_t k = 1; k <= 20; ++k) {
        own_mwh += row_of(field.ids[0], k).import_mwh;
    }
    EXPECT_EQ(counts.meters_mwh, own_mwh);
}

} // namespace
} // namespace gridtwin::concentrator
