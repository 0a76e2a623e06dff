#pragma once
// What tests of every shared medium need: a sink that remembers, books that close, and the laws
// that hold on any of them.
#include "models/medium/datagram.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace gridtwin::medium::testing {

inline SimTime at_s(double seconds) {
    return kStart + duration_from_s(seconds);
}

struct Outcome {
    Datagram datagram;
    LossReason reason; ///< none: delivered
    SimTime at;
    std::uint8_t tries;
    std::uint8_t hops;

    friend bool operator==(Outcome const&, Outcome const&) = default;
};

/// Remembers every fate; what a test wants done at a delivery goes into `then`.
class RecordingSink final : public Sink {
  public:
    std::vector<Outcome> outcomes;
    /// A broadcast at a node.
    struct Heard {
        std::uint64_t handle;
        std::uint16_t node;
        SimTime at;
        friend auto operator<=>(Heard const&, Heard const&) = default;
    };
    std::vector<Heard> heard;
    std::function<void(Datagram const&, SimTime)> then;
    /// What senders learn of theirs.
    struct FirstHop {
        std::uint64_t handle;
        bool acknowledged;
        friend auto operator<=>(FirstHop const&, FirstHop const&) = default;
    };
    std::vector<FirstHop> first_hops;
    void on_first_hop(Datagram const& datagram, bool acknowledged, SimTime /*at*/) override {
        first_hops.push_back({datagram.handle, acknowledged});
    }

    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t tries,
                      std::uint8_t hops) override {
        outcomes.push_back({datagram, LossReason::none, at, tries, hops});
        if (then) {
            then(datagram, at);
        }
    }
    void on_lost(Datagram const& datagram, LossReason reason, SimTime at, std::uint8_t tries,
                 std::uint8_t hops) override {
        outcomes.push_back({datagram, reason, at, tries, hops});
    }
    void on_broadcast(Datagram const& datagram, std::uint16_t node, SimTime at) override {
        heard.push_back({datagram.handle, node, at});
    }
    /// Broadcasts that nobody has to send any more.
    struct Over {
        std::uint64_t handle;
        SimTime at;
        friend auto operator<=>(Over const&, Over const&) = default;
    };
    std::vector<Over> over;
    void on_broadcast_over(std::uint64_t handle, SimTime at) override {
        over.push_back({handle, at});
    }
    [[nodiscard]] std::size_t count(LossReason reason) const {
        std::size_t found = 0;
        for (auto const& outcome : outcomes) {
            found += outcome.reason == reason ? 1 : 0;
        }
        return found;
    }
};

template <typename Medium>
void expect_books_close(Medium const& medium) {
    auto const& frames = medium.frames();
    EXPECT_EQ(frames.sent, frames.delivered + frames.lost_total() + medium.frames_in_flight());
    auto const& datagrams = medium.datagrams();
    EXPECT_EQ(datagrams.sent,
              datagrams.delivered + datagrams.lost_total() + medium.datagrams_in_flight());
    auto const& receptions = medium.receptions();
    EXPECT_EQ(receptions.sent, receptions.delivered + receptions.lost_total());
}

inline std::uint64_t lost(TrafficCount const& count, LossReason reason) {
    return count.lost[static_cast<std::size_t>(reason)];
}

inline double four_sigma(double share, double trials) {
    return 4.0 * std::sqrt(share * (1.0 - share) / trials);
}

