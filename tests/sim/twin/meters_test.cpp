// What meters have beyond net registers and profile, in a whole town.
#include "models/meter/respond.hpp"
#include "sim/twin/meters.hpp"
#include "tests/sim/twin/day.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace gridtwin::twin::test {
namespace {

std::string with_meters(std::string const& keys) {
    return first_light({{"operator: {", "meter: { " + keys + " }\noperator: {"}});
}

TEST(TownMeters, WhatTheyCountIsKnownByWhatStandsBeforeTheDot) {
    Scratch scratch;
    auto const file = scratch.path() / "town.yaml";
    std::ofstream(file) << with_meters(
        "billing_registers: true, profiles: [{ customers: homes }], quality: {}, limiters: [{ "
        "customers: homes, limit: 9 kW }], stuck_contacts: 1 %, tampering: {}, lockout: {}, "
        "transformer_adders: {}, credit: [{ customers: homes, prices: [0.2] }]");
    auto const names = meter_kpi_names(load(file).scenario);
    EXPECT_GT(names.size(), 30U);
    for (auto const& name : names) {
        EXPECT_TRUE(may_be_meter_kpi(name)) << name;
    }
    for (auto const& name : kpi_names()) {
        EXPECT_FALSE(may_be_meter_kpi(name)) << name;
    }
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

TEST(TownMeters, ProfilesOfFiveMinutesAreCollectedAsQuarterHoursAre) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light({{"profile: 15 min", "profile: 5 min"}}));
    auto const quarters = run_day(scratch, first_light(), "quarters");
    EXPECT_GT(day.kpi("read_success"), 0.98);
    EXPECT_EQ(day.kpi("energy.metered"), quarters.kpi("energy.metered"));
    EXPECT_GT(day.kpi("messages.plc.sent"), quarters.kpi("messages.plc.sent"));
}

TEST(TownMeters, ASecondProfileIsKeptByItsClassAlone) {
    Scratch scratch;
    auto const day = run_day(
        scratch, with_meters("profiles: [{ customers: homes, interval: 1 min, channels: [power, "
                             "voltage] }, { customers: farms, interval: 60 min, rows: 24 }]"));
    // a meter whose clock is slow has closed one less by the end
    EXPECT_NEAR(day.kpi("profiles.rows"), 240 * 1440 + 20 * 24, 260);
    EXPECT_TRUE(day.report.books_close);
}

TEST(TownMeters, AnOutageIsAnInterruptionOfItsLengthAtEachMeter) {
    Scratch scratch;
    auto const day = run_day(scratch, with_meters("quality: {}"));
    EXPECT_EQ(day.kpi("quality.interruption"), day.kpi("outage.customers"));
    EXPECT_NEAR(day.kpi("quality.interruption_time"), 60.0 * day.kpi("outage.customer_minutes"),
                1e-6);
    EXPECT_EQ(day.kpi("quality.frequency"), 0.0);
    results::Reader const reader(day.file);
    auto const events = reader.events();
    EXPECT_EQ(std::count_if(events.begin(), events.end(),
                            [](auto const& e) { return e.kind == EventKind::interruption_ended; }),
              static_cast<std::ptrdiff_t>(day.kpi("outage.customers")));
}

TEST(TownMeters, LimitersWarnFirstAndTheGridSeesWhatTheyShed) {
    Scratch scratch;
    auto const free = run_day(scratch, first_light(), "free");
    auto const day = run_day(
        scratch, with_meters("limiters: [{ customers: homes, limit: 1.5 kW, hold: 10 min }, { "
                             "customers: farms, quota: 12 kWh, shed: 50 % }]"));
    EXPECT_TRUE(day.report.books_close);
    EXPECT_GT(day.kpi("limiter.curtailed"), 20.0);
    EXPECT_GE(day.kpi("limiter.warned"), day.kpi("limiter.curtailed"));
    EXPECT_LT(day.kpi("energy.metered"), free.kpi("energy.metered"));
    results::Reader const reader(day.file);
    std::map<std::uint32_t, SimTime> warned;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::limit_warned) {
            warned[event.row] = event.at;
        } else if (event.kind == EventKind::supply_curtailed) {
            ASSERT_TRUE(warned.contains(event.row));
            EXPECT_GE(event.at, warned[event.row] + std::chrono::minutes(5));
        }
    }
    auto const messages = reader.messages();
    EXPECT_GT(std::count_if(messages.begin(), messages.end(),
                            [](auto const& m) {
                                return m.kind == MessageKind::alarm && m.fate == Fate::delivered;
                            }),
              static_cast<std::ptrdiff_t>(day.kpi("limiter.curtailed")))
        << "notices go upstream";
    EXPECT_EQ(day.kpi("alarms.limiter"), day.kpi("limiter.warned") + day.kpi("limiter.curtailed") +
                                             day.kpi("limiter.restored"));
    EXPECT_GT(day.kpi("alarms.limiter_seen"), day.kpi("limiter.curtailed"));
    EXPECT_LE(day.kpi("alarms.limiter_seen"), day.kpi("alarms.limiter"));
    EXPECT_GT(day.kpi("alarms.delay_p50"), 0.0);
    EXPECT_GT(day.kpi("alarms.delay_p99"), day.kpi("alarms.delay_p50"));
    auto const again =
        run_day(scratch,
                with_meters("limiters: [{ customers: homes, limit: 1.5 kW, hold: 10 min }, { "
                            "customers: farms, quota: 12 kWh, shed: 50 % }]"),
                "threads", 3);
    EXPECT_EQ(again.kpi("energy.metered"), day.kpi("energy.metered"));
}

