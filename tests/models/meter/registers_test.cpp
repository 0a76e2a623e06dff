#include "models/meter/registers.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{0};
constexpr std::size_t kImport = 0;
constexpr std::size_t kExport = 1;

MeterSpec day_and_night() {
    MeterSpec spec;
    spec.registers.kept = true;
    spec.registers.calendars = {{{{.at = 7h, .tariff = 1}, {.at = 23h, .tariff = 0}}},
                                {{{.at = 12h, .tariff = 2}}}};
    return spec;
}

struct RegistersTest : testing::Test {
    MeterSpec spec = day_and_night();
    MeterTable table = exact_meters(spec, 1);
    std::vector<EventRecord> events;
    SimTime now = kStart;

    void run(SimDuration dt, double p_w, double q_var = 0.0) {
        table.p_w[0] = p_w;
        table.q_var[0] = q_var;
        advance(table, spec, now, now + dt, events);
        now += dt;
    }
    [[nodiscard]] RegisterSet const& total() const { return table.registers.total[0]; }
    [[nodiscard]] std::int64_t import_of(std::size_t tariff) const {
        return table.registers.of(kMeter, tariff)[kImport];
    }
};

TEST_F(RegistersTest, EnergyBothWaysHasARegisterEach) {
    run(1h, 1000.0);
    run(1h, -400.0);
    EXPECT_EQ(total()[kImport], 1'000'000);
    EXPECT_EQ(total()[kExport], 400'000);
    EXPECT_EQ(table.import_mwh[0], 600'000);
}

TEST_F(RegistersTest, ReactiveEnergyGoesToItsQuadrant) {
    run(1h, 100.0, 1.0);
    run(1h, -100.0, 2.0);
    run(1h, -100.0, -3.0);
    run(1h, 100.0, -4.0);
    EXPECT_EQ(total(), (RegisterSet{200'000, 200'000, 1'000, 2'000, 3'000, 4'000}));
    EXPECT_EQ(table.import_mvarh[0], -4'000); // 1 + 2 - 3 - 4
    EXPECT_EQ(table.import_mwh[0], 0);
}

TEST_F(RegistersTest, ATariffTakesWhatFlowsFromItsInstantOn) {
    run(7h - 10ms, 3600.0); // 1 mWh in a millisecond
    run(30ms, 3600.0);
    EXPECT_EQ(import_of(0), 7 * 3'600'000);
    EXPECT_EQ(import_of(1), 20);
    run(16h - 20ms, 3600.0);
    EXPECT_EQ(table.registers.tariff[0], 0); // 23:00 belongs to what begins then
    run(2h, 3600.0);
    EXPECT_EQ(import_of(1), 16 * 3'600'000);
    EXPECT_EQ(import_of(0) + import_of(1), total()[kImport]);
}

TEST_F(RegistersTest, ASwitchComesByTheMetersOwnClock) {
    set_clock(table, spec, kMeter, 250ms, 0.0); // fast: switches early
    run(24h, 3600.0);
    EXPECT_EQ(import_of(1), 16 * 3'600'000);
    EXPECT_EQ(import_of(0), 8 * 3'600'000);
    // the day's 23:00 came 250 ms early, so that much more of the night is behind it
    EXPECT_EQ(table.registers.switch_at[0], kStart + 24h + 7h - 250ms);
}

TEST_F(RegistersTest, TheWeekBeginsWhereTheScenarioDoes) {
    spec.registers.week_at_start = 2 * 24h + 6h; // Wednesday 06:00
    table = exact_meters(spec, 1);
    run(2h, 3600.0);
    EXPECT_EQ(import_of(0), 3'600'000);
    EXPECT_EQ(import_of(1), 3'600'000);
}

TEST_F(RegistersTest, AnotherCalendarHoldsFromWhenItBegins) {
    run(8h, 3600.0);
    begin_calendar(table.registers, kMeter, {}, 1, now);
    run(2h, 3600.0);
    EXPECT_EQ(import_of(2), 2 * 3'600'000); // its only tariff, since noon of the day before
    EXPECT_EQ(import_of(1), 1 * 3'600'000);
}

TEST_F(RegistersTest, WithoutThemATableIsAsItWas) {
    MeterTable const plain = exact_meters({}, 1);
    EXPECT_FALSE(plain.registers.kept());
    EXPECT_EQ(bytes_per_meter(plain.registers), 0U);
    EXPECT_EQ(bytes_per_meter(table), bytes_per_meter(plain) + 2 + 8 + 48 + 48 + 3 * 48);
}

} // namespace
} // namespace gridtwin::meter
