// Capacitor controls, each on one bank, looking at a terminal of any element.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/text.hpp"
#include "models/grid/element_tables.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kElement = 1,
    kTerminal,
    kCapacitor,
    kType,
    kPtRatio,
    kCtRatio,
    kOn,
    kOff,
    kDelay,
    kOverride,
    kVmax,
    kVmin,
    kDelayOff,
    kDeadTime,
    kCtPhase,
    kPtPhase,
    kVbus,
    kMinKvar,
};

constexpr int kFollow = -1;
constexpr Choice kTypes[] = {{"current", static_cast<int>(CapControlType::current)},
                             {"voltage", static_cast<int>(CapControlType::voltage)},
                             {"kvar", static_cast<int>(CapControlType::kvar)},
                             {"time", static_cast<int>(CapControlType::time)},
                             {"powerfactor|pf", static_cast<int>(CapControlType::power_factor)},
                             {"follow", kFollow}};

constexpr PropertySpec kProperties[] = {
    {"element", Kind::text, Use::applied, kElement},
    {"terminal", Kind::integer, Use::applied, kTerminal, Range::phases},
    {"capacitor", Kind::text, Use::applied, kCapacitor},
    {"type", Kind::choice, Use::applied, kType, Range::any, kTypes},
    {"PTratio", Kind::number, Use::applied, kPtRatio, Range::above_zero},
    {"CTratio", Kind::number, Use::applied, kCtRatio, Range::above_zero},
    {"ONsetting", Kind::number, Use::applied, kOn},
    {"OFFsetting", Kind::number, Use::applied, kOff},
    {"Delay", Kind::number, Use::applied, kDelay, Range::not_negative},
    {"VoltOverride", Kind::yes_no, Use::applied, kOverride},
    {"Vmax", Kind::number, Use::applied, kVmax, Range::above_zero},
    {"Vmin", Kind::number, Use::applied, kVmin, Range::above_zero},
    {"DelayOFF", Kind::number, Use::applied, kDelayOff, Range::not_negative},
    {"DeadTime", Kind::number, Use::applied, kDeadTime, Range::not_negative},
    {"CTPhase", Kind::choice, Use::applied, kCtPhase, Range::any, kPhaseChoices},
    {"PTPhase", Kind::choice, Use::applied, kPtPhase, Range::any, kPhaseChoices},
    {"VBus", Kind::text, Use::applied, kVbus},
    {"EventLog", Kind::yes_no},
    {"UserModel", Kind::text, Use::not_modelled},
    {"UserData", Kind::text, Use::not_modelled},
    {"pctMinkvar", Kind::number, Use::applied, kMinKvar, Range::not_negative},
    {"Reset", Kind::yes_no},
    {"ControlSignal", Kind::text, Use::not_modelled},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    CapControl control;
    Assignment const* element = nullptr;
    Assignment const* terminal = nullptr;
    Assignment const* capacitor = nullptr;
    Assignment const* type = nullptr;
    Assignment const* on = nullptr;
    Assignment const* off = nullptr;
    Assignment const* ct_phase = nullptr;
    Assignment const* pt_phase = nullptr;
    Assignment const* vbus = nullptr;
};

void apply(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kElement:
        s.element = &stated;
        break;
    case kTerminal:
        s.terminal = &stated;
        break;
    case kCapacitor:
        s.capacitor = &stated;
        break;
    case kType:
        s.type = &stated;
        break;
    case kPtRatio:
        s.control.pt_ratio = stated.number();
        break;
    case kCtRatio:
        s.control.ct_ratio = stated.number();
        break;
    case kOn:
        s.on = &stated;
        break;
    case kOff:
        s.off = &stated;
        break;
    case kDelay:
        s.control.delay_s = stated.number();
        break;
    case kOverride:
        s.control.voltage_override = stated.yes();
        break;
    case kVmax:
        s.control.v_max_v = stated.number();
        break;
    case kVmin:
        s.control.v_min_v = stated.number();
        break;
    case kDelayOff:
        s.control.delay_off_s = stated.number();
        break;
    case kDeadTime:
        s.control.dead_time_s = stated.number();
        break;
    case kCtPhase:
        s.ct_phase = &stated;
        break;
    case kPtPhase:
        s.pt_phase = &stated;
        break;
    case kVbus:
        s.vbus = &stated;
        break;
    case kMinKvar:
        s.control.min_kvar_frac = stated.number() / 100.0;
        break;
    default:
        break;
    }
}

