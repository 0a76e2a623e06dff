#include "models/headend/collection.hpp"
#include "tests/models/headend/fake_ports.hpp"

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;

/// Delivers intervals [1, last] of all meters but the given holes.
void deliver_round(Desk& desk, std::uint32_t last,
                   std::vector<std::pair<std::uint32_t, std::uint32_t>> const& holes = {}) {
    for (std::uint32_t m = 0; m < desk.head.fleet().meters(); ++m) {
        for (std::uint32_t k = 1; k <= last; ++k) {
            if (std::find(holes.begin(), holes.end(), std::pair{m, k}) == holes.end()) {
                desk.reading(m, k);
            }
        }
    }
}

std::vector<IntervalSpan> spans(Desk const& desk) {
    std::vector<IntervalSpan> result;
    for (auto const& sent : desk.sent()) {
        result.push_back({sent.command.first_interval, sent.command.count});
    }
    return result;
}

std::vector<Reason> ends(Desk const& desk, EventKind kind) {
    std::vector<Reason> result;
    for (auto const& entry : desk.journal.of(kind)) {
        result.push_back(entry.reason);
    }
    return result;
}

TEST(CollectionTest, CountsARoundAsDueOnceItsGraceHasPassed) {
    Desk desk(make_fleet(1, 2));
    auto const& collection = desk.head.collection();
    EXPECT_EQ(collection.due(at(4h + 30min - 1ns)), 0U);
    EXPECT_EQ(collection.due(at(4h + 30min)), 16U);
    EXPECT_EQ(collection.due(at(8h + 29min)), 16U);
    EXPECT_EQ(collection.due(at(24h)), 80U);

    desk.run_to(4h + 10min);
    desk.readings(0, 1, 16);
    desk.readings(1, 1, 4);
    EXPECT_EQ(collection.success(at(4h)).due, 0U);
    auto const success = collection.success(at(5h));
    EXPECT_EQ(success.due, 32U);
    EXPECT_EQ(success.held, 20U);
    EXPECT_DOUBLE_EQ(success.frac(), 20.0 / 32.0);
}

TEST(CollectionTest, LeavesPlcMetersToTheirConcentratorWhenNothingIsMissing) {
    Desk desk(make_fleet(2, 3));
    desk.run_to(4h + 10min);
    deliver_round(desk, 16);
    desk.run_to(8h);
    EXPECT_TRUE(desk.sent().empty());
    EXPECT_TRUE(desk.journal.entries.empty());
}

TEST(CollectionTest, AsksForExactlyTheMissingSpansOneAfterTheOther) {
    Desk desk(make_fleet(1, 2));
    desk.run_to(4h + 10min);
    deliver_round(desk, 16, {{1, 3}, {1, 4}, {1, 9}, {1, 16}});
    desk.run_to(4h + 30min);
    EXPECT_THAT(spans(desk), ElementsAre(IntervalSpan{3, 2})); // one outstanding per meter
    EXPECT_EQ(desk.sent()[0].at, at(4h + 30min));
    EXPECT_EQ(desk.last().kind, CommandKind::read_profile);
    EXPECT_EQ(desk.last().meter, meter(1));

    desk.run_to(4h + 31min);
    desk.readings(1, 3, 4);
    desk.reading(1, 9);
    EXPECT_THAT(spans(desk),
                ElementsAre(IntervalSpan{3, 2}, IntervalSpan{9, 1}, IntervalSpan{16, 1}));
    desk.reading(1, 16);
    desk.run_to(8h);
    EXPECT_EQ(desk.sent().size(), 3U);

    EXPECT_THAT(ends(desk, EventKind::command_confirmed),
                ElementsAre(Reason::none, Reason::none, Reason::none));
    EXPECT_EQ(desk.journal.of(EventKind::command_confirmed)[0].latency, SimDuration{1min});
    auto const retries = desk.journal.of(EventKind::read_retry);
    ASSERT_EQ(retries.size(), 3U);
    EXPECT_EQ(retries[0].value, 3);
    EXPECT_EQ(retries[1].value, 9);
    EXPECT_EQ(retries[2].row, 1U);
}

TEST(CollectionTest, OtherReadingsDoNotCompleteACommand) {
    Desk desk(make_fleet(1, 1));
    desk.run_to(4h + 10min);
    deliver_round(desk, 16, {{0, 3}, {0, 4}, {0, 9}});
    desk.run_to(4h + 30min); // asked for 3 and 4
    desk.reading(0, 9);
    desk.reading(0, 17);
    desk.reading(0, 3);
    EXPECT_EQ(desk.head.collection().pending(), 1U);
    EXPECT_TRUE(desk.journal.of(EventKind::command_confirmed).empty());
    desk.reading(0, 4);
    EXPECT_EQ(desk.head.collection().pending(), 0U);
}

