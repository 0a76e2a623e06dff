#pragma once
// What the gateways come to know of each short message: the rows of /sms.
#include "sim/core/message.hpp"

#include <array>
#include <cstddef>

namespace gridtwin::twin {

struct SmsRow {
    std::array<SimTime, kDeliveryStates> entered{kNever, kNever, kNever, kNever}; ///< [state]
    SimTime ended = kNever; ///< when the fate was known
    DeliveryFate fate{};
    std::uint8_t gateway = 0;     ///< whose short number it went by, or came by; sms::kOutside
    bool down = false;            ///< to a meter or concentrator
    std::uint32_t duplicates = 0; ///< further deliveries

    /// The two bits.
    [[nodiscard]] DeliveryState state() const {
        std::size_t s = kDeliveryStates - 1;
        while (s > 0 && entered[s] == kNever) {
            --s;
        }
        return static_cast<DeliveryState>(s);
    }
};

} // namespace gridtwin::twin
