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

/// A day of a hundred meters: each pushes a reading in the first 15 s of every hour, where all
/// contend; the concentrator asks each once in between, at random, and is answered with two frames.
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
        // one to everybody while all contend, and one of a meter's neighbours, route or not
        std::uint64_t const handle = orders.size();
        orders.push_back(
            {{.handle = handle, .from = 0, .to = medium::kEverybody, .octets = 60, .spread = true},
             at_s(3600.0 * hour + 10.0 * draw01(seed, key, Purpose::test, draws++))});
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

class RadioReference : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RadioReference, GivesTheSameFateToEveryFrameOfADay) {
    // given a town whose farther half needs forwarding, with hidden terminals
    Seed const seed{GetParam()};
    RadioSpec radio;
    radio.duty_cycle_frac = 1.0;
    radio.noise_figure_db = 12.5; // some links at 10 dB
    PropagationSpec spec;
    spec.exponent = 4.0;
    Medium medium = medium_on(town_of(kNodes, 600.0, seed), radio, {}, spec, seed);
    auto const orders = day_of(seed);

    // when both live through it
    std::vector<FrameRecord> frames;
    medium.trace(&frames);
    RecordingSink sink;
    sink.then = [&](Datagram const& got, SimTime at) {
        if (got.from == 0 && got.to != medium::kEverybody) {
            medium.send({.handle = 1'000'000 + got.handle, .from = got.to, .to = 0, .octets = 100},
                        at);
        }
    };
    ReferenceRadio reference(radio, {}, medium.links(), medium.routes(), seed, kArea);
    reference.then = [&](Datagram const& got, SimTime at) {
        if (got.from == 0) {
            reference.send(
                {.handle = 1'000'000 + got.handle, .from = got.to, .to = 0, .octets = 100}, at);
        }
    };
    for (auto const& order : orders) {
        medium.send(order.datagram, order.at);
        std::uint16_t const meter = std::max(order.datagram.from, order.datagram.to);
        if (order.datagram.direct || meter == medium::kEverybody ||
            medium.routes()[meter].parent != kNoNode) {
            reference.send(order.datagram, order.at);
        }
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
        if (outcome.reason != LossReason::no_route) {
            fates.emplace_back(outcome.datagram.handle, outcome.reason, outcome.at, outcome.tries);
        }
    }
    for (auto const& fate : reference.fates) {
        expected.emplace_back(fate.handle, fate.reason, fate.at, fate.tries);
    }
    std::sort(sink.heard.begin(), sink.heard.end());
    std::sort(reference.heard.begin(), reference.heard.end());
    EXPECT_EQ(sink.heard, reference.heard);
    std::sort(fates.begin(), fates.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(fates, expected);
    // and the day was worth it
    EXPECT_GT(frames.size(), 15'000U);
    EXPECT_GT(lost(medium.frames(), LossReason::collision), 300U);
    EXPECT_GT(lost(medium.frames(), LossReason::noise), 30U);
    EXPECT_GT(sink.heard.size(), 1000U);
    EXPECT_GT(lost(medium.receptions(), LossReason::collision), 50U);
    EXPECT_GT(medium.counters().deferrals, 300U);
    EXPECT_GT(medium.counters().forwarded, 1000U);
    EXPECT_GT(medium.counters().duplicates, 10U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RadioReference, ::testing::Range<std::uint64_t>(1, 5));

} // namespace
} // namespace gridtwin::rf
