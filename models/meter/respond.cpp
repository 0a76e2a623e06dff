#include "models/meter/respond.hpp"

#include "models/meter/credit_answers.hpp"
#include "models/meter/relay_holds.hpp"
#include "models/meter/reports.hpp"
#include "models/wire/clock_validity.hpp"
#include "models/wire/relay_validity.hpp"
#include "models/wire/sizes.hpp"
#include "models/wire/told_time.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace gridtwin::meter {
namespace {

Message answer_to(Message const& request, MessageKind kind, SimTime now, MessageNumbers& numbers) {
    Message answer;
    answer.id = numbers.next();
    answer.kind = kind;
    answer.meter = request.meter;
    answer.concentrator = request.concentrator;
    answer.command = request.command;
    answer.created = now;
    return answer;
}

Response send_profile(MeterTable const& table, Message const& request, Channel channel, SimTime now,
                      MessageNumbers& numbers) {
    std::size_t const i = index(request.meter);
    std::int64_t const last_closed = table.last_closed[i];
    std::int64_t const oldest = std::max<std::int64_t>(1, last_closed - table.profile_rows + 1);
    // Whatever a request says, intervals are 1 to 2^32 - 2.
    constexpr std::int64_t kEnd = std::numeric_limits<std::uint32_t>::max();
    std::int64_t const asked = std::clamp<std::int64_t>(request.value, 0, kEnd);
    std::int64_t const asked_first = std::max<std::int64_t>(asked, 1);
    std::int64_t const asked_end = std::clamp(asked + request.count, asked_first, kEnd);
    std::int64_t const first = std::min(std::max(asked_first, oldest), asked_end);
    std::int64_t const end = std::min(asked_end, last_closed + 1);

    wire::ProfileBlock block{
        .meter = request.meter, .first_interval = static_cast<std::uint32_t>(first), .rows = {}};
    for (std::int64_t k = first; k < end; ++k) {
        block.rows.push_back(*find_row(table, request.meter, static_cast<std::uint32_t>(k)));
    }
    Message answer = answer_to(request, MessageKind::profile, now, numbers);
    answer.value = first;
    answer.count = static_cast<std::uint32_t>(block.rows.size());
    answer.occurred = now;
    wire::encode(block, answer.payload);
    answer.octets = wire::encoded_octets(answer, channel);
    return {.message = std::move(answer), .ready = now, .order = std::nullopt};
}

/// Nothing happens, and the contact's position says so.
Response refuse(MeterTable const& table, Message const& request, Channel channel, SimTime now,
                MessageNumbers& numbers) {
    Message answer = answer_to(request, MessageKind::acknowledgement, now, numbers);
    answer.value = table.relay_closed[index(request.meter)];
    answer.occurred = wire::told(now);
    answer.octets = wire::encoded_octets(answer, channel);
    return {.message = std::move(answer), .ready = now, .order = std::nullopt};
}

/// When this very command was executed, if it was.
std::optional<SimTime> executed_before(MeterTable const& table, Message const& request) {
    auto const& executed = table.executed[index(request.meter)];
    auto const done = std::find_if(executed.begin(), executed.end(),
                                   [&](auto const& one) { return one.command == request.command; });
    return request.command == CommandId{} || done == executed.end() ? std::nullopt
                                                                    : std::optional(done->at);
}

void remember(MeterTable& table, Message const& request, SimTime at) {
    if (request.command != CommandId{}) {
        auto& executed = table.executed[index(request.meter)];
        std::rotate(executed.begin(), executed.end() - 1, executed.end());
        executed.front() = {.command = request.command, .at = at};
    }
}

Response set_relay(MeterTable& table, MeterSpec const& spec, Message const& request,
                   Channel channel, SimTime now, MessageNumbers& numbers) {
    if (table.lockout.locked(index(request.meter), now)) {
        return refuse(table, request, channel, now, numbers);
    }
    Response response;
    SimTime at = now + spec.relay_operating_delay;
    if (auto const before = executed_before(table, request)) {
        at = *before;
    } else if (wire::lapsed(request, shown_time(table, request.meter, at))) {
        return refuse(table, request, channel, now, numbers);
    } else {
        remember(table, request, at);
        response.order = RelayOrder{.meter = request.meter,
                                    .close = request.value != 0,
                                    .command = request.command,
                                    .at = at};
    }
    Message answer = answer_to(request, MessageKind::acknowledgement, now, numbers);
    bool const kept_open = request.value != 0 && credit_will_hold(table, request.meter);
    answer.value = is_stuck(table, request.meter) ? 1 : kept_open ? 0 : request.value;
    answer.occurred = wire::told(at);
    answer.octets = wire::encoded_octets(answer, channel);
    response.ready = std::max(now, at);
    answer.created = response.ready;
    response.message = std::move(answer);
    return response;
}

Response send_clock(MeterTable const& table, Message const& request, Channel channel, SimTime now,
                    MessageNumbers& numbers) {
    Message answer = answer_to(request, MessageKind::clock, now, numbers);
    answer.value = to_ns(wire::told(shown_time(table, request.meter, now)));
    answer.occurred = now;
    answer.octets = wire::encoded_octets(answer, channel);
    return {.message = std::move(answer), .ready = now, .order = std::nullopt};
}

/// The result of a SET, and when it is to take effect, if it is: not when it is refused, and not
/// again. What was executed has not become wrong since.
/// @param acceptable what it says, for now
std::pair<Response, std::optional<SimTime>> set(MeterTable& table, MeterSpec const& spec,
                                                Message const& request, Channel channel,
                                                SimTime now, MessageNumbers& numbers,
                                                bool acceptable) {
    SimTime at = now + spec.relay_operating_delay;
    std::optional<SimTime> effect;
    bool refused = false;
    if (table.lockout.locked(index(request.meter), now)) {
        refused = true;
    } else if (auto const before = executed_before(table, request)) {
        at = *before;
    } else if (acceptable) {
        remember(table, request, at);
        effect = at;
    } else {
        refused = true;
    }
    Message answer = answer_to(request, MessageKind::set_result, now, numbers);
    answer.value = refused ? 0 : 1;
    answer.count = wire::has_validity(request) ? wire::kClockSettingMethods : 0;
    answer.occurred = at;
    answer.octets = wire::encoded_octets(answer, channel);
    Response response;
    response.ready = std::max(now, at);
    answer.created = response.ready;
    response.message = std::move(answer);
    return {std::move(response), effect};
}

// A clock that is off by more is not set from afar. assumption
constexpr SimDuration kMostShift = std::chrono::hours(24);
constexpr std::int64_t kFurthest = 4'000'000'000'000'000'000; ///< ns; what can be calculated with

Response set_clock(MeterTable& table, MeterSpec const& spec, Message const& request,
                   Channel channel, SimTime now, MessageNumbers& numbers) {
    SimTime const shows = shown_time(table, request.meter, now);
    SimDuration const shift = from_ns(std::clamp(request.value, -kFurthest, kFurthest)) - shows;
    bool const near = shift <= kMostShift && shift >= -kMostShift;
    bool const acceptable = near && wire::valid_at(request, shows);
    auto [response, at] = set(table, spec, request, channel, now, numbers, acceptable);
    if (at) {
        response.clock = ClockSetting{.meter = request.meter,
                                      .at = *at,
                                      .shown = from_ns(request.value) + spec.relay_operating_delay};
    }
    return response;
}

Response set_parameter(MeterTable& table, MeterSpec const& spec, Message const& request,
                       Channel channel, SimTime now, MessageNumbers& numbers) {
    auto const decoded = wire::decode_parameters(request.payload);
    std::optional<ParameterChange> change;
    if (decoded.ok() && decoded.blocks.size() == 1) {
        change = from_wire(request.meter, decoded.blocks[0]);
    }
    bool const acceptable = change && refusal(table, *change).empty();
    auto [response, at] = set(table, spec, request, channel, now, numbers, acceptable);
    if (at) {
        response.parameter = ParameterOrder{.change = *change, .at = *at};
    } else if (change && response.message->value == 0) {
        response.refused = parameter_refused(*change, now);
    }
    return response;
}

/// An answer that holds one block.
template <typename Block>
Response report(Message const& request, MessageKind kind, Block const& block, std::int64_t first,
                std::size_t count, Channel channel, SimTime now, MessageNumbers& numbers) {
    Message answer = answer_to(request, kind, now, numbers);
    answer.value = first;
    answer.count = static_cast<std::uint32_t>(count);
    answer.occurred = now;
    wire::encode(block, answer.payload);
    answer.octets = wire::encoded_octets(answer, channel);
    return {.message = std::move(answer), .ready = now, .order = std::nullopt};
}

} // namespace

