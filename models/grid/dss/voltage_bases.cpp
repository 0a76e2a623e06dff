#include "models/grid/dss/voltage_bases.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gridtwin::grid::dss {
namespace {

/// A way from one bus to another: the far voltage is `ratio` times the near one.
struct Way {
    std::size_t to;
    double ratio;
};

/// Buses by number, in the order of their names, and the ways between them.
struct Ways {
    explicit Ways(Circuit const& circuit) {
        for (auto const& [name, info] : circuit.buses) {
            number.emplace(name, number.size());
        }
        from.resize(number.size());
    }
    void connect(Terminal const& a, Terminal const& b, double ratio) {
        auto const to_a = number.at(a.bus);
        auto const to_b = number.at(b.bus);
        from[to_a].push_back({to_b, ratio});
        from[to_b].push_back({to_a, 1.0 / ratio});
    }

    std::unordered_map<std::string_view, std::size_t> number;
    std::vector<std::vector<Way>> from; // [bus]
};

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

/// The second end is no ground.
bool in_series(Terminal const& a, Terminal const& b) {
    return a.bus != b.bus &&
           std::any_of(b.nodes.begin(), b.nodes.end(), [](int node) { return node != 0; });
}

Ways find_ways(Circuit const& circuit) {
    Ways ways(circuit);
    for (auto const& line : circuit.lines) {
        if (carries(line)) {
            ways.connect(line.bus1, line.bus2, 1.0);
        }
    }
    for (auto const& reactor : circuit.reactors) {
        if (reactor.connection == Connection::wye && in_series(reactor.bus1, reactor.bus2)) {
            ways.connect(reactor.bus1, reactor.bus2, 1.0);
        }
    }
    for (auto const& capacitor : circuit.capacitors) {
        if (capacitor.connection == Connection::wye && in_series(capacitor.bus1, capacitor.bus2)) {
            ways.connect(capacitor.bus1, capacitor.bus2, 1.0);
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
            ways.connect(first.bus, winding.bus,
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
    std::vector<double> v_ll_v(ways.from.size(), 0.0); // [bus]
    std::vector<bool> reached(ways.from.size(), false);
    std::vector<std::size_t> queue;
    auto const reach = [&](std::size_t bus, double v) {
        if (!reached[bus]) {
            reached[bus] = true;
            v_ll_v[bus] = v;
            queue.push_back(bus);
        }
    };
    for (auto const& source : circuit.sources) {
        reach(ways.number.at(source.bus1.bus),
              source.v_pu * source.v_ll_v * (source.phases == 1 ? std::numbers::sqrt3 : 1.0));
    }
    for (std::size_t next = 0; next < queue.size(); ++next) {
        auto const bus = queue[next];
        for (auto const& way : ways.from[bus]) {
            reach(way.to, v_ll_v[bus] * way.ratio);
        }
    }
    std::size_t bus = 0;
    for (auto& [name, info] : circuit.buses) {
        if (reached[bus]) {
            info.v_ln_v =
                nearest_base_v(circuit.voltage_bases_ll_v, v_ll_v[bus]) / std::numbers::sqrt3;
        }
        ++bus;
    }
}

} // namespace gridtwin::grid::dss
