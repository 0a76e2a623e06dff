#include "sim/twin/concentrator_kpis.hpp"

#include "sim/results/statistics.hpp"
#include "sim/twin/discovery_kpis.hpp"
#include "sim/twin/firmware_kpis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace gridtwin::twin {
namespace {

using results::Kpi;

void add_deviations(std::vector<Kpi>& kpis, std::string const& which, std::vector<double> sizes_s,
                    std::string const& text) {
    auto const summary = results::summarize(sizes_s);
    kpis.push_back({"clock." + which + "_mean", "s", summary.mean_s, text});
    kpis.push_back({"clock." + which + "_p95", "s", summary.p95_s, ""});
    kpis.push_back({"clock." + which + "_max", "s", summary.max_s, ""});
}

void add_clocks(std::vector<Kpi>& kpis, Federates const& federates, meter::MeterTable const& meters,
                SimTime end) {
    concentrator::ClockSyncCounts sum;
    std::uint64_t broadcasts = 0;
    std::vector<double> before_s;
    std::vector<double> after_s;
    for (std::size_t c = 0; c < federates.access.concentrator_count(); ++c) {
        auto const& sync = federates.access.concentrator(c).clock_sync();
        broadcasts += federates.access.concentrator(c).clock_broadcast().sent();
        sum.asked += sync.counts().asked;
        sum.sets += sync.counts().sets;
        sum.synced += sync.counts().synced;
        sum.failed += sync.counts().failed;
        before_s.insert(before_s.end(), sync.before_s().begin(), sync.before_s().end());
        after_s.insert(after_s.end(), sync.after_s().begin(), sync.after_s().end());
    }
    std::vector<double> error_s(meters.size());
    for (std::size_t i = 0; i < meters.size(); ++i) {
        error_s[i] = std::abs(to_s(meter::shown_time(meters, static_cast<MeterId>(i), end) - end));
    }
    kpis.push_back({"clock.asked", "", static_cast<double>(sum.asked), "requests for a time"});
    kpis.push_back({"clock.sets", "", static_cast<double>(sum.sets), "set messages"});
    kpis.push_back({"clock.synced", "", static_cast<double>(sum.synced),
                    "meters found, or left, within the limit"});
    kpis.push_back({"clock.failed", "", static_cast<double>(sum.failed),
                    "meters that a pass left as they were"});
    kpis.push_back({"clock.broadcasts", "", static_cast<double>(broadcasts),
                    "times told to all meters, each twice"});
    add_deviations(kpis, "before", std::move(before_s), "deviations as concentrators found them");
    add_deviations(kpis, "after", std::move(after_s), "of those that were set, measured again");
    add_deviations(kpis, "error", std::move(error_s), "true ones, all meters, at the end");
}

void add_collected(std::vector<Kpi>& kpis, Federates const& federates) {
    concentrator::CollectionCounts sum;
    std::uint64_t intervals_gone = 0;
    std::uint64_t reads_unanswered = 0;
    for (std::size_t c = 0; c < federates.access.concentrator_count(); ++c) {
        auto const& counts = federates.access.concentrator(c).collections().counts();
        sum.requests += counts.requests;
        sum.failed += counts.failed;
        sum.events_gone += counts.events_gone;
        sum.rows_gone += counts.rows_gone;
        intervals_gone += federates.access.concentrator(c).counts().rows_gone;
        reads_unanswered += federates.access.concentrator(c).counts().reads_unanswered;
    }
    auto const& head_end = federates.head_end.head_end();
    auto const& books = head_end.books().counts();
    auto const add = [&kpis](char const* name, std::uint64_t value, char const* text) {
        kpis.push_back({name, "", static_cast<double>(value), text});
    };
    add("collect.requests", sum.requests, "for what is not the billing profile");
    add("collect.failed", sum.failed, "meters that a sweep left without");
    add("collect.gone", sum.events_gone + sum.rows_gone, "events and rows overwritten before");
    add("collect.intervals_gone", intervals_gone,
        "of the billing profile, overwritten in the meter before its concentrator had them");
    add("collect.reads_unanswered", reads_unanswered,
        "of the billing profile, by the head-end: no session, or rows on their way by then");
    add("collect.registers", books.registers, "sets in the head-end's books");
    add("collect.events", books.events, "of meters' logs, in the head-end's books");
    add("collect.profile_rows", books.load_rows, "of second profiles, in the head-end's books");
    add("collect.repeated", books.repeated, "came again, kept once");
    auto const& orders = head_end.orders().counts();
    add("commands.orders_issued", orders.issued, "parameters, reads on demand, firmwares");
    add("commands.orders_confirmed", orders.confirmed, "");
    add("commands.orders_refused", orders.refused, "by the meter");
    add("commands.orders_failed", orders.failed, "given up");
}

void add_balances(std::vector<Kpi>& kpis, Federates const& federates) {
    concentrator::BalanceCounts sum;
    for (std::size_t c = 0; c < federates.access.concentrator_count(); ++c) {
        auto const& counts = federates.access.concentrator(c).balance().counts();
        sum.records += counts.records;
        sum.left += counts.left;
        sum.alarms += counts.alarms;
        sum.busbar_mwh += counts.busbar_mwh;
        sum.meters_mwh += counts.meters_mwh;
    }
    auto const& above = federates.head_end.head_end().balances().counts();
    sum.busbar_mwh += above.busbar_mwh;
    sum.meters_mwh += above.meters_mwh;
    auto const imbalance = static_cast<double>(sum.busbar_mwh - sum.meters_mwh);
    auto const& books = federates.head_end.head_end().books();
    auto const alarms_seen =
        std::count_if(books.alarms().begin(), books.alarms().end(),
                      [](auto const& one) { return one.second.kind == AlarmKind::imbalance; });
    kpis.push_back({"balance.records", "", static_cast<double>(sum.records),
                    "intervals compared, of all concentrators"});
    kpis.push_back({"balance.records_seen", "",
                    static_cast<double>(books.counts().balances - above.completed),
                    "by the head-end"});
    kpis.push_back({"balance.completed", "", static_cast<double>(above.completed),
                    "intervals compared by the head-end: others read some of the meters, or late"});
    kpis.push_back({"balance.given_up", "", static_cast<double>(sum.left - above.completed),
                    "intervals without all meters' rows, at the end, even there"});
    kpis.push_back({"balance.busbars", "Wh", static_cast<double>(sum.busbar_mwh) / 1e3,
                    "in the intervals compared"});
    kpis.push_back({"balance.imbalance", "Wh", imbalance / 1e3,
                    "busbars less meters: lines' losses, what is unmetered, errors of meters"});
    kpis.push_back({"balance.share", "1",
                    sum.busbar_mwh == 0 ? 0.0 : imbalance / static_cast<double>(sum.busbar_mwh),
                    "of the busbars' energy"});
    kpis.push_back({"balance.alarms", "", static_cast<double>(sum.alarms), "of concentrators"});
    kpis.push_back(
        {"balance.alarms_seen", "", static_cast<double>(alarms_seen), "by the head-end"});
}

void add_uplink(std::vector<Kpi>& kpis, Federates const& federates, SimTime end) {
    concentrator::UplinkCounts sum;
    std::uint64_t waiting = 0;
    std::uint64_t rows = 0;
    auto const& ledger = federates.head_end.ledger();
    for (std::size_t c = 0; c < federates.access.concentrator_count(); ++c) {
        auto const& concentrator = federates.access.concentrator(c);
        auto const& counts = concentrator.uplink().counts();
        sum.posted += counts.posted;
        sum.resent += counts.resent;
        sum.by_sms += counts.by_sms;
        sum.sms_parts += counts.sms_parts;
        sum.sms_octets += counts.sms_octets;
        sum.sessions_lost += counts.sessions_lost;
        sum.keep_alives += counts.keep_alives;
        waiting += concentrator.uplink().waiting();
        rows += concentrator.counts().rows_stored;
    }
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        for (auto const meter : federates.access.area(a).meters()) {
            rows -= ledger.held(meter, 1, std::numeric_limits<std::uint32_t>::max());
        }
        rows -= stored_twice(federates.access.area(a), federates.head_end.head_end().fleet(), end);
    }
    auto const add = [&kpis](char const* name, std::uint64_t value, char const* text) {
        kpis.push_back({name, "", static_cast<double>(value), text});
    };
    add("uplink.posted", sum.posted, "messages of concentrators to the head-end");
    add("uplink.resent", sum.resent, "copies beyond the first");
    add("uplink.repeated", federates.head_end.uploads().repeated(),
        "copies that came although the head-end had it: dropped");
    add("uplink.waiting", waiting, "at the end, for the head-end's word");
    add("uplink.rows_missing", rows, "at the end stored by concentrators, not at the head-end");
    add("uplink.sessions_lost", sum.sessions_lost, "as concentrators found");
    add("uplink.keep_alives", sum.keep_alives, "and probes of lost sessions");
    add("uplink.sms", sum.by_sms, "messages of concentrators that went by SMS");
    add("uplink.sms_parts", sum.sms_parts, "short messages of those");
    kpis.push_back({"uplink.sms_octets", "", static_cast<double>(sum.sms_octets), ""});
}

