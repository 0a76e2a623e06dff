#include "models/plc/error_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::plc {
namespace {

constexpr double kLeastDb = -10.0;
constexpr double kMostDb = 20.0;
constexpr double kStepsPerDb = 32.0;

double tail(double x) {
    return 0.5 * std::erfc(x / std::numbers::sqrt2);
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
    }
    return 0.5;
}

double frame_error_rate(ModemSpec const& modem, double snr_db, std::size_t octets) {
    double const bits = 8.0 * static_cast<double>(octets);
    return -std::expm1(bits * std::log1p(-bit_error_rate(modem.ber, snr_db)));
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

} // namespace gridtwin::plc
