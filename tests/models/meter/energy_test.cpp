#include "tests/models/meter/some_meters.hpp"

#include <numeric>

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

/// Random segments of random length, power (export too), voltage, supply and relay.
struct RandomDay {
    static constexpr std::size_t kCount = 20;
    explicit RandomDay(MeterSpec const& what = {}) : spec(what) {}

    MeterSpec spec;
    MeterTable table = make_meters(spec, Seed{5}, std::vector<double>(kCount, 230.0));
    std::vector<EventRecord> events;
    std::vector<long double> import_mwh = std::vector<long double>(kCount, 0.0L);
    std::vector<long double> import_mvarh = std::vector<long double>(kCount, 0.0L);
    std::vector<std::int64_t> rows_mwh = std::vector<std::int64_t>(kCount, 0);
    std::vector<std::int64_t> rows_mvarh = std::vector<std::int64_t>(kCount, 0);
    std::vector<std::uint32_t> seen_rows = std::vector<std::uint32_t>(kCount, 0);
    std::uint64_t draws = 0;

    double draw() {
        return draw01(Seed{9}, EntityKey(EntityKind::world, 1), Purpose::test, draws++);
    }

    void segment(SimTime t0, SimDuration dt) {
        for (std::size_t i = 0; i < kCount; ++i) {
            bool const on = draw() > 0.1;
            if (draw() < 0.05) {
                operate_relay(table, static_cast<MeterId>(i), table.relay_closed[i] == 0, t0,
                              events);
            }
            bool const flows = on && table.relay_closed[i] != 0;
            table.energised[i] = on ? 1 : 0;
            table.u_v[i] = on ? 200.0 + 60.0 * draw() : 0.0;
            table.p_w[i] = flows ? 12'000.0 * (draw() - 0.2) : 0.0;
            table.q_var[i] = flows ? 4'000.0 * (draw() - 0.5) : 0.0;
            long double const dt_h = static_cast<long double>(dt.count()) / 3.6e12L;
            import_mwh[i] += 1000.0L * static_cast<long double>(table.p_w[i]) * dt_h;
            import_mvarh[i] += 1000.0L * static_cast<long double>(table.q_var[i]) * dt_h;
        }
        advance(table, spec, t0, t0 + dt, events);
        for (std::size_t i = 0; i < kCount; ++i) {
            while (seen_rows[i] < table.last_closed[i]) {
                auto const row = find_row(table, static_cast<MeterId>(i), ++seen_rows[i]);
                ASSERT_TRUE(row.has_value());
                rows_mwh[i] += row->import_mwh;
                rows_mvarh[i] += row->import_mvarh;
            }
        }
    }

    void run(SimDuration length) {
        SimTime t = kStart;
        while (t < kStart + length) {
            SimDuration dt = duration_from_s(draw() < 0.1 ? 4000.0 * draw() : 120.0 * draw());
            dt = std::min(dt, kStart + length - t);
            segment(t, dt);
            t += dt;
        }
    }
};

TEST(EnergyConservationTest, RegistersAreTheIntegralOfPowerToOneMilliwattHour) {
    RandomDay day;
    day.run(48h);
    for (std::size_t i = 0; i < RandomDay::kCount; ++i) {
        EXPECT_NEAR(static_cast<double>(day.table.import_mwh[i]),
                    static_cast<double>(day.import_mwh[i]), 1.0);
        EXPECT_NEAR(static_cast<double>(day.table.import_mvarh[i]),
                    static_cast<double>(day.import_mvarh[i]), 1.0);
        // with what is not yet in the register, nothing at all is missing
        EXPECT_NEAR(static_cast<double>(day.table.import_mwh[i]) + day.table.rest_mwh[i],
                    static_cast<double>(day.import_mwh[i]), 1e-4);
        EXPECT_GE(day.table.rest_mwh[i], 0.0);
        EXPECT_LT(day.table.rest_mwh[i], 1.0);
    }
}

TEST(EnergyConservationTest, RowsAndTheOpenIntervalAddUpToTheRegisterExactly) {
    RandomDay day;
    day.run(48h);
    for (std::size_t i = 0; i < RandomDay::kCount; ++i) {
        EXPECT_GE(day.seen_rows[i], 191U);
        EXPECT_EQ(day.rows_mwh[i], day.table.opened_mwh[i]);
        EXPECT_EQ(day.rows_mvarh[i], day.table.opened_mvarh[i]);
    }
}

TEST(EnergyConservationTest, TariffsAddUpToTotalsAndTotalsToNetToTheLastMilliwattHour) {
    MeterSpec spec;
    spec.registers.kept = true;
    spec.registers.calendars = {{{{.at = 6h + 30min, .tariff = 1},
                                  {.at = 17h, .tariff = 7},
                                  {.at = 21h, .tariff = 3},
                                  {.at = 23h, .tariff = 0}}}};
    RandomDay day(spec);
    day.run(48h);
    Registers const& kept = day.table.registers;
    ASSERT_EQ(kept.tariffs, 8U);
    for (std::size_t i = 0; i < RandomDay::kCount; ++i) {
        auto const meter = static_cast<MeterId>(i);
        RegisterSet sum{};
        for (std::size_t tariff = 0; tariff < kept.tariffs; ++tariff) {
            for (std::size_t k = 0; k < kRegisters; ++k) {
                EXPECT_GE(kept.of(meter, tariff)[k], 0);
                sum[k] += kept.of(meter, tariff)[k];
            }
        }
        RegisterSet const& total = kept.total[i];
        EXPECT_EQ(sum, total);
        EXPECT_GT(kept.of(meter, 7)[0], 0);
        EXPECT_EQ(kept.of(meter, 2)[0], 0);
        EXPECT_EQ(total[0] - total[1], day.table.import_mwh[i]);
        EXPECT_EQ(total[2] + total[3] - total[4] - total[5], day.table.import_mvarh[i]);
        // and net is what flowed, as it is without these registers
        EXPECT_NEAR(static_cast<double>(day.table.import_mwh[i]) + day.table.rest_mwh[i],
                    static_cast<double>(day.import_mwh[i]), 1e-4);
        EXPECT_NEAR(static_cast<double>(day.table.import_mvarh[i]) + day.table.rest_mvarh[i],
                    static_cast<double>(day.import_mvarh[i]), 1e-4);
        EXPECT_EQ(day.rows_mwh[i], day.table.opened_mwh[i]);
    }
}

TEST(EnergyConservationTest, ManySmallStepsLoseNothing) {
    MeterSpec const spec;
    MeterTable table = exact_meters(spec, 1);
    std::vector<EventRecord> events;
    table.p_w[0] = 0.5; // 0.14 uWh a step: far below a register's unit
    SimTime t = kStart;
    for (int step = 0; step < 3'600'000; ++step) {
        advance(table, spec, t, t + 1ms, events);
        t += 1ms;
    }
    EXPECT_NEAR(static_cast<double>(table.import_mwh[0]) + table.rest_mwh[0], 500.0, 1e-6);
}

} // namespace
} // namespace gridtwin::meter
