#include "sim/twin/discovery_kpis.hpp"

#include <algorithm>

namespace gridtwin::twin {

using results::Kpi;

void add_discovery(std::vector<Kpi>& kpis, Federates const& federates) {
    auto const& access = federates.access;
    concentrator::DiscoveryCounts sum;
    std::uint64_t strangers = 0;
    for (std::size_t c = 0; c < access.concentrator_count(); ++c) {
        sum += access.concentrator(c).discovery_counts();
        strangers += access.concentrator(c).counts().strangers;
    }
    std::uint64_t hellos = 0;
    std::size_t meters = 0;
    std::size_t registered = 0;
    SimTime last_found = kStart;
    for (std::size_t a = 0; a < access.area_count(); ++a) {
        auto const& area = access.area(a);
        hellos += area.discovery().hellos;
        last_found = std::max(last_found, area.discovery().last_found);
        meters += area.meters().size();
        for (auto const meter : area.meters()) {
            bool known = false;
            for (std::size_t p = 0; p < area.concentrators() && !known; ++p) {
                known = area.concentrator(p).has(meter);
            }
            registered += known ? 1 : 0;
        }
    }
    auto const add = [&kpis](char const* name, std::uint64_t value, char const* text) {
        kpis.push_back({name, "", static_cast<double>(value), text});
    };
    add("discovery.calls", sum.calls, "of concentrators to whoever hears them");
    add("discovery.asked", sum.asked, "meters, to call for their concentrator");
    add("discovery.hellos", hellos, "of meters that answered a call");
    add("discovery.found", sum.found, "meters not known where they were heard");
    add("discovery.registered", sum.registered, "registrations of a meter on a channel");
    add("discovery.failed", sum.failed, "registrations that were left without an answer");
    add("discovery.refused", sum.refused, "registrations of meters that hear another one better");
    add("discovery.dropped", sum.dropped, "meters given up on a channel");
    add("discovery.adopted", federates.head_end.head_end().registry().counts().moved,
        "meters that moved to another concentrator, as the head-end heard");
    add("discovery.strangers", strangers, "commands for meters that were not registered, refused");
    kpis.push_back({"discovery.last_found", "h", to_s(last_found - kStart) / 3600.0,
                    "after the start: the last meter registered for the first time"});
    kpis.push_back(
        {"discovery.share", "1",
         meters == 0 ? 1.0 : static_cast<double>(registered) / static_cast<double>(meters),
         "of the meters read by concentrators, registered at the end"});
}

std::vector<std::string> discovery_kpi_names() {
    std::vector<std::string> names;
    for (auto const* figure :
         {"calls", "asked", "hellos", "found", "registered", "failed", "refused", "dropped",
          "adopted", "strangers", "last_found", "share"}) {
        names.push_back(std::string("discovery.") + figure);
    }
    return names;
}

std::uint64_t stored_twice(AccessArea const& area, headend::Fleet const& fleet, SimTime end) {
    std::uint64_t moves = 0;
    for (std::size_t p = 0; p < area.concentrators(); ++p) {
        moves += area.concentrator(p).discovery_counts().registered;
    }
    if (moves == 0 || area.concentrators() < 2) {
        return 0;
    }
    auto const last = static_cast<std::uint32_t>((end - kStart) / fleet.interval) + 1;
    std::uint64_t twice = 0;
    for (std::size_t m = 0; m < area.meters().size(); ++m) {
        for (std::uint32_t interval = 1; interval <= last; ++interval) {
            std::uint64_t times = 0;
            for (std::size_t p = 0; p < area.concentrators(); ++p) {
                times += area.concentrator(p).stored(m, interval) ? 1 : 0;
            }
            twice += times > 1 ? times - 1 : 0;
        }
    }
    return twice;
}

} // namespace gridtwin::twin
