#include "models/headend/outage/notices.hpp"
#include "models/headend/outage/pings.hpp"
#include "tests/models/headend/outage/town.hpp"

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

/// What Notices and Pings need of an application.
template <typename Queue>
struct Ticking {
    Queue& queue;
    void on_timer(std::uint64_t) { queue.on_timer(); }
};

constexpr auto kFuse = static_cast<std::uint8_t>(DeviceKind::fuse);

TEST(NoticesTest, EachKindGoesOutOncePerOutageAndCustomer) {
    FakeClock clock;
    FakeNotify port;
    Notices notices({}, clock, port, 7);
    for (int again = 0; again < 3; ++again) {
        notices.tell_outage(1, meter(4), kFuse, at(0h));
        notices.tell_restored(1, meter(4));
    }
    notices.tell_outage(2, meter(4), kTransformerCause, at(0h));
    Ticking<Notices> ticking{notices};
    clock.advance(ticking, at(1h));
    EXPECT_THAT(port.notices, SizeIs(4 + 3));
    EXPECT_THAT(notices.sent(), ElementsAre(2, 2, 2, 1));
    EXPECT_EQ(port.notices[1].cause, kFuse);
    EXPECT_EQ(port.notices[2].expected, at(90min));
    EXPECT_EQ(port.notices[3].kind, NoticeKind::restored);
    EXPECT_EQ(port.notices[6].expected, at(4h));
}

TEST(NoticesTest, WhoWasToldOfNoOutageIsToldOfNoReturn) {
    FakeClock clock;
    FakeNotify port;
    Notices notices({}, clock, port, 7);
    notices.tell_restored(1, meter(4));
    EXPECT_EQ(notices.waiting(), 0U);
}

TEST(NoticesTest, GoOutInBurstsAndWaitingOnesOutliveARestart) {
    FakeClock clock;
    FakeNotify port;
    Notices notices({.burst = 10, .every = 1s}, clock, port, 7);
    for (std::uint32_t m = 0; m < 20; ++m) {
        notices.tell_outage(1, meter(m), kFuse, at(0h));
    }
    Ticking<Notices> ticking{notices};
    clock.advance(ticking, at(2s));
    EXPECT_THAT(port.notices, SizeIs(30)); // at 0, 1 and 2 s

    std::vector<std::byte> state;
    StateWriter writer(state);
    notices.save(writer);
    Notices other({.burst = 10, .every = 1s}, clock, port, 7);
    clock.forget_timers();
    StateReader reader(state);
    other.restore(reader);
    other.tell_outage(1, meter(19), kFuse, at(0h)); // it is known that this waits
    Ticking<Notices> ticking_again{other};
    clock.advance(ticking_again, at(10s));
    EXPECT_THAT(port.notices, SizeIs(60));
    EXPECT_EQ(port.notices.back().at, at(5s));
}

TEST(NoticesTest, ConfigurationsThatCannotBeAreNamed) {
    EXPECT_EQ(problem(NoticesConfig{}), "");
    EXPECT_NE(problem(NoticesConfig{.burst = 0}), "");
    NoticesConfig config;
    config.repair[2] = 0s;
    EXPECT_NE(problem(config), "");
    EXPECT_EQ(problem(PingsConfig{}), "");
    EXPECT_NE(problem(PingsConfig{.most = 0}), "");
    EXPECT_NE(problem(PingsConfig{.timeout = 0s}), "");
}

struct PingDesk {
    explicit PingDesk(PingsConfig const& config = {})
        : pings(config, fleet, {clock, commands, ledger, journal, beliefs, suspicions}, numbers,
                7) {}
    void run_to(SimDuration to) {
        struct {
            PingDesk& desk;
            void on_timer(std::uint64_t) {
                for (Pings::Lapsed const& lapsed : desk.pings.on_timer()) {
                    desk.lapsed.push_back(lapsed.meter);
                }
            }
        } ticking{*this};
        clock.advance(ticking, at(to));
    }
    Acknowledgement answer(std::size_t sent, std::int64_t value = 1) {
        return {.command = commands.sent[sent].command.id,
                .meter = commands.sent[sent].command.meter,
                .value = value,
                .received = clock.now()};
    }
    Fleet fleet = make_fleet(1, 20, 10);
    FakeClock clock;
    FakeCommands commands{clock};
    MemoryLedger ledger{20, 96};
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions suspicions;
    CommandNumbers numbers;
    std::vector<MeterId> lapsed;
    Pings pings;
};

