#include "models/grid/dss/build.hpp"

#include "models/grid/dss/geometry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::dss {

Build::Build(ElementTable const& table, Report& messages, Circuit& result)
    : elements(table), report(messages), circuit(result),
      geometry(std::make_shared<GeometryCache>()), rows_(table.all().size(), kNone) {}

int conductors_of(Connection connection, int phases) {
    return connection == Connection::wye || phases < 3 ? phases + 1 : phases;
}

Terminal Build::terminal(BusName const& bus, int phases, int conductors, Element const& owner) {
    Terminal out{bus.name, {}};
    auto const stated = static_cast<int>(bus.nodes.size());
    bool const extra = std::any_of(bus.nodes.begin() + std::min(stated, conductors),
                                   bus.nodes.end(), [](int node) { return node != 0; });
    if (extra) {
        report.error(
            bus.at,
            fmt::format("bus '{}' of {} states {} nodes", shown(bus.name), owner.label(), stated),
            fmt::format("at most {}", conductors));
    }
    out.nodes.reserve(static_cast<std::size_t>(conductors));
    conductors_ += static_cast<std::size_t>(conductors);
    for (int i = 0; i < conductors; ++i) {
        int const usual = i < phases ? i + 1 : 0;
        int const node = i < stated ? bus.nodes[static_cast<std::size_t>(i)] : usual;
        if (i >= stated && node != 0 &&
            std::find(out.nodes.begin(), out.nodes.end(), node) != out.nodes.end()) {
            report.error(bus.at,
                         fmt::format("bus '{}' of {} states {} of {} nodes, and the next would be "
                                     "{} again",
                                     shown(bus.name), owner.label(), stated, conductors, node),
                         "a node for each conductor");
            break;
        }
        out.nodes.push_back(node);
    }
    if (buses.find(out.bus) == buses.end()) {
        auto const added = circuit.buses.try_emplace(out.bus).first;
        buses.emplace(added->first, &added->second);
    }
    return out;
}

Terminal Build::second_end(BusName const* bus2, BusName const& bus1, int phases,
                           Element const& owner) {
    BusName const ground{bus1.name, std::vector<int>(static_cast<std::size_t>(phases), 0), bus1.at};
    return terminal(bus2 != nullptr ? *bus2 : ground, phases, phases, owner);
}

void Build::missing(Element const& owner, int tag, std::string_view property) {
    if (!owner.is_stated(tag)) {
        report.error(owner.where, fmt::format("{} has no {}", owner.label(), property),
                     fmt::format("{}=<bus>", property));
    }
}

bool Build::common(Element const& owner) {
    for (auto const& assignment : owner.assignments) {
        if (assignment.property->tag == kTagBaseFrequency && assignment.number() != circuit.f_hz) {
            report.error(
                assignment.at,
                fmt::format("base frequency of {} is {:g} Hz", owner.label(), assignment.number()),
                fmt::format("the circuit's {:g} Hz", circuit.f_hz));
        }
    }
    return owner.yes(kTagEnabled, true);
}

bool Build::finite(Element const& owner, std::initializer_list<double> values) {
    for (double const value : values) {
        if (!std::isfinite(value)) {
            report.error(owner.where,
                         fmt::format("the numbers of {} overflow when combined", owner.label()),
                         "values of physical size");
            return false;
        }
    }
    return true;
}

} // namespace gridtwin::grid::dss
