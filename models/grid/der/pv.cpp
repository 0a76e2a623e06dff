#include "models/grid/der/pv.hpp"

#include "models/grid/shapes.hpp"

#include <algorithm>

namespace gridtwin::grid {

double panel_power_w(PvSystem const& pv, std::span<XyCurve const> curves, double shape,
                     double temperature_c) {
    double const factor =
        pv.p_t_curve == kNone
            ? 1.0
            : curve_at(curves[static_cast<std::size_t>(pv.p_t_curve)], temperature_c);
    return pv.irradiance_kw_m2 * shape * pv.p_mpp_w * factor;
}

InverterPoint pv_point(PvSystem const& pv, std::span<XyCurve const> curves,
                       InverterPoint const& was, double panel_w) {
    InverterPoint point = was;
    point.dc_w = panel_w;
    point.on = inverter_on(pv.inverter, was.on, panel_w);
    point.p_w = 0.0;
    if (point.on) {
        point.p_w = std::min(panel_w * efficiency_at(pv.inverter, curves, panel_w),
                             pv.p_mpp_w * pv.p_limit_frac);
    }
    set_reactive_limits(pv.inverter, point);
    return point;
}

} // namespace gridtwin::grid
