#pragma once
// Keys and names of simulated meters: functions of a master key, the scenario's seed and the meter.
#include "models/wire/cipher/key_derivation.hpp"
#include "models/wire/dlms_link/security.hpp"
#include "sim/core/ids.hpp"

namespace gridtwin::wire {

/// Global unicast encryption key and authentication key of one meter ("GUEK", "GAK"), and the
/// broadcast key of all ("GBEK", id 0).
[[nodiscard]] SecurityKeys derive_meter_keys(AesKey const& master, Seed seed, MeterId meter);

/// Three letters of the manufacturer and the meter's number: as DLMS UA has it.
[[nodiscard]] SystemTitle meter_system_title(MeterId meter);

} // namespace gridtwin::wire
