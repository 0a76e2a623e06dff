#pragma once
// Protocol data units of SMPP 3.4, chapter 4. Header: command_length, command_id, command_status,
// sequence_number, 4 octets each, big-endian; then the body's fields in the order of the structs
// below; then optional parameters. Texts are C-octet strings with the maxima of chapter 4, which
// count the NUL; numbers are one octet.
#include "models/wire/smpp/command.hpp"
#include "models/wire/smpp/tlv.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace gridtwin::wire::smpp {

inline constexpr std::size_t kHeaderOctets = 16;
/// A limit of our own: room for a message_payload of 64 KiB and every mandatory field.
inline constexpr std::size_t kMostPduOctets = 66'560;
/// short_message, 5.2.22; 255 is not allowed.
inline constexpr std::size_t kMostShortMessage = 254;

struct Address {
    std::uint8_t ton = 0;
    std::uint8_t npi = 0;
    std::string digits; ///< at most 20; in data_sm and alert_notification 64; a bind's range 40

    friend bool operator==(Address const&, Address const&) = default;
};

/// bind_receiver, bind_transmitter, bind_transceiver (4.1)
struct Bind {
    std::string system_id;   ///< at most 15
    std::string password;    ///< at most 8
    std::string system_type; ///< at most 12
    std::uint8_t interface_version = kVersion34;
    Address address_range;

    friend bool operator==(Bind const&, Bind const&) = default;
};

/// Their responses; optional sc_interface_version
struct BindResp {
    std::string system_id; ///< at most 15

    friend bool operator==(BindResp const&, BindResp const&) = default;
};

struct Outbind {
    std::string system_id; ///< at most 15
    std::string password;  ///< at most 8

    friend bool operator==(Outbind const&, Outbind const&) = default;
};

/// submit_sm (4.4) and deliver_sm (4.6)
struct ShortMessage {
    std::string service_type; ///< at most 5
    Address source;
    Address destination;
    std::uint8_t esm_class = 0;
    std::uint8_t protocol_id = 0;
    std::uint8_t priority_flag = 0;
    std::string schedule_delivery_time; ///< "" or the 16 characters of time.hpp
    std::string validity_period;        ///< likewise
    std::uint8_t registered_delivery = 0;
    std::uint8_t replace_if_present_flag = 0;
    std::uint8_t data_coding = 0;
    std::uint8_t sm_default_msg_id = 0;
    std::vector<std::byte> short_message; ///< its length in an octet before it

    friend bool operator==(ShortMessage const&, ShortMessage const&) = default;
};

/// data_sm (4.7); the message is in message_payload
struct DataSm {
    std::string service_type;
    Address source;
    Address destination;
    std::uint8_t esm_class = 0;
    std::uint8_t registered_delivery = 0;
    std::uint8_t data_coding = 0;

    friend bool operator==(DataSm const&, DataSm const&) = default;
};

/// submit_sm_resp, deliver_sm_resp, data_sm_resp
struct MessageIdResp {
    std::string message_id; ///< at most 64; "" in deliver_sm_resp

    friend bool operator==(MessageIdResp const&, MessageIdResp const&) = default;
};

/// query_sm (4.8)
struct QuerySm {
    std::string message_id;
    Address source;

    friend bool operator==(QuerySm const&, QuerySm const&) = default;
};

struct QuerySmResp {
    std::string message_id;
    std::string final_date; ///< "" while it has not come to its end
    MessageState message_state = MessageState::unknown;
    std::uint8_t error_code = 0; ///< of the network

    friend bool operator==(QuerySmResp const&, QuerySmResp const&) = default;
};

/// cancel_sm (4.9)
struct CancelSm {
    std::string service_type;
    std::string message_id; ///< "": all of this source, destination and service type
    Address source;
    Address destination;

    friend bool operator==(CancelSm const&, CancelSm const&) = default;
};

/// replace_sm (4.10)
struct ReplaceSm {
    std::string message_id;
    Address source;
    std::string schedule_delivery_time;
    std::string validity_period;
    std::uint8_t registered_delivery = 0;
    std::uint8_t sm_default_msg_id = 0;
    std::vector<std::byte> short_message;

    friend bool operator==(ReplaceSm const&, ReplaceSm const&) = default;
};

/// alert_notification (4.12); optional ms_availability_status
struct AlertNotification {
    Address source;
    Address esme;

    friend bool operator==(AlertNotification const&, AlertNotification const&) = default;
};

/// What is not taken apart: submit_multi and its response, and commands the standard does not list.
struct Undecoded {
    std::vector<std::byte> octets;

    friend bool operator==(Undecoded const&, Undecoded const&) = default;
};

/// Nothing: unbind, enquire_link, their responses, those of cancel_sm and replace_sm, generic_nack;
/// and any other response that came as a header alone, as refusals do.
using NoBody = std::monostate;

using Body = std::variant<NoBody, Bind, BindResp, Outbind, ShortMessage, DataSm, MessageIdResp,
                          QuerySm, QuerySmResp, CancelSm, ReplaceSm, AlertNotification, Undecoded>;

struct Pdu {
    CommandId command{};
    CommandStatus status = CommandStatus::ok; ///< of responses; 0 in requests
    std::uint32_t sequence = 0;               ///< 1..0x7FFFFFFF; any is taken
    Body body;
    std::vector<Tlv> tlvs;

    friend bool operator==(Pdu const&, Pdu const&) = default;
};

/// Appends it. @throws SimulationError for a body that is not the command's, a field beyond its
/// maximum or with a NUL in it, and a PDU beyond kMostPduOctets
void encode(Pdu const& pdu, std::vector<std::byte>& out);

struct DecodedPdu {
    Pdu pdu;                                   ///< header at least, when there were 16 octets
    std::string problem;                       ///< empty when all of the octets were understood
    CommandStatus refusal = CommandStatus::ok; ///< what a problem is answered with
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// One whole PDU, of exactly `octets`. Beyond what the standard says: one NUL octet behind the last
/// field is overlooked (clients that end short_message with one); a response may be a header alone
/// whatever its status. A command that is not listed is no problem here, its body is Undecoded.
[[nodiscard]] DecodedPdu decode(std::span<std::byte const> octets);

/// The message of a submit_sm, deliver_sm or data_sm: short_message, or else message_payload.
/// `pdu` must outlive what is returned. Empty for other commands.
[[nodiscard]] std::span<std::byte const> content(Pdu const& pdu);

} // namespace gridtwin::wire::smpp
