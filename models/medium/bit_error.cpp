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
    }
    return 0.5;
}

} // namespace gridtwin::medium
