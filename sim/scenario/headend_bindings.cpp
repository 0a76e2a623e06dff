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

} // namespace

void bind_headend(Section& s, HeadendSection& h) {
    auto const before = s.mistakes();
    s.time("dispatch", h.dispatch, {2e-5, 60.0}, "from a decision to its hand-over to the network");
    s.section("collection", "meter reading",
              [&h](Section& c) { bind_collection(c, h.config.collection, h.profile); });
    s.section("outage", "correlation of alarms",
              [&h](Section& o) { bind_outage(o, h.config.outage); });
    s.section("remote_switch", "opening and closing relays", [&h](Section& r) {
        r.section("plc", "retries over power line",
                  [&h](Section& p) { bind_retry(p, h.config.remote_switch.plc); });
        r.section("sms", "retries over SMS",
                  [&h](Section& p) { bind_retry(p, h.config.remote_switch.sms); });
        r.quantity("image_rate", h.config.remote_switch.image_rate_bps, Dimension::bit_rate,
                   {1.0, 1e9}, "a firmware's order is repeated when its image had so long, too");
    });
    if (auto const problem = headend::problem(h.config, h.profile);
        !problem.empty() && s.mistakes() == before) {
        s.error(s.where(), "the head-end cannot work like this: " + problem);
    }
}

} // namespace gridtwin::scenario
