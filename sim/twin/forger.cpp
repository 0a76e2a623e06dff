#include "sim/twin/forger.hpp"

#include "models/wire/sms/command.hpp"
#include "models/wire/sms/envelope.hpp"
#include "sim/twin/short_message.hpp"
#include "sim/twin/sms_identity.hpp"

namespace gridtwin::twin {
namespace {

namespace wsms = wire::sms;
using Refusal = wsms::Refusal;

constexpr std::string_view kStranger = "994550000000"; // nobody's in any scenario; assumption
constexpr std::uint32_t kCounters = 0x8000'0000; // above all that the utility has used; assumption
constexpr std::size_t kControl = wsms::kMeterCodeOctets + 2; // where it stands in an envelope

wire::AesKey strangers_key() {
    wire::AesKey key{};
    key.fill(std::byte{0xA7});
    return key;
}

} // namespace

void Forger::overhear(MeterId meter, std::span<std::byte const> payload) {
    auto const listened = heard_.find(meter);
    if (listened != heard_.end() && listened->second.empty()) {
        listened->second.assign(payload.begin(), payload.end());
    }
}

std::vector<std::byte> Forger::octets(Refusal kind, std::string_view sender, MeterId whose) {
    std::vector<std::byte> content;
    if (kind == Refusal::unknown_command) {
        content = {std::byte{wsms::kCommandVersion}, std::byte{0x7F}};
    } else if (kind == Refusal::top_up_sender) {
        wsms::encode(wsms::Command{wsms::TopUp{.token = forged_ + 1, .amount = {100'000}}},
                     content);
    } else {
        wsms::encode(wsms::Command{wsms::Switch{.on = false}}, content);
    }
    std::vector<std::byte> sealed;
    wsms::seal({.code = wire::sms::code_of(whose),
                .direction = wsms::Direction::to_meter,
                .counter = kCounters + static_cast<std::uint32_t>(forged_ % kCounters)},
               sender, content, gcm_, sealed);
    if (kind == Refusal::wrong_length) {
        sealed.pop_back();
    } else if (kind == Refusal::malformed) {
        sealed[kControl] = std::byte{0};
    }
    return sealed;
}

std::vector<sms::ExternalMessage> Forger::forge(scenario::Forgery const& forgery, MeterId meter) {
    sms::ExternalMessage message{.number = 0,
                                 .source = forgery.sender,
                                 .meter = meter,
                                 .has_header = false,
                                 .user_data = {},
                                 .validity = {}};
    if (message.source.empty()) {
        message.source = forgery.kind == Refusal::wrong_sender ? std::string(kStranger)
                                                               : scenario_.sms.spec.short_number;
    }
    std::vector<sms::ExternalMessage> made;
    if (forgery.kind == Refusal::replayed) {
        auto const& recording = heard_[meter];
        if (recording.empty()) {
            return made;
        }
        auto const told = unpack_short_message(recording);
        message.source = forgery.sender.empty() ? told.number : forgery.sender;
        message.has_header = told.has_header;
        message.user_data.assign(told.octets.begin(), told.octets.end());
    }
    // A wrong code is another meter's, whose message it is in all.
    MeterId const whose =
        forgery.kind == Refusal::wrong_code ? static_cast<MeterId>(index(meter) + 1) : meter;
    gcm_.set_key(forgery.kind == Refusal::bad_tag ? strangers_key()
                                                  : sms_key(scenario_.seed, whose));
    for (std::uint32_t k = 0; k < forgery.count; ++k) {
        made.push_back(message);
        if (forgery.kind != Refusal::replayed) {
            made.back().user_data = octets(forgery.kind, message.source, whose);
        }
        ++forged_;
    }
    return made;
}

} // namespace gridtwin::twin
