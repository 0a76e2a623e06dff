#include "models/plc/medium.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

#include <algorithm>

namespace gridtwin::plc {
namespace {

using namespace testing;

TEST(PlcMedium, RepeatersCarryADatagramOverTheHopsOfItsRoute) {
    Medium medium = medium_on(line_network(4, 60.0F), {});
    RecordingSink sink;
    medium.send({.handle = 5, .from = 0, .to = 3, .octets = 20}, kStart);
    medium.send({.handle = 6, .from = 3, .to = 0, .octets = 20}, at_s(10.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 2U);
    for (auto const& outcome : sink.outcomes) {
        EXPECT_EQ(outcome.reason, LossReason::none);
        EXPECT_EQ(int{outcome.hops}, 3);
        EXPECT_EQ(int{outcome.tries}, 1);
    }
    EXPECT_EQ(medium.counters().repeated, 4U);
    EXPECT_EQ(medium.frames().sent, 12U); // three hops there and back, each acknowledged
    expect_books_close(medium);
}

TEST(PlcMedium, MetersReachEachOtherWhereTheirWaysMeet) {
    Medium medium = medium_on(line_network(5, 60.0F), {});
    RecordingSink sink;
    medium.send({.from = 4, .to = 2, .octets = 20}, kStart);
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::none);
    EXPECT_EQ(int{sink.outcomes[0].hops}, 2); // not over the concentrator
}

TEST(PlcMedium, LongDatagramsGoAsABurstOfFrames) {
    ModemSpec const modem{.modes = {{.processing_gain_db = 20.0}}};
    Medium medium = medium_on(star_network(2, 20.0F), modem);
    RecordingSink sink;
    medium.send({.from = 0, .to = 1, .octets = 150}, kStart); // 64 + 64 + 22
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    double const by_hand = (2 * 78 + 36 + 2 * 10) * 8 / 2400.0 + 4 * 0.010;
    EXPECT_NEAR(to_s(sink.outcomes[0].at), by_hand, 1e-8);
    EXPECT_EQ(medium.frames().sent, 6U);
}

TEST(PlcMedium, AnEmptyDatagramIsOneFrameWithoutPayload) {
    Medium medium = medium_on(star_network(2, 20.0F), {});
    RecordingSink sink;
    medium.send({.from = 0, .to = 1, .octets = 0}, kStart);
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_NEAR(to_s(sink.outcomes[0].at), 14 * 8 / 2400.0, 1e-8);
}

TEST(PlcMedium, DuplicatesAfterALostAcknowledgementAreSuppressed) {
    // given a meter that hears well and a concentrator that does not
    Medium medium = medium_on(star_network(2, 60.0F), {}, {.least_link_success = 1e-6});
    std::vector<float> const noise{
        static_cast<float>(120.0 - 60.0 + ModemSpec{}.modes.front().processing_gain_db - 8.5),
        0.0F};
    medium.set_noise_dbuv(noise);
    RecordingSink sink;
    // when
    for (int n = 0; n < 200; ++n) {
        medium.send({.handle = static_cast<std::uint64_t>(n), .from = 0, .to = 1, .octets = 20},
                    at_s(60.0 * n));
    }
    medium.run_until(kNever, sink);
    // then each arrives once, with its first frame, and the repeats are known as such
    EXPECT_EQ(sink.outcomes.size(), 200U);
    EXPECT_EQ(sink.count(LossReason::none), 200U);
    EXPECT_GT(medium.counters().duplicates, 100U);
    EXPECT_GT(lost(medium.frames(), LossReason::noise), 100U);
    expect_books_close(medium);
    // and a sender that hears no acknowledgement does not know better
    EXPECT_EQ(sink.first_hops.size(), 200U);
    auto const in_vain = std::count_if(sink.first_hops.begin(), sink.first_hops.end(),
                                       [](auto const& hop) { return !hop.acknowledged; });
    EXPECT_GT(in_vain, 0);
    EXPECT_LT(in_vain, 200);
}

TEST(PlcMedium, TheUrgentOvertakesWhatHasNotBegun) {
    Medium medium = medium_on(star_network(2, 20.0F), {});
    RecordingSink sink;
    std::vector<std::uint8_t> const priorities{0, 0, 1, 2, 2};
    for (std::size_t n = 0; n < priorities.size(); ++n) {
        medium.send({.handle = n, .from = 1, .to = 0, .octets = 20, .priority = priorities[n]},
                    at_s(0.001 * static_cast<double>(n)));
    }
    medium.run_until(kNever, sink);
    std::vector<std::uint64_t> order;
    for (auto const& outcome : sink.outcomes) {
        order.push_back(outcome.datagram.handle);
    }
    EXPECT_EQ(order, (std::vector<std::uint64_t>{0, 3, 4, 2, 1}))
        << "by priority, then as they came";
}

TEST(PlcMedium, WithoutAWayADatagramIsLostWithNoRoute) {
    Medium medium = medium_on(line_network(3, 90.0F), {});
    RecordingSink sink;
    medium.send({.from = 0, .to = 2, .octets = 20}, at_s(1.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::no_route);
    EXPECT_EQ(sink.outcomes[0].at, at_s(1.0));
    EXPECT_EQ(int{sink.outcomes[0].tries}, 0);
    EXPECT_EQ(int{sink.outcomes[0].hops}, 0);
    EXPECT_EQ(medium.frames().sent, 0U);
}

TEST(PlcMedium, AFullQueueRefusesTheNext) {
    Medium medium = medium_on(star_network(2, 20.0F), {}, {.queue_limit = 3});
    RecordingSink sink;
    for (std::uint64_t n = 0; n < 5; ++n) {
        medium.send({.handle = n, .from = 0, .to = 1, .octets = 20}, kStart);
    }
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::queue_full), 2U);
    EXPECT_EQ(sink.count(LossReason::none), 3U);
    expect_books_close(medium);
}

TEST(PlcMedium, AFullQueueHasRoomForTheUrgent) {
    expect_the_urgent_to_find_room(medium_on(star_network(2, 20.0F), {}, {.queue_limit = 3}));
}

TEST(PlcMedium, WhoHearsAFrameWaitsForItAndItsAcknowledgement) {
    Medium medium = medium_on(star_network(3, 20.0F), {});
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 20}, kStart);
    medium.send({.handle = 2, .from = 2, .to = 0, .octets = 20}, at_s(0.05));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::none), 2U);
    EXPECT_EQ(medium.counters().deferrals, 1U);
    EXPECT_EQ(medium.frames().lost_total(), 0U);
    double const busy_s = (34 + 10) * 8 / 2400.0 + 0.010;
    EXPECT_GE(to_s(sink.outcomes[1].at), busy_s + 0.010 + 34 * 8 / 2400.0);
}

