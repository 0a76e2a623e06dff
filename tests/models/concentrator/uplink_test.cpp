// Store and forward, and short messages while the data session is lost.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

ConcentratorSpec with_uplink(UplinkSpec const& uplink) {
    auto spec = polling();
    spec.uplink = uplink;
    return spec;
}

void alarm(FakeField& field, MeterId meter) {
    Message message;
    message.kind = MessageKind::alarm;
    message.meter = meter;
    message.occurred = field.now;
    field.from_meter(std::move(message));
}

TEST(Uplink, WhatTheHeadEndHasIsForgottenAndNothingIsSentTwice) {
    FakeField field(with_uplink({}), 5, {});
    field.run_to(kStart + 24h);
    auto const& uplink = field.concentrator->uplink();
    EXPECT_EQ(uplink.waiting(), 0U);
    EXPECT_EQ(uplink.octets(), 0U);
    EXPECT_EQ(uplink.counts().resent, 0U);
    EXPECT_EQ(uplink.counts().keep_alives, 0U) << "without a fallback nobody asks";
    EXPECT_EQ(field.uploaded.size(), field.concentrator->counts().rows_stored);
}

TEST(Uplink, LostAnswersMakeItSendAgainAndTheHeadEndTakesItOnce) {
    FakeField field(with_uplink({}), 5, {});
    field.word_loss = 0.5;
    field.run_to(kStart + 24h);
    EXPECT_GT(field.concentrator->uplink().counts().resent, 0U);
    EXPECT_EQ(field.uploaded.size(), field.concentrator->counts().rows_stored);
    for (auto const& [row, times] : field.uploaded) {
        ASSERT_EQ(times, 1);
    }
}

TEST(Uplink, ProfilesWaitInTheStoreWhileTheSessionIsLost) {
    FakeField field(with_uplink({}), 5, {});
    field.run_to(kStart + 3h);
    field.session_broken = true;
    field.run_to(kStart + 15h);
    EXPECT_FALSE(field.concentrator->uplink().session_up());
    EXPECT_TRUE(field.uploaded.empty());
    EXPECT_GE(field.concentrator->counts().rows_stored, 5U * 48U) << "polling goes on";
    int const tried = field.by_data;
    EXPECT_LE(tried, 12 * 12 + 20) << "a probe every five minutes";
    field.session_broken = false;
    field.run_to(kStart + 15h + 10min);
    EXPECT_EQ(field.uploaded.size(), field.concentrator->counts().rows_stored);
    EXPECT_TRUE(field.concentrator->uplink().session_up());
}

TEST(Uplink, AFullStoreStopsPollingUntilTheHeadEndHasIt) {
    auto spec = with_uplink({});
    spec.store_limit_octets = 2000;
    FakeField field(spec, 20, {});
    field.session_broken = true;
    field.run_to(kStart + 20h);
    auto const stored = field.concentrator->counts().rows_stored;
    EXPECT_LT(stored, 20U * 64U);
    field.session_broken = false;
    field.run_to(kStart + 28h);
    EXPECT_GT(field.concentrator->counts().rows_stored, stored);
    EXPECT_EQ(field.uploaded.size(), field.concentrator->counts().rows_stored);
}

TEST(Uplink, AlarmsAndAcknowledgementsGoBySmsWhileTheSessionIsLostAndDataBySessionAgain) {
    FakeField field(with_uplink({.sms_fallback = true}), 5, {});
    field.run_to(kStart + 4h + 30min);
    EXPECT_EQ(field.by_sms, 0);
    EXPECT_GT(field.concentrator->uplink().counts().keep_alives, 10U)
        << "an idle session is tested";
    field.session_broken = true;
    field.run_to(kStart + 5h);
    EXPECT_FALSE(field.concentrator->uplink().session_up()) << "found by the keep-alive";
    EXPECT_EQ(field.by_sms, 1) << "the session's own alarm, so that the head-end answers by SMS";
    alarm(field, field.ids[1]);
    field.order(MessageKind::set_relay, field.ids[2], 50, 0);
    field.run_to(kStart + 5h + 1min);
    EXPECT_EQ(field.by_sms, 3) << "an alarm and an acknowledgement, at once";
    field.run_to(kStart + 9h);
    EXPECT_GE(field.by_sms, 3);
    for (auto const& message : field.uplinked) {
        EXPECT_FALSE(message.uplink == Channel::sms && is_bulk(message.kind));
    }
    int const rows = static_cast<int>(field.uploaded.size());
    field.session_broken = false;
    field.run_to(kStart + 9h + 10min);
    int const by_sms = field.by_sms;
    EXPECT_GT(static_cast<int>(field.uploaded.size()), rows);
    alarm(field, field.ids[3]);
    field.run_to(kStart + 10h);
    EXPECT_EQ(field.by_sms, by_sms) << "back to data";
    auto const alarms = field.uplinked_of(MessageKind::alarm);
    EXPECT_EQ(alarms.size(), 4U) << "lost, back, and two of meters; each once";
}

