#include "models/headend/alarms/alarm_desk.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <set>

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;

AlarmPlace of_meter(std::uint32_t row) {
    return {EventEntity::meter, row};
}
AlarmPlace of_network(std::uint32_t row) {
    return {EventEntity::lv_network, row};
}

struct Centre {
    explicit Centre(AlarmDeskConfig const& the_config = {}) : config(the_config) {}
    std::uint64_t raise(Signal signal, std::uint32_t m, std::uint32_t group = 0) {
        return desk.raise(signal, of_meter(m), of_network(group), clock.now());
    }
    void run_to(SimDuration since_start) { clock.advance(desk, at(since_start)); }
    [[nodiscard]] StandingAlarm const& alarm(std::uint64_t id) const {
        return desk.alarms()[id - 1];
    }
    AlarmDeskConfig config;
    FakeClock clock;
    AlarmDesk desk{config, clock, 0};
};

TEST(AlarmDesk, AnAlarmGoesThroughTheStatesOfTheStandard) {
    Centre centre;
    auto const id = centre.raise(Signal::tamper, 3);
    EXPECT_EQ(centre.alarm(id).state, AlarmState::unacknowledged);
    centre.run_to(10min);
    EXPECT_TRUE(centre.desk.acknowledge(id));
    EXPECT_EQ(centre.alarm(id).state, AlarmState::acknowledged);
    EXPECT_THAT(centre.desk.list(), ElementsAre(id)) << "it stands";
    EXPECT_TRUE(centre.desk.end(Signal::tamper, of_meter(3)));
    EXPECT_EQ(centre.alarm(id).state, AlarmState::normal);
    EXPECT_TRUE(centre.desk.list().empty());
    EXPECT_EQ(centre.desk.counts().to_acknowledge, SimDuration{10min});

    auto const next = centre.raise(Signal::tamper, 3);
    EXPECT_NE(next, id) << "the former one is over and seen";
    centre.desk.end(Signal::tamper, of_meter(3));
    EXPECT_EQ(centre.alarm(next).state, AlarmState::returned);
    EXPECT_THAT(centre.desk.list(), ElementsAre(next)) << "over, and nobody has seen it";
    EXPECT_TRUE(centre.desk.acknowledge(next));
    EXPECT_EQ(centre.alarm(next).state, AlarmState::normal);
    EXPECT_FALSE(centre.desk.acknowledge(next));
    EXPECT_FALSE(centre.desk.acknowledge(99));
}

TEST(AlarmDesk, FurtherWordsCountToTheAlarmThatStands) {
    Centre centre;
    auto const id = centre.raise(Signal::deviation, 3);
    EXPECT_EQ(centre.raise(Signal::deviation, 3), id);
    EXPECT_NE(centre.raise(Signal::deviation, 4), id);
    EXPECT_NE(centre.raise(Signal::overload, 3), id);
    EXPECT_EQ(centre.alarm(id).count, 2U);
    centre.desk.end(Signal::deviation, of_meter(3));
    EXPECT_EQ(centre.raise(Signal::deviation, 3), id) << "nobody has seen that it was over";
    EXPECT_EQ(centre.alarm(id).state, AlarmState::unacknowledged);
    EXPECT_EQ(centre.alarm(id).over, kNever);
    EXPECT_FALSE(centre.desk.end(Signal::tamper, of_meter(3)));
    EXPECT_EQ(centre.desk.counts().stray_ends, 1U);
}

TEST(AlarmDesk, TheMostUrgentComesFirstAndTheOldestOfThose) {
    Centre centre;
    auto const low = centre.raise(Signal::overload, 1);
    auto const high = centre.raise(Signal::power_loss, 2);
    auto const medium = centre.raise(Signal::tamper, 3);
    auto const later = centre.raise(Signal::power_loss, 4);
    EXPECT_THAT(centre.desk.list(), ElementsAre(high, later, medium, low));
}

TEST(AlarmDesk, WhatNobodyAcknowledgesEscalatesOnce) {
    Centre centre;
    auto const id = centre.raise(Signal::tamper, 1);
    auto const seen = centre.raise(Signal::tamper, 2);
    centre.desk.acknowledge(seen);
    centre.run_to(1h - 1ns);
    EXPECT_EQ(centre.alarm(id).priority, Priority::medium);
    centre.run_to(5h);
    EXPECT_EQ(centre.alarm(id).priority, Priority::high);
    EXPECT_EQ(centre.alarm(seen).priority, Priority::medium);
    EXPECT_EQ(centre.desk.counts().escalated, 1U);
}

