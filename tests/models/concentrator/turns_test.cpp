// Whose turn it is: meters without a route, the head-end's reads beside the schedule.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

constexpr SimTime kRound = kStart + 4h + 2min; ///< the first one

std::vector<SimTime> asked_at(FakeField const& field, MeterId meter) {
    std::vector<SimTime> times;
    for (auto const& request : field.requests) {
        if (request.meter == meter) {
            times.push_back(request.created);
        }
    }
    return times;
}

/// Everything that a concentrator does with a meter beside searching.
ConcentratorSpec busy() {
    auto spec = polling();
    spec.clock.schedule = {.every = 6h};
    spec.collect.schedules = {Schedule{.every = 4h}, Schedule{.every = 12h}, Schedule{}};
    return spec;
}

TEST(Turns, AMeterWithoutARouteTakesNoTimeFromTheOthers) {
    // given
    FakeField field(polling({.make_up_every = 0s}), 40, {});
    for (std::size_t i = 0; i < 40; i += 4) {
        field.no_route[field.ids[i]] = field.no_route[field.ids[i + 1]] = true;
        field.no_route[field.ids[i + 2]] = true;
    }
    // when
    field.run_to(kRound + 20s); // two for each answer
    // then
    EXPECT_EQ(field.concentrator->counts().rows_stored, 10U * 16U);
    field.run_to(kRound + 1min); // the others' tries, 20 s apart
    EXPECT_FALSE(field.concentrator->in_round());
    EXPECT_EQ(field.uploaded.size(), 10U * 16U);
    for (std::size_t i = 0; i < 40; ++i) {
        EXPECT_EQ(asked_at(field, field.ids[i]).size(), i % 4 == 3 ? 1U : 3U);
    }
    auto const& counts = field.concentrator->counts();
    EXPECT_EQ(counts.requests, 100U);
    EXPECT_EQ(counts.unsent, 90U);
    EXPECT_EQ(counts.timeouts, 0U);
    EXPECT_EQ(field.concentrator->missing_rows(kRound), 30U * 16U);
}

TEST(Turns, AMeterWithoutARouteIsTriedAsOftenAsASilentOneAndNotAtOnce) {
    std::map<MessageKind, std::size_t> tries[2];
    for (bool const silent : {false, true}) {
        FakeField field(busy(), 1, {});
        (silent ? field.silent : field.no_route)[field.ids[0]] = true;
        field.order_firmware({.version = 2, .octets = 560, .activate_at = kStart + 24h}, 1);
        field.run_to(kStart + 1h);
        field.order(MessageKind::set_relay, field.ids[0], 2, 0);
        field.order(MessageKind::read_registers, field.ids[0], 3, 0);
        field.order(MessageKind::read_profile, field.ids[0], 4, 1, 2);
        field.run_to(kStart + 22h); // every kind of request is among them
        for (auto const& request : field.requests) {
            ++tries[silent][request.kind];
        }
        auto const times = asked_at(field, field.ids[0]);
        for (std::size_t i = 1; i < times.size(); ++i) {
            ASSERT_GE(times[i] - times[i - 1], 20s) << i;
        }
        auto const& counts = field.concentrator->counts();
        EXPECT_EQ(silent ? counts.timeouts : counts.unsent, counts.requests);
        EXPECT_EQ(counts.commands_given_up, 3U);
    }
    EXPECT_EQ(tries[0].size(), 6U);
    EXPECT_EQ(tries[0], tries[1]);
}

TEST(Turns, AMeterThatHasARouteAgainIsReadInItsNextTry) {
    FakeField field(polling(), 2, {});
    field.no_route[field.ids[0]] = true;
    field.run_to(kRound + 10s);
    field.no_route.clear();
    field.run_to(kRound + 30s);
    EXPECT_EQ(asked_at(field, field.ids[0]), (std::vector{kRound, kRound + 20s}));
    EXPECT_EQ(field.concentrator->missing_rows(kRound), 0U);
}

