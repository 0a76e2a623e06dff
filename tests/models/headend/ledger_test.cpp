#include "models/headend/ports/ledger.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"

#include <set>

namespace gridtwin::headend {
namespace {

Reading make(std::uint32_t meter, std::uint32_t interval, std::int32_t mwh) {
    return {.meter = static_cast<MeterId>(meter),
            .interval = interval,
            .import_mwh = mwh,
            .import_mvarh = -mwh / 3,
            .voltage_dv = 2301,
            .status = 5};
}

TEST(MemoryLedgerTest, KeepsTheFirstOfTwoReadingsOfOneInterval) {
    MemoryLedger ledger(2, 200);
    EXPECT_TRUE(ledger.store(make(1, 97, 100)));
    EXPECT_FALSE(ledger.store(make(1, 97, 999)));
    EXPECT_EQ(ledger.size(), 1U);
    ASSERT_TRUE(ledger.find(MeterId{1}, 97).has_value());
    EXPECT_EQ(*ledger.find(MeterId{1}, 97), make(1, 97, 100));
    EXPECT_FALSE(ledger.find(MeterId{0}, 97).has_value());
    EXPECT_FALSE(ledger.find(MeterId{1}, 96).has_value());
    EXPECT_EQ(ledger.import_mwh(MeterId{1}, 1, 200), 100);
}

TEST(MemoryLedgerTest, TakesElevenOctetsAReadingAndABitAnInterval) {
    MemoryLedger ledger(1000, 192);
    EXPECT_EQ(ledger.bytes(), 0U);
    ledger.store(make(3, 5, 1));
    EXPECT_EQ(ledger.bytes(), 1000U * (96 * 11 + 96 / 8)); // one day of one thousand meters
}

TEST(MemoryLedgerTest, CountsAndFindsGapsAsAPlainSetDoes) {
    constexpr std::uint32_t kIntervals = 300;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        MemoryLedger ledger(1, kIntervals);
        std::set<std::uint32_t> truth;
        EntityKey const who(EntityKind::world, 0);
        std::uint64_t n = 0;
        double const share = draw01(Seed{seed}, who, Purpose::test, n++);
        for (std::uint32_t k = 1; k <= kIntervals; ++k) {
            if (draw01(Seed{seed}, who, Purpose::test, n++) < share) {
                ledger.store(make(0, k, 1));
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
            IntervalSpan gap;
            bool open = true;
            for (std::uint32_t k = std::max(first, 1U); k <= last; ++k) {
                bool const has = truth.contains(k);
                EXPECT_EQ(ledger.has(MeterId{0}, k), has);
                held += has ? 1 : 0;
                open = open && (gap.count == 0 || !has);
                if (!has && open) {
                    gap = {gap.count == 0 ? k : gap.first, gap.count + 1};
                }
            }
            EXPECT_EQ(ledger.held(MeterId{0}, first, last), held);
            EXPECT_EQ(ledger.first_gap(MeterId{0}, first, last), gap)
                << "seed " << seed << " [" << first << ", " << last << "]";
        }
    }
}

TEST(MemoryLedgerTest, NamesTheMeterAndTheTimeOfAReadingThatHasNoPlace) {
    MemoryLedger ledger(2, 96);
    Reading reading = make(2, 1, 0);
    reading.received = kStart + std::chrono::hours(2);
    try {
        ledger.store(reading);
        FAIL() << "stored a meter that does not exist";
    } catch (SimulationError const& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("meter 2"));
        EXPECT_THAT(error.what(), testing::HasSubstr("02:00:00"));
    }
    EXPECT_THROW(ledger.store(make(0, 97, 0)), SimulationError);
    EXPECT_THROW(ledger.store(make(0, 0, 0)), SimulationError);
}

TEST(MemoryLedgerTest, ComesBackFromItsSavedState) {
    MemoryLedger ledger(3, 192);
    ledger.store(make(2, 150, 42));
    std::vector<std::byte> state;
    ledger.save(state);
    MemoryLedger copy(3, 192);
    copy.restore(state);
    EXPECT_EQ(copy.size(), 1U);
    EXPECT_EQ(copy.find(MeterId{2}, 150), ledger.find(MeterId{2}, 150));
    EXPECT_FALSE(copy.store(make(2, 150, 42)));

    MemoryLedger other(4, 192);
    EXPECT_THROW(other.restore(state), SimulationError);
    state.pop_back();
    EXPECT_THROW(copy.restore(state), SimulationError);
}

} // namespace
} // namespace gridtwin::headend
