#include "sim/twin/kpis.hpp"

#include "sim/results/statistics.hpp"
#include "sim/twin/application_kpis.hpp"
#include "sim/twin/concentrator_kpis.hpp"
#include "sim/twin/meters.hpp"
#include "sim/twin/sms_kpis.hpp"
#include "sim/twin/twin.hpp"
#include "sim/twin/wan_kpis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gridtwin::twin {

using results::Kpi;

namespace {
constexpr std::array<char const*, 7> kBalances{"plc", "plc_frames", "rf",    "rf_frames",
                                               "sms", "wan",        "radius"};
} // namespace

results::EnergyBalance energy_balance(GridFederate const& grid, meter::MeterTable const& meters) {
    auto const e = grid.energy();
    results::EnergyBalance balance;
    balance.source_wh = e.source_wh;
    balance.line_loss_wh = e.line_loss_wh;
    balance.transformer_loss_wh = e.transformer_loss_wh;
    balance.shunt_loss_wh = e.shunt_loss_wh;
    balance.service_transformer_loss_wh = e.service_transformer_loss_wh;
    balance.lv_line_loss_wh = e.lv_line_loss_wh;
    std::int64_t registers_mwh = 0;
    for (auto r : meters.import_mwh) {
        registers_mwh += r;
    }
    balance.metered_wh = static_cast<double>(registers_mwh) / 1000.0;
    balance.unmetered_wh = unmetered_wh(meters);
    balance.uncounted_wh = uncounted_wh(meters);
    balance.rounding_wh = grid.rounding_wh();
    return balance;
}

bool books_close(Federates const& federates, meter::MeterTable const& meters) {
    auto const rows = message_balances(federates);
    return energy_balance(federates.grid, meters).closes() &&
           std::all_of(rows.begin(), rows.end(), [](auto const& row) { return row.closes(); });
}

std::vector<results::MessageBalanceRow> message_balances(Federates const& federates) {
    std::vector<results::MessageBalanceRow> rows(kBalances.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].label = kBalances[i];
    }
    auto const add = [&rows](auto const* on, std::size_t messages, std::size_t frames) {
        if (on != nullptr) {
            rows[messages].count += on->traffic();
            rows[messages].in_flight += on->in_flight();
            rows[frames].count += on->medium.frames();
            rows[frames].in_flight += on->medium.frames_in_flight();
        }
    };
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        add(federates.access.area(a).plc(), 0, 1);
        add(federates.access.area(a).rf(), 2, 3);
    }
    rows[4].count = federates.sms_operator.sms().traffic();
    rows[4].in_flight = federates.sms_operator.sms().in_flight();
    rows[5].count = federates.wan.network().traffic();
    rows[5].in_flight = federates.wan.network().in_flight();
    if (auto const* const sessions = federates.wan.sessions()) {
        rows[6].count = sessions->radius();
        rows[6].in_flight = sessions->radius_in_flight();
    }
    return rows;
}

InterruptionCounter::InterruptionCounter(scenario::World const& world)
    : since_(world.meters.size(), kNever), lv_live_(world.lv.size(), 1) {}

void InterruptionCounter::on_grid(GridView const& view) {
    for (auto const& event : view.meter_events) {
        auto& since = since_[event.row];
        if (event.kind == EventKind::power_lost && since == kNever) {
            since = event.at;
            ++done_.customers;
        } else if (event.kind == EventKind::power_restored && since != kNever) {
            done_.customer_minutes += to_s(event.at - since) / 60.0;
            since = kNever;
        }
    }
    for (std::size_t lv = 0; lv < lv_live_.size(); ++lv) {
        done_.transformers += lv_live_[lv] != 0 && view.lv_live[lv] == 0 ? 1 : 0;
        lv_live_[lv] = view.lv_live[lv];
    }
}

Interruptions InterruptionCounter::at(SimTime end) const {
    Interruptions result = done_;
    for (auto since : since_) {
        if (since != kNever) {
            result.customer_minutes += to_s(end - since) / 60.0;
        }
    }
    return result;
}

