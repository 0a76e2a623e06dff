#include "models/wire/sizes.hpp"
#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::scenario {

namespace {

constexpr std::pair<std::string_view, AccessStart> kStarts[] = {
    {"commissioned", AccessStart::commissioned}, {"discover", AccessStart::discover}};

void bind_registration(Section& s, meter::RegistrationSpec& spec) {
    s.time("orphan_after", spec.orphan_after, {3600.0, 366 * 86400.0},
           "a meter that its concentrator has not asked for so long belongs to nobody");
    s.time("doubt_after", spec.doubt_after, {3600.0, 366 * 86400.0},
           "not asked over one of its channels for so long, it answers its concentrator's calls "
           "there");
    double hysteresis = 1e-3 * spec.hysteresis_milli;
    s.number("hysteresis", hysteresis, {0.0, 60.0},
             "transmissions that the way to another concentrator must save");
    spec.hysteresis_milli = wire::to_cost_milli(hysteresis);
}

/// A message to all on its way over so many hops, where no frame waits.
/// @param frame_time (payload octets) in the mode that all understand
template <typename FrameTime>
SimDuration wave_time(std::uint32_t octets, std::uint32_t most_octets, std::uint32_t hops,
                      FrameTime frame_time) {
    SimDuration hop{};
    for (; octets > most_octets; octets -= most_octets) {
        hop += frame_time(most_octets);
    }
    return hops * (hop + frame_time(octets));
}

SimDuration wave_time(PlcSection const& plc, std::uint32_t octets) {
    return wave_time(octets, plc::segment_octets(plc.modem), plc.mac.max_hops,
                     [&](std::uint32_t payload) {
                         SimDuration slowest{};
                         for (std::size_t mode = 0; mode < plc.modem.modes.size(); ++mode) {
                             slowest = std::max(slowest, plc::frame_time(plc.modem, payload, mode));
                         }
                         return slowest;
                     });
}

SimDuration wave_time(RfSection const& rf, std::uint32_t octets) {
    return wave_time(octets, rf.radio.max_payload_octets, rf.csma.max_hops,
                     [&](std::uint32_t payload) { return rf::frame_time(rf.radio, payload); });
}

} // namespace

bool any_on(Scenario const& scenario, Channel channel) {
    return std::any_of(scenario.customers.begin(), scenario.customers.end(),
                       [channel](auto const& group) { return group.meter.has(channel); });
}

bool any_of_concentrators(Scenario const& scenario) {
    return any_on(scenario, Channel::plc) || any_on(scenario, Channel::rf);
}

void check_registration(Section& s, Scenario const& scenario) {
    auto const& access = scenario.access;
    auto const& concentrator = access.concentrator;
    auto const& every = concentrator.discovery.search_every;
    if (s.describing() || !any_of_concentrators(scenario)) {
        return; // SMS meters belong to no concentrator
    }
    if (every == SimDuration::zero()) {
        if (access.start == AccessStart::discover) {
            s.error(s.where("access.start"),
                    "meters that the first calls miss would never be found",
                    "access.concentrator.discovery.search_every above 0 s");
        }
        return;
    }
    // Meters that are asked regularly must not take themselves for lost.
    if (access.registration.orphan_after <= concentrator.poll_every) {
        s.error(s.where(s.has("access.registration.orphan_after")
                            ? "access.registration.orphan_after"
                        : s.has("access.concentrator.poll_every") ? "access.concentrator.poll_every"
                                                                  : "headend.collection.every"),
                "meters would belong to nobody between two polls",
                fmt::format("access.registration.orphan_after above {}, from poll to poll",
                            format_quantity(concentrator.poll_every)));
    }
    if (access.registration.doubt_after <= every) {
        s.error(s.where(s.has("access.registration.doubt_after")
                            ? "access.registration.doubt_after"
                            : "access.concentrator.discovery.search_every"),
                "meters would answer every search over their backup channels, known or not",
                "access.registration.doubt_after above "
                "access.concentrator.discovery.search_every");
    }
}

