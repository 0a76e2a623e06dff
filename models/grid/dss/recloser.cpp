// Reclosers: fast operations, then delayed ones, then lock-out.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/protective.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kMonitored = 1,
    kMonitoredTerm,
    kSwitched,
    kSwitchedTerm,
    kNumFast,
    kPhaseFast,
    kPhaseDelayed,
    kGroundFast,
    kGroundDelayed,
    kPhaseTrip,
    kGroundTrip,
    kPhaseInst,
    kGroundInst,
    kReset,
    kShots,
    kIntervals,
    kDelay,
    kState,
    kNormal,
    kDialPhaseFast,
    kDialGroundFast,
    kDialPhaseDelayed,
    kDialGroundDelayed,
};

constexpr PropertySpec kProperties[] = {
    {"MonitoredObj", Kind::text, Use::applied, kMonitored},
    {"MonitoredTerm", Kind::integer, Use::applied, kMonitoredTerm, Range::phases},
    {"SwitchedObj", Kind::text, Use::applied, kSwitched},
    {"SwitchedTerm", Kind::integer, Use::applied, kSwitchedTerm, Range::phases},
    {"NumFast", Kind::integer, Use::applied, kNumFast, Range::not_negative},
    {"PhaseFast", Kind::text, Use::applied, kPhaseFast},
    {"PhaseDelayed", Kind::text, Use::applied, kPhaseDelayed},
    {"GroundFast", Kind::text, Use::applied, kGroundFast},
    {"GroundDelayed", Kind::text, Use::applied, kGroundDelayed},
    {"PhaseTrip", Kind::number, Use::applied, kPhaseTrip, Range::above_zero},
    {"GroundTrip", Kind::number, Use::applied, kGroundTrip, Range::above_zero},
    {"PhaseInst", Kind::number, Use::applied, kPhaseInst, Range::not_negative},
    {"GroundInst", Kind::number, Use::applied, kGroundInst, Range::not_negative},
    {"Reset", Kind::number, Use::applied, kReset, Range::not_negative},
    {"Shots", Kind::integer, Use::applied, kShots, Range::steps},
    {"RecloseIntervals", Kind::numbers_or_none, Use::applied, kIntervals, Range::not_negative},
    {"Delay", Kind::number, Use::applied, kDelay, Range::not_negative},
    {"Action", Kind::choices, Use::applied, kState, Range::any, kStateChoices},
    {"TDPhFast", Kind::number, Use::applied, kDialPhaseFast, Range::above_zero},
    {"TDGrFast", Kind::number, Use::applied, kDialGroundFast, Range::above_zero},
    {"TDPhDelayed", Kind::number, Use::applied, kDialPhaseDelayed, Range::above_zero},
    {"TDGrDelayed", Kind::number, Use::applied, kDialGroundDelayed, Range::above_zero},
    {"Normal", Kind::choices, Use::applied, kNormal, Range::any, kStateChoices},
    {"State", Kind::choices, Use::applied, kState, Range::any, kStateChoices},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    Recloser recloser;
    StatedPoint point;
    Assignment const* phase_fast = nullptr;
    Assignment const* phase_delayed = nullptr;
    Assignment const* ground_fast = nullptr;
    Assignment const* ground_delayed = nullptr;
    Assignment const* state = nullptr;
    Assignment const* first_state = nullptr;
    Assignment const* normal = nullptr;
};

/// Where it stands, its curves and its states.
bool apply_reference(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kMonitored:
        s.point.monitored = &stated;
        s.point.switched = nullptr; // follows, unless stated after
        return true;
    case kMonitoredTerm:
        s.point.monitored_terminal = &stated;
        return true;
    case kSwitched:
        s.point.switched = &stated;
        return true;
    case kSwitchedTerm:
        s.point.switched_terminal = &stated;
        return true;
    case kPhaseFast:
        s.phase_fast = &stated;
        return true;
    case kPhaseDelayed:
        s.phase_delayed = &stated;
        return true;
    case kGroundFast:
        s.ground_fast = &stated;
        return true;
    case kGroundDelayed:
        s.ground_delayed = &stated;
        return true;
    case kState:
        s.state = &stated;
        s.first_state = s.first_state == nullptr ? &stated : s.first_state;
        return true;
    case kNormal:
        s.normal = &stated;
        return true;
    default:
        return false;
    }
}

void apply_setting(Recloser& r, Assignment const& stated) {
    switch (stated.property->tag) {
    case kNumFast:
        r.fast_operations = stated.integer();
        break;
    case kPhaseTrip:
        r.phase_fast.pickup_a = r.phase_delayed.pickup_a = stated.number();
        break;
    case kGroundTrip:
        r.ground_fast.pickup_a = r.ground_delayed.pickup_a = stated.number();
        break;
    case kPhaseInst:
        r.phase_fast.instantaneous_a = r.phase_delayed.instantaneous_a = stated.number();
        break;
    case kGroundInst:
        r.ground_fast.instantaneous_a = r.ground_delayed.instantaneous_a = stated.number();
        break;
    case kReset:
        r.reset_s = stated.number();
        break;
    case kShots:
        r.shots = stated.integer();
        break;
    case kIntervals:
        r.reclose_s = stated.numbers();
        r.shots = static_cast<int>(r.reclose_s.size()) + 1;
        break;
    case kDelay:
        r.delay_s = stated.number();
        break;
    case kDialPhaseFast:
        r.phase_fast.time_dial = stated.number();
        break;
    case kDialGroundFast:
        r.ground_fast.time_dial = stated.number();
        break;
    case kDialPhaseDelayed:
        r.phase_delayed.time_dial = stated.number();
        break;
    case kDialGroundDelayed:
        r.ground_delayed.time_dial = stated.number();
        break;
    default:
        break;
    }
}

void convert(Element const& element, Build& build) {
    Stated s;
    auto& recloser = s.recloser;
    for (auto const& stated : element.assignments) {
        if (!apply_reference(s, stated)) {
            apply_setting(recloser, stated);
        }
    }
    auto const found = find_point(s.point, element, build);
    auto const curve = [&](Assignment const* stated, std::string_view otherwise) {
        return stated != nullptr ? find_curve(stated, element, build)
                                 : standard_curve_row(otherwise, build);
    };
    recloser.phase_fast.curve = curve(s.phase_fast, "a");
    recloser.phase_delayed.curve = curve(s.phase_delayed, "d");
    recloser.ground_fast.curve = find_curve(s.ground_fast, element, build);
    recloser.ground_delayed.curve = find_curve(s.ground_delayed, element, build);
    auto const states = ganged_states(s.state, s.normal, s.first_state, element, build);
    if (!enough_intervals(recloser.shots, recloser.reclose_s, element, build) || !found ||
        !element.yes(kTagEnabled, true)) {
        return;
    }
    recloser.name = element.name;
    recloser.where = build.report.position(element.where);
    recloser.point = found->point;
    recloser.closed = states.closed;
    recloser.normally_closed = states.normally_closed;
    auto& line = build.circuit.lines[found->point.line];
    line.closed = line.closed && recloser.closed;
    build.circuit.reclosers.push_back(std::move(recloser));
}

} // namespace

ClassSpec const kRecloserClass{"Recloser", kProperties, convert};

} // namespace gridtwin::grid::dss
