#include "tests/models/rf/reference_radio.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <tuple>

namespace gridtwin::rf {
namespace {

using namespace testing;

constexpr std::size_t kNodes = 101;

struct Order {
    Datagram datagram;
    SimTime at;
};

/// A node goes over to another tree.
struct Move {
    SimTime at;
    std::uint16_t node;
    std::uint16_t root;
};

/// A day of a hundred meters: each pushes a reading in the first 15 s of every hour, where all
/// contend; the concentrator asks each once in between, at random, and is answered with two frames;
/// and 80 at once, some more urgent.
std::vector<Order> day_of(Seed seed) {
    std::vector<Order> orders;
    EntityKey const key(EntityKind::world, 3);
    std::uint64_t draws = 0;
    for (int hour = 0; hour < 24; ++hour) {
        for (std::uint16_t meter = 1; meter < kNodes; ++meter) {
            double const t_s = 3600.0 * hour;
            std::uint64_t const handle = orders.size();
            orders.push_back({{.handle = handle,
                               .from = meter,
                               .to = 0,
                               .octets = 40,
                               .priority = static_cast<std::uint8_t>(meter % 7 == 0 ? 1 : 0),
                               .contend = true},
                              at_s(t_s + 15.0 * draw01(seed, key, Purpose::test, draws++))});
            orders.push_back(
                {{.handle = handle + 1, .from = 0, .to = meter, .octets = 20},
                 at_s(t_s + 100.0 + 3000.0 * draw01(seed, key, Purpose::test, draws++))});
        }
        for (std::uint16_t meter = 1; meter <= 80; ++meter) { // more than a queue holds
            orders.push_back({{.handle = orders.size(),
                               .from = 0,
                               .to = meter,
                               .octets = 20,
                               .priority = static_cast<std::uint8_t>(meter % 3)},
                              at_s(3600.0 * hour + 3300.0)});
        }
        // one to everybody while all contend, and one of a meter's neighbours, route or not
        std::uint64_t const handle = orders.size();
        orders.push_back(
            {{.handle = handle, .from = 0, .to = medium::kEverybody, .octets = 60, .spread = true},
             at_s(3600.0 * hour + 10.0 * draw01(seed, key, Purpose::test, draws++))});
        if (hour % 3 != 0) { // or not at all after that
            orders.back().datagram.arrive_by_cs = medium::arrive_by(
                orders.back().at + duration_from_s(draw01(seed, key, Purpose::test, draws++)));
        }
        auto const meter = static_cast<std::uint16_t>(1 + hour * 4);
        orders.push_back({{.handle = handle + 1,
                           .from = meter,
                           .to = static_cast<std::uint16_t>(meter + 1),
                           .octets = 30,
                           .contend = true,
                           .direct = true},
                          at_s(3600.0 * hour + 20.0)});
    }
    return orders;
}

/// Node 1 is a second concentrator: half of the meters are its own, and every ten minutes one, at
/// random, changes over or is given up. In the order of time.
std::vector<Move> moves_of(Seed seed) {
    std::vector<Move> moves;
    EntityKey const key(EntityKind::world, 5);
    std::uint64_t draws = 0;
    auto const draw = [&] { return draw01(seed, key, Purpose::test, draws++); };
    for (std::uint16_t meter = 2; meter < kNodes; ++meter) {
        moves.push_back({kStart, meter, draw() < 0.5 ? std::uint16_t{0} : std::uint16_t{1}});
    }
    for (int n = 0; n < 24 * 6; ++n) {
        auto const meter = static_cast<std::uint16_t>(2 + draw() * (kNodes - 2));
        std::uint16_t const root = draw() < 0.2 ? kNoNode : draw() < 0.5 ? 0 : 1;
        moves.push_back({at_s(600.0 * n + 600.0 * draw()), meter, root});
    }
    return moves;
}

/// Whoever speaks with a concentrator does so with its own of that time.
void send_to_own_roots(std::vector<Order>& orders, std::vector<Move> const& moves) {
    for (auto& [datagram, at] : orders) {
        bool const down = datagram.from == 0;
        std::uint16_t const meter = down ? datagram.to : datagram.from;
        std::uint16_t own = datagram.handle % 2; // of a broadcast
        for (auto const& move : moves) {
            if (move.node == meter && move.at <= at) {
                own = move.root;
            }
        }
        if (!datagram.direct && meter >= 2 && own != kNoNode) {
            (down ? datagram.from : datagram.to) = own;
        }
    }
}

class RadioReference : public ::testing::TestWithParam<std::uint64_t> {};

/// Both live through a day.
void compare(Seed seed, std::uint16_t roots) {
    // given a town whose farther half needs forwarding, with hidden terminals
    RadioSpec radio;
    radio.duty_cycle_frac = 1.0;
    radio.noise_figure_db = 12.5; // some links at 10 dB
    PropagationSpec spec;
    spec.exponent = 4.0;
    Medium medium(radio, {}, Links(radio, spec, town_of(kNodes, 600.0, seed), seed, kArea), seed,
                  kArea, roots);
    auto orders = day_of(seed);
    std::vector<Move> const moves = roots == 2 ? moves_of(seed) : std::vector<Move>{};
    if (roots == 2) {
        send_to_own_roots(orders, moves);
    }

    // when both live through it
    std::vector<FrameRecord> frames;
    medium.trace(&frames);
    RecordingSink sink;
    sink.then = [&](Datagram const& got, SimTime at) {
        if (got.from < roots && got.to != medium::kEverybody) {
            medium.send(
                {.handle = 1'000'000 + got.handle, .from = got.to, .to = got.from, .octets = 100},
                at);
        }
    };
    ReferenceRadio reference(radio, {}, medium.links(), seed, kArea, roots);
    reference.then = [&](Datagram const& got, SimTime at) {
        if (got.from < roots) {
            reference.send(
                {.handle = 1'000'000 + got.handle, .from = got.to, .to = got.from, .octets = 100},
                at);
        }
    };
    for (auto const& order : orders) {
        medium.send(order.datagram, order.at);
        reference.send(order.datagram, order.at);
    }
    for (auto const& move : moves) {
        medium.run_until(move.at, sink);
        medium.set_root(move.node, move.root);
        reference.set_root(move.node, move.root, move.at);
    }
    medium.run_until(kNever, sink);
    reference.run();

    // then
    auto const by_end = [](FrameRecord const& a, FrameRecord const& b) {
        return std::tie(a.end, a.start, a.from) < std::tie(b.end, b.start, b.from);
    };
    std::sort(frames.begin(), frames.end(), by_end);
    std::sort(reference.frames.begin(), reference.frames.end(), by_end);
    ASSERT_EQ(frames.size(), reference.frames.size());
    for (std::size_t k = 0; k < frames.size(); ++k) {
        ASSERT_EQ(frames[k], reference.frames[k])
            << "frame " << k << " at " << to_s(frames[k].start) << " s";
    }
    std::vector<std::tuple<std::uint64_t, LossReason, SimTime, int>> fates;
    std::vector<std::tuple<std::uint64_t, LossReason, SimTime, int>> expected;
    for (auto const& outcome : sink.outcomes) {
        fates.emplace_back(outcome.datagram.handle, outcome.reason, outcome.at, outcome.tries);
    }
    for (auto const& fate : reference.fates) {
        expected.emplace_back(fate.handle, fate.reason, fate.at, fate.tries);
    }
    std::sort(sink.heard.begin(), sink.heard.end());
    std::sort(reference.heard.begin(), reference.heard.end());
    EXPECT_EQ(sink.heard, reference.heard);
    std::sort(sink.over.begin(), sink.over.end());
    std::sort(reference.over.begin(), reference.over.end());
    EXPECT_EQ(sink.over, reference.over);
    std::sort(fates.begin(), fates.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(fates, expected);
    // and the day was worth it
    EXPECT_GT(frames.size(), 15'000U);
    EXPECT_GT(lost(medium.frames(), LossReason::collision), 300U);
    EXPECT_GT(lost(medium.frames(), LossReason::noise), 30U);
    EXPECT_GT(sink.heard.size(), 1000U);
    EXPECT_GT(lost(medium.receptions(), LossReason::collision), 50U);
    EXPECT_GT(lost(medium.datagrams(), LossReason::queue_full), 300U);
    EXPECT_GT(lost(medium.datagrams(), LossReason::expired), 0U);
    EXPECT_GT(medium.counters().deferrals, 300U);
    EXPECT_GT(medium.counters().forwarded, 1000U);
    EXPECT_GT(medium.counters().duplicates, 10U);
    for (std::uint16_t root = 0; root < roots; ++root) { // each was told
        EXPECT_GT(std::count_if(sink.outcomes.begin(), sink.outcomes.end(),
                                [root](Outcome const& o) {
                                    return o.datagram.to == root && o.reason == LossReason::none;
                                }),
                  1000);
    }
}

TEST_P(RadioReference, GivesTheSameFateToEveryFrameOfADay) {
    compare(Seed{GetParam()}, 1);
}

TEST_P(RadioReference, GivesTheSameFatesOverADayOfTwoConcentratorsThatMetersChangeBetween) {
    compare(Seed{GetParam()}, 2);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RadioReference, ::testing::Range<std::uint64_t>(1, 5));

} // namespace
} // namespace gridtwin::rf
