#pragma once
// Frames of the HDLC based data link layer (IEC 62056-46, clause 6.4; frame format type 3 of
// ISO/IEC 13239):
//
// 7E | format | destination | source | control [| HCS | information] | FCS | 7E
//
// format       2 octets: 1010, segmentation bit, 11 bits of length: all octets between the flags
// destination, source  1, 2 or 4 octets, the lowest bit set in the last one only
// HCS          2 octets, only where there is information; FCS 2 octets (hdlc.hpp)
//
// The length is counted, so nothing is escaped: a flag may stand anywhere between the flags.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire {

inline constexpr std::byte kHdlcFlag{0x7E};
inline constexpr std::size_t kHdlcLongestFrame = 2047; ///< between the flags: 11 bits

/// A client's address is one octet. A server's is a logical device (upper) and, in 2 and 4 octets,
/// a physical device (lower): 7 bits each, in 4 octets 14 bits each.
struct HdlcAddress {
    std::uint16_t upper = 0;
    std::uint16_t lower = 0; ///< 0 in an address of 1 octet
    std::uint8_t octets = 1; ///< 1, 2 or 4
    bool operator==(HdlcAddress const&) const = default;
};
[[nodiscard]] constexpr HdlcAddress hdlc_client(std::uint8_t sap) {
    return {sap, 0, 1};
}

enum class HdlcType {
    information,              ///< I
    receive_ready,            ///< RR
    receive_not_ready,        ///< RNR
    set_normal_response_mode, ///< SNRM
    disconnect,               ///< DISC
    unnumbered_acknowledge,   ///< UA
    disconnected_mode,        ///< DM
    frame_reject,             ///< FRMR
    unnumbered_information,   ///< UI
};
[[nodiscard]] std::string_view name(HdlcType type);

struct HdlcFrame {
    HdlcAddress destination{};
    HdlcAddress source{};
    HdlcType type = HdlcType::unnumbered_information;
    bool segmented = false;   ///< more of the same APDU follows
    bool poll = false;        ///< P of a command, F of a response
    std::uint8_t send = 0;    ///< N(S) of I, 0 to 7
    std::uint8_t receive = 0; ///< N(R) of I, RR, RNR, 0 to 7
    std::vector<std::byte> information{};
    bool operator==(HdlcFrame const&) const = default;
};

/// With both flags.
/// Errors: SimulationError where an address, a number or the length does not fit.
void encode(HdlcFrame const& frame, std::vector<std::byte>& out);

/// Octets on the line with both flags.
[[nodiscard]] std::size_t encoded_octets(HdlcFrame const& frame);

struct DecodedHdlcFrame {
    HdlcFrame frame{};
    std::string problem{};        ///< empty when understood; octets count from the format
    bool unknown_control = false; ///< a sound frame of a type this layer does not have
    [[nodiscard]] bool ok() const { return problem.empty(); }
};
/// Of exactly one frame, without its flags.
[[nodiscard]] DecodedHdlcFrame decode_hdlc_frame(std::span<std::byte const> between_flags);

/// What the first octets of a frame already tell.
struct HdlcHeaderCheck {
    enum class Verdict {
        more,   ///< too few octets to tell
        sound,  ///< the format's length is believable and HCS, where there is one, is right
        broken, ///< no frame begins here
    };
    Verdict verdict = Verdict::broken;
    std::size_t length = 0; ///< between the flags, as the format says; 0 where it says none
};
[[nodiscard]] HdlcHeaderCheck check_hdlc_header(std::span<std::byte const> between_flags);

/// First octets of a segmented or whole APDU's first frame: E6 E6 00 of a command, E6 E7 00 of a
/// response (ISO/IEC 8802-2 LLC, clause 5 of IEC 62056-46).
inline constexpr std::byte kLlcCommand[] = {std::byte{0xE6}, std::byte{0xE6}, std::byte{0}};
inline constexpr std::byte kLlcResponse[] = {std::byte{0xE6}, std::byte{0xE7}, std::byte{0}};

} // namespace gridtwin::wire
