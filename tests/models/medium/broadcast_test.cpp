#include "models/medium/broadcast.hpp"
#include "models/medium/route.hpp"
#include "sim/core/random.hpp"

#include <algorithm>
#include <set>

namespace gridtwin::medium {
namespace {

TEST(Broadcasts, EachIsHeardOnceByEachNodeInWhateverOrderItComes) {
    // given broadcasts of two senders that reach a node early, late, doubled, or not at all
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Broadcasts broadcasts;
        std::uint64_t draws = 0;
        auto const draw = [&] {
            return draw01(Seed{seed}, EntityKey(EntityKind::world, 5), Purpose::test, draws++);
        };
        std::uint32_t last = 0;
        std::uint32_t newest = 0; // that node 2 has heard
        std::set<std::uint32_t> heard;
        for (int step = 0; step < 2000; ++step) {
            if (last == 0 || draw() < 0.4) {
                last = broadcasts.begin(3, draw() < 0.5 ? 0 : 1);
                continue;
            }
            auto const back = static_cast<std::uint32_t>(draw() * 40.0);
            std::uint32_t const number = last > back ? last - back : 1;
            bool const too_old = newest > number + 32;
            bool const expected = !too_old && heard.count(number) == 0;
            ASSERT_EQ(broadcasts.first_heard(number, 2), expected)
                << number << " after " << newest << ", seed " << seed;
            heard.insert(number);
            newest = std::max(newest, number);
        }
        EXPECT_GT(heard.size(), 100U);
    }
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
