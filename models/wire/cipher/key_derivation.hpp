#pragma once
// Keys of simulated meters: functions of a master key and the scenario's seed, so that every run
// has the same and nothing secret is stored. Assumption: real fleets draw keys at random and keep
// them in a key management system; how does not show on any line.
#include "models/wire/cipher/aes_gcm.hpp"
#include "sim/core/random.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace gridtwin::wire {

/// The first block of the key derivation function of NIST SP 800-108 (clause 4.1) in counter mode
/// with AES-128-CMAC: CMAC(key, 00000001 | fixed input).
[[nodiscard]] AesKey kdf_cmac(AesKey const& key, std::span<std::byte const> fixed_input);

/// kdf_cmac over label | 00 | seed (8 octets) | id (8 octets) | 00000080: the layout of SP 800-108.
[[nodiscard]] AesKey derive_key(AesKey const& master, std::string_view label, Seed seed,
                                std::uint64_t id);

} // namespace gridtwin::wire
