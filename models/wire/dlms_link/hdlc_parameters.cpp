#include "models/wire/dlms_link/hdlc_parameters.hpp"

#include "models/wire/octets.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

constexpr std::uint8_t kFormat = 0x81;
constexpr std::uint8_t kParameterGroup = 0x80;

void check_range(std::uint32_t value, std::uint32_t most, std::string_view what,
                 OctetReader& reader) {
    if (value < 1 || value > most) {
        reader.fail(fmt::format("{} {}, 1 to {} expected", what, value, most));
    }
}

void read_group(OctetReader& group, HdlcParameters& parameters) {
    while (group.ok() && !group.at_end()) {
        std::uint8_t const identifier = group.octet("a parameter's identifier");
        std::size_t const length = group.octet("a parameter's length");
        if (identifier < 5 || identifier > 8) {
            (void)group.take(length, "a parameter's value");
            continue;
        }
        if (length < 1 || length > 4) {
            group.fail(fmt::format("a parameter of {} octets, 1 to 4 expected", length));
            return;
        }
        std::uint32_t const value =
            static_cast<std::uint32_t>(group.integer(length, "a parameter's value"));
        if (!group.ok()) {
            return;
        }
        switch (identifier) {
        case 5:
            parameters.information_transmit = value;
            check_range(value, 0xFFFF, "information field", group);
            break;
        case 6:
            parameters.information_receive = value;
            check_range(value, 0xFFFF, "information field", group);
            break;
        case 7:
            parameters.window_transmit = value;
            check_range(value, 7, "window", group);
            break;
        default:
            parameters.window_receive = value;
            check_range(value, 7, "window", group);
            break;
        }
    }
}

} // namespace

void encode(HdlcParameters const& parameters, std::vector<std::byte>& out) {
    put_octet(kFormat, out);
    put_octet(kParameterGroup, out);
    put_octet(20, out);
    put_uint16(0x0502, out);
    put_uint16(parameters.information_transmit, out);
    put_uint16(0x0602, out);
    put_uint16(parameters.information_receive, out);
    put_uint16(0x0704, out);
    put_uint32(parameters.window_transmit, out);
    put_uint16(0x0804, out);
    put_uint32(parameters.window_receive, out);
}

DecodedHdlcParameters decode_hdlc_parameters(std::span<std::byte const> information) {
    DecodedHdlcParameters decoded;
    OctetReader reader(information);
    if (information.empty()) {
        return decoded;
    }
    if (reader.octet("the format identifier") != kFormat) {
        reader.fail("no parameters of format 81");
    }
    while (reader.ok() && !reader.at_end()) {
        std::uint8_t const identifier = reader.octet("the group identifier");
        OctetReader group = reader.inner("a group of parameters");
        if (identifier == kParameterGroup) {
            read_group(group, decoded.parameters);
        }
        if (!group.ok()) {
            reader.fail_as(group.problem());
        }
    }
    decoded.problem = reader.problem();
    return decoded;
}

HdlcParameters negotiated(HdlcParameters const& own, HdlcParameters const& proposed) {
    return {.information_transmit =
                std::min(own.information_transmit, proposed.information_receive),
            .information_receive = std::min(own.information_receive, proposed.information_transmit),
            .window_transmit = std::min(own.window_transmit, proposed.window_receive),
            .window_receive = std::min(own.window_receive, proposed.window_transmit)};
}

} // namespace gridtwin::wire
