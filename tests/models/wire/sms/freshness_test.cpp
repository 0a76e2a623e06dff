#include "models/wire/sms/freshness.hpp"
#include "tests/models/wire/random_block.hpp"

#include <set>

namespace gridtwin::wire::sms {
namespace {

TEST(FreshnessTest, NumbersMayOvertakeEachOtherButComeOnce) {
    SeenNumbers<kMeterWindow> seen;
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
}

TEST(FreshnessTest, WhoHasMemoryToSpareKnowsMoreOfThem) {
    SeenNumbers<kMostWindow> seen;
    see(seen, 5);
    see(seen, 68);
    EXPECT_EQ(freshness_of(seen, 4), Freshness::fresh);
    see(seen, 3 + kMostWindow);
    EXPECT_EQ(freshness_of(seen, 3), Freshness::too_old);
    EXPECT_EQ(freshness_of(seen, 4), Freshness::fresh);
    EXPECT_EQ(freshness_of(seen, 5), Freshness::seen);
    EXPECT_EQ(freshness_of(seen, 68), Freshness::seen);
}

TEST(FreshnessTest, TakesAsMuchMemoryAsItsWindow) {
    EXPECT_EQ(sizeof(SeenNumbers<kMeterWindow>), 8U + kMeterWindow / 8);
    EXPECT_EQ(sizeof(SeenNumbers<kMostWindow>), 8U + kMostWindow / 8);
}

template <std::uint32_t window>
void expect_what_a_set_says(std::uint64_t which) {
    TestDraws draws(which);
    SeenNumbers<window> seen;
    std::set<std::uint64_t> all;
    std::uint64_t base = draws.below(3) == 0 ? ~std::uint64_t{0} - 5000 : 1;
    for (int i = 0; i < 400; ++i) {
        base += draws.below(20) == 0 ? draws.below(window / 8) : draws.below(2);
        auto const number = base + draws.below(window + 6);
        auto const most = 1 + static_cast<std::uint32_t>(draws.below(window));
        bool const far = seen.greatest >= number && seen.greatest - number >= window;
        bool const behind = seen.greatest >= number && seen.greatest - number >= most;
        auto const expected = far                    ? Freshness::too_old
                              : all.contains(number) ? Freshness::seen
                              : behind               ? Freshness::too_old
                                                     : Freshness::fresh;
        ASSERT_EQ(freshness_of(seen, number, most), expected) << number;
        if (expected == Freshness::fresh) {
            see(seen, number);
            all.insert(number);
        }
    }
}

TEST(FreshnessTest, HoldsAgainstASetOfAllNumbers) {
    for (std::uint64_t which = 0; which < 100; ++which) {
        expect_what_a_set_says<kMeterWindow>(which);
        expect_what_a_set_says<128>(which);
        expect_what_a_set_says<kMostWindow>(which);
    }
}

} // namespace
} // namespace gridtwin::wire::sms