TEST(PlcMedium, WhoComesInTheGapBeforeAnAcknowledgementWaitsToo) {
    Medium medium = medium_on(star_network(3, 20.0F), {});
    RecordingSink sink;
    double const data_end_s = 34 * 8 / 2400.0;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 20}, kStart);
    medium.send({.handle = 2, .from = 2, .to = 0, .octets = 20}, at_s(data_end_s + 0.005));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::none), 2U);
    EXPECT_EQ(medium.counters().deferrals, 1U);
    EXPECT_EQ(medium.frames().lost_total(), 0U);
}

TEST(PlcMedium, WhoeverWasAskedAnswersBeforeTheNextQuestion) {
    // given two polls handed over at once, and meters that answer at once
    Medium medium = medium_on(star_network(3, 20.0F), {});
    RecordingSink sink;
    sink.then = [&](Datagram const& got, SimTime at) {
        if (got.from == 0) {
            medium.send({.handle = got.handle + 10, .from = got.to, .to = 0, .octets = 60}, at);
        }
    };
    medium.send({.handle = 1, .from = 0, .to = 1, .octets = 20}, kStart);
    medium.send({.handle = 2, .from = 0, .to = 2, .octets = 20}, kStart);
    medium.run_until(kNever, sink);
    std::vector<std::uint64_t> order;
    for (auto const& outcome : sink.outcomes) {
        order.push_back(outcome.datagram.handle);
    }
    EXPECT_EQ(order, (std::vector<std::uint64_t>{1, 11, 2, 12}));
    EXPECT_EQ(medium.frames().lost_total(), 0U);
}

