#include "models/wan/fair_share.hpp"
#include "sim/core/random.hpp"

#include <gtest/gtest.h>

#include <map>

namespace gridtwin::wan {
namespace {

std::vector<std::uint32_t> through(FairShare& share) {
    std::vector<std::uint32_t> out;
    share.take_through(out);
    return out;
}

TEST(FairShareTest, OneHasItAllAndTwoHaveHalf) {
    FairShare share;
    share.join(7, 100);
    EXPECT_EQ(share.units_to_next(), 100U);
    share.carry(40);
    share.join(8, 30);
    EXPECT_EQ(share.units_to_next(), 60U) << "30 for each";
    share.carry(60);
    EXPECT_EQ(through(share), std::vector<std::uint32_t>{8});
    EXPECT_EQ(share.units_to_next(), 30U);
    share.carry(30);
    EXPECT_EQ(through(share), std::vector<std::uint32_t>{7});
    EXPECT_EQ(share.users(), 0U);
}

TEST(FairShareTest, ThoseThatAreThroughTogetherComeOutInTheOrderOfJoining) {
    FairShare share;
    for (std::uint32_t const user : {5U, 3U, 4U}) {
        share.join(user, 10);
    }
    EXPECT_EQ(share.units_to_next(), 30U);
    share.carry(30);
    EXPECT_EQ(through(share), (std::vector<std::uint32_t>{5, 3, 4}));
    share.join(1, 0);
    EXPECT_EQ(share.units_to_next(), 1U) << "a flow of nothing would never end";
}

/// Equal shares worked out user by user, at every change.
TEST(FairShareTest, AnyComingAndGoingIsWhatEqualSharesUserByUserGive) {
    Seed const seed{21};
    EntityKey const who(EntityKind::world, 0);
    FairShare share;
    std::map<std::uint32_t, double> left; // [user]
    std::uint32_t next_user = 0;
    double worst_units = 0.0;
    for (std::uint64_t step = 0; step < 20'000; ++step) {
        double const u = draw01(seed, who, Purpose::test, step);
        if (left.empty() || (u < 0.5 && left.size() < 50)) {
            auto const units = static_cast<std::uint64_t>(1000.0 + u * 1e9);
            share.join(next_user, units);
            left[next_user++] = static_cast<double>(units);
            continue;
        }
        // then either all that brings the next one through, or a part of it
        auto units = static_cast<double>(share.units_to_next());
        units *= u < 0.75 ? 1.0 : u;
        double const each = units / static_cast<double>(left.size());
        for (auto& [user, rest] : left) {
            rest -= each;
        }
        share.carry(units);
        for (std::uint32_t const user : through(share)) {
            ASSERT_EQ(left.count(user), 1U);
            worst_units = std::max(worst_units, std::abs(left[user]));
            left.erase(user);
        }
        ASSERT_EQ(left.size(), share.users());
        for (auto const& [user, rest] : left) {
            ASSERT_GT(rest, 0.0);
        }
    }
    EXPECT_LT(worst_units, 1.0);
    EXPECT_GT(next_user, 5'000U);
}

} // namespace
} // namespace gridtwin::wan
