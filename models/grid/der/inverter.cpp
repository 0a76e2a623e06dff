#include "models/grid/der/inverter.hpp"

#include "models/grid/shapes.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

double sign(double x) {
    return x < 0.0 ? -1.0 : 1.0;
}

double wanted_var(InverterSpec const& spec, InverterPoint const& point, double p_w) {
    if (point.q_wanted) {
        return point.q_wanted_var;
    }
    if (spec.q_fixed) {
        return spec.q_var;
    }
    double const pf = spec.power_factor;
    return p_w * std::sqrt(std::max(0.0, 1.0 / (pf * pf) - 1.0)) * sign(pf);
}

} // namespace

double efficiency_at(InverterSpec const& spec, std::span<XyCurve const> curves, double dc_w) {
    return spec.efficiency_curve == kNone
               ? 1.0
               : curve_at(curves[static_cast<std::size_t>(spec.efficiency_curve)],
                          std::abs(dc_w) / spec.s_va);
}

bool inverter_on(InverterSpec const& spec, bool was_on, double dc_w) {
    return dc_w >= (was_on ? spec.cut_out_frac : spec.cut_in_frac) * spec.s_va;
}

void set_reactive_limits(InverterSpec const& spec, InverterPoint& point) {
    double const p_w = std::abs(point.p_w);
    double share = 1.0;
    if (spec.min_p_for_full_q_w > 0.0 && p_w < spec.min_p_for_full_q_w) {
        share = p_w / spec.min_p_for_full_q_w;
    }
    if (p_w < spec.min_p_for_q_w || (!point.on && spec.q_follows_inverter)) {
        share = 0.0;
    }
    point.q_max_var = share * spec.q_max_var;
    point.q_max_absorb_var = share * spec.q_max_absorb_var;
}

Complex inverter_output(InverterSpec const& spec, InverterPoint const& point) {
    double p_w = point.p_limited ? std::min(point.p_w, point.p_limit_w) : point.p_w;
    double const wanted = wanted_var(spec, point, p_w);
    double q_var = std::clamp(wanted, -point.q_max_absorb_var, point.q_max_var);
    // An InvControl's Q follows no power factor.
    bool const keep_pf = spec.pf_priority && !point.q_wanted;
    if (keep_pf && wanted != 0.0 && q_var != wanted) {
        p_w *= q_var / wanted;
    }
    double const va = std::hypot(p_w, q_var);
    if (va <= spec.s_va) {
        return {p_w, q_var};
    }
    if (keep_pf) {
        return Complex(p_w, q_var) * (spec.s_va / va);
    }
    if (spec.watt_priority) {
        p_w = std::clamp(p_w, -spec.s_va, spec.s_va);
        double const rest = std::sqrt(std::max(0.0, spec.s_va * spec.s_va - p_w * p_w));
        return {p_w, std::clamp(q_var, -rest, rest)};
    }
    q_var = std::clamp(q_var, -spec.s_va, spec.s_va);
    double const rest = std::sqrt(std::max(0.0, spec.s_va * spec.s_va - q_var * q_var));
    return {std::clamp(p_w, -rest, rest), q_var};
}

} // namespace gridtwin::grid
