#include "models/grid/dss/inverter_properties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::dss {

bool apply_inverter_spec(InverterSpec& inverter, StatedInverter& s, Assignment const& stated,
                         Element const& owner, Build& build) {
    switch (stated.property->tag) {
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
        s.s_stated = true;
        if (!s.most_stated) {
            inverter.q_max_var = inverter.s_va;
        }
        if (!s.most_stated && !s.most_absorbed_stated) { // it follows kvarMax where that is stated
            inverter.q_max_absorb_var = inverter.s_va;
        }
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

void check_inverter(StatedInverter const& s, InverterSpec const& inverter, double vmin_pu,
                    double vmax_pu, Element const& owner, Build& build) {
    if (s.element.model != nullptr && s.element.model->integer() == 3) {
        build.report.error(
            s.element.model->at,
            fmt::format("model 3 (user-written) of {} is not modelled", owner.label()), "1 or 2");
    }
    check_voltage_limits(vmin_pu, vmax_pu, owner, build);
    if (inverter.efficiency_curve != kNone) {
        XyCurve const& curve =
            build.circuit.curves[static_cast<std::size_t>(inverter.efficiency_curve)];
        bool const good =
            std::all_of(curve.y.begin(), curve.y.end(), [](double y) { return y > 0.0; });
        if (!good) {
            build.report.error(
                owner.where,
                fmt::format("EffCurve of {} has an efficiency that is not above 0", owner.label()),
                "efficiencies above 0, 1 at most");
        }
    }
}

} // namespace gridtwin::grid::dss
