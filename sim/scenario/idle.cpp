#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace gridtwin::scenario {
namespace {

using concentrator::Collected;

bool any_on(Scenario const& scenario, Channel channel) {
    return std::any_of(scenario.customers.begin(), scenario.customers.end(),
                       [channel](auto const& group) { return group.meter.has(channel); });
}

/// Concentrators fetch nothing from meters that are read by SMS.
bool by_sms(Scenario const& scenario, std::string const& customers) {
    return std::none_of(scenario.customers.begin(), scenario.customers.end(),
                        [&](auto const& group) {
                            return group.name == customers && !group.meter.has(Channel::sms);
                        });
}

void remark_collected(Section& s, Scenario& scenario) {
    auto const fetched = [&](Collected what) {
        auto const& schedules = scenario.access.concentrator.collect.schedules;
        return schedules[static_cast<std::size_t>(what)].every > SimDuration::zero();
    };
    auto& out = scenario.remarks;
    if (fetched(Collected::events) && scenario.meter_events == 0) {
        out.push_back({s.where("access.concentrator.collect.events"),
                       "concentrators ask for logs that no meter keeps (meter.event_log is 0)"});
    }
    bool any = false; ///< second profile that is fetched
    for (auto const& one : scenario.equipment.profiles) {
        bool const sms = by_sms(scenario, one.customers);
        any = any || !sms;
        if (sms || !fetched(Collected::load)) {
            out.push_back(
                {one.where,
                 fmt::format("nobody fetches the second profile of '{}': {}", one.customers,
                             sms ? "their meters are read by SMS"
                                 : "access.concentrator.collect.profiles is not scheduled")});
        }
    }
    if (fetched(Collected::load) && !any) {
        out.push_back({s.where("access.concentrator.collect.profiles"),
                       "concentrators ask for second profiles that none of their meters keeps "
                       "(meter.profiles)"});
    }
}

void remark_media(Section& s, Scenario& scenario) {
    if (s.has("access.plc") && !any_on(scenario, Channel::plc)) {
        scenario.remarks.push_back(
            {s.where("access.plc"), "no customer's meter is on the power line"});
    }
    if (s.has("access.rf") && !any_on(scenario, Channel::rf)) {
        scenario.remarks.push_back(
            {s.where("access.rf"), "no customer's meter is on the radio mesh"});
    }
}

void remark_events(Scenario& scenario) {
    using Kind = TimedEvent::Kind;
    std::vector<TimedEvent const*> by_time;
    for (auto const& event : scenario.events) {
        by_time.push_back(&event);
    }
    std::stable_sort(by_time.begin(), by_time.end(),
                     [](auto const* a, auto const* b) { return a->at < b->at; });
    using Tampering = std::tuple<std::uint32_t, std::string, meter::TamperInput>;
    std::vector<Tampering> under_way;
    for (auto const* event : by_time) {
        if (event->kind == Kind::read_events && scenario.meter_events == 0) {
            scenario.remarks.push_back(
                {event->where, fmt::format("the meter of '{}' keeps no log (meter.event_log is 0)",
                                           event->target)});
        }
        if (event->kind != Kind::tamper && event->kind != Kind::end_tamper) {
            continue;
        }
        Tampering const one{event->feeder.value_or(1), event->target, event->input};
        auto const found = std::find(under_way.begin(), under_way.end(), one);
        bool const begins = event->kind == Kind::tamper;
        if (begins == (found != under_way.end())) {
            scenario.remarks.push_back(
                {event->where, fmt::format("nothing changes: this is {} at the meter of '{}'",
                                           begins ? "under way" : "not under way", event->target)});
        } else if (begins) {
            under_way.push_back(one);
        } else {
            under_way.erase(found);
        }
    }
}

} // namespace

void remark_idle(Section& s, Scenario& scenario) {
    remark_collected(s, scenario);
    remark_media(s, scenario);
    remark_events(scenario);
}

} // namespace gridtwin::scenario