void check_clock_broadcast(Section& s, Scenario const& scenario) {
    auto const& access = scenario.access;
    auto const& told = access.concentrator.clock_broadcast;
    bool const sound =
        plc::problems(access.plc.modem).empty() && rf::problems(access.rf.radio).empty();
    if (s.describing() || told.schedule.every == SimDuration::zero() || !sound) {
        return;
    }
    Message message;
    message.kind = MessageKind::set_clock;
    for (Channel const channel : {Channel::plc, Channel::rf}) {
        bool const used = any_on(scenario, channel);
        auto const octets = wire::encoded_octets(message, channel, access.concentrator.sizes);
        auto const least =
            channel == Channel::plc ? wave_time(access.plc, octets) : wave_time(access.rf, octets);
        if (used && told.uncertainty < least) {
            s.error(s.where("access.concentrator.clock.broadcast_uncertainty"),
                    fmt::format("a time told to all takes {} over all hops of the {}, longer than "
                                "its uncertainty of {}",
                                format_quantity(least),
                                channel == Channel::plc ? "power line" : "radio mesh",
                                format_quantity(told.uncertainty)),
                    fmt::format("broadcast_uncertainty of {} or more",
                                format_quantity(std::chrono::ceil<std::chrono::seconds>(least))));
        }
    }
}

void check_first_search(Section& s, Scenario const& scenario) {
    auto const& access = scenario.access;
    if (s.describing() || access.start != AccessStart::discover) {
        return;
    }
    SimDuration const kept = scenario.meter.profile_rows * scenario.meter.interval;
    SimDuration const latest = access.concentrator.discovery.search_offset + access.search_spread;
    if (latest >= kept) {
        s.error(s.where(s.has("access.search_spread")
                            ? "access.search_spread"
                            : "access.concentrator.discovery.search_offset"),
                fmt::format("the first search may come {} after the start, when meters that it "
                            "finds have overwritten their first intervals",
                            format_quantity(latest)),
                fmt::format("concentrator.discovery.search_offset and search_spread below {} "
                            "together, which is what meters keep",
                            format_quantity(kept)));
    }
}

void bind_access(Section& s, AccessSection& access) {
    access.where = s.where("concentrators");
    s.integer("concentrators", access.concentrators, {0, 10000},
              "on each feeder; 0: one for each transformer with meters that they read");
    s.section("concentrator", "schedules and limits",
              [&access](Section& c) { bind_concentrator(c, access.concentrator); });
    s.choice<AccessStart>("start", access.start, kStarts,
                          "who reads whom: each concentrator the meters of its networks, or whom "
                          "it finds");
    s.section("registration", "to which concentrator a meter belongs",
              [&access](Section& r) { bind_registration(r, access.registration); });
    s.time("search_spread", access.search_spread, {0.0, 86400.0},
           "concentrators begin their searches for meters a random part of it later");
    s.time("poll_spread", access.poll_spread, {0.0, 3600.0},
           "concentrators begin their rounds a random part of it later");
    s.time("last_gasp_spread", access.last_gasp_spread, {0.0, 3600.0},
           "last gasps wait a random part of it");
    s.time("restore_spread", access.restore_spread, {0.0, 86400.0},
           "reports of restored power wait a random part of it");
    s.flag("power_alarms_on_both", access.power_alarms_on_both,
           "meters with two channels send last gasps and reports of restored power over both");
    s.integer("alarm_retries", access.alarm_push.retries, {0, 100},
              "of an alarm whose first hop was not acknowledged, but for last gasps");
    s.time("alarm_repetition_delay", access.alarm_push.repetition_delay, {1.0, 86400.0},
           "from a try in vain to the next");
    s.time("alarm_repetition_spread", access.alarm_push.repetition_spread, {0.0, 86400.0},
           "and a random part of it");
    s.section("plc", "power-line communication",
              [&access](Section& p) { bind_plc(p, access.plc); });
    s.section("rf", "radio mesh", [&access](Section& r) { bind_rf(r, access.rf); });
}

} // namespace gridtwin::scenario
