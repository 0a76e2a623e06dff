#pragma once
// Until when a meter opens its contact as it is told: an order that comes late must not disconnect
// a customer in hours in which nobody is to be disconnected.
#include "sim/core/message.hpp"

namespace gridtwin::wire {

/// An order to open with a time from which on it is not to be obeyed any more. To close holds
/// whenever it comes.
[[nodiscard]] inline bool is_limited(Message const& message) {
    return message.kind == MessageKind::set_relay && message.value == 0 &&
           message.occurred != kStart;
}
/// Whether it is too late for a clock that shows `shown` as it comes.
[[nodiscard]] inline bool lapsed(Message const& message, SimTime shown) {
    return is_limited(message) && shown >= message.occurred;
}

} // namespace gridtwin::wire