TEST(PlcMedium, HiddenModemsCollideAtTheOneBetween) {
    // given 1 - 0 - 2 with the outer ones out of each other's hearing, and no second try
    Medium medium = medium_on(star_network(3, 60.0F), {}, {.hop_retries = 0});
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 60}, kStart);
    medium.send({.handle = 2, .from = 2, .to = 0, .octets = 60}, at_s(0.1));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::collision), 2U);
    EXPECT_EQ(medium.counters().deferrals, 0U);
    expect_books_close(medium);
}

TEST(PlcMedium, AShortFrameThatEndedEarlyStillSpoilsTheLongOneItOverlapped) {
    // given 1 and 2 hidden from each other round the concentrator, 5 and 4 out of its hearing
    LvNetwork const net = tree({-1, 0, 0, 0, 3, 4}, {0.0F, 60.0F, 60.0F, 60.0F, 60.0F, 60.0F});
    Medium medium = medium_on(net, {}, {.hop_retries = 0});
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 60}, kStart);
    medium.send({.handle = 2, .from = 2, .to = 0, .octets = 0}, at_s(0.02));
    medium.send({.handle = 3, .from = 5, .to = 4, .octets = 60}, at_s(0.2)); // tidies the air up
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::collision), 2U);
    EXPECT_EQ(sink.count(LossReason::none), 1U);
}

TEST(PlcMedium, PolledModemsThatWaitedForTheSameFrameDoNotStartTogether) {
    Medium medium = medium_on(star_network(4, 20.0F), {}, {.hop_retries = 0});
    RecordingSink sink;
    constexpr int kRounds = 100;
    for (int n = 0; n < kRounds; ++n) {
        for (std::uint16_t m = 1; m <= 3; ++m) {
            medium.send({.from = m, .to = 0, .octets = 20}, at_s(60.0 * n + 0.05 * (m / 2)));
        }
    }
    medium.run_until(kNever, sink);
    // one slot of eight in common: 2 of 16 lost on average; with no backoff all would be
    EXPECT_GT(sink.count(LossReason::none), std::size_t{3 * kRounds - 60});
    EXPECT_GT(sink.count(LossReason::collision), 0U);
}

TEST(PlcMedium, TheStrongerSignalIsCapturedWhenItExceedsTheOther) {
    // given a near and a far modem, 30 dB apart at the concentrator
    LvNetwork const net = tree({-1, 0, 0}, {0.0F, 10.0F, 40.0F});
    Medium medium = medium_on(net, {}, {.carrier_sense = false, .acknowledge = false});
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 60}, kStart);
    medium.send({.handle = 2, .from = 2, .to = 0, .octets = 60}, kStart);
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 2U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::none);
    EXPECT_EQ(sink.outcomes[0].datagram.handle, 1U);
    EXPECT_EQ(sink.outcomes[1].reason, LossReason::collision);
}

TEST(PlcMedium, AModemCannotHearWhileItSends) {
    Medium medium =
        medium_on(star_network(2, 10.0F), {}, {.carrier_sense = false, .acknowledge = false});
    RecordingSink sink;
    medium.send({.from = 0, .to = 1, .octets = 60}, kStart);
    medium.send({.from = 1, .to = 0, .octets = 60}, at_s(0.1));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::collision), 2U);
}