/// A power factor -1..1 (leading when negative) on the scale 0..2.
double on_scale(Assignment const& stated, Element const& element, Build& build) {
    double const pf = stated.number();
    if (std::abs(pf) > 1.0) {
        build.report.error(
            stated.at, fmt::format("{} of {} is {:g}", stated.property->name, element.label(), pf),
            "a power factor -1..1, negative when leading");
    }
    return pf < 0.0 ? 2.0 + pf : pf;
}

void settle_settings(Stated& s, Element const& element, Build& build) {
    CapControl& c = s.control;
    if (s.type != nullptr && s.type->integer() == kFollow) {
        build.report.error(s.type->at,
                           fmt::format("type 'follow' of {} is not modelled", element.label()),
                           "one of current, voltage, kvar, time, powerfactor");
        return;
    }
    c.type = s.type != nullptr ? static_cast<CapControlType>(s.type->integer()) : c.type;
    if (c.type == CapControlType::power_factor) {
        c.on = s.on != nullptr ? on_scale(*s.on, element, build) : 0.95;
        c.off = s.off != nullptr ? on_scale(*s.off, element, build) : 1.05;
        return;
    }
    c.on = s.on != nullptr ? s.on->number() : c.on;
    c.off = s.off != nullptr ? s.off->number() : c.off;
    bool const hours = c.type == CapControlType::time;
    for (Assignment const* stated : {s.on, s.off}) {
        if (hours && (stated == nullptr || stated->number() < 0.0 || stated->number() > 24.0)) {
            build.report.error(stated != nullptr ? stated->at : element.where,
                               fmt::format("{} of type time has an ONsetting or OFFsetting that is "
                                           "no hour of the day",
                                           element.label()),
                               "hours 0..24 for both");
        }
    }
}

void settle_phase(Assignment const* stated, int phases, int& phase, Element const& element,
                  Build& build) {
    if (stated == nullptr) {
        return;
    }
    phase = stated->integer();
    if (phase > phases) {
        build.report.error(
            stated->at,
            fmt::format("{} of {} is {}", stated->property->name, element.label(), phase),
            fmt::format("1..{}, the phases there are, or avg, max, min", phases));
    }
}

bool settle_monitored(Stated& s, Element const& element, Build& build) {
    auto const monitored = build.element_ref(*s.element, element, "line");
    auto const bank = build.element_ref(*s.capacitor, element, "capacitor");
    if (!monitored || !bank) {
        return false;
    }
    if (bank->kind != ElementKind::capacitor) {
        build.report.error(
            s.capacitor->at,
            fmt::format("capacitor of {} is a {}", element.label(), kind_name(bank->kind)),
            "the name of a Capacitor");
        return false;
    }
    CapControl& c = s.control;
    c.monitored = *monitored;
    c.capacitor = bank->row;
    std::size_t const ends = terminals_of(build.circuit, *monitored);
    int const terminal = s.terminal != nullptr ? s.terminal->integer() : 1;
    if (static_cast<std::size_t>(terminal) > ends) {
        build.report.error(
            s.terminal->at, fmt::format("terminal of {} is {}", element.label(), terminal),
            fmt::format("1..{}, the terminals of '{}'", ends, shown(s.element->text())));
        return false;
    }
    c.terminal = static_cast<std::size_t>(terminal) - 1;
    int const phases = phases_of(build.circuit, *monitored);
    settle_phase(s.ct_phase, phases, c.ct_phase, element, build);
    settle_phase(s.pt_phase, phases, c.pt_phase, element, build);
    if (s.vbus != nullptr) {
        c.override_bus = lower(s.vbus->text());
        if (build.circuit.buses.find(c.override_bus) == build.circuit.buses.end()) {
            build.report.error(s.vbus->at,
                               fmt::format("VBus of {} is '{}', a bus that no element names",
                                           element.label(), shown(s.vbus->text())),
                               "a bus of the circuit, without nodes");
        }
    }
    return true;
}

void convert(Element const& element, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        apply(s, stated);
    }
    for (auto const& [stated, tag, name] :
         {std::tuple{s.element, kElement, "element"}, {s.capacitor, kCapacitor, "capacitor"}}) {
        if (stated == nullptr && !element.is_stated(tag)) {
            build.report.error(element.where, fmt::format("{} has no {}", element.label(), name),
                               fmt::format("{}=<name>", name));
        }
    }
    settle_settings(s, element, build);
    if (s.element == nullptr || s.capacitor == nullptr || !element.yes(kTagEnabled, true) ||
        !settle_monitored(s, element, build)) {
        return;
    }
    s.control.name = element.name;
    s.control.where = build.report.position(element.where);
    build.circuit.capacitor_controls.push_back(std::move(s.control));
}

} // namespace

ClassSpec const kCapControlClass{"CapControl", kProperties, convert};

} // namespace gridtwin::grid::dss
