#include "models/rf/medium.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

namespace gridtwin::rf {
namespace {

using namespace testing;

TEST(RadioMediumPower, ADeadForwarderIsLeftAndComesBack) {
    // given 3 behind 1 or 2
    RadioSpec const radio = clean_radio();
    double const reach = range_m(radio, open_field(), 0.0);
    std::vector<Place> const places{
        {0.0, 0.0}, {0.7 * reach, 10.0}, {0.7 * reach, -20.0}, {1.4 * reach, 0.0}};
    Medium medium = medium_on(places, radio, {.route_refresh_s = 10.0});
    RecordingSink sink;
    std::uint16_t const first = medium.routes()[3].parent;
    auto const other = static_cast<std::uint16_t>(3 - first);
    medium.set_powered(first, false, at_s(1.0));
    medium.send({.handle = 1, .from = 3, .to = 0, .octets = 20}, at_s(2.0));
    medium.run_until(at_s(5.0), sink);
    EXPECT_EQ(medium.routes()[3].parent, other);
    EXPECT_EQ(sink.count(LossReason::none), 1U);
    // when that one dies too, before routes may be renewed
    medium.set_powered(other, false, at_s(5.0));
    medium.send({.handle = 2, .from = 3, .to = 0, .octets = 20}, at_s(6.0));
    medium.run_until(at_s(9.0), sink);
    EXPECT_EQ(sink.count(LossReason::no_power), 1U);
    medium.send({.handle = 3, .from = 3, .to = 0, .octets = 20}, at_s(20.0));
    medium.run_until(at_s(25.0), sink);
    EXPECT_EQ(sink.count(LossReason::no_route), 1U);
    // and the first comes back
    medium.set_powered(first, true, at_s(31.0));
    medium.send({.handle = 4, .from = 3, .to = 0, .octets = 20}, at_s(32.0));
    medium.run_until(kNever, sink);
    EXPECT_EQ(medium.routes()[3].parent, first);
    EXPECT_EQ(sink.count(LossReason::none), 2U);
    expect_books_close(medium);
}

TEST(RadioMediumPower, AQueueDiesWithItsNodeAndWhatItWasSendingBreaksOff) {
    Medium medium = medium_on(circle_of(3, 50.0), clean_radio());
    RecordingSink sink;
    for (std::uint64_t n = 0; n < 3; ++n) {
        medium.send({.handle = n, .from = 1, .to = 0, .octets = 60}, kStart);
    }
    medium.run_until(at_s(0.011), sink); // the first is on the air, after a turnaround of 1 ms
    ASSERT_EQ(medium.frames_in_flight(), 1U);
    ASSERT_EQ(medium.datagrams_in_flight(), 3U);
    medium.set_powered(1, false, at_s(0.011));
    expect_books_close(medium);
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::no_power), 3U);
    EXPECT_EQ(lost(medium.frames(), LossReason::no_power), 1U);
    EXPECT_NEAR(medium.airtime_s(), 0.010, 1e-9);
    expect_books_close(medium);
}

TEST(RadioMediumPower, ABlinkInTheInstantOfAHandOverLosesTheDatagram) {
    expect_a_blink_to_lose_the_datagram(medium_on(circle_of(3, 50.0), clean_radio()));
}

TEST(RadioMediumPower, SendersKnowWhatTheirOwnHopDidAndNoMore) {
    auto const radio = clean_radio();
    double const spacing_m = 0.8 * range_m(radio, open_field(), 0.0);
    expect_senders_to_know_their_own_hop(medium_on(line_of(4, spacing_m), radio));
    expect_senders_without_acknowledgements_to_know_nothing(
        medium_on(line_of(4, spacing_m), radio, {.acknowledge = false}));
}

TEST(RadioMediumPower, ABlinkIsNoReasonForNewRoutes) {
    Medium medium = medium_on(circle_of(3, 50.0), clean_radio(), {.route_refresh_s = 0.0});
    RecordingSink sink;
    medium.set_powered(1, false, at_s(1.0));
    medium.run_until(at_s(2.0), sink);
    medium.set_powered(1, true, at_s(2.0));
    medium.send({.from = 2, .to = 0, .octets = 20}, at_s(3.0));
    medium.run_until(kNever, sink);
    EXPECT_EQ(medium.counters().route_updates, 1U); // of the constructor
    medium.set_powered(1, false, at_s(4.0));
    medium.send({.from = 2, .to = 0, .octets = 20}, at_s(5.0));
    medium.run_until(kNever, sink);
    EXPECT_EQ(medium.counters().route_updates, 2U);
    EXPECT_EQ(sink.count(LossReason::none), 2U);
}

TEST(RadioMediumPower, SuppliesThatBlinkForeverTakeNoMemory) {
    // given an area where nobody has anything to send, so that no route is ever chosen
    Medium medium = medium_on(circle_of(5, 50.0), clean_radio());
    RecordingSink sink;
    auto const blink = [&](int from, int to) {
        for (int n = from; n < to; ++n) {
            auto const node = static_cast<std::uint16_t>(1 + n / 2 % 4);
            medium.set_powered(node, n % 2 != 0, at_s(n));
            medium.run_until(at_s(n + 0.5), sink);
        }
    };
    blink(0, 16);
    std::size_t const before = medium.bytes();
    blink(16, 20'000);
    EXPECT_EQ(medium.bytes(), before);
}

} // namespace
} // namespace gridtwin::rf
