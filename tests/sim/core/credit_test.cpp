#include "sim/core/credit.hpp"

#include <gtest/gtest.h>

namespace gridtwin {
namespace {

using namespace std::chrono_literals;

TEST(CreditTest, AMilliwatthourAtAThousandthOfACentAKilowatthourIsTheUnit) {
    CreditTerms terms;
    terms.price_milli[0] = 1;
    terms.price_milli[2] = 20'000; // 20 cents
    EXPECT_EQ(energy_charge(terms, 0, 1), 1);
    EXPECT_EQ(energy_charge(terms, 2, 1'000'000), 20 * kNanoPerCent);
    EXPECT_EQ(energy_charge(terms, 2, -1'000'000), 0) << "what was given back is not paid for";
}

TEST(CreditTest, ABalanceIsWhatWasAppliedLessEnergyDaysAndDebt) {
    CreditTerms terms;
    terms.standing_a_day = {30};
    terms.debt_a_day = {50};
    terms.debt_share_permille = 250;
    CreditTotals totals{.applied = to_nano({1000}), .charged = 7, .debt = to_nano({400})};
    EXPECT_EQ(balance(terms, totals), to_nano({1000}) - 7);
    totals.days = 2;
    EXPECT_EQ(balance(terms, totals), to_nano({1000 - 2 * 80}) - 7);
    EXPECT_EQ(debt_left(terms, totals), to_nano({300}));
    totals.applied += to_nano({801});
    totals.shared += debt_share(terms, {801});
    EXPECT_EQ(debt_left(terms, totals), to_nano({300}) - 801 * kNanoPerCent / 4);
    totals.days = 10;
    EXPECT_EQ(debt_left(terms, totals), 0) << "no more than there was";
    EXPECT_EQ(balance(terms, totals), to_nano({1801 - 10 * 30 - 400}) - 7);
}

TEST(CreditTest, DaysEndAtLocalMidnightByTheMetersClock) {
    CreditTerms terms;
    terms.week_at_start = 22h;
    EXPECT_EQ(days_ended(terms, 15min, 7), 0);
    EXPECT_EQ(days_ended(terms, 15min, 8), 1);
    EXPECT_EQ(days_ended(terms, 15min, 8 + 95), 1);
    EXPECT_EQ(days_ended(terms, 15min, 8 + 96), 2);
}

TEST(CreditTest, TermsThatCannotBeAreNamed) {
    EXPECT_EQ(problem(CreditTerms{}), "");
    CreditTerms terms;
    terms.price_milli[7] = -1;
    EXPECT_NE(problem(terms), "");
    terms = {.standing_a_day = {-1}};
    EXPECT_NE(problem(terms), "");
    terms = {.debt_share_permille = 1001};
    EXPECT_NE(problem(terms), "");
    terms = {.week_at_start = 168h};
    EXPECT_NE(problem(terms), "");
}

} // namespace
} // namespace gridtwin