TEST(Turns, ACommandWithoutARouteLetsTheNextOneGo) {
    FakeField field(polling(), 2, {});
    field.no_route[field.ids[0]] = true;
    field.order(MessageKind::set_relay, field.ids[0], 1, 0);
    field.order(MessageKind::set_relay, field.ids[1], 2, 0);
    field.run_to(kStart + 1h);
    EXPECT_EQ(asked_at(field, field.ids[0]), (std::vector{kStart, kStart + 20s, kStart + 40s}));
    EXPECT_EQ(asked_at(field, field.ids[1]), (std::vector{kStart}));
    EXPECT_EQ(field.concentrator->counts().commands_given_up, 1U);
}

TEST(Turns, WordOfAnEarlierRequestEndsNoLaterOne) {
    FakeField field(polling(), 2, {});
    field.silent[field.ids[0]] = field.silent[field.ids[1]] = true;
    field.run_to(kRound + 25s);
    auto const waited_for = field.concentrator->outstanding();
    ASSERT_NE(waited_for, field.requests[0].id);
    field.concentrator->on_no_route(field.requests[0].id, field.now, field, field);
    EXPECT_EQ(field.concentrator->outstanding(), waited_for);
    EXPECT_EQ(field.concentrator->counts().unsent, 0U);
}

TEST(Turns, TheHeadEndsReadsAndTheScheduleAlternate) {
    // given twenty meters that answer nothing, be it the head-end's or the concentrator's question
    FakeField field(polling(), 40, {});
    for (std::size_t i = 0; i < 20; ++i) {
        field.silent[field.ids[i]] = true;
    }
    field.run_to(kRound - 1s);
    for (std::size_t i = 0; i < 20; ++i) {
        field.order(MessageKind::read_profile, field.ids[i], 100 + i, 1, 2);
    }
    // when
    field.run_to(kRound + 1h);
    // then
    std::size_t in_a_row = 0;
    std::size_t reads = 1;
    for (std::size_t i = 1; reads < 60; ++i) { // until the last of them is given up
        bool const read = field.requests.at(i).command != CommandId{};
        bool const before = field.requests[i - 1].command != CommandId{};
        in_a_row += read == before ? 1U : 0U;
        reads += read ? 1U : 0U;
    }
    EXPECT_EQ(in_a_row, 0U);
    EXPECT_EQ(field.concentrator->counts().commands_given_up, 20U);
    EXPECT_EQ(field.uploaded.size(), 20U * 16U) << "of those that answer";
}

TEST(Turns, WhatAPollHasBroughtIsNotReadAgain) {
    FakeField field(polling(), 3, {});
    field.run_to(kRound);
    for (std::size_t i = 0; i < 3; ++i) {
        field.order(MessageKind::read_profile, field.ids[2 - i], 1 + i, 3, 4);
    }
    field.run_to(kRound + 1h);
    // a poll, a read, a poll; then all rows are there or read
    ASSERT_EQ(field.requests.size(), 5U);
    EXPECT_EQ(field.requests[1].command, CommandId{1});
    EXPECT_EQ(field.requests[2].meter, field.ids[1]);
    std::set<CommandId> answered;
    for (auto const& message : field.uplinked_of(MessageKind::profile)) {
        answered.insert(message.command);
    }
    EXPECT_EQ(answered, (std::set{CommandId{}, CommandId{1}, CommandId{2}, CommandId{3}}));
    EXPECT_EQ(field.concentrator->missing_rows(kRound), 0U);
}

TEST(Turns, CommandsAndReadsOnDemandOvertakeBoth) {
    FakeField field(polling(), 4, {});
    field.run_to(kRound);
    field.order(MessageKind::read_profile, field.ids[3], 1, 1, 2);
    field.order(MessageKind::read_registers, field.ids[1], 2, 0);
    field.order(MessageKind::read_events, field.ids[2], 3, 1, 4);
    field.order(MessageKind::set_relay, field.ids[0], 4, 0);
    field.run_to(kRound + 1min);
    std::vector<CommandId> order;
    for (auto const& request : field.requests) {
        order.push_back(request.command);
    }
    EXPECT_EQ(order, (std::vector{CommandId{}, CommandId{4}, CommandId{2}, CommandId{3},
                                  CommandId{1}, CommandId{}, CommandId{}, CommandId{}}));
}

} // namespace
} // namespace gridtwin::concentrator
