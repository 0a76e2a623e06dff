#include "models/concentrator/discovery.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;
using Kind = Discovery::Step::Kind;

/// Who hears whom: row 0 the concentrator, row i + 1 meter i.
using Hears = std::vector<std::vector<std::uint8_t>>;

Hears nobody(std::size_t meters) {
    return Hears(meters + 1, std::vector<std::uint8_t>(meters + 1, 0));
}
void link(Hears& hears, std::size_t a, std::size_t b) {
    hears[a][b] = hears[b][a] = 1;
}

/// A field in which messages are lost by chance, and answers to one call drown each other.
struct Field {
    Hears hears;
    DiscoverySpec spec{.quiet_calls = 1};
    double lost = 0.0;          ///< of requests and answers, each
    std::size_t most_heard = 3; ///< answers that get through of those to one call
    Seed seed{1};
    std::set<std::size_t> dead{}; ///< meters without supply
    std::set<std::size_t> deaf{}; ///< meters that hear calls, but nothing that goes over routes
    std::uint64_t draws = 0;
    SimTime now = kStart;

    bool happens(double chance) {
        return draw01(seed, EntityKey(EntityKind::world, 2), Purpose::test, draws++) < chance;
    }
    /// Meters that answer a call from there.
    std::vector<Discovery::Heard> answers(Discovery const& discovery, std::size_t from) {
        std::vector<Discovery::Heard> out;
        for (std::size_t m = 0; m + 1 < hears.size(); ++m) {
            if (hears[from][m + 1] != 0 && !discovery.registered(m) && dead.count(m) == 0 &&
                out.size() < most_heard && !happens(lost)) {
                out.push_back({m, 1000});
            }
        }
        return out;
    }
    /// @return steps taken until it is idle, or `until`
    std::size_t run(Discovery& discovery, SimTime until) {
        std::size_t steps = 0;
        for (; discovery.next_event() < until; ++steps) {
            now = std::max(now, discovery.next_event());
            auto const step = discovery.next(now);
            if (step.kind == Kind::call) {
                for (auto const& heard : answers(discovery, 0)) {
                    discovery.on_hello(heard, kNever);
                }
                continue;
            }
            if (step.kind == Kind::none) {
                continue;
            }
            EXPECT_EQ(discovery.next_event(), kNever) << "it waits for the answer";
            now += std::chrono::seconds(1);
            if (dead.count(step.meter) != 0 || deaf.count(step.meter) != 0 || happens(lost)) {
                discovery.on_silence(now);
            } else if (step.kind == Kind::enroll) {
                discovery.on_enrolled(step.meter, now);
            } else {
                EXPECT_TRUE(discovery.registered(step.meter)) << "only members call";
                auto const found = answers(discovery, step.meter + 1);
                now += spec.window;
                discovery.on_called(step.meter, found, now);
            }
        }
        return steps;
    }
};

TEST(Discovery, ALineOfMetersIsFoundHopByHop) {
    Field field{.hears = nobody(6)};
    for (std::size_t k = 0; k < 6; ++k) {
        link(field.hears, k, k + 1);
    }
    field.spec.search_every = SimDuration::zero();
    Discovery discovery(field.spec, 6, false);
    field.run(discovery, kNever);
    EXPECT_TRUE(discovery.idle());
    EXPECT_EQ(discovery.members(), 6U);
    // by hand: a call that finds the first and one that finds nobody; each meter but the last is
    // asked twice, the last once
    EXPECT_EQ(discovery.counts().calls, 2U);
    EXPECT_EQ(discovery.counts().asked, 5U * 2U + 1U);
    EXPECT_EQ(discovery.counts().registered, 6U);
}

TEST(Discovery, CallsAgainAfterACallWhoseAnswersAllCollided) {
    // given meters whose first answers nobody hears
    Discovery discovery({}, 2, false);
    SimTime now = kStart;
    EXPECT_EQ(discovery.next(now).kind, Kind::call);
    now += DiscoverySpec{}.window;
    // then one quiet call is not enough
    EXPECT_EQ(discovery.next(now).kind, Kind::call);
    now += DiscoverySpec{}.window;
    EXPECT_EQ(discovery.next(now).kind, Kind::none);
    // when the repeats of an answer come after the window: it may not have been the only one
    discovery.on_hello({.meter = 0, .cost_milli = 1000}, now + 1s);
    EXPECT_EQ(discovery.next(now + 1s).kind, Kind::enroll);
    discovery.on_enrolled(0, now + 2s);
    now += 2s;
    for (int k = 0; k < 2; ++k) {
        EXPECT_EQ(discovery.next(now).kind, Kind::call);
        now += DiscoverySpec{}.window;
    }
    EXPECT_EQ(discovery.next(now).kind, Kind::ask_to_call);
    EXPECT_EQ(discovery.counts().calls, 4U);
}

