#pragma once
// Tables of a circuit: how things follow time, and curves. Source: OpenDSS element reference
// (LoadShape, TShape, GrowthShape, XYCurve).
#include <cstddef>
#include <string>
#include <vector>

namespace gridtwin::grid {

/// Multipliers, or actual values, over time; repeats after its last point.
struct LoadShape {
    std::string name;
    double interval_s = 3600.0; ///< between points; 0: at `hours`
    std::vector<double> hours;  ///< [point] ascending, when interval_s is 0
    std::vector<double> p_mult; ///< [point] of nominal power, or W when use_actual
    std::vector<double> q_mult; ///< [point] empty: q follows p_mult; var when use_actual
    bool use_actual = false;
};

/// Temperatures over time, degree Celsius.
struct TemperatureShape {
    std::string name;
    double interval_s = 3600.0;
    std::vector<double> hours;
    std::vector<double> celsius;
};

/// Yearly growth: the factor of each year on the year before.
struct GrowthShape {
    std::string name;
    std::vector<double> year;
    std::vector<double> factor;
};

/// A piecewise linear function, extended by its end segments.
struct XyCurve {
    std::string name;
    std::vector<double> x; ///< ascending
    std::vector<double> y;
};

} // namespace gridtwin::grid
