#include "models/wire/sizes.hpp"

#include "models/wire/balance_block.hpp"
#include "models/wire/clock_validity.hpp"
#include "models/wire/credit.hpp"
#include "models/wire/firmware.hpp"
#include "models/wire/found_block.hpp"
#include "models/wire/hdlc.hpp"
#include "models/wire/meter_data.hpp"
#include "models/wire/octets.hpp"
#include "models/wire/profile_block.hpp"
#include "models/wire/relay_validity.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <bit>

namespace gridtwin::wire {
namespace {

template <typename Blocks>
Blocks checked(Message const& message, Blocks decoded) {
    if (!decoded.ok()) {
        throw SimulationError(
            fmt::format("{} message {:#x} about meter {} at {}: {}", name(message.kind),
                        static_cast<std::uint64_t>(message.id), index(message.meter),
                        format_time(message.created), decoded.problem));
    }
    return decoded;
}

/// Of the responses that carry the blocks of a payload.
std::uint32_t block_octets(Message const& message) {
    std::uint32_t octets = 0;
    auto const rows = [](auto const& list) { return static_cast<std::uint32_t>(list.size()); };
    if (message.kind == MessageKind::profile) {
        for (auto const& block : checked(message, decode(message.payload)).blocks) {
            octets += get_profile_response_octets(rows(block.rows));
        }
    } else if (message.kind == MessageKind::registers) {
        for (auto const& block : checked(message, decode_registers(message.payload)).blocks) {
            octets += get_registers_response_octets(rows(block.sets) * kRegisterValues);
        }
    } else if (message.kind == MessageKind::events) {
        for (auto const& block : checked(message, decode_events(message.payload)).blocks) {
            octets += get_events_response_octets(rows(block.events));
        }
    } else if (message.kind == MessageKind::balance) {
        auto const rows_there = rows(checked(message, decode_balance(message.payload)).blocks);
        octets = get_load_profile_response_octets(rows_there, 3); // busbar, meters, their number
    } else {
        for (auto const& block : checked(message, decode_load(message.payload)).blocks) {
            octets += get_load_profile_response_octets(
                rows(block.rows), static_cast<std::uint32_t>(std::popcount(block.channels)));
        }
    }
    return octets;
}

std::uint32_t parameter_octets(Message const& message) {
    std::uint32_t octets = 0;
    for (auto const& one : checked(message, decode_parameters(message.payload)).blocks) {
        octets += set_request_octets(one.delayed);
    }
    return octets;
}

std::uint32_t credit_octets(Message const& message) {
    if (message.kind == MessageKind::set_credit) {
        (void)checked(message, decode_credit_differences(message.payload));
        return credit_request_octets();
    }
    auto const reports = checked(message, decode_credit_reports(message.payload)).blocks;
    return credit_response_octets(!reports.empty(), message.value != 0);
}

FirmwareImage image_of(Message const& message) {
    auto const images = checked(message, decode_image(message.payload)).blocks;
    return images.empty() ? FirmwareImage{} : images.front();
}

std::uint32_t firmware_octets(Message const& message) {
    if (message.kind == MessageKind::gaps) {
        (void)checked(message, decode_gaps(message.payload));
        return gaps_response_octets(static_cast<std::uint32_t>(message.payload.size()));
    }
    auto const image = image_of(message);
    return message.kind == MessageKind::read_gaps
               ? gaps_request_octets()
               : firmware_block_octets(image.length(static_cast<std::uint32_t>(message.value)));
}

std::uint32_t apdu_octets(Message const& message) {
    switch (message.kind) {
    case MessageKind::read_profile:
    case MessageKind::read_load:
        return get_range_request_octets();
    case MessageKind::profile:
    case MessageKind::registers:
    case MessageKind::events:
    case MessageKind::load:
        return block_octets(message);
    case MessageKind::read_registers:
    case MessageKind::read_credit:
        return get_request_octets();
    case MessageKind::read_events:
        return get_entries_request_octets();
    case MessageKind::set_parameter:
        return parameter_octets(message);
    case MessageKind::set_relay:
        return is_limited(message) ? limited_relay_request_octets() : action_request_octets();
    case MessageKind::set_credit:
    case MessageKind::credit:
        return credit_octets(message);
    case MessageKind::acknowledgement:
        return relay_response_octets();
    case MessageKind::alarm:
        return notification_octets();
    case MessageKind::read_clock:
        return get_request_octets();
    case MessageKind::clock:
        return get_clock_response_octets();
    case MessageKind::set_clock:
        return has_validity(message) ? clock_setting_octets() : set_clock_request_octets();
    case MessageKind::set_result:
        return message.count != 0 ? action_list_response_octets(message.count)
                                  : set_response_octets();
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
    case MessageKind::gaps:
        return firmware_octets(message);
    case MessageKind::call:
        return call_octets();
    case MessageKind::hello:
        return hello_octets();
    case MessageKind::ask_to_call:
        return action_request_octets();
    case MessageKind::found:
        return found_octets(static_cast<std::uint32_t>(
            checked(message, decode_found(message.payload)).blocks.size()));
    case MessageKind::enroll:
        return enroll_octets();
    case MessageKind::enrolled:
        return enrolled_octets();
    case MessageKind::balance:
    case MessageKind::received:
    case MessageKind::keep_alive:
    case MessageKind::firmware_order:
    case MessageKind::firmware_report:
    case MessageKind::registered:
    case MessageKind::assign:
        throw SimulationError(
            fmt::format("a message of kind {} goes to no meter", name(message.kind)));
    case MessageKind::short_command:
    case MessageKind::short_answer:
        throw SimulationError("a message of octets is none of a service");
    }
    throw SimulationError("a message of an unknown kind has no size");
}

/// Of an APDU as it is protected. What SizeSpec says is of one below 111 octets: of a longer one
/// the length itself is longer.
std::uint32_t protected_octets(std::uint32_t apdu, MessageKind kind, Channel channel,
                               SizeSpec const& spec) {
    if (!spec.secured || between_strangers(kind)) {
        return apdu;
    }
    constexpr std::uint32_t kWithin = 1 + 4 + 12; // control, counter, tag
    std::uint32_t const security =
        carries_title(kind, channel) ? spec.general_glo_octets : spec.glo_octets;
    return apdu + security + static_cast<std::uint32_t>(length_octets(apdu + kWithin)) - 1;
}

/// As models/wire/sms/message_content.hpp lays it out.
std::uint32_t sms_content_octets(Message const& message) {
    constexpr std::uint32_t kTime = 8; // nanoseconds: orders and answers lose nothing on the way
    constexpr std::uint32_t kRange = 4 + 2;
    bool const numbered = message.sequence != 0 || message.kind == MessageKind::received ||
                          message.kind == MessageKind::keep_alive;
    // Whose meters a concentrator speaks of, the envelope's code does not say: it is its own.
    bool const names_meter =
        message.concentrator != kNone<ConcentratorId> && message.meter != kNone<MeterId>;
    std::uint32_t const begin = 1 + (numbered ? 4U : 0U) + (names_meter ? 4U : 0U);
    std::uint32_t const head = begin + 8; // the command's number
    auto const payload = static_cast<std::uint32_t>(message.payload.size());
    switch (message.kind) {
    case MessageKind::read_profile:
    case MessageKind::read_events:
    case MessageKind::read_load:
        return head + kRange;
    case MessageKind::profile:
    case MessageKind::registers:
    case MessageKind::events:
    case MessageKind::load:
    case MessageKind::balance:
        return head + kTime + payload;
    case MessageKind::set_parameter:
    case MessageKind::set_credit:
    case MessageKind::firmware_order: // short messages carry no image
    case MessageKind::gaps:
    case MessageKind::firmware_report:
        return head + payload;
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
        return head + kRange + payload;
    case MessageKind::set_relay:
        return head + 1 + (is_limited(message) ? kTime : 0);
    case MessageKind::credit:
        return head + 1 + kTime + payload;
    case MessageKind::acknowledgement:
    case MessageKind::set_result:
        return head + 1 + kTime;
    case MessageKind::alarm: {
        bool const imbalance = message.value == static_cast<std::int64_t>(AlarmKind::imbalance);
        return begin + 1 + kTime + (imbalance ? 4 : 0);
    }
    case MessageKind::read_clock:
    case MessageKind::read_registers:
    case MessageKind::read_credit:
    case MessageKind::received:
    case MessageKind::keep_alive:
        return head;
    case MessageKind::clock:
    case MessageKind::set_clock:
        return head + kTime;
    case MessageKind::registered:
    case MessageKind::assign:
        return begin + 4 + 4;
    case MessageKind::call:
    case MessageKind::hello:
    case MessageKind::ask_to_call:
    case MessageKind::found:
    case MessageKind::enroll:
    case MessageKind::enrolled:
    case MessageKind::short_command: // as long as it is
    case MessageKind::short_answer:
        throw SimulationError(
            fmt::format("a message of kind {} goes to nobody by SMS", name(message.kind)));
    }
    throw SimulationError("a message of an unknown kind has no size");
}

std::uint32_t sms_octets(Message const& message, SizeSpec const& spec) {
    if (message.sealed) {
        return static_cast<std::uint32_t>(message.payload.size());
    }
    if (holds_blocks(message.kind)) {
        (void)block_octets(message); // what goes by SMS must be readable too
    }
    return spec.sms_identity_octets + sms_content_octets(message) +
           (spec.secured ? spec.glo_octets : 0);
}

/// By a concentrator's data session. No service of DLMS names the meter that a concentrator speaks
/// of, the order or the message's number: a data-notification without a time holds the compact form
/// in an octet-string.
std::uint32_t data_octets(Message const& message) {
    if (holds_blocks(message.kind)) {
        (void)block_octets(message);
    } else if (message.kind == MessageKind::firmware_report) {
        (void)checked(message, decode_report(message.payload));
    }
    std::uint32_t const content = sms_content_octets(message);
    return 1 + 4 + 1 + 1 + static_cast<std::uint32_t>(length_octets(content)) + content;
}

} // namespace

std::uint32_t image_octets(Message const& message) {
    return message.kind == MessageKind::firmware_order ? image_of(message).octets : 0;
}

std::uint32_t sealed_octets(std::uint32_t octets, Message const& message, Channel channel,
                            SizeSpec const& spec) {
    if (channel != Channel::wan) {
        return octets;
    }
    std::uint32_t const content = octets + image_octets(message);
    std::uint32_t const segments = (content + spec.segment_octets - 1) / spec.segment_octets;
    return content + segments * spec.tcp_ip_octets;
}

namespace {

std::uint32_t wan_octets(Message const& message, SizeSpec const& spec) {
    if (message.concentrator == kNone<ConcentratorId> || message.uplink == Channel::sms) {
        std::uint32_t const content = sms_octets(message, spec);
        return content + sms_parts(content) * (spec.smpp_octets + spec.tcp_ip_octets);
    }
    std::uint32_t const apdu =
        protected_octets(data_octets(message), message.kind, Channel::wan, spec);
    return sealed_octets(apdu + spec.wrapper_octets, message, Channel::wan, spec);
}

} // namespace

std::uint32_t encoded_octets(Message const& message, Channel channel, SizeSpec const& spec) {
    switch (channel) {
    case Channel::plc:
    case Channel::rf:
        return hdlc_octets(protected_octets(apdu_octets(message), message.kind, channel, spec),
                           spec.information_octets);
    case Channel::sms:
        return sms_octets(message, spec);
    case Channel::wan:
        return wan_octets(message, spec);
    }
    throw SimulationError("a message on an unknown channel has no size");
}

} // namespace gridtwin::wire