TEST(AlarmDesk, AFloodIsOneAlarmAndEndsWithItsLast) {
    Centre centre;
    for (std::uint32_t m = 0; m < 50; ++m) {
        centre.raise(Signal::power_loss, m);
    }
    centre.raise(Signal::power_loss, 90, 1); // another transformer's
    centre.raise(Signal::tamper, 3);         // another signal
    EXPECT_EQ(centre.desk.counts().shown, 10U + 1U + 2U);
    EXPECT_EQ(centre.desk.counts().suppressed, 40U);
    EXPECT_EQ(centre.desk.counts().most_shown, 13U);
    auto const flood = std::uint64_t{11};
    ASSERT_EQ(centre.alarm(flood).signal, Signal::flood);
    EXPECT_EQ(centre.alarm(flood).value, static_cast<std::int64_t>(Signal::power_loss));
    EXPECT_EQ(centre.alarm(flood).about, of_network(0));
    EXPECT_EQ(centre.alarm(flood + 1).under, flood);

    centre.run_to(1h);
    EXPECT_EQ(centre.alarm(flood).over, kNever) << "those under it stand";
    centre.desk.acknowledge(flood);
    EXPECT_EQ(centre.alarm(flood + 1).state, AlarmState::acknowledged) << "with it";
    EXPECT_EQ(centre.desk.counts().acknowledged, 1U);
    auto const late = centre.raise(Signal::power_loss, 60);
    EXPECT_EQ(centre.alarm(late).under, flood);
    EXPECT_EQ(centre.alarm(late).state, AlarmState::acknowledged);
    for (std::uint32_t m = 0; m <= 60; ++m) {
        centre.desk.end(Signal::power_loss, of_meter(m));
    }
    EXPECT_EQ(centre.alarm(flood).over, kNever) << "the last word is not a window ago";
    centre.run_to(1h + 10min);
    EXPECT_EQ(centre.alarm(flood).over, at(1h + 10min));
    EXPECT_EQ(centre.alarm(flood).state, AlarmState::normal);
    centre.raise(Signal::power_loss, 70);
    EXPECT_EQ(centre.desk.alarms().back().under, 0U) << "one alone is no flood";
}

TEST(AlarmDesk, WhatStandsAgainWhenItsFloodIsOverIsShown) {
    Centre centre;
    for (std::uint32_t m = 0; m < 20; ++m) {
        centre.raise(Signal::power_loss, m);
    }
    for (std::uint32_t m = 0; m < 20; ++m) {
        centre.desk.end(Signal::power_loss, of_meter(m));
    }
    centre.run_to(1h);
    auto const id = centre.raise(Signal::power_loss, 15);
    EXPECT_EQ(centre.alarm(id).count, 2U) << "nobody has seen the first one";
    EXPECT_EQ(centre.alarm(id).under, 0U);
    EXPECT_EQ(centre.alarm(id).state, AlarmState::unacknowledged);
    EXPECT_THAT(centre.desk.list(), testing::Contains(id));
    EXPECT_EQ(centre.desk.counts().shown, 12U) << "ten, the flood, and this one";
    EXPECT_EQ(centre.desk.counts().suppressed, 9U);
}

TEST(AlarmDesk, TenInTenMinutesAreNoFloodAndSlowOnesNever) {
    Centre centre;
    for (std::uint32_t m = 0; m < 200; ++m) {
        centre.run_to(m * 61s);
        centre.raise(Signal::power_loss, m);
    }
    EXPECT_EQ(centre.desk.counts().suppressed, 0U);
    EXPECT_EQ(centre.desk.counts().most_shown, 10U);
}

TEST(AlarmDesk, OperatorsTakeTheMostUrgentNextInTheirOwnTime) {
    AlarmDeskConfig config;
    config.acknowledge_each = 2min;
    Centre centre(config);
    auto const first = centre.raise(Signal::overload, 1);
    auto const second = centre.raise(Signal::overload, 2);
    centre.run_to(1min);
    auto const urgent = centre.raise(Signal::power_loss, 3);
    centre.run_to(1h);
    EXPECT_EQ(centre.alarm(urgent).acknowledged, at(2min)) << "whichever is the most urgent then";
    EXPECT_EQ(centre.alarm(first).acknowledged, at(4min));
    EXPECT_EQ(centre.alarm(second).acknowledged, at(6min));
    auto const next = centre.raise(Signal::overload, 4);
    centre.run_to(2h);
    EXPECT_EQ(centre.alarm(next).acknowledged, at(1h + 2min));
}