TEST(TownMeters, TamperingMovesEnergyPastTheRegistersAndTheBooksStillClose) {
    Scratch scratch;
    // Without orders over the air: alarms of tampering would move the instant at which they arrive.
    Changes const no_orders{{"disconnect: homes/17", "close: line.671692"},
                            {"disconnect: farms/3", "close: line.671692"}};
    auto const honest = run_day(scratch, first_light(no_orders), "honest");
    Changes changes = no_orders;
    changes.emplace_back("events:", "events:\n"
                                    "  - { at: 02:00, tamper: homes/3, input: bypass }\n"
                                    "  - { at: 03:00, tamper: homes/4, input: reversed_phase }\n"
                                    "  - { at: 04:00, tamper: homes/5, input: magnet }\n"
                                    "  - { at: 20:00, end_tamper: homes/5, input: magnet }\n"
                                    "  - { at: 05:00, tamper: farms/2, input: terminal_box }\n");
    auto const day = run_day(scratch, first_light(changes));
    EXPECT_TRUE(day.report.books_close);
    EXPECT_EQ(day.kpi("tamper.began"), 4.0);
    EXPECT_EQ(day.kpi("tamper.detected"), 3.0); // a bypass has no detector
    EXPECT_EQ(day.kpi("alarms.tamper"), 3.0);
    EXPECT_EQ(day.kpi("alarms.tamper_seen"), 3.0);
    EXPECT_GT(day.kpi("tamper.unmetered"), 1e3);
    // the grid served the same, whatever was measured of it
    EXPECT_NEAR(day.kpi("energy.metered") + day.kpi("tamper.unmetered"),
                honest.kpi("energy.metered"), 0.01);
    EXPECT_EQ(day.kpi("energy.source"), honest.kpi("energy.source"));
}

TEST(TownMeters, ALockedMeterRefusesAndTheHeadEndLearnsOfIt) {
    Scratch scratch;
    auto const day = run_day(
        scratch,
        first_light({{"events:", "events:\n"
                                 "  - { at: 09:50, wrong_password: homes/17, tries: 5 }\n"}}));
    EXPECT_EQ(day.kpi("lockout.wrong"), 3.0);
    EXPECT_EQ(day.kpi("lockout.locked"), 1.0);
    EXPECT_EQ(day.kpi("alarms.lockout"), 1.0);
    EXPECT_EQ(day.kpi("alarms.lockout_seen"), 1.0);
    EXPECT_EQ(day.kpi("commands.relay_failed"), 1.0);
    EXPECT_EQ(day.kpi("commands.relays_opened"), 1.0) << "that of the other customer";
}

TEST(TownMeters, ALockedMeterSaysThatItSetsNoParameterWhoeverAsks) {
    Scratch scratch;
    auto const day = run_day(
        scratch,
        first_light(
            {{"access:\n", "meter: { limiters: [{ customers: homes, limit: 100 kW }] }\naccess:\n"},
             {"events:", "events:\n"
                         "  - { at: 9:00, wrong_password: homes/17, tries: 3 }\n"
                         "  - { at: 9:02, announce: all, limit: 5 kW }\n"
                         "  - { at: 9:10, set_parameter: homes/17, limit: 6 kW }\n"
                         "  - { at: 9:20, set: homes/17, limit: 6 kW }\n"}}));
    results::Reader const reader(day.file);
    auto const names = reader.read_strings("/entities/meters/name");
    std::size_t refused = 0;
    std::size_t changed = 0;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::parameter_refused) {
            EXPECT_EQ(names[event.row], "homes/17");
            ++refused;
        }
        changed += event.kind == EventKind::parameter_changed ? 1 : 0;
    }
    EXPECT_EQ(refused, 3U) << "an order to all, which has copies, one to it, one at its port";
    EXPECT_GT(changed, 200U) << "the others'";
    EXPECT_EQ(day.kpi("commands.orders_refused"), 1.0);
}

