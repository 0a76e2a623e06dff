// What concentrators do beside polling, in First light.
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;

constexpr char const* kAccess = "access:\n";

TEST(ConcentratorDay, ClocksThatAreOffAreSetWithinTheLimitOfTheirTruth) {
    Scratch scratch;
    Changes const off{{kAccess, "meter: { clock_error: 30 s, clock_drift_ppm: 20 }\naccess:\n"}};
    auto without = off;
    without.emplace_back("  concentrators: 4\n",
                         "  concentrators: 4\n  concentrator: { clock: { every: 0 s } }\n");
    auto const day = run_day(scratch, first_light(off), "set");
    auto const plain = run_day(scratch, first_light(without), "left");
    EXPECT_GT(plain.kpi("clock.error_mean"), 20.0);
    EXPECT_LT(day.kpi("clock.error_mean"), 3.0) << "those that SMS reads stay as they were";
    EXPECT_EQ(plain.kpi("clock.asked"), 0.0);
    EXPECT_GT(day.kpi("clock.sets"), 200.0);
    EXPECT_GT(day.kpi("clock.before_p95"), 40.0);
    EXPECT_LT(day.kpi("clock.after_p95"), 1.0);
    EXPECT_LT(day.kpi("clock.after_mean"), 0.5);
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    EXPECT_GT(day.kpi("read_success"), 0.98);
    // Every setting is an event, and rows that it touched say so.
    results::Reader const reader(day.file);
    auto const events = reader.events();
    auto const sets = std::count_if(events.begin(), events.end(),
                                    [](auto const& e) { return e.kind == EventKind::clock_set; });
    EXPECT_GT(sets, 200);
    EXPECT_LE(static_cast<double>(sets), day.kpi("clock.sets"));
}

} // namespace
} // namespace gridtwin::twin::test
