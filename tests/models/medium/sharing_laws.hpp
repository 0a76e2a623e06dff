#pragma once
// What holds when several concentrators poll on one shared medium.
#include "models/medium/route.hpp"
#include "tests/models/medium/medium_fixtures.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace gridtwin::medium::testing {

/// Each of two roots asks the nodes of its tree in turn, and the next as soon as it knows the fate
/// of the last. Books are checked at every fate.
template <typename Medium>
class Pollers final : public Sink {
  public:
    struct Count {
        std::uint64_t answered = 0;
        std::uint64_t lost = 0;
    };
    std::array<Count, 2> counts{};
    std::uint64_t runs = 0; ///< of answers to one root, one after another

    explicit Pollers(Medium& of) : medium_(of) {}

    void begin(std::uint16_t root, SimTime at) {
        std::uint16_t& node = last_[root];
        do {
            node = static_cast<std::uint16_t>((node + 1U) % medium_.size());
        } while (node < 2 || medium_.root(node) != root);
        medium_.send({.handle = ++handles_, .from = root, .to = node, .octets = 20}, at);
    }
    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t /*tries*/,
                      std::uint8_t /*hops*/) override {
        if (datagram.from < 2) {
            medium_.send(
                {.handle = ++handles_, .from = datagram.to, .to = datagram.from, .octets = 60}, at);
        } else {
            ++counts[datagram.to].answered;
            runs += datagram.to == latest_ ? 0 : 1;
            latest_ = datagram.to;
            begin(datagram.to, at);
        }
        expect_books_close(medium_);
    }
    void on_lost(Datagram const& datagram, LossReason /*reason*/, SimTime at,
                 std::uint8_t /*tries*/, std::uint8_t /*hops*/) override {
        std::uint16_t const root = datagram.from < 2 ? datagram.from : datagram.to;
        ++counts[root].lost;
        begin(root, at);
        expect_books_close(medium_);
    }

  private:
    Medium& medium_;
    std::array<std::uint16_t, 2> last_{};
    std::uint64_t handles_ = 0;
    std::uint16_t latest_ = kNoNode;
};

/// What came of it.
struct Shares {
    std::array<double, 2> answered{};
    double asked_in_vain = 0.0;
    double runs = 0.0;
    double collisions = 0.0; ///< frames
    double airtime_s = 0.0;
};

/// @param first, last roots that poll
template <typename Medium>
Shares poll(Medium medium, std::uint16_t first, std::uint16_t last, double hours) {
    Pollers<Medium> pollers(medium);
    for (std::uint16_t root = first; root <= last; ++root) {
        pollers.begin(root, at_s(0.03 * root));
    }
    medium.run_until(at_s(3600.0 * hours), pollers);
    auto const& counts = pollers.counts;
    EXPECT_EQ(counts[0].lost + counts[1].lost, lost(medium.datagrams(), LossReason::collision));
    EXPECT_EQ(medium.datagrams().lost_total(), lost(medium.datagrams(), LossReason::collision));
    EXPECT_LE(medium.datagrams_in_flight(), 2U);
    return {.answered = {static_cast<double>(counts[0].answered),
                         static_cast<double>(counts[1].answered)},
            .asked_in_vain = static_cast<double>(counts[0].lost + counts[1].lost),
            .runs = static_cast<double>(pollers.runs),
            .collisions = static_cast<double>(lost(medium.frames(), LossReason::collision)),
            .airtime_s = medium.airtime_s()};
}

/// Clean links, meters that hear everybody; nodes are of root 0 and 1 by turns.
/// @param near whose concentrators hear each other
/// @param hidden whose do not
/// @param least_share of the answers, for each
template <typename Medium>
void expect_concentrators_to_share(Medium near, Medium hidden, double hours, double least_share) {
    for (auto* medium : {&near, &hidden}) {
        for (std::uint16_t node = 3; node < medium->size(); node += 2) {
            medium->set_root(node, 1);
        }
    }
    // alone, each has all of it
    Shares const alone[] = {poll(near, 0, 0, hours), poll(near, 1, 1, hours)};
    EXPECT_EQ(alone[0].collisions + alone[1].collisions, 0.0);
    EXPECT_EQ(alone[0].answered[1] + alone[1].answered[0], 0.0);
    EXPECT_NEAR(alone[0].answered[0], alone[1].answered[1], 1.0);
    // together, what one has the other has not
    auto const expect_shared = [&](Shares const& shares, double least_total) {
        double const total = shares.answered[0] + shares.answered[1];
        EXPECT_GT(shares.answered[0], least_share * total);
        EXPECT_GT(shares.answered[1], least_share * total);
        EXPECT_GT(total, least_total * alone[0].answered[0]);
        EXPECT_GT(shares.collisions, shares.asked_in_vain);
        EXPECT_GT(shares.asked_in_vain, 0.0);
        fmt::print("answers {} and {} of {} alone, {:.0f} in a row; in vain {}, collisions {}\n",
                   shares.answered[0], shares.answered[1], alone[0].answered[0],
                   total / shares.runs, shares.asked_in_vain, shares.collisions);
        // of what is answered no two frames overlap
        double const exchange_s = alone[0].airtime_s / alone[0].answered[0];
        EXPECT_LT(total * exchange_s, 3600.0 * hours);
    };
    Shares const both = poll(near, 0, 1, hours);
    expect_shared(both, 0.9);
    // and who does not hear the other runs into it more often
    Shares const deaf = poll(hidden, 0, 1, hours);
    expect_shared(deaf, 0.7);
    EXPECT_GT(deaf.collisions, 2.0 * both.collisions);
    EXPECT_LT(deaf.answered[0] + deaf.answered[1], both.answered[0] + both.answered[1]);
}

} // namespace gridtwin::medium::testing
