// Inverter controls: volt-var and volt-watt curves of PV systems and storage.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/text.hpp"
#include "models/grid/element_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kDerList = 1,
    kPvList,
    kMode,
    kCombiMode,
    kVvCurve,
    kVwCurve,
    kDeltaQ,
    kDeltaP,
    kVTolerance,
    kQTolerance,
    kPTolerance,
    kPReference,
    kQReference,
    kPhase,
};

constexpr int kOther = -1;
constexpr Choice kModes[] = {{"voltvar", static_cast<int>(InverterFunction::volt_var)},
                             {"voltwatt", static_cast<int>(InverterFunction::volt_watt)},
                             {"dynamicreaccurr", kOther},
                             {"wattpf", kOther},
                             {"wattvar", kOther},
                             {"avr", kOther},
                             {"gfm", kOther}};
constexpr Choice kCombinations[] = {{"vv_vw", 0}, {"vv_drc", kOther}};
constexpr Choice kAbscissae[] = {{"rated", 0}, {"avg", 1}, {"ravg", 2}};
constexpr Choice kRates[] = {{"inactive", 0}, {"lpf", 1}, {"risefall", 2}};
constexpr Choice kPReferences[] = {{"pavailablepu", static_cast<int>(ActiveReference::available)},
                                   {"pmpppu", static_cast<int>(ActiveReference::p_mpp)},
                                   {"pctpmpppu", static_cast<int>(ActiveReference::limited_p_mpp)},
                                   {"kvaratingpu", static_cast<int>(ActiveReference::s_rated)}};
constexpr Choice kQReferences[] = {
    {"varaval|varaval_watts", static_cast<int>(ReactiveReference::available)},
    {"varmax|varmax_vars", static_cast<int>(ReactiveReference::maximum)}};