TEST(Discovery, FindsWhoeverHasAChainToItAndNobodyElse) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        constexpr std::size_t kMeters = 40;
        Field field{.hears = nobody(kMeters)};
        field.seed = Seed{seed};
        field.lost = 0.3 * static_cast<double>(seed % 4) / 3.0;
        for (std::size_t a = 0; a <= kMeters; ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                if (field.happens(0.05)) {
                    link(field.hears, a, b);
                }
            }
        }
        std::set<std::size_t> reached{0};
        for (std::size_t before = 0; before != reached.size();) {
            before = reached.size();
            for (std::size_t a = 0; a <= kMeters; ++a) {
                for (std::size_t b = 0; b <= kMeters; ++b) {
                    if (field.hears[a][b] != 0 && reached.count(a) != 0) {
                        reached.insert(b);
                    }
                }
            }
        }
        Discovery discovery(field.spec, kMeters, false);
        // a search a day: what losses hid is found in one of the next
        std::size_t const steps = field.run(discovery, kStart + std::chrono::hours(24 * 20));
        for (std::size_t m = 0; m < kMeters; ++m) {
            ASSERT_EQ(discovery.registered(m), reached.count(m + 1) != 0)
                << "seed " << seed << ", meter " << m;
        }
        EXPECT_EQ(discovery.members() + 1, reached.size());
        EXPECT_LT(steps, 20U * 10U * kMeters);
    }
}

TEST(Discovery, AMeterThatFallsSilentIsGivenUpAndFoundAgain) {
    Field field{.hears = nobody(2)};
    link(field.hears, 0, 1);
    link(field.hears, 1, 2);
    Discovery discovery(field.spec, 2, true);
    EXPECT_EQ(discovery.members(), 2U) << "commissioned: it knows them from the start";
    EXPECT_EQ(discovery.next_event(), kStart + 25h) << "a day later than where nobody is known";
    field.dead = {1};
    for (std::uint32_t k = 1; k < field.spec.drop_after; ++k) {
        ASSERT_FALSE(discovery.on_request(1, false));
    }
    EXPECT_FALSE(discovery.on_request(1, true)) << "an answer in between";
    for (std::uint32_t k = 1; k < field.spec.drop_after; ++k) {
        ASSERT_FALSE(discovery.on_request(1, false));
    }
    EXPECT_TRUE(discovery.on_request(1, false));
    EXPECT_FALSE(discovery.registered(1));
    field.run(discovery, kStart + std::chrono::hours(20));
    EXPECT_FALSE(discovery.registered(1));
    field.dead.clear();
    field.run(discovery, kStart + std::chrono::hours(26)); // the search of the second day
    EXPECT_TRUE(discovery.registered(1));
    EXPECT_EQ(discovery.counts().dropped, 1U);
}

TEST(Discovery, WhoCannotBeRegisteredIsTriedAgainButNobodyCallsForItsSake) {
    Field field{.hears = nobody(3)};
    for (std::size_t m = 1; m <= 3; ++m) {
        link(field.hears, 0, m);
        link(field.hears, m, 3); // the third hears all of them
    }
    field.deaf = {2};
    field.spec.search_every = SimDuration::zero();
    Discovery discovery(field.spec, 3, false);
    field.run(discovery, kStart + field.spec.retry_after);
    EXPECT_TRUE(discovery.idle());
    EXPECT_EQ(discovery.members(), 2U);
    // by hand: two calls of its own, one of each member; each of those four hears the third
    EXPECT_EQ(discovery.counts().calls, 2U);
    EXPECT_EQ(discovery.counts().asked, 2U);
    EXPECT_EQ(discovery.counts().failed, 4U);
    EXPECT_EQ(discovery.counts().found, 3U);
    // and then one request an hour, to the hundredth: four times three have gone
    field.run(discovery, kNever);
    EXPECT_TRUE(discovery.idle()) << "it comes to an end";
    EXPECT_EQ(discovery.counts().failed, 4U + 88U);
    EXPECT_GE(field.now, kStart + 88 * field.spec.retry_after);
    EXPECT_LE(field.now, kStart + 89 * field.spec.retry_after);
    EXPECT_EQ(discovery.counts().calls, 2U);
    EXPECT_EQ(discovery.counts().asked, 2U);
}

