#include "models/wire/sms/message_content.hpp"

#include "models/wire/relay_validity.hpp"
#include "models/wire/sms/fields.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire::sms {
namespace {

constexpr std::uint8_t kNumbered = 0x80;
constexpr std::uint8_t kNamesMeter = 0x40;
constexpr std::uint8_t kKindBits = 0x1F;

// Bit 5 is a client's command's. What has come since stands where kinds are that go by no SMS.
constexpr auto kSince = static_cast<unsigned>(MessageKind::set_credit);
constexpr auto kTaken = static_cast<unsigned>(MessageKind::call);
constexpr auto kMoved = static_cast<unsigned>(kMessageKinds) - kSince;
static_assert(kMoved <= static_cast<unsigned>(MessageKind::registered) - kTaken &&
              static_cast<unsigned>(MessageKind::assign) <= kKindBits);

unsigned number_of(MessageKind kind) {
    auto const number = static_cast<unsigned>(kind);
    return number >= kSince ? number - kSince + kTaken : number;
}

MessageKind kind_of(unsigned number) {
    bool const moved = number >= kTaken && number < kTaken + kMoved;
    return static_cast<MessageKind>(moved ? number - kTaken + kSince : number);
}

/// What follows the head, by kind.
struct Layout {
    bool by_sms = true;
    bool command = true;
    bool always_numbered = false;
    bool range = false;       ///< value 4, count 2
    bool two_numbers = false; ///< value 4, count 4
    bool flag = false;        ///< value, 0 or 1
    bool alarm = false;
    bool shown = false;    ///< value is a time
    bool limit = false;    ///< a time, of one to open that has one
    bool occurred = false; ///< a time
    bool payload = false;
};

Layout layout_of(MessageKind kind) {
    switch (kind) {
    case MessageKind::read_profile:
    case MessageKind::read_events:
    case MessageKind::read_load:
        return {.range = true};
    case MessageKind::profile:
    case MessageKind::registers:
    case MessageKind::events:
    case MessageKind::load:
    case MessageKind::balance:
        return {.occurred = true, .payload = true};
    case MessageKind::set_parameter:
    case MessageKind::set_credit:
    case MessageKind::firmware_order:
    case MessageKind::gaps:
    case MessageKind::firmware_report:
        return {.payload = true};
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
        return {.range = true, .payload = true};
    case MessageKind::set_relay:
        return {.flag = true, .limit = true};
    case MessageKind::acknowledgement:
    case MessageKind::set_result:
        return {.flag = true, .occurred = true};
    case MessageKind::credit:
        return {.flag = true, .occurred = true, .payload = true};
    case MessageKind::alarm:
        return {.command = false, .alarm = true, .occurred = true};
    case MessageKind::read_clock:
    case MessageKind::read_registers:
    case MessageKind::read_credit:
        return {};
    case MessageKind::clock:
    case MessageKind::set_clock:
        return {.shown = true};
    case MessageKind::received:
    case MessageKind::keep_alive:
        return {.always_numbered = true};
    case MessageKind::registered:
    case MessageKind::assign:
        return {.command = false, .two_numbers = true};
    case MessageKind::call:
    case MessageKind::hello:
    case MessageKind::ask_to_call:
    case MessageKind::found:
    case MessageKind::enroll:
    case MessageKind::enrolled:
    case MessageKind::short_command: // octets already
    case MessageKind::short_answer:
        break;
    }
    return {.by_sms = false};
}

/// Only an imbalance has a share to tell.
bool has_share(std::int64_t alarm) {
    return alarm == static_cast<std::int64_t>(AlarmKind::imbalance);
}

void put_checked(std::int64_t value, std::uint64_t most, unsigned octets, Message const& message,
                 std::vector<std::byte>& out) {
    if (value < 0 || static_cast<std::uint64_t>(value) > most) {
        throw SimulationError(fmt::format("a {} message with {} goes by no SMS: at most {}",
                                          name(message.kind), value, most));
    }
    put_uint(static_cast<std::uint64_t>(value), octets, out);
}

void put_body(Message const& message, Layout const& layout, std::vector<std::byte>& out) {
    constexpr std::uint64_t kWord = 0xFFFF'FFFF;
    if (layout.range || layout.two_numbers) {
        put_checked(message.value, kWord, 4, message, out);
        put_checked(message.count, layout.range ? 0xFFFF : kWord, layout.range ? 2 : 4, message,
                    out);
    }
    if (layout.flag) {
        put_checked(message.value, 1, 1, message, out);
    }
    if (layout.alarm) {
        put_checked(message.value, kAlarmKinds - 1, 1, message, out);
    }
    if (layout.shown) {
        put_time(from_ns(message.value), out);
    }
    if (layout.occurred || (layout.limit && is_limited(message))) {
        put_time(message.occurred, out);
    }
    if (layout.alarm && has_share(message.value)) {
        put_uint(message.count, 4, out);
    }
    if (layout.payload) {
        out.insert(out.end(), message.payload.begin(), message.payload.end());
    }
}

std::int64_t get_checked(Reader& reader, unsigned octets, std::uint64_t most,
                         std::string_view what) {
    std::uint64_t const value = get_uint(reader, octets, what);
    if (value > most) {
        reader.fail(fmt::format("{} is {}, at most {}", what, value, most));
    }
    return static_cast<std::int64_t>(value);
}

void get_body(Reader& reader, Layout const& layout, Message& message) {
    if (layout.range || layout.two_numbers) {
        message.value = static_cast<std::int64_t>(get_uint(reader, 4, "a number"));
        message.count =
            static_cast<std::uint32_t>(get_uint(reader, layout.range ? 2 : 4, "a count"));
    }
    if (layout.flag) {
        message.value = get_checked(reader, 1, 1, "a position or result");
    }
    if (layout.alarm) {
        message.value = get_checked(reader, 1, kAlarmKinds - 1, "an alarm's kind");
    }
    if (layout.shown) {
        message.value = to_ns(get_time(reader, "what a clock shows"));
    }
    if (layout.occurred || (layout.limit && message.value == 0 && !reader.at_end())) {
        message.occurred = get_time(reader, "a time");
        if (layout.limit && reader.ok() && message.occurred == kStart) {
            reader.fail("a limit that is none");
        }
    }
    if (layout.alarm && has_share(message.value)) {
        message.count = static_cast<std::uint32_t>(get_uint(reader, 4, "a share"));
    }
}

} // namespace

