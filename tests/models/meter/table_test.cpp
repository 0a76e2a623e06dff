#include "models/meter/table.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

TEST(MeterTableTest, NewMetersAreOnWithEmptyRegisters) {
    MeterTable const table = make_meters({}, Seed{1}, std::vector<double>{230.0, 2400.0});
    EXPECT_EQ(table.size(), 2U);
    EXPECT_EQ(table.import_mwh[1], 0);
    EXPECT_EQ(table.u_v[1], 2400.0);
    EXPECT_EQ(table.energised[0], 1);
    EXPECT_EQ(table.relay_closed[0], 1);
    EXPECT_FALSE(find_row(table, MeterId{0}, 1).has_value());
}

TEST(MeterTableTest, ClockErrorsAreEachMetersOwnAndWithinTheirBounds) {
    MeterSpec const spec;
    MeterTable const table = make_meters(spec, Seed{1}, std::vector<double>(2000, 230.0));
    double sum_ppm = 0.0;
    for (float const drift : table.drift_ppm) {
        ASSERT_LE(std::abs(drift), 5.8001F);
        sum_ppm += static_cast<double>(drift);
    }
    EXPECT_NEAR(sum_ppm / 2000.0, 0.0, 4.0 * (5.8 / 3.0) / std::sqrt(2000.0));
    EXPECT_NE(table.drift_ppm[0], table.drift_ppm[1]);
    EXPECT_NE(table.clock_offset_ns[0], table.clock_offset_ns[1]);
    // another meter more moves nobody's draws
    MeterTable const more = make_meters(spec, Seed{1}, std::vector<double>(2001, 230.0));
    EXPECT_EQ(more.drift_ppm[1999], table.drift_ppm[1999]);
}

TEST(MeterTableTest, AMillionMetersFitTheirBudget) {
    MeterTable const table = make_meters({}, Seed{1}, std::vector<double>{230.0});
    EXPECT_LE(bytes_per_meter(table), 1300U);
}

TEST(MeterTableTest, ImpossibleMetersAreRefused) {
    EXPECT_THROW((void)make_meters({}, Seed{1}, std::vector<double>{0.0}), SimulationError);
    EXPECT_THROW((void)make_meters({}, Seed{1}, std::vector<double>{6350.0}), SimulationError);
    EXPECT_THROW((void)make_meters({}, Seed{1}, std::vector<double>{std::nan("")}),
                 SimulationError);
    EXPECT_THROW((void)make_meters({.profile_rows = 0}, Seed{1}, {}), SimulationError);
    EXPECT_THROW((void)make_meters({.profile_rows = wire::kMaxBlockRows + 1}, Seed{1}, {}),
                 SimulationError);
    EXPECT_THROW((void)make_meters({.interval = 0s}, Seed{1}, {}), SimulationError);
}

TEST(MeterTableTest, ClocksAreSetBeforeTheFirstIntervalOnly) {
    MeterSpec const spec;
    MeterTable table = exact_meters(spec, 1);
    EXPECT_THROW(set_clock(table, spec, MeterId{1}, 0s, 0.0), SimulationError);
    EXPECT_THROW(set_clock(table, spec, MeterId{0}, 0s, 1000.0), SimulationError);
    EXPECT_THROW(set_clock(table, spec, MeterId{0}, 15min, 0.0), SimulationError);
    std::vector<EventRecord> events;
    advance(table, spec, kStart, kStart + 15min, events);
    EXPECT_THROW(set_clock(table, spec, MeterId{0}, 0s, 1.0), SimulationError);
}

TEST(MeterTableTest, AShareOfTheContactsIsWeldedTheSameForTheSameSeed) {
    MeterTable table = exact_meters({}, 20'000);
    stick_contacts(table, Seed{3}, 0.01);
    auto const stuck = table.stuck;
    auto const count = std::count(stuck.begin(), stuck.end(), 1);
    EXPECT_NEAR(static_cast<double>(count), 200.0, 60.0); // 4 sigma
    table.stuck.clear();
    stick_contacts(table, Seed{3}, 0.01);
    EXPECT_EQ(table.stuck, stuck);
    table.stuck.clear();
    stick_contacts(table, Seed{3}, 0.0);
    EXPECT_TRUE(table.stuck.empty());
}

} // namespace
} // namespace gridtwin::meter