/// Node 1 loses power and has it back in the very instant in which a datagram is handed to it.
template <typename Medium>
void expect_a_blink_to_lose_the_datagram(Medium medium) {
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 20}, at_s(1.0));
    medium.set_powered(1, false, at_s(1.0));
    medium.set_powered(1, true, at_s(1.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 1U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::no_power);
    EXPECT_EQ(medium.frames().sent, 0U);
    // and with another behind it
    medium.send({.handle = 2, .from = 1, .to = 0, .octets = 20}, at_s(2.0));
    medium.set_powered(1, false, at_s(2.0));
    medium.set_powered(1, true, at_s(2.0));
    medium.send({.handle = 3, .from = 1, .to = 0, .octets = 20}, at_s(2.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 3U);
    EXPECT_EQ(sink.outcomes[1].datagram.handle, 2U);
    EXPECT_EQ(sink.outcomes[1].reason, LossReason::no_power);
    EXPECT_EQ(sink.outcomes[2].reason, LossReason::none);
    expect_books_close(medium);
}

/// Nodes 0 and 1 hear each other; three find room in a queue.
template <typename Medium>
void expect_the_urgent_to_find_room(Medium medium) {
    RecordingSink sink;
    auto const send = [&](std::uint64_t handle, std::uint8_t priority, double t_s) {
        medium.send({.handle = handle, .from = 0, .to = 1, .octets = 20, .priority = priority},
                    at_s(t_s));
    };
    for (std::uint64_t n = 1; n <= 3; ++n) {
        send(n, 0, 1.0);
    }
    medium.run_until(at_s(1.0) + SimDuration{1}, sink); // the first has begun
    for (std::uint64_t n = 11; n <= 13; ++n) {
        send(n, 1, 1.001);
    }
    send(4, 0, 1.001);
    medium.run_until(kNever, sink);
    std::vector<std::uint64_t> refused;
    std::vector<std::uint64_t> arrived;
    for (auto const& outcome : sink.outcomes) {
        bool const full = outcome.reason == LossReason::queue_full;
        (full ? refused : arrived).push_back(outcome.datagram.handle);
        EXPECT_TRUE(full || outcome.reason == LossReason::none);
    }
    EXPECT_EQ(refused, (std::vector<std::uint64_t>{3, 2, 13, 4})) << "the last in line first";
    EXPECT_EQ(arrived, (std::vector<std::uint64_t>{1, 11, 12}));
    expect_books_close(medium);
}

/// Nodes in a row, each hearing its neighbours: what their senders learn is what their own hop did.
/// @param medium of four nodes
template <typename Medium>
void expect_senders_to_know_their_own_hop(Medium medium) {
    RecordingSink sink;
    medium.set_powered(3, false, kStart);
    medium.send({.handle = 1, .from = 2, .to = 0, .octets = 20, .contend = true}, at_s(1.0));
    medium.send({.handle = 2, .from = 3, .to = 0, .octets = 20, .contend = true}, at_s(10.0));
    medium.run_until(at_s(20.0), sink);
    // when the next but one dies under a datagram that has passed the first hop
    medium.send({.handle = 3, .from = 2, .to = 0, .octets = 20, .contend = true}, at_s(20.0));
    SimTime now = at_s(20.0);
    while (sink.first_hops.size() < 3) {
        now = medium.next_event() + SimDuration{1};
        medium.run_until(now, sink);
    }
    medium.set_powered(1, false, now);
    medium.run_until(kNever, sink);
    // then
    using FirstHop = RecordingSink::FirstHop;
    EXPECT_EQ(sink.first_hops, (std::vector<FirstHop>{{1, true}, {2, false}, {3, true}}));
    ASSERT_EQ(sink.outcomes.size(), 3U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::none);
    EXPECT_EQ(sink.outcomes[1].reason, LossReason::no_power);
    EXPECT_EQ(sink.outcomes[2].reason, LossReason::no_power);
}

/// Where nobody acknowledges, senders learn nothing of theirs, whatever becomes of it.
/// @param medium of four nodes in a row, without acknowledgements
template <typename Medium>
void expect_senders_without_acknowledgements_to_know_nothing(Medium medium) {
    RecordingSink sink;
    medium.set_powered(3, false, kStart);
    medium.send({.handle = 1, .from = 2, .to = 0, .octets = 20}, at_s(1.0));
    medium.send({.handle = 2, .from = 2, .to = 3, .octets = 20, .direct = true}, at_s(10.0));
    medium.run_until(kNever, sink);
    ASSERT_EQ(sink.outcomes.size(), 2U);
    EXPECT_EQ(sink.outcomes[0].reason, LossReason::none);
    EXPECT_EQ(sink.outcomes[1].reason, LossReason::no_power);
    EXPECT_TRUE(sink.first_hops.empty());
}

/// Success per hop is 1 - p^(1 + r), that of the way the product over its hops.
/// @param apart_s between datagrams, so that they do not meet
/// @param p chance that a frame is broken
template <typename Medium>
void expect_the_product_formula(Medium medium, int hops, int retries, std::uint32_t octets,
                                double apart_s, double p) {
    constexpr int kDatagrams = 8000;
    RecordingSink sink;
    for (int n = 0; n < kDatagrams; ++n) {
        medium.send({.from = 0, .to = static_cast<std::uint16_t>(hops), .octets = octets},
                    at_s(apart_s * n));
    }
    medium.run_until(kNever, sink);
    double const expected = std::pow(1.0 - std::pow(p, 1 + retries), hops);
    EXPECT_NEAR(static_cast<double>(sink.count(LossReason::none)) / kDatagrams, expected,
                four_sigma(expected, kDatagrams));
    EXPECT_EQ(sink.count(LossReason::none) + sink.count(LossReason::noise),
              std::size_t{kDatagrams});
    EXPECT_EQ(int{sink.outcomes.back().hops}, hops);
}

} // namespace gridtwin::medium::testing