namespace {

std::string place(VoltageExtreme const& extreme, scenario::World const& world,
                  GridFederate const& grid) {
    if (extreme.is_meter) {
        return fmt::format("at {}, {}", world.meters.name[extreme.row], format_time(extreme.at));
    }
    auto const nodes = grid.feeder(FeederId{}).feeder().node_count();
    auto const feeder = static_cast<FeederId>(extreme.row / nodes);
    return fmt::format("at node {}{}, {}", world.feeder_prefix(feeder),
                       grid.feeder(feeder).feeder().node_name(extreme.row % nodes),
                       format_time(extreme.at));
}

void add_energy(std::vector<Kpi>& kpis, results::EnergyBalance const& e) {
    double const losses = e.line_loss_wh + e.transformer_loss_wh + e.shunt_loss_wh +
                          e.service_transformer_loss_wh + e.lv_line_loss_wh;
    kpis.push_back({"energy.source", "Wh", e.source_wh, "at the sources' terminals"});
    kpis.push_back({"energy.metered", "Wh", e.metered_wh, "from the meters' registers"});
    kpis.push_back({"energy.uncounted", "Wh", e.uncounted_wh, "in the meters, below 1 mWh each"});
    kpis.push_back(
        {"energy.loss_lines", "Wh", e.line_loss_wh, "medium voltage, summed over lines"});
    kpis.push_back({"energy.loss_transformers", "Wh", e.transformer_loss_wh,
                    "feeder transformers and regulators"});
    kpis.push_back({"energy.loss_shunts", "Wh", e.shunt_loss_wh, "capacitors"});
    kpis.push_back({"energy.loss_service_transformers", "Wh", e.service_transformer_loss_wh, ""});
    kpis.push_back({"energy.loss_lv_lines", "Wh", e.lv_line_loss_wh, "low voltage"});
    bool const dead = std::abs(e.source_wh) <= e.rounding_wh;
    kpis.push_back(
        {"energy.losses", "1", dead ? 0.0 : losses / e.source_wh, "of the source's energy"});
    kpis.push_back(
        {"energy.residual", "", std::abs(e.residual_frac()),
         e.closes() ? "balance closes, of the energy served" : "BALANCE DOES NOT CLOSE to 1e-6"});
}

void add_messages(std::vector<Kpi>& kpis, std::vector<results::MessageBalanceRow> const& rows) {
    bool closes = true;
    for (auto const& row : rows) {
        std::string reasons;
        for (std::size_t r = 1; r < kLossReasons; ++r) {
            if (row.count.lost[r] > 0) {
                reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ",
                                       name(static_cast<LossReason>(r)), row.count.lost[r]);
            }
        }
        kpis.push_back(
            {"messages." + row.label + ".sent", "", static_cast<double>(row.count.sent), ""});
        kpis.push_back({"messages." + row.label + ".delivered", "",
                        static_cast<double>(row.count.delivered), ""});
        kpis.push_back({"messages." + row.label + ".lost", "",
                        static_cast<double>(row.count.lost_total()), reasons});
        kpis.push_back({"messages." + row.label + ".in_flight", "",
                        static_cast<double>(row.in_flight),
                        row.closes() ? "" : "BALANCE DOES NOT CLOSE"});
        closes = closes && row.closes();
    }
    kpis.push_back({"messages.balanced", "", closes ? 1.0 : 0.0,
                    "1: sent = delivered + lost + in flight, exactly"});
}

/// Messages that their channel delivered and their receiver could not use.
void add_discarded(std::vector<Kpi>& kpis, Federates const& federates) {
    std::uint64_t on_reserve = 0;
    std::uint64_t unheard = 0;
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        on_reserve += federates.access.area(a).unanswered();
        unheard += federates.access.area(a).unheard();
    }
    std::uint64_t const stored = federates.access.sms_meters().stored();
    std::uint64_t const malformed = federates.head_end.malformed();
    kpis.push_back(
        {"messages.discarded", "", static_cast<double>(on_reserve + unheard + stored + malformed),
         fmt::format(
             "delivered, unused: meter on reserve {}, SIM store {}, concentrator silent {}, "
             "malformed {}",
             on_reserve, stored, unheard, malformed)});
    std::uint64_t refused = federates.head_end.refused() + federates.access.sms_meters().refused();
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        refused += federates.access.area(a).refused();
    }
    kpis.push_back({"messages.refused", "", static_cast<double>(refused),
                    "that their receivers could not open"});
}