TEST(TownMeters, WithoutVoltageNobodyHearsAPassword) {
    Scratch scratch;
    auto const dark = run_day(scratch, first_light(), "dark"); // an outage from 14:00 to 15:30
    results::Reader const reader(dark.file);
    auto const names = reader.read_strings("/entities/meters/name");
    auto const events = reader.events();
    auto const lost = std::find_if(events.begin(), events.end(), [&](auto const& e) {
        return e.kind == EventKind::power_lost && names[e.row].starts_with("homes/");
    });
    ASSERT_NE(lost, events.end());
    std::string const who = names[lost->row];
    auto const day = run_day(
        scratch, first_light({{"events:", "events:\n  - { at: 14:30, wrong_password: " + who +
                                              ", tries: 3 }\n  - { at: 16:30, wrong_password: " +
                                              who + ", tries: 2 }\n"}}));
    EXPECT_EQ(day.kpi("lockout.wrong"), 2.0);
    EXPECT_EQ(day.kpi("lockout.locked"), 0.0);
}

TEST(TownMeters, ParametersChangeAtTheTimeOfTheMetersClock) {
    Scratch scratch;
    std::string text = with_meters(
        "billing_registers: true, clock_error: 0 s, clock_drift_ppm: 0, tariffs: [{ tariff: 2, "
        "from: 01:00, calendar: 2 }], limiters: [{ customers: homes, limit: 1 MW }]");
    auto const at = text.find("events:") + 7;
    text.insert(at, "\n  - { at: 01:00, set: homes/3, limit: 1 W, effective: 03:00 }"
                    "\n  - { at: 02:00, set: homes/3, limit: 2 W, effective: 06:00:30 }"
                    "\n  - { at: 04:00, set: homes/3, calendar: 2 }");
    auto const day = run_day(scratch, text);
    std::vector<SimTime> changed;
    SimTime warned = kNever;
    for (auto const& event : results::Reader(day.file).events()) {
        if (event.kind == EventKind::parameter_changed) {
            changed.push_back(event.at);
        } else if (event.kind == EventKind::limit_warned) {
            warned = std::min(warned, event.at);
        }
    }
    using namespace std::chrono_literals;
    EXPECT_EQ(changed, (std::vector{kStart + 4h, kStart + 6h + 30s})); // of one limit the last
    EXPECT_EQ(warned, kStart + 6h + 30s);
    EXPECT_GT(day.kpi("registers.tariff_2"), 0.0);
}

