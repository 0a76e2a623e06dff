#include "models/medium/broadcast.hpp"
#include "models/medium/route.hpp"
#include "sim/core/random.hpp"

#include <algorithm>
#include <set>

namespace gridtwin::medium {
namespace {

TEST(Broadcasts, EachIsHeardOnceByEachNodeHoweverLateUntilNobodyHasItToSend) {
    // given broadcasts that many nodes have to send at the same time, and that reach others early,
    // late, doubled, or not at all
    struct Known {
        std::uint32_t number;
        int to_send = 1;
        std::set<std::uint16_t> heard;
    };
    constexpr std::size_t kNodes = 70;
    std::size_t most = 0;
    std::uint32_t highest = 0;
    int late = 0;
    Broadcasts broadcasts;
    std::vector<Known> under_way;
    std::uint64_t draws = 0;
    auto const draw = [&] {
        return draw01(Seed{1}, EntityKey(EntityKind::world, 5), Purpose::test, draws++);
    };
    for (int step = 0; step < 40'000; ++step) {
        auto const node = static_cast<std::uint16_t>(draw() * kNodes);
        double const what = draw();
        if (under_way.empty() || what < 0.08) {
            std::uint32_t const number = broadcasts.begin(kNodes, node);
            ASSERT_NE(number, 0U);
            for (auto const& other : under_way) {
                ASSERT_NE(other.number, number);
            }
            under_way.push_back({.number = number, .heard = {node}});
            highest = std::max(highest, number);
            most = std::max(most, under_way.size());
            continue;
        }
        auto const at = static_cast<std::size_t>(draw() * static_cast<double>(under_way.size()));
        Known& known = under_way[at];
        if (what < 0.14) {
            broadcasts.repeat(known.number);
            ++known.to_send;
        } else if (what < 0.275) {
            --known.to_send;
            ASSERT_EQ(broadcasts.sent(known.number), known.to_send == 0);
            if (known.to_send == 0) {
                under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(at));
            }
        } else {
            bool const first = known.heard.insert(node).second;
            ASSERT_EQ(broadcasts.first_heard(known.number, node), first);
            late += first && at + 32 < under_way.size() ? 1 : 0;
        }
    }
    // then numbers, and the memory of who has heard what, are those of the most at a time
    EXPECT_EQ(highest, most);
    EXPECT_GT(most, 40U);
    EXPECT_GT(late, 100) << "and some were older than many others";
}

TEST(Broadcasts, ItsSenderKnowsIt) {
    Broadcasts broadcasts;
    std::uint32_t const number = broadcasts.begin(2, 1);
    EXPECT_FALSE(broadcasts.first_heard(number, 1));
    EXPECT_TRUE(broadcasts.first_heard(number, 0));
}

TEST(Broadcasts, ChangesOfSupplyCountForTheFramesThatTheyFallInto) {
    Broadcasts broadcasts;
    broadcasts.power_changed(9); // before any
    broadcasts.on_air(1);
    broadcasts.power_changed(4);
    broadcasts.on_air(2);
    broadcasts.power_changed(5);
    EXPECT_EQ(broadcasts.off_air(2), (std::vector<std::uint16_t>{5}));
    EXPECT_EQ(broadcasts.off_air(1), (std::vector<std::uint16_t>{4, 5}));
    broadcasts.on_air(3);
    EXPECT_TRUE(broadcasts.off_air(3).empty());
}

TEST(Broadcasts, WhoeverHasOthersBelowItRepeats) {
    std::vector<RouteEntry> const routes{
        {}, {.parent = 0, .hops = 1, .etx = 1.0F}, {.parent = 1, .hops = 2, .etx = 2.0F}, {}};
    EXPECT_EQ(forwarders(routes), (std::vector<std::uint8_t>{1, 1, 0, 0}));
}

} // namespace
} // namespace gridtwin::medium
