#pragma once
// What noise does besides being white: it swings with the mains, and impulses rise out of it.
#include "models/medium/bit_error.hpp"

#include <vector>

namespace gridtwin::medium {

/// Nothing by default: white noise.
struct Disturbance {
    /// Of the noise over each half-cycle of the mains, peak to peak; a cosine in dB. It moves noise
    /// in time and adds none: the noise's level is that of its mean power.
    double swing_db = 0.0;
    double impulses_per_bit = 0.0; ///< mean of a Poisson train, where its factor is 1
    double impulse_db = 0.0;       ///< of an impulse over the noise's level
    double impulse_bits = 1.0;     ///< that an impulse hits

    [[nodiscard]] bool none() const { return swing_db <= 0.0 && impulses_per_bit <= 0.0; }
};

/// The noise over its level at evenly spread phases of half a cycle, dB; {0} without a swing.
[[nodiscard]] std::vector<double> swing_phases_db(Disturbance const& disturbance);

/// Mean over those phases of ln(1 - BER): times bits, the logarithm of the chance that a frame much
/// longer than a half-cycle is right.
[[nodiscard]] double mean_ln_bit_right(BerCurve curve, std::vector<double> const& phases_db,
                                       double snr_db);

/// Chance that an impulse leaves the bits right that it hits.
[[nodiscard]] double impulse_survival(BerCurve curve, Disturbance const& disturbance,
                                      double snr_db);

} // namespace gridtwin::medium
