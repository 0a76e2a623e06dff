#pragma once
// What a timer of an account is for: the low bits of its payload, under the account's row.
#include <cstdint>

namespace gridtwin::headend {

inline constexpr std::uint64_t kPurposeBits = 2;
inline constexpr std::uint64_t kUpdatePurpose = 0;
inline constexpr std::uint64_t kAskPurpose = 1;
inline constexpr std::uint64_t kRelayPurpose = 2;

} // namespace gridtwin::headend