TEST(Uplink, AnswersToReadsKeepToTheWindow) {
    auto spec = with_uplink({.window = 2});
    FakeField field(spec, 20, {});
    field.run_to(kStart + 5h);
    auto const before = field.uplinked.size();
    int const sent = field.by_data;
    for (std::size_t i = 0; i < 20; ++i) {
        field.order(MessageKind::read_profile, field.ids[i], 100 + i, 1, 16);
    }
    EXPECT_EQ(field.by_data, sent + 2);
    field.run_to(kStart + 5h + 2min);
    EXPECT_EQ(field.uplinked.size(), before + 20U) << "the others follow as there is room";
    EXPECT_EQ(field.concentrator->uplink().counts().resent, 0U);
    field.order(MessageKind::read_registers, field.ids[0], 200, 0);
    field.order(MessageKind::read_registers, field.ids[1], 201, 0);
    field.order(MessageKind::read_registers, field.ids[2], 202, 0);
    field.word_loss = 1.0;
    int const answers = field.by_data;
    field.run_to(field.now + 50s);
    EXPECT_EQ(field.by_data, answers + 2) << "the third waits for the head-end's word";
}

TEST(Uplink, NoRowWaitsTwiceWhateverIsAskedFor) {
    for (bool const sms : {false, true}) {
        FakeField field(with_uplink({.sms_fallback = sms}), 20, {});
        field.run_to(kStart + 6h);
        field.session_broken = true;
        std::uint64_t command = 1;
        std::uint64_t const octets = 20U * 4U * 24U * 8U; // rows of a day at their size, with room
        for (int hour = 0; hour < 24; ++hour) {
            for (std::size_t i = 0; i < 20; ++i) {
                field.order(MessageKind::read_profile, field.ids[i], command++, 1, 96);
            }
            field.run_to(field.now + 1h);
            ASSERT_LT(field.concentrator->uplink().octets(), octets);
        }
        EXPECT_LE(field.concentrator->uplink().waiting(), 24U) << "no answers pile up";
        auto const stored = field.concentrator->counts().rows_stored;
        EXPECT_GE(stored, 20U * 4U * 26U) << "polling goes on";
        field.session_broken = false;
        field.run_to(field.now + 6min);
        for (std::size_t i = 0; i < 20; ++i) { // while it still hands up what it has
            field.order(MessageKind::read_profile, field.ids[i], command++, 40, 60);
            field.order(MessageKind::read_profile, field.ids[i], command++, 40, 60);
        }
        field.run_to(field.now + 10min);
        EXPECT_EQ(field.uploaded.size(), field.concentrator->counts().rows_stored);
    }
}

TEST(Uplink, AReadOfWhatIsOnItsWayUpBringsNoCopyOfIt) {
    FakeField field(with_uplink({.timeout = 2h, .longest = 2h, .session_lost_after = 3h}), 2, {});
    field.run_to(kStart + 4h);
    field.word_loss = 1.0;
    field.run_to(kStart + 4h + 50min);
    ASSERT_EQ(field.concentrator->uplink().waiting(), 1U) << "sent, and nobody said so";
    field.order(MessageKind::read_profile, field.ids[0], 1, 1, 16);
    field.order(MessageKind::read_profile, field.ids[0], 2, 10, 10); // more than was polled
    field.run_to(kStart + 4h + 55min);
    EXPECT_EQ(field.concentrator->counts().reads_unanswered, 2U);
    field.word_loss = 0.0;
    field.run_to(kStart + 7h);
    EXPECT_EQ(field.uploaded.size(), 2U * 16U + 3U) << "what was fetched, without an answer";
    for (auto const& [row, times] : field.uploaded) {
        EXPECT_EQ(times, 1) << row.second;
    }
    for (auto const& message : field.uplinked_of(MessageKind::profile)) {
        EXPECT_EQ(message.command, CommandId{});
    }
    field.order(MessageKind::read_profile, field.ids[0], 3, 1, 4);
    EXPECT_EQ(field.concentrator->uplink().waiting(), 1U) << "of what is up, an answer";
}

