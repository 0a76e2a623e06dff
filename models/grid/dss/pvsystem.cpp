// Photovoltaic systems: an array behind an inverter.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/inverter_properties.hpp"

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kIrradiance = 1,
    kPmpp,
    kPctPmpp,
    kTemperature,
    kPtCurve,
    kTyearly,
    kTdaily,
    kTduty,
    kDutyStart,
};

constexpr auto kProperties = joined(
    {
        {"phases", Kind::integer, Use::applied, kPcPhases, Range::phases},
        {"bus1", Kind::bus, Use::applied, kPcBus1},
        {"kv", Kind::number, Use::applied, kPcKv, Range::kilovolts},
        {"irradiance", Kind::number, Use::applied, kIrradiance, Range::not_negative},
        {"Pmpp", Kind::number, Use::applied, kPmpp, Range::above_zero},
        {"%Pmpp", Kind::number, Use::applied, kPctPmpp, Range::not_negative},
        {"Temperature", Kind::number, Use::applied, kTemperature},
        {"pf", Kind::number, Use::applied, kInvPf, Range::power_factor},
        {"conn", Kind::choice, Use::applied, kPcConn, Range::any, kConnectionChoices},
        {"kvar", Kind::number, Use::applied, kInvKvar},
    },
    kInverterRatings,
    {
        {"P-TCurve", Kind::text, Use::applied, kPtCurve},
    },
    kInverterModelAndShapes,
    {
        {"Tyearly", Kind::text, Use::applied, kTyearly},
        {"Tdaily", Kind::text, Use::applied, kTdaily},
        {"Tduty", Kind::text, Use::applied, kTduty},
        {"class", Kind::integer},
        {"UserModel", Kind::text, Use::not_modelled},
        {"UserData", Kind::text, Use::not_modelled},
        {"debugtrace", Kind::yes_no},
        {"VarFollowInverter", Kind::yes_no, Use::applied, kInvVarFollow},
        {"DutyStart", Kind::number, Use::applied, kDutyStart},
    },
    kInverterPriorities,
    {
        {"kvarMax", Kind::number, Use::applied, kInvKvarMax},
        {"kvarMaxAbs", Kind::number, Use::applied, kInvKvarMaxAbs},
    },
    kInverterEnd);

void apply(PvSystem& pv, Assignment const& stated, Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kIrradiance:
        pv.irradiance_kw_m2 = stated.number();
        break;
    case kPmpp:
        pv.p_mpp_w = stated.number() * 1e3;
        break;
    case kPctPmpp:
        pv.p_limit_frac = stated.number() / 100.0;
        break;
    case kTemperature:
        pv.temperature_c = stated.number();
        break;
    case kPtCurve:
        pv.p_t_curve = build.named_row("XYCurve", stated, owner);
        break;
    case kTyearly:
        pv.temperature_shapes.yearly = build.named_row("TShape", stated, owner);
        break;
    case kTdaily:
        pv.temperature_shapes.daily = build.named_row("TShape", stated, owner);
        break;
    case kTduty:
        pv.temperature_shapes.duty = build.named_row("TShape", stated, owner);
        break;
    case kDutyStart:
        pv.duty_start_s = stated.number() * 3600.0;
        break;
    default:
        break;
    }
}

void convert(Element const& element, Build& build) {
    PvSystem pv;
    StatedInverter s;
    pv.v_v = 12470.0;
    for (auto const& stated : element.assignments) {
        if (!apply_inverter(pv, s, stated, element, build)) {
            apply(pv, stated, element, build);
        }
    }
    build.missing(element, kPcBus1, "bus1");
    if (!build.common(element) || s.element.bus == nullptr) {
        return;
    }
    settle_inverter(pv, s, pv.p_mpp_w, element, build);
    if (build.finite(element, {pv.p_mpp_w, pv.inverter.s_va, pv.inverter.q_var})) {
        build.circuit.pv_systems.push_back(std::move(pv));
    }
}

} // namespace

ClassSpec const kPvSystemClass{"PVSystem", kProperties, convert};

} // namespace gridtwin::grid::dss
