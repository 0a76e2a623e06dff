#pragma once
// Numbers of the senders of messages (MessageNumbers' source), unique in a run.
#include "sim/core/ids.hpp"

#include <cstdint>

namespace gridtwin::twin {

inline constexpr std::uint32_t kHeadEndSource = 1;
inline constexpr std::uint32_t kSmsMetersSource = 2;
inline constexpr std::uint32_t kOutsideSource = 3; ///< clients of the operator (live mode)
[[nodiscard]] inline std::uint32_t concentrator_source(ConcentratorId c) {
    return 16 + 2 * static_cast<std::uint32_t>(c);
}
/// All PLC meters below a concentrator share one.
[[nodiscard]] inline std::uint32_t plc_meters_source(ConcentratorId c) {
    return concentrator_source(c) + 1;
}

} // namespace gridtwin::twin
