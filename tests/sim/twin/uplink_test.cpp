// Sessions of concentrators that break: over the wide-area network as it is, with the head-end and
// the SMS operator in the loop.
#include "tests/sim/twin/day.hpp"

#include <fmt/format.h>

namespace gridtwin::twin::test {
namespace {

/// Random outages of each concentrator's session, the last one over by nine in the evening.
std::string random_outages(std::uint64_t seed) {
    std::string events;
    std::uint64_t n = 0;
    for (int c = 1; c <= 4; ++c) {
        double minute = 0.0;
        while (true) {
            auto const draw = [&] {
                return draw01(Seed{seed},
                              EntityKey(EntityKind::concentrator, static_cast<std::uint64_t>(c)),
                              Purpose::test, n++);
            };
            double const from = minute + 10.0 + 180.0 * draw();
            minute = from + 2.0 + 150.0 * draw() * draw();
            if (minute >= 21 * 60) {
                break;
            }
            events += fmt::format(
                "  - {{ at: {:.2f} h, wan_down: dc-{} }}\n  - {{ at: {:.2f} h, wan_up: dc-{} }}\n",
                from / 60.0, c, minute / 60.0, c);
        }
    }
    return events;
}

Changes with(std::string const& uplink, std::string const& events) {
    return {
        {"access:\n", "meter: { event_log: 32 }\naccess:\n"},
        {"  concentrators: 4\n", "  concentrators: 4\n  concentrator: { collect: { registers: { "
                                 "every: 6 h }, events: { every: 4 h } }, uplink: { " +
                                     uplink + " } }\n"},
        {"  - { at: 14:00, open:", events + "  - { at: 14:00, open:"},
        {"{ kpi: read_success, at_least: 98 %, because: the metering contract says so }",
         "{ kpi: read_success, at_least: 0 %, because: nothing is promised here }"}};
}

TEST(UplinkDay, OverRandomOutagesNothingIsLostAndNothingDoubled) {
    Scratch scratch;
    for (std::uint64_t const seed : {1, 2, 3}) {
        for (bool const sms : {false, true}) {
            auto const day = run_day(
                scratch, first_light(with(sms ? "sms_fallback: true" : "", random_outages(seed))));
            EXPECT_EQ(day.kpi("uplink.rows_missing"), 0.0);
            EXPECT_EQ(day.kpi("uplink.waiting"), 0.0);
            EXPECT_GT(day.kpi("uplink.sessions_lost"), 0.0);
            EXPECT_GT(day.kpi("uplink.resent"), 0.0);
            EXPECT_EQ(day.kpi("collect.repeated"), 0.0) << "the books are given each thing once";
            EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
            EXPECT_GT(day.kpi("read_success"), 0.98);
            EXPECT_EQ(day.kpi("uplink.sms") > 0.0, sms);
        }
    }
}

TEST(UplinkDay, DuringAnOutageAlarmsAndCommandsGoBySms) {
    Scratch scratch;
    std::string const outage = "  - { at: 9:00, wan_down: all }\n  - { at: 17:00, wan_up: all }\n";
    auto const with_sms = run_day(scratch, first_light(with("sms_fallback: true", outage)), "sms");
    auto const without = run_day(scratch, first_light(with("", outage)), "none");
    // At ten a customer is disconnected, at two half of the town goes dark.
    EXPECT_EQ(with_sms.kpi("commands.relay_confirmed"), 2.0);
    EXPECT_EQ(without.kpi("commands.relay_confirmed"), 1.0) << "the one that SMS reads";
    EXPECT_GT(with_sms.kpi("uplink.sms_parts"), 10.0);
    results::Reader const reader(with_sms.file);
    auto const events = reader.events();
    auto const in_time = std::count_if(events.begin(), events.end(), [](auto const& e) {
        return e.kind == EventKind::alarm_received && e.entity == EventEntity::meter &&
               e.value == static_cast<double>(AlarmKind::power_lost) &&
               e.at < kStart + std::chrono::hours(15);
    });
    EXPECT_GT(in_time, 10);
    for (auto const* day : {&with_sms, &without}) {
        EXPECT_EQ(day->kpi("uplink.rows_missing"), 0.0) << "profiles waited in the store";
        EXPECT_EQ(day->kpi("messages.balanced"), 1.0);
    }
}

TEST(UplinkDay, WhatAFullStoreLeavesTheMetersToOverwriteIsCounted) {
    Scratch scratch;
    auto const day = [&](std::string const& store) {
        auto changes =
            with("", "  - { at: 3:00, wan_down: all }\n  - { at: 20:00, wan_up: all }\n");
        changes.push_back({"event_log: 32", "event_log: 32, profile_rows: 24"});
        changes.push_back({"concentrator: { collect:", "concentrator: {" + store + " collect:"});
        return run_day(scratch, first_light(changes), "store");
    };
    auto const large = day("");
    EXPECT_EQ(large.kpi("collect.intervals_gone"), 0.0);
    EXPECT_GT(large.kpi("read_success"), 0.98);
    auto const small = day(" store_octets: 4096,");
    EXPECT_GT(small.kpi("collect.intervals_gone"), 100.0);
    EXPECT_EQ(small.kpi("uplink.rows_missing"), 0.0) << "what it has taken it keeps";
    EXPECT_LT(small.kpi("read_success"), large.kpi("read_success"));
}

TEST(UplinkDay, ReadsThatEndWithTheirSessionAreCountedAsUnanswered) {
    Scratch scratch;
    auto const day = [&](std::string const& events) {
        auto changes = with("", events);
        changes.push_back({"modem: ce-nero", "modem: ce-nero, channel: { noise_floor: 88 dBuV }"});
        return run_day(scratch, first_light(changes), "loud"); // many gaps to fill
    };
    auto const share = [](Day const& result) {
        EXPECT_GT(result.kpi("commands.read_retries"), 100.0);
        return result.kpi("collect.reads_unanswered") / result.kpi("commands.read_retries");
    };
    EXPECT_GT(share(day(random_outages(1))), 0.01);
    EXPECT_LT(share(day("")), 0.01) << "those of which rows were on their way alone";
}

/// What makes meters overwrite soon what a store of 40 KiB does not take.
Changes scarce(std::string const& uplink) {
    auto changes =
        with(uplink, "  - { at: 3:00, wan_down: all }\n  - { at: 20:00, wan_up: all }\n");
    changes.push_back({"event_log: 32", "event_log: 32, profile_rows: 24"});
    changes.push_back(
        {"concentrator: { collect:", "concentrator: { store_octets: 40960, collect:"});
    return changes;
}

TEST(UplinkDay, ABackupChannelCollectsNoLessThanNone) {
    Scratch scratch;
    auto const with_sms = run_day(scratch, first_light(scarce("sms_fallback: true")), "sms");
    auto const without = run_day(scratch, first_light(scarce("")), "none");
    EXPECT_GE(with_sms.kpi("read_success"), without.kpi("read_success"));
    for (auto const* day : {&with_sms, &without}) {
        EXPECT_EQ(day->kpi("collect.intervals_gone"), 0.0);
        EXPECT_GT(day->kpi("read_success"), 0.98);
        EXPECT_EQ(day->kpi("uplink.rows_missing"), 0.0);
        EXPECT_EQ(day->kpi("uplink.waiting"), 0.0);
        EXPECT_EQ(day->kpi("messages.balanced"), 1.0);
        // Four rounds pass: 240 meters would be asked for their gaps three times in each.
        EXPECT_LT(day->kpi("commands.read_retries"), 400.0);
    }
}

Changes ordering(std::string const& uplink, std::string const& events) {
    auto changes = with(uplink, events);
    changes.push_back({"meter: { event_log: 32 }",
                       "meter: { event_log: 32, billing_registers: true, limiters: [ { customers: "
                       "homes, limit: 9 kW } ] }"});
    return changes;
}

TEST(UplinkDay, AnOrderToAllDuringAnOutageIsRepeatedOrFailsAndIsNeverLostInSilence) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light(ordering("", R"(
  - { at: 9:00, wan_down: dc-1 }
  - { at: 9:10, announce: dc-1, limit: 8 kW }
  - { at: 9:20, wan_up: dc-1 }
  - { at: 17:00, wan_down: dc-2 }
  - { at: 18:00, announce: dc-2, limit: 8 kW }
  - { at: 20:00, wan_up: dc-2 }
)")));
    EXPECT_EQ(day.kpi("commands.orders_issued"), 2.0);
    EXPECT_EQ(day.kpi("commands.orders_confirmed"), 1.0);
    EXPECT_EQ(day.kpi("commands.orders_failed"), 1.0);
    EXPECT_EQ(day.kpi("announced.meters"), 120.0);
    EXPECT_GT(day.kpi("announced.reached"), 50.0);
    EXPECT_LE(day.kpi("announced.reached"), 60.0);
    std::multiset<std::pair<EventKind, std::uint32_t>> orders;
    results::Reader const reader(day.file);
    for (auto const& e : reader.events()) {
        if (e.entity == EventEntity::concentrator &&
            (e.kind == EventKind::command_issued || e.kind == EventKind::command_confirmed ||
             e.kind == EventKind::command_failed)) {
            orders.emplace(e.kind, e.row);
        }
    }
    EXPECT_EQ(orders, (std::multiset<std::pair<EventKind, std::uint32_t>>{
                          {EventKind::command_issued, 0U},
                          {EventKind::command_issued, 1U},
                          {EventKind::command_confirmed, 0U},
                          {EventKind::command_failed, 1U}}));
}

TEST(UplinkDay, DuringAnOutageReadsOnDemandAreAnsweredBySms) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light(ordering("sms_fallback: true", R"(
  - { at: 9:00, wan_down: all }
  - { at: 10:10, read_registers: homes/5 }
  - { at: 10:20, read_events: homes/5 }
  - { at: 10:30, set_parameter: homes/6, limit: 2 kW }
  - { at: 10:40, announce: dc-1, limit: 8 kW }
  - { at: 23:00, wan_up: all }
)")));
    EXPECT_EQ(day.kpi("commands.orders_issued"), 4.0);
    EXPECT_EQ(day.kpi("commands.orders_confirmed"), 4.0);
    results::Reader const reader(day.file);
    std::map<MessageKind, int> asked;
    for (auto const& m : reader.messages()) {
        bool const order = m.channel == Channel::plc && m.sent > kStart + std::chrono::hours(10) &&
                           m.sent < kStart + std::chrono::hours(11);
        asked[m.kind] += order && m.command != CommandId{} ? 1 : 0;
    }
    EXPECT_GE(asked[MessageKind::read_registers], 1);
    EXPECT_LE(asked[MessageKind::read_registers], 2) << "a lost answer makes it ask again";
    EXPECT_LE(asked[MessageKind::read_events], 2);
}

} // namespace
} // namespace gridtwin::twin::test