TEST(CollectionTest, StaggersGapReadsBelowOneConcentratorButNotBetweenThem) {
    HeadEndConfig config;
    config.collection.plc_spacing = 20s;
    Desk desk(make_fleet(2, 3), config);
    desk.run_to(4h + 31min);
    ASSERT_EQ(desk.sent().size(), 6U);
    for (auto const& sent : desk.sent()) {
        auto const below = static_cast<std::int64_t>(index(sent.command.meter) % 3);
        EXPECT_EQ(sent.at, at(4h + 30min + below * 20s)) << index(sent.command.meter);
    }
}

TEST(CollectionTest, TriesAgainWithBackOffAndThenLeavesTheMeterUntilItsNextRound) {
    HeadEndConfig config;
    config.collection.plc = {.timeout = 5min, .tries = 3, .factor = 2, .longest = 1h};
    Desk desk(make_fleet(1, 1), config);
    desk.run_to(8h);
    std::vector<SimTime> times;
    for (auto const& sent : desk.sent()) {
        times.push_back(sent.at);
    }
    EXPECT_THAT(times, ElementsAre(at(4h + 30min), at(4h + 35min), at(4h + 45min)));
    EXPECT_THAT(ends(desk, EventKind::command_failed),
                ElementsAre(Reason::no_answer, Reason::no_answer, Reason::given_up));
    EXPECT_EQ(desk.journal.of(EventKind::command_failed)[2].at, at(5h + 5min));
    EXPECT_EQ(desk.head.collection().counts().given_up, 1U);
    EXPECT_EQ(desk.head.collection().pending(), 0U);

    desk.run_to(8h + 30min); // what is still missing, old and new, in one span
    EXPECT_EQ(desk.last().first_interval, 1U);
    EXPECT_EQ(desk.last().count, 32U);
}

TEST(CollectionTest, APartOfTheAnswerStartsTheTriesAnew) {
    HeadEndConfig config;
    config.collection.plc = {.timeout = 5min, .tries = 2};
    Desk desk(make_fleet(1, 1), config);
    desk.run_to(4h + 36min); // second try under way
    desk.readings(0, 1, 10);
    desk.run_to(4h + 46min);
    EXPECT_EQ(desk.last().first_interval, 11U);
    EXPECT_EQ(desk.last().count, 6U);
    EXPECT_THAT(ends(desk, EventKind::command_failed),
                ElementsAre(Reason::no_answer, Reason::incomplete));
    desk.run_to(8h);
    EXPECT_EQ(ends(desk, EventKind::command_failed).back(), Reason::given_up);
}

TEST(CollectionTest, SpreadsTheSmsReadsOfARoundAndAsksForWhatIsNew) {
    HeadEndConfig config;
    config.collection.sms_delay = 1min;
    config.collection.sms_spread = 20min;
    config.collection.sms.timeout = 30min;
    Desk desk(make_fleet(1, 4, 1), config);
    desk.run_to(4h);
    EXPECT_TRUE(desk.sent().empty());
    desk.run_to(4h + 16min);
    ASSERT_EQ(desk.sent().size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(desk.sent()[i].at, at(4h + 1min + static_cast<std::int64_t>(i) * 5min));
        EXPECT_EQ(spans(desk)[i], (IntervalSpan{1, 16}));
    }
    EXPECT_TRUE(desk.journal.of(EventKind::read_retry).empty()); // nothing was missing yet
    for (std::uint32_t m = 0; m < 4; ++m) {
        desk.readings(m, 1, 16);
    }
    desk.run_to(8h + 20min);
    ASSERT_EQ(desk.sent().size(), 8U);
    EXPECT_EQ(spans(desk)[7], (IntervalSpan{17, 16}));
}

TEST(CollectionTest, AsksAnSmsMeterForOldGapsTooInTheNextRound) {
    HeadEndConfig config;
    config.collection.sms = {.timeout = 15min, .tries = 1};
    Desk desk(make_fleet(1, 1, 1), config);
    desk.run_to(4h + 2min);
    desk.readings(0, 1, 15);
    desk.run_to(8h + 1min);
    EXPECT_THAT(spans(desk),
                ElementsAre(IntervalSpan{1, 16}, IntervalSpan{16, 1}, IntervalSpan{16, 17}));
    EXPECT_EQ(desk.journal.of(EventKind::read_retry).size(), 2U);
}

