// Terminal nodes of every element.
#include "models/grid/admittance.hpp"

#include <algorithm>

namespace gridtwin::grid {
namespace {

int node_or(Terminal const& terminal, std::size_t conductor, int fallback) {
    return conductor < terminal.nodes.size() ? terminal.nodes[conductor] : fallback;
}

/// Phases of one end; a bus that is not stated is ground.
void append_phases(Terminal const& terminal, int phases, std::vector<TerminalNode>& out) {
    for (int i = 0; i < phases; ++i) {
        bool const grounded = terminal.bus.empty();
        auto const conductor = static_cast<std::size_t>(i);
        out.push_back({terminal.bus, grounded ? 0 : node_or(terminal, conductor, i + 1)});
    }
}

/// Capacitors and reactors: two ends when wye, the corners when delta.
template <typename Shunt>
std::vector<TerminalNode> shunt_nodes(Shunt const& shunt) {
    std::vector<TerminalNode> nodes;
    if (shunt.connection == Connection::wye) {
        append_phases(shunt.bus1, shunt.phases, nodes);
        append_phases(shunt.bus2, shunt.phases, nodes);
    } else {
        append_phases(shunt.bus1, std::max(shunt.phases, 2), nodes);
    }
    return nodes;
}

/// Loads, generation and storage: phases and neutral when wye, the corners when delta.
template <typename Converter>
std::vector<TerminalNode> converter_nodes(Converter const& c) {
    std::vector<TerminalNode> nodes;
    if (c.connection == Connection::wye) {
        append_phases(c.bus, c.phases, nodes);
        nodes.push_back({c.bus.bus, node_or(c.bus, static_cast<std::size_t>(c.phases), 0)});
    } else {
        append_phases(c.bus, c.phases < 3 ? c.phases + 1 : c.phases, nodes);
    }
    return nodes;
}

} // namespace

std::vector<TerminalNode> terminal_nodes(Vsource const& source) {
    std::vector<TerminalNode> nodes;
    append_phases(source.bus1, source.phases, nodes);
    append_phases(source.bus2, source.phases, nodes);
    return nodes;
}

std::vector<TerminalNode> terminal_nodes(Line const& line) {
    std::vector<TerminalNode> nodes;
    append_phases(line.bus1, line.phases, nodes);
    append_phases(line.bus2, line.phases, nodes);
    return nodes;
}

std::vector<TerminalNode> terminal_nodes(Transformer const& transformer) {
    std::vector<TerminalNode> nodes;
    for (Winding const& w : transformer.windings) {
        append_phases(w.bus, transformer.phases, nodes);
        auto const last = static_cast<std::size_t>(transformer.phases);
        nodes.push_back({w.bus.bus, node_or(w.bus, last, 0)});
    }
    return nodes;
}

std::vector<TerminalNode> terminal_nodes(Capacitor const& capacitor) {
    return shunt_nodes(capacitor);
}

std::vector<TerminalNode> terminal_nodes(Reactor const& reactor) {
    return shunt_nodes(reactor);
}

std::vector<TerminalNode> terminal_nodes(Fault const& fault) {
    std::vector<TerminalNode> nodes;
    append_phases(fault.bus1, fault.phases, nodes);
    append_phases(fault.bus2, fault.phases, nodes);
    return nodes;
}

std::vector<TerminalNode> terminal_nodes(Load const& load) {
    return converter_nodes(load);
}

std::vector<TerminalNode> terminal_nodes(Generator const& generator) {
    return converter_nodes(generator);
}

std::vector<TerminalNode> terminal_nodes(PvSystem const& pv) {
    return converter_nodes(pv);
}

std::vector<TerminalNode> terminal_nodes(Storage const& storage) {
    return converter_nodes(storage);
}

} // namespace gridtwin::grid
