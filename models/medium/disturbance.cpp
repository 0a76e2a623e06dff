#include "models/medium/disturbance.hpp"

#include <cmath>
#include <numbers>

namespace gridtwin::medium {

std::vector<double> swing_phases_db(Disturbance const& disturbance) {
    // Half of the cosine tells all. The sum over even steps of a smooth periodic function converges
    // faster than any power: 32 are exact to rounding for swings of up to 60 dB.
    constexpr std::size_t kPhases = 32;
    if (disturbance.swing_db <= 0.0) {
        return {0.0};
    }
    std::vector<double> phases_db(kPhases);
    double power = 0.0;
    for (std::size_t k = 0; k < kPhases; ++k) {
        double const angle = std::numbers::pi * (static_cast<double>(k) + 0.5) / kPhases;
        phases_db[k] = 0.5 * disturbance.swing_db * std::cos(angle);
        power += std::pow(10.0, phases_db[k] / 10.0) / kPhases;
    }
    for (double& db : phases_db) {
        db -= 10.0 * std::log10(power);
    }
    return phases_db;
}

double mean_ln_bit_right(BerCurve curve, std::vector<double> const& phases_db, double snr_db) {
    double sum = 0.0;
    for (double const noise_db : phases_db) {
        sum += std::log1p(-bit_error_rate(curve, snr_db - noise_db));
    }
    return sum / static_cast<double>(phases_db.size());
}

double impulse_survival(BerCurve curve, Disturbance const& disturbance, double snr_db) {
    return std::exp(disturbance.impulse_bits *
                    std::log1p(-bit_error_rate(curve, snr_db - disturbance.impulse_db)));
}

} // namespace gridtwin::medium
