#include "models/wire/sms/freshness.hpp"
#include "tests/models/wire/random_block.hpp"

#include <set>

namespace gridtwin::wire::sms {
namespace {

TEST(FreshnessTest, NumbersMayOvertakeEachOtherButComeOnce) {
    SeenNumbers seen;
    EXPECT_EQ(freshness_of(seen, 0), Freshness::too_old);
    EXPECT_EQ(freshness_of(seen, 1), Freshness::fresh);
    see(seen, 5);
    see(seen, 3);
    EXPECT_EQ(freshness_of(seen, 5), Freshness::seen);
    EXPECT_EQ(freshness_of(seen, 3), Freshness::seen);
    EXPECT_EQ(freshness_of(seen, 4), Freshness::fresh);
    EXPECT_EQ(freshness_of(seen, 4, 1), Freshness::too_old) << "strictly rising";
    EXPECT_EQ(freshness_of(seen, 6, 1), Freshness::fresh);
    see(seen, 68);
    EXPECT_EQ(freshness_of(seen, 5), Freshness::seen);
    EXPECT_EQ(freshness_of(seen, 4), Freshness::too_old);
    EXPECT_EQ(freshness_of(seen, 4, kMostWindow), Freshness::fresh);
    see(seen, 3 + kMostWindow);
    EXPECT_EQ(freshness_of(seen, 3, kMostWindow), Freshness::too_old);
    EXPECT_EQ(freshness_of(seen, 4, kMostWindow), Freshness::fresh);
    EXPECT_EQ(freshness_of(seen, 5, kMostWindow), Freshness::seen);
    EXPECT_EQ(freshness_of(seen, 68, kMostWindow), Freshness::seen);
}

TEST(FreshnessTest, HoldsAgainstASetOfAllNumbers) {
    for (std::uint64_t which = 0; which < 200; ++which) {
        TestDraws draws(which);
        SeenNumbers seen;
        std::set<std::uint64_t> all;
        std::uint64_t base = draws.below(3) == 0 ? ~std::uint64_t{0} - 5000 : 1;
        std::uint64_t const most = draws.below(2) == 0 ? kMeterWindow : kMostWindow;
        for (int i = 0; i < 400; ++i) {
            base += draws.below(20) == 0 ? draws.below(most / 8) : draws.below(2);
            auto const number = base + draws.below(most + 6);
            auto const window = 1 + static_cast<std::uint32_t>(draws.below(most));
            bool const far = seen.greatest >= number && seen.greatest - number >= kMostWindow;
            bool const behind = seen.greatest >= number && seen.greatest - number >= window;
            auto const expected = far                    ? Freshness::too_old
                                  : all.contains(number) ? Freshness::seen
                                  : behind               ? Freshness::too_old
                                                         : Freshness::fresh;
            ASSERT_EQ(freshness_of(seen, number, window), expected) << number;
            if (expected == Freshness::fresh) {
                see(seen, number);
                all.insert(number);
            }
        }
    }
}

} // namespace
} // namespace gridtwin::wire::sms
