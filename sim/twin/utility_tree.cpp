#include "sim/twin/utility_tree.hpp"

#include <algorithm>
#include <cctype>
#include <deque>
#include <map>
#include <string>

namespace gridtwin::twin {

namespace {

using headend::DeviceId;
using headend::DeviceKind;

std::string bus_name(std::string_view text) {
    std::string name(text.substr(0, text.find('.')));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
}

/// Where a step along the network leads, and over which line; none: over a transformer.
struct Step {
    std::string to;
    std::uint32_t line = UtilityTree::kHead;
};

std::multimap<std::string, Step> steps_of(grid::Circuit const& circuit) {
    std::multimap<std::string, Step> steps;
    auto const join = [&steps](std::string const& a, std::string const& b, std::uint32_t line) {
        steps.emplace(a, Step{b, line});
        steps.emplace(b, Step{a, line});
    };
    for (std::uint32_t l = 0; l < circuit.lines.size(); ++l) {
        if (grid::carries(circuit.lines[l])) {
            join(bus_name(circuit.lines[l].bus1.bus), bus_name(circuit.lines[l].bus2.bus), l);
        }
    }
    for (auto const& transformer : circuit.transformers) {
        for (std::size_t w = 1; w < transformer.windings.size(); ++w) {
            join(bus_name(transformer.windings[0].bus.bus),
                 bus_name(transformer.windings[w].bus.bus), UtilityTree::kHead);
        }
    }
    return steps;
}

/// One feeder's devices and which of them is next above each bus.
struct FeederTree {
    std::vector<std::uint32_t> line{UtilityTree::kHead};
    std::vector<std::uint32_t> upstream{0};
    std::map<std::string, std::uint32_t> above;
};

FeederTree feeder_tree(grid::Circuit const& circuit) {
    FeederTree tree;
    auto const steps = steps_of(circuit);
    std::deque<std::string> open;
    for (auto const& source : circuit.sources) {
        tree.above.emplace(bus_name(source.bus1.bus), 0);
        open.push_back(bus_name(source.bus1.bus));
    }
    for (; !open.empty(); open.pop_front()) {
        auto const from = tree.above.at(open.front());
        auto const [first, last] = steps.equal_range(open.front());
        for (auto step = first; step != last; ++step) {
            auto const& [to, line] = step->second;
            if (tree.above.count(to) != 0) {
                continue;
            }
            auto device = from;
            if (line != UtilityTree::kHead) {
                device = static_cast<std::uint32_t>(tree.line.size());
                tree.line.push_back(line);
                tree.upstream.push_back(from);
            }
            tree.above.emplace(to, device);
            open.push_back(to);
        }
    }
    return tree;
}

} // namespace

UtilityTree utility_tree(scenario::World const& world) {
    auto const one = feeder_tree(world.circuit);
    auto const devices = static_cast<std::uint32_t>(one.line.size());
    UtilityTree out;
    for (std::uint32_t f = 0; f < world.feeders; ++f) {
        for (std::uint32_t d = 0; d < devices; ++d) {
            bool const head = one.line[d] == UtilityTree::kHead;
            out.line.push_back(one.line[d]);
            out.feeder.push_back(static_cast<FeederId>(f));
            out.tree.kind.push_back(head ? DeviceKind::breaker
                                    : world.circuit.lines[one.line[d]].is_switch
                                        ? DeviceKind::load_switch
                                        : DeviceKind::sectionalizer);
            out.tree.upstream.push_back(
                head ? kNone<DeviceId> : static_cast<DeviceId>(f * devices + one.upstream[d]));
        }
    }
    auto const add = [&](FeederId feeder, std::string_view bus) {
        auto const above = one.above.find(bus_name(bus));
        auto const device = above == one.above.end() ? 0 : above->second;
        out.tree.device.push_back(
            static_cast<DeviceId>(static_cast<std::uint32_t>(feeder) * devices + device));
    };
    for (auto const& lv : world.lv) {
        add(lv.feeder, lv.mv_bus);
    }
    for (std::size_t m = 0; m < world.meters.size(); ++m) {
        if (world.meters.kind[m] == scenario::MeterKind::bulk) {
            add(world.meters.feeder[m], world.circuit.loads[world.meters.service[m]].bus.bus);
        }
    }
    return out;
}

} // namespace gridtwin::twin
