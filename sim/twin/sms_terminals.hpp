#pragma once
// The part of an SMS meter that outside clients speak to: what it accepts of their octets, what it
// does about it, and what it answers (models/wire/sms).
#include "models/meter/table.hpp"
#include "models/wire/sms/guard.hpp"
#include "models/wire/sms/reassembly.hpp"
#include "sim/core/message.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gridtwin::twin {

class SmsTerminals {
  public:
    SmsTerminals(scenario::Scenario const& scenario, meter::MeterTable& meters);

    struct Reaction {
        std::vector<std::pair<SimTime, Message>> orders; ///< for the grid, as orders_of has them
        std::optional<Message> answer;                   ///< short_answer; none: it stays silent
        SimTime ready{};                                 ///< when the answer may leave the meter
        wire::sms::Refusal refused = wire::sms::Refusal::none;
        std::vector<EventRecord> events{}; ///< of what its command was refused
    };
    /// A short_command at its meter, which has voltage. What is refused is counted, and answered if
    /// the scenario says so, without a word about what was right of it; parts of a message stay
    /// without an answer until the last has come.
    [[nodiscard]] Reaction receive(Message const& command, SimTime now, MessageNumbers& numbers);

    [[nodiscard]] wire::sms::GuardCounts const& counts() const { return counts_; }

  private:
    struct Terminal {
        wire::sms::MeterMemory memory;
        wire::sms::AnswerMemory answers;
        wire::sms::TokenBook book;
        std::uint32_t last_counter = 0; ///< of its own messages
    };
    /// What a command leads to.
    struct Result {
        wire::sms::Answer answer;
        SimTime ready{};
        std::vector<std::pair<SimTime, Message>> orders;
        std::vector<EventRecord> events{};
    };

    [[nodiscard]] Result execute(wire::sms::Command const& command, Message const& request,
                                 Terminal& terminal, SimTime now, MessageNumbers& numbers);
    [[nodiscard]] Result execute(wire::sms::Switch const& order, Message const& request,
                                 SimTime now, MessageNumbers& numbers);
    [[nodiscard]] Result execute(wire::sms::SetLimits const& limits, Message const& request,
                                 SimTime now, MessageNumbers& numbers);
    [[nodiscard]] Result execute(wire::sms::SetClock const& order, Message const& request,
                                 SimTime now, MessageNumbers& numbers);
    [[nodiscard]] Result execute(wire::sms::ReadProfile const& order, Message const& request,
                                 SimTime now, MessageNumbers& numbers);
    /// As it is sealed, to the client.
    [[nodiscard]] Message answer_of(Message const& command, std::string_view number,
                                    std::span<std::byte const> content, SimTime ready,
                                    MessageNumbers& numbers);
    [[nodiscard]] Reaction refuse(Message const& command, std::string_view number,
                                  wire::sms::Refusal why, SimTime now, MessageNumbers& numbers);
    /// Makes the cipher the meter's, whose key is derived when it was another's.
    void use_key(MeterId meter);
    [[nodiscard]] bool has_account(MeterId meter) const;
    /// Of the meter's account, or without one the sum of its tokens.
    [[nodiscard]] Money balance(MeterId meter, Terminal const& terminal) const;
    [[nodiscard]] wire::sms::Reading reading(MeterId meter, Terminal const& terminal,
                                             SimTime now) const;

    scenario::Scenario const& scenario_;
    meter::MeterTable& meters_;
    std::vector<std::string> short_numbers_;                ///< of both gateways
    std::unordered_map<std::uint32_t, Terminal> terminals_; ///< by meter, of those spoken to
    wire::sms::Reassembly parts_;
    wire::AesGcm gcm_;
    MeterId keyed_ = kNone<MeterId>; ///< whose key gcm_ has
    wire::sms::GuardCounts counts_;
};

} // namespace gridtwin::twin
