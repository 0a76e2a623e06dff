#pragma once
// Lines from what they are made of: conductors (WireData, CNData, TSData), where they hang
// (LineSpacing) and both together (LineGeometry), to the input of models/grid/carson.hpp.
#include "models/grid/carson.hpp"
#include "models/grid/dss/build.hpp"

#include <map>
#include <memory>
#include <tuple>

namespace gridtwin::grid::dss {

inline constexpr Choice kEarthModelChoices[] = {
    {"Carson|SimpleCarson", static_cast<int>(EarthModel::carson)},
    {"FullCarson", static_cast<int>(EarthModel::full_carson)},
    {"Deri", static_cast<int>(EarthModel::deri)}};

/// Conductors in place; the line has the first `keep`, the others are grounded along it.
struct Geometry {
    std::vector<LineConductor> conductors;
    std::size_t keep = 0;
    double amps = 0.0; ///< normamps of the geometry or of its first conductor; 0 unknown
};

/// Geometries and their constants, worked out once for all lines that use them.
struct GeometryCache {
    std::map<Element const*, std::shared_ptr<Geometry const>> geometries;
    std::map<std::tuple<Element const*, EarthModel, double>, std::shared_ptr<LineConstants const>>
        constants;
};

/// A conductor as its element states it, without its place; nothing after reporting, at `use`, what
/// it lacks.
struct ConductorData {
    LineConductor conductor;
    double amps = 0.0;
};
[[nodiscard]] std::optional<ConductorData>
conductor_data(Element const& element, Assignment const& use, Element const& owner, Build& build);

/// The element that a property names; nothing after reporting that it is not defined, or later.
[[nodiscard]] Element const* named_element(std::string_view class_name, std::string_view name,
                                           Assignment const& use, Element const& owner,
                                           Build& build);
/// "a, b c" as the names of conductors of one class, each looked up.
[[nodiscard]] std::vector<ConductorData> named_conductors(std::string_view class_name,
                                                          Assignment const& use,
                                                          Element const& owner, Build& build);

/// Where a LineSpacing puts its conductors; nothing after reporting.
struct Spacing {
    std::size_t conductors = 3;
    std::size_t phases = 3;
    std::vector<double> x_m;
    std::vector<double> h_m;
};
[[nodiscard]] std::optional<Spacing> spacing_of(Element const& element, Report& report);

/// What a LineGeometry states; null when it has mistakes, which have been reported once.
[[nodiscard]] std::shared_ptr<Geometry const> geometry_of(Element const& element, Build& build);

/// Constants of the conductors kept, at the circuit's frequency. Nothing after reporting, at `use`,
/// conductors that cannot be calculated with.
[[nodiscard]] std::shared_ptr<LineConstants const> constants_of(Geometry const& geometry,
                                                                EarthModel model, double rho_ohm_m,
                                                                Place use, Element const& owner,
                                                                Build& build);

} // namespace gridtwin::grid::dss
