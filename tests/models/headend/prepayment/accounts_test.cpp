#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/prepayment/till.hpp"

#include <gtest/gtest.h>

namespace gridtwin::headend {
namespace {

constexpr std::int32_t kHalf = 500'000; // 10 cents

TEST(AccountsTest, ReadingsAreChargedInTurnHoweverTheyCome) {
    Till till(twenty_cents(true), {100});
    till.read(2, kHalf);
    EXPECT_EQ(till.balance(), to_nano({100})) << "the first has not come";
    till.read(1, kHalf);
    till.read(2, kHalf);
    EXPECT_EQ(till.balance(), to_nano({80}));
    till.read(3, 1);
    EXPECT_EQ(till.balance(), to_nano({80}) - 20'000);
    till.read(4, -kHalf);
    EXPECT_EQ(till.balance(), to_nano({80}) - 20'000) << "what was given back is not paid for";
}

TEST(AccountsTest, AnIntervalCostsWhatHeldAsItBegan) {
    auto kind = twenty_cents(true);
    kind.terms.week_at_start = 6h + 30min;
    kind.terms.price_milli[3] = 40'000;
    kind.week = {{.at = 7h, .row = 3}, {.at = 21h, .row = 0}};
    Till till(kind, {100});
    till.read(1, kHalf);
    till.read(2, kHalf); // until 7:00
    EXPECT_EQ(till.balance(), to_nano({80}));
    till.read(3, kHalf);
    EXPECT_EQ(till.balance(), to_nano({60}));
    EXPECT_EQ(price_row(kind, 3h), 0U) << "the last one of the day before";
    EXPECT_EQ(price_row(kind, 20h), 3U);
}

TEST(AccountsTest, TheBalanceOfAnEarlierIntervalIsFoundAgain) {
    auto kind = twenty_cents(true);
    kind.terms.week_at_start = 23h + 30min;
    kind.terms.standing_a_day = {7};
    Till till(kind, {100});
    for (std::uint32_t k = 1; k <= 5; ++k) {
        till.read(k, kHalf);
    }
    auto const& accounts = till.till->accounts();
    ToldSums const told = till.account().confirmed;
    EXPECT_EQ(accounts.balance_at(till.account(), 5, told), to_nano({43}));
    EXPECT_EQ(accounts.balance_at(till.account(), 2, told), to_nano({73}));
    EXPECT_EQ(accounts.balance_at(till.account(), 1, told), to_nano({90}));
    EXPECT_EQ(accounts.balance_at(till.account(), 0, told), to_nano({100}));
}

TEST(AccountsTest, WhatIsWrongIsSaidAllAtOnce) {
    auto kind = twenty_cents(true);
    kind.week = {{.at = 7h + 10min, .row = 0}};
    kind.warn_at = {{100}, {500}};
    kind.emergency = {-1};
    PrepaymentConfig config{.classes = {kind}};
    std::vector<AccountOpening> const openings{{.meter = MeterId{9}},
                                               {.meter = MeterId{0}, .debt = {-1}},
                                               {.meter = MeterId{1}, .kind = 1}};
    Till till(twenty_cents(true), {0});
    try {
        Accounts const accounts(config.classes, openings, till.fleet, till.ledger);
        FAIL() << "taken";
    } catch (SimulationError const& error) {
        std::string const text = error.what();
        for (auto const* part : {"within an interval", "from the highest", "emergency", "meter 9",
                                 "meter 0: balance and debt", "no class 1"}) {
            EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
        }
    }
    kind = twenty_cents(true);
    kind.week = {{.at = 7h, .row = 0}, {.days = 1, .at = 7h, .row = 1}};
    EXPECT_NE(problem(kind, 15min), "") << "two at the same instant";
    EXPECT_EQ(problem(twenty_cents(true), 15min), "");
}

} // namespace
} // namespace gridtwin::headend
