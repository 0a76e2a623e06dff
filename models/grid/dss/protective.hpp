#pragma once
// What the classes of protective devices share: where a device stands, its curves, its states.
#include "models/grid/dss/build.hpp"

#include <optional>

namespace gridtwin::grid::dss {

/// MonitoredObj, MonitoredTerm, SwitchedObj, SwitchedTerm as stated; the switched element is the
/// monitored one unless stated after it.
struct StatedPoint {
    Assignment const* monitored = nullptr;
    Assignment const* monitored_terminal = nullptr;
    Assignment const* switched = nullptr;
    Assignment const* switched_terminal = nullptr;
};

/// Phases of the element at `point`, as a device sees them.
struct FoundPoint {
    ProtectedPoint point;
    int phases = 0;
};

/// The rows of the circuit that are meant; nothing after reporting what is not there, or when an
/// element is disabled or was reported itself.
[[nodiscard]] std::optional<FoundPoint> find_point(StatedPoint const& stated,
                                                   Element const& element, Build& build);

/// Row of the curve of that name, "none" and a null assignment are kNone. A standard curve joins
/// the circuit when it is first named. Reports a name that is neither defined nor standard.
[[nodiscard]] std::int32_t find_curve(Assignment const* stated, Element const& element,
                                      Build& build);
/// The same by name, for defaults.
[[nodiscard]] std::int32_t standard_curve_row(std::string_view name, Build& build);

/// "open" or "closed", one for all phases or one for each; bit i of the result: phase i is open.
/// Nothing after reporting another number of entries.
[[nodiscard]] std::optional<std::uint32_t> open_phases(Assignment const& stated, int phases,
                                                       Element const& element, Build& build);

/// States of a device that opens all its phases together; reports phases that differ.
struct GangedStates {
    bool closed = true;
    bool normally_closed = true;
};
[[nodiscard]] GangedStates ganged_states(Assignment const* state, Assignment const* normal,
                                         Assignment const* first_state, Element const& element,
                                         Build& build);

inline constexpr Choice kStateChoices[] = {{"closed|close", 1}, {"open|trip", 0}};

/// Reports more shots than reclose intervals serve; true when there are enough.
bool enough_intervals(int shots, std::vector<double> const& reclose_s, Element const& element,
                      Build& build);

} // namespace gridtwin::grid::dss
