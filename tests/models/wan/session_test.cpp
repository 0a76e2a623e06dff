// Data sessions: attach storms, RADIUS with retries, a wrong secret, an overloaded server.
#include "models/wan/session.hpp"
#include "tests/models/wan/wan_fixture.hpp"

#include <algorithm>
#include <numeric>

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

/// A town whose modems are known to the RADIUS server, and what is to be tried of it.
struct Case {
    Town town;
    SessionSpec sessions;

    Case(std::uint32_t cells, std::uint32_t per_cell) : town(cells, per_cell) {
        for (auto const& e : town.spec.endpoints) {
            if (e.kind == EndpointKind::concentrator) {
                sessions.server.passwords[e.name] = sessions.password;
            }
        }
    }
    [[nodiscard]] std::uint32_t modems() const { return index_of(town.gateway); }
    static std::uint32_t index_of(EndpointId e) { return static_cast<std::uint32_t>(e); }
};

/// Runs in uneven windows; the books are checked at each.
std::vector<SessionChange> run(Sessions& s, SimTime end) {
    std::vector<SessionChange> out;
    EntityKey const who(EntityKind::world, 3);
    SimTime now = kStart;
    for (std::uint64_t n = 0; now < end; ++n) {
        now = std::min(end, now + duration_from_s(20.0 * draw01(Seed{5}, who, Purpose::test, n)));
        s.run_until(now, out);
        auto const& books = s.radius();
        EXPECT_EQ(books.sent, books.delivered + books.lost_total() + s.radius_in_flight())
            << format_time(now);
    }
    return out;
}

void black_out(Sessions& s, std::uint32_t modems, SimTime from, SimTime to) {
    for (std::uint32_t e = 0; e < modems; ++e) {
        s.set_powered(static_cast<EndpointId>(e), false, from);
        s.set_powered(static_cast<EndpointId>(e), true, to);
    }
}

TEST(SessionTest, StandingSessionsAreUpAndNothingHappens) {
    Case c(2, 3);
    Sessions s(c.town.spec, c.sessions, Seed{1});
    EXPECT_EQ(s.next_event(), kNever);
    EXPECT_TRUE(run(s, kStart + 1h).empty());
    EXPECT_EQ(s.up_count(), 6U);
    EXPECT_EQ(s.radius().sent, 0U);
}

TEST(SessionTest, OneModemNeedsItsStartItsAttachAndTheAnswer) {
    Case c(1, 1);
    c.sessions.start_spread_s = 0.0;
    Sessions s(c.town.spec, c.sessions, Seed{1});
    black_out(s, 1, kStart + 10s, kStart + 100s);
    auto const changes = run(s, kStart + 1h);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_FALSE(changes[0].up);
    EXPECT_EQ(changes[0].at, kStart + 10s);
    EXPECT_TRUE(changes[1].up);
    // 10 s start, 15 s attach, backbone there and back, 5 ms at the server, a few us of bits
    EXPECT_NEAR(to_s(changes[1].at), 100.0 + 10.0 + 15.0 + 0.02 + 0.005, 1e-5);
    ASSERT_EQ(s.setup_times_s().size(), 1U);
    EXPECT_NEAR(s.setup_times_s()[0], 25.025, 1e-5);
    EXPECT_EQ(s.radius().sent, 2U);
    EXPECT_EQ(s.radius().delivered, 2U);
    EXPECT_EQ(s.server().counts()[static_cast<std::size_t>(RadiusOutcome::accepted)], 1U);
}

TEST(SessionTest, AfterABlackoutACellLetsThemInAtItsRate) {
    Case c(1, 200);
    Sessions s(c.town.spec, c.sessions, Seed{1});
    black_out(s, c.modems(), kStart + 10s, kStart + 100s);
    (void)run(s, kStart + 1h);
    EXPECT_EQ(s.up_count(), 200U);
    auto times = s.setup_times_s();
    ASSERT_EQ(times.size(), 200U);
    std::sort(times.begin(), times.end());
    // 2 procedures a second: the last begins 100 s after the first search at the latest
    EXPECT_GT(times.back(), 10.0 + 100.0 + 14.0);
    EXPECT_LT(times.back(), 10.0 + 20.0 + 100.0 + 16.0);
    EXPECT_NEAR(times[100], 10.0 + 50.0 + 15.0, 3.0) << "half of them in half the time";
    EXPECT_GT(s.counts().most_attaching, 100U);
}

