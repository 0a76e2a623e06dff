#include "models/rf/medium.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

namespace gridtwin::rf {
namespace {

using namespace testing;

TEST(RadioMedium, RefusesThePastUnknownNodesAndLettersToOneself) {
    Medium medium = medium_on(circle_of(3, 50.0), clean_radio());
    RecordingSink sink;
    medium.send({.from = 0, .to = 1, .octets = 20}, at_s(1.0));
    medium.run_until(at_s(2.0), sink);
    EXPECT_THROW(medium.send({.from = 0, .to = 1}, at_s(0.5)), SimulationError);
    EXPECT_THROW(medium.send({.from = 0, .to = 3}, at_s(3.0)), SimulationError);
    EXPECT_THROW(medium.send({.from = 1, .to = 1}, at_s(3.0)), SimulationError);
    std::vector<float> const two(2, -100.0F);
    EXPECT_THROW(medium.set_noise_dbm(two), SimulationError);
    expect_books_close(medium);
}

TEST(RadioMedium, SegmentsWhatIsLongerThanAFrame) {
    Medium medium = medium_on(circle_of(2, 50.0), clean_radio());
    std::vector<FrameRecord> frames;
    medium.trace(&frames);
    RecordingSink sink;
    medium.send({.from = 1, .to = 0, .octets = 150}, kStart); // 64 + 64 + 22
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_EQ(medium.frames().sent, 6U);
    ASSERT_EQ(frames.size(), 6U);
    EXPECT_EQ(frames[4].end - frames[4].start, frame_time(clean_radio(), 22));
    EXPECT_FALSE(frames[4].is_ack);
    EXPECT_TRUE(frames[5].is_ack);
}

TEST(RadioMedium, UrgentDatagramsOvertakeWhatHasNotBegun) {
    Medium medium = medium_on(circle_of(2, 50.0), clean_radio());
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 40}, kStart);
    medium.send({.handle = 2, .from = 1, .to = 0, .octets = 40}, at_s(0.01));
    medium.send({.handle = 3, .from = 1, .to = 0, .octets = 40, .priority = 2, .contend = true},
                at_s(0.01));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 3U);
    EXPECT_EQ(sink.outcomes[0].datagram.handle, 1U);
    EXPECT_EQ(sink.outcomes[1].datagram.handle, 3U);
    EXPECT_EQ(sink.outcomes[2].datagram.handle, 2U);
}

TEST(RadioMedium, AFullQueueRefuses) {
    Medium medium = medium_on(circle_of(2, 50.0), clean_radio(), {.queue_limit = 2});
    RecordingSink sink;
    for (std::uint64_t n = 0; n < 5; ++n) {
        medium.send({.handle = n, .from = 1, .to = 0, .octets = 40}, kStart);
    }
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::queue_full), 3U);
    EXPECT_EQ(sink.count(LossReason::none), 2U);
    expect_books_close(medium);
}

TEST(RadioMedium, AFullQueueHasRoomForTheUrgent) {
    expect_the_urgent_to_find_room(
        medium_on(circle_of(2, 50.0), clean_radio(), {.queue_limit = 3}));
}

