#pragma once
// What is known of one interval's energy: how good it is, where it comes from, what the rules say.
#include "sim/core/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gridtwin::headend::vee {

/// The numbers are part of saved states and results: append only.
enum class Quality : std::uint8_t {
    missing,
    actual,    ///< a reading that no rule has seen yet
    validated, ///< a reading that no rule holds suspect
    suspect,   ///< a reading that some rule does
    estimated,
    edited,
};
inline constexpr std::size_t kQualities = 6;
[[nodiscard]] std::string_view name(Quality);
/// A meter's own reading, whatever the rules say of it.
[[nodiscard]] constexpr bool is_reading(Quality q) {
    return q == Quality::actual || q == Quality::validated || q == Quality::suspect;
}
/// What others may be estimated from.
[[nodiscard]] constexpr bool is_good(Quality q) {
    return q == Quality::validated || q == Quality::edited;
}

/// The channel that brought the reading, the method of the estimate, or the editor (of a missing
/// one, too: who took back an edit of what was missing).
enum class Source : std::uint8_t {
    none,
    plc,
    sms,
    wan,
    rf,
    zero,     ///< without supply all the while
    scaled,   ///< a profile scaled to the difference of two register readings
    linear,   ///< between the neighbours
    like_day, ///< mean of the same time on days of the same type
    history,  ///< mean of the same time on the days before
    editor,
};
inline constexpr std::size_t kSources = 11;
[[nodiscard]] std::string_view name(Source);
[[nodiscard]] Source source_of(Channel channel);

/// Quality and source in one octet.
struct Grade {
    Quality quality = Quality::missing;
    Source source = Source::none;
    friend bool operator==(Grade const&, Grade const&) = default;
};
[[nodiscard]] constexpr std::uint8_t pack(Grade g) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(g.quality) |
                                     static_cast<unsigned>(g.source) << 3U);
}
[[nodiscard]] constexpr Quality quality_of(std::uint8_t packed) {
    return static_cast<Quality>(packed & 7U);
}
[[nodiscard]] constexpr Grade unpack(std::uint8_t packed) {
    return {quality_of(packed), static_cast<Source>(packed >> 3U)};
}

/// Named checks (facts: P52, P53; docs/models/vee.md). The number is the bit of an interval's
/// flags.
enum class Rule : std::uint8_t {
    gap,        ///< no reading
    overlap,    ///< another reading said otherwise; the first one is kept
    spike,      ///< far above the day's third peak
    high,       ///< more than the connection can carry
    low,        ///< less than this customer can use
    negative,   ///< export where none is allowed
    zero_run,   ///< nothing for long, with supply
    inactive,   ///< days of nothing
    sum,        ///< intervals do not add up to the difference of two register readings
    voltage,    ///< mean voltage out of range
    clock_jump, ///< longer or shorter than an interval, or the meter did not know its time
    tamper,     ///< tampering was signalled
    prolonged,  ///< no reading for long
};
inline constexpr std::size_t kRules = 13;
[[nodiscard]] std::string_view name(Rule);

/// A bit for each rule; above them what is known beside.
using Flags = std::uint16_t;
[[nodiscard]] constexpr Flags bit(Rule rule) {
    return static_cast<Flags>(1U << static_cast<unsigned>(rule));
}
inline constexpr Flags kRuleBits = (1U << kRules) - 1;
inline constexpr Flags kInterrupted = 1U << 13U; ///< supply was off for a while, or the relay open
inline constexpr Flags kDark = 1U << 14U;        ///< supply was off all the while
inline constexpr Flags kReceived = 1U << 15U;    ///< a reading came, whatever the value is now

[[nodiscard]] constexpr bool has(Flags flags, Rule rule) {
    return (flags & bit(rule)) != 0;
}

} // namespace gridtwin::headend::vee
