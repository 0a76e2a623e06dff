#pragma once
// Optional parameters of SMPP 3.4, 5.3: tag (2 octets), length (2), value; big-endian. Known and
// unknown ones are kept alike, in the order in which they came.
#include "models/wire/smpp/command.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::smpp {

/// Those of 5.3.2 that a message centre for meters has a use for, and what it must pass on.
enum class Tag : std::uint16_t {
    dest_addr_subunit = 0x0005,
    dest_network_type = 0x0006,
    dest_bearer_type = 0x0007,
    source_network_type = 0x000E,
    payload_type = 0x0019,
    additional_status_info_text = 0x001D,
    receipted_message_id = 0x001E,
    user_message_reference = 0x0204,
    user_response_code = 0x0205,
    source_port = 0x020A,
    destination_port = 0x020B,
    sar_msg_ref_num = 0x020C,
    language_indicator = 0x020D,
    sar_total_segments = 0x020E,
    sar_segment_seqnum = 0x020F,
    sc_interface_version = 0x0210,
    callback_num = 0x0381,
    qos_time_to_live = 0x0017,
    ms_availability_status = 0x0422,
    network_error_code = 0x0423,
    message_payload = 0x0424,
    delivery_failure_reason = 0x0425,
    more_messages_to_send = 0x0426,
    message_state = 0x0427,
};

struct Tlv {
    std::uint16_t tag = 0;
    std::vector<std::byte> value; ///< at most 65535 octets

    friend bool operator==(Tlv const&, Tlv const&) = default;
};

/// The first with this tag, or nullptr. `tlvs` must outlive what is returned.
[[nodiscard]] Tlv const* find(std::vector<Tlv> const& tlvs, Tag tag);

/// Values by their kind. An integer of any length up to 4 octets, big-endian; a text ends at its
/// first NUL or with the value (some clients send none). Absent or too long: nullopt.
[[nodiscard]] std::optional<std::uint32_t> number(std::vector<Tlv> const& tlvs, Tag tag);
[[nodiscard]] std::optional<std::string> text(std::vector<Tlv> const& tlvs, Tag tag);

/// With as many octets as 5.3.2 says of the tag (numbers), a NUL behind it (texts), as it is
/// (octets). @throws SimulationError for a tag that is of another kind, or a value that does not
/// fit
void add_number(std::vector<Tlv>& tlvs, Tag tag, std::uint32_t value);
void add_text(std::vector<Tlv>& tlvs, Tag tag, std::string_view value);
void add_octets(std::vector<Tlv>& tlvs, Tag tag, std::span<std::byte const> value);

/// How many octets the value of a tag takes; {0, 65535} of those that are not listed.
struct TlvLength {
    std::size_t least = 0;
    std::size_t most = 65535;
};
[[nodiscard]] TlvLength tlv_length(std::uint16_t tag);

} // namespace gridtwin::wire::smpp
