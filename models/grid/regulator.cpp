#include "models/grid/regulator.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {

double relay_voltage_v(RegControl const& control, Complex u_coil_v, Complex i_line_a) {
    Complex const drop_v = Complex(control.r_v, control.x_v) * (i_line_a / control.ct_primary_a);
    return std::abs(u_coil_v / control.pt_ratio - drop_v);
}

double wanted_tap_pu(RegControl const& control, Winding const& winding, double coil_v,
                     double relay_v) {
    double const missing_v = control.v_reg_v - relay_v;
    if (std::abs(missing_v) <= 0.5 * control.band_v || winding.taps < 1) {
        return winding.tap_pu;
    }
    double const step_pu = (winding.tap_max_pu - winding.tap_min_pu) / winding.taps;
    double const boost_pu = missing_v * control.pt_ratio / coil_v;
    double const needed = std::nearbyint(boost_pu / step_pu);
    if (needed == 0.0) {
        return winding.tap_pu;
    }
    // Half of the steps at a time, at least one: the line's drop shrinks as the voltage rises.
    double const limit = std::max(1, control.max_tap_change);
    double const steps =
        std::copysign(std::clamp(std::floor(0.5 * std::abs(needed)), 1.0, limit), needed);
    // Whole steps counted from the middle, so that taps do not drift by rounding.
    double const middle_pu = 0.5 * (winding.tap_max_pu + winding.tap_min_pu);
    double const now = std::nearbyint((winding.tap_pu - middle_pu) / step_pu);
    return std::clamp(middle_pu + (now + steps) * step_pu, winding.tap_min_pu, winding.tap_max_pu);
}

} // namespace gridtwin::grid
