#include "sim/app/find_meter.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::app {
namespace {

/// "homes/1 to homes/240, farms/1 to farms/20"
std::string known_meters(scenario::Scenario const& scenario, scenario::World const& world) {
    std::string text;
    for (auto const& group : scenario.customers) {
        text += fmt::format("{0}{1}{2}/1 to {1}{2}/{3}", text.empty() ? "" : ", ",
                            world.feeder_prefix(FeederId{}), group.name, group.count);
    }
    return world.feeders == 1 ? text
                              : text + fmt::format(", and so on up to feeder {}", world.feeders);
}

} // namespace

MeterId find_meter(twin::Loaded const& loaded, std::string_view option, std::string const& name,
                   Diagnostics& mistakes) {
    auto const& names = loaded.world.meters.name;
    auto const found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        mistakes.error({std::string(option), 0, 0}, fmt::format("there is no meter '{}'", name),
                       known_meters(loaded.scenario, loaded.world),
                       nearest_name(name, std::span<std::string const>(names)));
        return kNone<MeterId>;
    }
    return static_cast<MeterId>(found - names.begin());
}

} // namespace gridtwin::app
