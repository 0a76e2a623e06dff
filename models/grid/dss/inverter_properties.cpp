#include "models/grid/dss/inverter_properties.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {

void check_inverter(StatedInverter const& s, InverterSpec const& inverter, double vmin_pu,
                    double vmax_pu, Element const& owner, Build& build) {
    if (s.model != nullptr && s.model->integer() == 3) {
        build.report.error(
            s.model->at, fmt::format("model 3 (user-written) of {} is not modelled", owner.label()),
            "1 or 2");
    }
    if (!(vmin_pu < vmax_pu)) {
        build.report.error(
            owner.where,
            fmt::format("{} has Vminpu {:g} and Vmaxpu {:g}", owner.label(), vmin_pu, vmax_pu),
            "Vminpu below Vmaxpu");
    }
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