void encode_sms(Message const& message, std::vector<std::byte>& out) {
    auto const layout = layout_of(message.kind);
    if (!layout.by_sms) {
        throw SimulationError(
            fmt::format("a message of kind {} goes to nobody by SMS", name(message.kind)));
    }
    bool const numbered = layout.always_numbered || message.sequence != 0;
    bool const names_meter =
        message.concentrator != kNone<ConcentratorId> && message.meter != kNone<MeterId>;
    put_uint(number_of(message.kind) | (numbered ? kNumbered : 0U) |
                 (names_meter ? kNamesMeter : 0U),
             1, out);
    if (numbered) {
        put_uint(message.sequence, 4, out);
    }
    if (names_meter) {
        put_uint(index(message.meter), 4, out);
    }
    if (layout.command) {
        put_uint(static_cast<std::uint64_t>(message.command), 8, out);
    }
    put_body(message, layout, out);
}

DecodedMessage decode_sms(std::span<std::byte const> octets) {
    DecodedMessage decoded;
    Message& message = decoded.message;
    Reader reader(octets);
    std::uint8_t const head = reader.octet("a message's kind");
    message.kind = kind_of(head & kKindBits);
    auto const layout = layout_of(message.kind);
    if (reader.ok() && ((head & ~(kNumbered | kNamesMeter | kKindBits)) != 0 || !layout.by_sms)) {
        reader.fail(fmt::format("{:#04x} begins no message that goes by SMS", head));
    }
    if ((head & kNumbered) != 0) {
        message.sequence = static_cast<std::uint32_t>(get_uint(reader, 4, "a message's number"));
    }
    if (reader.ok() && layout.always_numbered != ((head & kNumbered) != 0) &&
        message.sequence == 0) {
        reader.fail("a number is told exactly when there is one");
    }
    if ((head & kNamesMeter) != 0) {
        decoded.names_meter = true;
        message.meter = static_cast<MeterId>(get_uint(reader, 4, "a meter"));
        if (message.meter == kNone<MeterId>) {
            reader.fail("names the meter that is none");
        }
    }
    if (layout.command) {
        message.command = static_cast<CommandId>(get_uint(reader, 8, "a command's number"));
    }
    get_body(reader, layout, message);
    if (reader.ok() && layout.payload) {
        auto const payload = octets.last(reader.left());
        message.payload.assign(payload.begin(), payload.end());
    } else if (reader.ok() && !reader.at_end()) {
        reader.fail(fmt::format("{} octets beyond the message", reader.left()));
    }
    decoded.problem = reader.problem();
    return decoded;
}

bool tell(DecodedMessage&& decoded, Message& message) {
    auto& told = decoded.message;
    if (told.kind != message.kind) {
        return false;
    }
    if (message.concentrator != kNone<ConcentratorId>) {
        message.meter = decoded.names_meter ? told.meter : kNone<MeterId>;
    }
    message.command = told.command;
    message.sequence = told.sequence;
    message.value = told.value;
    message.count = told.count;
    message.occurred = told.occurred;
    message.payload = std::move(told.payload);
    return true;
}

} // namespace gridtwin::wire::sms
