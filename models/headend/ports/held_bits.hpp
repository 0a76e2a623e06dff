#pragma once
// What is held, a bit an interval: counting it and finding gaps, wherever the words of 32 bits are.
// Interval k from 1 is bit (k - 1) % 32 of word (k - 1) / 32.
#include "models/headend/ports/ports.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace gridtwin::headend {

inline constexpr std::uint32_t kHeldBits = 32; ///< in a word

/// @param word gives the word of a number, 0 where there is none
template <typename Word>
[[nodiscard]] bool is_held(Word const& word, std::uint32_t interval) {
    std::uint32_t const i = interval - 1;
    return interval != 0 && ((word(i / kHeldBits) >> (i % kHeldBits)) & 1U) != 0;
}

/// Of [first, last], first >= 1.
template <typename Word>
[[nodiscard]] std::uint32_t count_held(Word const& word, std::uint32_t first, std::uint32_t last) {
    std::uint32_t count = 0;
    for (std::uint32_t i = first; i <= last;) {
        std::uint32_t const w = (i - 1) / kHeldBits;
        std::uint32_t const to = std::min(last, (w + 1) * kHeldBits);
        std::uint32_t const mask = (~std::uint32_t{0} << ((i - 1) % kHeldBits)) &
                                   (~std::uint32_t{0} >> (kHeldBits - 1 - (to - 1) % kHeldBits));
        count += static_cast<std::uint32_t>(std::popcount(word(w) & mask));
        i = to + 1;
    }
    return count;
}

/// The first run of intervals not held in [first, last].
template <typename Word>
[[nodiscard]] IntervalSpan first_gap(Word const& word, std::uint32_t first, std::uint32_t last) {
    IntervalSpan gap;
    // 64 bits count the intervals so that `last` may be the highest number there is
    for (std::uint64_t i = std::max(first, 1U); i <= last;) {
        auto const bit = static_cast<std::uint32_t>((i - 1) % kHeldBits);
        std::uint32_t const bits = word(static_cast<std::uint32_t>((i - 1) / kHeldBits)) >> bit;
        bool const searching = gap.count == 0;
        auto const run =
            static_cast<std::uint32_t>(searching ? std::countr_one(bits) : std::countr_zero(bits));
        auto const length = std::min<std::uint64_t>({run, kHeldBits - bit, last - i + 1});
        i += length;
        if (!searching) {
            gap.count += static_cast<std::uint32_t>(length);
        }
        if (i > last || bit + length == kHeldBits) {
            continue; // to the next word, or done
        }
        if (!searching) {
            break;
        }
        gap = {static_cast<std::uint32_t>(i), 1};
        ++i;
    }
    return gap;
}

} // namespace gridtwin::headend
