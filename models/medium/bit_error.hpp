#pragma once
// From energy per bit over noise to the chance that bits arrive right.
#include <cstdint>
#include <vector>

namespace gridtwin::medium {

/// Bit error rate over the energy per bit.
enum class BerCurve : std::uint8_t { nc_fsk, dbpsk, bpsk, coherent_fsk, oqpsk_dsss, dqpsk, d8psk };

/// Chance that one bit is wrong, gamma = 10^(snr_db / 10) being energy per bit over noise density:
/// non-coherent FSK exp(-gamma/2)/2, DBPSK exp(-gamma)/2, BPSK Q(sqrt(2 gamma)), coherent FSK
/// Q(sqrt(gamma)); differential QPSK with Gray code Q1(a, b) - I0(a b) exp(-(a^2 + b^2) / 2) / 2,
/// a, b = sqrt(2 gamma (1 -+ 1 / sqrt(2))); differential 8PSK a third of the symbol errors, as with
/// Gray code where they are to neighbours (never above 7/24, that without a signal).
/// Source: Proakis, Digital Communications; Pawula 1982 (symbol errors of differential PSK).
/// O-QPSK with 16 spread symbols: 8/15 1/16 sum_{k=2..16} (-1)^k C(16,k) exp(2.5 gamma (1/k - 1)).
/// Source: IEEE 802.15.4-2006, annex E (20 SINR in 2 MHz there is 2.5 gamma at 250 kbit/s).
[[nodiscard]] double bit_error_rate(BerCurve curve, double snr_db);

/// Chance that many bits are right, by table, for the hot path: ln(1 - BER) every 1/32 dB from -10
/// to 20 dB, linear between; the same as at the table's end below it, no errors above it.
/// Error against the formula: below 0.2 % of the frame error rate up to 16 dB.
class ErrorTable {
  public:
    explicit ErrorTable(BerCurve curve);
    /// Chance that all of `bits` are right.
    [[nodiscard]] double success(double snr_db, double bits) const;

  private:
    std::vector<float> ln_bit_success_;
};

/// The table of that curve, made at its first use and shared by all media.
[[nodiscard]] ErrorTable const& error_table(BerCurve curve);

} // namespace gridtwin::medium
