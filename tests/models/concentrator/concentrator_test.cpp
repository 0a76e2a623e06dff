#include "models/concentrator/concentrator.hpp"
#include "models/wire/credit.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

TEST(ConcentratorTest, PollsEveryMeterAfterTheIntervalsEndAndUploadsWhatItGot) {
    FakeField field(polling(), 5, {});
    EXPECT_EQ(field.concentrator->next_event(), kStart + 4h + 2min);
    field.run_to(kStart + 4h + 2min - 1ns);
    EXPECT_TRUE(field.requests.empty());
    field.run_to(kStart + 5h);
    ASSERT_EQ(field.requests.size(), 5U); // 16 rows fit one request
    EXPECT_EQ(field.requests[0].value, 1);
    EXPECT_EQ(field.requests[0].count, 16U);
    EXPECT_EQ(field.requests[0].concentrator, ConcentratorId{4});
    EXPECT_EQ(field.requests[0].octets, wire::encoded_octets(field.requests[0], Channel::plc));
    EXPECT_EQ(field.uploaded.size(), 5U * 16U);
    EXPECT_FALSE(field.concentrator->in_round());
    EXPECT_EQ(field.concentrator->missing_rows(kStart + 4h + 2min), 0U);
    EXPECT_EQ(field.concentrator->next_event(), kStart + 8h + 2min);
    Message const batch = field.uplinked.at(0);
    EXPECT_EQ(batch.kind, MessageKind::profile);
    EXPECT_EQ(batch.concentrator, ConcentratorId{4});
    EXPECT_EQ(batch.count, 80U);
    EXPECT_EQ(batch.octets, wire::encoded_octets(batch, Channel::wan));
}

TEST(ConcentratorTest, AnOffsetStaggersItsRounds) {
    FakeField field(polling({.poll_offset = 7min}), 1, {});
    EXPECT_EQ(field.concentrator->next_event(), kStart + 4h + 9min);
    FakeField other({.poll_offset = 1h}, 1, {});
    EXPECT_EQ(other.concentrator->next_event(), kStart + 1h + 2min);
}

TEST(ConcentratorTest, ASilentMeterIsTriedAgainAfterTheOthersAndLeftForLater) {
    FakeField field(polling({.make_up_every = 0s}), 3, {});
    field.silent[field.ids[0]] = true;
    field.run_to(kStart + 5h);
    std::vector<MeterId> asked;
    for (Message const& request : field.requests) {
        asked.push_back(request.meter);
    }
    EXPECT_EQ(asked,
              (std::vector{field.ids[0], field.ids[1], field.ids[2], field.ids[0], field.ids[0]}));
    EXPECT_EQ(field.concentrator->counts().timeouts, 3U);
    EXPECT_FALSE(field.concentrator->in_round());
    // the next round catches up in two requests
    field.silent.clear();
    field.run_to(kStart + 9h);
    EXPECT_EQ(field.uploaded.size(), 3U * 32U);
    EXPECT_EQ(field.requests.size(), 5U + 4U);
}

TEST(ConcentratorTest, WhatARoundMissedIsTriedAgainAnHourLater) {
    FakeField field(polling(), 2, {});
    field.silent[field.ids[0]] = true;
    field.run_to(kStart + 4h + 30min);
    std::size_t const before = field.requests.size();
    field.silent.clear();
    field.run_to(kStart + 5h + 30min);
    EXPECT_EQ(field.requests.size(), before + 1);
    EXPECT_EQ(field.uploaded.size(), 2U * 16U);
}

TEST(ConcentratorTest, LateAndDoubledAnswersAreStoredOnce) {
    FakeField field(polling(), 2, {});
    field.silent[field.ids[0]] = true;
    field.run_to(kStart + 4h + 2min + 20s); // the first request has just timed out
    EXPECT_EQ(field.requests.back().meter, field.ids[1]);
    Message const late = field.profile(field.ids[0], 1, 16);
    field.from_meter(late);
    field.from_meter(late);
    EXPECT_EQ(field.concentrator->outstanding(), field.requests.back().id); // still the other one
    EXPECT_EQ(field.concentrator->counts().rows_stored, 16U);
    EXPECT_EQ(field.concentrator->counts().rows_doubled, 16U);
    field.run_to(kStart + 7h);
    EXPECT_EQ(field.requests.size(), 2U);
    for (auto const& [row, times] : field.uploaded) {
        EXPECT_EQ(times, 1);
    }
    EXPECT_EQ(field.uploaded.size(), 32U);
}

