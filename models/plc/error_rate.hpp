#pragma once
// From a signal-to-noise ratio to the chance that a frame is broken.
#include "models/plc/spec.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::plc {

/// Chance that one bit is wrong, gamma = 10^(snr_db / 10) being energy per bit over noise density:
/// non-coherent FSK exp(-gamma/2)/2, DBPSK exp(-gamma)/2, BPSK Q(sqrt(2 gamma)), coherent FSK
/// Q(sqrt(gamma)). Source: Proakis, Digital Communications (binary signalling, white noise).
[[nodiscard]] double bit_error_rate(BerCurve curve, double snr_db);

/// Chance that at least one bit of `octets` is wrong, bits independent: 1 - (1 - BER)^(8 octets).
/// @param snr_db per bit, behind the processing gain
/// @param octets those a checksum covers; the preamble is not among them
[[nodiscard]] double frame_error_rate(ModemSpec const& modem, double snr_db, std::size_t octets);

/// frame_error_rate by table, for the hot path: ln(1 - BER) every 1/32 dB from -10 to 20 dB,
/// linear between; the same as at the table's end below it, no errors above it.
/// Error against the formula: below 0.2 % of the frame error rate up to 16 dB.
class ErrorTable {
  public:
    explicit ErrorTable(BerCurve curve);
    /// Chance that all of `bits` are right.
    [[nodiscard]] double success(double snr_db, double bits) const;

  private:
    std::vector<float> ln_bit_success_;
};

} // namespace gridtwin::plc
