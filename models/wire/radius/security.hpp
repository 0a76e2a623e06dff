#pragma once
// What the secret shared by client and server makes of a packet: RFC 2865, sections 3 and 5.2,
// RFC 2866, section 3, RFC 2869, section 5.14 (Message-Authenticator). All of it MD5, as the
// standards have it: it tells a wrong secret, it keeps nothing safe from anybody else.
#include "models/wire/radius/packet.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::radius {

/// A User-Password's octets: blocks of 16 (one to eight), each under MD5(secret + the block
/// before), the first under MD5(secret + the request's authenticator).
/// @throws SimulationError for more than 128 octets
[[nodiscard]] std::vector<std::byte>
hide_password(std::string_view password, std::string_view secret, Authenticator const& request);
/// The other way, without the NULs it was filled up with; nullopt unless `hidden` is 1..8 blocks. A
/// wrong secret gives other octets, not nullopt: that is all one can see of it here.
[[nodiscard]] std::optional<std::string> reveal_password(std::span<std::byte const> hidden,
                                                         std::string_view secret,
                                                         Authenticator const& request);

/// A request ready to be sent. `packet.authenticator` holds the caller's draws for an
/// Access-Request (and status_server); it is computed here for an Accounting-Request. A password
/// is hidden and put behind the other attributes; Message-Authenticator comes last when wanted.
/// @throws SimulationError for what has no encoding
struct RequestOptions {
    std::optional<std::string> password;
    bool message_authenticator = true;
};
[[nodiscard]] std::vector<std::byte> sign_request(Packet packet, std::string_view secret,
                                                  RequestOptions const& options);

/// The answer to a request, with the request's identifier, Message-Authenticator first when wanted
/// and the response authenticator: MD5 of code, identifier, length, the request's authenticator,
/// attributes and secret.
[[nodiscard]] std::vector<std::byte> sign_answer(Packet packet, Packet const& request,
                                                 std::string_view secret,
                                                 bool message_authenticator = true);

/// Why a datagram is not believed. Each is dropped without an answer.
enum class Refusal : std::uint8_t {
    none,
    malformed,           ///< see DecodedPacket::problem
    wrong_code,          ///< no request, or no answer to this one
    wrong_identifier,    ///< an answer to another request
    wrong_authenticator, ///< another secret, or octets changed on the way
    wrong_message_authenticator,
    no_message_authenticator, ///< where one is demanded
};
[[nodiscard]] std::string_view name(Refusal refusal);

struct Checked {
    DecodedPacket decoded;
    Refusal refusal = Refusal::none;
    [[nodiscard]] bool ok() const { return refusal == Refusal::none; }
};

/// As a server: an Access-Request proves the secret by its Message-Authenticator alone, an
/// Accounting-Request by its authenticator. @param demand refuse an Access-Request without one
[[nodiscard]] Checked check_request(std::span<std::byte const> datagram, std::string_view secret,
                                    bool demand = false);
/// As a client, of the answer to `request`. Messages are compared in constant time.
[[nodiscard]] Checked check_answer(std::span<std::byte const> datagram, Packet const& request,
                                   std::string_view secret);

} // namespace gridtwin::wire::radius