TEST(PlcMedium, ALastGaspOfSixtyMetersLosesSomeToCollisionsAndTheBooksClose) {
    Medium medium = medium_on(star_network(61, 20.0F), {});
    RecordingSink sink;
    for (std::uint16_t m = 1; m <= 60; ++m) {
        medium.send({.handle = m, .from = m, .to = 0, .octets = 16, .contend = true}, at_s(1.0));
    }
    // when the meters die ten seconds later
    medium.run_until(at_s(11.0), sink);
    for (std::uint16_t m = 1; m <= 60; ++m) {
        medium.set_powered(m, false, at_s(11.0));
    }
    medium.run_until(kNever, sink);
    // then some were heard, frames collided, and who had not been heard fell silent
    EXPECT_EQ(sink.outcomes.size(), 60U);
    EXPECT_GT(sink.count(LossReason::none), 10U);
    EXPECT_GT(sink.count(LossReason::no_power) + sink.count(LossReason::collision), 5U);
    EXPECT_GT(lost(medium.frames(), LossReason::collision), 10U);
    EXPECT_EQ(medium.datagrams_in_flight(), 0U);
    EXPECT_EQ(medium.frames_in_flight(), 0U);
    expect_books_close(medium);
}

/// A day in small: polls and alarms with noise, shadowing and contention.
std::vector<Outcome> busy_hour(Seed seed, bool from_a_copy) {
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv = 72.0;
    spec.shadowing_sigma_db = 5.0;
    Medium medium = medium_on(star_network(20, 30.0F), {}, {}, spec, seed);
    RecordingSink sink;
    for (std::uint64_t n = 0; n < 400; ++n) {
        auto const who = static_cast<std::uint16_t>(1 + n % 19);
        bool const alarm = n % 3 == 0;
        medium.send({.handle = n,
                     .from = alarm ? who : std::uint16_t{0},
                     .to = alarm ? std::uint16_t{0} : who,
                     .octets = 40,
                     .contend = alarm},
                    at_s(0.7 * static_cast<double>(n)));
    }
    medium.run_until(at_s(100.0), sink);
    if (from_a_copy) {
        Medium copy = medium;
        copy.run_until(kNever, sink);
    } else {
        medium.run_until(kNever, sink);
    }
    return sink.outcomes;
}

TEST(PlcMedium, SameSeedSameFatesAndACopyGoesOnAlike) {
    auto const once = busy_hour(Seed{8}, false);
    EXPECT_EQ(once, busy_hour(Seed{8}, false));
    EXPECT_EQ(once, busy_hour(Seed{8}, true));
    EXPECT_NE(once, busy_hour(Seed{9}, false));
}

TEST(PlcMedium, NoiseHasToBeANumber) {
    Medium medium = medium_on(star_network(3, 20.0F), {});
    EXPECT_THROW(medium.set_noise_dbuv(std::nan("")), SimulationError);
    std::vector<float> const levels{40.0F, std::nanf(""), 40.0F};
    EXPECT_THROW(medium.set_noise_dbuv(levels), SimulationError);
}

TEST(PlcMedium, MisuseIsAnErrorThatNamesMediumAndTime) {
    Medium medium = medium_on(star_network(3, 20.0F), {});
    RecordingSink sink;
    EXPECT_THROW(medium.send({.from = 1, .to = 1}, kStart), SimulationError);
    EXPECT_THROW(medium.send({.from = 1, .to = 3}, kStart), SimulationError);
    EXPECT_THROW(medium_on(star_network(3, 20.0F), {.modes = {{.bit_rate_bps = 0.0}}}),
                 SimulationError);
    medium.send({.handle = 1, .from = 1, .to = 0}, at_s(5.0));
    EXPECT_THROW(medium.set_powered(1, false, at_s(6.0)), SimulationError);
    medium.run_until(kNever, sink);
    try {
        medium.send({.handle = 9, .from = 1, .to = 0}, at_s(4.0));
        FAIL() << "a datagram in the past was accepted";
    } catch (SimulationError const& error) {
        EXPECT_STREQ(error.what(),
                     "power-line medium 7 at 00:00:04: datagram 9 is sent in the past");
    }
}

} // namespace
} // namespace gridtwin::plc
