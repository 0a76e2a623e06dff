// Actions: what meters are told to do, and the blocks of a firmware.
#include "models/wire/apdu/parts.hpp"
#include "models/wire/apdu/told.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "models/wire/firmware.hpp"
#include "models/wire/relay_validity.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace gridtwin::wire::apdu {
namespace {

using namespace dlms;

constexpr std::uint16_t class_of(ClassId id) {
    return static_cast<std::uint16_t>(id);
}

constexpr MethodDescriptor kDisconnect{class_of(ClassId::disconnect_control), kDisconnectName, 1};
constexpr MethodDescriptor kDisconnectUntil{class_of(ClassId::disconnect_control), kDisconnectName,
                                            -1};
constexpr MethodDescriptor kReconnect{class_of(ClassId::disconnect_control), kDisconnectName, 2};
constexpr MethodDescriptor kCall{kManufacturerClass, kDiscoveryName, 1};
constexpr MethodDescriptor kEnroll{kManufacturerClass, kDiscoveryName, 2};
constexpr MethodDescriptor kBlock{class_of(ClassId::image_transfer), kImageTransferName, 2};
constexpr MethodDescriptor kGaps{class_of(ClassId::image_transfer), kImageTransferName, -1};
constexpr MethodDescriptor kAdjustCredit{class_of(ClassId::credit), kCreditName, -1};

FirmwareImage image_of(Message const& message) {
    auto const images = decode_image(message.payload);
    if (!images.ok() || images.blocks.size() != 1) {
        throw SimulationError("a firmware's APDU is about one image: " + images.problem);
    }
    return images.blocks[0];
}

/// version 4, octets 4, octets of a block 2, when to activate it 4 (seconds of UNIX time)
std::vector<std::byte> identifier_of(FirmwareImage const& image, Context const& context,
                                     Message const& message) {
    auto const since = image.activate_at.time_since_epoch();
    if (since % std::chrono::seconds(1) != SimDuration::zero()) {
        throw SimulationError("a firmware is activated at a whole second");
    }
    std::vector<std::byte> out;
    put_uint32(image.version, out);
    put_uint32(image.octets, out);
    put_uint16(static_cast<std::uint32_t>(checked(image.block_octets, 16, message)), out);
    put_uint32(static_cast<std::uint32_t>(
                   checked(context.start_unix_s + since / std::chrono::seconds(1), 32, message)),
               out);
    return out;
}

FirmwareImage read_identifier(dlms::Reader& reader, Context const& context) {
    OctetReader octets(reader.octet_string("the image"));
    FirmwareImage image;
    image.version = octets.uint32("the version");
    image.octets = octets.uint32("the octets");
    image.block_octets = octets.uint16("the octets of a block");
    std::int64_t const unix_s = octets.uint32("the time to activate it");
    image.activate_at = kStart + std::chrono::seconds(unix_s - context.start_unix_s);
    octets.expect_end();
    if (!octets.ok()) {
        reader.fail(octets.problem());
    }
    return image;
}

/// The simulator has no image: its octets follow from where they stand.
std::vector<std::byte> block_of(FirmwareImage const& image, std::uint32_t block) {
    std::vector<std::byte> out(image.length(block));
    std::uint32_t at = block * image.block_octets + image.version;
    std::ranges::generate(out,
                          [&at] { return static_cast<std::byte>((at++ * 167U) >> 3 & 0xFFU); });
    return out;
}

std::string decode_firmware(dlms::Reader& reader, Context const& context, Message& message) {
    reader.structure(3, "the block");
    auto const image = read_identifier(reader, context);
    message.value = reader.unsigned32("the block's number");
    message.count = context.firmware_runs;
    if (message.kind == MessageKind::read_gaps) {
        message.count = reader.unsigned8("the runs asked for");
    } else {
        Octets const block = reader.octet_string("the block");
        auto const whole = block_of(image, static_cast<std::uint32_t>(message.value));
        if (reader.ok() && block != Octets(whole)) {
            reader.fail("another image's block");
        }
    }
    if (reader.ok()) {
        wire::encode(image, message.payload);
    }
    reader.expect_end();
    return reader.problem();
}

} // namespace

void encode_action(Message const& message, Context const& context, std::vector<std::byte>& out) {
    std::vector<std::byte> parameter;
    Writer writer(parameter);
    MethodDescriptor method = kCall;
    switch (message.kind) {
    case MessageKind::set_relay:
        method = checked(message.value, 1, message) != 0 ? kReconnect : kDisconnect;
        if (is_limited(message)) {
            method = kDisconnectUntil;
            write_time(message.occurred, context, writer);
        } else {
            writer.integer8(0);
        }
        break;
    case MessageKind::set_credit:
        method = kAdjustCredit;
        encode_difference(message, parameter);
        break;
    case MessageKind::enroll:
        method = kEnroll;
        writer.structure(2)
            .octet_string(concentrator_system_title(message.concentrator))
            .unsigned16(static_cast<std::uint16_t>(checked(message.value, 16, message)));
        break;
    case MessageKind::firmware_block:
    case MessageKind::read_gaps: {
        auto const image = image_of(message);
        auto const block = static_cast<std::uint32_t>(checked(message.value, 32, message));
        bool const gaps = message.kind == MessageKind::read_gaps;
        method = gaps ? kGaps : kBlock;
        writer.structure(3).octet_string(identifier_of(image, context, message)).unsigned32(block);
        if (gaps) {
            writer.unsigned8(static_cast<std::uint8_t>(checked(message.count, 8, message)));
        } else {
            writer.octet_string(block_of(image, block));
        }
        break;
    }
    default: // ask_to_call
        writer.integer8(0);
        break;
    }
    encode(ActionRequestNormal{.invoke = invoke_of(message),
                               .method = method,
                               .parameter = Octets(parameter)},
           out);
}

std::string decode_action(Apdu const& apdu, Context const& context, Message& message) {
    auto const* const action = std::get_if<ActionRequestNormal>(&apdu);
    if (action == nullptr || action->invoke != invoke_of(message) || !action->parameter) {
        return fmt::format("not the action-request of {}", name(message.kind));
    }
    auto const& method = action->method;
    dlms::Reader reader(*action->parameter);
    bool known = false;
    switch (message.kind) {
    case MessageKind::set_relay:
        known = method == kDisconnect || method == kReconnect || method == kDisconnectUntil;
        message.value = method == kReconnect ? 1 : 0;
        if (method == kDisconnectUntil) {
            message.occurred = read_time(reader, context, "the time from which on not");
            if (reader.ok() && !is_limited(message)) {
                reader.fail("a limit that is none");
            }
        } else {
            reader.integer8("the parameter");
        }
        break;
    case MessageKind::set_credit:
        known = method == kAdjustCredit;
        if (known) {
            decode_difference(reader, message);
        }
        break;
    case MessageKind::enroll: {
        known = method == kEnroll;
        reader.structure(2, "the enrolment");
        Octets const title = reader.octet_string("the concentrator");
        if (reader.ok() && title != Octets(concentrator_system_title(message.concentrator))) {
            reader.fail("another concentrator's title");
        }
        message.value = reader.unsigned16("what the way costs");
        break;
    }
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
        if (method != (message.kind == MessageKind::read_gaps ? kGaps : kBlock)) {
            break;
        }
        return decode_firmware(reader, context, message);
    default:
        known = method == kCall;
        reader.integer8("the parameter");
        break;
    }
    if (!known) {
        return fmt::format("not the method of {}", name(message.kind));
    }
    reader.expect_end();
    return reader.problem();
}

} // namespace gridtwin::wire::apdu
