#include "models/meter/curtailment.hpp"
#include "models/meter/step.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/some_meters.hpp"

#include <deque>

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{0};
constexpr LimiterSpec kTwoKilowatt{.limit_w = 2000.0};

/// A customer who would draw `wants_w`, behind a limiter; what the grid does, in small.
struct Limited {
    explicit Limited(LimiterSpec const& limiter, std::size_t count = 1)
        : table(exact_meters(spec, count)) {
        std::vector<MeterId> const meters{kMeter};
        give_limiter(table, limiter, meters);
    }
    MeterSpec spec;
    MeterTable table;
    std::vector<EventRecord> events;
    std::deque<CurtailOrder> waiting;
    double wants_w = 0.0;
    SimTime now = kStart;

    [[nodiscard]] LimiterState const& state() const { return table.limiters.state[0]; }
    void draw() {
        table.p_w[0] = table.relay_closed[0] == 0 ? 0.0 : wants_w * demand_factor(table, kMeter);
        std::vector<CurtailOrder> orders;
        judge_limiters(table, spec, now, events, orders);
        waiting.insert(waiting.end(), orders.begin(), orders.end());
    }
    void to(SimTime end) {
        draw();
        while (now < end) {
            SimTime next = std::min(end, next_limiter_order(table, now));
            next = waiting.empty() ? next : std::min(next, waiting.front().at);
            advance(table, spec, now, next, events);
            std::vector<CurtailOrder> orders;
            advance_limiters(table, spec, now, next, events, orders);
            waiting.insert(waiting.end(), orders.begin(), orders.end());
            now = next;
            while (!waiting.empty() && waiting.front().at <= now) {
                ASSERT_EQ(waiting.front().at, now) << "no order comes too late";
                curtail(table, waiting.front(), events);
                waiting.pop_front();
            }
            draw();
        }
    }
    [[nodiscard]] std::vector<std::pair<SimDuration, EventKind>> seen() const {
        std::vector<std::pair<SimDuration, EventKind>> out;
        for (auto const& event : events) {
            out.emplace_back(event.at.time_since_epoch(), event.kind);
        }
        return out;
    }
};
using Seen = std::vector<std::pair<SimDuration, EventKind>>;

TEST(LimiterTest, AForecastOverloadWarnsWaitsCurtailsAndRestores) {
    Limited town(kTwoKilowatt);
    town.wants_w = 1500.0;
    town.to(kStart + 30min);
    EXPECT_TRUE(town.events.empty());
    town.wants_w = 3000.0;
    town.to(kStart + 40min);
    town.wants_w = 500.0; // it has learnt
    town.to(kStart + 2h);
    EXPECT_EQ(town.seen(), (Seen{{30min, EventKind::limit_warned},
                                 {35min, EventKind::supply_curtailed},
                                 {35min + 50ms, EventKind::relay_opened},
                                 {65min, EventKind::supply_restored},
                                 {65min + 50ms, EventKind::relay_closed}}));
    EXPECT_EQ(town.events[0].value, 3000.0);
}

TEST(LimiterTest, WhoReactsToTheWarningKeepsTheSupply) {
    Limited town(kTwoKilowatt);
    town.wants_w = 3000.0;
    town.to(kStart + 4min);
    town.wants_w = 500.0;
    town.to(kStart + 1h);
    EXPECT_EQ(town.seen(),
              (Seen{{0min, EventKind::limit_warned}, {4min, EventKind::limit_cleared}}));
}

TEST(LimiterTest, AnActualOverloadIsOneOnceTheWindowsEnergyIsUsedUp) {
    LimiterSpec spec = kTwoKilowatt;
    spec.forecast = false;
    Limited town(spec);
    town.wants_w = 4000.0; // 15 min of 2 kW in half of that
    town.to(kStart + 2h);
    auto const seen = town.seen();
    ASSERT_GE(seen.size(), 4U);
    EXPECT_EQ(seen[0], (std::pair{SimDuration{7min + 30s}, EventKind::limit_warned}));
    EXPECT_EQ(seen[1], (std::pair{SimDuration{12min + 30s}, EventKind::supply_curtailed}));
    EXPECT_EQ(seen[3], (std::pair{SimDuration{42min + 30s}, EventKind::supply_restored}));
}

