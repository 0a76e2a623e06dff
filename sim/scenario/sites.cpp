#include "sim/scenario/sites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

namespace gridtwin::scenario {
namespace {

// A profile row's int32 mWh hold 8.5 MW for a quarter of an hour; voltage may add a little.
constexpr double kMostMeteredW = 8e6;

/// Phases (0..2) that a terminal's nodes touch.
std::vector<std::size_t> phases_of(grid::Terminal const& terminal) {
    std::vector<std::size_t> phases;
    for (int node : terminal.nodes) {
        if (node >= 1 && node <= 3) {
            phases.push_back(static_cast<std::size_t>(node - 1));
        }
    }
    return phases;
}

} // namespace

std::string lower_case(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

std::vector<Site> find_sites(grid::Circuit const& c, CustomerGroup const& group,
                             Diagnostics& diagnostics) {
    std::string const at = lower_case(group.at);
    std::vector<Site> sites;
    auto const site_of = [&sites](std::string const& bus) -> Site& {
        for (auto& s : sites) {
            if (s.bus == bus) {
                return s;
            }
        }
        sites.push_back({.bus = bus, .weight_w = {}, .loads = {}});
        return sites.back();
    };
    auto const add_load = [&](std::size_t row) {
        auto const& load = c.loads[row];
        auto const phases = phases_of(load.bus);
        for (auto p : phases) {
            auto& site = site_of(load.bus.bus);
            site.weight_w[p] += load.p_w / static_cast<double>(phases.size());
            site.loads[p].push_back(row);
        }
    };
    if (at == "residential loads" || at == "all loads") {
        for (std::size_t i = 0; i < c.loads.size(); ++i) {
            if (at == "all loads" ||
                (c.loads[i].load_class == 1 && c.loads[i].connection == grid::Connection::wye)) {
                add_load(i);
            }
        }
        if (sites.empty()) {
            diagnostics.error(group.at_where, fmt::format("the feeder has no {}", at),
                              "'all loads', 'load NAME' or 'bus NAME'");
        }
    } else if (at.starts_with("load ")) {
        std::string const name = at.substr(5);
        std::vector<std::string> names;
        for (std::size_t i = 0; i < c.loads.size(); ++i) {
            names.push_back(c.loads[i].name);
            if (lower_case(c.loads[i].name) == name) {
                add_load(i);
            }
        }
        if (sites.empty()) {
            diagnostics.error(group.at_where, fmt::format("the feeder has no load '{}'", name),
                              "a load of the feeder", nearest_name(name, names));
        }
    } else if (at.starts_with("bus ")) {
        std::string const name = at.substr(4);
        Site site{.bus = name, .weight_w = {}, .loads = {}};
        auto const touch = [&](grid::Terminal const& t) {
            if (t.bus == name) {
                for (auto p : phases_of(t)) {
                    site.weight_w[p] = 1.0;
                }
            }
        };
        for (auto const& line : c.lines) {
            touch(line.bus1);
            touch(line.bus2);
        }
        for (auto const& transformer : c.transformers) {
            for (auto const& winding : transformer.windings) {
                touch(winding.bus);
            }
        }
        if (site.phases() == 0) {
            std::vector<std::string> names;
            for (auto const& [bus, info] : c.buses) {
                names.push_back(bus);
            }
            diagnostics.error(group.at_where, fmt::format("the feeder has no bus '{}'", name),
                              "a bus of the feeder", nearest_name(name, names));
        } else {
            sites.push_back(site);
        }
    } else {
        std::vector<std::string> const forms{"residential loads", "all loads", "load ", "bus "};
        diagnostics.error(
            group.at_where, fmt::format("'{}' names no place on the feeder", group.at),
            "'residential loads', 'all loads', 'load NAME' or 'bus NAME'", nearest_name(at, forms));
    }
    return sites;
}

void check_loads(grid::Circuit const& c, Diagnostics& diagnostics) {
    std::set<std::pair<std::string, int>> carried;
    std::vector<std::string> buses;
    auto const carry = [&](grid::Terminal const& terminal) {
        for (int node : terminal.nodes) {
            carried.emplace(terminal.bus, node);
        }
        buses.push_back(terminal.bus);
    };
    for (auto const& source : c.sources) {
        carry(source.bus1);
    }
    for (auto const& line : c.lines) {
        carry(line.bus1);
        carry(line.bus2);
    }
    for (auto const& transformer : c.transformers) {
        for (auto const& winding : transformer.windings) {
            carry(winding.bus);
        }
    }
    for (auto const& load : c.loads) {
        for (int node : load.bus.nodes) {
            if (node != 0 && !carried.contains({load.bus.bus, node})) {
                bool const known =
                    std::find(buses.begin(), buses.end(), load.bus.bus) != buses.end();
                diagnostics.error(
                    load.where,
                    fmt::format(
                        "load '{}' hangs on node {}.{}, which no line or transformer reaches",
                        load.name, load.bus.bus, node),
                    "a node that is fed", known ? "" : nearest_name(load.bus.bus, buses));
                break;
            }
        }
        if (std::max(std::abs(load.p_w), std::abs(load.q_var)) > kMostMeteredW) {
            diagnostics.error(
                load.where,
                fmt::format("load '{}' draws {:.1f} MVA", load.name,
                            std::hypot(load.p_w, load.q_var) / 1e6),
                "at most 8 MW and 8 Mvar, which a meter's profile row holds; split the load");
        }
    }
}

} // namespace gridtwin::scenario