TEST(Discovery, ARegistrationThatFailedIsTriedAgainWithinTheHour) {
    // given a meter that answers, and whose registration is not answered: then it takes itself for
    // registered and answers no call
    Discovery discovery({.quiet_calls = 1, .search_offset = 12h}, 2, false);
    SimTime now = kStart;
    EXPECT_EQ(discovery.next(now).kind, Kind::call);
    discovery.on_hello({.meter = 1, .cost_milli = 1000}, kNever);
    now += DiscoverySpec{}.window;
    for (int k = 0; k < 3; ++k) {
        EXPECT_EQ(discovery.next(now).kind, Kind::enroll);
        discovery.on_silence(now);
    }
    EXPECT_EQ(discovery.next(now).kind, Kind::call);
    EXPECT_EQ(discovery.next(now + DiscoverySpec{}.window).kind, Kind::none);
    // when nobody searches for hours
    EXPECT_EQ(discovery.next_event(), now + 1h);
    now += 1h;
    auto const step = discovery.next(now);
    // then
    EXPECT_EQ(step.kind, Kind::enroll);
    EXPECT_EQ(step.meter, 1U);
    discovery.on_enrolled(1, now);
    EXPECT_TRUE(discovery.registered(1));
    EXPECT_EQ(discovery.next(now).kind, Kind::ask_to_call);
    discovery.on_called(1, {}, now);
    EXPECT_EQ(discovery.next_event(), kStart + 12h);
}

TEST(Discovery, WithoutRetriesARegistrationThatFailedIsTriedAgainInTheNextSearch) {
    for (bool const answered : {false, true}) {
        Discovery discovery({.quiet_calls = 1, .retry_after = 0s, .drop_after = 5}, 1, false);
        SimTime now = kStart;
        EXPECT_EQ(discovery.next(now).kind, Kind::call);
        discovery.on_hello({.meter = 0, .cost_milli = 1000}, kNever);
        now += DiscoverySpec{}.window;
        for (int k = 0; k < 3; ++k) {
            EXPECT_EQ(discovery.next(now).kind, Kind::enroll);
            EXPECT_EQ(discovery.on_silence(now), k == 2);
        }
        EXPECT_EQ(discovery.next(now).kind, Kind::call);
        now = kStart + 1h; // it answers no call, for it takes itself for registered
        for (int k = 0; k < (answered ? 1 : 3); ++k) {
            EXPECT_EQ(discovery.next(now).kind, Kind::enroll);
            if (answered) {
                discovery.on_enrolled(0, now);
            } else {
                EXPECT_EQ(discovery.on_silence(now), k == 2);
            }
        }
        EXPECT_EQ(discovery.registered(0), answered);
        EXPECT_EQ(discovery.members(), answered ? 1U : 0U);
        EXPECT_EQ(discovery.next(now).kind, Kind::call);
        now = kStart + 25h;
        EXPECT_EQ(discovery.next(now).kind, answered ? Kind::ask_to_call : Kind::call)
            << "and not a third time";
    }
}

TEST(Discovery, AMemberThatAnswersACallIsRegisteredAnewAndStaysAMemberMeanwhile) {
    Discovery discovery({.quiet_calls = 1}, 2, true);
    discovery.on_hello({.meter = 1, .cost_milli = 2000}, kNever);
    discovery.on_hello({.meter = 1, .cost_milli = 1500}, kNever); // heard better
    EXPECT_TRUE(discovery.registered(1));
    auto step = discovery.next(kStart);
    EXPECT_EQ(step.kind, Kind::enroll);
    EXPECT_EQ(step.meter, 1U);
    EXPECT_EQ(step.cost_milli, 1500U);
    for (int k = 0; k < 3; ++k) {
        EXPECT_FALSE(discovery.on_silence(kStart)) << "it is a member all the same";
        step = discovery.next(kStart);
    }
    EXPECT_EQ(step.kind, Kind::none);
    EXPECT_TRUE(discovery.registered(1));
    EXPECT_EQ(discovery.members(), 2U);
}

TEST(Discovery, AMeterThatIsLetGoIsForgottenWhateverIsUnderWay) {
    Discovery discovery({.quiet_calls = 1, .search_offset = SimDuration::zero()}, 2, true);
    SimTime now = kStart + 24h;
    EXPECT_EQ(discovery.next(now).kind, Kind::call);
    now += DiscoverySpec{}.window;
    auto const step = discovery.next(now);
    EXPECT_EQ(step.kind, Kind::ask_to_call);
    EXPECT_EQ(step.meter, 0U);
    discovery.let_go(0);
    EXPECT_FALSE(discovery.registered(0));
    EXPECT_EQ(discovery.members(), 1U);
    discovery.on_called(0, {}, now); // its answer was under way
    EXPECT_EQ(discovery.next(now).meter, 1U);
    discovery.let_go(0);
    EXPECT_EQ(discovery.members(), 1U) << "once";
    discovery.on_hello({.meter = 1}, kNever);
    discovery.let_go(1); // to be registered anew just then
    EXPECT_EQ(discovery.members(), 0U);
    EXPECT_EQ(discovery.next(now).kind, Kind::enroll) << "it has answered";
}

