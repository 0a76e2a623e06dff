#include "models/medium/bit_error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gridtwin::medium {
namespace {

constexpr double kLeastDb = -10.0;
constexpr double kMostDb = 20.0;
constexpr double kStepsPerDb = 32.0;

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

ErrorTable::ErrorTable(BerCurve curve) {
    auto const rows = static_cast<std::size_t>((kMostDb - kLeastDb) * kStepsPerDb) + 1;
    ln_bit_success_.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        double const snr_db = kLeastDb + static_cast<double>(row) / kStepsPerDb;
        ln_bit_success_[row] = static_cast<float>(std::log1p(-bit_error_rate(curve, snr_db)));
    }
}

double ErrorTable::success(double snr_db, double bits) const {
    if (snr_db >= kMostDb) {
        return 1.0;
    }
    double const place = std::max(snr_db - kLeastDb, 0.0) * kStepsPerDb;
    auto const row = std::min(static_cast<std::size_t>(place), ln_bit_success_.size() - 2);
    double const low = static_cast<double>(ln_bit_success_[row]);
    double const high = static_cast<double>(ln_bit_success_[row + 1]);
    return std::exp(bits * (low + (high - low) * (place - static_cast<double>(row))));
}

ErrorTable const& error_table(BerCurve curve) {
    static std::array<ErrorTable, 5> const tables{
        ErrorTable(BerCurve::nc_fsk), ErrorTable(BerCurve::dbpsk), ErrorTable(BerCurve::bpsk),
        ErrorTable(BerCurve::coherent_fsk), ErrorTable(BerCurve::oqpsk_dsss)};
    return tables[static_cast<std::size_t>(curve)];
}

} // namespace gridtwin::medium
