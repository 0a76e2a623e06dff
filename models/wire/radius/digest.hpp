#pragma once
// MD5 (RFC 1321) and HMAC-MD5 (RFC 2104) of pieces in a row, by OpenSSL.
#include "models/wire/radius/packet.hpp"

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

namespace gridtwin::wire::radius {

/// @throws SimulationError when OpenSSL has none
[[nodiscard]] Authenticator md5(std::initializer_list<std::span<std::byte const>> pieces);
[[nodiscard]] Authenticator hmac_md5(std::string_view key,
                                     std::initializer_list<std::span<std::byte const>> pieces);
/// In a time that does not tell where they differ.
[[nodiscard]] bool same(std::span<std::byte const> a, std::span<std::byte const> b);

} // namespace gridtwin::wire::radius
