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

/// Likewise of concentrators, which have unicast keys of their own ("CUEK", "CAK") for what they
/// exchange with the head-end, and of the head-end.
[[nodiscard]] SecurityKeys derive_concentrator_keys(AesKey const& master, Seed seed,
                                                    ConcentratorId concentrator);
[[nodiscard]] SystemTitle concentrator_system_title(ConcentratorId concentrator);
[[nodiscard]] SystemTitle head_end_system_title();

/// What messages to all are protected with: the broadcast key, and an authentication key of the
/// group ("GGAK"). Assumption: the standard has no authentication key of a group, and with each
/// meter's own nothing that is meant for all could be authenticated.
[[nodiscard]] SecurityKeys derive_group_keys(AesKey const& master, Seed seed);

} // namespace gridtwin::wire
