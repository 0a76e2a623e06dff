#include "models/grid/shapes.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

/// Where a time falls among a shape's points: share `after` of point `next`, the rest of `point`.
struct Position {
    std::size_t point = 0;
    std::size_t next = 0;
    double after = 0.0;
};

Position position_at_interval(std::size_t points, double interval_s, double t_s) {
    // Half-way times go to the even point, as the reference engine rounds.
    double const count = std::nearbyint(t_s / interval_s);
    double const n = static_cast<double>(points);
    double index = count > n ? std::fmod(count, n) : count;
    if (index < 1.0) { // time 0, whole repetitions: the last point
        index = n;
    }
    auto const at = static_cast<std::size_t>(index) - 1;
    return {at, at, 0.0};
}

Position position_at_hours(std::vector<double> const& hours, std::size_t points, double t_s) {
    constexpr double kSame_h = 1e-5;
    double hour = t_s / 3600.0;
    double const last = hours[points - 1];
    if (hour > last && last > 0.0) {
        hour -= std::trunc(hour / last) * last;
    }
    auto const begin = hours.begin();
    auto const end = begin + static_cast<std::ptrdiff_t>(points) - 1;
    auto const i =
        static_cast<std::size_t>(std::lower_bound(begin + 1, end, hour - kSame_h) - begin);
    if (std::abs(hours[i] - hour) < kSame_h) {
        return {i, i, 0.0};
    }
    if (std::abs(hours[i - 1] - hour) < kSame_h) {
        return {i - 1, i - 1, 0.0};
    }
    // Before the first point the first segment goes on, as in the reference engine.
    double const width = hours[i] - hours[i - 1];
    return {i - 1, i, width > 0.0 ? (hour - hours[i - 1]) / width : 1.0};
}

Position position(std::size_t points, double interval_s, std::vector<double> const& hours,
                  double t_s) {
    if (points < 2) {
        return {};
    }
    if (interval_s > 0.0) {
        return position_at_interval(points, interval_s, t_s);
    }
    return position_at_hours(hours, std::min(points, hours.size()), t_s);
}

double value(std::vector<double> const& values, Position const& at) {
    double const here = values[std::min(at.point, values.size() - 1)];
    double const next = values[std::min(at.next, values.size() - 1)];
    return here + at.after * (next - here);
}

} // namespace

std::complex<double> shape_at(LoadShape const& shape, double t_s) {
    if (shape.p_mult.empty()) {
        return {1.0, 1.0};
    }
    Position const at = position(shape.p_mult.size(), shape.interval_s, shape.hours, t_s);
    double const p = value(shape.p_mult, at);
    if (shape.q_mult.empty()) {
        return {p, shape.use_actual ? 0.0 : p};
    }
    return {p, value(shape.q_mult, at)};
}

double temperature_at(TemperatureShape const& shape, double t_s) {
    if (shape.celsius.empty()) {
        return 0.0;
    }
    return value(shape.celsius, position(shape.celsius.size(), shape.interval_s, shape.hours, t_s));
}

double growth_at(GrowthShape const& shape, int year) {
    double factor = 1.0;
    if (year == 0 || shape.year.empty()) {
        return factor;
    }
    // Year k after the first carries the factors of points 1, 1 or 2, ... k in turn: each point's
    // holds for as many years as it takes to the next point.
    double const end = year;
    double begin = std::trunc(shape.year[0]);
    for (std::size_t point = 0; begin < end; ++point) {
        bool const last = point + 1 >= shape.year.size();
        double const next = last ? end : std::trunc(shape.year[point + 1]);
        // A year that has passed by then is never reached: the factor before it goes on.
        double const until = next > begin ? std::min(next, end) : end;
        factor *= std::pow(shape.factor[point], until - begin);
        begin = until;
    }
    return factor;
}

double curve_at(XyCurve const& curve, double x) {
    std::size_t const points = std::min(curve.x.size(), curve.y.size());
    if (points == 0) {
        return 0.0;
    }
    if (points == 1) {
        return curve.y[0];
    }
    auto const begin = curve.x.begin();
    auto const end = begin + static_cast<std::ptrdiff_t>(points) - 1;
    auto const i = static_cast<std::size_t>(std::lower_bound(begin + 1, end, x) - begin);
    double const width = curve.x[i] - curve.x[i - 1];
    double const share = width != 0.0 ? (x - curve.x[i - 1]) / width : 1.0;
    return curve.y[i - 1] + share * (curve.y[i] - curve.y[i - 1]);
}

} // namespace gridtwin::grid