TEST(LimiterTest, AQuotaIsWarnedOfBeforeItIsUsedUpAndHoldsUntilItsPeriodEnds) {
    Limited town({.quota_wh = 5001.0});
    town.wants_w = 1000.0;
    town.to(kStart + 30h);
    auto const seen = town.seen();
    ASSERT_GE(seen.size(), 5U);
    EXPECT_EQ(seen[0], (std::pair{SimDuration{4h + 55min}, EventKind::limit_warned}));
    EXPECT_EQ(seen[1], (std::pair{SimDuration{5h}, EventKind::supply_curtailed}));
    EXPECT_EQ(seen[3], (std::pair{SimDuration{24h}, EventKind::supply_restored}));
    EXPECT_EQ(seen[5], (std::pair{SimDuration{28h + 55min + 50ms}, EventKind::limit_warned}));
}

TEST(LimiterTest, ALoadStepShedsItsShareAndLeavesTheRelayClosed) {
    LimiterSpec spec = kTwoKilowatt;
    spec.shed_frac = 0.75;
    Limited town(spec);
    town.wants_w = 4000.0;
    town.to(kStart + 6min);
    EXPECT_EQ(town.table.p_w[0], 1000.0);
    EXPECT_EQ(town.table.relay_closed[0], 1);
    town.to(kStart + 36min);
    EXPECT_EQ(town.table.p_w[0], 4000.0);
}

TEST(LimiterTest, ACommandRestoresAtOnceAndTheNextOverloadIsWarnedOfAgain) {
    Limited town(kTwoKilowatt);
    town.wants_w = 3000.0;
    town.to(kStart + 10min);
    ASSERT_EQ(town.table.relay_closed[0], 0);
    operate_relay(town.table, kMeter, true, town.now, town.events);
    EXPECT_EQ(town.table.relay_closed[0], 1);
    EXPECT_FALSE(town.state().held);
    EXPECT_EQ(town.events.back().kind, EventKind::relay_closed);
    town.to(kStart + 14min);
    EXPECT_EQ(town.table.relay_closed[0], 1);
    EXPECT_EQ(town.events.back().kind, EventKind::limit_warned);
    town.to(kStart + 16min);
    EXPECT_EQ(town.table.relay_closed[0], 0);
}

TEST(LimiterTest, WhoWasDisconnectedByCommandStaysSoWhenTheLimiterRestores) {
    Limited town(kTwoKilowatt);
    town.wants_w = 3000.0;
    town.to(kStart + 10min);
    operate_relay(town.table, kMeter, false, town.now, town.events);
    town.to(kStart + 2h);
    EXPECT_FALSE(town.state().held);
    EXPECT_EQ(town.table.relay_closed[0], 0);
    operate_relay(town.table, kMeter, true, town.now, town.events);
    EXPECT_EQ(town.table.relay_closed[0], 1);
}

TEST(LimiterTest, SegmentsChangeNothing) {
    auto const run = [](SimDuration step) {
        Limited town({.limit_w = 2000.0, .quota_wh = 6000.0, .forecast = false});
        for (int k = 0; k < 96; ++k) {
            town.wants_w = 500.0 * (k * 7 % 11);
            SimTime const end = kStart + (k + 1) * 15min;
            while (town.now < end) {
                town.to(std::min(end, town.now + step));
            }
        }
        return town.seen();
    };
    auto const whole = run(15min);
    EXPECT_GT(whole.size(), 20U);
    EXPECT_EQ(run(60s), whole);
    EXPECT_EQ(run(7s), whole);
}

TEST(LimiterTest, LimitersThatCannotWorkAreRefused) {
    EXPECT_EQ(problem(LimiterSpec{}), "a limiter needs a limit or a quota");
    EXPECT_EQ(problem({.limit_w = 1.0, .warning = 0s}), "a limiter's durations must be above zero");
    EXPECT_EQ(problem({.limit_w = 1.0, .shed_frac = 0.0}),
              "a limiter sheds more than nothing and at most everything");
    Limited town(kTwoKilowatt, 2);
    EXPECT_THROW(give_limiter(town.table, kTwoKilowatt, std::vector{kMeter}), SimulationError);
    EXPECT_THROW(give_limiter(town.table, {}, std::vector{MeterId{1}}), SimulationError);
}

