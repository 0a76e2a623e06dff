#pragma once
// From energy per bit over noise to the chance that a bit arrives wrong.
#include <cstdint>

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

} // namespace gridtwin::medium
