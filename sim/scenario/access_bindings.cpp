#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

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

/// Meters that are asked regularly must not take themselves for lost.
void check_registration(Section& s, AccessSection const& access) {
    auto const& concentrator = access.concentrator;
    auto const& every = concentrator.discovery.search_every;
    if (every == SimDuration::zero()) {
        if (access.start == AccessStart::discover) {
            s.error(s.where("start"), "meters that the first calls miss would never be found",
                    "concentrator.discovery.search_every above 0 s");
        }
        return;
    }
    if (access.registration.orphan_after <= concentrator.poll_every) {
        s.error(s.where("registration"), "meters would belong to nobody between two polls",
                "registration.orphan_after above concentrator.poll_every");
    }
    if (access.registration.doubt_after <= every) {
        s.error(s.where("registration"),
                "meters would answer every search over their backup channels, known or not",
                "registration.doubt_after above concentrator.discovery.search_every");
    }
}

} // namespace

void check_first_search(Section& s, Scenario const& scenario) {
    auto const& access = scenario.access;
    if (s.describing() || access.start != AccessStart::discover) {
        return;
    }
    auto const text = [](SimDuration d) { return format_quantity(to_s(d), Dimension::time); };
    SimDuration const kept = scenario.meter.profile_rows * scenario.meter.interval;
    SimDuration const latest = access.concentrator.discovery.search_offset + access.search_spread;
    if (latest >= kept) {
        s.error(access.where,
                fmt::format("the first search may come {} after the start, when meters that it "
                            "finds have overwritten their first intervals",
                            text(latest)),
                fmt::format("concentrator.discovery.search_offset and search_spread below {} "
                            "together, which is what meters keep",
                            text(kept)));
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
    if (!s.describing()) {
        check_registration(s, access);
    }
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
    s.section("plc", "power-line communication",
              [&access](Section& p) { bind_plc(p, access.plc); });
    s.section("rf", "radio mesh", [&access](Section& r) { bind_rf(r, access.rf); });
}

} // namespace gridtwin::scenario