TEST(Discovery, WhatWasAskedOnceIsAskedToTheEndWhoeverIsHeardMeanwhile) {
    // given a member that has been asked in vain
    Discovery discovery({.quiet_calls = 1, .search_offset = 12h}, 2, false);
    SimTime now = kStart;
    EXPECT_EQ(discovery.next(now).kind, Kind::call);
    discovery.on_hello({.meter = 0, .cost_milli = 1000}, kNever);
    now += DiscoverySpec{}.window;
    EXPECT_EQ(discovery.next(now).kind, Kind::enroll);
    discovery.on_enrolled(0, now);
    EXPECT_EQ(discovery.next(now).kind, Kind::call);
    now += DiscoverySpec{}.window;
    for (int k = 0; k < 2; ++k) {
        EXPECT_EQ(discovery.next(now).kind, Kind::ask_to_call);
        discovery.on_silence(now);
    }
    // when another is heard
    discovery.on_hello({.meter = 1}, kNever);
    // then each has its own three tries
    auto const last = discovery.next(now);
    EXPECT_EQ(last.kind, Kind::ask_to_call);
    EXPECT_EQ(last.meter, 0U);
    discovery.on_silence(now);
    for (int k = 0; k < 3; ++k) {
        auto const step = discovery.next(now);
        EXPECT_EQ(step.kind, Kind::enroll);
        EXPECT_EQ(step.meter, 1U);
        EXPECT_EQ(discovery.on_silence(now), k == 2);
    }
    EXPECT_EQ(discovery.next(now).kind, Kind::none);
    EXPECT_EQ(discovery.counts().asked, 1U);
    EXPECT_EQ(discovery.counts().failed, 1U);
}

TEST(Discovery, TriesEndWithWhatTheyWereMadeFor) {
    for (bool const restarts : {false, true}) {
        // given two members, the first of which has been asked in vain
        Discovery discovery({.quiet_calls = 1, .search_offset = SimDuration::zero()}, 2, true);
        SimTime now = kStart + 24h;
        EXPECT_EQ(discovery.next(now).kind, Kind::call);
        now += DiscoverySpec{}.window;
        for (int k = 0; k < 2; ++k) {
            EXPECT_EQ(discovery.next(now).meter, 0U);
            discovery.on_silence(now);
        }
        // when it is let go, or the concentrator loses supply
        if (restarts) {
            (void)discovery.next(now);
            discovery.restart();
        } else {
            discovery.let_go(0);
        }
        // then three tries are left of the next
        for (int k = 0; k < 3; ++k) {
            auto const step = discovery.next(now);
            EXPECT_EQ(step.kind, Kind::ask_to_call);
            EXPECT_EQ(step.meter, restarts ? 0U : 1U);
            discovery.on_silence(now);
        }
        EXPECT_EQ(discovery.next(now).kind, restarts ? Kind::ask_to_call : Kind::none);
    }
}

TEST(Discovery, WithoutSupplyACallIsLostAndMadeAgain) {
    Discovery discovery({.quiet_calls = 1}, 1, false);
    EXPECT_EQ(discovery.next(kStart).kind, Kind::call);
    EXPECT_TRUE(discovery.listening());
    discovery.restart();
    EXPECT_FALSE(discovery.listening());
    EXPECT_EQ(discovery.next(kStart + 1h).kind, Kind::call);
}

TEST(Discovery, LateAnswersDoNoHarm) {
    Discovery discovery({.quiet_calls = 1}, 3, false);
    discovery.on_silence(kStart);
    discovery.on_enrolled(1, kStart);
    Discovery::Heard const found[] = {{.meter = 2, .cost_milli = 1000}};
    discovery.on_called(0, found, kStart); // tells of somebody all the same
    EXPECT_FALSE(discovery.registered(1));
    EXPECT_EQ(discovery.members(), 0U);
    auto const step = discovery.next(kStart);
    EXPECT_EQ(step.kind, Kind::enroll);
    EXPECT_EQ(step.meter, 2U);
    discovery.on_hello({.meter = 2}, kNever); // twice
    discovery.on_enrolled(2, kStart);
    EXPECT_EQ(discovery.members(), 1U);
    EXPECT_EQ(discovery.next(kStart).kind, Kind::call);
}

TEST(Discovery, RefusesWhatCannotWork) {
    EXPECT_THROW(Discovery({.window = SimDuration::zero()}, 1, true), SimulationError);
    EXPECT_THROW(Discovery({.tries = 0}, 1, true), SimulationError);
    EXPECT_THROW(Discovery({.drop_after = 256}, 1, true), SimulationError);
}

} // namespace
} // namespace gridtwin::concentrator
