// The ledger in a database: the contract of every ledger, and what a database adds.
#include "models/cis/ledger.hpp"
#include "models/headend/ports/ledger.hpp"
#include "tests/draws.hpp"
#include "tests/models/cis/backend.hpp"
#include "tests/models/headend/ledger_contract.hpp"

namespace gridtwin::cis {
namespace {

using headend::reading_of;

/// Empty ledgers in one database. Small batches and few rows in memory: all ways are gone.
headend::LedgerMaker maker(Session& session) {
    return [&session](std::size_t meters, std::uint32_t intervals) {
        session.database.run("DELETE FROM reading_days");
        return std::make_unique<DatabaseLedger>(
            session, meters, intervals, DatabaseLedgerConfig{.write_after = 70, .keep_rows = 1});
    };
}

TEST_P(Cis, LedgerKeepsTheFirstOfTwoReadingsOfOneInterval) {
    Database db = open(url_);
    Session session{db, "admin"};
    headend::keeps_the_first_of_two_readings(maker(session));
}

TEST_P(Cis, LedgerCountsAndFindsGapsAsAPlainSetDoes) {
    Database db = open(url_);
    Session session{db, "admin"};
    headend::counts_and_finds_gaps_as_a_plain_set_does(maker(session));
}

TEST_P(Cis, LedgerNamesTheMeterAndTheTimeOfAReadingThatHasNoPlace) {
    Database db = open(url_);
    Session session{db, "admin"};
    headend::names_the_meter_and_the_time_of_a_reading_that_has_no_place(maker(session));
}

TEST_P(Cis, LedgerHoldsWhatAnotherOneInMemoryHoldsWhateverComesAndAfterOpeningAgain) {
    constexpr std::size_t kMeters = 4;
    constexpr std::uint32_t kIntervals = 400;
    Database db = open(url_);
    Session session{db, "admin"};
    headend::MemoryLedger memory(kMeters, kIntervals);
    test::Draws draws(Seed{3}, 2);
    auto const draw_reading = [&] {
        return headend::Reading{
            .meter = static_cast<MeterId>(draws.below(kMeters)),
            .interval = static_cast<std::uint32_t>(draws.below(kIntervals)) + 1,
            .import_mwh = static_cast<std::int32_t>(draws.below(std::size_t{1} << 32)),
            .import_mvarh = static_cast<std::int32_t>(draws.below(std::size_t{1} << 32)),
            .voltage_dv = static_cast<std::uint16_t>(draws.below(65'536)),
            .status = static_cast<std::uint8_t>(draws.below(256))};
    };
    for (int opened = 0; opened < 3; ++opened) {
        DatabaseLedger ledger(session, kMeters, kIntervals, {.write_after = 50, .keep_rows = 3});
        ASSERT_EQ(ledger.size(), memory.size());
        for (int i = 0; i < 400; ++i) {
            auto const reading = draw_reading();
            ASSERT_EQ(ledger.store(reading), memory.store(reading));
        }
        for (std::uint32_t m = 0; m < kMeters; ++m) {
            auto const meter = static_cast<MeterId>(m);
            EXPECT_EQ(ledger.import_mwh(meter, 1, kIntervals),
                      memory.import_mwh(meter, 1, kIntervals));
            for (std::uint32_t k = 1; k <= kIntervals; ++k) {
                ASSERT_EQ(ledger.find(meter, k), memory.find(meter, k));
            }
        }
        EXPECT_EQ(ledger.size(), memory.size());
    }
    // and so does SQL, an interval a row
    for (std::uint32_t m = 0; m < kMeters; ++m) {
        for (std::uint32_t k = 1; k <= kIntervals; ++k) {
            auto const meter = static_cast<MeterId>(m);
            ASSERT_EQ(find_reading(session, meter, k), memory.find(meter, k)) << m << " " << k;
        }
    }
    auto count = db.query("SELECT count(*) FROM readings WHERE interval = (day * 96 + slot)");
    ASSERT_TRUE(count.next());
    EXPECT_EQ(static_cast<std::uint64_t>(count.integer(0)), memory.size());
}

TEST_P(Cis, LedgerWritesInBatchesAndEachIsOneLineOfTheLog) {
    Database db = open(url_);
    Session session{db, "admin"};
    DatabaseLedger ledger(session, 10, 96, {.write_after = 30});
    auto const before = operations(session, 1);
    for (std::uint32_t m = 0; m < 10; ++m) {
        for (std::uint32_t k = 1; k <= 7; ++k) {
            ledger.store(reading_of(m, k, 1));
        }
    }
    EXPECT_EQ(ledger.waiting(), 10U);
    EXPECT_FALSE(find_reading(session, MeterId{9}, 7).has_value());
    ledger.write();
    ledger.write(); // nothing is left
    EXPECT_EQ(ledger.waiting(), 0U);
    EXPECT_TRUE(find_reading(session, MeterId{9}, 7).has_value());
    auto const lines = operations(session, 10);
    ASSERT_EQ(lines.size(), before.size() + 3);
    EXPECT_EQ(lines[0].subject, "10 readings");
    EXPECT_EQ(lines[1].subject, "30 readings");
}

TEST_P(Cis, AWriterThatFailedKeepsEverythingAndWritesItLater) {
    Database db = open(url_);
    Session session{db, "admin"};
    Session reader{db, "reader"};
    put_user(session, "reader", Role::operator_);
    DatabaseLedger ledger(reader, 10, 96);
    ledger.store(reading_of(1, 1, 7));
    put_user(session, "reader", Role::read_only);
    EXPECT_THROW(ledger.write(), AccessDenied);
    EXPECT_EQ(ledger.waiting(), 1U);
    ledger.store(reading_of(1, 2, 8));
    put_user(session, "reader", Role::operator_);
    ledger.write();
    EXPECT_EQ(find_reading(session, MeterId{1}, 2)->import_mwh, 8);
    EXPECT_EQ(find_reading(session, MeterId{1}, 1)->import_mwh, 7);
}

TEST_P(Cis, RegistersComeBackAndTheFirstOneStays) {
    Database db = open(url_);
    Session session{db, "admin"};
    headend::RegisterReading r{.meter = MeterId{4},
                               .tariff = 2,
                               .value = {1, -2, 3, 4, 5, std::numeric_limits<std::int64_t>::max()},
                               .read = at_day(3)};
    EXPECT_EQ(store_registers(session, std::span(&r, 1)), 1);
    auto other = r;
    other.value[0] = 99;
    EXPECT_EQ(store_registers(session, std::span(&other, 1)), 0);
    EXPECT_THAT(registers_of(session, MeterId{4}), testing::ElementsAre(r));
}

TEST(CisHeld, WordsAndHalvesAreTheSameBits) {
    for (std::uint32_t bit = 0; bit < kSlots; ++bit) {
        HeldWords words{};
        words[bit / 32] = std::uint32_t{1} << (bit % 32);
        auto const halves = to_halves(words);
        EXPECT_EQ(halves.first, bit < 48 ? std::int64_t{1} << bit : 0) << bit;
        EXPECT_EQ(halves.second, bit < 48 ? 0 : std::int64_t{1} << (bit - 48)) << bit;
        EXPECT_EQ(to_words(halves), words) << bit;
    }
}

} // namespace
} // namespace gridtwin::cis
