#pragma once
// Which of a modem's modes a link uses, learnt from what came of its polled frames: automatic rate
// fallback. Source: Kamerman and Monteban, "WaveLAN-II: a high-performance wireless LAN for the
// unlicensed band", Bell Labs Technical Journal, 1997.
#include "models/plc/spec.hpp"

#include <cstdint>

namespace gridtwin::plc {

/// One direction of a link.
struct LinkRate {
    std::uint8_t mode = 0;
    std::uint8_t successes = 0; ///< in a row, in this mode; not counted in the fastest
    std::uint8_t failures = 0;  ///< in a row, in this mode; not counted in the slowest
    bool on_trial = false;      ///< has just gone up
};

/// A frame was acknowledged. After a run of them the next faster mode is tried.
inline void note_success(LinkRate& link, MacSpec const& mac) {
    link.failures = 0;
    link.on_trial = false;
    if (link.mode == 0) {
        return;
    }
    ++link.successes;
    if (link.successes >= mac.rate_up_successes) {
        --link.mode;
        link.successes = 0;
        link.on_trial = true;
    }
}

/// A frame was not acknowledged, whatever the reason: the sender cannot tell. After a few in a row,
/// or at once when the mode was on trial, the next slower mode is taken.
inline void note_failure(LinkRate& link, MacSpec const& mac, std::uint8_t slowest) {
    link.successes = 0;
    if (link.mode < slowest) {
        ++link.failures;
        if (link.on_trial || link.failures >= mac.rate_down_failures) {
            ++link.mode;
            link.failures = 0;
        }
    }
    link.on_trial = false;
}

} // namespace gridtwin::plc
