#include "models/headend/losses/losses.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"
#include "tests/models/headend/fake_ports.hpp"

namespace gridtwin::headend {
namespace {

/// Two transformers with 12 customers and a concentrator each; one of the first takes 60 % past its
/// meter for a while.
class TwoStreets {
  public:
    static constexpr std::uint32_t kEach = 12;
    static constexpr std::uint32_t kThief = 4;
    static constexpr std::uint32_t kDay = 96;

    explicit TwoStreets(LossesConfig const& config = {}) : config_(config) {
        fleet.busbar = {ConcentratorId{0}, ConcentratorId{1}};
        fleet.lines.assign(2, {.constant_mwh = 1000.0, .per_mwh = 1e-9});
        losses = make();
        losses->start();
    }
    [[nodiscard]] std::unique_ptr<Losses> make() {
        return std::make_unique<Losses>(config_, fleet,
                                        Ports{clock, commands, ledger, journal, beliefs, port}, 0);
    }
    /// What intervals [first, last] tell. @param steals the thief does
    /// @param silent a meter without rows; kEach: none
    void tell(std::uint32_t first, std::uint32_t last, bool steals, std::uint32_t silent = ~0U) {
        for (std::uint32_t k = first; k <= last; ++k) {
            for (std::uint32_t c = 0; c < 2; ++c) {
                double sum = 0.0;
                for (std::uint32_t m = c * kEach; m < (c + 1) * kEach; ++m) {
                    auto const mwh = static_cast<std::int32_t>(
                        20'000 +
                        200'000 * draw01(Seed{9}, {EntityKind::meter, m}, Purpose::test, k));
                    sum += mwh;
                    if (m != silent) {
                        ledger.store({.meter = meter(m),
                                      .interval = k,
                                      .import_mwh = steals && m == kThief ? 2 * mwh / 5 : mwh,
                                      .voltage_dv = 2300});
                    }
                }
                // lines lose on top, by what goes in: x = sum + 1000 + 1e-9 x^2
                double const x = (1.0 - std::sqrt(1.0 - 4e-9 * (sum + 1000.0))) / 2e-9;
                losses->on_balance({.concentrator = static_cast<ConcentratorId>(c),
                                    .interval = k,
                                    .busbar_mwh = std::llround(x)});
            }
        }
    }
    void run_to(SimDuration since_start) { clock.advance(*losses, at(since_start)); }

    Fleet fleet = make_fleet(2, kEach);
    FakeClock clock;
    FakeCommands commands{clock};
    MemoryLedger ledger{2 * kEach, 30 * kDay};
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions port;
    std::unique_ptr<Losses> losses;

  private:
    LossesConfig config_;
};

TEST(Losses, AThiefIsSuspectedAtTheLookBehindItsDayAndClearedWhenItHasLongEnded) {
    TwoStreets town;
    town.tell(1, 96, true);
    town.run_to(30h - 1ns);
    EXPECT_TRUE(town.port.told.empty()) << "late rows are waited for";
    town.run_to(30h);
    ASSERT_EQ(town.port.told.size(), 1U);
    auto const& told = town.port.told[0];
    EXPECT_EQ(told.meter, meter(TwoStreets::kThief));
    EXPECT_EQ(told.network, network(0));
    EXPECT_EQ(told.suspected, 1);
    EXPECT_EQ(told.at, at(30h));
    EXPECT_NEAR(told.factor, 1.5, 0.01);
    auto const& report = town.losses->reports()[0];
    EXPECT_NEAR(static_cast<double>(report.unaccounted_mwh()),
                static_cast<double>(told.unaccounted_mwh), 0.01 * 96 * 20'000);
    EXPECT_LT(std::abs(town.losses->reports()[1].unaccounted_mwh()), 96)
        << "the other street is accounted for, but for roundings";

    town.tell(97, 12 * 96, false);
    town.run_to(13 * 24h);
    ASSERT_EQ(town.port.told.size(), 2U) << "told once as it begins and once as it ends";
    EXPECT_EQ(town.port.told[1].meter, meter(TwoStreets::kThief));
    EXPECT_EQ(town.port.told[1].suspected, 0);
    // three looks; the longer windows still hold the day, but what they leave over follows itself
    EXPECT_EQ(town.port.told[1].at, at(4 * 24h + 6h));
    EXPECT_EQ(town.losses->counts(),
              (LossesCounts{.looks = 24, .unjudged = 0, .suspected = 1, .cleared = 1}));
}

TEST(Losses, ASilentMeterSpoilsNobodyElsesBalance) {
    TwoStreets town;
    town.tell(1, 192, true, 7);
    town.run_to(54h);
    ASSERT_EQ(town.port.told.size(), 1U);
    EXPECT_EQ(town.port.told[0].meter, meter(TwoStreets::kThief));
    EXPECT_EQ(town.losses->counts().unjudged, 0U);
}

TEST(Losses, IntervalsThatLackRowsAreNotJudged) {
    TwoStreets town;
    for (std::uint32_t k = 1; k <= 96; ++k) { // each lacks the row of one or the other
        town.tell(k, k, true, k % TwoStreets::kEach);
    }
    town.run_to(30h);
    EXPECT_TRUE(town.port.told.empty());
    EXPECT_EQ(town.losses->reports()[0].intervals, 0U);
    EXPECT_EQ(town.losses->reports()[1].intervals, 96U);
    EXPECT_EQ(town.losses->counts().unjudged, 1U);
}

TEST(Losses, ADoubledBalanceChangesNothingAndAWrongCopyNeither) {
    TwoStreets town;
    town.tell(1, 96, false);
    for (std::uint32_t k = 1; k <= 96; ++k) {
        town.losses->on_balance(
            {.concentrator = ConcentratorId{0}, .interval = k, .busbar_mwh = 900'000'000});
    }
    town.run_to(30h);
    EXPECT_TRUE(town.port.told.empty());
}

TEST(Losses, ADetectorsWordIsForgottenAfterItsTime) {
    LossesConfig config;
    config.theft.significance = 1e9;
    config.alarm_memory = 24h;
    TwoStreets town(config);
    town.tell(1, 192, true);
    town.losses->on_alarm({.meter = meter(TwoStreets::kThief),
                           .kind = AlarmKind::tamper_detected,
                           .occurred = at(8h)});
    town.losses->on_alarm(
        {.meter = meter(2), .kind = AlarmKind::under_voltage, .occurred = at(8h)});
    town.run_to(30h);
    ASSERT_EQ(town.port.told.size(), 1U);
    EXPECT_EQ(town.port.told[0].reported, 1);
    town.tell(193, 6 * 96, true);
    town.run_to(6 * 24h);
    ASSERT_EQ(town.port.told.size(), 2U);
    EXPECT_EQ(town.port.told[1].suspected, 0) << "nothing but the word had told of it";
}

TEST(Losses, SavedAndRestoredItGoesOnAsIfNothingHadHappened) {
    TwoStreets plain;
    TwoStreets moved;
    for (std::uint32_t day = 0; day < 12; ++day) {
        for (auto* town : {&plain, &moved}) {
            town->tell(day * 96 + 1, (day + 1) * 96, day >= 2 && day < 5);
            town->run_to((day + 1) * 24h);
        }
        std::vector<std::byte> state;
        StateWriter writer(state);
        moved.losses->save(writer);
        moved.losses = moved.make();
        StateReader reader(state);
        moved.losses->restore(reader);
        reader.expect_end();
    }
    EXPECT_EQ(plain.port.told, moved.port.told);
    EXPECT_EQ(plain.port.told.size(), 2U);
    EXPECT_EQ(plain.losses->counts(), moved.losses->counts());
}

TEST(Losses, WhatCannotBeIsRefused) {
    LossesConfig config;
    config.clear_after = 0;
    EXPECT_THAT(problem(config), testing::HasSubstr("one look"));
    EXPECT_THROW(TwoStreets{config}, SimulationError);
    config = {};
    config.judge_every = SimDuration::zero();
    EXPECT_THAT(problem(config), testing::HasSubstr("time between"));
    EXPECT_EQ(problem(LossesConfig{}), "");
}

} // namespace
} // namespace gridtwin::headend
