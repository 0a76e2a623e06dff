#pragma once
// The numbers of SMPP 3.4: commands, statuses, states of a message, and the octets with bits in
// them. Source: SMPP Protocol Specification v3.4, issue 1.2 (12 October 1999), chapter 5.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gridtwin::wire::smpp {

/// command_id, 5.1.2.1. A response is its request with kResponseBit.
enum class CommandId : std::uint32_t {
    generic_nack = 0x80000000,
    bind_receiver = 0x1,
    bind_receiver_resp = 0x80000001,
    bind_transmitter = 0x2,
    bind_transmitter_resp = 0x80000002,
    query_sm = 0x3,
    query_sm_resp = 0x80000003,
    submit_sm = 0x4,
    submit_sm_resp = 0x80000004,
    deliver_sm = 0x5,
    deliver_sm_resp = 0x80000005,
    unbind = 0x6,
    unbind_resp = 0x80000006,
    replace_sm = 0x7,
    replace_sm_resp = 0x80000007,
    cancel_sm = 0x8,
    cancel_sm_resp = 0x80000008,
    bind_transceiver = 0x9,
    bind_transceiver_resp = 0x80000009,
    outbind = 0xB,
    enquire_link = 0x15,
    enquire_link_resp = 0x80000015,
    submit_multi = 0x21,
    submit_multi_resp = 0x80000021,
    alert_notification = 0x102,
    data_sm = 0x103,
    data_sm_resp = 0x80000103,
};
inline constexpr std::uint32_t kResponseBit = 0x80000000;

[[nodiscard]] constexpr bool is_response(CommandId id) {
    return (static_cast<std::uint32_t>(id) & kResponseBit) != 0;
}
[[nodiscard]] constexpr CommandId response_to(CommandId request) {
    return static_cast<CommandId>(static_cast<std::uint32_t>(request) | kResponseBit);
}
/// Whether the standard lists it.
[[nodiscard]] bool is_known(CommandId id);
/// Whether a request is answered at all: outbind and alert_notification are not.
[[nodiscard]] constexpr bool is_answered(CommandId request) {
    return !is_response(request) && request != CommandId::outbind &&
           request != CommandId::alert_notification;
}

/// command_status, 5.1.3. Others than these may come from operators (0x400 and on) and are kept.
enum class CommandStatus : std::uint32_t {
    ok = 0x0,
    invalid_message_length = 0x1,
    invalid_command_length = 0x2,
    invalid_command_id = 0x3,
    incorrect_bind_status = 0x4,
    already_bound = 0x5,
    invalid_priority = 0x6,
    invalid_registered_delivery = 0x7,
    system_error = 0x8,
    invalid_source_address = 0xA,
    invalid_destination_address = 0xB,
    invalid_message_id = 0xC,
    bind_failed = 0xD,
    invalid_password = 0xE,
    invalid_system_id = 0xF,
    cancel_failed = 0x11,
    replace_failed = 0x13,
    message_queue_full = 0x14,
    invalid_service_type = 0x15,
    invalid_destination_count = 0x33,
    invalid_list_name = 0x34,
    invalid_destination_flag = 0x40,
    invalid_submit_with_replace = 0x42,
    invalid_esm_class = 0x43,
    cannot_submit_to_list = 0x44,
    submit_failed = 0x45,
    invalid_source_ton = 0x48,
    invalid_source_npi = 0x49,
    invalid_destination_ton = 0x50,
    invalid_destination_npi = 0x51,
    invalid_system_type = 0x53,
    invalid_replace_flag = 0x54,
    invalid_number_of_messages = 0x55,
    throttled = 0x58,
    invalid_schedule = 0x61,
    invalid_expiry = 0x62,
    invalid_default_message = 0x63,
    receiver_temporary_error = 0x64,
    receiver_permanent_error = 0x65,
    receiver_reject = 0x66,
    query_failed = 0x67,
    invalid_optional_stream = 0xC0,
    optional_not_allowed = 0xC1,
    invalid_parameter_length = 0xC2,
    missing_optional = 0xC3,
    invalid_optional_value = 0xC4,
    delivery_failure = 0xFE,
    unknown_error = 0xFF,
};

/// message_state, 5.2.28.
enum class MessageState : std::uint8_t {
    enroute = 1,
    delivered = 2,
    expired = 3,
    deleted = 4,
    undeliverable = 5,
    accepted = 6,
    unknown = 7,
    rejected = 8,
};

[[nodiscard]] std::string_view name(CommandId id);         ///< "submit_sm"; "" if unknown
[[nodiscard]] std::string_view name(CommandStatus status); ///< "ESME_RTHROTTLED"; "" if unknown
[[nodiscard]] std::string_view name(MessageState state);   ///< "DELIVERED"; "" if unknown

/// Type of number and numbering plan, 5.2.5 and 5.2.6; others are kept as numbers.
namespace ton {
inline constexpr std::uint8_t kUnknown = 0, kInternational = 1, kNational = 2, kNetwork = 3,
                              kSubscriber = 4, kAlphanumeric = 5, kAbbreviated = 6;
}
namespace npi {
inline constexpr std::uint8_t kUnknown = 0, kIsdn = 1;
}

/// interface_version, 5.2.4.
inline constexpr std::uint8_t kVersion34 = 0x34;

/// esm_class, 5.2.12: the mode in bits 0-1, the type in bits 2-5, features in bits 6-7.
namespace esm {
inline constexpr std::uint8_t kModeMask = 0x03, kDatagram = 0x01, kForward = 0x02,
                              kStoreAndForward = 0x03;
inline constexpr std::uint8_t kTypeMask = 0x3C, kDeliveryReceipt = 0x04, kDeliveryAck = 0x08,
                              kUserAck = 0x10, kIntermediate = 0x20;
inline constexpr std::uint8_t kUdhi = 0x40, kReplyPath = 0x80;

[[nodiscard]] constexpr bool has_user_data_header(std::uint8_t esm_class) {
    return (esm_class & kUdhi) != 0;
}
[[nodiscard]] constexpr bool is_receipt(std::uint8_t esm_class) {
    return (esm_class & kTypeMask) == kDeliveryReceipt;
}
} // namespace esm

/// registered_delivery, 5.2.17.
namespace registered {
inline constexpr std::uint8_t kReceiptMask = 0x03, kNone = 0x00, kReceipt = 0x01,
                              kReceiptOnFailure = 0x02, kIntermediate = 0x10;
/// Whether the end asks for a receipt.
[[nodiscard]] constexpr bool wants_receipt(std::uint8_t registered_delivery, bool delivered) {
    auto const asked = registered_delivery & kReceiptMask;
    return asked == kReceipt || (asked == kReceiptOnFailure && !delivered);
}
} // namespace registered

/// data_coding, 5.2.19.
namespace coding {
inline constexpr std::uint8_t kDefault = 0x00, kIa5 = 0x01, kOctets = 0x02, kLatin1 = 0x03,
                              kOctets8 = 0x04, kUcs2 = 0x08;
/// 8-bit data: by SMPP's own numbers, or by the groups of 3GPP TS 23.038 (1111 x1xx).
[[nodiscard]] constexpr bool is_octets(std::uint8_t data_coding) {
    return data_coding == kOctets || data_coding == kOctets8 || (data_coding & 0xF4U) == 0xF4U;
}
} // namespace coding

} // namespace gridtwin::wire::smpp
