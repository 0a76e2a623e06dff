#pragma once
// A time that was told to all meters, and whether one of them believes it.
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

namespace gridtwin::meter {

/// What a meter keeps of the last broadcast it heard.
struct ClockHearing {
    CommandId command{}; ///< none: it agreed with the clock, or there was none
    SimDuration deviation{};
};

/// A set_clock to all meters reaches one whose clock shows `shown`; its `count` is its uncertainty,
/// ms: it is right by half of that, as no medium delivers it later than that. The meter sets its
/// clock when that is off by more than the whole, so that it is never worse off afterwards, and
/// when the broadcast before said the same within it. Copies of one broadcast are one.
/// @return whether to do as it says
[[nodiscard]] bool believe_clock(ClockHearing& heard, Message const& broadcast, SimTime shown);

} // namespace gridtwin::meter
