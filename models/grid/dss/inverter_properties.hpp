#pragma once
// Properties that PV systems and storage have alike beside those of power_conversion.hpp: their
// inverter's.
#include "models/grid/dss/power_conversion.hpp"

namespace gridtwin::grid::dss {

/// Tags of the shared properties; a class's own start at 1.
enum InverterTag : int {
    kInvLimitCurrent = 101,
    kInvPf,
    kInvKvar,
    kInvKva,
    kInvCutIn,
    kInvCutOut,
    kInvEffCurve,
    kInvVarFollow,
    kInvKvarMax,
    kInvKvarMaxAbs,
    kInvWattPriority,
    kInvPfPriority,
    kInvMinNoVars,
    kInvMinKvarMax,
};

inline constexpr Choice kInverterModels[] = {{"1", 1}, {"2", 2}, {"3", 3}};

// The runs of their tables that both have in the same order.
inline constexpr PropertySpec kInverterRatings[] = {
    {"kVA", Kind::number, Use::applied, kInvKva, Range::above_zero},
    {"%Cutin", Kind::number, Use::applied, kInvCutIn, Range::not_negative},
    {"%Cutout", Kind::number, Use::applied, kInvCutOut, Range::not_negative},
    {"EffCurve", Kind::text, Use::applied, kInvEffCurve},
};
inline constexpr PropertySpec kInverterModelAndShapes[] = {
    {"%R"},
    {"%X"},
    {"model", Kind::choice, Use::applied, kPcModel, Range::any, kInverterModels},
    {"Vminpu", Kind::number, Use::applied, kPcVminPu, Range::above_zero},
    {"Vmaxpu", Kind::number, Use::applied, kPcVmaxPu, Range::above_zero},
    {"Balanced", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"LimitCurrent", Kind::yes_no, Use::applied, kInvLimitCurrent},
    {"yearly", Kind::text, Use::applied, kPcYearly},
    {"daily", Kind::text, Use::applied, kPcDaily},
    {"duty", Kind::text, Use::applied, kPcDuty},
};
inline constexpr PropertySpec kInverterPriorities[] = {
    {"WattPriority", Kind::yes_no, Use::applied, kInvWattPriority},
    {"PFPriority", Kind::yes_no, Use::applied, kInvPfPriority},
    {"%PminNoVars", Kind::number, Use::applied, kInvMinNoVars},
    {"%PminkvarMax", Kind::number, Use::applied, kInvMinKvarMax},
};
inline constexpr PropertySpec kInverterEnd[] = {
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

/// What is stated of an inverter, until the whole is known.
struct StatedInverter {
    StatedConversion element;
    bool s_stated = false;    ///< kVA
    bool most_stated = false; ///< kvarMax
    bool most_absorbed_stated = false;
    double min_no_vars_frac = -1.0;
    double min_kvar_max_frac = -1.0;
};

/// Takes one property of the inverter itself; true when it is one.
bool apply_inverter_spec(InverterSpec& inverter, StatedInverter& s, Assignment const& stated,
                         Element const& owner, Build& build);

/// Takes one property of an element behind an inverter; true when it is a shared one.
template <typename Element_>
bool apply_inverter(Element_& e, StatedInverter& s, Assignment const& stated, Element const& owner,
                    Build& build) {
    if (stated.property->tag == kInvLimitCurrent) {
        e.limit_current = stated.yes();
        return true;
    }
    return apply_conversion(e, s.element, stated, owner, build) ||
           apply_inverter_spec(e.inverter, s, stated, owner, build);
}

/// Reports user models, voltage limits that cross, and efficiencies that are not above 0 in 0..1
/// pu.
void check_inverter(StatedInverter const& s, InverterSpec const& inverter, double vmin_pu,
                    double vmax_pu, Element const& owner, Build& build);

/// Checks the inverter and places its element, once all is stated. `rated_w`, of what stands behind
/// it, is what the limits of Q at small power are shares of.
template <typename Element_>
void settle_inverter(Element_& e, StatedInverter const& s, double rated_w, Element const& owner,
                     Build& build) {
    auto& inverter = e.inverter;
    check_inverter(s, inverter, e.vmin_pu, e.vmax_pu, owner, build);
    inverter.min_p_for_q_w = s.min_no_vars_frac > 0.0 ? s.min_no_vars_frac * rated_w : -1.0;
    inverter.min_p_for_full_q_w = s.min_kvar_max_frac > 0.0 ? s.min_kvar_max_frac * rated_w : -1.0;
    place_conversion(e, *s.element.bus, owner, build);
}

} // namespace gridtwin::grid::dss
