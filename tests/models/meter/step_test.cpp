#include "models/meter/step.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{0};

struct StepTest : testing::Test {
    MeterSpec spec;
    MeterTable table = exact_meters(spec, 1);
    std::vector<EventRecord> events;
    SimTime now = kStart;

    void run(SimDuration dt) {
        advance(table, spec, now, now + dt, events);
        now += dt;
    }
    void power(double p_w, double q_var = 0.0) {
        table.p_w[0] = p_w;
        table.q_var[0] = q_var;
    }
    void supply(bool on) {
        table.energised[0] = on ? 1 : 0;
        table.u_v[0] = on ? 230.0 : 0.0;
        if (!on) {
            power(0.0);
        }
    }
    [[nodiscard]] std::vector<EventKind> kinds() const {
        std::vector<EventKind> out;
        for (EventRecord const& event : events) {
            out.push_back(event.kind);
        }
        return out;
    }
};

TEST_F(StepTest, OneKilowattForAnHourIsAMillionMilliwattHours) {
    power(1000.0, -500.0);
    run(1h);
    EXPECT_EQ(table.import_mwh[0], 1'000'000);
    EXPECT_EQ(table.import_mvarh[0], -500'000);
    EXPECT_EQ(table.last_closed[0], 4U);
    EXPECT_EQ(
        find_row(table, kMeter, 4),
        (wire::ProfileRow{.import_mwh = 250'000, .import_mvarh = -125'000, .voltage_dv = 2300}));
}

TEST_F(StepTest, AnIntervalClosesAtItsVeryEndEvenWithinASegment) {
    power(3600.0);
    run(14min + 59s);
    EXPECT_EQ(table.last_closed[0], 0U);
    power(7200.0);
    run(2s); // one second on each side
    EXPECT_EQ(find_row(table, kMeter, 1)->import_mwh, 899'000 + 2'000);
    EXPECT_EQ(table.import_mwh[0], 899'000 + 4'000);
}

TEST_F(StepTest, ARowsVoltageIsTheMeanWhileThereWasAny) {
    table.u_v[0] = 220.0;
    run(5min);
    table.u_v[0] = 240.0;
    run(5min);
    supply(false);
    run(5min);
    EXPECT_EQ(find_row(table, kMeter, 1)->voltage_dv, 2300);
    EXPECT_EQ(find_row(table, kMeter, 1)->status, wire::kPowerFailed);
}

TEST_F(StepTest, WithoutVoltageItKeepsItsRegistersItsClockRunsAndItsRowsSaySo) {
    power(4000.0);
    run(30min);
    supply(false);
    run(30min);
    supply(true);
    power(4000.0);
    run(15min);
    EXPECT_EQ(table.import_mwh[0], 3'000'000);
    EXPECT_EQ(table.last_closed[0], 5U);
    EXPECT_EQ(find_row(table, kMeter, 3), (wire::ProfileRow{.status = wire::kPowerFailed}));
    EXPECT_EQ(find_row(table, kMeter, 5)->status, 0);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0], (EventRecord{.at = kStart + 30min,
                                      .kind = EventKind::power_lost,
                                      .entity = EventEntity::meter,
                                      .row = 0}));
    EXPECT_EQ(events[1].kind, EventKind::power_restored);
    EXPECT_EQ(events[1].at, kStart + 60min);
}

TEST_F(StepTest, ALossIsNoticedOnceWhetherAtTheSolveOrWithTheNextSegment) {
    run(10s);
    supply(false);
    note_supply(table, now, events);
    EXPECT_EQ(kinds(), std::vector{EventKind::power_lost});
    run(50s);
    note_supply(table, now, events);
    EXPECT_EQ(events.size(), 1U);
}

TEST_F(StepTest, ItCanTalkAsLongAsItsHoldUpLasts) {
    EXPECT_TRUE(can_talk(table, spec, kMeter, now));
    run(60s);
    supply(false);
    note_supply(table, now, events);
    EXPECT_TRUE(can_talk(table, spec, kMeter, now + spec.hold_up - 1ns));
    EXPECT_FALSE(can_talk(table, spec, kMeter, now + spec.hold_up));
    supply(true);
    EXPECT_TRUE(can_talk(table, spec, kMeter, now + 2h));
}

TEST_F(StepTest, VoltageEventsNeedTheirMinimumDuration) {
    table.u_v[0] = 0.89 * 230.0;
    run(40s);
    table.u_v[0] = 230.0; // a dip too short to count
    run(20s);
    EXPECT_TRUE(events.empty());
    table.u_v[0] = 200.0;
    run(30s);
    table.u_v[0] = 205.0; // still under: the duration goes on
    run(45s);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, EventKind::under_voltage);
    EXPECT_EQ(events[0].at, kStart + 120s);
    EXPECT_EQ(events[0].value, 205.0);
    run(10min);
    EXPECT_EQ(events.size(), 1U); // said once
    table.u_v[0] = 260.0;
    run(60s);
    table.u_v[0] = 240.0;
    run(60s);
    EXPECT_EQ(kinds(), (std::vector{EventKind::under_voltage, EventKind::over_voltage,
                                    EventKind::voltage_normal}));
}

