#pragma once
// Any messages, commands and answers that go by SMS.
#include "models/wire/sms/command.hpp"
#include "models/wire/sms/message_content.hpp"
#include "tests/models/wire/random_data.hpp"

#include <tuple>

namespace gridtwin::wire::sms {

inline bool by_sms(MessageKind kind) {
    return kind < MessageKind::call || kind == MessageKind::registered ||
           kind == MessageKind::assign || kind >= MessageKind::set_credit;
}

template <typename Make>
void append_blocks(TestDraws& draws, Make make, std::vector<std::byte>& payload) {
    for (std::uint64_t left = 1 + draws.below(3); left > 0; --left) {
        wire::encode(make(draws), payload);
    }
}

inline void fill_payload(TestDraws& draws, Message& m) {
    switch (m.kind) {
    case MessageKind::profile:
        return append_blocks(draws, random_block, m.payload);
    case MessageKind::registers:
        return append_blocks(draws, random_registers, m.payload);
    case MessageKind::events:
        return append_blocks(draws, random_events, m.payload);
    case MessageKind::load:
        return append_blocks(draws, random_load, m.payload);
    case MessageKind::balance:
        return append_blocks(draws, random_balance, m.payload);
    case MessageKind::set_parameter:
        return wire::encode(random_parameter(draws), m.payload);
    case MessageKind::firmware_order:
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
        return wire::encode(random_image(draws), m.payload);
    case MessageKind::gaps:
        return wire::encode(random_gaps(draws), m.payload);
    case MessageKind::set_credit:
        return wire::encode(random_difference(draws), m.payload);
    case MessageKind::credit:
        return wire::encode(random_report_of_credit(draws), m.payload);
    case MessageKind::firmware_report:
        return wire::encode(random_report(draws), m.payload);
    default:
        return;
    }
}

/// A message of a kind with what such a message tells, of an SMS meter or of a concentrator.
inline Message random_message(TestDraws& draws, MessageKind kind) {
    Message m;
    m.kind = kind;
    auto const word = [&] { return static_cast<std::uint32_t>(draws.bits() >> draws.below(64)); };
    bool const own_command = kind != MessageKind::alarm && kind != MessageKind::registered &&
                             kind != MessageKind::assign;
    m.command = static_cast<CommandId>(own_command ? draws.bits() : 0);
    m.meter = static_cast<MeterId>(draws.below(1'000'000));
    if (draws.below(2) == 0) {
        m.concentrator = static_cast<ConcentratorId>(draws.below(10'000));
        m.sequence = draws.below(2) == 0 ? word() : 0;
        m.meter = draws.below(3) == 0 ? kNone<MeterId> : m.meter;
    }
    switch (kind) {
    case MessageKind::read_profile:
    case MessageKind::read_events:
    case MessageKind::read_load:
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
        m.value = word();
        m.count = word() & 0xFFFFU;
        break;
    case MessageKind::registered:
    case MessageKind::assign:
        m.value = word();
        m.count = word();
        break;
    case MessageKind::set_relay:
        m.value = static_cast<std::int64_t>(draws.below(2));
        m.occurred = m.value == 0 ? from_ns(random_value(draws)) : kStart;
        break;
    case MessageKind::credit:
    case MessageKind::acknowledgement:
    case MessageKind::set_result:
        m.value = static_cast<std::int64_t>(draws.below(2));
        m.occurred = from_ns(random_value(draws));
        break;
    case MessageKind::alarm:
        m.value = static_cast<std::int64_t>(draws.below(kAlarmKinds));
        m.occurred = from_ns(random_value(draws));
        m.count = m.value == static_cast<std::int64_t>(AlarmKind::imbalance) ? word() : 0;
        break;
    case MessageKind::clock:
    case MessageKind::set_clock:
        m.value = random_value(draws);
        break;
    default:
        if (holds_blocks(kind)) {
            m.occurred = from_ns(random_value(draws));
        }
        break;
    }
    fill_payload(draws, m);
    return m;
}

/// All that a receiver reads.
inline auto told(Message const& m) {
    return std::tuple(m.kind, m.sequence, m.command, m.occurred, m.value, m.count, m.payload);
}

inline SimTime random_time(TestDraws& draws) {
    return from_ns(random_value(draws));
}

inline Command random_command(TestDraws& draws) {
    auto const word = [&] { return static_cast<std::uint32_t>(draws.bits() >> draws.below(64)); };
    switch (draws.below(9)) {
    case 0:
        return BalanceQuery{};
    case 1:
        return SetTariff{.tariff = static_cast<std::uint8_t>(word()),
                         .millicents_per_kwh = word(),
                         .from = random_time(draws)};
    case 2:
        return Switch{.on = draws.below(2) == 0};
    case 3:
        return SetLimits{.power_w = word(), .energy_wh = word()};
    case 4:
        return TopUp{.token = 1 + draws.bits() / 2, .amount = {random_value(draws)}};
    case 5:
        return ReadRegisters{};
    case 6:
        return ReadProfile{.first = word(), .count = static_cast<std::uint16_t>(word())};
    case 7:
        return ReadClock{};
    default:
        return SetClock{.shown = random_time(draws)};
    }
}

inline Answer random_answer(TestDraws& draws) {
    Answer answer{.answered = static_cast<std::uint32_t>(draws.bits()), .what = {}};
    auto const octet = [&] { return static_cast<std::uint8_t>(draws.bits()); };
    switch (draws.below(9)) {
    case 0:
        answer.what = Done{.code = octet(), .at = random_time(draws)};
        break;
    case 1:
        answer.what = Refused{.code = octet(),
                              .why = static_cast<CommandRefusal>(draws.below(kCommandRefusals))};
        break;
    case 2:
        answer.what = Balance{.balance = {random_value(draws)}, .at = random_time(draws)};
        break;
    case 3:
        answer.what = Reading{.at = random_time(draws),
                              .import_mwh = random_value(draws),
                              .export_mwh = random_value(draws),
                              .balance = {random_value(draws)},
                              .relay_closed = draws.below(2) == 0};
        break;
    case 4:
        answer.what = Profile{.block = random_block(draws)};
        break;
    case 5:
        answer.what = ClockShown{.shown = random_time(draws)};
        break;
    case 6:
        answer.what = Warning{.kind = static_cast<WarningKind>(draws.below(kWarningKinds)),
                              .balance = {random_value(draws)}};
        break;
    case 7:
        answer.what = Alarm{.kind = static_cast<AlarmKind>(draws.below(kAlarmKinds)),
                            .at = random_time(draws)};
        break;
    default:
        answer.what = UnknownCommand{.code = octet()};
        break;
    }
    return answer;
}

} // namespace gridtwin::wire::sms
