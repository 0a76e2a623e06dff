#pragma once
// Properties that PV systems and storage have alike: terminal, model and inverter.
#include "models/grid/dss/build.hpp"

#include <algorithm>

namespace gridtwin::grid::dss {

/// Tags of the shared properties; a class's own start at 1.
enum InverterTag : int {
    kInvPhases = 101,
    kInvBus1,
    kInvKv,
    kInvConn,
    kInvModel,
    kInvVminPu,
    kInvVmaxPu,
    kInvLimitCurrent,
    kInvYearly,
    kInvDaily,
    kInvDuty,
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

/// What is stated of an inverter, until the whole is known.
struct StatedInverter {
    BusName const* bus = nullptr;
    Assignment const* model = nullptr;
    bool most_stated = false; ///< kvarMax
    bool most_absorbed_stated = false;
    double min_no_vars_frac = -1.0;
    double min_kvar_max_frac = -1.0;
};

/// Takes one property; true when it is a shared one.
template <typename Element_>
bool apply_inverter(Element_& e, StatedInverter& s, Assignment const& stated, Element const& owner,
                    Build& build) {
    InverterSpec& inverter = e.inverter;
    switch (stated.property->tag) {
    case kInvPhases:
        e.phases = stated.integer();
        return true;
    case kInvBus1:
        s.bus = &stated.bus();
        return true;
    case kInvKv:
        e.v_v = stated.number() * 1e3;
        return true;
    case kInvConn:
        e.connection = static_cast<Connection>(stated.integer());
        return true;
    case kInvModel:
        s.model = &stated;
        e.model = stated.integer();
        return true;
    case kInvVminPu:
        e.vmin_pu = stated.number();
        return true;
    case kInvVmaxPu:
        e.vmax_pu = stated.number();
        return true;
    case kInvLimitCurrent:
        e.limit_current = stated.yes();
        return true;
    case kInvYearly:
        e.shapes.yearly = build.shape_row(stated, owner);
        return true;
    case kInvDaily:
        e.shapes.daily = build.shape_row(stated, owner);
        return true;
    case kInvDuty:
        e.shapes.duty = build.shape_row(stated, owner);
        return true;
    case kInvPf:
        inverter.power_factor = stated.number();
        inverter.q_fixed = false;
        return true;
    case kInvKvar:
        inverter.q_var = stated.number() * 1e3;
        inverter.q_fixed = true;
        return true;
    case kInvKva:
        inverter.s_va = stated.number() * 1e3;
        inverter.q_max_var = s.most_stated ? inverter.q_max_var : inverter.s_va;
        inverter.q_max_absorb_var =
            s.most_absorbed_stated ? inverter.q_max_absorb_var : inverter.s_va;
        return true;
    case kInvCutIn:
        inverter.cut_in_frac = stated.number() / 100.0;
        return true;
    case kInvCutOut:
        inverter.cut_out_frac = stated.number() / 100.0;
        return true;
    case kInvEffCurve:
        inverter.efficiency_curve = build.named_row("XYCurve", stated, owner);
        return true;
    case kInvVarFollow:
        inverter.q_follows_inverter = stated.yes();
        return true;
    case kInvKvarMax:
        inverter.q_max_var = std::abs(stated.number()) * 1e3;
        s.most_stated = true;
        if (!s.most_absorbed_stated) { // both ways, unless stated
            inverter.q_max_absorb_var = inverter.q_max_var;
        }
        return true;
    case kInvKvarMaxAbs:
        inverter.q_max_absorb_var = std::abs(stated.number()) * 1e3;
        s.most_absorbed_stated = true;
        return true;
    case kInvWattPriority:
        inverter.watt_priority = stated.yes();
        return true;
    case kInvPfPriority:
        inverter.pf_priority = stated.yes();
        return true;
    case kInvMinNoVars:
        s.min_no_vars_frac = stated.number() / 100.0;
        return true;
    case kInvMinKvarMax:
        s.min_kvar_max_frac = stated.number() / 100.0;
        return true;
    default:
        return false;
    }
}

/// Reports user models, voltage limits that cross, and efficiencies that are not above 0 in 0..1
/// pu.
void check_inverter(StatedInverter const& s, InverterSpec const& inverter, double vmin_pu,
                    double vmax_pu, Element const& owner, Build& build);

/// Limits of Q at small power, of the rated power of what stands behind the inverter.
inline void settle_small_power(StatedInverter const& s, InverterSpec& inverter, double rated_w) {
    inverter.min_p_for_q_w = s.min_no_vars_frac > 0.0 ? s.min_no_vars_frac * rated_w : -1.0;
    inverter.min_p_for_full_q_w = s.min_kvar_max_frac > 0.0 ? s.min_kvar_max_frac * rated_w : -1.0;
}

} // namespace gridtwin::grid::dss
