#include "sim/twin/module_changes.hpp"

#include "models/meter/module_faults.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

using Kind = scenario::TimedEvent::Kind;

constexpr Channel kOfMeters[] = {Channel::plc, Channel::rf, Channel::sms};

void add_by_chance(scenario::Scenario const& scenario, MeterId meter, Channel channel,
                   std::vector<ModuleChange>& out) {
    auto const life = meter::module_life(scenario.equipment.module_faults, scenario.seed, meter,
                                         channel, kStart + scenario.duration);
    bool broken = life.broken_at_start;
    if (broken) {
        out.push_back({kStart, meter, channel, true});
    }
    for (SimTime const at : life.changes) {
        broken = !broken;
        out.push_back({at, meter, channel, broken});
    }
}

void add_event(scenario::PlannedEvent const& event, concentrator::MeterWay way,
               std::vector<ModuleChange>& out) {
    for (Channel const channel : kOfMeters) {
        if (!way.has(channel) || event.channel.value_or(channel) != channel) {
            continue;
        }
        std::erase_if(out, [&](ModuleChange const& change) {
            return change.meter == event.meter && change.channel == channel && change.at > event.at;
        });
        out.push_back({event.at, event.meter, channel, event.kind == Kind::break_module});
    }
}

} // namespace

std::vector<ModuleChange> module_changes(scenario::Scenario const& scenario,
                                         scenario::World const& world,
                                         std::span<MeterId const> meters) {
    std::vector<ModuleChange> out;
    if (scenario.equipment.module_faults.failures_per_year > 0.0) {
        for (MeterId const meter : meters) {
            for (Channel const channel : kOfMeters) {
                if (world.meters.way[index(meter)].has(channel)) {
                    add_by_chance(scenario, meter, channel, out);
                }
            }
        }
    }
    std::vector<scenario::PlannedEvent const*> events;
    for (auto const& event : world.events) {
        if ((event.kind == Kind::break_module || event.kind == Kind::repair_module) &&
            std::binary_search(meters.begin(), meters.end(), event.meter)) {
            events.push_back(&event);
        }
    }
    auto const earlier = [](auto const* a, auto const* b) { return a->at < b->at; };
    std::stable_sort(events.begin(), events.end(), earlier);
    for (auto const* event : events) {
        add_event(*event, world.meters.way[index(event->meter)], out);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](auto const& a, auto const& b) { return a.at < b.at; });
    return out;
}

std::vector<ModuleChange> sms_module_changes(scenario::Scenario const& scenario,
                                             scenario::World const& world) {
    std::vector<MeterId> meters;
    for (std::size_t m = 0; m < world.meters.size(); ++m) {
        if (world.meters.way[m].has(Channel::sms)) {
            meters.push_back(static_cast<MeterId>(m));
        }
    }
    return module_changes(scenario, world, meters);
}

} // namespace gridtwin::twin