TEST(Uplink, ShortAnswersToReadsOnDemandGoBySmsAndLongOnesAreRefusedAtOnce) {
    FakeField field(with_uplink({.sms_fallback = true}), 3, {});
    field.run_to(kStart + 4h + 30min);
    for (int k = 0; k < 100; ++k) {
        field.logs[field.ids[1]].push_back({.kind = 4, .occurred = field.now});
    }
    field.session_broken = true;
    field.run_to(kStart + 5h);
    ASSERT_FALSE(field.concentrator->uplink().session_up());
    auto const asked = field.requests.size();
    for (int again = 0; again < 5; ++again) { // the head-end repeats what is not answered
        field.order(MessageKind::read_registers, field.ids[0], 50, 0);
        field.order(MessageKind::read_events, field.ids[1], 51, 1, 3);
        field.order(MessageKind::read_events, field.ids[1], 52, 1, 100);
        field.run_to(field.now + (again == 0 ? 10s : 1s));
    }
    EXPECT_EQ(field.requests.size(), asked + 3U) << "each meter is asked once";
    field.run_to(field.now + 1min);
    ASSERT_EQ(field.uplinked_of(MessageKind::registers).size(), 1U);
    EXPECT_EQ(field.uplinked_of(MessageKind::registers)[0].uplink, Channel::sms);
    ASSERT_EQ(field.uplinked_of(MessageKind::events).size(), 1U);
    EXPECT_EQ(field.uplinked_of(MessageKind::events)[0].command, CommandId{51});
    ASSERT_EQ(field.uplinked_of(MessageKind::set_result).size(), 1U);
    auto const refused = field.uplinked_of(MessageKind::set_result)[0];
    EXPECT_EQ(refused.command, CommandId{52});
    EXPECT_EQ(refused.meter, field.ids[1]);
    EXPECT_EQ(refused.value, 0);
    EXPECT_LE(field.concentrator->uplink().counts().sms_parts, 6U);
    field.session_broken = false;
    field.run_to(field.now + 10min);
    EXPECT_EQ(field.uplinked_of(MessageKind::events).size(), 2U) << "it waited for the session";
}

class AnyOutage : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AnyOutage, NothingIsLostAndNothingComesTwice) {
    std::uint64_t n = 0;
    auto const draw = [&] {
        return draw01(Seed{9}, EntityKey(EntityKind::world, GetParam()), Purpose::test, n++);
    };
    auto spec = with_uplink({.sms_fallback = GetParam() % 2 == 1});
    spec.collect.schedules = {Schedule{.every = 8h}, Schedule{.every = 4h}, Schedule{}};
    FakeField field(spec, 8, {.loss = 0.1 * draw(), .draws_row = 300 + GetParam()});
    field.sms_loss = 0.3 * draw();
    field.word_loss = 0.4 * draw();
    std::map<std::pair<MeterId, SimTime>, int> alarms;
    std::set<CommandId> acknowledged;
    std::uint64_t command = 1;
    for (int step = 1; step <= 200; ++step) {
        field.run_to(field.now + duration_from_s(60.0 + 1500.0 * draw()));
        if (draw() < 0.25) {
            field.session_broken = !field.session_broken;
        }
        if (draw() < 0.03) {
            field.concentrator->set_mains(!field.concentrator->on_mains(), field.now);
        }
        MeterId const meter = field.ids[static_cast<std::size_t>(8.0 * draw())];
        if (draw() < 0.3 && field.concentrator->alive()) {
            alarms[{meter, field.now}] = 0;
            alarm(field, meter);
        }
        if (draw() < 0.2 && field.concentrator->alive()) {
            field.logs[meter].push_back({.kind = 4, .occurred = field.now});
        }
        if (draw() < 0.1 && field.concentrator->alive()) {
            field.order(MessageKind::set_parameter, meter, command++, 0);
        }
    }
    field.session_broken = false;
    field.concentrator->set_mains(true, field.now);
    ASSERT_LT(field.now, kStart + 95h);
    field.run_to(kStart + 119h); // between two rounds
    EXPECT_EQ(field.concentrator->uplink().waiting(), 0U);
    EXPECT_EQ(field.uploaded.size(), field.concentrator->counts().rows_stored);
    for (auto const& [row, times] : field.uploaded) {
        ASSERT_EQ(times, 1);
    }
    std::map<std::pair<MeterId, std::uint32_t>, int> events;
    std::map<std::pair<MeterId, SimTime>, int> registers;
    for (auto const& message : field.uplinked) {
        if (message.kind == MessageKind::alarm && message.meter != kNone<MeterId>) {
            auto const found = alarms.find({message.meter, message.occurred});
            ASSERT_NE(found, alarms.end());
            ++found->second;
        } else if (message.kind == MessageKind::events) {
            for (auto const& block : wire::decode_events(message.payload).blocks) {
                for (std::uint32_t k = 0; k < block.events.size(); ++k) {
                    ++events[{block.meter, block.first + k}];
                }
            }
        } else if (message.kind == MessageKind::registers) {
            for (auto const& block : wire::decode_registers(message.payload).blocks) {
                ++registers[{block.meter, block.read}];
            }
        } else if (message.kind == MessageKind::set_result) {
            EXPECT_TRUE(acknowledged.insert(message.command).second);
        }
    }
    for (auto const& [which, times] : alarms) {
        EXPECT_EQ(times, 1) << "alarm of meter " << index(which.first);
    }
    std::size_t logged = 0;
    for (auto const& [meter, log] : field.logs) {
        logged += log.size();
    }
    EXPECT_EQ(events.size(), logged);
    for (auto const& [entry, times] : events) {
        EXPECT_EQ(times, 1);
    }
    for (auto const& [read, times] : registers) {
        EXPECT_EQ(times, 1);
    }
    if (!spec.uplink.sms_fallback) {
        EXPECT_EQ(field.by_sms, 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Patterns, AnyOutage, testing::Range<std::uint64_t>(0, 40));

} // namespace
} // namespace gridtwin::concentrator
