// Photovoltaic systems: an array behind an inverter.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/inverter_properties.hpp"

#include <fmt/format.h>

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

constexpr PropertySpec kProperties[] = {
    {"phases", Kind::integer, Use::applied, kInvPhases, Range::phases},
    {"bus1", Kind::bus, Use::applied, kInvBus1},
    {"kv", Kind::number, Use::applied, kInvKv, Range::above_zero},
    {"irradiance", Kind::number, Use::applied, kIrradiance, Range::not_negative},
    {"Pmpp", Kind::number, Use::applied, kPmpp, Range::above_zero},
    {"%Pmpp", Kind::number, Use::applied, kPctPmpp, Range::not_negative},
    {"Temperature", Kind::number, Use::applied, kTemperature},
    {"pf", Kind::number, Use::applied, kInvPf, Range::power_factor},
    {"conn", Kind::choice, Use::applied, kInvConn, Range::any, kConnectionChoices},
    {"kvar", Kind::number, Use::applied, kInvKvar},
    {"kVA", Kind::number, Use::applied, kInvKva, Range::above_zero},
    {"%Cutin", Kind::number, Use::applied, kInvCutIn, Range::not_negative},
    {"%Cutout", Kind::number, Use::applied, kInvCutOut, Range::not_negative},
    {"EffCurve", Kind::text, Use::applied, kInvEffCurve},
    {"P-TCurve", Kind::text, Use::applied, kPtCurve},
    {"%R"},
    {"%X"},
    {"model", Kind::choice, Use::applied, kInvModel, Range::any, kInverterModels},
    {"Vminpu", Kind::number, Use::applied, kInvVminPu, Range::above_zero},
    {"Vmaxpu", Kind::number, Use::applied, kInvVmaxPu, Range::above_zero},
    {"Balanced", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"LimitCurrent", Kind::yes_no, Use::applied, kInvLimitCurrent},
    {"yearly", Kind::text, Use::applied, kInvYearly},
    {"daily", Kind::text, Use::applied, kInvDaily},
    {"duty", Kind::text, Use::applied, kInvDuty},
    {"Tyearly", Kind::text, Use::applied, kTyearly},
    {"Tdaily", Kind::text, Use::applied, kTdaily},
    {"Tduty", Kind::text, Use::applied, kTduty},
    {"class", Kind::integer},
    {"UserModel", Kind::text, Use::not_modelled},
    {"UserData", Kind::text, Use::not_modelled},
    {"debugtrace", Kind::yes_no},
    {"VarFollowInverter", Kind::yes_no, Use::applied, kInvVarFollow},
    {"DutyStart", Kind::number, Use::applied, kDutyStart},
    {"WattPriority", Kind::yes_no, Use::applied, kInvWattPriority},
    {"PFPriority", Kind::yes_no, Use::applied, kInvPfPriority},
    {"%PminNoVars", Kind::number, Use::applied, kInvMinNoVars},
    {"%PminkvarMax", Kind::number, Use::applied, kInvMinKvarMax},
    {"kvarMax", Kind::number, Use::applied, kInvKvarMax},
    {"kvarMaxAbs", Kind::number, Use::applied, kInvKvarMaxAbs},
    {"kVDC"},
    {"Kp"},
    {"PITol"},
    {"SafeVoltage"},
    {"SafeMode", Kind::yes_no},
    {"DynamicEq", Kind::text},
    {"DynOut", Kind::free},
    {"ControlMode", Kind::text, Use::not_modelled},
    {"AmpLimit"},
    {"AmpLimitGain"},
    {"spectrum", Kind::text},
    {"basefreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

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
    build.missing(element, kInvBus1, "bus1");
    if (!build.common(element) || s.bus == nullptr) {
        return;
    }
    check_inverter(s, pv.inverter, pv.vmin_pu, pv.vmax_pu, element, build);
    settle_small_power(s, pv.inverter, pv.p_mpp_w);
    pv.name = element.name;
    pv.where = build.report.position(element.where);
    pv.bus = build.terminal(*s.bus, pv.phases, conductors_of(pv.connection, pv.phases), element);
    if (build.finite(element, {pv.p_mpp_w, pv.inverter.s_va, pv.inverter.q_var})) {
        build.circuit.pv_systems.push_back(std::move(pv));
    }
}

} // namespace

ClassSpec const kPvSystemClass{"PVSystem", kProperties, convert};

} // namespace gridtwin::grid::dss
