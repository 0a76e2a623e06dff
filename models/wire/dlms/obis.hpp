#pragma once
// OBIS codes: the names of COSEM objects (IEC 62056-6-1).
#include "models/wire/octets.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace gridtwin::wire::dlms {

/// The value groups A (medium), B (channel), C (quantity), D (processing), E (tariff), F (billing
/// period; 255 is now): six octets, in this order on the wire.
struct Obis {
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    std::uint8_t c = 0;
    std::uint8_t d = 0;
    std::uint8_t e = 0;
    std::uint8_t f = 255;

    friend auto operator<=>(Obis const&, Obis const&) = default;
};

[[nodiscard]] std::array<std::byte, 6> octets_of(Obis const& code);
/// @param octets six
[[nodiscard]] Obis obis_of(std::span<std::byte const, 6> octets);

/// "1-0:1.8.0.255"
[[nodiscard]] std::string text(Obis const& code);
/// As above; also "1.0.1.8.0.255", "1-0:1.8.0*255", and without the last group, which then is 255.
/// Problems count columns from 1: "column 5: '256', expected a number from 0 to 255".
[[nodiscard]] Parsed<Obis> parse_obis(std::string_view text);

} // namespace gridtwin::wire::dlms
