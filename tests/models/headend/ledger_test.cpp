#include "models/headend/ports/ledger.hpp"
#include "tests/models/headend/ledger_contract.hpp"

namespace gridtwin::headend {
namespace {

std::unique_ptr<Ledger> in_memory(std::size_t meters, std::uint32_t intervals) {
    return std::make_unique<MemoryLedger>(meters, intervals);
}

TEST(MemoryLedgerTest, KeepsTheFirstOfTwoReadingsOfOneInterval) {
    keeps_the_first_of_two_readings(in_memory);
}

TEST(MemoryLedgerTest, CountsAndFindsGapsAsAPlainSetDoes) {
    counts_and_finds_gaps_as_a_plain_set_does(in_memory);
}

TEST(MemoryLedgerTest, NamesTheMeterAndTheTimeOfAReadingThatHasNoPlace) {
    names_the_meter_and_the_time_of_a_reading_that_has_no_place(in_memory);
}

TEST(MemoryLedgerTest, FindsAReadingAsItWasStored) {
    MemoryLedger ledger(2, 200);
    ledger.store(reading_of(1, 97, 100));
    ledger.store(reading_of(1, 97, 999));
    EXPECT_EQ(ledger.size(), 1U);
    EXPECT_EQ(ledger.find(MeterId{1}, 97), reading_of(1, 97, 100));
    EXPECT_FALSE(ledger.find(MeterId{0}, 97).has_value());
    EXPECT_FALSE(ledger.find(MeterId{1}, 96).has_value());
}

TEST(MemoryLedgerTest, TakesElevenOctetsAReadingAndABitAnInterval) {
    MemoryLedger ledger(1000, 192);
    EXPECT_EQ(ledger.bytes(), 0U);
    ledger.store(reading_of(3, 5, 1));
    EXPECT_EQ(ledger.bytes(), 1000U * (96 * 11 + 96 / 8)); // one day of one thousand meters
}

TEST(MemoryLedgerTest, ComesBackFromItsSavedState) {
    MemoryLedger ledger(3, 192);
    ledger.store(reading_of(2, 150, 42));
    std::vector<std::byte> state;
    ledger.save(state);
    MemoryLedger copy(3, 192);
    copy.restore(state);
    EXPECT_EQ(copy.size(), 1U);
    EXPECT_EQ(copy.find(MeterId{2}, 150), ledger.find(MeterId{2}, 150));
    EXPECT_FALSE(copy.store(reading_of(2, 150, 42)));

    MemoryLedger other(4, 192);
    EXPECT_THROW(other.restore(state), SimulationError);
    state.pop_back();
    EXPECT_THROW(copy.restore(state), SimulationError);
}

} // namespace
} // namespace gridtwin::headend
