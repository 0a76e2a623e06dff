#pragma once
// What a message centre remembers of the messages it was handed: for answers, receipts and queries.
#include "models/wire/smpp/pdu.hpp"
#include "models/wire/smpp/time.hpp"
#include "sim/core/message.hpp"
#include "sim/live/socket_server.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::live {

struct SentMessage {
    std::uint64_t number = 0; ///< its id, in decimal digits
    ConnectionId from{};
    std::uint32_t sequence = 0; ///< of the submit_sm
    bool answered = false;
    wire::smpp::Address source;
    wire::smpp::Address destination;
    std::uint8_t registered_delivery = 0;
    wire::smpp::UtcTime submitted{};
    std::optional<wire::smpp::UtcTime> ended{};
    wire::smpp::MessageState state = wire::smpp::MessageState::enroute;
};

/// Forgets the oldest that have come to their end, when there are too many.
class SmppMessages {
  public:
    explicit SmppMessages(std::size_t most) : most_(most) {}

    /// Room for one more, if need be by forgetting one.
    [[nodiscard]] bool has_room();
    SentMessage& add(SentMessage message); ///< numbers it, from 1
    [[nodiscard]] SentMessage* find(std::uint64_t number);
    /// By its id as clients write it.
    [[nodiscard]] SentMessage const* find(std::string_view id) const;
    void end(SentMessage& message, wire::smpp::MessageState state, wire::smpp::UtcTime at);
    /// It was refused, and has no id.
    void erase(std::uint64_t number) { messages_.erase(number); }

  private:
    std::size_t most_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, SentMessage> messages_;
    std::deque<std::uint64_t> ended_; ///< oldest first
};

/// The deliver_sm that tells of a message's end.
[[nodiscard]] wire::smpp::Pdu receipt_of(SentMessage const& message);

/// Status of a submit_sm that the operator refuses.
[[nodiscard]] wire::smpp::CommandStatus refusal_status(LossReason reason);
/// State of a message that is lost.
[[nodiscard]] wire::smpp::MessageState lost_state(LossReason reason);

} // namespace gridtwin::live
