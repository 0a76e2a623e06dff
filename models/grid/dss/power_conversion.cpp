#include "models/grid/dss/power_conversion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::dss {

std::optional<Complex> actual_peak(Build const& build, std::int32_t shape_row) {
    if (shape_row == kNone) {
        return std::nullopt;
    }
    auto const& shape = build.circuit.load_shapes[static_cast<std::size_t>(shape_row)];
    if (!shape.use_actual || shape.p_mult.empty()) {
        return std::nullopt;
    }
    auto const& p = shape.p_mult;
    auto const peak = std::max_element(
        p.begin(), p.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    auto const at = static_cast<std::size_t>(peak - p.begin());
    return Complex(*peak, at < shape.q_mult.size() ? shape.q_mult[at] : 0.0);
}

void check_voltage_limits(double vmin_pu, double vmax_pu, Element const& owner, Build& build) {
    if (!(vmin_pu < vmax_pu)) {
        build.report.error(
            owner.where,
            fmt::format("{} has Vminpu {:g} and Vmaxpu {:g}", owner.label(), vmin_pu, vmax_pu),
            "Vminpu below Vmaxpu");
    }
}

} // namespace gridtwin::grid::dss
