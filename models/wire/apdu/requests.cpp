#include "models/wire/apdu/parts.hpp"
#include "models/wire/apdu/told.hpp"
#include "models/wire/clock_validity.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms/selective_access.hpp"
#include "models/wire/meter_data.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::apdu {
namespace {

using namespace dlms;

constexpr std::uint16_t class_of(ClassId id) {
    return static_cast<std::uint16_t>(id);
}

// --- which attribute a request is about ------------------------------------------------

constexpr AttributeDescriptor kClock{class_of(ClassId::clock), kClockName, 2};

AttributeDescriptor read_by(MessageKind kind) {
    constexpr auto kProfile = class_of(ClassId::profile_generic);
    switch (kind) {
    case MessageKind::read_profile:
        return {kProfile, kBillingProfileName, 2};
    case MessageKind::read_load:
        return {kProfile, kLoadProfileName, 2};
    case MessageKind::read_events:
        return {kProfile, kEventLogName, 2};
    case MessageKind::read_registers:
        return {kProfile, kRegistersName, 2};
    case MessageKind::read_credit:
        return {class_of(ClassId::credit), kCreditName, -1};
    default:
        return kClock;
    }
}

AttributeDescriptor parameter_object(std::uint8_t parameter) {
    Obis name = kParameterName;
    name.e = parameter;
    return {kManufacturerClass, name, 2};
}

// --- which part of a profile ---------------------------------------------------------------------

constexpr CaptureObject kClockColumn{class_of(ClassId::clock), kClockName, 2, 0};

SimDuration interval_of(MessageKind kind, Context const& context) {
    bool const second = kind == MessageKind::read_load && context.load > SimDuration::zero();
    return second ? context.load : context.profile;
}

std::vector<std::byte> range_of(Message const& message, Context const& context) {
    auto const first = static_cast<std::int64_t>(checked(message.value, 32, message));
    auto const length = interval_of(message.kind, context);
    std::vector<std::byte> from;
    std::vector<std::byte> to;
    Writer writer(from);
    write_time(end_of_interval(first, length), context, writer);
    Writer last(to);
    write_time(end_of_interval(first + message.count - 1, length), context, last);
    std::vector<std::byte> out;
    encode(
        RangeDescriptor{
            .restricting = kClockColumn, .from = Octets(from), .to = Octets(to), .columns = {}},
        out);
    return out;
}

std::string read_range(Octets parameters, Context const& context, Message& message) {
    auto const range = decode_range(parameters);
    if (!range.ok()) {
        return range.problem;
    }
    if (range.value.restricting != kClockColumn || !range.value.columns.empty()) {
        return "a range of something else than the clock";
    }
    auto const length = interval_of(message.kind, context);
    dlms::Reader from(range.value.from);
    dlms::Reader to(range.value.to);
    message.value = interval_ended(read_time(from, context, "from"), length, from);
    // The end of none is the one before the first.
    SimTime const end = read_time(to, context, "to") + length;
    auto const beyond = interval_ended(end, length, to);
    if (!from.ok() || !to.ok()) {
        return from.ok() ? to.problem() : from.problem();
    }
    if (beyond < message.value) {
        return "a range that ends before it begins";
    }
    message.count = beyond - static_cast<std::uint32_t>(message.value);
    return {};
}

std::vector<std::byte> entries_of(Message const& message) {
    auto const first = static_cast<std::uint32_t>(checked(message.value, 32, message));
    (void)checked(message.value + message.count, 32, message);
    std::vector<std::byte> out;
    encode(EntryDescriptor{.from = first, .to = first + message.count - 1}, out);
    return out;
}

std::string read_entries(Octets parameters, Message& message) {
    auto const entries = decode_entries(parameters);
    if (!entries.ok()) {
        return entries.problem;
    }
    if (std::uint64_t{entries.value.to} + 1 < entries.value.from) {
        return "entries that end before they begin";
    }
    message.value = entries.value.from;
    message.count = entries.value.to - entries.value.from + 1; // 0: to the one before
    return entries.value.from_column == 1 && entries.value.to_column == 0 ? ""
                                                                          : "some columns of a log";
}

void encode_get(Message const& message, Context const& context, std::vector<std::byte>& out) {
    GetRequestNormal get{.invoke = invoke_of(message),
                         .attribute = {.attribute = read_by(message.kind), .access = {}}};
    std::vector<std::byte> part;
    if (message.kind == MessageKind::read_events) {
        part = entries_of(message);
        get.attribute.access = {kSelectByEntry, Octets(part)};
    } else if (message.kind == MessageKind::read_profile ||
               message.kind == MessageKind::read_load) {
        part = range_of(message, context);
        get.attribute.access = {kSelectByRange, Octets(part)};
    }
    encode(get, out);
}

std::string decode_get(Apdu const& apdu, Context const& context, Message& message) {
    auto const* const get = std::get_if<GetRequestNormal>(&apdu);
    if (get == nullptr || get->invoke != invoke_of(message) ||
        get->attribute.attribute != read_by(message.kind)) {
        return fmt::format("not the get-request of {}", name(message.kind));
    }
    auto const& access = get->attribute.access;
    bool const whole = message.kind == MessageKind::read_registers ||
                       message.kind == MessageKind::read_clock ||
                       message.kind == MessageKind::read_credit;
    bool const entries = message.kind == MessageKind::read_events;
    if (whole != !access ||
        (access && access->selector != (entries ? kSelectByEntry : kSelectByRange))) {
        return "another part of the attribute than can be asked for";
    }
    return whole     ? ""
           : entries ? read_entries(access->parameters, message)
                     : read_range(access->parameters, context, message);
}

// --- set -----------------------------------------------------------------------------------------

/// ms; meters know it of what is for all.
std::uint32_t uncertainty(Message const& message, Context const& context) {
    return message.meter == kNone<MeterId> ? context.clock_uncertainty_ms : 0;
}

void encode_set(Message const& message, Context const& context, std::vector<std::byte>& out) {
    std::vector<std::byte> value;
    Writer writer(value);
    AttributeDescriptor attribute = kClock;
    if (message.kind == MessageKind::set_clock) {
        if (message.count != uncertainty(message, context)) {
            throw SimulationError("a time is told with another uncertainty than was agreed upon");
        }
        write_time(from_ns(message.value), context, writer);
    } else {
        auto const setting = decode_parameters(message.payload);
        if (!setting.ok() || setting.blocks.size() != 1) {
            throw SimulationError("a set-request is of one parameter: " + setting.problem);
        }
        auto const& one = setting.blocks[0];
        attribute = parameter_object(one.parameter);
        if (one.delayed) {
            writer.structure(2);
            write_time(one.effective, context, writer);
        }
        writer.integer64(one.value_milli);
    }
    encode(SetRequestNormal{.invoke = invoke_of(message),
                            .attribute = {.attribute = attribute, .access = {}},
                            .value = Octets(value)},
           out);
}

std::string decode_set(Apdu const& apdu, Context const& context, Message& message) {
    auto const* const set = std::get_if<SetRequestNormal>(&apdu);
    if (set == nullptr || set->invoke != invoke_of(message) || set->attribute.access) {
        return fmt::format("not the set-request of {}", name(message.kind));
    }
    auto const& attribute = set->attribute.attribute;
    dlms::Reader reader(set->value);
    bool const two = message.kind == MessageKind::set_parameter && reader.peek() == Tag::structure;
    if (two) {
        reader.structure(2, "the value");
    }
    if (message.kind == MessageKind::set_clock) {
        if (attribute != kClock) {
            return "not the clock's time";
        }
        message.value = to_ns(read_time(reader, context, "the time"));
        message.count = uncertainty(message, context);
    } else {
        ParameterSetting setting{.parameter = attribute.instance.e, .delayed = two};
        if (attribute != parameter_object(setting.parameter)) {
            return "not a parameter";
        }
        setting.effective = two ? read_time(reader, context, "when it takes effect") : kStart;
        setting.value_milli = reader.integer64("the parameter");
        if (reader.ok()) {
            wire::encode(setting, message.payload);
        }
    }
    reader.expect_end();
    return reader.problem();
}

enum class Service : std::uint8_t { none, get, set, action };

Service service_of(MessageKind kind) {
    switch (kind) {
    case MessageKind::read_profile:
    case MessageKind::read_load:
    case MessageKind::read_events:
    case MessageKind::read_registers:
    case MessageKind::read_clock:
    case MessageKind::read_credit:
        return Service::get;
    case MessageKind::set_clock:
    case MessageKind::set_parameter:
        return Service::set;
    case MessageKind::set_relay:
    case MessageKind::set_credit:
    case MessageKind::ask_to_call:
    case MessageKind::enroll:
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
        return Service::action;
    default:
        return Service::none;
    }
}

} // namespace

void encode_request(Message const& message, Context const& context, std::vector<std::byte>& out) {
    if (has_validity(message)) {
        encode_clock_setting(message, context, out);
        return;
    }
    switch (service_of(message.kind)) {
    case Service::get:
        encode_get(message, context, out);
        return;
    case Service::set:
        encode_set(message, context, out);
        return;
    case Service::action:
        encode_action(message, context, out);
        return;
    case Service::none:
        throw SimulationError(
            fmt::format("a message of kind {} goes to no meter", name(message.kind)));
    }
}

std::string decode_request(Apdu const& apdu, Context const& context, Message& message) {
    auto const* const actions = std::get_if<ActionRequestWithList>(&apdu);
    if (actions != nullptr && message.kind == MessageKind::set_clock) {
        return decode_clock_setting(*actions, context, message);
    }
    switch (service_of(message.kind)) {
    case Service::get:
        return decode_get(apdu, context, message);
    case Service::set:
        return decode_set(apdu, context, message);
    case Service::action:
        return decode_action(apdu, context, message);
    case Service::none:
        break;
    }
    return fmt::format("a message of kind {} goes to no meter", name(message.kind));
}

} // namespace gridtwin::wire::apdu