void add_announced(std::vector<Kpi>& kpis, Federates const& federates) {
    std::uint64_t sent = 0;
    std::uint64_t meters = 0;
    std::uint64_t reached = 0;
    std::set<CommandId> broadcast;
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        auto const& area = federates.access.area(a);
        for (auto const& [command, order] : area.announced()) {
            broadcast.insert(command);
            meters += order.meters;
            reached +=
                static_cast<std::uint64_t>(std::count(order.heard.begin(), order.heard.end(), 1));
        }
    }
    for (std::size_t c = 0; c < federates.access.concentrator_count(); ++c) {
        sent += federates.access.concentrator(c).counts().broadcasts;
    }
    auto const& head_end = federates.head_end.head_end();
    for (auto const& order : head_end.orders().orders()) { // those that have not got so far
        bool const to_all = order.meter == kNone<MeterId> &&
                            order.kind == headend::CommandKind::set_parameter &&
                            order.state != headend::OrderState::planned;
        if (to_all && broadcast.count(order.command) == 0) {
            auto const& readers = head_end.fleet().concentrator;
            meters += static_cast<std::uint64_t>(
                std::count(readers.begin(), readers.end(), order.concentrator));
        }
    }
    kpis.push_back({"announced.broadcasts", "", static_cast<double>(sent),
                    "of orders to all, every copy on every channel"});
    kpis.push_back({"announced.meters", "", static_cast<double>(meters),
                    "that were to hear an order, each order counted"});
    kpis.push_back({"announced.reached", "", static_cast<double>(reached), "of them, by a copy"});
}

} // namespace

