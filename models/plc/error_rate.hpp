#pragma once
// From a signal-to-noise ratio to the chance that a frame is broken.
#include "models/medium/bit_error.hpp"
#include "models/plc/spec.hpp"

#include <cstddef>

namespace gridtwin::plc {

using medium::bit_error_rate;
using medium::ErrorTable;

/// Chance that at least one bit of `octets` is wrong, bits independent: 1 - (1 - BER)^(8 octets).
/// @param snr_db per bit, behind the processing gain
/// @param octets those a checksum covers; the preamble is not among them
[[nodiscard]] double frame_error_rate(ModemSpec const& modem, double snr_db, std::size_t octets);

} // namespace gridtwin::plc
