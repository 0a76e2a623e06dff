// Reclosers: fast operations, then delayed ones, then lock-out.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/protective.hpp"

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kNumFast = 1,
    kPhaseFast,
    kPhaseDelayed,
    kGroundFast,
    kGroundDelayed,
    kPhaseTrip,
    kGroundTrip,
    kPhaseInst,
    kGroundInst,
    kDialPhaseFast,
    kDialGroundFast,
    kDialPhaseDelayed,
    kDialGroundDelayed,
};

constexpr auto kProperties =
    joined(kPointProperties,
           {
               {"NumFast", Kind::integer, Use::applied, kNumFast, Range::not_negative},
               {"PhaseFast", Kind::text, Use::applied, kPhaseFast},
               {"PhaseDelayed", Kind::text, Use::applied, kPhaseDelayed},
               {"GroundFast", Kind::text, Use::applied, kGroundFast},
               {"GroundDelayed", Kind::text, Use::applied, kGroundDelayed},
               {"PhaseTrip", Kind::number, Use::applied, kPhaseTrip, Range::above_zero},
               {"GroundTrip", Kind::number, Use::applied, kGroundTrip, Range::above_zero},
               {"PhaseInst", Kind::number, Use::applied, kPhaseInst, Range::not_negative},
               {"GroundInst", Kind::number, Use::applied, kGroundInst, Range::not_negative},
           },
           kReclosingProperties,
           {
               {"Action", Kind::choices, Use::applied, kPrState, Range::any, kStateChoices},
               {"TDPhFast", Kind::number, Use::applied, kDialPhaseFast, Range::above_zero},
               {"TDGrFast", Kind::number, Use::applied, kDialGroundFast, Range::above_zero},
               {"TDPhDelayed", Kind::number, Use::applied, kDialPhaseDelayed, Range::above_zero},
               {"TDGrDelayed", Kind::number, Use::applied, kDialGroundDelayed, Range::above_zero},
               {"Normal", Kind::choices, Use::applied, kPrNormal, Range::any, kStateChoices},
               {"State", Kind::choices, Use::applied, kPrState, Range::any, kStateChoices},
           },
           kDeviceEndProperties);

struct Stated {
    Recloser recloser;
    StatedDevice device;
    Assignment const* phase_fast = nullptr;
    Assignment const* phase_delayed = nullptr;
    Assignment const* ground_fast = nullptr;
    Assignment const* ground_delayed = nullptr;
};

bool apply_curve(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
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
        if (!apply_device(s.device, stated) && !apply_reclosing(recloser, stated) &&
            !apply_curve(s, stated)) {
            apply_setting(recloser, stated);
        }
    }
    auto const found = find_point(s.device, element, build);
    recloser.phase_fast.curve = find_curve(s.phase_fast, element, build, "a");
    recloser.phase_delayed.curve = find_curve(s.phase_delayed, element, build, "d");
    recloser.ground_fast.curve = find_curve(s.ground_fast, element, build);
    recloser.ground_delayed.curve = find_curve(s.ground_delayed, element, build);
    auto const states = ganged_states(s.device, element, build);
    if (!enough_intervals(recloser.shots, recloser.reclose_s, element, build) || !found ||
        !element.yes(kTagEnabled, true)) {
        return;
    }
    place_ganged(recloser, *found, states, element, build);
    build.circuit.reclosers.push_back(std::move(recloser));
}

} // namespace

ClassSpec const kRecloserClass{"Recloser", kProperties, convert};

} // namespace gridtwin::grid::dss
