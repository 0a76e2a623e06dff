// Relays with their breaker: overcurrent, voltage, reverse power, directional overcurrent.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/protective.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kType = 1,
    kPhaseCurve,
    kGroundCurve,
    kPhaseTrip,
    kGroundTrip,
    kDialPhase,
    kDialGround,
    kPhaseInst,
    kGroundInst,
    kOverVoltage,
    kUnderVoltage,
    kBase,
    kBreakerTime,
    kTiltLow,
    kTiltHigh,
    kLow,
    kHigh,
    kCircle,
    kDelayInner,
    kCurveInner,
    kTripInner,
    kDialInner,
    kBlockForward,
};

constexpr int kOtherType = -1;
constexpr Choice kTypeChoices[] = {
    {"current", static_cast<int>(RelayType::current)},
    {"voltage", static_cast<int>(RelayType::voltage)},
    {"reversepower|revpower", static_cast<int>(RelayType::reverse_power)},
    {"doc", static_cast<int>(RelayType::directional)},
    {"46|47|generic|distance|td21", kOtherType},
};

constexpr auto kProperties =
    joined(kPointProperties,
           {
               {"type", Kind::choice, Use::applied, kType, Range::any, kTypeChoices},
               {"Phasecurve", Kind::text, Use::applied, kPhaseCurve},
               {"Groundcurve", Kind::text, Use::applied, kGroundCurve},
               {"PhaseTrip", Kind::number, Use::applied, kPhaseTrip, Range::not_negative},
               {"GroundTrip", Kind::number, Use::applied, kGroundTrip, Range::not_negative},
               {"TDPhase", Kind::number, Use::applied, kDialPhase, Range::above_zero},
               {"TDGround", Kind::number, Use::applied, kDialGround, Range::above_zero},
               {"PhaseInst", Kind::number, Use::applied, kPhaseInst, Range::not_negative},
               {"GroundInst", Kind::number, Use::applied, kGroundInst, Range::not_negative},
           },
           kReclosingProperties,
           {
               {"Overvoltcurve", Kind::text, Use::applied, kOverVoltage},
               {"Undervoltcurve", Kind::text, Use::applied, kUnderVoltage},
               {"kvbase", Kind::number, Use::applied, kBase, Range::kilovolts},
               {"47%Pickup"},
               {"46BaseAmps"},
               {"46%Pickup"},
               {"46isqt"},
               {"Variable", Kind::text},
               {"overtrip"},
               {"undertrip"},
               {"Breakertime", Kind::number, Use::applied, kBreakerTime, Range::not_negative},
               {"action", Kind::choices, Use::applied, kPrState, Range::any, kStateChoices},
               {"Z1mag"},
               {"Z1ang"},
               {"Z0mag"},
               {"Z0ang"},
               {"Mphase"},
               {"Mground"},
               {"EventLog", Kind::yes_no},
               {"DebugTrace", Kind::yes_no},
               {"DistReverse", Kind::yes_no},
               {"Normal", Kind::choices, Use::applied, kPrNormal, Range::any, kStateChoices},
               {"State", Kind::choices, Use::applied, kPrState, Range::any, kStateChoices},
               {"DOC_TiltAngleLow", Kind::number, Use::applied, kTiltLow},
               {"DOC_TiltAngleHigh", Kind::number, Use::applied, kTiltHigh},
               {"DOC_TripSettingLow", Kind::number, Use::applied, kLow},
               {"DOC_TripSettingHigh", Kind::number, Use::applied, kHigh},
               {"DOC_TripSettingMag", Kind::number, Use::applied, kCircle},
               {"DOC_DelayInner", Kind::number, Use::applied, kDelayInner},
               {"DOC_PhaseCurveInner", Kind::text, Use::applied, kCurveInner},
               {"DOC_PhaseTripInner", Kind::number, Use::applied, kTripInner, Range::above_zero},
               {"DOC_TDPhaseInner", Kind::number, Use::applied, kDialInner, Range::above_zero},
               {"DOC_P1Blocking", Kind::yes_no, Use::applied, kBlockForward},
           },
           kDeviceEndProperties);

struct Stated {
    Relay relay;
    StatedDevice device;
    Assignment const* type = nullptr;
    Assignment const* phase_curve = nullptr;
    Assignment const* ground_curve = nullptr;
    Assignment const* over_voltage = nullptr;
    Assignment const* under_voltage = nullptr;
    Assignment const* inner_curve = nullptr;
    Assignment const* base_kv = nullptr;
};

/// The type sets what then holds unless stated after it.
void apply_type(Stated& s, Assignment const& stated) {
    s.type = &stated;
    auto& r = s.relay;
    if (stated.integer() == kOtherType) {
        return; // reported later
    }
    r.type = static_cast<RelayType>(stated.integer());
    r.delay_s = r.type == RelayType::reverse_power ? 0.1 : 0.0;
    if (r.type == RelayType::current) {
        r.reclose_s = {0.5, 2.0, 2.0};
        r.shots = 4;
    } else if (r.type == RelayType::voltage) {
        r.reclose_s = {5.0};
        r.shots = 2;
    } else if (r.type == RelayType::directional) {
        r.shots = 1;
    }
}

