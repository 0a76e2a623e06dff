#pragma once
// A circuit's element tables by their kind, and what the elements of all of them have.
#include "models/grid/circuit.hpp"

namespace gridtwin::grid {

/// `visit` with the table of that kind: source, line... The same type comes back for every table.
template <typename Visit>
decltype(auto) with_table(Circuit const& circuit, ElementKind kind, Visit&& visit) {
    switch (kind) {
    case ElementKind::source:
        return visit(circuit.sources);
    case ElementKind::line:
        return visit(circuit.lines);
    case ElementKind::transformer:
        return visit(circuit.transformers);
    case ElementKind::load:
        return visit(circuit.loads);
    case ElementKind::capacitor:
        return visit(circuit.capacitors);
    case ElementKind::reactor:
        return visit(circuit.reactors);
    case ElementKind::fault:
        return visit(circuit.faults);
    case ElementKind::generator:
        return visit(circuit.generators);
    case ElementKind::pv_system:
        return visit(circuit.pv_systems);
    case ElementKind::storage:
        break;
    }
    return visit(circuit.storages);
}

[[nodiscard]] inline std::size_t rows_of(Circuit const& circuit, ElementKind kind) {
    return with_table(circuit, kind, [](auto const& table) { return table.size(); });
}

/// Terminals of an element: windings, both ends, or one where nothing passes through.
template <typename Element>
[[nodiscard]] std::size_t terminals_of(Element const& element) {
    if constexpr (requires { element.windings; }) {
        return element.windings.size();
    } else if constexpr (requires {
                             element.bus2;
                             element.connection;
                         }) {
        return element.connection == Connection::wye ? 2 : 1; // a shunt's corners are one terminal
    } else if constexpr (requires { element.bus2; }) {
        return 2;
    } else {
        return 1;
    }
}

/// Of a row that is in its table.
[[nodiscard]] inline std::size_t terminals_of(Circuit const& circuit, ElementRef element) {
    return with_table(circuit, element.kind,
                      [&element](auto const& table) { return terminals_of(table[element.row]); });
}

[[nodiscard]] inline int phases_of(Circuit const& circuit, ElementRef element) {
    return with_table(circuit, element.kind,
                      [&element](auto const& table) { return table[element.row].phases; });
}

} // namespace gridtwin::grid