TEST(ConcentratorTest, AnOldAnswerDoesNotEndTheWaitForTheNextOne) {
    FakeField field(polling(), 1, {});
    field.silent[field.ids[0]] = true;
    field.run_to(kStart + 8h + 2min); // 32 rows missing; asks for 1..16
    field.from_meter(field.profile(field.ids[0], 1, 16));
    ASSERT_EQ(field.requests.back().value, 17);
    field.from_meter(field.profile(field.ids[0], 1, 16)); // the answer to the first try
    EXPECT_EQ(field.concentrator->outstanding(), field.requests.back().id);
    field.from_meter(field.profile(field.ids[0], 17, 16));
    EXPECT_FALSE(field.concentrator->outstanding().has_value());
    EXPECT_EQ(field.concentrator->missing_rows(field.now), 0U);
}

TEST(ConcentratorTest, RowsTheMeterHasOverwrittenAreGivenUp) {
    FakeField field(polling(), 1, {});
    field.oldest_held = 5;
    field.run_to(kStart + 5h);
    EXPECT_EQ(field.concentrator->counts().rows_gone, 4U);
    EXPECT_EQ(field.uploaded.size(), 12U);
    EXPECT_EQ(field.concentrator->missing_rows(kStart + 4h + 2min), 0U);
    EXPECT_EQ(field.requests.size(), 1U);
}

TEST(ConcentratorTest, CommandsOvertakeTheSchedule) {
    FakeField field(polling(), 4, {});
    field.run_to(kStart + 4h + 2min); // polling the first meter
    field.order(MessageKind::read_profile, field.ids[2], 1, 1, 2);
    field.order(MessageKind::set_relay, field.ids[3], 2, 0);
    EXPECT_EQ(field.requests.size(), 1U); // one at a time
    field.run_to(kStart + 5h);
    ASSERT_GE(field.requests.size(), 3U);
    EXPECT_EQ(field.requests[1].kind, MessageKind::set_relay);
    EXPECT_EQ(field.requests[1].meter, field.ids[3]);
    EXPECT_EQ(field.requests[1].command, CommandId{2});
    EXPECT_EQ(field.requests[2].command, CommandId{1});
    EXPECT_EQ(field.requests[3].meter, field.ids[1]); // the schedule goes on
    ASSERT_EQ(field.uplinked_of(MessageKind::acknowledgement).size(), 1U);
    EXPECT_EQ(field.uplinked_of(MessageKind::acknowledgement)[0].command, CommandId{2});
    EXPECT_EQ(field.uplinked[0].kind, MessageKind::acknowledgement); // before any batch
}

TEST(ConcentratorTest, AnUnansweredCommandIsRepeatedThenDroppedAndALateAnswerStillGoesUp) {
    FakeField field(polling(), 1, {});
    field.silent[field.ids[0]] = true;
    field.order(MessageKind::set_relay, field.ids[0], 7, 1);
    field.order(MessageKind::set_relay, field.ids[0], 7, 1); // the same, waiting already
    field.run_to(kStart + 1h);
    EXPECT_EQ(field.requests.size(), 3U);
    EXPECT_NE(field.requests[0].id, field.requests[1].id);
    EXPECT_EQ(field.concentrator->counts().commands_given_up, 1U);
    Message late;
    late.kind = MessageKind::acknowledgement;
    late.meter = field.ids[0];
    late.command = CommandId{7};
    late.occurred = kStart + 1min;
    field.from_meter(late);
    ASSERT_EQ(field.uplinked.size(), 1U);
    EXPECT_EQ(field.uplinked[0].occurred, kStart + 1min);
}

TEST(ConcentratorTest, AnAnswerToAnEarlierTryEndsTheRetries) {
    FakeField field(polling(), 1, {});
    field.silent[field.ids[0]] = true;
    field.order(MessageKind::set_relay, field.ids[0], 7, 1);
    field.run_to(kStart + 25s); // second try outstanding
    Message late;
    late.kind = MessageKind::acknowledgement;
    late.meter = field.ids[0];
    late.command = CommandId{7};
    field.from_meter(late);
    EXPECT_FALSE(field.concentrator->outstanding().has_value());
    field.run_to(kStart + 1h);
    EXPECT_EQ(field.requests.size(), 2U);
    EXPECT_EQ(field.concentrator->counts().commands_given_up, 0U);
}

