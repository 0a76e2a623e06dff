// Curves: growth over years, piecewise linear functions, spectra. Source: OpenDSS element reference
// (GrowthShape, XYCurve, Spectrum).
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kPoints = 1, kX, kY, kPairs, kCsv, kBinary };

constexpr PropertySpec kGrowthShapeProperties[] = {
    {"npts", Kind::integer, Use::applied, kPoints, Range::not_negative},
    {"year", Kind::series, Use::applied, kX},
    {"mult", Kind::series, Use::applied, kY},
    {"csvfile", Kind::csv_file, Use::applied, kCsv},
    {"sngfile", Kind::binary32_file, Use::applied, kBinary},
    {"dblfile", Kind::binary64_file, Use::applied, kBinary},
    {"like", Kind::text, Use::applied, kTagLike},
};

constexpr PropertySpec kXyCurveProperties[] = {
    {"npts", Kind::integer, Use::applied, kPoints, Range::not_negative},
    {"Points", Kind::series, Use::applied, kPairs},
    {"Yarray", Kind::series, Use::applied, kY},
    {"Xarray", Kind::series, Use::applied, kX},
    {"csvfile", Kind::csv_file, Use::applied, kCsv},
    {"sngfile", Kind::binary32_file, Use::applied, kBinary},
    {"dblfile", Kind::binary64_file, Use::applied, kBinary},
    {"x"},
    {"y"},
    {"Xshift", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"Yshift", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"Xscale", Kind::number, Use::not_modelled, 0, Range::any, {}, 1.0},
    {"Yscale", Kind::number, Use::not_modelled, 0, Range::any, {}, 1.0},
    {"like", Kind::text, Use::applied, kTagLike},
};

constexpr PropertySpec kSpectrumProperties[] = {
    {"NumHarm", Kind::integer}, {"harmonic", Kind::free},
    {"%mag", Kind::free},       {"angle", Kind::free},
    {"CSVFile", Kind::free},    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    std::vector<double> x;
    std::vector<double> y;
    std::size_t points = 0; ///< 0: as many as there are
};

/// x and y by turns.
void apply_pairs(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    auto const& values = stated.series();
    if (stated.columns() != 2 && values.size() % 2 != 0) {
        build.report.error(stated.at,
                           fmt::format("{} of {} has {} numbers", stated.property->name,
                                       owner.label(), values.size()),
                           "x and y by turns");
        return;
    }
    s.x.clear();
    s.y.clear();
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
        s.x.push_back(values[i]);
        s.y.push_back(values[i + 1]);
    }
}

void apply(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kPoints:
        s.points = static_cast<std::size_t>(stated.integer());
        break;
    case kX:
        s.x = stated.series();
        break;
    case kY:
        s.y = stated.series();
        break;
    case kCsv:
        if (stated.columns() != 2) {
            build.report.error(stated.at,
                               fmt::format("the file of {} of {} has {} columns",
                                           stated.property->name, owner.label(), stated.columns()),
                               "two: x, y");
            break;
        }
        [[fallthrough]];
    case kPairs:
    case kBinary:
        apply_pairs(s, stated, owner, build);
        break;
    default:
        break;
    }
}

/// Replays the statements and brings both columns to one length; false after reporting.
bool replay(Stated& s, Element const& element, Build& build) {
    for (auto const& stated : element.assignments) {
        apply(s, stated, element, build);
    }
    if (element.flawed) {
        return false;
    }
    auto points = std::max(s.x.size(), s.y.size());
    if (s.points != 0) {
        points = std::min(points, s.points);
    }
    if (points == 0 || s.x.size() < points || s.y.size() < points) {
        build.report.error(element.where,
                           fmt::format("{} has {} values of x and {} of y", element.label(),
                                       s.x.size(), s.y.size()),
                           "as many of both, at least one");
        return false;
    }
    s.x.resize(points);
    s.y.resize(points);
    if (std::adjacent_find(s.x.begin(), s.x.end(), std::greater_equal<>{}) != s.x.end()) {
        build.report.error(element.where,
                           fmt::format("the x values of {} do not ascend", element.label()),
                           "each greater than the one before it");
        return false;
    }
    return true;
}

/// Where the years were stated last.
Place place_of_years(Element const& element) {
    Place at = element.where;
    for (auto const& stated : element.assignments) {
        auto const tag = stated.property->tag;
        at = tag == kX || tag == kCsv || tag == kBinary ? stated.at : at;
    }
    return at;
}

bool are_years(std::vector<double> const& years, Element const& element, Build& build) {
    constexpr double kLast = 10000.0;
    auto const wrong = std::find_if(years.begin(), years.end(),
                                    [](double year) { return !(year >= 0.0 && year <= kLast); });
    if (wrong == years.end()) {
        return true;
    }
    build.report.error(place_of_years(element),
                       fmt::format("a year of {} is {:g}", element.label(), *wrong),
                       "years 0..10000");
    return false;
}

void convert_growth_shape(Element const& element, Build& build) {
    Stated s;
    if (replay(s, element, build) && are_years(s.x, element, build)) {
        build.circuit.growth_shapes.push_back({element.name, std::move(s.x), std::move(s.y)});
    }
}

void convert_xy_curve(Element const& element, Build& build) {
    Stated s;
    if (replay(s, element, build)) {
        build.circuit.curves.push_back({element.name, std::move(s.x), std::move(s.y)});
    }
}

} // namespace

ClassSpec const kGrowthShapeClass{"GrowthShape", kGrowthShapeProperties, convert_growth_shape};
ClassSpec const kXyCurveClass{"XYCurve", kXyCurveProperties, convert_xy_curve};
ClassSpec const kSpectrumClass{"Spectrum", kSpectrumProperties, nullptr};

} // namespace gridtwin::grid::dss
