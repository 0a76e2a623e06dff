#pragma once
// What a meter accepts: messages from the dedicated short number, with its own code, a valid tag
// and a fresh counter; top-ups from the predefined number alone, and nothing else from there.
// Everything else is refused for one reason, and changes nothing. The other way, what the utility
// accepts of a meter.
#include "models/wire/sms/command.hpp"
#include "models/wire/sms/envelope.hpp"
#include "models/wire/sms/freshness.hpp"
#include "models/wire/sms/message_content.hpp"
#include "models/wire/sms/refusal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gridtwin::wire::sms {

enum class Outcome : std::uint8_t {
    accepted,
    duplicate, ///< the network's: accepted before; answered again from memory, executed once
    refused,
};

/// What a meter is set up with.
struct MeterRule {
    MeterCode code;
    std::span<std::string const> short_numbers; ///< dedicated; one a gateway
    std::string_view top_up_number;             ///< may be one of the short numbers; empty: none
    std::uint32_t window = kMostWindow; ///< of the memory's, as far as counters below the greatest
                                        ///< are still taken; 1: none are
};

/// How many accepted messages are known again as copies by the network; older ones are replays.
inline constexpr std::size_t kRecent = 4;

/// What was accepted last. A message of one of the recent counters again is a copy.
/// @param window counters below the greatest that are still taken, as messages overtake each other
template <std::uint32_t window>
struct WindowedMemory {
    SeenNumbers<window> counters;
    std::array<std::uint32_t, kRecent>
        recent{}; ///< counters, 0 none; the next replaces recent[next]
    std::uint32_t next = 0;

    friend bool operator==(WindowedMemory const&, WindowedMemory const&) = default;
};
using MeterMemory = WindowedMemory<kMeterWindow>;
using GuardMemory = WindowedMemory<kMostWindow>; ///< of a concentrator and of the utility

struct Verdict {
    Outcome outcome = Outcome::refused;
    Refusal reason = Refusal::none; ///< unless refused
    std::uint32_t counter = 0;      ///< of accepted ones and duplicates: which one is answered
    /// Of accepted ones: message of the simulator, with its meter unnamed, or command.
    std::variant<std::monostate, DecodedMessage, Command> content;
};

/// Judges what a meter, or a concentrator, received; changes nothing. For both memories.
/// @param sender number it came from
template <std::uint32_t window>
[[nodiscard]] Verdict judge(MeterRule const& rule, WindowedMemory<window> const& memory,
                            std::string_view sender, std::span<std::byte const> octets,
                            AesGcm& key);

/// What the utility knows of a meter.
struct UtilityRule {
    MeterCode code;
    std::string_view meter_number; ///< of its SIM
    std::string_view short_number; ///< by which this came
    std::uint32_t window = kMostWindow;
};
struct UtilityVerdict {
    Outcome outcome = Outcome::refused;
    Refusal reason = Refusal::none;
    std::uint32_t counter = 0;
    std::variant<std::monostate, DecodedMessage, Answer> content;
};
/// Likewise what came from a meter.
[[nodiscard]] UtilityVerdict judge(UtilityRule const& rule, GuardMemory const& memory,
                                   std::string_view sender, std::span<std::byte const> octets,
                                   AesGcm& key);

/// Once a message was accepted, and only then.
template <std::uint32_t window>
void remember(WindowedMemory<window>& memory, std::uint32_t counter) {
    see(memory.counters, counter);
    memory.recent[memory.next] = counter;
    memory.next = (memory.next + 1) % kRecent;
}

/// The answers to the messages that a memory calls recent: a meter's, to say again.
class AnswerMemory {
  public:
    void keep(std::uint32_t counter, std::vector<std::byte> content);
    /// Null when there is none.
    [[nodiscard]] std::vector<std::byte> const* find(std::uint32_t counter) const;

  private:
    struct Kept {
        std::uint32_t counter = 0;
        std::vector<std::byte> content;
    };
    std::vector<Kept> kept_; ///< kRecent at most, the oldest first
};

/// Books of one receiver or of many.
struct GuardCounts {
    std::uint64_t accepted = 0;
    std::uint64_t duplicates = 0;
    std::array<std::uint64_t, kRefusals> refused{}; ///< by Refusal; [0] stays 0

    void add(Outcome outcome, Refusal reason);
    [[nodiscard]] std::uint64_t refused_total() const;
};

} // namespace gridtwin::wire::sms