constexpr PropertySpec kProperties[] = {
    {"DERList", Kind::text, Use::applied, kDerList},
    {"Mode", Kind::choice, Use::applied, kMode, Range::any, kModes},
    {"CombiMode", Kind::choice, Use::applied, kCombiMode, Range::any, kCombinations},
    {"vvc_curve1", Kind::text, Use::applied, kVvCurve},
    {"hysteresis_offset", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"voltage_curvex_ref", Kind::choice, Use::not_modelled, 0, Range::any, kAbscissae, 0.0},
    {"avgwindowlen", Kind::free}, // of a curve over average voltages
    {"voltwatt_curve", Kind::text, Use::applied, kVwCurve},
    {"DbVMin"},
    {"DbVMax"},
    {"ArGraLowV"},
    {"ArGraHiV"},
    {"DynReacavgwindowlen", Kind::free},
    {"deltaQ_Factor", Kind::number, Use::applied, kDeltaQ},
    {"VoltageChangeTolerance", Kind::number, Use::applied, kVTolerance, Range::above_zero},
    {"VarChangeTolerance", Kind::number, Use::applied, kQTolerance, Range::above_zero},
    {"VoltwattYAxis", Kind::choice, Use::applied, kPReference, Range::any, kPReferences},
    {"RateofChangeMode", Kind::choice, Use::not_modelled, 0, Range::any, kRates, 0.0},
    {"LPFTau"},
    {"RiseFallLimit"},
    {"deltaP_Factor", Kind::number, Use::applied, kDeltaP},
    {"EventLog", Kind::yes_no},
    {"RefReactivePower", Kind::choice, Use::applied, kQReference, Range::any, kQReferences},
    {"ActivePChangeTolerance", Kind::number, Use::applied, kPTolerance, Range::above_zero},
    {"monVoltageCalc", Kind::choice, Use::applied, kPhase, Range::any, kPhaseChoices},
    {"monBus", Kind::text, Use::not_modelled},
    {"MonBusesVbase", Kind::free},
    {"voltwattCH_curve", Kind::text, Use::not_modelled},
    {"wattpf_curve", Kind::text, Use::not_modelled},
    {"wattvar_curve", Kind::text, Use::not_modelled},
    {"PVSystemList", Kind::text, Use::applied, kPvList},
    {"Vsetpoint"},
    {"ControlModel", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    // as earlier versions of the language call RefReactivePower
    {"VV_RefReactivePower", Kind::choice, Use::applied, kQReference, Range::any, kQReferences},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    InvControl control;
    Assignment const* list = nullptr;
    Assignment const* mode = nullptr;
    Assignment const* combination = nullptr;
};

void apply(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    InvControl& c = s.control;
    switch (stated.property->tag) {
    case kDerList:
    case kPvList:
        s.list = &stated;
        break;
    case kMode:
        s.mode = &stated;
        break;
    case kCombiMode:
        s.combination = &stated;
        break;
    case kVvCurve:
        c.volt_var_curve = build.named_row("XYCurve", stated, owner);
        break;
    case kVwCurve:
        c.volt_watt_curve = build.named_row("XYCurve", stated, owner);
        break;
    case kDeltaQ:
        c.delta_q_frac = stated.number();
        break;
    case kDeltaP:
        c.delta_p_frac = stated.number();
        break;
    case kVTolerance:
        c.v_tolerance_pu = stated.number();
        break;
    case kQTolerance:
        c.q_tolerance_pu = stated.number();
        break;
    case kPTolerance:
        c.p_tolerance_pu = stated.number();
        break;
    case kPReference:
        c.p_reference = static_cast<ActiveReference>(stated.integer());
        break;
    case kQReference:
        c.q_reference = static_cast<ReactiveReference>(stated.integer());
        break;
    case kPhase:
        c.phase = stated.integer();
        break;
    default:
        break;
    }
}

/// Names of a list, separated by blanks or commas.
std::vector<std::string> names_of(std::string_view list) {
    std::vector<std::string> names(1);
    for (char const c : list) {
        if (c == ' ' || c == ',' || c == '\t') {
            names.emplace_back();
        } else {
            names.back() += c;
        }
    }
    std::erase_if(names, [](std::string const& name) { return name.empty(); });
    return names;
}

/// The inverters that are named; all of the circuit without a list.
void settle_list(Stated& s, Element const& element, Build& build) {
    std::vector<ElementRef>& out = s.control.controlled;
    if (s.list == nullptr) {
        for (std::size_t row = 0; row < build.circuit.pv_systems.size(); ++row) {
            out.push_back({ElementKind::pv_system, row});
        }
        for (std::size_t row = 0; row < build.circuit.storages.size(); ++row) {
            out.push_back({ElementKind::storage, row});
        }
        return;
    }
    for (std::string& name : names_of(s.list->text())) {
        Assignment one = *s.list;
        one.value.data = std::make_shared<Value::Data const>(std::move(name));
        auto const found = build.element_ref(one, element, "pvsystem");
        if (!found) {
            continue;
        }
        if (found->kind != ElementKind::pv_system && found->kind != ElementKind::storage) {
            build.report.error(one.at,
                               fmt::format("'{}' in the list of {} is no inverter",
                                           shown(one.text()), element.label()),
                               "PVSystem.<name> or Storage.<name>");
            continue;
        }
        if (std::find(out.begin(), out.end(), *found) == out.end()) {
            out.push_back(*found);
        }
    }
}

void settle_function(Stated& s, Element const& element, Build& build) {
    InvControl& c = s.control;
    Assignment const* stated = s.combination != nullptr ? s.combination : s.mode;
    if (stated == nullptr || stated->integer() == kOther) {
        build.report.error(stated != nullptr ? stated->at : element.where,
                           stated != nullptr ? fmt::format("this {} of {} is not modelled",
                                                           stated->property->name, element.label())
                                             : fmt::format("{} has no Mode", element.label()),
                           "Mode=VOLTVAR or VOLTWATT, or CombiMode=VV_VW");
        return;
    }
    c.function = s.combination != nullptr ? InverterFunction::volt_var_watt
                                          : static_cast<InverterFunction>(s.mode->integer());
    if (c.function != InverterFunction::volt_watt && c.volt_var_curve == kNone &&
        !element.is_stated(kVvCurve)) {
        build.report.error(element.where, fmt::format("{} has no vvc_curve1", element.label()),
                           "vvc_curve1=<XYCurve>");
    }
    if (c.function != InverterFunction::volt_var && c.volt_watt_curve == kNone &&
        !element.is_stated(kVwCurve)) {
        build.report.error(element.where, fmt::format("{} has no voltwatt_curve", element.label()),
                           "voltwatt_curve=<XYCurve>");
    }
    if (c.delta_q_frac > 1.0 || c.delta_q_frac == 0.0 || c.delta_p_frac > 1.0 ||
        c.delta_p_frac == 0.0) {
        build.report.error(
            element.where,
            fmt::format("{} has a deltaQ_Factor or deltaP_Factor outside of 0..1", element.label()),
            "above 0, up to 1; negative: adapted");
    }
}

void convert(Element const& element, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        apply(s, stated, element, build);
    }
    if (!element.yes(kTagEnabled, true)) {
        return;
    }
    settle_function(s, element, build);
    settle_list(s, element, build);
    InvControl& c = s.control;
    for (ElementRef const inverter : c.controlled) {
        int const phases = phases_of(build.circuit, inverter);
        if (c.phase > phases) {
            build.report.error(
                element.where,
                fmt::format("monVoltageCalc of {} is phase {} of an inverter with {}",
                            element.label(), c.phase, phases),
                "a phase of every inverter, or avg, max, min");
            return;
        }
    }
    bool const has_curves =
        (c.function == InverterFunction::volt_watt || c.volt_var_curve != kNone) &&
        (c.function == InverterFunction::volt_var || c.volt_watt_curve != kNone);
    if (has_curves) { // else reported
        c.name = element.name;
        c.where = build.report.position(element.where);
        build.circuit.inverter_controls.push_back(std::move(c));
    }
}

} // namespace

ClassSpec const kInvControlClass{"InvControl", kProperties, convert};

} // namespace gridtwin::grid::dss