TEST(CollectionTest, CutsALongSpanIntoCommandsTheChannelCarries) {
    HeadEndConfig config;
    config.collection.sms_most = 6;
    Desk desk(make_fleet(1, 1, 1), config);
    desk.run_to(4h + 1min);
    desk.readings(0, 1, 6);
    desk.readings(0, 7, 12);
    EXPECT_THAT(spans(desk),
                ElementsAre(IntervalSpan{1, 6}, IntervalSpan{7, 6}, IntervalSpan{13, 4}));
}

TEST(CollectionTest, AnAcknowledgementThatOvertookItsReadingsIsNotTakenForTheirAbsence) {
    Desk desk(make_fleet(1, 1, 1));
    desk.run_to(4h + 1min);
    desk.acknowledge(desk.last(), 16, 4h + 1min);
    EXPECT_THAT(ends(desk, EventKind::command_confirmed), ElementsAre(Reason::incomplete));
    desk.run_to(4h + 2min);
    desk.readings(0, 1, 16); // they come after all: nothing to ask for
    desk.run_to(8h);
    EXPECT_EQ(desk.sent().size(), 1U);
}

TEST(CollectionTest, AsksAgainForReadingsThatWereLostBehindAnAcknowledgement) {
    Desk desk(make_fleet(1, 1, 1));
    desk.run_to(4h + 1min);
    desk.readings(0, 1, 10);
    desk.acknowledge(desk.last(), 16, 4h + 1min);
    desk.run_to(5h);
    EXPECT_EQ(spans(desk)[1], (IntervalSpan{11, 6}));
}

TEST(CollectionTest, WhatAMeterDoesNotHoldIsAskedForInLaterRoundsAndThenWrittenOff) {
    HeadEndConfig config;
    config.collection.keep_asking = 5h;
    Desk desk(make_fleet(1, 1, 1), config);
    // given a meter that was dark in intervals 3 to 5 and answers everything else
    desk.commands.on_send = [](Command const&) {};
    auto const answer = [&] {
        Command const command = desk.last();
        std::int64_t sent = 0;
        for (std::uint32_t k = command.first_interval; k < command.first_interval + command.count;
             ++k) {
            if (k < 3 || k > 5) {
                desk.reading(0, k);
                ++sent;
            }
        }
        if (desk.last() == command) { // not yet settled by the readings alone
            desk.acknowledge(command, sent, 4h);
        }
    };
    desk.run_to(4h + 1min);
    answer();
    EXPECT_THAT(ends(desk, EventKind::command_confirmed), ElementsAre(Reason::not_in_meter));
    EXPECT_EQ(desk.sent().size(), 1U); // not again in this round
    EXPECT_EQ(desk.head.collection().counts().written_off, 0U);

    desk.run_to(8h + 1min); // next round: the gap first, then the new ones
    EXPECT_EQ(spans(desk).back(), (IntervalSpan{3, 3}));
    answer();
    EXPECT_EQ(spans(desk).back(), (IntervalSpan{17, 16}));
    answer();
    EXPECT_EQ(desk.head.collection().counts().written_off, 3U); // ended more than 5 h ago

    desk.run_to(12h + 1min);
    EXPECT_EQ(spans(desk).back(), (IntervalSpan{33, 16}));
    EXPECT_EQ(desk.sent().size(), 4U);
    desk.reading(0, 4); // and if it comes after all, it is kept
    EXPECT_TRUE(desk.ledger.has(meter(0), 4));
}

constexpr ConcentratorId kFirst{0};

TEST(CollectionTest, WhileASessionIsLostReadsWaitAndCountNoTries) {
    HeadEndConfig config;
    config.collection.plc_spacing = 0s;
    Desk desk(make_fleet(2, 3), config);
    desk.run_to(4h + 31min); // the first tries are under way
    ASSERT_EQ(desk.sent().size(), 6U);
    desk.head.on_heard(kFirst, Channel::sms);
    desk.run_to(16h);
    std::size_t below = 0;
    for (auto const& sent : desk.sent()) {
        below += index(sent.command.meter) < 3 ? 1U : 0U;
    }
    EXPECT_EQ(below, 3U) << "over two rounds";
    EXPECT_GT(desk.sent().size(), 12U) << "those of the other one go on";
    EXPECT_EQ(desk.head.collection().pending(), 0U);
    desk.reading(0, 40); // one read before comes over another way: no sign of a session
    desk.run_to(16h + 20min);
    EXPECT_EQ(index(desk.last().meter) / 3, 1U);

    auto const before = desk.sent().size();
    desk.head.on_heard(kFirst, Channel::wan);
    EXPECT_EQ(desk.sent().size(), before) << "what it has comes by itself";
    desk.readings(2, 1, 64);
    desk.run_to(16h + 25min);
    ASSERT_EQ(desk.sent().size(), before + 2) << "all that still lacks anything";
    EXPECT_EQ(desk.sent()[before].command.count, 39U);
    EXPECT_EQ(desk.last().meter, meter(1));
}