TEST_F(StepTest, TheBandItselfIsNormal) {
    table.u_v[0] = 0.9 * 230.0;
    run(2min);
    table.u_v[0] = 1.1 * 230.0 - 1e-9;
    run(2min);
    EXPECT_TRUE(events.empty());
}

TEST_F(StepTest, AMeterWithoutVoltageDoesNotReportUnderVoltage) {
    supply(false);
    run(10min);
    EXPECT_EQ(kinds(), std::vector{EventKind::power_lost});
    supply(true);
    table.u_v[0] = 200.0;
    run(59s);
    EXPECT_EQ(events.size(), 2U); // counted from the return of voltage
    run(1s);
    EXPECT_EQ(events.back().kind, EventKind::under_voltage);
}

TEST_F(StepTest, AnOpenRelayTakesThePowerOffAndMarksTheRow) {
    power(1000.0);
    run(14min);
    operate_relay(table, kMeter, false, now, events);
    EXPECT_EQ(table.p_w[0], 0.0);
    run(16min);
    operate_relay(table, kMeter, true, now, events);
    operate_relay(table, kMeter, true, now, events); // stands so already
    run(15min);
    EXPECT_EQ(kinds(), (std::vector{EventKind::relay_opened, EventKind::relay_closed}));
    EXPECT_EQ(find_row(table, kMeter, 1)->status, wire::kRelayOpen);
    EXPECT_EQ(find_row(table, kMeter, 2)->status, wire::kRelayOpen);
    EXPECT_EQ(find_row(table, kMeter, 3)->status, 0);
    EXPECT_EQ(find_row(table, kMeter, 2)->voltage_dv, 2300); // it sits ahead of its relay
}

TEST_F(StepTest, AChangeAtAQuarterHourMarksTheNextIntervalOnly) {
    run(15min);
    supply(false);
    run(1min);
    EXPECT_EQ(find_row(table, kMeter, 1)->status, 0);
}

TEST_F(StepTest, OldRowsAreOverwritten) {
    power(1000.0);
    run(15min * 100);
    EXPECT_FALSE(find_row(table, kMeter, 4).has_value());
    EXPECT_TRUE(find_row(table, kMeter, 5).has_value());
    EXPECT_TRUE(find_row(table, kMeter, 100).has_value());
    EXPECT_FALSE(find_row(table, kMeter, 101).has_value());
}

TEST_F(StepTest, AMeterThatStartsWithinAnIntervalSaysItIsIncomplete) {
    set_clock(table, spec, kMeter, 5min, 0.0);
    run(20min);
    EXPECT_EQ(table.last_closed[0], 1U);
    EXPECT_EQ(find_row(table, kMeter, 1)->status, wire::kIncomplete);
    run(20min);
    EXPECT_EQ(find_row(table, kMeter, 2)->status, 0);
}

TEST_F(StepTest, InconsistentStepsAreErrorsThatNameMeterAndTime) {
    run(1min);
    EXPECT_THROW(advance(table, spec, kStart, kStart + 2min, events), SimulationError);
    EXPECT_THROW(advance(table, spec, now, now - 1s, events), SimulationError);
    operate_relay(table, kMeter, false, now, events);
    power(1.0);
    try {
        run(1min);
        FAIL();
    } catch (SimulationError const& error) {
        EXPECT_NE(std::string(error.what()).find("meter 0 at 00:01:00"), std::string::npos)
            << error.what();
    }
    EXPECT_THROW(operate_relay(table, MeterId{9}, true, now, events), SimulationError);
}

TEST_F(StepTest, EnergyThatDoesNotFitARowIsAnErrorNotAWrongNumber) {
    power(8.6e6);
    EXPECT_THROW(run(15min), SimulationError);
}

TEST(StepPoolTest, ThreadsChangeNeitherStateNorOrderOfEvents) {
    MeterSpec const spec;
    constexpr std::size_t kCount = 10'000;
    auto const run = [&](unsigned threads) {
        MeterTable table = make_meters(spec, Seed{3}, std::vector<double>(kCount, 230.0));
        std::vector<EventRecord> events;
        ThreadPool pool(threads);
        SimTime t = kStart;
        for (int step = 0; step < 40; ++step) {
            for (std::size_t i = 0; i < kCount; ++i) {
                bool const on = (i + static_cast<std::size_t>(step)) % 7 != 0;
                table.energised[i] = on ? 1 : 0;
                table.p_w[i] = on ? static_cast<double>(i % 1000) : 0.0;
                table.u_v[i] = on ? 190.0 + static_cast<double>(i % 60) : 0.0;
            }
            advance(table, spec, t, t + 60s, pool, events);
            t += 60s;
        }
        return std::tuple(table.import_mwh, table.row_voltage_dv, events);
    };
    EXPECT_EQ(run(1), run(3));
}

} // namespace
} // namespace gridtwin::meter
