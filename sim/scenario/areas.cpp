#include "sim/scenario/areas.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::scenario {
namespace {

void join(World& world, AreaId id, ConcentratorId concentrator) {
    auto& area = world.areas[index(id)];
    auto& row = world.concentrators[index(concentrator)];
    row.area = id;
    row.place = static_cast<std::uint16_t>(area.concentrators.size());
    area.concentrators.push_back(concentrator);
    area.busbars.push_back(static_cast<std::uint32_t>(area.networks.size()));
    area.networks.insert(area.networks.end(), row.networks.begin(), row.networks.end());
    area.meters.insert(area.meters.end(), row.meters.begin(), row.meters.end());
}

} // namespace

double crossing_margin_db(PlcSection const& plc) {
    return plc.modem.tx_level_dbuv - 2.0 * plc.channel.transformer_crossing_db -
           plc::hearing_dbuv(plc.modem);
}

void group_areas(Scenario const& scenario, World& world, Diagnostics& diagnostics) {
    bool const hear_each_other = crossing_margin_db(scenario.access.plc) >= 0.0;
    std::vector<AreaId> of_feeder(world.feeders, kNone<AreaId>);
    for (std::size_t c = 0; c < world.concentrators.size(); ++c) {
        auto const& row = world.concentrators[c];
        bool const on_line = !row.on(Channel::plc, world.meters).empty();
        auto& shared = of_feeder[index(row.feeder)];
        bool const joins = hear_each_other && on_line;
        auto area = joins ? shared : kNone<AreaId>;
        if (area == kNone<AreaId>) {
            area = static_cast<AreaId>(world.areas.size());
            world.areas.emplace_back();
            shared = joins ? area : shared;
        }
        join(world, area, static_cast<ConcentratorId>(c));
    }
    constexpr std::size_t kMostStations = 65'534;
    for (auto const& area : world.areas) {
        std::size_t const stations = area.concentrators.size() + area.meters.size();
        if (stations > kMostStations) {
            diagnostics.error(
                scenario.access.where,
                fmt::format("{} concentrators and their {} meters hear each other "
                            "over their transformers: one medium for all of them",
                            area.concentrators.size(), area.meters.size()),
                fmt::format("at most {} on one; a higher channel.transformer_crossing "
                            "keeps them apart",
                            kMostStations));
            return; // the feeders are alike
        }
    }
}

} // namespace gridtwin::scenario
