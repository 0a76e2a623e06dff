#include "sim/core/diagnostics.hpp"
#include "tests/models/medium/broadcast_laws.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

TEST(PlcBroadcast, SpreadsDownALine) {
    expect_a_broadcast_to_spread_down_a_line(medium_on(line_network(6, 60.0F), {}));
}

TEST(PlcBroadcast, ArrivesInTimeOrNotAtAll) {
    expect_a_broadcast_to_arrive_in_time_or_not(medium_on(line_network(6, 60.0F), {}),
                                                to_s(frame_time({}, 20)));
}

TEST(PlcBroadcast, IsHeardHoweverLate) {
    expect_a_late_repeat_to_be_heard(medium_on(line_network(5, 60.0F), {}));
}

TEST(PlcBroadcast, IsOverWhenNobodyHasItToSend) {
    expect_a_broadcast_to_end_with_whoever_holds_it(medium_on(line_network(5, 60.0F), {}),
                                                    to_s(frame_time({}, 20)));
}

TEST(PlcBroadcast, IsHeardByWhoeverHasPowerAllTheWhile) {
    expect_supply_to_decide_who_hears(medium_on(line_network(8, 1.0F), {}),
                                      to_s(frame_time({}, 20)));
}

TEST(PlcBroadcast, ADirectDatagramNeedsNoRoute) {
    expect_a_direct_datagram_to_take_one_hop(medium_on(line_network(4, 60.0F), {}));
}

TEST(PlcBroadcast, RoutesLeadOverModemsOfTheTreeOnly) {
    expect_routes_over_the_tree_only(medium_on(line_network(5, 60.0F), {}));
}

TEST(PlcBroadcast, NeedsAFrameOfTheModeThatCarriesLeast) {
    auto medium = medium_on(line_network(2, 10.0F), {});
    EXPECT_THROW(medium.send({.from = 0, .to = medium::kEverybody, .octets = 65}, kStart),
                 SimulationError);
    EXPECT_THROW(medium.send({.from = 0, .to = 1, .arrive_by_cs = 100}, kStart), SimulationError)
        << "what goes to one has no such time";
}

} // namespace
} // namespace gridtwin::plc
