// What concentrators do beside polling, in First light.
#include "tests/sim/twin/day.hpp"

#include <map>

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

TEST(ConcentratorDay, RegistersLogsAndSecondProfilesReachTheBooks) {
    Scratch scratch;
    auto const day = run_day(
        scratch,
        first_light({{kAccess, "meter: { event_log: 32, billing_registers: true, profiles: [{ "
                               "customers: homes, interval: 5 min, channels: [power, voltage], "
                               "rows: 288 }] }\naccess:\n"},
                     {"  concentrators: 4\n",
                      "  concentrators: 4\n  concentrator: { collect: { registers: { every: 8 h }, "
                      "events: { every: 4 h }, profiles: { every: 4 h } } }\n"}}));
    // Three sweeps of registers: after the rounds of 4:02, 8:02 and 16:02, of 240 homes.
    EXPECT_GE(day.kpi("collect.registers"), 0.98 * 3 * 240 * 2) << "total and one tariff";
    EXPECT_LE(day.kpi("collect.registers"), 3 * 240 * 2);
    EXPECT_GE(day.kpi("collect.profile_rows"), 0.98 * 240 * 20 * 12);
    EXPECT_LE(day.kpi("collect.profile_rows"), 240 * 20 * 12 + 240 * 12);
    EXPECT_GT(day.kpi("collect.events"), 0.0) << "outages of the afternoon, read in the evening";
    EXPECT_EQ(day.kpi("collect.repeated"), 0.0);
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    EXPECT_EQ(day.kpi("collect.gone"), 0.0);
}

TEST(ConcentratorDay, ParametersSetFromAfarTakeEffectOverPowerLineAndOverSms) {
    Scratch scratch;
    auto const day = run_day(
        scratch,
        first_light({{kAccess, "meter: { limiters: [{ customers: homes, limit: 100 kW }, { "
                               "customers: farms, limit: 100 kW }] }\naccess:\n"},
                     {"  - { at: 11:00, disconnect: farms/3 }      # by the head-end, over SMS\n",
                      "  - { at: 9:00, set_parameter: homes/5, limit: 3 kW }\n"
                      "  - { at: 9:00, set_parameter: farms/5, limit: 4 kW, effective: 12:00 }\n"
                      "  - { at: 9:30, read_registers: homes/9 }\n"
                      "  - { at: 9:30, read_registers: farms/9 }\n"}}));
    EXPECT_EQ(day.kpi("commands.orders_issued"), 4.0);
    EXPECT_EQ(day.kpi("commands.orders_confirmed"), 4.0);
    EXPECT_EQ(day.kpi("collect.registers"), 2.0);
    results::Reader const reader(day.file);
    auto const names = reader.read_strings("/entities/meters/name");
    std::map<std::string, SimTime> changed;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::parameter_changed) {
            EXPECT_TRUE(changed.emplace(names[event.row], event.at).second) << "once";
        }
    }
    ASSERT_EQ(changed.size(), 2U);
    EXPECT_GT(changed.at("homes/5"), kStart + 9h);
    EXPECT_LT(changed.at("homes/5"), kStart + 9h + 5min);
    EXPECT_NEAR(to_s(changed.at("farms/5") - kStart), 12 * 3600.0, 5.0) << "by its own clock";
}

TEST(ConcentratorDay, TimesToldToAllBringClocksThatAreFarOffNear) {
    Scratch scratch;
    auto const text = [](std::string const& broadcast) {
        return first_light(
            {{kAccess, "meter: { clock_error: 140 s, clock_drift_ppm: 20 }\naccess:\n"},
             {"count: 20, at: bus 680", "count: 1, at: bus 680"},
             {"farms/3 }", "farms/1 }"},
             {"  concentrators: 4\n",
              "  concentrators: 4\n  concentrator: { clock: { every: 0 s" + broadcast + " } }\n"}});
    };
    auto const plain = run_day(scratch, text(""), "plain");
    auto const day =
        run_day(scratch, text(", broadcast_every: 4 h, broadcast_uncertainty: 30 s"), "told");
    EXPECT_EQ(plain.kpi("clock.broadcasts"), 0.0);
    EXPECT_EQ(day.kpi("clock.broadcasts"), 4 * 2 * 5.0) << "4:00 to 20:00";
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    EXPECT_EQ(day.kpi("announced.meters"), 0.0) << "they are no orders";
    results::Reader const reader(day.file);
    auto const names = reader.read_strings("/entities/meters/name");
    std::map<std::string, double> moved_s;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::clock_set) {
            EXPECT_TRUE(moved_s.emplace(names[event.row], event.value).second)
                << names[event.row] << ": near enough after that";
            EXPECT_GT(std::abs(event.value), 30.0);
        }
    }
    // Of a normal distribution beyond 30 s of 140 s: 83 % of 240; half a minute either way.
    EXPECT_GT(moved_s.size(), 170U);
    EXPECT_LT(moved_s.size(), 225U);
    EXPECT_LT(day.kpi("clock.error_mean"), 0.35 * plain.kpi("clock.error_mean"));
}

TEST(ConcentratorDay, ALimitAnnouncedToAllIsSetAtEachMeterThatHearsItOnce) {
    Scratch scratch;
    Changes const announced{
        {kAccess, "meter: { limiters: [{ customers: homes, limit: 100 kW }] }\naccess:\n"},
        {"  - { at: 11:00, disconnect: farms/3 }      # by the head-end, over SMS\n",
         "  - { at: 9:00, announce: dc-2, limit: 3 kW }\n"
         "  - { at: 13:00, announce: all, limit: 5 kW }\n"}};
    for (std::string const way : {"plc", "rf", "plc+rf"}) {
        auto changes = announced;
        changes.emplace_back("peak: 2 kW, meter: plc }", "peak: 2 kW, meter: " + way + " }");
        auto const day = run_day(scratch, first_light(changes), "announced");
        // one order to 60 meters, then one to 240, three times each, on each channel
        double const channels = way == "plc+rf" ? 2.0 : 1.0;
        EXPECT_EQ(day.kpi("announced.broadcasts"), 3.0 * 5.0 * channels) << way;
        EXPECT_EQ(day.kpi("announced.meters"), 300.0) << way;
        EXPECT_GT(day.kpi("announced.reached"), 0.95 * 300.0) << way;
        EXPECT_EQ(day.kpi("messages.balanced"), 1.0) << way;
        results::Reader const reader(day.file);
        auto const names = reader.read_strings("/entities/meters/name");
        std::map<std::string, int> changed;
        for (auto const& event : reader.events()) {
            if (event.kind == EventKind::parameter_changed) {
                ++changed[names[event.row]];
                EXPECT_GT(event.at, kStart + 9h);
            }
        }
        double sum = 0.0;
        for (auto const& [name, times] : changed) {
            EXPECT_LE(times, 2) << name << ": copies of an order are one order";
            EXPECT_EQ(name.substr(0, 6), "homes/");
            sum += times;
        }
        EXPECT_EQ(sum, day.kpi("announced.reached")) << "whoever hears it does it";
    }
}

} // namespace
} // namespace gridtwin::twin::test
