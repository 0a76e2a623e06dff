#pragma once
// What messages tell about a meter's supply, kept so that the order they come in and copies of them
// do not matter.
#include "models/headend/ports/events.hpp"

#include <array>

namespace gridtwin::headend {

/// What an alarm shows of its meter's supply at the instant it occurred.
enum class Sign : std::uint8_t { none, supply, loss };
[[nodiscard]] Sign sign(AlarmKind kind);

/// Whether a reading shows when there was supply: it has a voltage, and its interval was not partly
/// dark, of which it does not tell the part. @param alive_dv mean voltage (0.1 V)
[[nodiscard]] bool shows_supply(Reading const& reading, std::uint16_t alive_dv);
/// The instant from which on it shows it: its interval's start. @param period of the profile
[[nodiscard]] SimTime shown_by(Reading const& reading, SimDuration period);

inline constexpr SimTime kUnheard = SimTime::min();

/// Of one meter, by its own clock but for `unanswered`. Each column keeps the latest of a set, so
/// two records that were told the same are the same.
struct MeterRecord {
    static constexpr std::size_t kKept = 4;
    std::array<SimTime, kKept> lost{kUnheard, kUnheard, kUnheard, kUnheard}; ///< latest first
    std::array<SimTime, kKept> back{kUnheard, kUnheard, kUnheard, kUnheard}; ///< its own word of it
    SimTime shown = kUnheard;      ///< latest other sign of supply
    SimTime unanswered = kUnheard; ///< when the latest ping without an answer was sent

    friend bool operator==(MeterRecord const&, MeterRecord const&) = default;
};

/// Keeps `at` among the latest distinct ones. @return false if that changes nothing
bool note(std::array<SimTime, MeterRecord::kKept>& latest, SimTime at);
/// The earliest sign known of supply after `since`; a loss shows supply just before it. kNever:
/// none
[[nodiscard]] SimTime first_sign_after(MeterRecord const& record, SimTime since);
/// Whether its latest word is of a loss.
[[nodiscard]] bool is_out(MeterRecord const& record);
/// Whether it had lost its supply before `instant` and shown none since, up to then.
[[nodiscard]] bool was_out_at(MeterRecord const& record, SimTime instant);

} // namespace gridtwin::headend
