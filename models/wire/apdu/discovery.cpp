// What meters and concentrators say to each other before they have agreed upon anything, in the
// clear (after Discover of IEC 61334-4-511; layouts are assumptions):
//   call   tag 1D, system title of whose way is offered 8, concentrator 2, what that way costs 2
//   hello  tag 1E, system title of who answers 8, what the way between the two costs 2
#include "models/wire/apdu/parts.hpp"
#include "models/wire/apdu/told.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "models/wire/found_block.hpp"

#include <algorithm>

namespace gridtwin::wire::apdu {
namespace {

constexpr std::uint8_t kCallTag = 0x1D;
constexpr std::uint8_t kHelloTag = 0x1E;

std::uint8_t tag_of(MessageKind kind) {
    return kind == MessageKind::call ? kCallTag : kHelloTag;
}

/// Whoever speaks: a meter, or of a call the concentrator itself.
SystemTitle speaker(Message const& message) {
    return message.meter == kNone<MeterId> ? concentrator_system_title(message.concentrator)
                                           : meter_system_title(message.meter);
}

std::uint32_t low16(ConcentratorId id) {
    return static_cast<std::uint32_t>(index(id)) & 0xFFFFU;
}

} // namespace

void encode_call(Message const& message, std::vector<std::byte>& out) {
    auto const cost = static_cast<std::uint32_t>(checked(message.value, 16, message));
    put_octet(tag_of(message.kind), out);
    put_octets(speaker(message), out);
    if (message.kind == MessageKind::call) {
        put_uint16(low16(message.concentrator), out);
    }
    put_uint16(cost, out);
}

std::string decode_call(std::span<std::byte const> octets, Message& message) {
    OctetReader reader(octets);
    if (reader.octet("the tag") != tag_of(message.kind)) {
        reader.fail_at(0, "neither call nor hello");
    }
    if (reader.take(8, "the system title") != Octets(speaker(message))) {
        reader.fail("another's system title");
    }
    if (message.kind == MessageKind::call &&
        reader.uint16("the concentrator") != low16(message.concentrator)) {
        reader.fail("another concentrator");
    }
    message.value = reader.uint16("what the way costs");
    reader.expect_end();
    return reader.problem();
}

void encode_found(Message const& message, std::vector<std::byte>& out) {
    auto const found = wire::decode_found(message.payload);
    dlms::Writer writer(out);
    writer.structure(2)
        .unsigned16(static_cast<std::uint16_t>(checked(message.value, 16, message)))
        .array(static_cast<std::uint32_t>(found.blocks.size()));
    for (auto const& one : found.blocks) {
        writer.structure(2)
            .octet_string(meter_system_title(one.meter))
            .unsigned16(static_cast<std::uint16_t>(one.cost_milli));
    }
}

std::string decode_found(std::span<std::byte const> data, Message& message) {
    dlms::Reader reader(data);
    reader.structure(2, "who was found");
    message.value = reader.unsigned16("what the caller's way costs");
    message.count = reader.array("the meters");
    for (std::uint32_t left = message.count; left > 0 && reader.ok(); --left) {
        reader.structure(2, "a meter");
        Octets const octets = reader.octet_string("its system title");
        auto const cost = reader.unsigned16("what the way costs");
        SystemTitle title{};
        std::copy_n(octets.begin(), std::min(octets.size(), title.size()), title.begin());
        auto const meter = static_cast<MeterId>(number_of(title) & 0xFFFF'FFFFU);
        if (reader.ok() && (octets.size() != title.size() || title != meter_system_title(meter))) {
            reader.fail("no meter's system title");
        }
        if (reader.ok()) {
            wire::encode(FoundMeter{.meter = meter, .cost_milli = cost}, message.payload);
        }
    }
    reader.expect_end();
    return reader.problem();
}

} // namespace gridtwin::wire::apdu
