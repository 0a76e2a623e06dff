#pragma once
// What the classes of protective devices share: where a device stands, its curves, its states.
#include "models/grid/dss/build.hpp"

#include <optional>

namespace gridtwin::grid::dss {

/// Tags of the properties that protective devices have alike; a class's own start at 1.
enum ProtectiveTag : int {
    kPrMonitored = 101,
    kPrMonitoredTerm,
    kPrSwitched,
    kPrSwitchedTerm,
    kPrState,
    kPrNormal,
    // devices that reclose
    kPrReset,
    kPrShots,
    kPrIntervals,
    kPrDelay,
};

inline constexpr Choice kStateChoices[] = {{"closed|close", 1}, {"open|trip", 0}};

// The runs of their tables that they have in the same order.
inline constexpr PropertySpec kPointProperties[] = {
    {"MonitoredObj", Kind::text, Use::applied, kPrMonitored},
    {"MonitoredTerm", Kind::integer, Use::applied, kPrMonitoredTerm, Range::phases},
    {"SwitchedObj", Kind::text, Use::applied, kPrSwitched},
    {"SwitchedTerm", Kind::integer, Use::applied, kPrSwitchedTerm, Range::phases},
};
inline constexpr PropertySpec kReclosingProperties[] = {
    {"Reset", Kind::number, Use::applied, kPrReset, Range::not_negative},
    {"Shots", Kind::integer, Use::applied, kPrShots, Range::steps},
    {"RecloseIntervals", Kind::numbers_or_none, Use::applied, kPrIntervals, Range::not_negative},
    {"Delay", Kind::number, Use::applied, kPrDelay, Range::not_negative},
};
inline constexpr PropertySpec kDeviceEndProperties[] = {
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

/// Where a device stands and its states, as stated.
struct StatedDevice {
    Assignment const* monitored = nullptr;
    Assignment const* monitored_terminal = nullptr;
    Assignment const* switched = nullptr; ///< null: the monitored element
    Assignment const* switched_terminal = nullptr;
    Assignment const* state = nullptr; ///< the last
    Assignment const* first_state = nullptr;
    Assignment const* normal = nullptr;

    /// The normal state is the first one stated, unless it is stated itself.
    [[nodiscard]] Assignment const* normal_state() const {
        return normal != nullptr ? normal : first_state;
    }
};

/// Takes one property; true when it says where a device stands, or a state.
bool apply_device(StatedDevice& s, Assignment const& stated);

/// Takes one property of a device that recloses; true when it is one that they share.
template <typename Device>
bool apply_reclosing(Device& device, Assignment const& stated) {
    switch (stated.property->tag) {
    case kPrReset:
        device.reset_s = stated.number();
        return true;
    case kPrShots:
        device.shots = stated.integer();
        return true;
    case kPrIntervals:
        device.reclose_s = stated.numbers();
        device.shots = static_cast<int>(device.reclose_s.size()) + 1;
        return true;
    case kPrDelay:
        device.delay_s = stated.number();
        return true;
    default:
        return false;
    }
}

/// Phases of the element at `point`, as a device sees them.
struct FoundPoint {
    ProtectedPoint point;
    int phases = 0;
};

/// The rows of the circuit that are meant; nothing after reporting what is not there, or when an
/// element is disabled or was reported itself.
[[nodiscard]] std::optional<FoundPoint> find_point(StatedDevice const& stated,
                                                   Element const& element, Build& build);

/// Row of the curve that is stated, "none" is kNone; of the standard curve `otherwise` when nothing
/// is stated, kNone when that is empty too. A standard curve joins the circuit when it is first
/// named. Reports a name that is neither defined nor standard.
[[nodiscard]] std::int32_t find_curve(Assignment const* stated, Element const& element,
                                      Build& build, std::string_view otherwise = {});

/// "open" or "closed", one for all phases or one for each; bit i of the result: phase i is open.
/// Nothing after reporting another number of entries.
[[nodiscard]] std::optional<std::uint32_t> open_phases(Assignment const& stated, int phases,
                                                       Element const& element, Build& build);

/// States of a device that opens all its phases together; reports phases that differ.
struct GangedStates {
    bool closed = true;
    bool normally_closed = true;
};
[[nodiscard]] GangedStates ganged_states(StatedDevice const& stated, Element const& element,
                                         Build& build);

/// Names and places a device that opens all its phases together; an open one opens its line.
template <typename Device>
void place_ganged(Device& device, FoundPoint const& found, GangedStates const& states,
                  Element const& element, Build& build) {
    device.name = element.name;
    device.where = build.report.position(element.where);
    device.point = found.point;
    device.closed = states.closed;
    device.normally_closed = states.normally_closed;
    auto& line = build.circuit.lines[found.point.line];
    line.closed = line.closed && device.closed;
}

/// Reports more shots than reclose intervals serve; true when there are enough.
bool enough_intervals(int shots, std::vector<double> const& reclose_s, Element const& element,
                      Build& build);

} // namespace gridtwin::grid::dss
