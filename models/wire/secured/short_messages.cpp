#include "models/wire/secured/short_messages.hpp"

#include "models/wire/cipher/key_derivation.hpp"
#include "models/wire/sms/envelope.hpp"
#include "models/wire/sms/message_content.hpp"

namespace gridtwin::wire::secured {
namespace {

std::size_t direction_of(Message const& message) {
    return goes_down(message.kind) ? 0 : 1;
}

} // namespace

ShortMessages::Subscriber& ShortMessages::subscriber(Message const& message) {
    bool const meter = message.concentrator == kNone<ConcentratorId>;
    Party const who = meter ? party(message.meter) : party(message.concentrator);
    auto const [place, is_new] = subscribers_.try_emplace(who);
    if (is_new) {
        place->second.key = derive_key(master_, meter ? "SMS" : "CSMS", seed_, who.number);
        place->second.code =
            meter ? sms::code_of(message.meter) : sms::code_of(message.concentrator);
    }
    return place->second;
}

void ShortMessages::seal(Message const& message, std::vector<std::byte>& out) {
    auto& who = subscriber(message);
    std::vector<std::byte> content;
    sms::encode_sms(message, content);
    gcm_.set_key(who.key);
    sms::seal({.code = who.code,
               .direction =
                   goes_down(message.kind) ? sms::Direction::to_meter : sms::Direction::from_meter,
               .counter = sms::next_counter(who.sent[direction_of(message)])},
              short_numbers_.front(), content, gcm_, out);
}

sms::Refusal ShortMessages::open(std::span<std::byte const> octets, Message& message) {
    auto& who = subscriber(message);
    auto& memory = who.seen[direction_of(message)];
    gcm_.set_key(who.key);
    auto const number = sms::to_text(who.code); // whoever sends it is not forged here
    auto const take = [&](auto&& verdict) {
        if (verdict.outcome == sms::Outcome::duplicate) {
            return sms::Refusal::replayed;
        }
        if (verdict.outcome == sms::Outcome::refused) {
            return verdict.reason;
        }
        auto* const told = std::get_if<sms::DecodedMessage>(&verdict.content);
        if (told == nullptr || !sms::tell(std::move(*told), message)) {
            return sms::Refusal::malformed;
        }
        sms::remember(memory, verdict.counter);
        return sms::Refusal::none;
    };
    if (goes_down(message.kind)) {
        bool const meter = message.concentrator == kNone<ConcentratorId>;
        return take(
            sms::judge(sms::MeterRule{.code = who.code,
                                      .short_numbers = short_numbers_,
                                      .top_up_number = {},
                                      .window = meter ? sms::kMeterWindow : sms::kMostWindow},
                       memory, short_numbers_.front(), octets, gcm_));
    }
    return take(sms::judge(sms::UtilityRule{.code = who.code,
                                            .meter_number = number,
                                            .short_number = short_numbers_.front()},
                           memory, number, octets, gcm_));
}

std::size_t ShortMessages::bytes() const {
    return subscribers_.size() * (4 * sizeof(void*) + sizeof(*subscribers_.begin()));
}

} // namespace gridtwin::wire::secured