TEST(ConcentratorTest, ADifferenceIsRepeatedUntilTheAccountComesWithTheTimeOfItsMeter) {
    for (auto const kind : {MessageKind::set_credit, MessageKind::read_credit}) {
        FakeField field(polling(), 1, {});
        field.silent[field.ids[0]] = true;
        field.order(kind, field.ids[0], 7, 0);
        field.run_to(kStart + 25s); // second try outstanding
        Message account;
        account.kind = MessageKind::credit;
        account.meter = field.ids[0];
        account.command = CommandId{7};
        account.value = kind == MessageKind::set_credit ? 1 : 0;
        account.occurred = kStart + 3s;
        wire::encode(wire::CreditReport{.number = 1, .read = account.occurred}, account.payload);
        field.from_meter(account);
        field.run_to(kStart + 1h);
        EXPECT_EQ(field.requests.size(), 2U) << name(kind);
        auto const up = field.uplinked_of(MessageKind::credit);
        ASSERT_EQ(up.size(), 1U) << name(kind);
        EXPECT_EQ(up[0].occurred, kStart + 3s);
        EXPECT_EQ(up[0].payload, account.payload);
        EXPECT_EQ(up[0].value, account.value);
        // the head-end, which has not heard it, asks again: so does the concentrator
        field.order(kind, field.ids[0], 7, 0);
        field.run_to(kStart + 1h + 5s);
        EXPECT_EQ(field.requests.size(), 3U) << name(kind);
        EXPECT_EQ(field.requests[2].command, CommandId{7});
    }
}

TEST(ConcentratorTest, AReadIsAnsweredOutOfTheStoreWhenItIsThere) {
    FakeField field(polling(), 2, {});
    field.run_to(kStart + 5h);
    std::size_t const polls = field.requests.size();
    field.order(MessageKind::read_profile, field.ids[1], 8, 3, 6);
    EXPECT_EQ(field.requests.size(), polls);
    Message const answer = field.uplinked.back();
    EXPECT_EQ(answer.command, CommandId{8});
    EXPECT_EQ(answer.meter, field.ids[1]);
    EXPECT_EQ(answer.count, 6U);
    EXPECT_EQ(wire::decode(answer.payload).blocks.at(0).first_interval, 3U);
}

TEST(ConcentratorTest, AReadOfWhatItLacksGoesToTheMeterInPiecesAndIsNotUploadedTwice) {
    FakeField field(polling(), 1, {});
    field.run_to(kStart + 5h); // has 1..16
    field.silent[field.ids[0]] = false;
    field.run_to(kStart + 7h + 50min); // 31 ended
    field.order(MessageKind::read_profile, field.ids[0], 9, 10, 22);
    field.run_to(kStart + 7h + 55min);
    ASSERT_EQ(field.requests.size(), 2U);
    EXPECT_EQ(field.requests[1].value, 17);
    EXPECT_EQ(field.requests[1].count, 15U);
    EXPECT_EQ(field.uplinked.back().count, 22U);
    field.run_to(kStart + 9h);
    EXPECT_EQ(field.uploaded.size(), 32U);
    EXPECT_EQ((field.uploaded[{field.ids[0], 17}]), 1);
    EXPECT_EQ((field.uploaded[{field.ids[0], 10}]), 2); // in its batch, and in the answer
}

TEST(ConcentratorTest, AReadOfWhatNobodyHasIsAnsweredEmpty) {
    FakeField field(polling(), 1, {});
    field.run_to(kStart + 1h);
    field.order(MessageKind::read_profile, field.ids[0], 9, 10, 5); // not ended
    ASSERT_EQ(field.uplinked.size(), 1U);
    EXPECT_EQ(field.uplinked[0].count, 0U);
    EXPECT_TRUE(field.requests.empty());
    field.oldest_held = 4;
    field.order(MessageKind::read_profile, field.ids[0], 10, 1, 2); // overwritten in the meter
    field.run_to(kStart + 2h);
    ASSERT_EQ(field.uplinked.size(), 2U);
    EXPECT_EQ(field.uplinked[1].count, 0U);
    EXPECT_EQ(field.uplinked[1].command, CommandId{10});
}

TEST(ConcentratorTest, SenselessOrdersDoNoHarm) {
    FakeField field(polling(), 1, {});
    field.run_to(kStart + 1h);
    field.order(MessageKind::read_profile, field.ids[0], 1,
                std::numeric_limits<std::int64_t>::max(), 0xFFFFFFFF);
    field.order(MessageKind::read_profile, field.ids[0], 2,
                std::numeric_limits<std::int64_t>::min(), 0xFFFFFFFF);
    field.order(MessageKind::read_profile, MeterId{999}, 3, 1, 1);
    field.order(MessageKind::set_relay, field.ids[0], 0, 1); // without a number
    field.order(MessageKind::alarm, field.ids[0], 4, 1);
    field.run_to(kStart + 2h);
    EXPECT_TRUE(field.requests.empty());
    EXPECT_EQ(field.concentrator->counts().commands_given_up, 2U);
}

