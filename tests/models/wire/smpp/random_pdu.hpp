#pragma once
#include "models/wire/smpp/pdu.hpp"
#include "models/wire/smpp/time.hpp"
#include "tests/draws.hpp"

#include <array>

namespace gridtwin::wire::smpp {

using gridtwin::test::Draws;

/// Any PDU that can be encoded: every command, texts of every length up to their maxima.
class RandomPdu {
  public:
    explicit RandomPdu(Draws& draws) : draws_(draws) {}

    Pdu operator()() {
        static constexpr auto kCommands =
            std::to_array<CommandId>({CommandId::generic_nack,
                                      CommandId::bind_receiver,
                                      CommandId::bind_receiver_resp,
                                      CommandId::bind_transmitter,
                                      CommandId::query_sm,
                                      CommandId::query_sm_resp,
                                      CommandId::submit_sm,
                                      CommandId::submit_sm_resp,
                                      CommandId::deliver_sm,
                                      CommandId::deliver_sm_resp,
                                      CommandId::unbind,
                                      CommandId::unbind_resp,
                                      CommandId::replace_sm,
                                      CommandId::replace_sm_resp,
                                      CommandId::cancel_sm,
                                      CommandId::cancel_sm_resp,
                                      CommandId::bind_transceiver,
                                      CommandId::bind_transceiver_resp,
                                      CommandId::outbind,
                                      CommandId::enquire_link,
                                      CommandId::enquire_link_resp,
                                      CommandId::submit_multi,
                                      CommandId::submit_multi_resp,
                                      CommandId::alert_notification,
                                      CommandId::data_sm,
                                      CommandId::data_sm_resp,
                                      static_cast<CommandId>(0x1234),
                                      static_cast<CommandId>(0x80010000)});
        Pdu pdu{.command = kCommands[draws_.below(kCommands.size())],
                .status = static_cast<CommandStatus>(draws_.below(0x500)),
                .sequence = static_cast<std::uint32_t>(draws_.below(0x100000000)),
                .body = {},
                .tlvs = {}};
        fill(pdu);
        bool const taken_apart = !std::holds_alternative<Undecoded>(pdu.body);
        for (auto left = taken_apart ? draws_.below(4) : 0; left > 0; --left) {
            pdu.tlvs.push_back(tlv(pdu));
        }
        return pdu;
    }

  private:
    std::string text(std::size_t most) {
        std::string out(draws_.below(most + 1), ' ');
        for (char& c : out) {
            c = static_cast<char>(1 + draws_.below(255));
        }
        return out;
    }
    std::uint8_t octet() { return static_cast<std::uint8_t>(draws_.below(256)); }
    std::vector<std::byte> octets(std::size_t most) {
        std::vector<std::byte> out(draws_.below(most + 1));
        for (auto& one : out) {
            one = static_cast<std::byte>(octet());
        }
        return out;
    }
    Address address(std::size_t most = 20) { return {octet(), octet(), text(most)}; }
    int below(int bound) { return static_cast<int>(draws_.below(static_cast<std::size_t>(bound))); }
    std::string time() {
        switch (draws_.below(3)) {
        case 0:
            return format_time(RelativeTime{below(100), below(100), below(100), below(100),
                                            below(100), below(100)});
        case 1:
            return format_time(AbsoluteTime{2000 + below(100), 1 + below(12), 1 + below(28),
                                            below(24), below(60), below(60), below(10),
                                            below(97) - 48});
        default:
            return {};
        }
    }
    Tlv tlv(Pdu const& pdu) {
        static constexpr auto kTags = std::to_array<std::uint16_t>(
            {0x1E, 0x427, 0x424, 0x20C, 0x20E, 0x20F, 0x423, 0x204, 0x1400, 0x210, 0x17});
        auto tag = kTags[draws_.below(kTags.size())];
        auto const* const message = std::get_if<ShortMessage>(&pdu.body);
        if (tag == 0x424 && message != nullptr && !message->short_message.empty()) {
            tag = 0x1401;
        }
        auto const [least, most] = tlv_length(tag);
        Tlv out{tag, octets(std::min<std::size_t>(most, 300) - least)};
        out.value.resize(out.value.size() + least, std::byte{7});
        return out;
    }
    void fill(Pdu& pdu) {
        switch (pdu.command) {
        case CommandId::bind_receiver:
        case CommandId::bind_transmitter:
        case CommandId::bind_transceiver:
            pdu.body = Bind{text(15), text(8), text(12), octet(), address(40)};
            break;
        case CommandId::bind_receiver_resp:
        case CommandId::bind_transceiver_resp:
            pdu.body = BindResp{text(15)};
            break;
        case CommandId::outbind:
            pdu.body = Outbind{text(15), text(8)};
            break;
        case CommandId::submit_sm:
        case CommandId::deliver_sm:
            pdu.body =
                ShortMessage{text(5), address(), address(), octet(), octet(), octet(),    time(),
                             time(),  octet(),   octet(),   octet(), octet(), octets(254)};
            break;
        case CommandId::data_sm:
            pdu.body = DataSm{text(5), address(64), address(64), octet(), octet(), octet()};
            break;
        case CommandId::submit_sm_resp:
        case CommandId::deliver_sm_resp:
        case CommandId::data_sm_resp:
            pdu.body = MessageIdResp{text(64)};
            break;
        case CommandId::query_sm:
            pdu.body = QuerySm{text(64), address()};
            break;
        case CommandId::query_sm_resp:
            pdu.body = QuerySmResp{text(64), time(), static_cast<MessageState>(octet()), octet()};
            break;
        case CommandId::cancel_sm:
            pdu.body = CancelSm{text(5), text(64), address(), address()};
            break;
        case CommandId::replace_sm:
            pdu.body =
                ReplaceSm{text(64), address(), time(), time(), octet(), octet(), octets(254)};
            break;
        case CommandId::alert_notification:
            pdu.body = AlertNotification{address(64), address(64)};
            break;
        case CommandId::submit_multi:
        case CommandId::submit_multi_resp:
            pdu.body = Undecoded{octets(100)};
            std::get<Undecoded>(pdu.body).octets.push_back(std::byte{1});
            break;
        default:
            if (!is_known(pdu.command)) {
                pdu.body = Undecoded{{std::byte{1}}};
            }
        }
    }

    Draws& draws_;
};

} // namespace gridtwin::wire::smpp
