#include "models/wire/sizes.hpp"
#include "sim/scenario/bindings.hpp"
#include "sim/scenario/wan_platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace gridtwin::scenario {
namespace {

using concentrator::Collected;

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

void remark_rhythm(Section& s, Scenario& scenario) {
    auto const polls = scenario.access.concentrator.poll_every;
    auto const rounds = scenario.headend.config.collection.every;
    if (polls > rounds && any_of_concentrators(scenario)) {
        scenario.remarks.push_back(
            {s.where("access.concentrator.poll_every"),
             fmt::format("concentrators poll every {} and the head-end's rounds are {}: what is "
                         "missing it asks for itself, meter by meter",
                         format_quantity(polls), format_quantity(rounds))});
    }
}

/// Without a reserve no meter tells that it lost its supply, be it expected or not.
void remark_expected_last_gasps(Scenario& scenario) {
    for (auto const& expected : scenario.expect) {
        auto const least = std::max(expected.at_least.value_or(0.0), expected.equals.value_or(0.0));
        if (expected.kpi == "alarms.power_lost_seen" && least > 0.0) {
            scenario.remarks.push_back(
                {expected.where, "last gasps are expected, and meters send none: meter.hold_up is "
                                 "0 s"});
        }
    }
}

void remark_last_gasps(Section& s, Scenario& scenario) {
    auto const& meter = scenario.meter;
    auto const spread = scenario.access.last_gasp_spread;
    auto const latest = meter.last_gasp_delay + spread;
    if (meter.hold_up == SimDuration::zero()) {
        return remark_expected_last_gasps(scenario);
    }
    if (latest <= meter.hold_up) {
        return;
    }
    auto const in_time = std::max(to_s(meter.hold_up - meter.last_gasp_delay), 0.0);
    scenario.remarks.push_back(
        {s.where(s.has("access.last_gasp_spread") ? "access.last_gasp_spread"
                 : s.has("meter.last_gasp_delay") ? "meter.last_gasp_delay"
                                                  : "meter.hold_up"),
         fmt::format("last gasps leave up to {} after the loss of voltage, meters can talk for {}: "
                     "{:.0f} % of them are sent",
                     format_quantity(latest), format_quantity(meter.hold_up),
                     spread > SimDuration::zero() ? 100.0 * in_time / to_s(spread) : 0.0)});
}

void remark_concentrators(Section& s, Scenario& scenario) {
    if (scenario.access.concentrators > 0 && !any_of_concentrators(scenario)) {
        scenario.remarks.push_back({s.where("access.concentrators"),
                                    "there are no concentrators: no customer's meter is on the "
                                    "power line or the radio mesh"});
    }
}

/// A request and an answer as short as it, over one hop in one mode, acknowledged.
template <typename FrameTime>
SimDuration round_trip(std::uint32_t octets, std::uint32_t most_octets, SimDuration acknowledgement,
                       FrameTime frame_time) {
    SimDuration time{};
    for (; octets > 0; octets -= std::min(octets, most_octets)) {
        time += frame_time(std::min(octets, most_octets)) + acknowledgement;
    }
    return 2 * time;
}

SimDuration shortest_round_trip(AccessSection const& access, Channel channel, MessageKind kind) {
    Message request;
    request.kind = kind;
    auto const octets = wire::encoded_octets(request, channel, access.concentrator.sizes);
    if (channel == Channel::rf) {
        return round_trip(octets, access.rf.radio.max_payload_octets, rf::ack_time(access.rf.radio),
                          [&](std::uint32_t n) { return rf::frame_time(access.rf.radio, n); });
    }
    SimDuration shortest = SimDuration::max();
    for (std::size_t mode = 0; mode < access.plc.modem.modes.size(); ++mode) {
        shortest = std::min(shortest,
                            round_trip(octets, plc::segment_octets(access.plc.modem),
                                       plc::ack_time(access.plc.modem, mode), [&](std::uint32_t n) {
                                           return plc::frame_time(access.plc.modem, n, mode);
                                       }));
    }
    return shortest;
}

void remark_round_trips(Section& s, Scenario& scenario) {
    auto const& access = scenario.access;
    if (!plc::problems(access.plc.modem).empty() || !rf::problems(access.rf.radio).empty()) {
        return;
    }
    auto const& spec = access.concentrator;
    auto const remark = [&](Channel channel, MessageKind request, SimDuration most,
                            std::string_view key) {
        auto const shortest = shortest_round_trip(access, channel, request);
        if (any_on(scenario, channel) && shortest > most) {
            auto const place = fmt::format("access.{}", name(channel));
            scenario.remarks.push_back(
                {s.where(s.has(key) ? key : place),
                 fmt::format("a request and the shortest answer take {} over one hop of the {}, "
                             "longer than {}, {}",
                             format_quantity(shortest),
                             channel == Channel::plc ? "power line" : "radio mesh", key,
                             format_quantity(most))});
        }
    };
    for (Channel const channel : {Channel::plc, Channel::rf}) {
        remark(channel, MessageKind::read_profile, spec.response_timeout,
               "access.concentrator.response_timeout");
        if (spec.clock.schedule.every > SimDuration::zero()) {
            remark(channel, MessageKind::read_clock, spec.clock.longest_round_trip,
                   "access.concentrator.clock.longest_round_trip");
        }
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
    remark_concentrators(s, scenario);
    remark_rhythm(s, scenario);
    remark_last_gasps(s, scenario);
    remark_round_trips(s, scenario);
    remark_events(scenario);
    remark_hosts(scenario);
}

} // namespace gridtwin::scenario
