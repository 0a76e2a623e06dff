#include "models/wire/smpp/pdu.hpp"

#include "models/wire/smpp/fields.hpp"

namespace gridtwin::wire::smpp {
namespace {

/// The body a command has, empty.
Body body_of(CommandId command) {
    switch (command) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
        return Bind{};
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp:
        return BindResp{};
    case CommandId::outbind:
        return Outbind{};
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
        return ShortMessage{};
    case CommandId::data_sm:
        return DataSm{};
    case CommandId::submit_sm_resp:
    case CommandId::deliver_sm_resp:
    case CommandId::data_sm_resp:
        return MessageIdResp{};
    case CommandId::query_sm:
        return QuerySm{};
    case CommandId::query_sm_resp:
        return QuerySmResp{};
    case CommandId::cancel_sm:
        return CancelSm{};
    case CommandId::replace_sm:
        return ReplaceSm{};
    case CommandId::alert_notification:
        return AlertNotification{};
    case CommandId::unbind:
    case CommandId::unbind_resp:
    case CommandId::enquire_link:
    case CommandId::enquire_link_resp:
    case CommandId::cancel_sm_resp:
    case CommandId::replace_sm_resp:
    case CommandId::generic_nack:
        return NoBody{};
    case CommandId::submit_multi:
    case CommandId::submit_multi_resp:
        break;
    }
    return Undecoded{};
}

void put(std::uint32_t value, std::size_t octets, std::vector<std::byte>& out) {
    for (std::size_t i = octets; i-- > 0;) {
        out.push_back(static_cast<std::byte>(value >> (8 * i)));
    }
}

void read_tlvs(FieldReader& reader, std::vector<Tlv>& tlvs) {
    while (reader.ok() && reader.left() > 0) {
        if (reader.left() < 4) {
            reader.fail("ends within an optional parameter's tag and length",
                        CommandStatus::invalid_optional_stream);
            return;
        }
        Tlv tlv;
        tlv.tag = static_cast<std::uint16_t>(reader.number(2, "a tag"));
        auto const length = reader.number(2, "a length");
        if (length > reader.left()) {
            reader.fail(fmt::format("optional parameter {:#06x} says {} octets, {} are left",
                                    tlv.tag, length, reader.left()),
                        CommandStatus::invalid_optional_stream, 2);
            return;
        }
        auto const [least, most] = tlv_length(tlv.tag);
        if (length < least || length > most) {
            reader.fail(fmt::format("optional parameter {:#06x} of {} octets, {}..{} can be",
                                    tlv.tag, length, least, most),
                        CommandStatus::invalid_parameter_length, 2);
            return;
        }
        reader.octets(tlv.value, length, "an optional parameter");
        tlvs.push_back(std::move(tlv));
    }
}

/// 5.2.22: one or the other.
void check_content(FieldReader& reader, Pdu const& pdu) {
    auto const* const message = std::get_if<ShortMessage>(&pdu.body);
    if (message != nullptr && !message->short_message.empty() &&
        find(pdu.tlvs, Tag::message_payload) != nullptr) {
        reader.fail("both short_message and message_payload", CommandStatus::optional_not_allowed);
    }
}

} // namespace

void encode(Pdu const& pdu, std::vector<std::byte>& out) {
    auto const begin = out.size();
    bool const alone = std::holds_alternative<NoBody>(pdu.body) && is_response(pdu.command);
    if (!alone && pdu.body.index() != body_of(pdu.command).index()) {
        throw SimulationError(fmt::format("SMPP: {:#x} cannot have the body of another command",
                                          static_cast<std::uint32_t>(pdu.command)));
    }
    put(0, 4, out);
    put(static_cast<std::uint32_t>(pdu.command), 4, out);
    put(static_cast<std::uint32_t>(pdu.status), 4, out);
    put(pdu.sequence, 4, out);
    FieldWriter writer(out);
    std::visit([&](auto const& body) { fields(writer, body); }, pdu.body);
    if (!pdu.tlvs.empty() && (std::holds_alternative<Undecoded>(pdu.body) ||
                              (alone && body_of(pdu.command).index() != 0))) {
        throw SimulationError("SMPP: optional parameters without the fields before them");
    }
    for (auto const& tlv : pdu.tlvs) {
        auto const [least, most] = tlv_length(tlv.tag);
        if (tlv.value.size() < least || tlv.value.size() > most) {
            throw SimulationError(fmt::format("SMPP: optional parameter {:#06x} of {} octets",
                                              tlv.tag, tlv.value.size()));
        }
        put(tlv.tag, 2, out);
        put(static_cast<std::uint32_t>(tlv.value.size()), 2, out);
        out.insert(out.end(), tlv.value.begin(), tlv.value.end());
    }
    auto const length = out.size() - begin;
    if (length > kMostPduOctets) {
        throw SimulationError(
            fmt::format("SMPP: a PDU of {} octets, at most {} can be", length, kMostPduOctets));
    }
    for (std::size_t i = 0; i < 4; ++i) {
        out[begin + i] = static_cast<std::byte>(length >> (8 * (3 - i)));
    }
}

DecodedPdu decode(std::span<std::byte const> octets) {
    DecodedPdu decoded;
    FieldReader reader(octets, 0);
    auto const length = reader.number(4, "command_length");
    auto& pdu = decoded.pdu;
    pdu.command = static_cast<CommandId>(reader.number(4, "command_id"));
    pdu.status = static_cast<CommandStatus>(reader.number(4, "command_status"));
    pdu.sequence = reader.number(4, "sequence_number");
    if (reader.ok() && (length != octets.size() || length > kMostPduOctets)) {
        reader.fail(fmt::format("command_length {}, but {} octets came, at most {} can be", length,
                                octets.size(), kMostPduOctets),
                    CommandStatus::invalid_command_length, kHeaderOctets);
    }
    bool const alone = reader.left() == 0 && is_response(pdu.command);
    if (reader.ok() && !alone) {
        pdu.body = body_of(pdu.command);
        std::visit([&](auto& body) { fields(reader, body); }, pdu.body);
        if (!reader.lone_nul()) {
            read_tlvs(reader, pdu.tlvs);
        }
        check_content(reader, pdu);
    }
    decoded.problem = reader.problem();
    decoded.refusal = reader.refusal();
    return decoded;
}

std::span<std::byte const> content(Pdu const& pdu) {
    auto const* const message = std::get_if<ShortMessage>(&pdu.body);
    if (message != nullptr && !message->short_message.empty()) {
        return message->short_message;
    }
    if (message == nullptr && !std::holds_alternative<DataSm>(pdu.body)) {
        return {};
    }
    auto const* const payload = find(pdu.tlvs, Tag::message_payload);
    return payload == nullptr ? std::span<std::byte const>{} : payload->value;
}

} // namespace gridtwin::wire::smpp
