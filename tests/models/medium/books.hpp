#pragma once
// The books of a medium under everything that can happen to it.
#include "models/medium/route.hpp"
#include "sim/core/random.hpp"
#include "tests/models/medium/medium_fixtures.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace gridtwin::medium::testing {

/// Checks the books inside every callback too, and that each datagram has one fate.
template <typename Medium>
class Auditor final : public Sink {
  public:
    Auditor(Medium& of, std::size_t datagrams) : medium(of), fates(datagrams, 0) {}
    Medium& medium;
    std::vector<int> fates;
    TrafficCount seen;
    std::uint64_t answers = 0;

    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t tries,
                      std::uint8_t hops) override {
        EXPECT_GE(tries, 1);
        EXPECT_GE(hops, 1);
        note(datagram, LossReason::none);
        if (datagram.from < medium.roots() &&
            datagram.to != kEverybody) { // meters answer at once, from inside the callback
            fates.push_back(0);
            ++answers;
            medium.send({.handle = fates.size() - 1,
                         .from = datagram.to,
                         .to = datagram.from,
                         .octets = 70},
                        at);
        }
        expect_books_close(medium);
    }
    void on_broadcast(Datagram const& datagram, std::uint16_t node, SimTime /*at*/) override {
        EXPECT_TRUE(heard.insert({datagram.handle, node}).second) << "twice at node " << node;
        EXPECT_EQ(over.count(datagram.handle), 0U) << "after its end: " << datagram.handle;
        EXPECT_TRUE(medium.powered(node));
        expect_books_close(medium);
    }
    std::set<std::pair<std::uint64_t, std::uint16_t>> heard; ///< broadcasts, and by whom
    void on_broadcast_over(std::uint64_t handle, SimTime /*at*/) override {
        EXPECT_EQ(fates.at(handle), 1) << "over before its fate: " << handle;
        EXPECT_TRUE(over.insert(handle).second) << "twice: " << handle;
        expect_books_close(medium);
    }
    std::set<std::uint64_t> over; ///< broadcasts
    void on_lost(Datagram const& datagram, LossReason reason, SimTime /*at*/,
                 std::uint8_t /*tries*/, std::uint8_t /*hops*/) override {
        EXPECT_NE(reason, LossReason::none);
        note(datagram, reason);
        expect_books_close(medium);
    }

  private:
    void note(Datagram const& datagram, LossReason reason) {
        seen.settle(reason);
        ASSERT_LT(datagram.handle, fates.size());
        ++fates[datagram.handle];
        EXPECT_EQ(fates[datagram.handle], 1) << "datagram " << datagram.handle;
    }
};

/// How fast things happen.
struct Pace {
    std::size_t datagrams;
    double burst_s; ///< between two of a burst, at most
    double pause_s; ///< between bursts, at most
    double ahead_s; ///< handed over before its time, at most
};

/// Sends, power cuts and noise in bursts at random instants; with several roots each in its turn,
/// and nodes that change their tree.
/// @param set_noise takes a draw
template <typename Medium, typename SetNoise>
void expect_books_to_close_always(Medium& medium, Seed seed, Pace const& pace,
                                  SetNoise const& set_noise) {
    EntityKey const key(EntityKind::world, 1);
    std::uint64_t draws = 0;
    auto const draw = [&] { return draw01(seed, key, Purpose::test, draws++); };
    auto const node = [&] {
        return static_cast<std::uint16_t>(draw() * static_cast<double>(medium.size()));
    };
    Auditor<Medium> auditor(medium, pace.datagrams);
    double t_s = 0.0;
    for (std::size_t n = 0; n < pace.datagrams; ++n) {
        t_s += draw() < 0.7 ? pace.burst_s * draw() : pace.pause_s * draw();
        medium.run_until(at_s(t_s), auditor);
        auto const root = static_cast<std::uint16_t>(n % medium.roots());
        std::uint16_t const from = n % 3 == 0 ? node() : root;
        std::uint16_t to = n % 3 == 0 ? root : node();
        to = from == to ? static_cast<std::uint16_t>(from + 1) : to;
        bool const to_all = n % 7 == 0;
        medium.send({.handle = n,
                     .from = from,
                     .to = to_all ? kEverybody : to,
                     .octets = static_cast<std::uint32_t>((to_all ? 60.0 : 200.0) * draw()),
                     .priority = static_cast<std::uint8_t>(3.0 * draw()),
                     .contend = draw() < 0.5,
                     .direct = n % 11 == 0,
                     .spread = draw() < 0.7},
                    at_s(t_s + (draw() < 0.3 ? pace.ahead_s * draw() : 0.0)));
        if (draw() < 0.2) {
            std::uint16_t const m = node();
            medium.set_powered(m, draw() < 0.6 && m >= medium.roots() ? !medium.powered(m) : true,
                               at_s(t_s));
        }
        if (draw() < 0.1) {
            set_noise(draw());
        }
        if (medium.roots() > 1 && draw() < 0.3) {
            std::uint16_t const m = std::max(node(), medium.roots());
            auto const to_root = static_cast<std::uint16_t>((medium.roots() + 0.2) * draw());
            medium.set_root(m, to_root < medium.roots() ? to_root : kNoNode);
        }
        // then
        expect_books_close(medium);
        ASSERT_EQ(medium.datagrams().delivered, auditor.seen.delivered);
        ASSERT_EQ(medium.datagrams().lost, auditor.seen.lost);
    }
    medium.run_until(kNever, auditor);
    expect_books_close(medium);
    EXPECT_EQ(medium.datagrams().sent, pace.datagrams + auditor.answers);
    EXPECT_EQ(medium.datagrams_in_flight(), 0U);
    EXPECT_EQ(medium.frames_in_flight(), 0U);
    for (int const fate : auditor.fates) {
        EXPECT_EQ(fate, 1);
    }
    EXPECT_EQ(auditor.over.size(), (pace.datagrams + 6) / 7) << "every broadcast ends";
    // and the run was worth it
    for (auto const reason : {LossReason::noise, LossReason::collision, LossReason::no_power}) {
        EXPECT_GT(lost(medium.frames(), reason), 0U) << name(reason);
        EXPECT_GT(lost(medium.datagrams(), reason), 0U) << name(reason);
    }
    EXPECT_GT(medium.counters().duplicates, 0U);
    EXPECT_GT(auditor.heard.size(), 0U);
    EXPECT_LE(auditor.heard.size(), medium.receptions().delivered);
    EXPECT_GT(medium.receptions().lost_total(), 0U);
}

} // namespace gridtwin::medium::testing