EventRecord parameter_refused(ParameterChange const& change, SimTime at) {
    return {.at = at,
            .kind = EventKind::parameter_refused,
            .entity = EventEntity::meter,
            .row = static_cast<std::uint32_t>(index(change.meter)),
            .value = static_cast<double>(change.parameter)};
}

Response respond(MeterTable& table, MeterSpec const& spec, Message const& request, Channel channel,
                 SimTime now, MessageNumbers& numbers) {
    if (index(request.meter) >= table.size() || table.energised[index(request.meter)] == 0) {
        return {};
    }
    switch (request.kind) {
    case MessageKind::read_profile:
        return send_profile(table, request, channel, now, numbers);
    case MessageKind::set_relay:
        return set_relay(table, spec, request, channel, now, numbers);
    case MessageKind::read_clock:
        return send_clock(table, request, channel, now, numbers);
    case MessageKind::set_clock:
        return set_clock(table, spec, request, channel, now, numbers);
    case MessageKind::set_parameter:
        return set_parameter(table, spec, request, channel, now, numbers);
    case MessageKind::read_registers: {
        auto const block = report_registers(table, request.meter);
        return report(request, MessageKind::registers, block, 0, block.sets.size(), channel, now,
                      numbers);
    }
    case MessageKind::read_events: {
        auto const block = read_log(table.logs, request.meter, request.value, request.count);
        return report(request, MessageKind::events, block, block.first, block.events.size(),
                      channel, now, numbers);
    }
    case MessageKind::read_load: {
        auto const block = report_load(table, request.meter, request.value, request.count);
        return report(request, MessageKind::load, block, block.first_interval, block.rows.size(),
                      channel, now, numbers);
    }
    case MessageKind::set_credit:
    case MessageKind::read_credit:
        return answer_credit(table, spec, request,
                             answer_to(request, MessageKind::credit, now, numbers), channel, now);
    case MessageKind::profile:
    case MessageKind::acknowledgement:
    case MessageKind::alarm:
    case MessageKind::clock:
    case MessageKind::set_result:
    case MessageKind::registers:
    case MessageKind::events:
    case MessageKind::load:
    case MessageKind::balance:
    case MessageKind::received:
    case MessageKind::keep_alive:
    case MessageKind::firmware_order:
    case MessageKind::firmware_block: // firmware.hpp
    case MessageKind::read_gaps:
    case MessageKind::gaps:
    case MessageKind::firmware_report:
    case MessageKind::call:
    case MessageKind::hello:
    case MessageKind::ask_to_call:
    case MessageKind::found:
    case MessageKind::enroll:
    case MessageKind::enrolled:
    case MessageKind::registered:
    case MessageKind::assign:
    case MessageKind::short_command: // whoever can read it asks in its place
    case MessageKind::short_answer:
    case MessageKind::credit:
        return {};
    }
    return {};
}

