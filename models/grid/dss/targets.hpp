#pragma once
// Elements that other elements name: "line.l1", or a name alone of a known class.
#include "models/grid/dss/build.hpp"

#include <optional>

namespace gridtwin::grid::dss {

/// The row that `stated` names ("class.name", or "name" of `usual_class`). Reports a name that is
/// not defined; nothing, without a report, for an element that is disabled or wrong itself.
[[nodiscard]] std::optional<ElementRef> find_element(Assignment const& stated,
                                                     std::string_view usual_class,
                                                     Element const& owner, Build& build);

/// Row of the table's thing that a text property names; kNone after reporting one that is not
/// defined, and for "none". What it names must be of a class converted before.
[[nodiscard]] std::int32_t shape_row(Assignment const& stated, Element const& owner, Build& build);
[[nodiscard]] std::int32_t temperature_row(Assignment const& stated, Element const& owner,
                                           Build& build);
[[nodiscard]] std::int32_t curve_row(Assignment const& stated, Element const& owner, Build& build);

/// How a kind is called: "line".
[[nodiscard]] std::string_view kind_name(ElementKind kind);
/// Number of ends of an element.
[[nodiscard]] std::size_t ends_of(Circuit const& circuit, ElementRef element);
[[nodiscard]] int phases_of(Circuit const& circuit, ElementRef element);

/// Words of a monitored phase: a number, or avg, max, min (values as in circuit_controls.hpp).
inline constexpr Choice kPhaseChoices[] = {{"avg", 0}, {"max", -1}, {"min", -2}, {"1", 1},
                                           {"2", 2},   {"3", 3},    {"4", 4},    {"5", 5},
                                           {"6", 6},   {"7", 7},    {"8", 8},    {"9", 9}};

} // namespace gridtwin::grid::dss
