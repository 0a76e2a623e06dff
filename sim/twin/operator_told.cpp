// What the operator tells: messages at their ends, states, answers.
#include "models/wire/sizes.hpp"
#include "sim/twin/operator_federate.hpp"
#include "sim/twin/short_message.hpp"

#include <algorithm>

namespace gridtwin::twin {

/// To its meter or concentrator, whose modem reads its store.
void OperatorFederate::hand_down(Item const& item, MeterId subscriber, SimTime at) {
    auto const row = item.message.concentrator == kNone<ConcentratorId>
                         ? static_cast<std::uint32_t>(subscriber)
                         : static_cast<std::uint32_t>(item.message.concentrator);
    out_->send(at + scenario_.sms.terminal_delay, engine::FederateId::access, row, row,
               item.message);
}

std::optional<Message> OperatorFederate::looked_into(Message const& message) {
    auto copy = message;
    if (copy.sealed && !gateway_.open(copy, Channel::sms)) {
        return std::nullopt;
    }
    return copy;
}

/// An answer shows that one request has been processed, state 1:1; its fate, whether the meter
/// would. Of outside clients' messages the meter's own word is taken for that (a short_answer's
/// value): /sms has what is true, though the operator does not look into them. A repeated command
/// is answered each time it arrives, so the oldest delivered request without an answer is the one.
void OperatorFederate::note_answer(Message const& answer, SimTime at) {
    auto const asked = asked_.find(answer.command);
    if (asked == asked_.end()) {
        return;
    }
    bool const tells = answer.kind == MessageKind::acknowledgement ||
                       answer.kind == MessageKind::set_result ||
                       answer.kind == MessageKind::short_answer;
    auto const seen = tells ? looked_into(answer) : std::nullopt;
    auto& handles = asked->second;
    auto const arrived = std::find_if(handles.begin(), handles.end(), [this](std::uint64_t handle) {
        return records_[handle].fate == Fate::delivered;
    });
    if (arrived != handles.end()) {
        std::uint64_t const handle = *arrived;
        auto const closes = items_[handle].closes;
        bool const refuses = seen && (seen->kind == MessageKind::acknowledgement
                                          ? closes && (seen->value != 0) != *closes
                                          : seen->value == 0);
        handles.erase(arrived);
        if (refuses) {
            operator_.mark_refused(handle, at);
        } else {
            operator_.mark_processed(handle, at);
        }
    }
}

/// A meter speaks to the utility's gateway that it heard last.
void OperatorFederate::note_sender(sms::SmsMessage const& sms) {
    if (sms.gateway != sms::kOutside) {
        answers_[index(sms.subscriber)] = sms.gateway;
    }
}

void OperatorFederate::on_delivered(sms::SmsMessage const& sms, std::uint8_t tries, SimTime at) {
    auto& item = items_[sms.handle];
    auto& record = records_[sms.handle];
    record.fate = Fate::delivered;
    record.tries = tries;
    record.done = at;
    log_[sms.handle].gateway = sms.gateway;
    if (sms.to_meter) {
        note_sender(sms);
        if (item.message.kind == MessageKind::short_command && !item.forged) {
            forger_.overhear(sms.subscriber, item.message.payload);
        }
        hand_down(item, sms.subscriber, at);
        return;
    }
    if (item.message.concentrator == kNone<ConcentratorId> &&
        !heard_.insert(static_cast<std::uint64_t>(item.message.id)).second) {
        ++answers_repeated_; // said again from a meter's memory
        return;
    }
    note_answer(item.message, at);
    if (item.message.kind == MessageKind::short_answer) {
        answer_outside(item.message, at);
        return;
    }
    auto const row = item.message.concentrator == kNone<ConcentratorId>
                         ? static_cast<std::uint32_t>(sms.subscriber)
                         : static_cast<std::uint32_t>(item.message.concentrator);
    auto const gateway = static_cast<std::uint32_t>(world_.concentrators.size());
    item.message.octets =
        wire::encoded_octets(item.message, Channel::wan, scenario_.access.concentrator.sizes);
    out_->send(at, engine::FederateId::wan, gateway, row, std::move(item.message));
}

void OperatorFederate::on_duplicate(sms::SmsMessage const& sms, SimTime at) {
    ++log_[sms.handle].duplicates;
    if (sms.to_meter) {
        note_sender(sms);
        hand_down(items_[sms.handle], sms.subscriber, at);
    } // else the gateway has it already
}

void OperatorFederate::on_fate(std::uint64_t handle, DeliveryFate fate, SimTime at) {
    log_[handle].fate = fate;
    log_[handle].ended = at;
    // What vanished without a word, or whose receipt did, ends for its client when the time is up.
    auto const external = items_[handle].external;
    bool const untold =
        log_[handle].entered[static_cast<std::size_t>(DeliveryState::received)] == kNever &&
        records_[handle].reason != LossReason::expired;
    if (external != 0 && external_ != nullptr && fate == DeliveryFate::expired && untold) {
        external_->on_lost(external, LossReason::expired, at);
    }
}

void OperatorFederate::on_lost(sms::SmsMessage const& sms, LossReason reason, std::uint8_t tries,
                               SimTime at) {
    auto& record = records_[sms.handle];
    record.fate = Fate::lost;
    record.reason = reason;
    record.tries = tries;
    record.done = at;
    auto const external = items_[sms.handle].external;
    if (external != 0 && external_ != nullptr && reason != LossReason::dropped) {
        external_->on_lost(external, reason, at);
    }
}

void OperatorFederate::on_state(std::uint64_t handle, DeliveryState state, SimTime at) {
    records_[handle].state = state;
    log_[handle].entered[static_cast<std::size_t>(state)] = at;
    if (auto const external = items_[handle].external; external != 0 && external_ != nullptr) {
        external_->on_state(external, state, at);
    }
}

void OperatorFederate::answer_outside(Message const& answer, SimTime at) {
    if (external_ != nullptr) {
        auto const message = unpack_short_message(answer.payload);
        external_->on_from_meter(answer.meter, message.number, message.octets, at);
    }
}

} // namespace gridtwin::twin