TEST(ConcentratorTest, AlarmsGoUpAtOnceWithTheirTimes) {
    FakeField field(polling(), 1, {});
    field.run_to(kStart + 10min);
    Message alarm;
    alarm.kind = MessageKind::alarm;
    alarm.id = MessageId{5};
    alarm.meter = field.ids[0];
    alarm.value = static_cast<std::int64_t>(AlarmKind::power_lost);
    alarm.occurred = kStart + 9min;
    alarm.created = kStart + 9min + 2s;
    field.from_meter(alarm);
    ASSERT_EQ(field.uplinked.size(), 1U);
    EXPECT_EQ(field.uplinked[0].occurred, alarm.occurred);
    EXPECT_EQ(field.uplinked[0].created, alarm.created);
    EXPECT_NE(field.uplinked[0].id, alarm.id); // a message of its own on the next channel
    EXPECT_EQ(field.uplinked[0].octets, wire::encoded_octets(field.uplinked[0], Channel::wan));
}

TEST(ConcentratorTest, WhatCannotBeReadOrIsNobodysIsCountedAndDropped) {
    FakeField field(polling(), 1, {});
    field.run_to(kStart + 4h + 2min);
    Message broken = field.profile(field.ids[0], 1, 16);
    broken.payload.pop_back();
    field.from_meter(broken);
    field.from_meter(field.profile(MeterId{999}, 1, 16));
    field.from_meter(field.profile(field.ids[0], 400, 16)); // from the future
    field.from_meter(field.profile(field.ids[0], 0, 16));
    Message swapped = field.profile(MeterId{999}, 1, 16);
    swapped.meter = field.ids[0];
    field.from_meter(swapped);
    EXPECT_EQ(field.concentrator->counts().bad_answers, 5U);
    EXPECT_EQ(field.concentrator->counts().rows_stored, 0U);
    EXPECT_TRUE(field.concentrator->outstanding().has_value());
}

TEST(ConcentratorTest, ARoundThatOverrunsGoesOnWhereItWasWithTheNewIntervals) {
    // 40 silent meters x 20 s > 10 min
    FakeField field(polling({.poll_every = 10min, .make_up_every = 0s}), 40, {});
    for (MeterId const id : field.ids) {
        field.silent[id] = true;
    }
    field.run_to(kStart + 62min);
    std::map<MeterId, int> tries;
    for (Message const& request : field.requests) {
        ++tries[request.meter];
    }
    EXPECT_EQ(tries.size(), 40U); // nobody starves
}

TEST(ConcentratorTest, BatchesAreBounded) {
    FakeField field(polling({.upload_batch_octets = 300}), 20, {});
    field.run_to(kStart + 5h);
    EXPECT_EQ(field.uploaded.size(), 20U * 16U);
    for (Message const& batch : field.uplinked) {
        EXPECT_LE(batch.payload.size(), 300U);
    }
    EXPECT_GT(field.uplinked.size(), 3U);
}

TEST(ConcentratorTest, NoRowWaitsLongerThanAgreed) {
    FakeField field(polling({.response_timeout = 5min, .upload_max_wait = 30s}), 2, {});
    field.silent[field.ids[1]] = true; // keeps the round open
    field.run_to(kStart + 4h + 2min + 2s + 30s);
    EXPECT_EQ(field.uploaded.size(), 16U);
}

TEST(ConcentratorTest, ImpossibleSpecsAreRefused) {
    std::vector<MeterId> const twice{MeterId{1}, MeterId{2}, MeterId{1}};
    EXPECT_THROW(Concentrator({}, ConcentratorId{0}, twice, {}, MessageNumbers(1)),
                 SimulationError);
    EXPECT_THROW(Concentrator({.poll_every = 0s}, ConcentratorId{0}, {}, {}, MessageNumbers(1)),
                 SimulationError);
    EXPECT_THROW(
        Concentrator({.rows_per_request = 0}, ConcentratorId{0}, {}, {}, MessageNumbers(1)),
        SimulationError);
    EXPECT_THROW(Concentrator({.tries_per_round = 0}, ConcentratorId{0}, {}, {}, MessageNumbers(1)),
                 SimulationError);
}

TEST(ConcentratorTest, WithoutMetersItsRoundsEndAtOnce) {
    FakeField field(polling(), 0, {});
    field.run_to(kStart + 24h);
    EXPECT_TRUE(field.requests.empty());
    EXPECT_TRUE(field.uplinked.empty());
}

} // namespace
} // namespace gridtwin::concentrator
