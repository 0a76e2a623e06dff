#include "models/grid/protection/direction.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace gridtwin::grid::protection {
namespace {

double radians(double deg) {
    return deg * std::numbers::pi / 180.0;
}

/// Left of the line through (-set_a, 0) at that angle; on an upright line the border counts when
/// `border` says so.
bool left_of(Complex i_a, double tilt_deg, double set_a, bool border) {
    if (tilt_deg == 90.0 || tilt_deg == 270.0) {
        return border ? i_a.real() <= -set_a : i_a.real() < -set_a;
    }
    return i_a.imag() < std::tan(radians(tilt_deg)) * (i_a.real() + set_a);
}

} // namespace

Direction direction_of(Complex v_v, Complex i_a, double characteristic_deg, double least_v) {
    if (!(std::abs(v_v) >= least_v)) {
        return Direction::none;
    }
    Complex const torque = v_v * std::conj(i_a) * std::polar(1.0, -radians(characteristic_deg));
    // the rounding of angles on the border is no direction
    double const least = 1e-12 * std::abs(v_v) * std::abs(i_a);
    if (torque.real() > least) {
        return Direction::forward;
    }
    return torque.real() < -least ? Direction::reverse : Direction::none;
}

bool has_three_phases(std::span<int const> node) {
    return std::count(node.begin(), node.end(), 1) == 1 &&
           std::count(node.begin(), node.end(), 2) == 1 &&
           std::count(node.begin(), node.end(), 3) == 1;
}

Complex positive_sequence(std::span<int const> node, std::span<Complex const> phasor) {
    Complex sum;
    for (std::size_t k = 0; k < node.size(); ++k) {
        if (node[k] >= 1 && node[k] <= 3) {
            sum += phasor[k] * std::polar(1.0, radians(120.0) * (node[k] - 1));
        }
    }
    return sum / 3.0;
}

Direction phase_direction(Seen const& seen, std::size_t phase, double characteristic_deg,
                          double least_v) {
    if (has_three_phases(seen.node)) {
        return direction_of(positive_sequence(seen.node, seen.v_v),
                            positive_sequence(seen.node, seen.i_a), characteristic_deg, least_v);
    }
    return direction_of(seen.v_v[phase], seen.i_a[phase], characteristic_deg, least_v);
}

Direction ground_direction(Seen const& seen, double characteristic_deg, double least_v) {
    Complex const v_v = std::accumulate(seen.v_v.begin(), seen.v_v.end(), Complex{});
    Complex const i_a = std::accumulate(seen.i_a.begin(), seen.i_a.end(), Complex{});
    return direction_of(-v_v, i_a, characteristic_deg, least_v);
}

double power_w(Seen const& seen) {
    double sum_w = 0.0;
    for (std::size_t k = 0; k < seen.i_a.size(); ++k) {
        sum_w += (seen.v_v[k] * std::conj(seen.i_a[k])).real();
    }
    return sum_w;
}

double balanced_power_w(Seen const& seen) {
    if (!has_three_phases(seen.node)) {
        return power_w(seen);
    }
    return 3.0 * (positive_sequence(seen.node, seen.v_v) *
                  std::conj(positive_sequence(seen.node, seen.i_a)))
                     .real();
}

Zone zone_of(DirectionalZones const& zones, Complex i_a) {
    bool const upright = zones.tilt_low_deg == 90.0 || zones.tilt_low_deg == 270.0;
    bool const has_high = zones.high_a > 0.0;
    bool const beyond_high = has_high && left_of(i_a, zones.tilt_high_deg, zones.high_a, false);
    if (!left_of(i_a, zones.tilt_low_deg, zones.low_a, true)) {
        // tilted lines may cross; the high one then counts
        return !upright && beyond_high ? Zone::outer : Zone::none;
    }
    bool const in_circle = zones.circle_a > 0.0 && std::abs(i_a) <= zones.circle_a;
    if (zones.circle_a > 0.0 && !in_circle) {
        return Zone::outer;
    }
    if (has_high) {
        return beyond_high ? Zone::outer : Zone::inner;
    }
    return in_circle ? Zone::inner : Zone::outer;
}

} // namespace gridtwin::grid::protection
