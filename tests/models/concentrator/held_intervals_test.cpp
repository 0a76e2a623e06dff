#include "models/concentrator/held_intervals.hpp"
#include "sim/core/random.hpp"

#include <set>

namespace gridtwin::concentrator {
namespace {

TEST(HeldIntervalsTest, KeepsAPointAndSpansBeyondIt) {
    HeldIntervals held;
    EXPECT_EQ(held.first_missing(10, 4), (IntervalSpan{1, 4}));
    EXPECT_TRUE(held.add(1));
    EXPECT_TRUE(held.add(5));
    EXPECT_FALSE(held.add(5));
    EXPECT_EQ(held.first_missing(10, 16), (IntervalSpan{2, 4}));
    EXPECT_EQ(held.missing(10), 8U);
    EXPECT_EQ(held.missing(4), 3U);
    EXPECT_EQ(held.give_up_before(4), 2U);
    EXPECT_TRUE(held.add(4)); // closes up with 5
    EXPECT_EQ(held.next_wanted(), 6U);
    IntervalSpan const none = held.first_missing(5, 16);
    EXPECT_GT(none.first, none.last);
}

TEST(HeldIntervalsTest, AgreesWithASetOverRandomInsertions) {
    EntityKey const who(EntityKind::world, 3);
    for (std::uint64_t round = 0; round < 50; ++round) {
        HeldIntervals held;
        std::set<std::uint32_t> reference;
        for (std::uint64_t n = 0; n < 80; ++n) {
            auto const bits = draw_bits(Seed{round}, who, Purpose::test, n);
            auto const k = static_cast<std::uint32_t>(1 + bits % 60);
            auto const from = static_cast<std::uint32_t>(1 + (bits >> 32) % 60);
            if (bits >> 60 == 0) {
                std::uint32_t given_up = 0;
                for (std::uint32_t i = 1; i < k; ++i) {
                    given_up += reference.insert(i).second ? 1 : 0;
                }
                ASSERT_EQ(held.give_up_before(k), given_up);
            } else {
                ASSERT_EQ(held.add(k), reference.insert(k).second);
            }
            std::uint32_t next = 1;
            while (reference.contains(next)) {
                ++next;
            }
            ASSERT_EQ(held.next_wanted(), next);
            for (std::uint32_t i = 1; i <= 61; ++i) {
                ASSERT_EQ(held.contains(i), reference.contains(i));
                auto const below = static_cast<std::uint32_t>(
                    std::distance(reference.begin(), reference.upper_bound(i)));
                ASSERT_EQ(held.missing(i), i - below);
            }
            std::uint32_t last = next;
            while (last < 60 && !reference.contains(last + 1)) {
                ++last;
            }
            if (next <= 60) {
                ASSERT_EQ(held.first_missing(60, 1000), (IntervalSpan{next, last}));
            }
            std::uint32_t first_from = from;
            while (reference.contains(first_from)) {
                ++first_from;
            }
            std::uint32_t last_from = first_from;
            while (last_from < 60 && !reference.contains(last_from + 1)) {
                ++last_from;
            }
            IntervalSpan const found = held.first_missing(60, 1000, from);
            if (first_from <= 60) {
                ASSERT_EQ(found, (IntervalSpan{first_from, last_from}));
            } else {
                ASSERT_GT(found.first, found.last);
            }
            auto const held_from = static_cast<std::uint32_t>(
                std::distance(reference.lower_bound(from), reference.upper_bound(60)));
            ASSERT_EQ(held.missing(60, from), 61 - from - held_from);
        }
    }
}

} // namespace
} // namespace gridtwin::concentrator
