// Time-current curves. Standard ones (models/grid/protection/standard_curves.hpp) need no
// definition; one defined here under a standard name takes its place.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/protection/curve.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kPoints = 1, kMultiples, kTimes };

constexpr PropertySpec kProperties[] = {
    {"npts", Kind::integer, Use::applied, kPoints, Range::steps},
    {"C_array", Kind::numbers, Use::applied, kMultiples, Range::not_negative},
    {"T_array", Kind::numbers, Use::applied, kTimes, Range::above_zero},
    {"like", Kind::text, Use::applied, kTagLike},
};

void convert(Element const& element, Build& build) {
    TccCurve curve;
    Assignment const* points = nullptr;
    Assignment const* multiples = nullptr;
    for (auto const& stated : element.assignments) {
        switch (stated.property->tag) {
        case kPoints:
            points = &stated;
            break;
        case kMultiples:
            multiples = &stated;
            curve.multiple = stated.numbers();
            break;
        case kTimes:
            curve.time_s = stated.numbers();
            break;
        default:
            break;
        }
    }
    if (element.flawed) {
        return;
    }
    if (points != nullptr && static_cast<std::size_t>(points->integer()) != curve.multiple.size()) {
        build.report.error(points->at,
                           fmt::format("{} has {} points and {} values in C_array", element.label(),
                                       points->integer(), curve.multiple.size()),
                           "npts values in C_array and in T_array");
        return;
    }
    curve.name = element.name;
    if (auto const problem = protection::curve_problem(curve); !problem.empty()) {
        build.report.error(multiples != nullptr ? multiples->at : element.where,
                           fmt::format("{} has {}", element.label(), problem),
                           "as many times as multiples, which ascend from above 0");
        return;
    }
    build.circuit.tcc_curves.push_back(std::move(curve));
}

} // namespace

ClassSpec const kTccCurveClass{"TCC_Curve", kProperties, convert};

} // namespace gridtwin::grid::dss
