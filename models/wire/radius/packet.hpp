#pragma once
// RADIUS packets: RFC 2865 (access) and RFC 2866 (accounting). Code (1 octet), identifier (1),
// length (2, big-endian, of all), authenticator (16), then attributes: type (1), length (1, with
// these two), value.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::radius {

inline constexpr std::size_t kHeaderOctets = 20;
inline constexpr std::size_t kMostPacketOctets = 4096;
inline constexpr std::size_t kMostValueOctets = 253;
inline constexpr std::uint16_t kAccessPort = 1812;
inline constexpr std::uint16_t kAccountingPort = 1813;

/// RFC 2865, section 4; status_server of RFC 5997. Others are kept as numbers.
enum class Code : std::uint8_t {
    access_request = 1,
    access_accept = 2,
    access_reject = 3,
    accounting_request = 4,
    accounting_response = 5,
    access_challenge = 11,
    status_server = 12,
};
[[nodiscard]] std::string_view name(Code code); ///< "Access-Request"; "" if unknown

/// RFC 2865, section 5, RFC 2866, section 5 and RFC 2869, section 5: those that a data session of a
/// meter or a concentrator has a use for. Others are kept as numbers.
enum class Type : std::uint8_t {
    user_name = 1,
    user_password = 2, ///< hidden, see security.hpp
    chap_password = 3,
    nas_ip_address = 4,
    nas_port = 5,
    service_type = 6,
    framed_protocol = 7,
    framed_ip_address = 8,
    framed_ip_netmask = 9,
    filter_id = 11,
    framed_mtu = 12,
    reply_message = 18,
    state = 24,
    class_ = 25,
    session_timeout = 27,
    idle_timeout = 28,
    termination_action = 29,
    called_station_id = 30,
    calling_station_id = 31,
    nas_identifier = 32,
    proxy_state = 33,
    acct_status_type = 40,
    acct_delay_time = 41,
    acct_input_octets = 42,
    acct_output_octets = 43,
    acct_session_id = 44,
    acct_session_time = 46,
    acct_terminate_cause = 49,
    nas_port_type = 61,
    message_authenticator = 80,
};

/// Acct-Status-Type, RFC 2866, 5.1; interim of RFC 2869.
enum class AcctStatus : std::uint32_t { start = 1, stop = 2, interim = 3 };

struct Attribute {
    std::uint8_t type = 0;
    std::vector<std::byte> value; ///< at most kMostValueOctets

    friend bool operator==(Attribute const&, Attribute const&) = default;
};

using Authenticator = std::array<std::byte, 16>;

struct Packet {
    Code code{};
    std::uint8_t identifier = 0; ///< a request's, said again in its answer
    Authenticator authenticator{};
    std::vector<Attribute> attributes; ///< in order: it matters among those of one type

    friend bool operator==(Packet const&, Packet const&) = default;
};

/// Appends it as it is; what the secret makes of it is security.hpp's. @throws SimulationError for
/// a value or a packet that is too long
void encode(Packet const& packet, std::vector<std::byte>& out);

struct DecodedPacket {
    Packet packet;
    std::string problem; ///< empty when all was understood; else to be dropped silently (section 3)
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// One datagram. Octets behind the packet's length are padding and passed over. Attributes of a
/// known type must have the length of their kind.
[[nodiscard]] DecodedPacket decode(std::span<std::byte const> datagram);

/// The first of a type, or nullptr. `packet` must outlive what is returned.
[[nodiscard]] Attribute const* find(Packet const& packet, Type type);

/// Values by their kind; nullopt when absent or of another length. An address is a number whose
/// highest octet is written first.
[[nodiscard]] std::optional<std::string> text(Packet const& packet, Type type);
[[nodiscard]] std::optional<std::uint32_t> number(Packet const& packet, Type type);

/// @throws SimulationError for a type of another kind, an empty text, or one of more than 253
/// octets
void add_text(Packet& packet, Type type, std::string_view value);
void add_number(Packet& packet, Type type, std::uint32_t value);

/// "192.168.1.3" both ways; nullopt for what is no address.
[[nodiscard]] std::string format_address(std::uint32_t address);
[[nodiscard]] std::optional<std::uint32_t> parse_address(std::string_view text);

} // namespace gridtwin::wire::radius
