#pragma once
// Which numbers of a sender that only counts up have been seen: as the anti-replay window of
// RFC 4303, 3.4.3.
#include <array>
#include <cstdint>
#include <span>

namespace gridtwin::wire::sms {

inline constexpr std::uint32_t kMostWindow = 1024;
/// RFC 4303's recommendation for whoever has little memory. Concentrators and the utility have the
/// greatest: after an outage hundreds of messages are under way at once. Assumptions.
inline constexpr std::uint32_t kMeterWindow = 64;

enum class Freshness : std::uint8_t {
    fresh,
    seen,
    too_old, ///< so far below the greatest that nobody knows
};

/// Messages may overtake each other, so that a number below the greatest is not stale by that
/// alone: those of the last `window` numbers are remembered one by one, in as many bits.
/// @param window a multiple of 64
template <std::uint32_t window>
struct SeenNumbers {
    static_assert(window > 0 && window % 64 == 0);
    std::uint64_t greatest = 0; ///< 0: none yet; numbers begin with 1
    /// Bit i of word k: greatest - 64 k - i was seen.
    std::array<std::uint64_t, window / 64> below{};

    friend bool operator==(SeenNumbers const&, SeenNumbers const&) = default;
};

/// Of SeenNumbers' parts.
[[nodiscard]] Freshness freshness_of(std::uint64_t greatest, std::span<std::uint64_t const> below,
                                     std::uint64_t number, std::uint32_t most);
void see(std::uint64_t& greatest, std::span<std::uint64_t> below, std::uint64_t number);

/// @param most of the window, from 1 on; 1: none but those above the greatest are fresh
template <std::uint32_t window>
[[nodiscard]] Freshness freshness_of(SeenNumbers<window> const& seen, std::uint64_t number,
                                     std::uint32_t most = window) {
    return freshness_of(seen.greatest, seen.below, number, most);
}
/// Once a fresh number's message was taken.
template <std::uint32_t window>
void see(SeenNumbers<window>& seen, std::uint64_t number) {
    see(seen.greatest, seen.below, number);
}

} // namespace gridtwin::wire::sms
