#include "models/wire/dlms/services.hpp"

#include "models/wire/dlms/service_codec.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::dlms {
namespace {

Apdu read(OctetReader& cursor) {
    std::uint8_t const tag = cursor.octet("the tag of an APDU");
    if (!cursor.ok()) {
        return {};
    }
    switch (static_cast<ApduTag>(tag)) {
    case ApduTag::confirmed_service_error:
        return codec::confirmed_service_error(cursor);
    case ApduTag::data_notification:
        return codec::data_notification(cursor);
    case ApduTag::get_request:
        return codec::get_request(cursor);
    case ApduTag::set_request:
        return codec::set_request(cursor);
    case ApduTag::event_notification:
        return codec::event_notification(cursor);
    case ApduTag::action_request:
        return codec::action_request(cursor);
    case ApduTag::get_response:
        return codec::get_response(cursor);
    case ApduTag::set_response:
        return codec::set_response(cursor);
    case ApduTag::action_response:
        return codec::action_response(cursor);
    case ApduTag::exception_response:
        return codec::exception_response(cursor);
    }
    auto const name = apdu_name(tag);
    cursor.fail_at(0, name.empty() ? fmt::format("{:#04x} is the tag of no APDU", tag)
                                   : fmt::format("{} is not decoded here", name));
    return {};
}

} // namespace

Parsed<Apdu> decode_apdu(std::span<std::byte const> octets) {
    return codec::whole<Apdu>(octets, read);
}

void encode(Apdu const& apdu, std::vector<std::byte>& out) {
    std::visit([&out](auto const& one) { encode(one, out); }, apdu);
}

std::string_view apdu_name(std::uint8_t tag) {
    switch (tag) {
    case 0x01:
        return "initiate-request";
    case 0x05:
        return "read-request";
    case 0x06:
        return "write-request";
    case 0x08:
        return "initiate-response";
    case 0x0C:
        return "read-response";
    case 0x0D:
        return "write-response";
    case 0x0E:
        return "confirmed-service-error";
    case 0x0F:
        return "data-notification";
    case 0x10:
        return "data-notification-confirm";
    case 0x16:
        return "unconfirmed-write-request";
    case 0x18:
        return "information-report-request";
    case 0x21:
        return "glo-initiate-request";
    case 0x28:
        return "glo-initiate-response";
    case 0x60:
        return "aarq";
    case 0x61:
        return "aare";
    case 0x62:
        return "rlrq";
    case 0x63:
        return "rlre";
    case 0xC0:
        return "get-request";
    case 0xC1:
        return "set-request";
    case 0xC2:
        return "event-notification-request";
    case 0xC3:
        return "action-request";
    case 0xC4:
        return "get-response";
    case 0xC5:
        return "set-response";
    case 0xC7:
        return "action-response";
    case 0xC8:
        return "glo-get-request";
    case 0xC9:
        return "glo-set-request";
    case 0xCA:
        return "glo-event-notification-request";
    case 0xCB:
        return "glo-action-request";
    case 0xCC:
        return "glo-get-response";
    case 0xCD:
        return "glo-set-response";
    case 0xCF:
        return "glo-action-response";
    case 0xD0:
        return "ded-get-request";
    case 0xD1:
        return "ded-set-request";
    case 0xD2:
        return "ded-event-notification-request";
    case 0xD3:
        return "ded-action-request";
    case 0xD4:
        return "ded-get-response";
    case 0xD5:
        return "ded-set-response";
    case 0xD7:
        return "ded-action-response";
    case 0xD8:
        return "exception-response";
    case 0xD9:
        return "access-request";
    case 0xDA:
        return "access-response";
    case 0xDB:
        return "general-glo-ciphering";
    case 0xDC:
        return "general-ded-ciphering";
    case 0xDD:
        return "general-ciphering";
    case 0xDF:
        return "general-signing";
    case 0xE0:
        return "general-block-transfer";
    default:
        return {};
    }
}

} // namespace gridtwin::wire::dlms
