#include "models/wire/radius/packet.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gridtwin::wire::radius {
namespace {

struct Lengths {
    std::size_t least = 1;
    std::size_t most = kMostValueOctets;
};

/// Of a value. "Attributes of type Text and String with length zero must not be sent" (section 5).
Lengths lengths(std::uint8_t type) {
    switch (static_cast<Type>(type)) {
    case Type::nas_ip_address:
    case Type::nas_port:
    case Type::service_type:
    case Type::framed_protocol:
    case Type::framed_ip_address:
    case Type::framed_ip_netmask:
    case Type::framed_mtu:
    case Type::session_timeout:
    case Type::idle_timeout:
    case Type::termination_action:
    case Type::acct_status_type:
    case Type::acct_delay_time:
    case Type::acct_input_octets:
    case Type::acct_output_octets:
    case Type::acct_session_time:
    case Type::acct_terminate_cause:
    case Type::nas_port_type:
        return {4, 4};
    case Type::message_authenticator:
        return {16, 16};
    case Type::user_password:
        return {16, 128};
    case Type::chap_password:
        return {17, 17};
    case Type::user_name:
    case Type::filter_id:
    case Type::reply_message:
    case Type::state:
    case Type::class_:
    case Type::called_station_id:
    case Type::calling_station_id:
    case Type::nas_identifier:
    case Type::proxy_state:
    case Type::acct_session_id:
        return {};
    }
    return {0, kMostValueOctets};
}

std::string problem_of(Attribute const& attribute) {
    auto const [least, most] = lengths(attribute.type);
    auto const size = attribute.value.size();
    if (size < least || size > most) {
        return fmt::format("attribute {} of {} octets, {}..{} can be", attribute.type, size, least,
                           most);
    }
    return {};
}

std::uint32_t octet_at(std::span<std::byte const> octets, std::size_t at) {
    return std::to_integer<std::uint32_t>(octets[at]);
}

std::string read(std::span<std::byte const> datagram, Packet& packet) {
    if (datagram.size() < kHeaderOctets) {
        return fmt::format("octet {}: ends within the header", datagram.size());
    }
    std::size_t const length = octet_at(datagram, 2) << 8U | octet_at(datagram, 3);
    if (length < kHeaderOctets || length > kMostPacketOctets || length > datagram.size()) {
        return fmt::format("octet 2: length {}, {} octets came, {}..{} can be", length,
                           datagram.size(), kHeaderOctets, kMostPacketOctets);
    }
    packet.code = static_cast<Code>(octet_at(datagram, 0));
    packet.identifier = static_cast<std::uint8_t>(octet_at(datagram, 1));
    std::copy_n(datagram.begin() + 4, packet.authenticator.size(), packet.authenticator.begin());
    auto const octets = datagram.first(length);
    for (auto at = kHeaderOctets; at < length;) {
        if (length - at < 2) {
            return fmt::format("octet {}: ends within an attribute", at);
        }
        std::size_t const size = octet_at(octets, at + 1);
        if (size < 2 || size > length - at) {
            return fmt::format("octet {}: attribute {} says {} octets, 2..{} can be", at + 1,
                               octet_at(octets, at), size, length - at);
        }
        auto const value = octets.subspan(at + 2, size - 2);
        Attribute attribute{static_cast<std::uint8_t>(octet_at(octets, at)),
                            {value.begin(), value.end()}};
        if (auto const problem = problem_of(attribute); !problem.empty()) {
            return fmt::format("octet {}: {}", at + 1, problem);
        }
        packet.attributes.push_back(std::move(attribute));
        at += size;
    }
    return {};
}

} // namespace

std::string_view name(Code code) {
    switch (code) {
    case Code::access_request:
        return "Access-Request";
    case Code::access_accept:
        return "Access-Accept";
    case Code::access_reject:
        return "Access-Reject";
    case Code::accounting_request:
        return "Accounting-Request";
    case Code::accounting_response:
        return "Accounting-Response";
    case Code::access_challenge:
        return "Access-Challenge";
    case Code::status_server:
        return "Status-Server";
    }
    return {};
}