TEST(SessionTest, TwoCellsLetTwiceAsManyIn) {
    auto const last = [](std::uint32_t cells, std::uint32_t per_cell) {
        Case c(cells, per_cell);
        Sessions s(c.town.spec, c.sessions, Seed{1});
        black_out(s, c.modems(), kStart + 10s, kStart + 100s);
        (void)run(s, kStart + 1h);
        EXPECT_EQ(s.up_count(), 200U);
        return *std::max_element(s.setup_times_s().begin(), s.setup_times_s().end());
    };
    EXPECT_NEAR(last(1, 200) - last(2, 100), 50.0, 5.0);
}

TEST(SessionTest, AWrongSecretNeverGivesASessionHoweverItIsAsked) {
    for (bool const authenticator : {true, false}) {
        Case c(1, 5);
        c.sessions.standing = false;
        c.sessions.server.secret = "another";
        c.sessions.server.demand_message_authenticator = authenticator;
        c.sessions.message_authenticator = authenticator;
        Sessions s(c.town.spec, c.sessions, Seed{1});
        (void)run(s, kStart + 6h);
        EXPECT_EQ(s.up_count(), 0U);
        EXPECT_EQ(s.counts().established, 0U);
        auto const& at_server = s.server().counts();
        auto const count = [&](RadiusOutcome o) { return at_server[static_cast<std::size_t>(o)]; };
        EXPECT_EQ(count(RadiusOutcome::accepted), 0U);
        // With a Message-Authenticator the server sees it and is silent; without, it takes the
        // password for wrong, and the gateway does not believe its word.
        auto const reason = authenticator ? NoSession::no_answer : NoSession::disbelieved;
        EXPECT_GT(count(authenticator ? RadiusOutcome::discarded : RadiusOutcome::wrong_password),
                  20U);
        EXPECT_GT(s.counts().refused[static_cast<std::size_t>(reason)], 20U);
        EXPECT_EQ(std::accumulate(s.counts().refused.begin(), s.counts().refused.end(), 0ULL),
                  s.counts().refused[static_cast<std::size_t>(reason)]);
        EXPECT_EQ(s.last_refusal(EndpointId{0}), reason);
        EXPECT_EQ(s.counts().repeats * 3, s.counts().requests * 2) << "three tries each";
    }
}

TEST(SessionTest, WrongPasswordsAndUnknownUsersAreRejectedByReason) {
    Case c(1, 10);
    c.sessions.standing = false;
    c.sessions.other_passwords["c0.3"] = "guess";
    c.sessions.server.passwords.erase("c0.7");
    Sessions s(c.town.spec, c.sessions, Seed{1});
    (void)run(s, kStart + 4min);
    EXPECT_EQ(s.up_count(), 8U);
    EXPECT_EQ(s.last_refusal(EndpointId{3}), NoSession::rejected);
    EXPECT_EQ(s.last_refusal(EndpointId{7}), NoSession::rejected);
    auto const& counts = s.server().counts();
    EXPECT_GE(counts[static_cast<std::size_t>(RadiusOutcome::wrong_password)], 1U);
    EXPECT_GE(counts[static_cast<std::size_t>(RadiusOutcome::unknown_user)], 1U);
    EXPECT_EQ(counts[static_cast<std::size_t>(RadiusOutcome::accepted)], 8U);
}

TEST(SessionTest, AnOverloadedServerMakesGatewaysAskAgainAndStillLetsAllIn) {
    Case c(20, 50);
    for (auto& cell : c.town.spec.cells) {
        cell.attaches_hz = 50.0;
    }
    c.sessions.start_spread_s = 1.0;
    c.sessions.server.request_s = 0.05; // 20 a second for 1000 within two seconds
    c.sessions.server.queue_limit = 200;
    Sessions s(c.town.spec, c.sessions, Seed{1});
    black_out(s, c.modems(), kStart + 10s, kStart + 100s);
    (void)run(s, kStart + 2h);
    EXPECT_EQ(s.up_count(), 1000U);
    auto const& counts = s.server().counts();
    EXPECT_GT(counts[static_cast<std::size_t>(RadiusOutcome::queue_full)], 100U);
    EXPECT_GT(counts[static_cast<std::size_t>(RadiusOutcome::repeated)], 100U);
    EXPECT_EQ(s.server().most_waiting(), 200U);
    EXPECT_GT(s.counts().refused[static_cast<std::size_t>(NoSession::no_answer)], 100U);
    EXPECT_GT(s.counts().repeats, 500U);
}

