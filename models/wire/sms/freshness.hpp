#pragma once
// Which numbers of a sender that only counts up have been seen: as the anti-replay window of
// RFC 4303, 3.4.3.
#include <cstdint>

namespace gridtwin::wire::sms {

inline constexpr std::uint32_t kMostWindow = 64;

enum class Freshness : std::uint8_t {
    fresh,
    seen,
    too_old, ///< so far below the greatest that nobody knows
};

/// Messages may overtake each other, so that a number below the greatest is not stale by that
/// alone: those of the last `window` numbers are remembered one by one.
struct SeenNumbers {
    std::uint64_t greatest = 0; ///< 0: none yet; numbers begin with 1
    std::uint64_t below = 0;    ///< bit i: greatest - i was seen

    friend bool operator==(SeenNumbers const&, SeenNumbers const&) = default;
};

/// @param window 1 to kMostWindow; 1: none but those above the greatest are fresh
[[nodiscard]] Freshness freshness_of(SeenNumbers const& seen, std::uint64_t number,
                                     std::uint32_t window = kMostWindow);
/// Once a fresh number's message was taken.
void see(SeenNumbers& seen, std::uint64_t number);

} // namespace gridtwin::wire::sms
