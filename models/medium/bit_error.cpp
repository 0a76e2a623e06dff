#include "models/medium/bit_error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::medium {
namespace {

double tail(double x) {
    return 0.5 * std::erfc(x / std::numbers::sqrt2);
}

/// Sixteen orthogonal symbols. Terms cancel to the last digit near gamma = 0: never above 1/2.
double spread_oqpsk(double gamma) {
    double sum = 0.0;
    double choose = 16.0; // C(16, k), k counting from 1
    for (int k = 2; k <= 16; ++k) {
        choose *= (17.0 - k) / k;
        sum += (k % 2 == 0 ? choose : -choose) * std::exp(2.5 * gamma * (1.0 / k - 1.0));
    }
    return std::clamp(8.0 / 15.0 / 16.0 * sum, 0.0, 0.5);
}

/// Q1(a, b) - I0(a b) exp(-(a^2 + b^2) / 2) / 2 over one period of a smooth integrand: Simon and
/// Alouini, Digital Communication over Fading Channels (bit errors of differential QPSK).
double differential_qpsk(double gamma) {
    constexpr int kSteps = 512;
    double const ratio = std::numbers::sqrt2 - 1.0; // a / b
    double sum = 0.0;
    for (int k = 0; k < kSteps; ++k) {
        double const angle = 2.0 * std::numbers::pi * (k + 0.5) / kSteps;
        double const square = 1.0 + 2.0 * ratio * std::sin(angle) + ratio * ratio;
        sum += (1.0 - ratio * ratio) / square *
               std::exp(-gamma * (1.0 + 1.0 / std::numbers::sqrt2) * square);
    }
    return 0.5 * sum / kSteps;
}

/// A third of the symbol errors, which are sin(pi/8)/(2 pi) times the integral over |t| < pi/2 of
/// exp(-3 gamma c) / c, c = 1 - cos(pi/8) cos(t).
double differential_8psk(double gamma) {
    constexpr int kSteps = 1024; // Simpson
    double sum = 0.0;
    for (int k = 0; k <= kSteps; ++k) {
        double const angle = std::numbers::pi * (static_cast<double>(k) / kSteps - 0.5);
        double const c = 1.0 - std::cos(std::numbers::pi / 8.0) * std::cos(angle);
        double const weight = k == 0 || k == kSteps ? 1.0 : (k % 2 == 1 ? 4.0 : 2.0);
        sum += weight * std::exp(-3.0 * gamma * c) / c;
    }
    return std::sin(std::numbers::pi / 8.0) / 2.0 * sum / (3.0 * kSteps) / 3.0;
}

} // namespace

double bit_error_rate(BerCurve curve, double snr_db) {
    double const gamma = std::pow(10.0, snr_db / 10.0);
    switch (curve) {
    case BerCurve::nc_fsk:
        return 0.5 * std::exp(-0.5 * gamma);
    case BerCurve::dbpsk:
        return 0.5 * std::exp(-gamma);
    case BerCurve::bpsk:
        return tail(std::sqrt(2.0 * gamma));
    case BerCurve::coherent_fsk:
        return tail(std::sqrt(gamma));
    case BerCurve::oqpsk_dsss:
        return spread_oqpsk(gamma);
    case BerCurve::dqpsk:
        return differential_qpsk(gamma);
    case BerCurve::d8psk:
        return differential_8psk(gamma);
    }
    return 0.5;
}

} // namespace gridtwin::medium