TEST(LimiterTest, WeldedContactsTakeNothingOffAndNobodySaysSo) {
    Limited town(kTwoKilowatt);
    stick_contacts(town.table, kMeter);
    town.wants_w = 3000.0;
    town.to(kStart + 3h);
    EXPECT_EQ(town.table.p_w[0], 3000.0);
    EXPECT_EQ(town.table.relay_closed[0], 1);
    std::size_t failed = 0;
    for (auto const& event : town.events) {
        EXPECT_NE(event.kind, EventKind::supply_curtailed);
        EXPECT_NE(event.kind, EventKind::supply_restored);
        failed += event.kind == EventKind::relay_failed ? 1 : 0;
    }
    EXPECT_EQ(failed, 1U) << "it tries once and waits for the load to fall";
    EXPECT_EQ(town.table.import_mwh[0], 3 * 3'000'000);
}

TEST(LimiterTest, SupplyThatACommandKeepsOffIsNotRestored) {
    Limited town(kTwoKilowatt);
    town.wants_w = 3000.0;
    town.to(kStart + 10min);
    operate_relay(town.table, kMeter, false, town.now, town.events);
    town.to(kStart + 2h);
    EXPECT_EQ(town.seen(), (Seen{{0min, EventKind::limit_warned},
                                 {5min, EventKind::supply_curtailed},
                                 {5min + 50ms, EventKind::relay_opened}}));
    operate_relay(town.table, kMeter, true, town.now, town.events);
    EXPECT_EQ(town.seen().back(), (std::pair{SimDuration{2h}, EventKind::relay_closed}));
}

/// Random demand and commands, against what a limiter may never do.
TEST(LimiterPropertyTest, NeverWithoutWarningAndWaitingNeverLongerThanItsCauseAndItsTime) {
    std::uint64_t draws = 0;
    auto const draw = [&draws] {
        return draw01(Seed{11}, EntityKey(EntityKind::world, 2), Purpose::test, draws++);
    };
    std::size_t curtailed = 0;
    for (int round = 0; round < 60; ++round) {
        LimiterSpec const spec{.limit_w = draw() < 0.8 ? 2000.0 : 0.0,
                               .window = std::chrono::minutes(draw() < 0.5 ? 15 : 5),
                               .quota_wh = 20'000.0 * (0.2 + draw()),
                               .period = 12h,
                               .forecast = draw() < 0.5,
                               .warning = duration_from_s(60.0 + 600.0 * draw()),
                               .hold = duration_from_s(300.0 + 1800.0 * draw()),
                               .shed_frac = draw() < 0.5 ? 1.0 : 0.6};
        Limited town(spec);
        set_clock(town.table, town.spec, kMeter, duration_from_s(20.0 * draw() - 10.0),
                  20.0 * draw() - 10.0);
        while (town.now < kStart + 48h) {
            town.wants_w = draw() < 0.3 ? 6000.0 * draw() : 1500.0 * draw() - 200.0;
            if (draw() < 0.01) {
                operate_relay(town.table, kMeter, draw() < 0.5, town.now, town.events);
            }
            town.to(town.now + duration_from_s(300.0 * draw()) + 1ns);
            LimiterState const& s = town.state();
            if (s.phase == LimiterState::Phase::curtailed) {
                double const p_w = std::max(town.table.p_w[0], 0.0);
                double const end_ws =
                    s.window_ws + (spec.forecast ? p_w * to_s(s.window_end - town.now) : 0.0);
                bool const overload =
                    spec.limit_w > 0.0 && end_ws >= spec.limit_w * to_s(spec.window);
                double const ahead_ws = spec.forecast ? p_w * to_s(spec.warning) : 0.0;
                bool const over_use = s.period_ws + ahead_ws >= 3600.0 * (spec.quota_wh - 1.0);
                EXPECT_TRUE(town.now <= s.since + spec.hold || overload || over_use)
                    << "round " << round << " at " << format_time(town.now);
            }
            EXPECT_EQ(s.held && s.phase != LimiterState::Phase::curtailed && town.waiting.empty(),
                      false);
            bool const open = town.table.relay_closed[0] == 0;
            EXPECT_EQ(open, s.command_open || (s.held && spec.shed_frac == 1.0));
        }
        SimTime warned = kNever;
        for (auto const& event : town.events) {
            switch (event.kind) {
            case EventKind::limit_warned:
                warned = event.at;
                break;
            case EventKind::supply_curtailed:
                ASSERT_NE(warned, kNever);
                EXPECT_GE(event.at, warned + spec.warning);
                warned = kNever;
                ++curtailed;
                break;
            case EventKind::limit_cleared:
            case EventKind::supply_restored:
                warned = kNever;
                break;
            default:
                break;
            }
        }
    }
    EXPECT_GT(curtailed, 100U);
}

} // namespace
} // namespace gridtwin::meter
