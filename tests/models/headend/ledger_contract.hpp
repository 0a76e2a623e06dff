#pragma once
// What every ledger keeps to, whatever is behind it.
#include "models/headend/ports/ports.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>

namespace gridtwin::headend {

/// A new, empty ledger of so many meters and intervals; one at a time.
using LedgerMaker = std::function<std::unique_ptr<Ledger>(std::size_t, std::uint32_t)>;

inline Reading reading_of(std::uint32_t meter, std::uint32_t interval, std::int32_t mwh) {
    return {.meter = static_cast<MeterId>(meter),
            .interval = interval,
            .import_mwh = mwh,
            .import_mvarh = -mwh / 3,
            .voltage_dv = 2301,
            .status = 5};
}

inline void keeps_the_first_of_two_readings(LedgerMaker const& make) {
    auto const ledger = make(2, 200);
    EXPECT_TRUE(ledger->store(reading_of(1, 97, 100)));
    EXPECT_FALSE(ledger->store(reading_of(1, 97, 999)));
    EXPECT_TRUE(ledger->has(MeterId{1}, 97));
    EXPECT_FALSE(ledger->has(MeterId{0}, 97));
    EXPECT_FALSE(ledger->has(MeterId{1}, 96));
    EXPECT_FALSE(ledger->has(MeterId{1}, 0));
    EXPECT_EQ(ledger->held(MeterId{1}, 1, 200), 1U);
    EXPECT_EQ(ledger->import_mwh(MeterId{1}, 1, 200), 100);
}

inline void counts_and_finds_gaps_as_a_plain_set_does(LedgerMaker const& make) {
    constexpr std::uint32_t kIntervals = 300;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        auto const ledger = make(1, kIntervals);
        std::set<std::uint32_t> truth;
        EntityKey const who(EntityKind::world, 0);
        std::uint64_t n = 0;
        double const share = draw01(Seed{seed}, who, Purpose::test, n++);
        for (std::uint32_t k = 1; k <= kIntervals; ++k) {
            if (draw01(Seed{seed}, who, Purpose::test, n++) < share) {
                ledger->store(reading_of(0, k, static_cast<std::int32_t>(k)));
                truth.insert(k);
            }
        }
        for (int i = 0; i < 200; ++i) {
            auto const pick = [&] {
                return static_cast<std::uint32_t>(draw01(Seed{seed}, who, Purpose::test, n++) *
                                                  (kIntervals + 40));
            };
            std::uint32_t const first = pick();
            std::uint32_t const last = pick();
            std::uint32_t held = 0;
            std::int64_t mwh = 0;
            IntervalSpan gap;
            bool open = true;
            for (std::uint32_t k = std::max(first, 1U); k <= last; ++k) {
                bool const has = truth.contains(k);
                EXPECT_EQ(ledger->has(MeterId{0}, k), has);
                held += has ? 1 : 0;
                mwh += has ? k : 0;
                open = open && (gap.count == 0 || !has);
                if (!has && open) {
                    gap = {gap.count == 0 ? k : gap.first, gap.count + 1};
                }
            }
            EXPECT_EQ(ledger->held(MeterId{0}, first, last), held);
            EXPECT_EQ(ledger->import_mwh(MeterId{0}, first, last), mwh);
            EXPECT_EQ(ledger->first_gap(MeterId{0}, first, last), gap)
                << "seed " << seed << " [" << first << ", " << last << "]";
        }
    }
}

inline void names_the_meter_and_the_time_of_a_reading_that_has_no_place(LedgerMaker const& make) {
    auto const ledger = make(2, 96);
    Reading reading = reading_of(2, 1, 0);
    reading.received = kStart + std::chrono::hours(2);
    try {
        ledger->store(reading);
        FAIL() << "stored a meter that does not exist";
    } catch (SimulationError const& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("meter 2"));
        EXPECT_THAT(error.what(), testing::HasSubstr("02:00:00"));
    }
    EXPECT_THROW(ledger->store(reading_of(0, 97, 0)), SimulationError);
    EXPECT_THROW(ledger->store(reading_of(0, 0, 0)), SimulationError);
}

} // namespace gridtwin::headend