/// What it costs to reach the meters, and what the backup channels bear of it.
void add_access(std::vector<Kpi>& kpis, Federates const& federates, RecordTotals const& totals) {
    concentrator::ConcentratorCounts sum;
    double plc_s = 0.0;
    double rf_s = 0.0;
    for (std::size_t c = 0; c < federates.access.concentrator_count(); ++c) {
        auto const& counts = federates.access.concentrator(c).counts();
        sum.requests += counts.requests;
        sum.on_backup += counts.on_backup;
        sum.channel_switches += counts.channel_switches;
        sum.alarms_doubled += counts.alarms_doubled;
    }
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        auto const& area = federates.access.area(a);
        plc_s += area.plc() != nullptr ? area.plc()->medium.airtime_s() : 0.0;
        rf_s += area.rf() != nullptr ? area.rf()->medium.airtime_s() : 0.0;
    }
    kpis.push_back({"access.requests", "", static_cast<double>(sum.requests),
                    "of concentrators to their meters"});
    kpis.push_back({"access.on_backup", "", static_cast<double>(sum.on_backup),
                    "of them over a meter's backup channel"});
    kpis.push_back({"access.channel_switches", "", static_cast<double>(sum.channel_switches),
                    "meters that left a channel which did not answer"});
    kpis.push_back({"access.alarms_doubled", "", static_cast<double>(sum.alarms_doubled),
                    "came over both channels or again, handed up once"});
    auto const failed = totals.events[static_cast<std::size_t>(EventKind::module_failed)];
    auto const repaired = totals.events[static_cast<std::size_t>(EventKind::module_repaired)];
    kpis.push_back({"access.broken_modules", "", static_cast<double>(failed - repaired),
                    fmt::format("of meters, at the end; {} were broken or failed, {} exchanged",
                                failed, repaired)});
    kpis.push_back({"access.plc_airtime", "s", plc_s, "transmissions on all power lines"});
    kpis.push_back({"access.rf_airtime", "s", rf_s, "transmissions of all radios"});
}

void add_latency(std::vector<Kpi>& kpis, RecordTotals const& totals) {
    for (std::size_t c = 0; c < kChannels; ++c) {
        auto const summary = results::summarize(totals.latency_s[c]);
        auto const prefix = fmt::format("latency.{}.", name(static_cast<Channel>(c)));
        kpis.push_back(
            {prefix + "p50", "s", summary.p50_s, fmt::format("{} messages", summary.count)});
        kpis.push_back({prefix + "p95", "s", summary.p95_s, ""});
        kpis.push_back({prefix + "p99", "s", summary.p99_s, ""});
    }
}

struct AlarmGroup {
    char const* name;
    std::vector<EventKind> happened;
    std::vector<AlarmKind> alarms;
};

std::vector<AlarmGroup> alarm_groups() {
    using E = EventKind;
    using A = AlarmKind;
    return {{"power_lost", {E::power_lost}, {A::power_lost}},
            {"power_restored", {E::power_restored}, {A::power_restored}},
            {"voltage", {E::under_voltage, E::over_voltage}, {A::under_voltage, A::over_voltage}},
            {"limiter",
             {E::limit_warned, E::supply_curtailed, E::supply_restored},
             {A::limit_warned, A::supply_curtailed, A::supply_restored}},
            {"tamper", {E::tamper_detected}, {A::tamper_detected}},
            {"lockout", {E::locked_out}, {A::locked_out}},
            {"relay", {E::relay_failed}, {A::relay_failed}},
            {"credit",
             {E::credit_low, E::credit_exhausted, E::credit_restored},
             {A::credit_low, A::credit_exhausted, A::credit_restored}}};
}

