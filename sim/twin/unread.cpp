#include "sim/twin/unread.hpp"

#include <algorithm>
#include <array>

namespace gridtwin::twin {
namespace {

/// Whether `holds` of all channels that the meter has below its concentrators.
template <typename Holds>
bool of_all_channels(concentrator::MeterWay way, Holds holds) {
    std::array<Channel, 2> const below{Channel::plc, Channel::rf};
    return std::all_of(below.begin(), below.end(),
                       [&](Channel channel) { return !way.has(channel) || holds(channel); });
}

template <typename Medium>
bool routed(AreaMedium<Medium> const& on, std::size_t member) {
    return on.has(member) && on.medium.routes()[on.station[member]].parent != medium::kNoNode;
}

/// @param row of the area's meters
Unread why_below(AccessArea const& area, std::size_t row, concentrator::MeterWay way) {
    std::size_t const member = area.concentrators() + row;
    if (of_all_channels(way, [&](Channel c) { return area.module_broken(member, c); })) {
        return Unread::module_broken;
    }
    bool registered = false;
    bool alive = false;
    for (std::size_t p = 0; p < area.concentrators(); ++p) {
        bool const has = area.concentrator(p).has(area.meters()[row]);
        registered = registered || has;
        alive = alive || (has && area.concentrator(p).alive());
    }
    if (!registered) {
        return Unread::not_registered;
    }
    if (!alive) {
        return Unread::concentrator_silent;
    }
    bool const no_route = of_all_channels(way, [&](Channel c) {
        return c == Channel::plc ? !routed(*area.plc(), member) : !routed(*area.rf(), member);
    });
    return no_route ? Unread::no_route : Unread::no_answer;
}

/// @param interval the one that is lacking
Unread at_the_meter(meter::MeterTable const& meters, MeterId meter, std::uint32_t interval) {
    if (meters.energised[index(meter)] == 0) {
        return Unread::no_supply;
    }
    if (interval > meters.last_closed[index(meter)]) {
        return Unread::not_closed;
    }
    return meter::find_row(meters, meter, interval) ? Unread::no : Unread::overwritten;
}

} // namespace

std::string_view name(Unread unread) {
    constexpr std::array<std::string_view, 10> kNames{"",
                                                      "at its concentrator",
                                                      "no supply",
                                                      "not closed by the meter",
                                                      "overwritten in the meter",
                                                      "module broken",
                                                      "not registered",
                                                      "concentrator without supply",
                                                      "no route",
                                                      "no answer"};
    return kNames[static_cast<std::size_t>(unread)];
}

std::vector<Unread> why_unread(scenario::World const& world, Federates const& federates,
                               meter::MeterTable const& meters, SimTime end) {
    std::vector<Unread> why(world.meters.size(), Unread::no);
    auto const& ledger = federates.head_end.ledger();
    std::uint32_t const due = federates.head_end.head_end().collection().due(end);
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        auto const& area = federates.access.area(a);
        for (std::size_t row = 0; row < area.meters().size(); ++row) {
            MeterId const meter = area.meters()[row];
            auto const gap = ledger.first_gap(meter, 1, due);
            if (gap.count == 0) {
                continue;
            }
            auto& is = why[index(meter)];
            for (std::size_t p = 0; p < area.concentrators(); ++p) {
                is = area.concentrator(p).stored(row, gap.first) ? Unread::at_concentrator : is;
            }
            is = is == Unread::no ? at_the_meter(meters, meter, gap.first) : is;
            is = is == Unread::no ? why_below(area, row, world.meters.way[index(meter)]) : is;
        }
    }
    for (std::size_t m = 0; m < why.size(); ++m) {
        if (world.meters.concentrator[m] != kNone<ConcentratorId>) {
            continue; // above
        }
        auto const meter = static_cast<MeterId>(m);
        auto const gap = ledger.first_gap(meter, 1, due);
        if (gap.count == 0) {
            continue;
        }
        why[m] = at_the_meter(meters, meter, gap.first);
        if (why[m] == Unread::no) {
            why[m] = federates.access.sms_meters().broken(meter) ? Unread::module_broken
                                                                 : Unread::no_answer;
        }
    }
    return why;
}

} // namespace gridtwin::twin