TEST(PingsTest, AreSpacedAndNeverMoreOutstandingThanSaid) {
    PingDesk desk({.most = 3, .spacing = 2s, .timeout = 1min});
    for (std::uint32_t m = 0; m < 8; ++m) {
        EXPECT_TRUE(desk.pings.ask(1, meter(m)));
        EXPECT_FALSE(desk.pings.ask(1, meter(m))); // that waits already
    }
    desk.run_to(30s);
    ASSERT_THAT(desk.commands.sent, SizeIs(3));
    EXPECT_EQ(desk.commands.sent[2].at, at(4s));
    EXPECT_EQ(desk.commands.sent[0].command.kind, CommandKind::read_registers);
    EXPECT_TRUE(desk.pings.on_acknowledgement(desk.answer(1)));
    EXPECT_FALSE(desk.pings.on_acknowledgement(desk.answer(1))); // a copy
    EXPECT_THAT(desk.commands.sent, SizeIs(4));
    for (SimDuration t = 30s; t < 10min; t += 1s) {
        desk.run_to(t);
        EXPECT_LE(desk.pings.outstanding(), 3U);
    }
    EXPECT_EQ(desk.pings.counts().sent, 8U);
    EXPECT_EQ(desk.pings.counts().answered, 1U);
    EXPECT_EQ(desk.pings.counts().unanswered, 7U);
    EXPECT_THAT(desk.lapsed, SizeIs(7));
}

TEST(PingsTest, EveryCommandIssuedEndsOnce) {
    PingDesk desk({.most = 4});
    for (std::uint32_t m = 0; m < 6; ++m) {
        desk.pings.ask(1, meter(m));
    }
    desk.run_to(10s);
    EXPECT_TRUE(desk.pings.on_acknowledgement(desk.answer(0)));
    EXPECT_TRUE(desk.pings.on_acknowledgement(desk.answer(1, 0))); // a concentrator: too long
    desk.run_to(1h);
    EXPECT_THAT(desk.journal.of(EventKind::command_issued), SizeIs(6));
    EXPECT_THAT(desk.journal.of(EventKind::command_confirmed), SizeIs(1));
    EXPECT_THAT(desk.journal.of(EventKind::command_failed), SizeIs(5));
    EXPECT_EQ(desk.journal.of(EventKind::command_failed)[0].reason, Reason::refused);
    EXPECT_EQ(desk.pings.outstanding(), 0U);
}

TEST(PingsTest, OfAnOutageThatIsOverNoneIsSent) {
    PingDesk desk({.most = 1});
    desk.pings.ask(1, meter(0));
    desk.pings.ask(1, meter(1));
    desk.pings.ask(2, meter(2));
    desk.pings.drop(1);
    desk.run_to(1h);
    ASSERT_THAT(desk.commands.sent, SizeIs(2));
    EXPECT_EQ(desk.commands.sent[1].command.meter, meter(2));
}

TEST(PingsTest, SmsMetersAreGivenLonger) {
    PingDesk desk({.timeout = 1min, .sms_timeout = 5min});
    desk.pings.ask(1, meter(9)); // the tenth is read by SMS
    desk.run_to(4min);
    EXPECT_EQ(desk.pings.outstanding(), 1U);
    desk.run_to(5min);
    EXPECT_EQ(desk.pings.outstanding(), 0U);
}

TEST(PingsTest, WhatIsOutstandingAndWaitsOutlivesARestart) {
    PingDesk desk({.most = 2});
    for (std::uint32_t m = 0; m < 5; ++m) {
        desk.pings.ask(1, meter(m));
    }
    desk.run_to(10s);
    std::vector<std::byte> state;
    StateWriter writer(state);
    desk.pings.save(writer);
    desk.clock.forget_timers();
    StateReader reader(state);
    desk.pings.restore(reader);
    reader.expect_end();
    desk.run_to(1h);
    EXPECT_EQ(desk.pings.counts().unanswered, 5U);
}

} // namespace
} // namespace gridtwin::headend
