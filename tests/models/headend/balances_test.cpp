// Balances that lack rows which came over other concentrators.
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"
#include "tests/models/headend/fake_ports.hpp"

namespace gridtwin::headend {
namespace {

constexpr ConcentratorId kFirst{0};
constexpr ConcentratorId kSecond{1};

/// Each concentrator's transformer meter counts one network.
Fleet metered(std::uint32_t networks, std::uint32_t each, std::uint32_t sms_every = 0) {
    Fleet fleet = make_fleet(networks, each, sms_every);
    for (std::uint32_t n = 0; n < networks; ++n) {
        fleet.busbar.push_back(static_cast<ConcentratorId>(n));
    }
    return fleet;
}

BalanceReading lacking(std::uint32_t interval, std::uint32_t meters) {
    return {.concentrator = kFirst,
            .interval = interval,
            .meters = meters,
            .busbar_mwh = 1'030'000,
            .meters_mwh = 250'000 * std::int64_t{meters}};
}

TEST(Balances, WhatAConcentratorLeftIsClosedWithTheLastRowWhoeverReadIt) {
    Desk desk(metered(2, 4));
    desk.registration(3, 1, 1); // a neighbour's from now on
    desk.run_to(1h);
    for (std::uint32_t m = 0; m < 3; ++m) {
        desk.readings(m, 1, 2);
    }
    desk.head.on_balance(lacking(1, 3));
    desk.head.on_balance(lacking(2, 3));
    EXPECT_EQ(desk.head.balances().open(), 2U);
    EXPECT_TRUE(desk.head.books().balances().empty());
    desk.reading(7, 1); // below another transformer
    EXPECT_EQ(desk.head.balances().open(), 2U);
    desk.reading(3, 1);
    desk.reading(3, 1); // doubled
    EXPECT_EQ(desk.head.balances().open(), 1U);
    auto const& book = desk.head.books().balances();
    ASSERT_EQ(book.size(), 1U);
    EXPECT_EQ(book.begin()->second, (BalanceReading{.concentrator = kFirst,
                                                    .interval = 1,
                                                    .meters = 4,
                                                    .completed = 1,
                                                    .busbar_mwh = 1'030'000,
                                                    .meters_mwh = 1'000'000}));
    desk.reading(3, 2);
    EXPECT_EQ(desk.head.balances().open(), 0U);
    auto const& counts = desk.head.balances().counts();
    EXPECT_EQ(counts.left, 2U);
    EXPECT_EQ(counts.completed, 2U);
    EXPECT_EQ(counts.busbar_mwh - counts.meters_mwh, 60'000);
}

TEST(Balances, IsClosedAtOnceWhenTheRowsCameFirst) {
    Desk desk(metered(1, 4, 4)); // one is read by SMS: its rows count nowhere
    desk.run_to(1h);
    for (std::uint32_t m = 0; m < 4; ++m) {
        desk.reading(m, 1);
    }
    desk.head.on_balance(lacking(1, 2));
    desk.head.on_balance(lacking(1, 2)); // doubled
    EXPECT_EQ(desk.head.balances().counts().left, 1U);
    ASSERT_EQ(desk.head.books().balances().size(), 1U);
    EXPECT_EQ(desk.head.books().balances().begin()->second.meters, 3U);
    EXPECT_EQ(desk.head.books().balances().begin()->second.meters_mwh, 750'000);
}

TEST(Balances, WhatIsCompleteIsKeptAsItCame) {
    Desk desk(metered(1, 4));
    desk.run_to(1h);
    auto complete = lacking(1, 4);
    complete.meters_mwh = 999'000;
    desk.head.on_balance(complete);
    ASSERT_EQ(desk.head.books().balances().size(), 1U);
    EXPECT_EQ(desk.head.books().balances().begin()->second, complete);
    EXPECT_EQ(desk.head.balances().counts().left, 0U);
}

TEST(Balances, ARowThatNeverComesIsGivenUp) {
    HeadEndConfig config;
    config.balances.wait = 12h;
    Desk desk(metered(1, 4), config);
    desk.run_to(1h);
    desk.head.on_balance(lacking(1, 3));
    desk.run_to(12h);
    desk.head.on_balance(lacking(40, 3));
    EXPECT_EQ(desk.head.balances().open(), 2U);
    desk.run_to(12h + 15min);
    desk.head.on_balance(lacking(41, 3));
    EXPECT_EQ(desk.head.balances().open(), 2U);
    EXPECT_EQ(desk.head.balances().counts().given_up, 1U);
    config.balances.wait = 0h;
    EXPECT_EQ(problem(config, 15min), "balances: wait is not positive");
}

TEST(Balances, WhatWaitsIsPartOfTheSavedState) {
    Desk desk(metered(2, 4));
    desk.run_to(1h);
    desk.head.on_balance(lacking(1, 3));
    desk.head.on_balance(lacking(2, 3));
    std::vector<std::byte> saved;
    desk.head.save(saved);
    Desk other(metered(2, 4), {}, false);
    other.run_to(1h);
    other.head.restore(saved);
    std::vector<std::byte> again;
    other.head.save(again);
    EXPECT_EQ(saved, again);
    for (std::uint32_t m = 0; m < 4; ++m) {
        other.reading(m, 2);
    }
    EXPECT_EQ(other.head.books().balances().count({kFirst, 2}), 1U);
    EXPECT_EQ(other.head.balances().open(), 1U);
}

TEST(Balances, EveryIntervalWhoseRowsAllCameIsClosedOnceInWhateverOrder) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::uint64_t n = 0;
        auto const draw = [&] {
            return draw01(Seed{seed}, EntityKey(EntityKind::world, 9), Purpose::test, n++);
        };
        constexpr std::uint32_t kMeters = 10;
        constexpr std::uint32_t kIntervals = 12;
        Desk desk(metered(2, kMeters / 2));
        desk.run_to(4h);
        for (int k = 0; k < 200; ++k) { // rows come, balances come, some of both twice or never
            auto const interval = 1 + static_cast<std::uint32_t>(draw() * kIntervals);
            if (draw() < 0.8) {
                desk.reading(static_cast<std::uint32_t>(draw() * kMeters), interval);
                continue;
            }
            auto reading = lacking(interval, static_cast<std::uint32_t>(draw() * 5.0));
            reading.concentrator = draw() < 0.5 ? kFirst : kSecond;
            reading.busbar_mwh += interval;
            desk.head.on_balance(reading);
        }
        std::size_t closed = 0;
        for (std::uint32_t c = 0; c < 2; ++c) {
            for (std::uint32_t k = 1; k <= kIntervals; ++k) {
                bool all = true;
                for (std::uint32_t m = c * 5; m < c * 5 + 5; ++m) {
                    all = all && desk.ledger.has(meter(m), k);
                }
                auto const at =
                    desk.head.books().balances().find({static_cast<ConcentratorId>(c), k});
                if (at == desk.head.books().balances().end()) {
                    continue;
                }
                ++closed;
                EXPECT_TRUE(all);
                EXPECT_EQ(at->second.meters_mwh, 5 * 250'000);
                EXPECT_EQ(at->second.busbar_mwh, 1'030'000 + k);
                EXPECT_EQ(at->second.completed, 1U);
            }
        }
        std::size_t const open = desk.head.balances().open();
        EXPECT_EQ(desk.head.balances().counts().completed, closed) << "seed " << seed;
        EXPECT_EQ(desk.head.balances().counts().left, closed + open) << "seed " << seed;
        for (std::uint32_t m = 0; m < kMeters; ++m) { // and once the rest has come, all are
            for (std::uint32_t k = 1; k <= kIntervals; ++k) {
                desk.reading(m, k);
            }
        }
        EXPECT_EQ(desk.head.balances().open(), 0U);
        EXPECT_EQ(desk.head.books().balances().size(), closed + open);
    }
}

TEST(Balances, AFleetWhoseBusbarsAreNoneIsRefused) {
    Fleet fleet = metered(2, 4);
    fleet.busbar.pop_back();
    EXPECT_EQ(problem(fleet), "columns of 2 (feeder) and 1 (busbar) LV networks");
    fleet.busbar.push_back(static_cast<ConcentratorId>(2));
    EXPECT_EQ(problem(fleet), "the busbar of LV network 1 is metered by concentrator 2 of 2");
}

} // namespace
} // namespace gridtwin::headend
