// Billing in the head-end: from readings, validated or not, to bills and their corrections.
#include "models/headend/bills.hpp"
#include "models/headend/head_end.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace gridtwin::headend {
namespace {

constexpr std::uint32_t kDays = 12;
constexpr std::int32_t kQuarterKwh = 250'000;

struct NoNotices final : NotifyPort {
    void notify(Notice const&) override {}
};

HeadEndConfig daily_bills(bool validated) {
    HeadEndConfig config;
    if (validated) {
        config.vee.emplace();
    }
    auto& bills = config.bills.emplace();
    bills.billing.tariffs = {billing::flat_tariff("home", 10'000)}; // 0.10 a kWh
    bills.billing.cycles = {{.length_days = 1}};
    bills.billing.wait = 8h;
    bills.billing.correct_after = 2h;
    return config;
}

/// A utility that bills each day of its meters, from a Thursday's midnight on.
struct Utility {
    explicit Utility(HeadEndConfig const& config, std::uint32_t meters = 2,
                     ThreadPool* pool = nullptr, bool started = true)
        : ledger(meters, kDays * 96) {
        for (std::uint32_t m = 0; m < meters; ++m) {
            agreements.push_back({.customer = billing::CustomerId{m},
                                  .meter = meter(m),
                                  .assumed_mwh_day = 12'000'000});
        }
        UtilityRecords const records{.tree = tree,
                                     .notices = notices,
                                     .civil = civil,
                                     .intervals = kDays * 96,
                                     .agreements = agreements};
        Ports const ports{clock, commands, ledger, journal, beliefs, suspicions};
        head = std::make_unique<HeadEnd>(config, make_fleet(1, meters), ports, &records, pool);
        if (started) {
            head->start();
        }
    }
    void reading(std::uint32_t m, std::uint32_t interval, std::int32_t mwh = kQuarterKwh) {
        head->on_reading({.meter = meter(m),
                          .interval = interval,
                          .import_mwh = mwh,
                          .voltage_dv = 2300,
                          .received = clock.now()});
    }
    /// A day (from 0) of readings, at its end; but of [from, to) of the day, from 0.
    void day(std::uint32_t m, std::uint32_t day, std::uint32_t from = 0, std::uint32_t to = 0) {
        for (std::uint32_t i = 0; i < 96; ++i) {
            if (i < from || i >= to) {
                reading(m, day * 96 + i + 1);
            }
        }
    }
    void run_to(SimDuration since_start) { clock.advance(*head, at(since_start)); }
    [[nodiscard]] billing::Billing const& billing() const { return head->bills()->billing(); }
    /// "A-000001 240"
    [[nodiscard]] std::vector<std::string> story() const {
        std::vector<std::string> lines;
        for (auto const& invoice : billing().invoices()) {
            lines.push_back(billing().number_text(invoice) + " " +
                            std::to_string(invoice.head.total.cents));
        }
        return lines;
    }

    NetworkTree tree;
    NoNotices notices;
    CivilClock civil{"2026-01-15T00:00:00", "UTC"};
    std::vector<billing::Agreement> agreements;
    FakeClock clock;
    FakeCommands commands{clock};
    MemoryLedger ledger;
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions suspicions;
    std::unique_ptr<HeadEnd> head;
};

using Story = std::vector<std::string>;

TEST(BilledEnergy, EveryQualityIsBilledAsWhatItIs) {
    using vee::Quality;
    constexpr std::array kExpected{
        std::pair{Quality::missing, billing::kMissing},
        std::pair{Quality::actual, billing::kActual},
        std::pair{Quality::validated, billing::kActual},
        std::pair{Quality::suspect, billing::kActual},
        std::pair{Quality::estimated, billing::kEstimated},
        std::pair{Quality::edited, billing::kActual},
    };
    static_assert(kExpected.size() == vee::kQualities);
    for (auto const& [quality, billed] : kExpected) {
        EXPECT_EQ(billed_quality(quality), billed) << name(quality);
    }
}

TEST(BilledEnergy, WithoutValidationTheLedgersRowsAreAllThatIsKnown) {
    MemoryLedger ledger(2, 96);
    Books const books;
    BilledEnergy const source(ledger, books, nullptr, 96, 15min);
    std::vector<std::int32_t> energy(4, 7);
    std::vector<std::uint8_t> quality(4, 7);
    EXPECT_FALSE(source.intervals(meter(1), 1, energy, quality));
    EXPECT_EQ(quality, std::vector<std::uint8_t>(4, billing::kMissing));
    ledger.store({.meter = meter(1), .interval = 95, .import_mwh = -3});
    ledger.store({.meter = meter(1), .interval = 96, .import_mwh = 5});
    EXPECT_TRUE(source.intervals(meter(1), 94, energy, quality)) << "beyond the last one, too";
    EXPECT_EQ(energy, (std::vector<std::int32_t>{0, -3, 5, 0}));
    EXPECT_EQ(quality, (std::vector<std::uint8_t>{billing::kMissing, billing::kActual,
                                                  billing::kActual, billing::kMissing}));
}

TEST(BilledEnergy, RegistersAreThoseOfTheMeterAlone) {
    MemoryLedger const ledger(3, 96);
    Books books;
    for (std::uint32_t m = 0; m < 3; ++m) {
        books.store(RegisterReading{.meter = meter(m), .value = {m + 10}, .read = at(2h)});
        books.store(RegisterReading{.meter = meter(m), .value = {m}, .read = at(1h)});
    }
    BilledEnergy const source(ledger, books, nullptr, 96, 15min);
    auto const found = source.registers(meter(1));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].value[0], 1);
    EXPECT_EQ(found[1].value[0], 11);
}

TEST(BillsOfTheHeadEnd, ADayIsBilledAfterItWasValidatedAndItsGapsAreEstimates) {
    Utility utility(daily_bills(true));
    utility.run_to(24h);
    utility.day(0, 0);
    utility.day(1, 0, 40, 44);
    utility.run_to(32h);
    EXPECT_EQ(utility.story(), (Story{"A-000001 240", "A-000002 240"})) << "1 h on a line";
    EXPECT_EQ(utility.billing().invoices()[0].head.estimated_per_mille, 0U);
    EXPECT_EQ(utility.billing().invoices()[1].head.estimated_per_mille, 42U) << "4 of 96";
}

TEST(BillsOfTheHeadEnd, WithoutValidationTheAssumedConsumptionFillsGaps) {
    Utility utility(daily_bills(false));
    utility.run_to(24h);
    utility.day(0, 0);
    utility.day(1, 0, 40, 44);
    utility.run_to(32h);
    EXPECT_EQ(utility.story(), (Story{"A-000001 240", "A-000002 235"})) << "0.5 kWh in place of 1";
}

TEST(BillsOfTheHeadEnd, AReadingThatComesLateCorrectsTheBillItIsOfAndNoOther) {
    for (bool const validated : {true, false}) {
        Utility utility(daily_bills(validated));
        utility.run_to(24h);
        for (std::uint32_t m = 0; m < 2; ++m) {
            utility.day(m, 0, 40, m == 0 ? 48 : 40); // of the first meter 2 h are lacking
        }
        utility.run_to(48h);
        utility.day(0, 1);
        utility.day(1, 1);
        utility.run_to(56h + 1min);
        ASSERT_EQ(utility.story().size(), 4U);
        for (std::uint32_t i = 40; i < 48; ++i) {
            utility.reading(0, i + 1, 2 * kQuarterKwh);
        }
        EXPECT_EQ(utility.billing().waiting_corrections(), 1U);
        utility.run_to(58h + 2min);
        auto const story = utility.story();
        ASSERT_EQ(story.size(), 5U);
        EXPECT_EQ(story[4], validated ? "C-000001 20" : "C-000001 30");
        EXPECT_EQ(utility.billing().billed(billing::AccountId{0}).cents, 240 + 20 + 240);
        EXPECT_EQ(utility.billing().counts().unchanged, 0U);
    }
}

/// Like days change what a later reading of another day estimates.
TEST(BillsOfTheHeadEnd, AnEstimateThatChangesCorrectsTheBill) {
    auto config = daily_bills(true);
    config.vee->estimation.order = {vee::Source::history};
    Utility utility(config, 1);
    utility.run_to(24h);
    utility.day(0, 0, 0, 48); // half of the first day is late
    utility.run_to(48h);
    utility.day(0, 1, 0, 48); // half of the second never comes, and there is nothing before it
    utility.run_to(56h + 1min);
    ASSERT_EQ(utility.story(), (Story{"A-000001 180", "A-000002 180"})) << "6 kWh assumed";
    for (std::uint32_t i = 0; i < 48; ++i) {
        utility.reading(0, i + 1, 2 * kQuarterKwh);
    }
    utility.run_to(71h);
    EXPECT_EQ(utility.story().back(), "C-000001 180") << "24 kWh read in place of 6 assumed";
    utility.run_to(81h);
    EXPECT_EQ(utility.story().back(), "C-000002 180") << "the other half is as the day before";
    EXPECT_EQ(utility.billing().invoices().back().head.range, (billing::IntervalRange{97, 193}));
}

TEST(BillsOfTheHeadEnd, AMeterOfWhichOnlyRegistersComeIsBilledByThem) {
    Utility utility(daily_bills(false), 1);
    auto const registers = [&](SimDuration when, std::int64_t mwh) {
        utility.head->on_registers(
            {.meter = meter(0), .value = {mwh}, .read = at(when), .received = utility.clock.now()});
    };
    utility.run_to(24h);
    registers(0h, 1'000'000);
    registers(24h, 21'000'000);
    utility.run_to(56h + 1min);
    EXPECT_EQ(utility.story(), (Story{"A-000001 200", "A-000002 120"}));
    registers(48h, 24'000'000);
    utility.run_to(60h);
    EXPECT_EQ(utility.story().back(), "C-000001 -90") << "3 kWh in place of 12 assumed";
    EXPECT_EQ(utility.billing().counts().unchanged, 0U) << "of the first day nothing is new";
}

TEST(BillsOfTheHeadEnd, PeaksAreCalledAtTheirTimeAndCorrectWhatWasBilled) {
    auto config = daily_bills(true);
    config.bills->calls = {
        {.called = at(33h), .event = {.from = at(18h), .to = at(20h), .price = 50'000}}};
    Utility utility(config, 1);
    utility.run_to(24h);
    utility.day(0, 0);
    utility.run_to(34h);
    EXPECT_EQ(utility.story(), Story{"A-000001 240"});
    utility.run_to(36h);
    EXPECT_EQ(utility.story().back(), "C-000001 80") << "2 kWh at 0.50 in place of 0.10";
}

TEST(BillsOfTheHeadEnd, CallsThatCannotBeAreRefusedBeforehand) {
    auto config = daily_bills(true);
    CalledPeak const call{.event = {.from = at(18h), .to = at(20h), .price = 50'000}};
    config.bills->calls = {call, call};
    EXPECT_THAT(problem(config, 15min), testing::HasSubstr("overlaps"));
    config.bills->calls = {call};
    config.bills->calls[0].tariff = 3;
    EXPECT_THAT(problem(config, 15min), testing::HasSubstr("there is no tariff 3"));
    config.bills->calls.clear();
    EXPECT_EQ(problem(config, 15min), "");
}

/// Days of two meters with gaps, a late reading and a call.
void live(Utility& utility, std::uint32_t from_day, std::uint32_t to_day) {
    for (std::uint32_t d = from_day; d < to_day; ++d) {
        utility.run_to(24h * (d + 1));
        for (std::uint32_t m = 0; m < utility.agreements.size(); ++m) {
            utility.day(m, d, 10 + m % 3, 30);
        }
        if (d != 0) {
            utility.reading(d % 2, (d - 1) * 96 + 20, 900'000);
        }
    }
    utility.run_to(24h * to_day + 12h);
}

TEST(BillsOfTheHeadEnd, ASavedStateGoesOnAsIfNothingHadBeen) {
    auto config = daily_bills(true);
    config.bills->calls = {
        {.called = at(33h), .event = {.from = at(18h), .to = at(20h), .price = 50'000}},
        {.called = at(70h), .rebate = true, .event = {at(76h), at(77h), 20'000}}};
    Utility straight(config);
    live(straight, 0, 2);
    std::vector<std::byte> state;
    straight.head->save(state);
    Utility resumed(config, 2, nullptr, false);
    resumed.clock.advance(*resumed.head, straight.clock.now());
    resumed.head->restore(state);
    std::vector<std::byte> again;
    resumed.head->save(again);
    EXPECT_EQ(state, again);
    std::vector<std::byte> rows;
    straight.ledger.save(rows);
    resumed.ledger.restore(rows);
    live(straight, 2, 5);
    live(resumed, 2, 5);
    EXPECT_EQ(straight.story(), resumed.story());
    EXPECT_GT(straight.billing().counts().corrections, 2U);
}

TEST(BillsOfTheHeadEnd, AreTheSameOnAnyNumberOfThreads) {
    auto const bits = [](unsigned threads) {
        auto const pool = threads == 0 ? nullptr : std::make_unique<ThreadPool>(threads);
        Utility utility(daily_bills(true), 700, pool.get());
        live(utility, 0, 4);
        std::vector<std::byte> state;
        utility.head->save(state);
        return state;
    };
    auto const once = bits(0);
    EXPECT_EQ(bits(1), once);
    EXPECT_EQ(bits(4), once);
}

} // namespace
} // namespace gridtwin::headend