TEST(CollectionTest, BelowAConcentratorOutOfReachOneReadAtATimeGoesToSeeWithBackOff) {
    HeadEndConfig config;
    config.collection.plc_spacing = 1s;
    Desk desk(make_fleet(1, 50), config);
    desk.run_to(80h);
    auto const tried = desk.sent().size();
    // 50 and 10 again until it is known, then one after each wait of an hour and its time-out
    EXPECT_GT(tried, 60U);
    EXPECT_LT(tried, 60U + 76U + 5U);
    std::set<MeterId> probed;
    for (std::size_t k = 60; k < tried; ++k) {
        probed.insert(desk.sent()[k].command.meter);
        EXPECT_LE(desk.sent()[k].at - desk.sent()[k - 1].at, SimDuration{1h + 20min});
    }
    EXPECT_EQ(probed.size(), std::min<std::size_t>(50, tried - 60)) << "meters take turns";
    desk.head.on_heard(kFirst, Channel::wan);
    desk.run_to(80h + 6min);
    EXPECT_EQ(desk.sent().size(), tried + 50U) << "all at once, a time-out later";
}

TEST(CollectionTest, AnAnswerShowsThatAConcentratorIsWithinReachAgain) {
    HeadEndConfig config;
    config.collection.plc_spacing = 0s;
    config.collection.silent_after = 5;
    Desk desk(make_fleet(1, 20), config);
    desk.run_to(7h);
    auto const before = desk.sent().size();
    desk.reading(3, 1);
    desk.run_to(7h + 5min);
    EXPECT_GE(desk.sent().size(), before + 19U);
}

TEST(CollectionTest, ReadsHeldAreAskedForByTheNewConcentratorOfTheirMeter) {
    Desk desk(make_fleet(2, 3));
    desk.run_to(4h + 10min);
    desk.head.on_heard(kFirst, Channel::sms);
    desk.run_to(4h + 40min);
    auto const before = desk.sent().size();
    desk.registration(1, 1, 1);
    ASSERT_EQ(desk.sent().size(), before + 1);
    EXPECT_EQ(desk.last().meter, meter(1));
}

TEST(CollectionTest, ReadsHeldSurviveARestart) {
    HeadEndConfig config;
    config.collection.silent_after = 4;
    Desk desk(make_fleet(2, 6), config);
    desk.run_to(4h + 10min);
    desk.head.on_heard(kFirst, Channel::sms);
    desk.run_to(9h);
    std::vector<std::byte> saved;
    desk.head.save(saved);
    Desk other(make_fleet(2, 6), config, false);
    other.run_to(9h);
    other.head.restore(saved);
    auto const before = desk.sent().size();
    for (auto* one : {&desk, &other}) {
        one->run_to(30h);
        one->head.on_heard(kFirst, Channel::wan);
        one->run_to(32h);
    }
    ASSERT_EQ(desk.sent().size() - before, other.sent().size());
    EXPECT_GT(other.sent().size(), 20U);
    EXPECT_TRUE(std::equal(other.sent().begin(), other.sent().end(),
                           desk.sent().begin() + static_cast<std::ptrdiff_t>(before)));
}

TEST(CollectionTest, ARepeatedReadingIsCountedAndChangesNothing) {
    Desk desk(make_fleet(1, 1));
    desk.run_to(1h);
    desk.reading(0, 1);
    desk.reading(0, 1);
    EXPECT_EQ(desk.head.collection().counts().stored, 1U);
    EXPECT_EQ(desk.head.collection().counts().repeated, 1U);
    EXPECT_EQ(desk.ledger.size(), 1U);
}

TEST(CollectionTest, StartedInTheMiddleItTakesUpTheNextRound) {
    Desk desk(make_fleet(1, 1, 1), {}, false);
    desk.run_to(9h);
    desk.head.start();
    desk.run_to(12h + 1min);
    ASSERT_EQ(desk.sent().size(), 1U);
    EXPECT_EQ(desk.sent()[0].at, at(12h + 1min));
    EXPECT_EQ(spans(desk)[0], (IntervalSpan{1, 48}));
}

} // namespace
} // namespace gridtwin::headend
