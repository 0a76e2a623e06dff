#include "sim/live/smpp_messages.hpp"

#include "models/wire/smpp/receipt.hpp"

#include <charconv>

namespace gridtwin::live {

namespace smpp = wire::smpp;

bool SmppMessages::has_room() {
    while (messages_.size() >= most_ && !ended_.empty()) {
        messages_.erase(ended_.front());
        ended_.pop_front();
    }
    return messages_.size() < most_;
}

SentMessage& SmppMessages::add(SentMessage message) {
    message.number = ++last_;
    return messages_.emplace(last_, std::move(message)).first->second;
}

SentMessage* SmppMessages::find(std::uint64_t number) {
    auto const found = messages_.find(number);
    return found == messages_.end() ? nullptr : &found->second;
}

SentMessage const* SmppMessages::find(std::string_view id) const {
    std::uint64_t number = 0;
    auto const [rest, failure] = std::from_chars(id.data(), id.data() + id.size(), number);
    auto const found = messages_.find(number);
    bool const whole = failure == std::errc{} && rest == id.data() + id.size();
    return !whole || found == messages_.end() ? nullptr : &found->second;
}

void SmppMessages::end(SentMessage& message, smpp::MessageState state, smpp::UtcTime at) {
    message.state = state;
    message.ended = at;
    ended_.push_back(message.number);
}

smpp::Pdu receipt_of(SentMessage const& message) {
    bool const delivered = message.state == smpp::MessageState::delivered;
    auto const id = std::to_string(message.number);
    auto const text = smpp::format_receipt({.id = id,
                                            .submitted = 1,
                                            .delivered = delivered ? 1 : 0,
                                            .submit_date = message.submitted,
                                            .done_date = message.ended,
                                            .stat = std::string(smpp::stat_of(message.state)),
                                            .err = "000",
                                            .text = {}});
    auto const octets = std::as_bytes(std::span(text));
    smpp::ShortMessage body;
    body.source = message.destination;
    body.destination = message.source;
    body.esm_class = smpp::esm::kDeliveryReceipt;
    body.short_message.assign(octets.begin(), octets.end());
    smpp::Pdu pdu{.command = smpp::CommandId::deliver_sm, .body = std::move(body), .tlvs = {}};
    smpp::add_text(pdu.tlvs, smpp::Tag::receipted_message_id, id);
    smpp::add_number(pdu.tlvs, smpp::Tag::message_state, static_cast<std::uint32_t>(message.state));
    return pdu;
}

smpp::CommandStatus refusal_status(LossReason reason) {
    switch (reason) {
    case LossReason::queue_full:
        return smpp::CommandStatus::message_queue_full;
    case LossReason::rejected:
        return smpp::CommandStatus::throttled;
    case LossReason::link_down:
        return smpp::CommandStatus::system_error; // another time it may be taken
    default:
        return smpp::CommandStatus::submit_failed;
    }
}

smpp::MessageState lost_state(LossReason reason) {
    switch (reason) {
    case LossReason::expired:
        return smpp::MessageState::expired;
    case LossReason::rejected:
        return smpp::MessageState::rejected;
    default:
        return smpp::MessageState::undeliverable;
    }
}

} // namespace gridtwin::live
