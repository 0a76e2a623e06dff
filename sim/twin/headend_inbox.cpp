// What comes in at the head-end: opened, answered, decoded and handed to the applications.
#include "models/wire/balance_block.hpp"
#include "models/wire/firmware.hpp"
#include "models/wire/meter_data.hpp"
#include "models/wire/profile_block.hpp"
#include "sim/twin/headend_federate.hpp"
#include "sim/twin/sources.hpp"

namespace gridtwin::twin {

/// What a concentrator has numbered is answered, every copy of it, and taken once.
void HeadEndFederate::receive(Message&& message) {
    Channel const channel = channel_to_head_end(message);
    if (!wire_.open(message, channel)) {
        events_.push_back(refusal_of(EventEntity::head_end, 0, channel, now_));
        return;
    }
    if (message.concentrator == kNone<ConcentratorId>) {
        take(message);
        return;
    }
    auto& heard = heard_[index(message.concentrator)];
    if (message.id > heard.latest) { // a short message may be hours late
        heard = {message.id, message.uplink};
        if (!told_) {
            controller_->on_heard(message.concentrator, message.uplink);
        }
    }
    if (message.sequence != 0 || message.kind == MessageKind::keep_alive) {
        Message word;
        word.kind = MessageKind::received;
        word.concentrator = message.concentrator;
        word.sequence = message.sequence;
        word.uplink = message.uplink;
        word.created = now_;
        send_down(std::move(word));
    }
    if (message.kind != MessageKind::keep_alive &&
        (message.sequence == 0 || uploads_.first(message.concentrator, message.sequence))) {
        take(message);
    }
}

void HeadEndFederate::take(Message const& message) {
    if (told_) { // of another run, and of nothing else
        return;
    }
    switch (message.kind) {
    case MessageKind::profile:
        receive_profile(message);
        return;
    case MessageKind::acknowledgement:
    case MessageKind::set_result:
        controller_->on_acknowledgement({.command = message.command,
                                         .meter = message.meter,
                                         .value = message.value,
                                         .executed = message.occurred,
                                         .received = now_});
        return;
    case MessageKind::alarm: {
        if (message.meter == kNone<MeterId>) {
            controller_->on_concentrator_alarm({.concentrator = message.concentrator,
                                                .kind = static_cast<AlarmKind>(message.value),
                                                .value = message.count,
                                                .occurred = message.occurred,
                                                .received = now_});
            return;
        }
        std::uint64_t const known = head_end_->counts().alarms;
        controller_->on_alarm({.meter = message.meter,
                               .kind = static_cast<AlarmKind>(message.value),
                               .channel = world_.meters.way[index(message.meter)].primary,
                               .occurred = message.occurred,
                               .received = now_});
        if (head_end_->counts().alarms > known) { // not a copy
            alarm_delays_s_.push_back(to_s(now_ - message.occurred));
        }
        return;
    }
    case MessageKind::registered:
        controller_->on_registration({.meter = message.meter,
                                      .concentrator = message.concentrator,
                                      .number = message.count,
                                      .in = message.value != 0 ? 1U : 0U,
                                      .received = now_});
        return;
    case MessageKind::registers:
    case MessageKind::events:
    case MessageKind::load:
    case MessageKind::balance:
        receive_blocks(message);
        return;
    case MessageKind::firmware_report:
        receive_firmware(message);
        return;
    case MessageKind::read_profile:
    case MessageKind::set_relay:
    case MessageKind::read_clock:
    case MessageKind::set_clock:
    case MessageKind::set_parameter:
    case MessageKind::read_registers:
    case MessageKind::read_events:
    case MessageKind::read_load: // orders, and nobody orders the head-end
    case MessageKind::clock:
    case MessageKind::received:
    case MessageKind::keep_alive:
    case MessageKind::firmware_order:
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
    case MessageKind::gaps:
    case MessageKind::call:
    case MessageKind::hello:
    case MessageKind::ask_to_call:
    case MessageKind::found:
    case MessageKind::enroll:
    case MessageKind::enrolled:
    case MessageKind::assign:
    case MessageKind::short_command:
    case MessageKind::short_answer:
    case MessageKind::set_credit:
    case MessageKind::read_credit:
    case MessageKind::credit:
        ++malformed_;
        return;
    }
}

void HeadEndFederate::receive_blocks(Message const& message) {
    std::size_t blocks = 0;
    bool ok = false;
    if (message.kind == MessageKind::registers) {
        auto const decoded = wire::decode_registers(message.payload);
        for (auto const& block : decoded.blocks) {
            for (std::uint32_t tariff = 0; tariff < block.sets.size(); ++tariff) {
                controller_->on_registers({.meter = block.meter,
                                           .tariff = tariff,
                                           .value = block.sets[tariff],
                                           .read = block.read,
                                           .received = now_});
            }
        }
        blocks = decoded.blocks.size();
        ok = decoded.ok();
    } else if (message.kind == MessageKind::events) {
        auto const decoded = wire::decode_events(message.payload);
        for (auto const& block : decoded.blocks) {
            for (std::uint32_t i = 0; i < block.events.size(); ++i) {
                auto const& event = block.events[i];
                controller_->on_meter_event({.meter = block.meter,
                                             .number = block.first + i,
                                             .kind = static_cast<EventKind>(event.kind),
                                             .value = event.value,
                                             .occurred = event.occurred,
                                             .received = now_});
            }
        }
        blocks = decoded.blocks.size();
        ok = decoded.ok();
    } else if (message.kind == MessageKind::balance) {
        auto const decoded = wire::decode_balance(message.payload);
        for (auto const& row : decoded.blocks) {
            controller_->on_balance({.concentrator = message.concentrator,
                                     .interval = row.interval,
                                     .meters = row.meters,
                                     .busbar_mwh = row.busbar_mwh,
                                     .meters_mwh = row.meters_mwh,
                                     .received = now_});
        }
        blocks = decoded.blocks.size();
        ok = decoded.ok();
    } else {
        auto const decoded = wire::decode_load(message.payload);
        for (auto const& block : decoded.blocks) {
            for (std::uint32_t i = 0; i < block.rows.size(); ++i) {
                controller_->on_load({.meter = block.meter,
                                      .interval = block.first_interval + i,
                                      .value = block.rows[i].value,
                                      .channels = block.channels,
                                      .status = block.rows[i].status,
                                      .received = now_});
            }
        }
        blocks = decoded.blocks.size();
        ok = decoded.ok();
    }
    malformed_ += ok ? 0U : 1U;
    if (message.command != CommandId{} && ok) {
        controller_->on_acknowledgement({.command = message.command,
                                         .meter = message.meter,
                                         .value = static_cast<std::int64_t>(blocks),
                                         .executed = message.occurred,
                                         .received = now_});
    }
}

void HeadEndFederate::receive_firmware(Message const& message) {
    auto const decoded = wire::decode_report(message.payload);
    malformed_ += decoded.ok() ? 0U : 1U;
    for (auto const& report : decoded.blocks) {
        controller_->on_firmware({.concentrator = message.concentrator,
                                  .version = report.version,
                                  .command = message.command,
                                  .done = report.done,
                                  .meters = report.meters,
                                  .over = report.over ? 1U : 0U,
                                  .received = now_});
    }
}

void HeadEndFederate::receive_profile(Message const& message) {
    auto const decoded = wire::decode(message.payload);
    if (!decoded.ok()) {
        ++malformed_;
    }
    std::int64_t rows = 0;
    for (auto const& block : decoded.blocks) {
        for (std::size_t i = 0; i < block.rows.size(); ++i, ++rows) {
            auto const& row = block.rows[i];
            controller_->on_reading(
                {.meter = block.meter,
                 .interval = block.first_interval + static_cast<std::uint32_t>(i),
                 .import_mwh = row.import_mwh,
                 .import_mvarh = row.import_mvarh,
                 .voltage_dv = row.voltage_dv,
                 .status = row.status,
                 .received = now_});
        }
        if (message.concentrator != kNone<ConcentratorId>) {
            controller_->on_read_by(block.meter, message.concentrator);
        }
    }
    if (message.command != CommandId{} && decoded.ok()) {
        controller_->on_acknowledgement({.command = message.command,
                                         .meter = message.meter,
                                         .value = rows,
                                         .executed = message.occurred,
                                         .received = now_});
    }
}

} // namespace gridtwin::twin