TEST(TownMeters, AlarmsThatMeetOnTheLineAreTriedAgainAndCountOnce) {
    // given homes that are warned and cut off in the same minutes
    Scratch scratch;
    auto const limited = [&](char const* name, std::string const& more, unsigned threads = 1) {
        return run_day(
            scratch,
            first_light({{"duration: 24 h", "duration: 16 h"},
                         {"concentrators: 4\n", "concentrators: 4\n" + more},
                         {"operator: {", "meter: { limiters: [ { customers: homes, limit: 1 kW, "
                                         "warning: 2 min, hold: 30 min } ] }\noperator: {"}}),
            name, threads);
    };
    auto const once = limited("once", "  alarm_retries: 0\n");
    auto const again = limited("again", "");
    // then
    auto const unseen = [](Day const& day) {
        return 1.0 - day.kpi("alarms.limiter_seen") / day.kpi("alarms.limiter");
    };
    EXPECT_EQ(once.kpi("alarms.repeated"), 0.0);
    EXPECT_GT(once.kpi("alarms.given_up"), 100.0);
    EXPECT_GT(unseen(once), 0.05);
    EXPECT_GT(again.kpi("alarms.repeated"), 100.0);
    EXPECT_LT(again.kpi("alarms.given_up"), 0.1 * once.kpi("alarms.given_up"));
    EXPECT_LT(unseen(again), 0.3 * unseen(once)) << "what is left was lost beyond the first hop";
    EXPECT_LE(again.kpi("alarms.limiter_seen"), again.kpi("alarms.limiter"));
    EXPECT_EQ(again.kpi("messages.balanced"), 1.0);
    EXPECT_EQ(results::digest(limited("threads", "", 2).file), results::digest(again.file));
    // and copies reach the head-end, which has heard of each alarm but once
    results::Reader const reader(again.file);
    using Told = std::pair<std::size_t, AlarmKind>; ///< meter, what
    std::map<Told, std::set<SimTime>> unheard;      ///< and when, as long as it was not heard of
    std::size_t alarms = 0;                         ///< that the head-end has taken
    auto events = reader.events();
    std::ranges::stable_sort(events, {}, &EventRecord::at);
    for (auto const& event : events) {
        if (event.entity != EventEntity::meter) {
            continue;
        }
        if (auto const alarm = meter::alarm_of(event.kind)) {
            unheard[{event.row, *alarm}].insert(event.at);
        } else if (event.kind == EventKind::alarm_received) {
            ++alarms;
            auto& dates = unheard[{event.row, static_cast<AlarmKind>(event.value)}];
            auto const later = dates.upper_bound(event.at);
            ASSERT_NE(later, dates.begin()) << "meter " << event.row << format_time(event.at);
            EXPECT_LT(event.at - *std::prev(later), std::chrono::minutes(15))
                << "meter " << event.row;
            dates.erase(std::prev(later));
        }
    }
    std::size_t came = 0;
    for (auto const& message : reader.messages()) {
        came += message.kind == MessageKind::alarm && message.channel == Channel::wan &&
                        message.fate == Fate::delivered && message.meter != kNone<MeterId>
                    ? 1U
                    : 0U;
    }
    EXPECT_GT(came, alarms) << "copies";
}

TEST(TownMeters, WeldedContactsKeepTheSupplyAndTheHeadEndLearnsOfIt) {
    Scratch scratch;
    auto const day = run_day(
        scratch, first_light({{"events:", "events:\n  - { at: 09:00, weld: homes/17 }\n"}}));
    EXPECT_EQ(day.kpi("relays.failed"), 1.0);
    EXPECT_EQ(day.kpi("alarms.relay"), 1.0);
    EXPECT_EQ(day.kpi("alarms.relay_seen"), 1.0);
    EXPECT_EQ(day.kpi("commands.relay_failed"), 1.0);
    auto const events = results::Reader(day.file).events();
    EXPECT_TRUE(std::any_of(events.begin(), events.end(), [](auto const& e) {
        return e.kind == EventKind::alarm_received &&
               e.value == static_cast<double>(AlarmKind::relay_failed);
    }));
    EXPECT_EQ(day.kpi("commands.relays_opened"), 1.0) << "that of the other customer";
    auto const all = run_day(scratch, with_meters("stuck_contacts: 100 %"), "all");
    EXPECT_EQ(all.kpi("relays.failed"), 2.0);
    EXPECT_EQ(all.kpi("commands.relays_opened"), 0.0);
}

TEST(TownMeters, AddersSumTheirNetworksAndSayWhoIsMissing) {
    Scratch scratch;
    auto const day = run_day(
        scratch, with_meters("transformer_adders: { limit: 60 kW, unbalance: 0.5 % }, adders: [{ "
                             "name: pair, members: [homes/1, homes/2] }]"));
    results::Reader const reader(day.file);
    auto const names = reader.read_strings("/entities/adders/name");
    EXPECT_EQ(names.front(), "pair");
    EXPECT_GT(day.kpi("adders.overload"), 0.0);
    EXPECT_GT(day.kpi("adders.unbalance"), 0.0);
    // the outage of the afternoon: six intervals without the meters of dark networks
    EXPECT_GE(day.kpi("adders.incomplete"), 6.0);
    EXPECT_EQ(day.kpi("adders.completed"), day.kpi("adders.incomplete"));
    EXPECT_EQ(day.kpi("adders.gone"), 0.0);
    for (auto const& event : reader.events()) {
        if (event.entity == EventEntity::adder) {
            EXPECT_LT(event.row, names.size());
        }
    }
}

TEST(TownMeters, WithoutBillingRegistersTheyHaveNoFigures) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    EXPECT_THROW((void)day.kpi("registers.import"), std::runtime_error);
}

} // namespace
} // namespace gridtwin::twin::test