std::optional<AlarmKind> alarm_of(EventKind kind) {
    switch (kind) {
    case EventKind::power_lost:
        return AlarmKind::power_lost;
    case EventKind::power_restored:
        return AlarmKind::power_restored;
    case EventKind::under_voltage:
        return AlarmKind::under_voltage;
    case EventKind::over_voltage:
        return AlarmKind::over_voltage;
    case EventKind::voltage_normal:
        return AlarmKind::voltage_normal;
    case EventKind::limit_warned:
        return AlarmKind::limit_warned;
    case EventKind::supply_curtailed:
        return AlarmKind::supply_curtailed;
    case EventKind::supply_restored:
        return AlarmKind::supply_restored;
    case EventKind::tamper_detected:
        return AlarmKind::tamper_detected;
    case EventKind::locked_out:
        return AlarmKind::locked_out;
    case EventKind::relay_failed:
        return AlarmKind::relay_failed;
    case EventKind::credit_low:
        return AlarmKind::credit_low;
    case EventKind::credit_exhausted:
        return AlarmKind::credit_exhausted;
    case EventKind::credit_restored:
        return AlarmKind::credit_restored;
    default:
        return std::nullopt;
    }
}

Message make_alarm(MeterId meter, ConcentratorId concentrator, AlarmKind kind, SimTime occurred,
                   Channel channel, SimTime now, MessageNumbers& numbers) {
    Message alarm;
    alarm.id = numbers.next();
    alarm.kind = MessageKind::alarm;
    alarm.meter = meter;
    alarm.concentrator = concentrator;
    alarm.created = now;
    alarm.occurred = wire::told(occurred);
    alarm.value = static_cast<std::int64_t>(kind);
    alarm.octets = wire::encoded_octets(alarm, channel);
    return alarm;
}

} // namespace gridtwin::meter