void add_alarms(std::vector<Kpi>& kpis, RecordTotals const& totals, Federates const& federates) {
    auto const sum = [](auto const& counts, auto const& kinds) {
        std::uint64_t total = 0;
        for (auto const kind : kinds) {
            total += counts[static_cast<std::size_t>(kind)];
        }
        return static_cast<double>(total);
    };
    for (auto const& group : alarm_groups()) {
        auto const name = fmt::format("alarms.{}", group.name);
        kpis.push_back({name, "", sum(totals.events, group.happened), "happened"});
        kpis.push_back(
            {name + "_seen", "", sum(totals.alarms_received, group.alarms), "by the head-end"});
    }
    std::uint64_t repeated = 0;
    std::uint64_t given_up = 0;
    std::uint64_t replaced = 0;
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        auto const& push = federates.access.area(a).alarm_push();
        repeated += push.repeated();
        given_up += push.given_up();
        replaced += push.replaced();
    }
    kpis.push_back({"alarms.repeated", "", static_cast<double>(repeated),
                    "further tries of meters whose next hop did not acknowledge"});
    kpis.push_back({"alarms.given_up", "", static_cast<double>(given_up),
                    "after the last; some of them came all the same"});
    kpis.push_back({"alarms.replaced", "", static_cast<double>(replaced),
                    "by a later one of their kind, before"});
    auto const delay = results::summarize(federates.head_end.alarm_delays_s());
    kpis.push_back({"alarms.delay_p50", "s", delay.p50_s,
                    fmt::format("{} alarms, from what happened, as meters date it, to the head-end",
                                delay.count)});
    kpis.push_back({"alarms.delay_p95", "s", delay.p95_s, ""});
    kpis.push_back({"alarms.delay_p99", "s", delay.p99_s, ""});
}

} // namespace

std::vector<Kpi> make_kpis(scenario::Scenario const& scenario, scenario::World const& world,
                           Federates const& federates, meter::MeterTable const& meters,
                           RecordTotals const& totals, InterruptionCounter const& outages,
                           SimTime end) {
    auto const count = [&totals](EventKind kind) {
        return static_cast<double>(totals.events[static_cast<std::size_t>(kind)]);
    };
    std::vector<Kpi> kpis;
    auto const& head_end = federates.head_end.head_end();
    auto const reads = head_end.collection().success(end);
    auto const ended = static_cast<std::uint32_t>((end - kStart) / scenario.headend.profile);
    std::uint64_t held = 0;
    for (std::size_t m = 0; m < world.meters.size(); ++m) {
        held += federates.head_end.ledger().held(static_cast<MeterId>(m), 1, ended);
    }
    double const of_all = static_cast<double>(ended) * static_cast<double>(world.meters.size());
    kpis.push_back({"read_success", "1", reads.due == 0 ? std::nan("") : reads.frac(),
                    fmt::format("{} of {} intervals that were due by {} are at the head-end",
                                reads.held, reads.due, format_time(end))});
    kpis.push_back({"read_coverage", "1",
                    of_all == 0.0 ? std::nan("") : static_cast<double>(held) / of_all,
                    fmt::format("{} of {} intervals that had ended", held, of_all)});
    add_energy(kpis, energy_balance(federates.grid, meters));
    kpis.push_back({"power.peak", "W", federates.grid.peak_source_w(),
                    "at the sources, " + format_time(federates.grid.peak_at())});
    double published_w = 0.0;
    for (auto const& load : world.circuit.loads) {
        published_w += load.p_w * scenario.grid.copies;
    }
    kpis.push_back({"power.published", "W", published_w, "loads of the feeder file"});
    kpis.push_back({"voltage.min", "pu", federates.grid.lowest().u_pu,
                    place(federates.grid.lowest(), world, federates.grid)});
    kpis.push_back({"voltage.max", "pu", federates.grid.highest().u_pu,
                    place(federates.grid.highest(), world, federates.grid)});
    add_messages(kpis, message_balances(federates));
    add_discarded(kpis, federates);
    add_access(kpis, federates, totals);
    add_sms_kpis(kpis, federates);
    add_concentrator_kpis(kpis, federates, meters, end);
    add_latency(kpis, totals);
    add_wan_kpis(kpis, world, federates.wan, end);

    auto const lost = outages.at(end);
    kpis.push_back({"outage.customer_minutes", "", lost.customer_minutes, "interrupted"});
    kpis.push_back({"outage.customers", "", static_cast<double>(lost.customers),
                    "interruptions of customers"});
    kpis.push_back({"outage.saidi", "s",
                    60.0 * lost.customer_minutes / static_cast<double>(world.meters.size()),
                    "a customer, over the run"});
    kpis.push_back(
        {"outage.transformers", "", static_cast<double>(lost.transformers), "went dark"});
    kpis.push_back({"outage.transformers_inferred", "",
                    static_cast<double>(totals.transformers_inferred), "by the head-end"});
    kpis.push_back({"outage.customers_inferred", "", static_cast<double>(totals.customers_inferred),
                    "single customers, by the head-end"});
    kpis.push_back({"outage.cleared", "", count(EventKind::outage_cleared), "by the head-end"});

    add_alarms(kpis, totals, federates);

    auto const& orders = head_end.orders().relay_counts();
    kpis.push_back({"commands.relay_issued", "", static_cast<double>(orders.issued), ""});
    kpis.push_back({"commands.relay_confirmed", "", static_cast<double>(orders.confirmed), ""});
    kpis.push_back(
        {"commands.relay_failed", "", static_cast<double>(orders.refused + orders.failed), ""});
    kpis.push_back(
        {"commands.relays_opened", "", count(EventKind::relay_opened), "contacts that moved"});
    kpis.push_back(
        {"commands.read_retries", "", count(EventKind::read_retry), "for missing intervals"});
    kpis.push_back(
        {"grid.solves", "", static_cast<double>(federates.grid.solves()), "power flows"});
    add_meter_kpis(kpis, scenario, meters, federates.grid.adders(), totals);
    add_application_kpis(kpis, scenario, world, federates, end);
    return kpis;
}

