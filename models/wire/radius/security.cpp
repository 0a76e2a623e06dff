#include "models/wire/radius/security.hpp"

#include "models/wire/radius/digest.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire::radius {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kMostPassword = 128;

using Octets = std::span<std::byte const>;

Octets octets_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

/// Each block is hidden under the hidden one before it, so both directions walk alike.
std::vector<std::byte> walk(Octets octets, std::string_view secret, Authenticator const& request,
                            bool hide) {
    std::vector<std::byte> out(octets.size());
    Octets before = request;
    for (std::size_t at = 0; at < octets.size(); at += kBlock) {
        auto const pad = md5({octets_of(secret), before});
        for (std::size_t i = 0; i < kBlock; ++i) {
            out[at + i] = octets[at + i] ^ pad[i];
        }
        before = (hide ? Octets(out) : octets).subspan(at, kBlock);
    }
    return out;
}

constexpr Authenticator kZero{};

/// Where a Message-Authenticator's value begins in an encoded packet that has been decoded; 0: it
/// has none.
std::size_t message_authenticator_at(Packet const& packet) {
    auto at = kHeaderOctets;
    for (auto const& attribute : packet.attributes) {
        if (attribute.type == static_cast<std::uint8_t>(Type::message_authenticator)) {
            return at + 2;
        }
        at += 2 + attribute.value.size();
    }
    return 0;
}

/// HMAC-MD5 of the packet with `authenticator` in its place and zeros in the attribute's.
Authenticator message_authenticator(Octets packet, std::size_t at,
                                    Authenticator const& authenticator, std::string_view secret) {
    return hmac_md5(secret, {packet.first(4), authenticator,
                             packet.subspan(kHeaderOctets, at - kHeaderOctets), kZero,
                             packet.subspan(at + kBlock)});
}

Authenticator authenticator_of(Octets packet, Authenticator const& request,
                               std::string_view secret) {
    return md5({packet.first(4), request, packet.subspan(kHeaderOctets), octets_of(secret)});
}

Attribute empty_message_authenticator() {
    return {static_cast<std::uint8_t>(Type::message_authenticator), std::vector<std::byte>(kBlock)};
}

/// Fills the attribute of an encoded packet in, under `authenticator`.
void fill_in(std::vector<std::byte>& out, Packet const& packet, Authenticator const& authenticator,
             std::string_view secret) {
    if (auto const at = message_authenticator_at(packet); at != 0) {
        auto const value = message_authenticator(out, at, authenticator, secret);
        std::copy(value.begin(), value.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    }
}

void set_authenticator(std::vector<std::byte>& out, Authenticator const& authenticator) {
    std::copy(authenticator.begin(), authenticator.end(), out.begin() + 4);
}

bool is_request(Code code) {
    return code == Code::access_request || code == Code::accounting_request ||
           code == Code::status_server;
}

bool answers(Code answer, Code request) {
    switch (answer) {
    case Code::access_accept:
        return request == Code::access_request || request == Code::status_server;
    case Code::access_reject:
    case Code::access_challenge:
        return request == Code::access_request;
    case Code::accounting_response:
        return request == Code::accounting_request || request == Code::status_server;
    default:
        return false;
    }
}

Refusal check_message(Octets octets, Packet const& packet, Authenticator const& authenticator,
                      std::string_view secret) {
    auto const at = message_authenticator_at(packet);
    if (at == 0) {
        return Refusal::none;
    }
    auto const expected = message_authenticator(octets, at, authenticator, secret);
    return same(expected, octets.subspan(at, kBlock)) ? Refusal::none
                                                      : Refusal::wrong_message_authenticator;
}

/// The packet's own octets, without padding.
Octets own(Octets datagram) {
    return datagram.first(std::to_integer<std::size_t>(datagram[2]) << 8U |
                          std::to_integer<std::size_t>(datagram[3]));
}

} // namespace

std::vector<std::byte> hide_password(std::string_view password, std::string_view secret,
                                     Authenticator const& request) {
    if (password.size() > kMostPassword) {
        throw SimulationError(fmt::format("RADIUS: a password of {} octets, at most {} can be",
                                          password.size(), kMostPassword));
    }
    auto const blocks = std::max<std::size_t>(1, (password.size() + kBlock - 1) / kBlock);
    std::vector<std::byte> plain(blocks * kBlock);
    std::copy_n(octets_of(password).begin(), password.size(), plain.begin());
    return walk(plain, secret, request, true);
}