TEST(RadioMedium, WhoNeverFindsTheMediumFreeGivesUpWithoutAFrame) {
    // given 2, which hears 1 talk all the time
    RadioSpec radio = clean_radio();
    radio.max_payload_octets = 60'000;
    Medium medium = medium_on(circle_of(3, 50.0), radio, {.retries = 1, .acknowledge = true});
    RecordingSink sink;
    medium.send({.from = 1, .to = 0, .octets = 50'000}, at_s(1.0)); // 25 s
    medium.send({.from = 2, .to = 0, .octets = 40}, at_s(2.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 2U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::collision);
    EXPECT_EQ(int{sink.outcomes[0].tries}, 0);
    EXPECT_EQ(medium.counters().access_failures, 2U);
    EXPECT_EQ(sink.outcomes[1].reason, LossReason::none);
    EXPECT_EQ(medium.frames().sent, 2U);
}

TEST(RadioMedium, ALinkThatIsHeardOneWayOnlyIsNoRoute) {
    // given a seed that makes 1 louder than 0, and a distance between the two ranges
    PropagationSpec spec = open_field();
    spec.asymmetry_sigma_db = 6.0;
    RadioSpec const radio = clean_radio();
    for (std::uint64_t seed = 1;; ++seed) {
        ASSERT_LT(seed, 50U);
        Links const near(radio, spec, line_of(2, 10.0), Seed{seed}, kArea);
        if (near.offset_db(1) - near.offset_db(0) < 4.0 || near.offset_db(0) > 0.0) {
            continue;
        }
        double const middle_db = 0.5 * (near.offset_db(0) + near.offset_db(1));
        double const between_m = range_m(radio, spec, -middle_db);
        Medium medium =
            medium_on(line_of(2, between_m), radio, {.access = Access::aloha, .acknowledge = false},
                      spec, Seed{seed});
        EXPECT_EQ(medium.routes()[1].parent, kNoNode); // both directions count
        EXPECT_GT(radio.tx_power_dbm + near.offset_db(1) - medium.links().attenuation_db(0, 1),
                  radio.sensitivity_dbm);
        EXPECT_LT(radio.tx_power_dbm + near.offset_db(0) - medium.links().attenuation_db(0, 1),
                  radio.sensitivity_dbm);
        return;
    }
}

TEST(RadioMedium, NoiseFromOutsideAddsToTheThermalNoiseAndRenewsRoutes) {
    RadioSpec const radio;
    double const reach = range_m(radio, open_field(), 0.0);
    Medium medium = medium_on(line_of(3, 0.5 * reach), radio);
    EXPECT_EQ(int{medium.routes()[2].hops}, 1);
    RecordingSink sink;
    medium.set_noise_dbm(-110.0); // the far link is at the sensitivity of -110 dBm
    medium.send({.from = 2, .to = 0, .octets = 64}, at_s(1.0));
    medium.run_until(kNever, sink);
    EXPECT_EQ(medium.counters().route_updates, 2U);
    EXPECT_EQ(int{medium.routes()[2].hops}, 2);
    EXPECT_EQ(sink.count(LossReason::none), 1U);
    medium.set_noise_dbm(-60.0);
    medium.send({.from = 2, .to = 0, .octets = 64}, at_s(1000.0));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::no_route), 1U);
}

TEST(RadioMedium, RoutesAreWorkedOutAnewOnRequestHoweverLittleNoiseMoved) {
    RadioSpec const radio;
    double const reach = range_m(radio, open_field(), 0.0);
    Medium medium = medium_on(line_of(3, 0.45 * reach), radio, {.route_hysteresis_etx = 0.0});
    float const quiet = medium.routes()[2].etx;
    medium.set_noise_dbm(-124.0); // 2 dB more than the thermal noise alone
    EXPECT_EQ(medium.routes()[2].etx, quiet);
    medium.update_routes(at_s(1.0));
    EXPECT_GT(medium.routes()[2].etx, quiet);
    EXPECT_EQ(medium.counters().route_updates, 2U);
}

/// A hundred meters push at once; all fates, and the counters behind them.
std::vector<Outcome> rush(Medium& medium, SimTime until) {
    RecordingSink sink;
    for (std::uint16_t meter = 1; meter < medium.size(); ++meter) {
        medium.send({.handle = meter, .from = meter, .to = 0, .octets = 30, .contend = true},
                    at_s(1.0 + 0.01 * meter));
    }
    medium.run_until(until, sink);
    return sink.outcomes;
}

TEST(RadioMedium, GivesTheSameBitsWhenRepeatedAndFromACopy) {
    PropagationSpec const spec;
    auto const places = town_of(100, 700.0, Seed{6});
    Medium one = medium_on(places, RadioSpec{}, {}, spec, Seed{6});
    Medium two = medium_on(places, RadioSpec{}, {}, spec, Seed{6});
    Medium other = medium_on(places, RadioSpec{}, {}, spec, Seed{7});
    auto const fates = rush(one, at_s(3.0));
    EXPECT_EQ(fates, rush(two, at_s(3.0)));
    EXPECT_NE(fates, rush(other, at_s(3.0)));
    Medium copy = one;
    RecordingSink rest;
    RecordingSink rest_of_copy;
    one.run_until(kNever, rest);
    copy.run_until(kNever, rest_of_copy);
    EXPECT_EQ(rest.outcomes, rest_of_copy.outcomes);
    EXPECT_GT(rest.outcomes.size(), 10U);
    EXPECT_EQ(one.frames().sent, copy.frames().sent);
}

TEST(RadioMedium, WindowsDoNotMatter) {
    PropagationSpec const spec;
    auto const places = town_of(100, 700.0, Seed{6});
    Medium one = medium_on(places, RadioSpec{}, {}, spec, Seed{6});
    Medium two = medium_on(places, RadioSpec{}, {}, spec, Seed{6});
    auto const fates = rush(one, kNever);
    EXPECT_TRUE(rush(two, at_s(1.0)).empty());
    RecordingSink sink;
    for (double t_s = 1.0; two.next_event() != kNever; t_s += 0.013) {
        two.run_until(at_s(t_s), sink);
    }
    EXPECT_EQ(fates.size(), 99U);
    EXPECT_EQ(fates, sink.outcomes);
}

} // namespace
} // namespace gridtwin::rf