/// Random words: nothing is lost, and saved and restored in between it comes to the same.
TEST(AlarmDesk, OverRandomStormsEveryWordBelongsToAnAlarmAndStatesComeBack) {
    std::uint64_t suppressed = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        AlarmDeskConfig config;
        config.acknowledge_each = 3min;
        FakeClock plain_clock;
        FakeClock moved_clock;
        AlarmDesk plain(config, plain_clock, 0);
        auto moved = std::make_unique<AlarmDesk>(config, moved_clock, 0);
        std::uint64_t n = 0;
        auto const draw = [&](std::uint64_t below) {
            return draw_bits(Seed{seed}, {EntityKind::world, 0}, Purpose::test, n++) % below;
        };
        std::uint64_t words = 0;
        SimDuration t{};
        for (int step = 0; step < 400; ++step) {
            t += draw(60) == 0 ? SimDuration{20min} : SimDuration{5s};
            auto const signal = static_cast<Signal>(draw(3));
            auto const about = of_meter(static_cast<std::uint32_t>(draw(60)));
            bool const ends = draw(3) == 0;
            words += ends ? 0 : 1;
            plain_clock.advance(plain, at(t));
            moved_clock.advance(*moved, at(t));
            for (auto* desk : {&plain, moved.get()}) {
                if (ends) {
                    desk->end(signal, about);
                } else {
                    desk->raise(signal, about, of_network(about.row / 30), at(t));
                }
            }
            if (step % 50 == 49) {
                std::vector<std::byte> state;
                StateWriter writer(state);
                moved->save(writer);
                moved_clock.forget_timers();
                moved = std::make_unique<AlarmDesk>(config, moved_clock, 0);
                StateReader reader(state);
                moved->restore(reader);
                reader.expect_end();
            }
        }
        ASSERT_EQ(plain.alarms(), moved->alarms()) << "seed " << seed;
        EXPECT_EQ(plain.counts(), moved->counts());
        std::uint64_t told = 0;
        std::set<std::pair<Signal, AlarmPlace>> open;
        for (auto const& alarm : plain.alarms()) {
            if (alarm.signal == Signal::flood) {
                continue;
            }
            told += alarm.count;
            if (alarm.state != AlarmState::normal) {
                EXPECT_TRUE(open.insert({alarm.signal, alarm.about}).second) << "stands twice";
            }
            bool const stands = alarm.over == kNever;
            EXPECT_TRUE(alarm.under == 0 ||
                        (plain.alarms()[alarm.under - 1].signal == Signal::flood &&
                         !(stands && plain.alarms()[alarm.under - 1].over != kNever)))
                << "hidden, though its flood is over";
        }
        EXPECT_EQ(told, words);
        EXPECT_EQ(plain.counts().words, words);
        suppressed += plain.counts().suppressed;
    }
    EXPECT_GT(suppressed, 100U) << "else there was no flood";
}

TEST(AlarmDesk, WhatCannotBeConfiguredIsToldSo) {
    AlarmDeskConfig config;
    config.flood_limit = 0;
    EXPECT_THAT(problem(config), testing::HasSubstr("flood"));
    EXPECT_THROW(Centre{config}, SimulationError);
    config = {};
    config.acknowledge_each = -1s;
    EXPECT_THAT(problem(config), testing::HasSubstr("acknowledge_each"));
    EXPECT_EQ(problem(AlarmDeskConfig{}), "");
}

TEST(AlarmDesk, EveryAlarmOfTheFieldMeansASignal) {
    for (std::size_t k = 0; k < kAlarmKinds; ++k) {
        auto const kind = static_cast<AlarmKind>(k);
        EXPECT_EQ(signal_of(kind).has_value(), kind != AlarmKind::credit_low) << k;
    }
    EXPECT_FALSE(signal_of(AlarmKind::power_restored)->begins);
    EXPECT_EQ(signal_of(AlarmKind::power_restored)->signal,
              signal_of(AlarmKind::power_lost)->signal);
}

} // namespace
} // namespace gridtwin::headend
