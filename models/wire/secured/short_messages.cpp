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

template <typename Use>
auto ShortMessages::with_subscriber(Message const& message, Use use) {
    auto const known = [&](auto& subscribers, auto id, std::string_view purpose) -> auto& {
        auto const [place, is_new] = subscribers.try_emplace(id);
        if (is_new) {
            place->second.key = derive_key(master_, purpose, seed_, static_cast<std::uint32_t>(id));
            place->second.code = sms::code_of(id);
        }
        return place->second;
    };
    return message.concentrator == kNone<ConcentratorId>
               ? use(known(meters_, message.meter, "SMS"))
               : use(known(concentrators_, message.concentrator, "CSMS"));
}

void ShortMessages::seal(Message const& message, std::vector<std::byte>& out) {
    std::vector<std::byte> content;
    sms::encode_sms(message, content);
    with_subscriber(message, [&](auto& who) {
        gcm_.set_key(who.key);
        sms::seal({.code = who.code,
                   .direction = goes_down(message.kind) ? sms::Direction::to_meter
                                                        : sms::Direction::from_meter,
                   .counter = sms::next_counter(who.sent[direction_of(message)])},
                  short_numbers_.front(), content, gcm_, out);
    });
}

sms::Refusal ShortMessages::open(std::span<std::byte const> octets, Message& message) {
    auto const take = [&](auto& memory, auto&& verdict) {
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
    return with_subscriber(message, [&](auto& who) {
        gcm_.set_key(who.key);
        if (goes_down(message.kind)) {
            return take(who.seen, sms::judge(sms::MeterRule{.code = who.code,
                                                            .short_numbers = short_numbers_,
                                                            .top_up_number = {}},
                                             who.seen, short_numbers_.front(), octets, gcm_));
        }
        auto const number = sms::to_text(who.code); // whoever sends it is not forged here
        return take(who.utility_has_seen,
                    sms::judge(sms::UtilityRule{.code = who.code,
                                                .meter_number = number,
                                                .short_number = short_numbers_.front()},
                               who.utility_has_seen, number, octets, gcm_));
    });
}

std::size_t ShortMessages::bytes() const {
    auto const of = [](auto const& map) {
        constexpr std::size_t kNode = 4 * sizeof(void*); // of a map, roughly
        return map.size() * (kNode + sizeof(*map.begin()));
    };
    return of(meters_) + of(concentrators_);
}

} // namespace gridtwin::wire::secured
