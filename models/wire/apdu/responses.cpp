#include "models/wire/apdu/parts.hpp"
#include "models/wire/apdu/told.hpp"
#include "models/wire/clock_validity.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire::apdu {
namespace {

using namespace dlms;

// --- alarms --------------------------------------------------------------------------------------

/// The logical device name: the manufacturer's letters and the meter's number, 16 characters.
std::string device_name(MeterId meter) {
    return fmt::format("GTW{:013}", index(meter));
}

void encode_alarm(Message const& message, Context const& context, std::vector<std::byte>& out) {
    std::vector<std::byte> value;
    auto const name = device_name(message.meter);
    Writer(value)
        .structure(2)
        .octet_string(std::as_bytes(std::span(name)))
        .unsigned16(static_cast<std::uint16_t>(checked(message.value, 16, message)));
    dlms::encode(DataNotification{.invoke = {},
                                  .time = told_date_time(message.occurred, context),
                                  .value = Octets(value)},
                 out);
}

std::string decode_alarm(Apdu const& apdu, Context const& context, Message& message) {
    auto const* const push = std::get_if<DataNotification>(&apdu);
    auto const occurred =
        push != nullptr && push->time ? time_of(*push->time, context) : std::optional<SimTime>();
    if (!occurred) {
        return "not an alarm with its time";
    }
    Reader reader(push->value);
    reader.structure(2, "the alarm");
    auto const name = device_name(message.meter);
    if (reader.octet_string("the device") != Octets(std::as_bytes(std::span(name)))) {
        reader.fail("another meter's alarm");
    }
    message.value = reader.unsigned16("the event");
    if (message.value >= static_cast<std::int64_t>(kAlarmKinds)) {
        reader.fail(fmt::format("event {}", message.value));
    }
    message.occurred = *occurred;
    reader.expect_end();
    return reader.problem();
}

// --- the services --------------------------------------------------------------------------------

void put_data(Message const& message, Context const& context, std::vector<std::byte>& out) {
    Writer writer(out);
    switch (message.kind) {
    case MessageKind::profile:
    case MessageKind::load:
    case MessageKind::registers:
    case MessageKind::events:
        encode_block(message, context, out);
        return;
    case MessageKind::clock:
        write_time(from_ns(message.value), context, writer);
        return;
    case MessageKind::acknowledgement:
        writer.structure(2).boolean(checked(message.value, 1, message) != 0);
        write_time(message.occurred, context, writer);
        return;
    case MessageKind::gaps:
        writer.octet_string(message.payload);
        return;
    case MessageKind::found:
        encode_found(message, out);
        return;
    case MessageKind::credit:
        encode_account(message, context, out);
        return;
    case MessageKind::enrolled:
        writer.unsigned32(static_cast<std::uint32_t>(checked(message.value, 32, message)));
        return;
    default:
        throw SimulationError(
            fmt::format("a message of kind {} comes from no meter", name(message.kind)));
    }
}

std::string read_data(Octets data, Context const& context, Message& message) {
    Reader reader(data);
    switch (message.kind) {
    case MessageKind::profile:
    case MessageKind::load:
    case MessageKind::registers:
    case MessageKind::events:
        return decode_block(data, context, message);
    case MessageKind::clock:
        message.value = to_ns(read_time(reader, context, "the time"));
        break;
    case MessageKind::acknowledgement:
        reader.structure(2, "the relay");
        message.value = reader.boolean("its position") ? 1 : 0;
        message.occurred = read_time(reader, context, "when it was operated");
        break;
    case MessageKind::gaps: {
        Octets const gaps = reader.octet_string("the gaps");
        message.payload.assign(gaps.begin(), gaps.end());
        break;
    }
    case MessageKind::found:
        return decode_found(data, message);
    case MessageKind::credit:
        decode_account(reader, context, message);
        break;
    case MessageKind::enrolled:
        message.value = reader.unsigned32("the registration's number");
        break;
    default:
        return fmt::format("a message of kind {} comes from no meter", name(message.kind));
    }
    reader.expect_end();
    return reader.problem();
}

bool answers_action(Message const& message) {
    return message.kind == MessageKind::acknowledgement || message.kind == MessageKind::gaps ||
           message.kind == MessageKind::found || message.kind == MessageKind::enrolled ||
           (message.kind == MessageKind::credit && message.value != 0);
}

} // namespace

void encode_response(Message const& message, Context const& context, std::vector<std::byte>& out) {
    auto const invoke = invoke_of(message);
    if (message.kind == MessageKind::alarm) {
        encode_alarm(message, context, out);
        return;
    }
    if (message.kind == MessageKind::set_result) {
        bool const done = checked(message.value, 1, message) != 0;
        if (message.count != 0) { // the clock says by its last method that it is not adjusted
            std::vector<ActionOutcome> outcomes(message.count);
            outcomes.back().result = done ? ActionResult::success : ActionResult::read_write_denied;
            dlms::encode(ActionResponseWithList{.invoke = invoke, .outcomes = std::move(outcomes)},
                         out);
            return;
        }
        dlms::encode(SetResponseNormal{.invoke = invoke,
                                       .result = done ? DataAccessResult::success
                                                      : DataAccessResult::read_write_denied},
                     out);
        return;
    }
    std::vector<std::byte> data;
    put_data(message, context, data);
    if (answers_action(message)) {
        dlms::encode(ActionResponseNormal{.invoke = invoke,
                                          .outcome = {.result = ActionResult::success,
                                                      .returned = GetDataResult(Octets(data))}},
                     out);
    } else {
        dlms::encode(GetResponseNormal{.invoke = invoke, .result = Octets(data)}, out);
    }
}

std::string decode_response(Apdu const& apdu, Context const& context, Message& message) {
    if (message.kind == MessageKind::alarm) {
        return decode_alarm(apdu, context, message);
    }
    auto const invoke = invoke_of(message);
    if (auto const* const set = std::get_if<SetResponseNormal>(&apdu);
        set != nullptr && message.kind == MessageKind::set_result && set->invoke == invoke) {
        message.value = set->result == DataAccessResult::success ? 1 : 0;
        return {};
    }
    if (auto const* const acted = std::get_if<ActionResponseWithList>(&apdu);
        acted != nullptr && message.kind == MessageKind::set_result && acted->invoke == invoke &&
        acted->outcomes.size() == kClockSettingMethods) {
        message.count = kClockSettingMethods;
        message.value = std::ranges::all_of(acted->outcomes, [](ActionOutcome const& one) {
            return one.result == ActionResult::success && !one.returned;
        });
        return {};
    }
    GetDataResult const* result = nullptr;
    if (message.kind == MessageKind::credit) { // either service brings it
        message.value = std::holds_alternative<ActionResponseNormal>(apdu) ? 1 : 0;
    }
    if (auto const* const got = std::get_if<GetResponseNormal>(&apdu);
        got != nullptr && !answers_action(message) && got->invoke == invoke) {
        result = &got->result;
    } else if (auto const* const acted = std::get_if<ActionResponseNormal>(&apdu);
               acted != nullptr && answers_action(message) && acted->invoke == invoke &&
               acted->outcome.result == ActionResult::success && acted->outcome.returned) {
        result = &*acted->outcome.returned;
    }
    auto const* const data = result == nullptr ? nullptr : std::get_if<Octets>(result);
    return data == nullptr ? fmt::format("not the answer of {}", name(message.kind))
                           : read_data(*data, context, message);
}

} // namespace gridtwin::wire::apdu
