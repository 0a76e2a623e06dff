#pragma once
// Any messages that go between a concentrator and its meters.
#include "models/wire/apdu/apdu.hpp"
#include "models/wire/clock_validity.hpp"
#include "models/wire/secured/seals.hpp"
#include "models/wire/told_time.hpp"
#include "tests/models/wire/random_data.hpp"

#include <bit>
#include <chrono>
#include <tuple>

namespace gridtwin::wire::secured {

inline constexpr MessageKind kLocalKinds[] = {
    MessageKind::read_profile,   MessageKind::profile,
    MessageKind::set_relay,      MessageKind::acknowledgement,
    MessageKind::alarm,          MessageKind::read_clock,
    MessageKind::clock,          MessageKind::set_clock,
    MessageKind::set_result,     MessageKind::set_parameter,
    MessageKind::read_registers, MessageKind::registers,
    MessageKind::read_events,    MessageKind::events,
    MessageKind::read_load,      MessageKind::load,
    MessageKind::firmware_block, MessageKind::read_gaps,
    MessageKind::gaps,           MessageKind::call,
    MessageKind::hello,          MessageKind::ask_to_call,
    MessageKind::found,          MessageKind::enroll,
    MessageKind::enrolled,       MessageKind::set_credit,
    MessageKind::read_credit,    MessageKind::credit};

inline constexpr std::int64_t kStartUnix = 1'800'000'000;
inline constexpr std::uint32_t kRuns = 64;
inline constexpr std::uint32_t kUncertaintyMs = 30'000;

inline SealSpec test_spec() {
    AesKey master{};
    master[3] = std::byte{7};
    return {.master = master,
            .seed = Seed{41},
            .context = {.start_unix_s = kStartUnix,
                        .profile = std::chrono::minutes(15),
                        .clock_uncertainty_ms = kUncertaintyMs,
                        .firmware_runs = kRuns}};
}

/// Within some thirty years of the start, before it too.
inline SimTime random_told(TestDraws& draws) {
    constexpr std::uint64_t kSpan = 100'000'000'000; // hundredths
    return kStart +
           (static_cast<std::int64_t>(draws.below(2 * kSpan)) - static_cast<std::int64_t>(kSpan)) *
               kToldStep;
}

/// Of one meter, with times and numbers that its APDU can tell.
inline void fill_local(TestDraws& draws, Message& m, SecondProfile second) {
    auto const number = [&](std::uint64_t end) {
        return static_cast<std::int64_t>(draws.below(end));
    };
    switch (m.kind) {
    case MessageKind::read_profile:
    case MessageKind::read_load:
    case MessageKind::read_events:
        m.value = number(1'000'000);
        m.count = static_cast<std::uint32_t>(draws.below(5000));
        return;
    case MessageKind::profile: {
        auto block = random_block(draws);
        block.meter = m.meter;
        block.first_interval %= 1'000'000;
        m.value = block.first_interval;
        m.count = static_cast<std::uint32_t>(block.rows.size());
        wire::encode(block, m.payload);
        return;
    }
    case MessageKind::load: {
        auto block = random_load(draws);
        block.meter = m.meter;
        block.first_interval %= 1'000'000;
        block.channels = second.channels;
        for (auto& row : block.rows) {
            for (std::size_t c = 0; c < kLoadChannels; ++c) {
                row.value[c] = (second.channels >> c & 1U) != 0 ? row.value[c] : 0;
            }
        }
        if (second.channels == 0) {
            block.first_interval = 1;
            block.rows.clear();
        }
        m.value = block.first_interval;
        m.count = static_cast<std::uint32_t>(block.rows.size());
        wire::encode(block, m.payload);
        return;
    }
    case MessageKind::registers: {
        auto block = random_registers(draws);
        block.meter = m.meter;
        block.read = random_told(draws);
        m.count = static_cast<std::uint32_t>(block.sets.size());
        wire::encode(block, m.payload);
        return;
    }
    case MessageKind::events: {
        auto block = random_events(draws);
        block.meter = m.meter;
        for (auto& event : block.events) {
            event.occurred = random_told(draws);
        }
        m.value = block.first;
        m.count = static_cast<std::uint32_t>(block.events.size());
        wire::encode(block, m.payload);
        return;
    }
    case MessageKind::set_result:
        m.count = draws.below(2) == 0 ? 0 : kClockSettingMethods;
        m.value = number(2);
        return;
    case MessageKind::set_relay:
        m.value = number(2);
        m.occurred = m.value == 0 && draws.below(2) == 0 ? random_told(draws) : kStart;
        return;
    case MessageKind::set_credit:
        wire::encode(random_difference(draws), m.payload);
        return;
    case MessageKind::credit:
        m.value = number(2);
        if (draws.below(4) != 0) { // else it has no account
            auto report = random_report_of_credit(draws);
            report.read = m.occurred = random_told(draws);
            wire::encode(report, m.payload);
        }
        return;
    case MessageKind::acknowledgement:
        m.value = number(2);
        m.occurred = random_told(draws);
        return;
    case MessageKind::alarm:
        m.value = number(kAlarmKinds);
        m.occurred = random_told(draws);
        return;
    case MessageKind::set_clock:
        m.meter = draws.below(2) == 0 ? m.meter : kNone<MeterId>; // to all
        m.count = m.meter == kNone<MeterId> ? kUncertaintyMs : 0;
        if (m.meter != kNone<MeterId> && draws.below(2) == 0) { // valid for a while
            m.occurred = random_told(draws);
            m.count = static_cast<std::uint32_t>(10 * (1 + draws.below(100'000)));
        }
        [[fallthrough]];
    case MessageKind::clock:
        m.value = to_ns(random_told(draws));
        return;
    case MessageKind::set_parameter: {
        auto setting = random_parameter(draws);
        setting.effective = setting.delayed ? random_told(draws) : kStart;
        m.meter = draws.below(2) == 0 ? m.meter : kNone<MeterId>;
        wire::encode(setting, m.payload);
        return;
    }
    case MessageKind::firmware_block:
    case MessageKind::read_gaps: {
        FirmwareImage const image{.version = 1 + static_cast<std::uint32_t>(draws.below(1'000'000)),
                                  .octets = 1 + static_cast<std::uint32_t>(draws.below(1U << 20)),
                                  .block_octets = 1 + static_cast<std::uint32_t>(draws.below(1000)),
                                  .activate_at =
                                      kStart + std::chrono::seconds(draws.below(1'000'000'000))};
        bool const block = m.kind == MessageKind::firmware_block;
        m.value = number(image.blocks());
        m.count = block ? kRuns : 1 + static_cast<std::uint32_t>(draws.below(kRuns));
        m.meter = block && draws.below(2) == 0 ? kNone<MeterId> : m.meter;
        wire::encode(image, m.payload);
        return;
    }
    case MessageKind::gaps:
        wire::encode(random_gaps(draws), m.payload);
        return;
    case MessageKind::found:
        m.value = number(65'536);
        m.count = static_cast<std::uint32_t>(draws.below(12));
        for (std::uint32_t k = 0; k < m.count; ++k) {
            wire::encode(random_found(draws), m.payload);
        }
        return;
    case MessageKind::call:
        m.meter = draws.below(2) == 0 ? m.meter : kNone<MeterId>;
        [[fallthrough]];
    case MessageKind::hello:
    case MessageKind::enroll:
        m.value = number(65'536);
        return;
    case MessageKind::enrolled:
        m.value = number(std::uint64_t{1} << 32);
        return;
    default:
        return;
    }
}

struct Local {
    Message message;
    SecondProfile second;
};

inline Local random_local(TestDraws& draws, MessageKind kind) {
    Local local;
    Message& m = local.message;
    m.kind = kind;
    m.meter = static_cast<MeterId>(draws.below(1'000'000));
    m.concentrator = static_cast<ConcentratorId>(draws.below(10'000));
    m.command = static_cast<CommandId>(kind == MessageKind::alarm ? 0 : draws.bits());
    if (draws.below(3) != 0) {
        local.second = {.interval = std::chrono::minutes(draws.below(2) == 0 ? 5 : 60),
                        .channels = static_cast<std::uint8_t>(1 + draws.below(31))};
    }
    fill_local(draws, m, local.second);
    return local;
}

/// With the octets that travel, as a sender hands it over.
inline Message counted(Message m, Channel channel) {
    m.octets = encoded_octets(m, channel);
    return m;
}

/// All that a receiver reads.
inline auto told_by(Message const& m) {
    return std::tuple(m.kind, m.meter, m.concentrator, m.command, m.sequence, m.occurred, m.value,
                      m.count, m.payload);
}

} // namespace gridtwin::wire::secured
