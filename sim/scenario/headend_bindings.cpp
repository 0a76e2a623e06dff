#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

namespace gridtwin::scenario {
namespace {

void bind_retry(Section& s, headend::RetryPolicy& policy) {
    s.time("timeout", policy.timeout, {1.0, 86400.0}, "of the first try");
    s.integer("tries", policy.tries, {1, 100}, "in all");
    s.integer("factor", policy.factor, {1, 10}, "by which the timeout grows");
    s.time("longest", policy.longest, {1.0, 7 * 86400.0}, "timeout");
    s.compare("longest", to_s(policy.longest), Section::Relation::at_least, "timeout",
              to_s(policy.timeout), Dimension::time);
}

void bind_collection(Section& s, headend::CollectionConfig& c, SimDuration& profile) {
    s.time("profile", profile, {60.0, 3600.0},
           "interval of the profile that is collected, all meters: 1, 2, 3, 5, 10, 15, 20, 30 or "
           "60 min");
    if (!meter::known_interval(profile)) {
        s.error(s.where("profile"),
                fmt::format("meters keep no profile of {}", format_quantity(profile)), kIntervals);
        profile = HeadendSection{}.profile;
    }
    s.time("every", c.every, {900.0, 86400.0},
           "between rounds; concentrators poll in the same rhythm unless told otherwise");
    if (c.every % profile != SimDuration::zero() && s.sound("profile") && s.sound("every")) {
        s.error(s.where(s.has("every") ? "every" : "profile"),
                fmt::format("'headend.collection.every' is {}", format_quantity(c.every)),
                fmt::format("a multiple of profile, which is {}", format_quantity(profile)));
    }
    s.time("grace", c.grace, {0.0, 86400.0}, "after a round, then its intervals are due");
    s.time("plc_spacing", c.plc_spacing, {0.0, 3600.0}, "between gap reads below one concentrator");
    s.integer("silent_after", c.silent_after, {0, 1e6},
              "reads below a concentrator in vain, with nothing else heard of it: it is out of "
              "reach, and only one at a time goes to see; 0: never");
    s.time("sms_delay", c.sms_delay, {0.0, 86400.0}, "first SMS after the round's time");
    s.time("sms_spread", c.sms_spread, {0.0, 86400.0}, "a round's SMS reads are spread over it");
    s.time("keep_asking", c.keep_asking, {0.0, 30 * 86400.0},
           "for what a meter says it does not hold");
    s.section("plc", "retries over power line", [&c](Section& r) { bind_retry(r, c.plc); });
    s.section("sms", "retries over SMS", [&c](Section& r) { bind_retry(r, c.sms); });
}

void bind_outage(Section& s, headend::OutageConfig& o) {
    s.time("window", o.window, {1.0, 86400.0}, "losses this close together are one event");
    s.integer("min_meters", o.min_meters, {1, 10000},
              "that must report before a transformer is called out");
    s.quantity("fraction", o.fraction, Dimension::fraction, {0.0, 1.0},
               "or this share of them, if that is fewer");
    if (o.fraction == 0.0) {
        s.error(s.where("fraction"), "'headend.outage.fraction' is 0 %", "above 0 %");
    }
    s.integer("clear_meters", o.clear_meters, {1, 10000}, "with supply again that show it is back");
    s.time("settle", o.settle, {0.0, 86400.0},
           "wait for neighbours before an outage is a single customer's");
    s.time("nested_wait", o.nested_wait, {0.0, 86400.0},
           "for a meter to follow its transformer back");
}

void bind_losses(Section& s, headend::LossesConfig& l, LineModel& lines) {
    auto& theft = l.theft;
    s.time("judge_every", l.judge_every, {3600.0, 31.0 * 86400.0}, "between looks for theft");
    s.time("wait", l.wait, {0.0, 7.0 * 86400.0}, "for late rows, before a look");
    s.quantity("least_share", theft.least_share_frac, Dimension::fraction, {0.0, 0.99},
               "of a busbar's energy, unaccounted for; less suspects nobody");
    s.number("significance", theft.significance, {0.1, 1e6},
             "standard errors that make a suspicion");
    s.number("confirmed_significance", theft.confirmed_significance, {0.1, 1e6},
             "likewise, of a customer whose meter has told of tampering");
    s.number("least_factor", theft.least_factor, {1e-6, 1e6},
             "energy past the meter over energy through it");
    s.time("alarm_memory", l.alarm_memory, {0.0, 365.0 * 86400.0},
           "a meter's word of tampering counts so long");
    s.integer("clear_after", l.clear_after, {1, 1000}, "looks without a sign end a suspicion");
    s.number("variation", lines.variation, {0.0, 100.0},
             "squared coefficient of variation of a customer's power, for the lines' losses");
    s.number("power_factor", lines.power_factor, {0.1, 1.0}, "of customers, likewise");
}

void bind_alarms(Section& s, headend::AlarmsConfig& a) {
    s.integer("flood_limit", a.desk.flood_limit, {1, 1e6},
              "alarms of one kind at one transformer; more are a flood, which is one alarm");
    s.time("flood_window", a.desk.flood_window, {1.0, 86400.0}, "within which they count");
    s.time("escalate_after", a.desk.escalate_after, {1.0, 30.0 * 86400.0},
           "without acknowledgement an alarm becomes more urgent");
    s.time("acknowledge_each", a.desk.acknowledge_each, {0.0, 86400.0},
           "an operator's time for an alarm; 0 s: nobody acknowledges any");
    s.quantity("peak", a.watch.peak_w, Dimension::power, {0.0, 1e12},
               "mean power of an interval below a concentrator that raises an alarm; 0 W: none");
    s.quantity("collection", a.watch.collection_frac, Dimension::fraction, {0.0, 1.0},
               "of the readings due below a concentrator; less raises an alarm");
    s.time("every", a.watch.every, {60.0, 7.0 * 86400.0}, "between looks at readings");
    s.time("wait", a.watch.wait, {0.0, 7.0 * 86400.0}, "for late rows, before a look");
}

void bind_management(Section& s, headend::OutageManagementConfig& m) {
    auto& l = m.location;
    s.quantity("gasp_loss", l.gasp_loss_frac, Dimension::fraction, {0.001, 0.99},
               "of meters' words of a loss or return of supply that never come");
    s.quantity("own_loss", l.own_loss_frac, Dimension::fraction, {1e-9, 0.5},
               "of customers who lose supply by themselves within a window");
    s.time("window", l.window, {1.0, 3600.0}, "losses this close together are one event");
    s.time("settle", l.settle, {0.0, 3600.0}, "before an event is looked at");
    s.integer("min_reports", l.min_reports, {1, 1000}, "losses that make an event");
    s.time("nested_wait", m.nested_wait, {1.0, 86400.0},
           "for what is below a device to follow it back, before it is an outage of its own");
    s.integer("pings", m.pings.locating, {0, 1000}, "for one outage, to name the device");
    s.integer("pings_after", m.pings.verifying, {0, 1000}, "for one outage, when supply is back");
    s.integer("pings_at_once", m.pings.most, {1, 1000}, "outstanding, of all outages");
}

constexpr std::pair<std::string_view, headend::vee::Action> kActions[] = {
    {"off", headend::vee::Action::off},
    {"note", headend::vee::Action::note},
    {"suspect", headend::vee::Action::suspect},
    {"replace", headend::vee::Action::replace}};

void bind_rules(Section& s, headend::vee::RulesConfig& rules) {
    for (std::size_t r = 0; r < headend::vee::kRules; ++r) {
        auto const rule = static_cast<headend::vee::Rule>(r);
        s.choice<headend::vee::Action>(name(rule), rules.of(rule), kActions,
                                       "what is done to an interval that the rule flags");
    }
}

void bind_vee(Section& s, headend::vee::VeeConfig& v, SimDuration& validate_after) {
    s.time("validate_after", validate_after, {0.0, 30.0 * 86400.0},
           "a day's end, for readings that are late");
    s.section("rules", "docs/models/vee.md", [&v](Section& r) { bind_rules(r, v.rules); });
    s.time("zero_run", v.rules.zero_run, {60.0, 30.0 * 86400.0}, "without consumption");
    s.time("linear_longest", v.estimation.linear_longest, {0.0, 86400.0},
           "gap that is interpolated");
    s.integer("like_days", v.estimation.like_days, {1, 100}, "that are averaged");
    s.integer("history_days", v.estimation.history_days, {1, 366}, "likewise, of any kind");
}

} // namespace

void bind_headend(Section& s, HeadendSection& h) {
    auto const before = s.mistakes();
    s.time("dispatch", h.dispatch, {2e-5, 60.0}, "from a decision to its hand-over to the network");
    s.section("collection", "meter reading",
              [&h](Section& c) { bind_collection(c, h.config.collection, h.profile); });
    s.section("outage", "correlation of alarms",
              [&h](Section& o) { bind_outage(o, h.config.outage); });
    s.section("orders", "to meters: relays, parameters, reads on demand, firmware",
              [&h](Section& r) {
                  r.section("plc", "retries over power line",
                            [&h](Section& p) { bind_retry(p, h.config.orders.plc); });
                  r.section("sms", "retries over SMS",
                            [&h](Section& p) { bind_retry(p, h.config.orders.sms); });
                  r.quantity("image_rate", h.config.orders.image_rate_bps, Dimension::bit_rate,
                             {1.0, 1e9},
                             "a firmware's order is repeated when its image had so long, too");
              });
    SimDuration every = std::chrono::minutes{15};
    if (s.section("operations", "figures of the operations centre over time, /series/operations",
                  [&every](Section& o) {
                      o.time("every", every, {60.0, 86400.0}, "between rows, at steps of the grid");
                  }) &&
        !s.describing()) {
        h.operations_every = every;
    }
    headend::AlarmsConfig alarms;
    if (s.section("alarms", "the operations centre; without it nobody keeps alarms",
                  [&alarms](Section& a) { bind_alarms(a, alarms); }) &&
        !s.describing()) {
        h.config.alarms = alarms;
    }
    headend::OutageManagementConfig management;
    if (s.section("outage_management",
                  "the opened device on the network tree, pings, notices; without it: not named",
                  [&management](Section& o) { bind_management(o, management); }) &&
        !s.describing()) {
        h.config.outage_management = management;
    }
    headend::vee::VeeConfig vee;
    if (s.section("vee", "validation and estimation of readings; without it: as read",
                  [&](Section& v) { bind_vee(v, vee, h.config.validate_after); }) &&
        !s.describing()) {
        h.config.vee = vee;
    }
    headend::LossesConfig losses;
    if (s.section("losses", "theft looked for in balances (concentrator.balance); without it: not",
                  [&](Section& l) { bind_losses(l, losses, h.lines); }) &&
        !s.describing()) {
        h.config.losses = losses;
    }
    if (auto const problem = headend::problem(h.config, h.profile);
        !problem.empty() && s.mistakes() == before) {
        s.error(s.where(), "the head-end cannot work like this: " + problem);
    }
}

} // namespace gridtwin::scenario
