#include "sim/core/diagnostics.hpp"
#include "tests/models/medium/broadcast_laws.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

namespace gridtwin::rf {
namespace {

using namespace testing;

double spacing_m(RadioSpec const& radio) {
    return 0.8 * range_m(radio, open_field(), 0.0); // the neighbour hears, the next one does not
}

TEST(RadioBroadcast, SpreadsDownALine) {
    auto const radio = clean_radio();
    expect_a_broadcast_to_spread_down_a_line(medium_on(line_of(6, spacing_m(radio)), radio));
}

TEST(RadioBroadcast, ArrivesInTimeOrNotAtAll) {
    RadioSpec radio = clean_radio();
    radio.bit_rate_bps = 1600.0; // so that a frame is many hundredths of a second
    expect_a_broadcast_to_arrive_in_time_or_not(medium_on(line_of(6, spacing_m(radio)), radio),
                                                to_s(frame_time(radio, 20)));
}

TEST(RadioBroadcast, IsHeardHoweverLate) {
    auto const radio = clean_radio();
    expect_a_late_repeat_to_be_heard(medium_on(line_of(5, spacing_m(radio)), radio));
}

TEST(RadioBroadcast, IsOverWhenNobodyHasItToSend) {
    auto const radio = clean_radio();
    expect_a_broadcast_to_end_with_whoever_holds_it(medium_on(line_of(5, spacing_m(radio)), radio),
                                                    to_s(frame_time(radio, 20)));
}

TEST(RadioBroadcast, IsHeardByWhoeverHasPowerAllTheWhile) {
    auto const radio = clean_radio();
    expect_supply_to_decide_who_hears(medium_on(circle_of(8, 20.0), radio),
                                      to_s(frame_time(radio, 20)));
}

TEST(RadioBroadcast, ADirectDatagramNeedsNoRoute) {
    auto const radio = clean_radio();
    expect_a_direct_datagram_to_take_one_hop(medium_on(line_of(4, spacing_m(radio)), radio));
}

TEST(RadioBroadcast, RoutesLeadOverNodesOfTheTreeOnly) {
    auto const radio = clean_radio();
    expect_routes_over_the_tree_only(medium_on(line_of(5, spacing_m(radio)), radio));
}

TEST(RadioBroadcast, NeedsAFrame) {
    auto medium = medium_on(line_of(2, 10.0), clean_radio());
    EXPECT_THROW(medium.send({.from = 0, .to = medium::kEverybody, .octets = 65}, kStart),
                 SimulationError);
}

TEST(RadioBroadcast, IsDrownedWhereTwoAreHeardAtOnce) {
    // given three in a row, whose ends do not hear each other
    auto const radio = clean_radio();
    auto medium = medium_on(line_of(3, spacing_m(radio)), radio);
    RecordingSink sink;
    for (std::uint16_t const from : {std::uint16_t{0}, std::uint16_t{2}}) {
        medium.send({.handle = from, .from = from, .to = medium::kEverybody, .octets = 20},
                    at_s(1.0));
    }
    medium.run_until(kNever, sink);
    EXPECT_TRUE(sink.heard.empty());
    EXPECT_EQ(lost(medium.receptions(), LossReason::collision), 2U);
    EXPECT_EQ(medium.datagrams().delivered, 2U) << "they were sent";
}

} // namespace
} // namespace gridtwin::rf