/// Its type, its curves and its rated voltage.
bool apply_reference(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kType:
        apply_type(s, stated);
        return true;
    case kPhaseCurve:
        s.phase_curve = &stated;
        return true;
    case kGroundCurve:
        s.ground_curve = &stated;
        return true;
    case kOverVoltage:
        s.over_voltage = &stated;
        return true;
    case kUnderVoltage:
        s.under_voltage = &stated;
        return true;
    case kCurveInner:
        s.inner_curve = &stated;
        return true;
    case kBase:
        s.base_kv = &stated;
        return true;
    default:
        return false;
    }
}

bool apply_zone(DirectionalZones& z, Assignment const& stated) {
    switch (stated.property->tag) {
    case kTiltLow:
        z.tilt_low_deg = stated.number();
        return true;
    case kTiltHigh:
        z.tilt_high_deg = stated.number();
        return true;
    case kLow:
        z.low_a = stated.number();
        return true;
    case kHigh:
        z.high_a = stated.number();
        return true;
    case kCircle:
        z.circle_a = stated.number();
        return true;
    case kDelayInner:
        z.inner_s = stated.number();
        return true;
    case kTripInner:
        z.inner.pickup_a = stated.number();
        return true;
    case kDialInner:
        z.inner.time_dial = stated.number();
        return true;
    case kBlockForward:
        z.block_forward = stated.yes();
        return true;
    default:
        return false;
    }
}

void apply_setting(Relay& r, Assignment const& stated) {
    switch (stated.property->tag) {
    case kPhaseTrip:
        r.phase.pickup_a = stated.number();
        break;
    case kGroundTrip:
        r.ground.pickup_a = stated.number();
        break;
    case kDialPhase:
        r.phase.time_dial = stated.number();
        break;
    case kDialGround:
        r.ground.time_dial = stated.number();
        break;
    case kPhaseInst:
        r.phase.instantaneous_a = stated.number();
        break;
    case kGroundInst:
        r.ground.instantaneous_a = stated.number();
        break;
    case kBreakerTime:
        r.breaker_s = stated.number();
        break;
    default:
        break;
    }
}

/// A pickup of 0 turns an element off, as its curve's absence does.
void find_curves(Stated& s, Element const& element, Build& build) {
    auto& relay = s.relay;
    auto const of = [&](Assignment const* stated, double pickup_a) {
        auto const row = find_curve(stated, element, build);
        return pickup_a > 0.0 ? row : kNone;
    };
    relay.phase.curve = of(s.phase_curve, relay.phase.pickup_a);
    relay.ground.curve = of(s.ground_curve, relay.ground.pickup_a);
    relay.over_voltage = find_curve(s.over_voltage, element, build);
    relay.under_voltage = find_curve(s.under_voltage, element, build);
    relay.zones.inner.curve = find_curve(s.inner_curve, element, build);
}

/// Reports what a voltage relay lacks.
bool check_voltage(Stated const& s, Element const& element, Build& build) {
    if (s.relay.type != RelayType::voltage || s.base_kv != nullptr || element.flawed) {
        return true;
    }
    build.report.error(element.where, fmt::format("{} has no kvbase", element.label()),
                       "the rated voltage in kV, line to line");
    return false;
}

void convert(Element const& element, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        if (!apply_device(s.device, stated) && !apply_reclosing(s.relay, stated) &&
            !apply_reference(s, stated) && !apply_zone(s.relay.zones, stated)) {
            apply_setting(s.relay, stated);
        }
    }
    auto& relay = s.relay;
    if (s.type != nullptr && s.type->integer() == kOtherType) {
        build.report.error(s.type->at,
                           fmt::format("the type of {} is not modelled", element.label()),
                           "current, voltage, reversepower or doc");
        return;
    }
    auto const found = find_point(s.device, element, build);
    find_curves(s, element, build);
    auto const states = ganged_states(s.device, element, build);
    bool const has_base = check_voltage(s, element, build);
    bool const has_intervals = enough_intervals(relay.shots, relay.reclose_s, element, build);
    if (!has_base || !has_intervals || !found || !element.yes(kTagEnabled, true)) {
        return;
    }
    place_ganged(relay, *found, states, element, build);
    double const base_v = s.base_kv != nullptr ? s.base_kv->number() * 1e3 : 0.0;
    relay.base_v = found->phases == 1 ? base_v : base_v / std::sqrt(3.0);
    if (relay.type == RelayType::reverse_power) { // PhaseInst is in kW then
        relay.reverse_w = relay.phase.instantaneous_a * 1e3;
    }
    build.circuit.relays.push_back(std::move(relay));
}

} // namespace

ClassSpec const kRelayClass{"Relay", kProperties, convert};

} // namespace gridtwin::grid::dss
