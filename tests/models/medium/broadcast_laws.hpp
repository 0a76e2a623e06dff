#pragma once
// What holds of frames to everybody on any shared medium.
#include "models/medium/route.hpp"
#include "tests/models/medium/medium_fixtures.hpp"

#include <algorithm>

namespace gridtwin::medium::testing {

/// Nodes in a row, each hearing its neighbours only, over clean links.
template <typename Medium>
void expect_a_broadcast_to_spread_down_a_line(Medium medium) {
    std::size_t const n = medium.size();
    RecordingSink sink;
    medium.send({.handle = 1, .from = 0, .to = kEverybody, .octets = 20}, at_s(1.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.heard.size(), 1U) << "one hop and no further";
    EXPECT_EQ(sink.heard[0].node, 1);
    EXPECT_EQ(medium.frames().sent, 1U) << "nobody acknowledges";
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::none);

    sink.heard.clear();
    medium.send({.handle = 2, .from = 0, .to = kEverybody, .octets = 20, .spread = true},
                at_s(100.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.heard.size(), n - 1) << "each of the others, once";
    for (std::size_t k = 0; k + 1 < n; ++k) {
        EXPECT_EQ(sink.heard[k].node, k + 1);
    }
    EXPECT_EQ(medium.frames().sent, 1 + n - 1) << "all but the last, who has nobody below it";
    EXPECT_EQ(sink.outcomes.size(), 2U) << "repeats have no fate of their own";
    // neighbours of each sender: the ends have one, the others two
    EXPECT_EQ(medium.receptions().sent, 1 + 1 + 2 * (n - 2));
    EXPECT_EQ(medium.receptions().delivered, medium.receptions().sent);
    expect_books_close(medium);
}

/// Nodes in a row as above. Nobody begins a frame that would end too late.
/// @param frame_s of 20 octets
template <typename Medium>
void expect_a_broadcast_to_arrive_in_time_or_not(Medium medium, double frame_s) {
    RecordingSink sink;
    double t_s = 0.0;
    std::size_t fewest = medium.size();
    std::size_t most = 0;
    for (std::uint64_t n = 1; n <= 40; ++n) {
        sink.heard.clear();
        SimTime const at = at_s(t_s += 100.0);
        SimTime const by = at + duration_from_s(0.5 * frame_s * static_cast<double>(n));
        medium.send({.handle = n,
                     .from = 0,
                     .to = kEverybody,
                     .octets = 20,
                     .spread = true,
                     .arrive_by_cs = arrive_by(by)},
                    at);
        medium.run_until(at_s(t_s + 99.0), sink);
        for (auto const& heard : sink.heard) {
            EXPECT_LE(heard.at, by);
        }
        EXPECT_EQ(sink.outcomes.back().reason,
                  sink.heard.empty() ? LossReason::expired : LossReason::none);
        fewest = std::min(fewest, sink.heard.size());
        most = std::max(most, sink.heard.size());
    }
    EXPECT_EQ(fewest, 0U) << "not even sent";
    EXPECT_EQ(most, medium.size() - 1);
    EXPECT_GT(sink.count(LossReason::expired), 0U);
    EXPECT_EQ(sink.outcomes.size(), 40U) << "repeats have no fate of their own";
    expect_books_close(medium);
    // behind another it waits, and then it is too late: the next has its turn at once
    medium.send({.handle = 50, .from = 0, .to = kEverybody, .octets = 20}, at_s(5000.0));
    medium.send({.handle = 51,
                 .from = 0,
                 .to = kEverybody,
                 .octets = 20,
                 .arrive_by_cs = arrive_by(at_s(5000.0) + duration_from_s(1.5 * frame_s))},
                at_s(5000.0));
    medium.send({.handle = 52, .from = 0, .to = kEverybody, .octets = 20}, at_s(5000.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 43U);
    EXPECT_EQ(sink.outcomes[41].datagram.handle, 51U);
    EXPECT_EQ(sink.outcomes[41].reason, LossReason::expired);
    EXPECT_EQ(int{sink.outcomes[41].tries}, 0);
    EXPECT_EQ(sink.outcomes[42].reason, LossReason::none);
    expect_books_close(medium);
}

/// Nodes in a row as above. A repeat waits behind many broadcasts that are more urgent.
template <typename Medium>
void expect_a_late_repeat_to_be_heard(Medium medium) {
    constexpr std::uint64_t kUrgent = 40;
    RecordingSink sink;
    auto const send = [&](std::uint64_t handle, std::uint16_t from, std::uint8_t priority,
                          SimTime at) {
        medium.send({.handle = handle,
                     .from = from,
                     .to = kEverybody,
                     .octets = 20,
                     .priority = priority,
                     .spread = priority == 0},
                    at);
    };
    send(1, 0, 0, at_s(1.0));
    while (sink.heard.empty()) { // by the first that repeats it
        medium.run_until(medium.next_event() + SimDuration{1}, sink);
    }
    EXPECT_TRUE(sink.over.empty());
    std::uint64_t sent = 0;
    auto const send_urgent = [&](SimTime at) {
        if (sent < kUrgent) {
            send(100 + sent++, 1, 1, at);
        }
    };
    sink.then = [&](Datagram const& /*sent*/, SimTime at) { send_urgent(at); };
    send_urgent(sink.heard[0].at);
    send_urgent(sink.heard[0].at); // one is always there
    medium.run_until(kNever, sink);
    // then all beyond hear it after the others
    std::vector<std::uint64_t> at_2;
    for (auto const& heard : sink.heard) {
        if (heard.node == 2) {
            at_2.push_back(heard.handle);
        }
    }
    ASSERT_EQ(at_2.size(), kUrgent + 1);
    EXPECT_EQ(at_2.back(), 1U);
    EXPECT_EQ(sink.heard.back().handle, 1U);
    EXPECT_EQ(sink.heard.back().node, medium.size() - 1);
    // and each is over once, that one when its last repeat is
    ASSERT_EQ(sink.over.size(), kUrgent + 1);
    EXPECT_EQ(sink.over.back(), (RecordingSink::Over{1, sink.heard.back().at}));
    expect_books_close(medium);
}

/// Nodes in a row as above.
template <typename Medium>
void expect_a_broadcast_to_end_with_whoever_holds_it(Medium medium, double frame_s) {
    RecordingSink sink;
    auto const send = [&](std::uint64_t handle, double t_s) {
        medium.send({.handle = handle, .from = 0, .to = kEverybody, .octets = 20, .spread = true},
                    at_s(t_s));
    };
    // by a sender without power it never begins
    medium.set_powered(0, false, at_s(0.0));
    send(1, 1.0);
    medium.run_until(at_s(50.0), sink);
    medium.set_powered(0, true, at_s(50.0));
    EXPECT_EQ(sink.over, (std::vector<RecordingSink::Over>{{1, at_s(1.0)}}));
    // and it ends when the only one to repeat it dies
    send(2, 100.0);
    SimTime const cut = at_s(100.0) + duration_from_s(frame_s + 0.5 * frame_s);
    while (sink.heard.empty()) {
        medium.run_until(medium.next_event() + SimDuration{1}, sink);
    }
    ASSERT_LT(sink.heard[0].at, cut);
    medium.run_until(cut, sink);
    EXPECT_EQ(sink.over.size(), 1U);
    medium.set_powered(1, false, cut);
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.over.size(), 2U);
    EXPECT_EQ(sink.over.back(), (RecordingSink::Over{2, cut}));
    EXPECT_EQ(sink.heard.size(), 1U);
    expect_books_close(medium);
}

/// Nodes that all hear each other.
template <typename Medium>
void expect_supply_to_decide_who_hears(Medium medium, double frame_s) {
    std::size_t const n = medium.size();
    RecordingSink sink;
    auto const send = [&](std::uint64_t handle, double t_s) {
        medium.send({.handle = handle, .from = 0, .to = kEverybody, .octets = 20}, at_s(t_s));
        medium.run_until(at_s(t_s) + duration_from_s(0.5 * frame_s), sink); // it is on its way
    };
    medium.set_powered(1, false, at_s(0.0));
    send(1, 1.0);
    medium.set_powered(2, false, at_s(1.0) + duration_from_s(0.5 * frame_s)); // a blink
    medium.set_powered(2, true, at_s(1.0) + duration_from_s(0.5 * frame_s));
    medium.set_powered(1, true, at_s(1.0) + duration_from_s(0.5 * frame_s)); // too late
    medium.run_until(at_s(50.0), sink);
    EXPECT_EQ(sink.heard.size(), n - 3);
    EXPECT_EQ(lost(medium.receptions(), LossReason::no_power), 2U);
    // and when the sender dies, nobody hears the rest, and the datagram is lost
    sink.heard.clear();
    send(2, 100.0);
    medium.set_powered(0, false, at_s(100.0) + duration_from_s(0.5 * frame_s));
    medium.run_until(kNever, sink);
    EXPECT_TRUE(sink.heard.empty());
    EXPECT_EQ(medium.receptions().sent, n - 1) << "of the first";
    EXPECT_EQ(sink.count(LossReason::no_power), 1U);
    EXPECT_EQ(lost(medium.frames(), LossReason::no_power), 1U);
    expect_books_close(medium);
    EXPECT_EQ(medium.datagrams_in_flight() + medium.frames_in_flight(), 0U);
}

/// Nodes in a row as above: 2 hears 1 and 3, and is not asked for a route.
template <typename Medium>
void expect_a_direct_datagram_to_take_one_hop(Medium medium) {
    RecordingSink sink;
    medium.send({.handle = 1, .from = 3, .to = 2, .octets = 20, .direct = true}, at_s(1.0));
    medium.send({.handle = 2, .from = 3, .to = 0, .octets = 20, .direct = true}, at_s(50.0));
    medium.send({.handle = 3, .from = 3, .to = 0, .octets = 20}, at_s(100.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 3U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::none);
    EXPECT_EQ(sink.outcomes[0].hops, 1);
    EXPECT_EQ(sink.outcomes[1].reason, LossReason::noise) << "out of hearing";
    EXPECT_EQ(sink.outcomes[2].hops, 3);
    expect_books_close(medium);
}

/// Nodes in a row as above: the routes lead over those of the concentrator's tree.
template <typename Medium>
void expect_routes_over_the_tree_only(Medium medium) {
    RecordingSink sink;
    double t_s = 0.0;
    auto const reaches = [&](std::uint16_t to) {
        std::size_t const before = sink.outcomes.size();
        medium.send({.handle = to, .from = 0, .to = to, .octets = 20}, at_s(t_s += 100.0));
        medium.run_until(at_s(t_s + 99.0), sink);
        EXPECT_EQ(sink.outcomes.size(), before + 1);
        return sink.outcomes.back().reason == LossReason::none;
    };
    for (std::uint16_t node = 1; node < medium.size(); ++node) {
        medium.set_root(node, kNoNode);
    }
    EXPECT_FALSE(reaches(1)) << "no route to one in no tree";
    EXPECT_EQ(sink.outcomes.back().reason, LossReason::no_route);
    for (std::uint16_t node = 1; node < medium.size(); ++node) {
        medium.set_root(node, 0);
        EXPECT_TRUE(reaches(node));
        EXPECT_EQ(sink.outcomes.back().hops, node) << "over those before it";
    }
    medium.set_root(2, kNoNode);
    EXPECT_TRUE(reaches(1));
    EXPECT_FALSE(reaches(3)) << "nobody leads past a gap";
    // its neighbour hears it all the same
    medium.send({.handle = 77, .from = 2, .to = 1, .octets = 20, .direct = true},
                at_s(t_s += 100.0));
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.outcomes.back().reason, LossReason::none);
    expect_books_close(medium);
}

} // namespace gridtwin::medium::testing
