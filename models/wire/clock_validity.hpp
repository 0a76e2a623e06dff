#pragma once
// Until when a meter does as a set_clock says. DLMS presets a time together with the interval in
// which it holds, by the very clock that is to be set (class 8: preset_adjusting_time, then
// adjust_to_preset_time; IEC 62056-6-2).
#include "sim/core/message.hpp"

#include <chrono>

namespace gridtwin::wire {

/// That such an order invokes: the count of its set_result, as each has an outcome.
inline constexpr std::uint32_t kClockSettingMethods = 2;

/// To one meter, `count` ms long from `occurred` on. Without a count it holds whenever it comes;
/// the count of a time for all is its uncertainty.
[[nodiscard]] inline bool has_validity(Message const& message) {
    return message.kind == MessageKind::set_clock && message.meter != kNone<MeterId> &&
           message.count != 0;
}
[[nodiscard]] inline SimTime valid_until(Message const& message) {
    return message.occurred + std::chrono::milliseconds(message.count);
}
/// Whether it holds for a clock that shows `shown` as it comes.
[[nodiscard]] inline bool valid_at(Message const& message, SimTime shown) {
    return !has_validity(message) || (shown >= message.occurred && shown <= valid_until(message));
}

} // namespace gridtwin::wire
