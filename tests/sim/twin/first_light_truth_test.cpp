// First light against what is published and what can be worked out by hand.
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

TEST(FirstLightTruth, TheFeederMeetsItsPublishedLoadAtThePeak) {
    // IEEE 13-node test feeder: 3,466 kW of spot and distributed load
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    EXPECT_EQ(day.kpi("power.published"), 3466e3);
    results::Reader const reader(day.file);
    auto const load_w = reader.read_series("feeder", "load_p_w");
    double const peak_w = *std::max_element(load_w.begin(), load_w.end());
    EXPECT_NEAR(peak_w, 3466e3, 0.05 * 3466e3);
}

TEST(FirstLightTruth, HomesDrawTwoKilowattsEachAtTheEveningPeak) {
    Scratch scratch;
    results::Reader const reader(run_day(scratch, first_light()).file);
    auto const p_w = reader.read_series("meters", "p_w");
    auto const time_s = reader.read_time_s("meters");
    std::size_t const meters = reader.read_entity_names("meters").size();
    double sum_w = 0.0;
    std::size_t samples = 0;
    for (std::size_t t = 0; t < time_s.size(); ++t) {
        if (time_s[t] >= 19 * 3600.0 && time_s[t] <= 20 * 3600.0) {
            for (std::size_t m = 0; m < 240; ++m, ++samples) {
                sum_w += p_w[t * meters + m];
            }
        }
    }
    // 240 homes, sizes spread by 0.35: four standard errors are about 9 %
    EXPECT_NEAR(sum_w / static_cast<double>(samples), 2000.0, 180.0);
}

TEST(FirstLightTruth, CustomerMinutesAreThoseOfTheSwitchBelowTheOpenLine) {
    // The line is open from 14:00 to 15:30: every customer below loses 90 minutes, nobody else any.
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    EXPECT_EQ(day.kpi("outage.customer_minutes"), 90.0 * day.kpi("outage.customers"));
    // Three networks of 60 homes hang at bus 675, and the loads 675a, 675b, 675c and 692 are bulk
    // customers.
    EXPECT_EQ(day.kpi("outage.customers"), 3 * 60 + 4);
    EXPECT_EQ(day.kpi("outage.transformers"), 3);
    EXPECT_EQ(day.kpi("outage.transformers_inferred"), 3);
}

TEST(FirstLightTruth, SaidiIsCustomerMinutesOverCustomers) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    EXPECT_NEAR(day.kpi("outage.saidi"), 60.0 * 184 * 90.0 / 275.0, 1e-9);
}

} // namespace
} // namespace gridtwin::twin::test
