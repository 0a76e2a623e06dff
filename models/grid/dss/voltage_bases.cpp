#include "models/grid/dss/voltage_bases.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>

namespace gridtwin::grid::dss {
namespace {

/// A way from one bus to another: the far voltage is `ratio` times the near one.
struct Way {
    std::string const* to;
    double ratio;
};

using Ways = std::map<std::string_view, std::vector<Way>>;

void connect(Ways& ways, Terminal const& a, Terminal const& b, double ratio) {
    ways[a.bus].push_back({&b.bus, ratio});
    ways[b.bus].push_back({&a.bus, 1.0 / ratio});
}

/// Line-to-line voltage that goes with the rating of a winding. A single-phase winding from a
/// phase to ground or neutral has the line-to-neutral voltage, one between phases the other.
double line_to_line_v(Winding const& winding, int phases) {
    bool const across_phases =
        winding.bus.nodes.size() > 1 && winding.bus.nodes[0] != 0 && winding.bus.nodes[1] != 0;
    if (phases == 1 && !across_phases) {
        return winding.v_v * std::numbers::sqrt3;
    }
    return winding.v_v;
}

double nearest_base_v(std::vector<double> const& bases, double v_ll_v) {
    auto const distance = [v_ll_v](double base) { return std::abs(1.0 - v_ll_v / base); };
    return *std::min_element(bases.begin(), bases.end(),
                             [&distance](double a, double b) { return distance(a) < distance(b); });
}

Ways find_ways(Circuit const& circuit) {
    Ways ways;
    for (auto const& line : circuit.lines) {
        if (line.closed) {
            connect(ways, line.bus1, line.bus2, 1.0);
        }
    }
    for (auto const& transformer : circuit.transformers) {
        if (!transformer.enabled) {
            continue;
        }
        auto const& first = transformer.windings[0];
        double const v_first = line_to_line_v(first, transformer.phases);
        for (std::size_t i = 1; i < transformer.windings.size(); ++i) {
            auto const& winding = transformer.windings[i];
            connect(ways, first.bus, winding.bus,
                    line_to_line_v(winding, transformer.phases) / v_first);
        }
    }
    return ways;
}

} // namespace

void assign_voltage_bases(Circuit& circuit) {
    if (circuit.voltage_bases_ll_v.empty()) {
        return;
    }
    auto const ways = find_ways(circuit);
    std::map<std::string_view, double> v_ll_v;
    std::deque<std::string_view> queue;
    for (auto const& source : circuit.sources) {
        double const v =
            source.v_pu * source.v_ll_v * (source.phases == 1 ? std::numbers::sqrt3 : 1.0);
        if (v_ll_v.emplace(source.bus1.bus, v).second) {
            queue.push_back(source.bus1.bus);
        }
    }
    while (!queue.empty()) {
        auto const bus = queue.front();
        queue.pop_front();
        auto const found = ways.find(bus);
        if (found == ways.end()) {
            continue;
        }
        for (auto const& way : found->second) {
            if (v_ll_v.emplace(*way.to, v_ll_v.at(bus) * way.ratio).second) {
                queue.push_back(*way.to);
            }
        }
    }
    for (auto& [name, bus] : circuit.buses) {
        auto const v = v_ll_v.find(name);
        if (v != v_ll_v.end()) {
            bus.v_ln_v =
                nearest_base_v(circuit.voltage_bases_ll_v, v->second) / std::numbers::sqrt3;
        }
    }
}

} // namespace gridtwin::grid::dss