void encode(Packet const& packet, std::vector<std::byte>& out) {
    auto length = kHeaderOctets;
    for (auto const& attribute : packet.attributes) {
        if (auto const problem = problem_of(attribute); !problem.empty()) {
            throw SimulationError("RADIUS: " + problem);
        }
        length += 2 + attribute.value.size();
    }
    if (length > kMostPacketOctets) {
        throw SimulationError(fmt::format("RADIUS: a packet of {} octets, at most {} can be",
                                          length, kMostPacketOctets));
    }
    out.reserve(out.size() + length);
    out.push_back(static_cast<std::byte>(packet.code));
    out.push_back(static_cast<std::byte>(packet.identifier));
    out.push_back(static_cast<std::byte>(length >> 8U));
    out.push_back(static_cast<std::byte>(length));
    out.insert(out.end(), packet.authenticator.begin(), packet.authenticator.end());
    for (auto const& attribute : packet.attributes) {
        out.push_back(static_cast<std::byte>(attribute.type));
        out.push_back(static_cast<std::byte>(attribute.value.size() + 2));
        out.insert(out.end(), attribute.value.begin(), attribute.value.end());
    }
}

DecodedPacket decode(std::span<std::byte const> datagram) {
    DecodedPacket decoded;
    decoded.problem = read(datagram, decoded.packet);
    return decoded;
}

Attribute const* find(Packet const& packet, Type type) {
    auto const found =
        std::find_if(packet.attributes.begin(), packet.attributes.end(),
                     [&](auto const& one) { return one.type == static_cast<std::uint8_t>(type); });
    return found == packet.attributes.end() ? nullptr : &*found;
}

std::optional<std::string> text(Packet const& packet, Type type) {
    auto const* const found = find(packet, type);
    if (found == nullptr) {
        return std::nullopt;
    }
    return std::string(reinterpret_cast<char const*>(found->value.data()), found->value.size());
}

std::optional<std::uint32_t> number(Packet const& packet, Type type) {
    auto const* const found = find(packet, type);
    if (found == nullptr || found->value.size() != 4) {
        return std::nullopt;
    }
    std::uint32_t value = 0;
    for (auto const octet : found->value) {
        value = value << 8U | std::to_integer<std::uint32_t>(octet);
    }
    return value;
}

void add_text(Packet& packet, Type type, std::string_view value) {
    auto const octets = std::as_bytes(std::span(value));
    Attribute attribute{static_cast<std::uint8_t>(type), {octets.begin(), octets.end()}};
    auto const [least, most] = lengths(attribute.type);
    if (auto const problem = problem_of(attribute); least == most || !problem.empty()) {
        throw SimulationError(
            fmt::format("RADIUS: attribute {} cannot be '{}'", attribute.type, value));
    }
    packet.attributes.push_back(std::move(attribute));
}

void add_number(Packet& packet, Type type, std::uint32_t value) {
    Attribute attribute{static_cast<std::uint8_t>(type), {}};
    for (int shift = 24; shift >= 0; shift -= 8) {
        attribute.value.push_back(static_cast<std::byte>(value >> static_cast<unsigned>(shift)));
    }
    if (lengths(attribute.type).most != 4) {
        throw SimulationError(fmt::format("RADIUS: attribute {} is no number", attribute.type));
    }
    packet.attributes.push_back(std::move(attribute));
}

std::string format_address(std::uint32_t address) {
    return fmt::format("{}.{}.{}.{}", address >> 24U, address >> 16U & 255U, address >> 8U & 255U,
                       address & 255U);
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (text.empty() || text.front() != '.') {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
        std::uint8_t octet = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), octet);
        if (error != std::errc{}) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        address = address << 8U | octet;
    }
    return text.empty() ? std::optional(address) : std::nullopt;
}

} // namespace gridtwin::wire::radius
