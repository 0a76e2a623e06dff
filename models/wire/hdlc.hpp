#pragma once
// HDLC as DLMS/COSEM uses it (IEC 62056-46): the checksum, and what framing adds.
#include <cstddef>
#include <cstdint>
#include <span>

namespace gridtwin::wire {

/// Frame check sequence of ISO/IEC 13239 (also RFC 1662): CRC-16 with polynomial 0x1021, bits
/// reflected, start 0xFFFF, complemented. Sent low octet first. "123456789" gives 0x906E.
[[nodiscard]] std::uint16_t hdlc_fcs(std::span<std::byte const> octets);

/// Two flags, two octets of format, two addresses of one octet, control, HCS and FCS.
inline constexpr std::uint32_t kHdlcFrameOctets = 11;
/// The LLC header (E6 E6 00 or E6 E7 00), once an APDU.
inline constexpr std::uint32_t kHdlcLlcOctets = 3;

/// Octets on the line of one APDU, cut into frames with at most `information_octets` each.
[[nodiscard]] std::uint32_t hdlc_octets(std::uint32_t apdu_octets,
                                        std::uint32_t information_octets);

} // namespace gridtwin::wire
