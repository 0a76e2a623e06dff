#include "models/headend/alarms/demand_watch.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/fake_ports.hpp"

namespace gridtwin::headend {
namespace {

/// Two concentrators with four meters each; a reading is 250 Wh in 15 min, 1 kW.
struct Readings {
    explicit Readings(DemandWatchConfig const& the_config) : config(the_config) { watch.start(); }
    void tell(std::uint32_t m, std::uint32_t first, std::uint32_t last,
              std::int32_t mwh = 250'000) {
        for (std::uint32_t k = first; k <= last; ++k) {
            ledger.store({.meter = meter(m), .interval = k, .import_mwh = mwh});
        }
    }
    void run_to(SimDuration since_start) { clock.advance(watch, at(since_start)); }

    DemandWatchConfig config;
    Fleet fleet = make_fleet(2, 4);
    FakeClock clock;
    FakeCommands commands{clock};
    MemoryLedger ledger{8, 4 * 96};
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions suspicions;
    AlarmDesk desk{{}, clock, std::uint64_t{1} << 56U};
    DemandWatch watch{config, fleet, Ports{clock, commands, ledger, journal, beliefs, suspicions},
                      desk, 0};
};

TEST(DemandWatch, ACoincidentPeakStandsFromItsFirstIntervalToTheFirstBelow) {
    Readings town({.peak_w = 4000.0});
    for (std::uint32_t m = 0; m < 8; ++m) {
        town.tell(m, 1, 96);
    }
    town.run_to(29h);
    EXPECT_TRUE(town.desk.alarms().empty()) << "4 kW are not more than 4 kW";

    Readings more({.peak_w = 4000.0});
    for (std::uint32_t m = 0; m < 8; ++m) {
        more.tell(m, 1, 12);
        more.tell(m, 13, 16, m == 2 ? 250'001 : 250'000);
        more.tell(m, 17, 96);
    }
    more.run_to(8h);
    EXPECT_TRUE(more.desk.alarms().empty()) << "intervals of the fourth hour are due at 9 h";
    more.run_to(9h);
    ASSERT_EQ(more.desk.alarms().size(), 1U);
    auto const& alarm = more.desk.alarms()[0];
    EXPECT_EQ(alarm.signal, Signal::coincident_peak);
    EXPECT_EQ(alarm.about, (AlarmPlace{EventEntity::concentrator, 0}));
    EXPECT_EQ(alarm.began, at(3h));
    EXPECT_EQ(alarm.over, kNever);
    more.run_to(10h);
    EXPECT_NE(alarm.over, kNever);
}

TEST(DemandWatch, ALowCollectionRateIsToldOfTheConcentratorThatLacksThem) {
    Readings town({.collection_frac = 0.9});
    for (std::uint32_t m = 0; m < 8; ++m) {
        town.tell(m, 1, m == 1 ? 7 : 16);
    }
    town.run_to(9h); // 16 intervals of four meters are due; 9 of 64 are lacking
    ASSERT_EQ(town.desk.alarms().size(), 1U);
    EXPECT_EQ(town.desk.alarms()[0].signal, Signal::low_collection);
    EXPECT_EQ(town.desk.alarms()[0].about, (AlarmPlace{EventEntity::concentrator, 0}));
    EXPECT_NE(town.desk.alarms()[0].raised, kStart);
    for (std::uint32_t m = 0; m < 8; ++m) {
        town.tell(m, 11, 20);
    }
    town.run_to(10h);
    EXPECT_NE(town.desk.alarms()[0].over, kNever) << "they came late";
    EXPECT_EQ(town.desk.alarms().size(), 1U);
}

TEST(DemandWatch, SavedAndRestoredItTellsNothingTwice) {
    Readings town({.peak_w = 100.0});
    for (std::uint32_t m = 0; m < 8; ++m) {
        town.tell(m, 1, 96);
    }
    town.run_to(12h);
    EXPECT_EQ(town.desk.alarms().size(), 2U);
    std::vector<std::byte> state;
    StateWriter writer(state);
    town.watch.save(writer);
    DemandWatch other(
        town.config, town.fleet,
        Ports{town.clock, town.commands, town.ledger, town.journal, town.beliefs, town.suspicions},
        town.desk, 0);
    StateReader reader(state);
    other.restore(reader);
    reader.expect_end();
    town.clock.advance(other, at(20h));
    EXPECT_EQ(town.desk.alarms().size(), 2U);
    EXPECT_EQ(town.desk.counts().words, 2U);
}

TEST(DemandWatch, WhatCannotBeConfiguredIsToldSo) {
    EXPECT_EQ(problem(DemandWatchConfig{}), "");
    EXPECT_THAT(problem(DemandWatchConfig{.peak_w = -1.0}), testing::HasSubstr("negative"));
    EXPECT_THAT(problem(DemandWatchConfig{.collection_frac = 1.5}), testing::HasSubstr("[0, 1]"));
    EXPECT_THROW(Readings{DemandWatchConfig{.intervals = 0}}, SimulationError);
}

} // namespace
} // namespace gridtwin::headend