void add_concentrator_kpis(std::vector<Kpi>& kpis, Federates const& federates,
                           meter::MeterTable const& meters, SimTime end) {
    add_clocks(kpis, federates, meters, end);
    add_collected(kpis, federates);
    add_balances(kpis, federates);
    add_uplink(kpis, federates, end);
    add_announced(kpis, federates);
    add_firmware_kpis(kpis, federates);
    add_discovery(kpis, federates);
}

std::vector<std::string> concentrator_kpi_names() {
    std::vector<std::string> names{"clock.asked", "clock.sets", "clock.synced", "clock.failed",
                                   "clock.broadcasts"};
    for (auto const* which : {"before", "after", "error"}) {
        for (auto const* figure : {"mean", "p95", "max"}) {
            names.push_back(std::string("clock.") + which + "_" + figure);
        }
    }
    for (auto const* figure : {"requests", "failed", "gone", "intervals_gone", "reads_unanswered",
                               "registers", "events", "profile_rows", "repeated"}) {
        names.push_back(std::string("collect.") + figure);
    }
    for (auto const* figure : {"issued", "confirmed", "refused", "failed"}) {
        names.push_back(std::string("commands.orders_") + figure);
    }
    for (auto const* figure : {"records", "records_seen", "completed", "given_up", "busbars",
                               "imbalance", "share", "alarms", "alarms_seen"}) {
        names.push_back(std::string("balance.") + figure);
    }
    for (auto const* figure : {"posted", "resent", "repeated", "waiting", "rows_missing",
                               "sessions_lost", "keep_alives", "sms", "sms_parts", "sms_octets"}) {
        names.push_back(std::string("uplink.") + figure);
    }
    for (auto const* figure : {"broadcasts", "meters", "reached"}) {
        names.push_back(std::string("announced.") + figure);
    }
    for (auto const& figure : firmware_kpi_names()) {
        names.push_back(figure);
    }
    for (auto const& name : discovery_kpi_names()) {
        names.push_back(name);
    }
    return names;
}

} // namespace gridtwin::twin
