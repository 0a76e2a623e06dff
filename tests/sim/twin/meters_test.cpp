// What meters have beyond net registers and profile, in a whole town.
#include "tests/sim/twin/day.hpp"

#include "sim/twin/meters.hpp"

namespace gridtwin::twin::test {
namespace {

std::string with_meters(std::string const& keys) {
    return first_light({{"operator: {", "meter: { " + keys + " }\noperator: {"}});
}

TEST(TownMeters, TariffsAddUpToWhatTheMetersServed) {
    Scratch scratch;
    auto const day = run_day(
        scratch, with_meters("billing_registers: true, tariffs: [{ tariff: 1, from: 23:00 }, "
                             "{ tariff: 2, from: 07:00, days: workdays }]"));
    EXPECT_NEAR(day.kpi("registers.import") - day.kpi("registers.export"),
                day.kpi("energy.metered"), 1e-6);
    EXPECT_NEAR(day.kpi("registers.tariff_1") + day.kpi("registers.tariff_2"),
                day.kpi("registers.import"), 1e-6);
    EXPECT_GT(day.kpi("registers.tariff_2"), day.kpi("registers.tariff_1"));
    EXPECT_EQ(day.kpi("registers.export"), 0.0);
    EXPECT_TRUE(day.report.books_close);
}

TEST(TownMeters, WithoutBillingRegistersTheyHaveNoFigures) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    EXPECT_THROW((void)day.kpi("registers.import"), std::runtime_error);
}

} // namespace
} // namespace gridtwin::twin::test
