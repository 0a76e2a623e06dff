#include "models/grid/dss/power_conversion.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {

void check_voltage_limits(double vmin_pu, double vmax_pu, Element const& owner, Build& build) {
    if (!(vmin_pu < vmax_pu)) {
        build.report.error(
            owner.where,
            fmt::format("{} has Vminpu {:g} and Vmaxpu {:g}", owner.label(), vmin_pu, vmax_pu),
            "Vminpu below Vmaxpu");
    }
}

} // namespace gridtwin::grid::dss