std::vector<std::string> kpi_names() {
    std::vector<std::string> names{"read_success", "read_coverage"};
    auto const add = [&names](std::string const& group,
                              std::initializer_list<char const*> members) {
        for (auto const* member : members) {
            names.push_back(group + "." + member);
        }
    };
    add("energy",
        {"source", "metered", "uncounted", "loss_lines", "loss_transformers", "loss_shunts",
         "loss_service_transformers", "loss_lv_lines", "losses", "residual"});
    add("power", {"peak", "published"});
    add("voltage", {"min", "max"});
    for (auto const* channel : kBalances) {
        add(std::string("messages.") + channel, {"sent", "delivered", "lost", "in_flight"});
    }
    add("messages", {"balanced", "discarded", "refused"});
    add("access", {"requests", "on_backup", "channel_switches", "alarms_doubled", "broken_modules",
                   "plc_airtime", "rf_airtime"});
    auto const of_sms = sms_kpi_names();
    names.insert(names.end(), of_sms.begin(), of_sms.end());
    auto const of_concentrators = concentrator_kpi_names();
    names.insert(names.end(), of_concentrators.begin(), of_concentrators.end());
    for (std::size_t c = 0; c < kChannels; ++c) {
        add(fmt::format("latency.{}", name(static_cast<Channel>(c))), {"p50", "p95", "p99"});
    }
    auto const of_wan = wan_kpi_names();
    names.insert(names.end(), of_wan.begin(), of_wan.end());
    add("outage", {"customer_minutes", "customers", "saidi", "transformers",
                   "transformers_inferred", "customers_inferred", "cleared"});
    for (auto const& group : alarm_groups()) {
        add("alarms", {group.name, (std::string(group.name) + "_seen").c_str()});
    }
    add("alarms", {"repeated", "given_up", "replaced", "delay_p50", "delay_p95", "delay_p99"});
    add("commands",
        {"relay_issued", "relay_confirmed", "relay_failed", "relays_opened", "read_retries"});
    add("grid", {"solves"});
    return names;
}

} // namespace gridtwin::twin
