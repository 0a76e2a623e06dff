#include "models/wire/dlms_link/hdlc_frame.hpp"

#include "models/wire/hdlc.hpp"
#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <optional>

namespace gridtwin::wire {
namespace {

constexpr std::uint32_t kFormatType3 = 0xA000;
constexpr std::uint32_t kSegmentation = 0x0800;
constexpr std::uint32_t kPoll = 0x10;

struct Unnumbered {
    HdlcType type;
    std::uint8_t control; ///< without P/F
};
// IEC 62056-46, 6.4.3.
constexpr Unnumbered kUnnumbered[] = {
    {HdlcType::set_normal_response_mode, 0x83},
    {HdlcType::disconnect, 0x43},
    {HdlcType::unnumbered_acknowledge, 0x63},
    {HdlcType::disconnected_mode, 0x0F},
    {HdlcType::frame_reject, 0x87},
    {HdlcType::unnumbered_information, 0x03},
};

std::uint8_t control_octet(HdlcFrame const& frame) {
    std::uint32_t const poll = frame.poll ? kPoll : 0;
    std::uint32_t const receive = static_cast<std::uint32_t>(frame.receive) << 5;
    switch (frame.type) {
    case HdlcType::information:
        return static_cast<std::uint8_t>(receive | poll | std::uint32_t{frame.send} << 1);
    case HdlcType::receive_ready:
        return static_cast<std::uint8_t>(receive | poll | 0x01U);
    case HdlcType::receive_not_ready:
        return static_cast<std::uint8_t>(receive | poll | 0x05U);
    default:
        break;
    }
    auto const* const found =
        std::find_if(std::begin(kUnnumbered), std::end(kUnnumbered),
                     [&](Unnumbered const& u) { return u.type == frame.type; });
    return static_cast<std::uint8_t>(found->control | poll);
}

bool read_control(std::uint8_t octet, HdlcFrame& frame) {
    frame.poll = (octet & kPoll) != 0;
    if ((octet & 0x01U) == 0) {
        frame.type = HdlcType::information;
        frame.send = static_cast<std::uint8_t>(octet >> 1 & 7U);
        frame.receive = static_cast<std::uint8_t>(octet >> 5);
        return true;
    }
    auto const rest = static_cast<std::uint8_t>(octet & ~kPoll);
    if ((rest & 0x1FU) == 0x01 || (rest & 0x1FU) == 0x05) {
        frame.type = (rest & 0x04U) == 0 ? HdlcType::receive_ready : HdlcType::receive_not_ready;
        frame.receive = static_cast<std::uint8_t>(octet >> 5);
        return true;
    }
    auto const* const found = std::find_if(std::begin(kUnnumbered), std::end(kUnnumbered),
                                           [&](Unnumbered const& u) { return u.control == rest; });
    if (found == std::end(kUnnumbered)) {
        return false;
    }
    frame.type = found->type;
    return true;
}

unsigned part_bits(HdlcAddress const& address) {
    return address.octets == 4 ? 14 : 7;
}

void check_address(HdlcAddress const& address) {
    unsigned const bits = part_bits(address);
    if ((address.octets != 1 && address.octets != 2 && address.octets != 4) ||
        address.upper >> bits != 0 || address.lower >> bits != 0 ||
        (address.octets == 1 && address.lower != 0)) {
        throw SimulationError(fmt::format("HDLC address {}/{} does not fit {} octets",
                                          address.upper, address.lower, address.octets));
    }
}

void put_address(HdlcAddress const& address, std::vector<std::byte>& out) {
    std::uint32_t const value =
        address.octets == 1 ? address.upper
                            : std::uint32_t{address.upper} << part_bits(address) | address.lower;
    for (unsigned left = address.octets; left-- > 0;) {
        put_octet((value >> (7 * left) & 0x7FU) << 1 | (left == 0 ? 1U : 0U), out);
    }
}

HdlcAddress read_address(OctetReader& reader) {
    std::uint32_t value = 0;
    for (std::uint8_t octets = 1; octets <= 4; ++octets) {
        std::uint8_t const octet = reader.octet("an address");
        if (!reader.ok()) {
            return {};
        }
        value = value << 7 | octet >> 1;
        if ((octet & 1U) == 0) {
            continue;
        }
        switch (octets) {
        case 1:
            return {static_cast<std::uint16_t>(value), 0, 1};
        case 2:
            return {static_cast<std::uint16_t>(value >> 7),
                    static_cast<std::uint16_t>(value & 0x7FU), 2};
        case 4:
            return {static_cast<std::uint16_t>(value >> 14),
                    static_cast<std::uint16_t>(value & 0x3FFFU), 4};
        default:
            reader.fail("an address of 3 octets, 1, 2 or 4 expected");
            return {};
        }
    }
    reader.fail("an address of more than 4 octets");
    return {};
}

/// Octets before HCS or FCS.
std::size_t header_octets(HdlcFrame const& frame) {
    return 2U + frame.destination.octets + frame.source.octets + 1U;
}

void put_fcs(Octets octets, std::vector<std::byte>& out) {
    std::uint16_t const fcs = hdlc_fcs(octets);
    put_octet(fcs, out);
    put_octet(static_cast<std::uint32_t>(fcs) >> 8, out);
}

/// Of octets that end in their checksum.
bool right_fcs(Octets octets) {
    std::uint16_t const fcs = hdlc_fcs(octets.first(octets.size() - 2));
    return octets[octets.size() - 2] == static_cast<std::byte>(fcs & 0xFFU) &&
           octets.back() == static_cast<std::byte>(fcs >> 8);
}

bool may_carry(HdlcType type) {
    return type != HdlcType::receive_ready && type != HdlcType::receive_not_ready;
}

/// The format's length, or none.
std::optional<std::size_t> format_length(std::uint32_t format) {
    constexpr std::size_t kShortest = 2 + 1 + 1 + 1 + 2;
    std::size_t const length = format & 0x7FFU;
    return (format & 0xF000U) == kFormatType3 && length >= kShortest ? std::optional(length)
                                                                     : std::nullopt;
}

} // namespace

std::string_view name(HdlcType type) {
    constexpr std::string_view kNames[] = {"I",  "RR", "RNR",  "SNRM", "DISC",
                                           "UA", "DM", "FRMR", "UI"};
    return kNames[static_cast<std::size_t>(type)];
}

std::size_t encoded_octets(HdlcFrame const& frame) {
    std::size_t const information = frame.information.empty() ? 0 : 2 + frame.information.size();
    return 2 + header_octets(frame) + information + 2;
}

void encode(HdlcFrame const& frame, std::vector<std::byte>& out) {
    check_address(frame.destination);
    check_address(frame.source);
    std::size_t const length = encoded_octets(frame) - 2;
    if (length > kHdlcLongestFrame) {
        throw SimulationError(
            fmt::format("HDLC frame of {} octets, at most {} fit", length, kHdlcLongestFrame));
    }
    if (frame.send > 7 || frame.receive > 7) {
        throw SimulationError("HDLC sequence number above 7");
    }
    if (!may_carry(frame.type) && !frame.information.empty()) {
        throw SimulationError(fmt::format("HDLC {} with information", name(frame.type)));
    }
    out.push_back(kHdlcFlag);
    std::size_t const begin = out.size();
    put_uint16(kFormatType3 | (frame.segmented ? kSegmentation : 0U) |
                   static_cast<std::uint32_t>(length),
               out);
    put_address(frame.destination, out);
    put_address(frame.source, out);
    put_octet(control_octet(frame), out);
    if (!frame.information.empty()) {
        put_fcs(Octets(out).subspan(begin), out);
        put_octets(frame.information, out);
    }
    put_fcs(Octets(out).subspan(begin), out);
    out.push_back(kHdlcFlag);
}

DecodedHdlcFrame decode_hdlc_frame(std::span<std::byte const> between_flags) {
    OctetReader reader(between_flags);
    DecodedHdlcFrame decoded;
    auto& frame = decoded.frame;
    std::uint16_t const format = reader.uint16("the format");
    auto const length = format_length(format);
    if (reader.ok() && !length) {
        reader.fail("no format of type 3");
    } else if (reader.ok() && *length != between_flags.size()) {
        reader.fail(fmt::format("{} octets, {} by the format", between_flags.size(), *length));
    } else if (reader.ok() && !right_fcs(between_flags)) {
        reader.fail("FCS is wrong");
    }
    frame.segmented = (format & kSegmentation) != 0;
    frame.destination = read_address(reader);
    frame.source = read_address(reader);
    std::uint8_t const control = reader.octet("the control octet");
    if (reader.ok() && !read_control(control, frame)) {
        decoded.unknown_control = true;
        reader.fail(fmt::format("control octet {:02X} is not of this layer", control));
    }
    if (reader.ok() && reader.left() > 2) {
        if (reader.left() < 5) {
            reader.fail("HCS without information");
        } else if (!right_fcs(between_flags.first(header_octets(frame) + 2))) {
            reader.fail("HCS is wrong");
        } else if (!may_carry(frame.type)) {
            reader.fail(fmt::format("{} with information", name(frame.type)));
        }
        (void)reader.uint16("HCS");
        Octets const information =
            reader.take(reader.left() - std::min<std::size_t>(2, reader.left()), "the information");
        frame.information.assign(information.begin(), information.end());
    } else if (reader.left() < 2) {
        reader.fail("ends within FCS");
    }
    decoded.problem = reader.problem();
    return decoded;
}

HdlcHeaderCheck check_hdlc_header(std::span<std::byte const> between_flags) {
    using Verdict = HdlcHeaderCheck::Verdict;
    if (between_flags.empty()) {
        return {.verdict = Verdict::more};
    }
    if ((between_flags[0] & std::byte{0xF0}) != std::byte{0xA0}) {
        return {};
    }
    if (between_flags.size() < 2) {
        return {.verdict = Verdict::more};
    }
    OctetReader reader(between_flags);
    auto const length = format_length(reader.uint16("the format"));
    if (!length) {
        return {};
    }
    std::size_t at = 2;
    for (int addresses = 0; addresses < 2; ++addresses) {
        std::size_t const begin = at;
        for (bool last = false; !last; ++at) {
            if (at == between_flags.size()) {
                return {.verdict = Verdict::more, .length = *length};
            }
            last = (between_flags[at] & std::byte{1}) != std::byte{0};
            if (at - begin == 4) {
                return {.length = *length};
            }
        }
    }
    std::size_t const checked = at + 1 + 2; // control and HCS, or FCS where the frame ends
    if (checked > *length) {
        return {.length = *length};
    }
    if (between_flags.size() < checked) {
        return {.verdict = Verdict::more, .length = *length};
    }
    return {.verdict = right_fcs(between_flags.first(checked)) ? Verdict::sound : Verdict::broken,
            .length = *length};
}

} // namespace gridtwin::wire
