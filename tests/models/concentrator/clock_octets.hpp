#pragma once
// How long the messages are by which a concentrator sets a clock, octets on the power line.
#include <cstdint>

namespace gridtwin::concentrator {

inline constexpr std::uint32_t kAsk = 46;
inline constexpr std::uint32_t kAnswer = 51;
inline constexpr std::uint32_t kSet = 102;
inline constexpr std::uint32_t kDone = 41;

} // namespace gridtwin::concentrator