std::optional<std::string> reveal_password(Octets hidden, std::string_view secret,
                                           Authenticator const& request) {
    if (hidden.empty() || hidden.size() % kBlock != 0 || hidden.size() > kMostPassword) {
        return std::nullopt;
    }
    auto const plain = walk(hidden, secret, request, false);
    std::string password(reinterpret_cast<char const*>(plain.data()), plain.size());
    password.resize(password.find_last_not_of('\0') + 1);
    return password;
}

std::vector<std::byte> sign_request(Packet packet, std::string_view secret,
                                    RequestOptions const& options) {
    bool const accounting = packet.code == Code::accounting_request;
    if (accounting) {
        packet.authenticator = kZero;
    }
    if (options.password) {
        packet.attributes.push_back(
            {static_cast<std::uint8_t>(Type::user_password),
             hide_password(*options.password, secret, packet.authenticator)});
    }
    if (options.message_authenticator) {
        packet.attributes.push_back(empty_message_authenticator());
    }
    std::vector<std::byte> out;
    encode(packet, out);
    fill_in(out, packet, packet.authenticator, secret);
    if (accounting) {
        set_authenticator(out, authenticator_of(out, kZero, secret));
    }
    return out;
}

std::vector<std::byte> sign_answer(Packet packet, Packet const& request, std::string_view secret,
                                   bool with_message_authenticator) {
    packet.identifier = request.identifier;
    if (with_message_authenticator) {
        packet.attributes.insert(packet.attributes.begin(), empty_message_authenticator());
    }
    std::vector<std::byte> out;
    encode(packet, out);
    // Zeros stand for an accounting request's authenticator: RFC 5080, 2.2.2, says so of requests,
    // and FreeRADIUS does it in their answers too.
    fill_in(out, packet, request.code == Code::accounting_request ? kZero : request.authenticator,
            secret);
    set_authenticator(out, authenticator_of(out, request.authenticator, secret));
    return out;
}

std::string_view name(Refusal refusal) {
    switch (refusal) {
    case Refusal::none:
        return "none";
    case Refusal::malformed:
        return "malformed";
    case Refusal::wrong_code:
        return "wrong_code";
    case Refusal::wrong_identifier:
        return "wrong_identifier";
    case Refusal::wrong_authenticator:
        return "wrong_authenticator";
    case Refusal::wrong_message_authenticator:
        return "wrong_message_authenticator";
    case Refusal::no_message_authenticator:
        break;
    }
    return "no_message_authenticator";
}

Checked check_request(Octets datagram, std::string_view secret, bool demand) {
    Checked checked{.decoded = decode(datagram), .refusal = Refusal::none};
    auto const& packet = checked.decoded.packet;
    if (!checked.decoded.ok()) {
        checked.refusal = Refusal::malformed;
    } else if (!is_request(packet.code)) {
        checked.refusal = Refusal::wrong_code;
    } else if (packet.code == Code::accounting_request) {
        auto const octets = own(datagram);
        checked.refusal = same(authenticator_of(octets, kZero, secret), packet.authenticator)
                              ? check_message(octets, packet, kZero, secret)
                              : Refusal::wrong_authenticator;
    } else if ((demand || packet.code == Code::status_server) &&
               message_authenticator_at(packet) == 0) {
        checked.refusal = Refusal::no_message_authenticator;
    } else {
        checked.refusal = check_message(own(datagram), packet, packet.authenticator, secret);
    }
    return checked;
}

Checked check_answer(Octets datagram, Packet const& request, std::string_view secret) {
    Checked checked{.decoded = decode(datagram), .refusal = Refusal::none};
    auto const& packet = checked.decoded.packet;
    if (!checked.decoded.ok()) {
        checked.refusal = Refusal::malformed;
    } else if (!answers(packet.code, request.code)) {
        checked.refusal = Refusal::wrong_code;
    } else if (packet.identifier != request.identifier) {
        checked.refusal = Refusal::wrong_identifier;
    } else if (!same(authenticator_of(own(datagram), request.authenticator, secret),
                     packet.authenticator)) {
        checked.refusal = Refusal::wrong_authenticator;
    } else {
        checked.refusal = check_message(
            own(datagram), packet,
            request.code == Code::accounting_request ? kZero : request.authenticator, secret);
    }
    return checked;
}

} // namespace gridtwin::wire::radius
