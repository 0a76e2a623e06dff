#include "models/wire/hdlc.hpp"

namespace gridtwin::wire {

std::uint16_t hdlc_fcs(std::span<std::byte const> octets) {
    constexpr std::uint16_t kReflectedPolynomial = 0x8408; // 0x1021, lowest bit first
    std::uint32_t fcs = 0xFFFF;
    for (std::byte const octet : octets) {
        fcs ^= std::to_integer<std::uint32_t>(octet);
        for (int bit = 0; bit < 8; ++bit) {
            fcs = (fcs & 1U) != 0 ? (fcs >> 1) ^ kReflectedPolynomial : fcs >> 1;
        }
    }
    return static_cast<std::uint16_t>(fcs ^ 0xFFFFU);
}

std::uint32_t hdlc_octets(std::uint32_t apdu_octets, std::uint32_t information_octets) {
    // The LLC header is the first frame's information, so it counts against the field's length.
    std::uint32_t const information = apdu_octets + kHdlcLlcOctets;
    std::uint32_t const frames = (information + information_octets - 1) / information_octets;
    return information + frames * kHdlcFrameOctets;
}

} // namespace gridtwin::wire