TEST(SessionTest, ARestedModemTriesAgainWhenTheServerIsBack) {
    Case c(1, 5);
    c.sessions.standing = false;
    c.town.spec.availability = {{Part::radius, 0, {{kStart, 0.0}, {kStart + 10min, 1.0}}}};
    Sessions s(c.town.spec, c.sessions, Seed{1});
    auto const changes = run(s, kStart + 1h);
    EXPECT_EQ(s.up_count(), 5U);
    EXPECT_GT(s.counts().refused[static_cast<std::size_t>(NoSession::no_answer)], 4U);
    for (auto const& change : changes) {
        EXPECT_TRUE(!change.up || change.at > kStart + 10min);
    }
    EXPECT_GT(s.radius().lost[static_cast<std::size_t>(LossReason::link_down)], 10U);
}

TEST(SessionTest, ABrokenBackboneLosesPacketsAndACellItsSessions) {
    Case c(2, 5);
    c.town.spec.availability = {{Part::cell, 0, {{kStart + 1min, 0.0}, {kStart + 5min, 1.0}}},
                                {Part::backbone, 0, {{kStart + 5min, 0.0}, {kStart + 30min, 1.0}}}};
    Sessions s(c.town.spec, c.sessions, Seed{1});
    auto const changes = run(s, kStart + 1h);
    EXPECT_EQ(s.counts().broken, 5U);
    EXPECT_EQ(s.counts().established, 5U);
    for (auto const& change : changes) {
        EXPECT_LT(static_cast<std::uint32_t>(change.endpoint), 5U) << "the other cell's stand";
        EXPECT_TRUE(!change.up || change.at > kStart + 30min);
    }
    EXPECT_EQ(s.up_count(), 10U);
}

TEST(SessionTest, ACellBearsSoManySessionsAndNoMore) {
    Case c(1, 10);
    c.town.spec.cells[0].most_sessions = 6;
    c.sessions.standing = false;
    Sessions s(c.town.spec, c.sessions, Seed{1});
    std::vector<SessionChange> out;
    s.run_until(kStart + 30min, out);
    EXPECT_EQ(s.up_count(), 6U);
    EXPECT_GT(s.counts().refused[static_cast<std::size_t>(NoSession::cell_full)], 3U);
    for (std::uint32_t e = 0; e < 10; ++e) {
        if (s.up(static_cast<EndpointId>(e))) { // it makes room
            s.set_powered(static_cast<EndpointId>(e), false, kStart + 30min);
        }
    }
    s.run_until(kStart + 60min, out);
    EXPECT_EQ(s.up_count(), 4U);
}

TEST(SessionTest, ALineOfItsOwnNeedsNone) {
    Case c(1, 1);
    c.town.spec.endpoints[0].cell = kFixedLine;
    c.town.spec.endpoints[0].line = {1e6, 0.01};
    c.sessions.standing = false;
    Sessions s(c.town.spec, c.sessions, Seed{1});
    s.set_powered(EndpointId{0}, false, kStart + 10s);
    s.set_powered(EndpointId{0}, true, kStart + 20s);
    auto const changes = run(s, kStart + 1min);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[1].at, kStart + 20s);
    EXPECT_EQ(s.radius().sent, 0U);
}

TEST(SessionTest, WindowsChangeNothing) {
    auto const changes = [](SimDuration window) {
        Case c(3, 40);
        c.sessions.server.request_s = 0.1;
        Sessions s(c.town.spec, c.sessions, Seed{7});
        black_out(s, c.modems(), kStart + 10s, kStart + 100s);
        std::vector<SessionChange> out;
        for (SimTime now = kStart; now < kStart + 1h; now += window) {
            s.run_until(now + window, out);
        }
        std::vector<std::pair<std::int64_t, std::uint32_t>> plain;
        for (auto const& change : out) {
            plain.emplace_back((change.at - kStart).count(),
                               static_cast<std::uint32_t>(change.endpoint));
        }
        return plain;
    };
    EXPECT_EQ(changes(1h), changes(360ms));
}

} // namespace
} // namespace gridtwin::wan
