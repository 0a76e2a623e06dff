#pragma once
// What an operations centre is told of: the signalling entities of metering, in its own words.
#include "models/headend/ports/events.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gridtwin::headend {

/// The numbers are part of saved states: append only.
enum class Signal : std::uint8_t {
    power_loss,        ///< without supply
    deviation,         ///< voltage or frequency beyond its limits
    overload,          ///< beyond a customer's limit: warned or curtailed
    coincident_peak,   ///< demand of all below a concentrator or feeder beyond its limit
    imbalance,         ///< energy that nobody accounts for
    theft,             ///< a customer suspected of using it
    tamper,            ///< a detector of a meter
    wrong_connection,  ///< a reversed phase
    password_guessing, ///< locked out
    message_refused,   ///< forged or replayed messages
    relay_failed,      ///< contacts that do not move
    clock_error,       ///< beyond the limit, or nobody knows it to be right
    low_collection,    ///< readings held of those due, below a concentrator
    session_lost,      ///< of a concentrator's data session
    flood,             ///< too many of one signal in one place: this stands for them
    credit,            ///< exhausted, of a customer who pays in advance
};
inline constexpr std::size_t kSignals = 16;
[[nodiscard]] std::string_view name(Signal signal);

/// As in ANSI/ISA-18.2; 0 is the most urgent.
enum class Priority : std::uint8_t { critical, high, medium, low };
inline constexpr std::size_t kPriorities = 4;
[[nodiscard]] std::string_view name(Priority priority);

/// A signal that begins or ends.
struct SignalChange {
    Signal signal{};
    bool begins = true;
};
/// What a meter's or a concentrator's alarm means; nothing for what is no signal by itself.
[[nodiscard]] std::optional<SignalChange> signal_of(AlarmKind kind);

} // namespace gridtwin::headend
