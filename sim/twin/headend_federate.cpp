#include "sim/twin/headend_federate.hpp"

#include "models/wire/balance_block.hpp"
#include "models/wire/firmware.hpp"
#include "models/wire/meter_data.hpp"
#include "models/wire/profile_block.hpp"
#include "models/wire/sizes.hpp"
#include "sim/twin/line_losses.hpp"
#include "sim/twin/sources.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::twin {

headend::Fleet make_fleet(scenario::Scenario const& scenario, scenario::World const& world) {
    headend::Fleet fleet;
    fleet.interval = scenario.headend.profile;
    for (auto const way : world.meters.way) {
        fleet.channel.push_back(way.primary);
    }
    fleet.concentrator = world.meters.concentrator;
    fleet.concentrators = static_cast<std::uint32_t>(world.concentrators.size());
    fleet.feeders = world.feeders;
    for (auto const& lv : world.lv) {
        fleet.feeder.push_back(lv.feeder);
    }
    fleet.most_w.assign(world.meters.size(), 0);
    for (std::size_t m = 0; m < world.meters.size(); ++m) {
        if (world.meters.kind[m] == scenario::MeterKind::bulk) {
            // twice its published load: assumption
            fleet.most_w[m] = std::llround(2.0 * world.circuit.loads[world.meters.service[m]].p_w);
            fleet.lv_network.push_back(static_cast<LvNetworkId>(fleet.feeder.size()));
            fleet.feeder.push_back(world.meters.feeder[m]);
        } else {
            fleet.lv_network.push_back(world.meters.lv[m]);
        }
    }
    fleet.busbar.assign(fleet.feeder.size(), kNone<ConcentratorId>);
    for (std::size_t c = 0; c < world.concentrators.size(); ++c) {
        for (auto const network : world.concentrators[c].networks) {
            fleet.busbar[index(network)] = static_cast<ConcentratorId>(c);
        }
    }
    fleet.lines = line_losses(scenario, world);
    return fleet;
}

HeadEndFederate::HeadEndFederate(scenario::Scenario const& scenario, scenario::World const& world)
    : scenario_(scenario), world_(world),
      ledger_(world.meters.size(),
              static_cast<std::uint32_t>(scenario.duration / scenario.headend.profile) + 1),
      numbers_(kHeadEndSource), wire_(scenario, nullptr), uploads_(world.concentrators.size()),
      heard_(world.concentrators.size()), dark_(world.meters.size(), 0),
      ever_suspected_(world.meters.size(), 0) {
    headend::Ports const ports{.clock = *this,
                               .commands = *this,
                               .ledger = ledger_,
                               .journal = *this,
                               .beliefs = *this,
                               .suspicions = *this};
    if (scenario.headend.config.outage_management) {
        tree_ = twin::utility_tree(world);
    }
    auto const civil = scenario.clock();
    headend::UtilityRecords const records{
        .tree = tree_.tree,
        .notices = *this,
        .civil = civil,
        .intervals = static_cast<std::uint32_t>(scenario.duration / scenario.headend.profile) + 1};
    head_end_ = std::make_unique<headend::HeadEnd>(scenario.headend.config,
                                                   make_fleet(scenario, world), ports, &records);
}

SimTime HeadEndFederate::next_event() const {
    if (!started_) {
        return kStart;
    }
    return std::min(inbox_.next(), timers_.empty() ? kNever : timers_.begin()->first);
}

void HeadEndFederate::accept(engine::Envelope&& envelope) {
    inbox_.push(envelope.at, std::move(envelope.message));
}

void HeadEndFederate::run_until(SimTime end, engine::Outbox& out) {
    out_ = &out;
    if (!started_) {
        started_ = true;
        head_end_->start();
        for (auto const& event : world_.events) {
            bool const reconnect = event.kind == scenario::TimedEvent::Kind::reconnect;
            if (reconnect || event.kind == scenario::TimedEvent::Kind::disconnect) {
                head_end_->orders().switch_relay(event.meter, reconnect, event.at);
            }
            give_orders(event);
        }
    }
    while (next_event() < end) {
        now_ = std::max(now_, next_event());
        if (inbox_.next() <= now_) {
            receive(inbox_.pop().second);
        } else {
            auto const id = timers_.begin()->second;
            timers_.erase(timers_.begin());
            head_end_->on_timer(id);
        }
    }
    out_ = nullptr;
}

void HeadEndFederate::give_orders(scenario::PlannedEvent const& event) {
    using Kind = scenario::TimedEvent::Kind;
    if (event.kind == Kind::set_parameter) {
        for (auto const& change : event.changes) {
            auto const setting = meter::to_wire(change);
            head_end_->orders().order(
                {.kind = headend::CommandKind::set_parameter,
                 .parameter = setting.parameter,
                 .delayed = setting.delayed ? std::uint8_t{1} : std::uint8_t{0},
                 .meter = event.meter,
                 .value_milli = setting.value_milli,
                 .effective = setting.effective},
                event.at);
        }
    } else if (event.kind == Kind::announce) {
        for (auto const& change : event.changes) {
            auto const setting = meter::to_wire(change);
            for (auto const id : event.concentrators) {
                head_end_->orders().announce(
                    {.kind = headend::CommandKind::set_parameter,
                     .parameter = setting.parameter,
                     .delayed = setting.delayed ? std::uint8_t{1} : std::uint8_t{0},
                     .concentrator = id,
                     .value_milli = setting.value_milli,
                     .effective = setting.effective},
                    event.at);
            }
        }
    } else if (event.kind == Kind::firmware) {
        for (auto const id : event.concentrators) {
            head_end_->orders().start_firmware({.concentrator = id,
                                                .first_interval = event.image.version,
                                                .count = event.image.octets,
                                                .effective = event.image.activate_at},
                                               event.at);
        }
    } else if (event.kind == Kind::read_registers) {
        head_end_->orders().order(
            {.kind = headend::CommandKind::read_registers, .meter = event.meter}, event.at);
    } else if (event.kind == Kind::read_events) {
        head_end_->orders().order({.kind = headend::CommandKind::read_events,
                                   .meter = event.meter,
                                   .first_interval = 1,
                                   .count = scenario_.meter_events},
                                  event.at);
    }
}

void HeadEndFederate::finish(SimTime end) {
    now_ = end;
}

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
        head_end_->on_heard(message.concentrator, message.uplink);
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
    switch (message.kind) {
    case MessageKind::profile:
        receive_profile(message);
        return;
    case MessageKind::acknowledgement:
    case MessageKind::set_result:
        head_end_->on_acknowledgement({.command = message.command,
                                       .meter = message.meter,
                                       .value = message.value,
                                       .executed = message.occurred,
                                       .received = now_});
        return;
    case MessageKind::alarm: {
        if (message.meter == kNone<MeterId>) {
            head_end_->on_concentrator_alarm({.concentrator = message.concentrator,
                                              .kind = static_cast<AlarmKind>(message.value),
                                              .value = message.count,
                                              .occurred = message.occurred,
                                              .received = now_});
            return;
        }
        std::uint64_t const known = head_end_->counts().alarms;
        head_end_->on_alarm({.meter = message.meter,
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
        head_end_->on_registration({.meter = message.meter,
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
                head_end_->on_registers({.meter = block.meter,
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
                head_end_->on_meter_event({.meter = block.meter,
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
            head_end_->on_balance({.concentrator = message.concentrator,
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
                head_end_->on_load({.meter = block.meter,
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
        head_end_->on_acknowledgement({.command = message.command,
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
        head_end_->on_firmware({.concentrator = message.concentrator,
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
            head_end_->on_reading({.meter = block.meter,
                                   .interval = block.first_interval + static_cast<std::uint32_t>(i),
                                   .import_mwh = row.import_mwh,
                                   .import_mvarh = row.import_mvarh,
                                   .voltage_dv = row.voltage_dv,
                                   .status = row.status,
                                   .received = now_});
        }
        if (message.concentrator != kNone<ConcentratorId>) {
            head_end_->on_read_by(block.meter, message.concentrator);
        }
    }
    if (message.command != CommandId{} && decoded.ok()) {
        head_end_->on_acknowledgement({.command = message.command,
                                       .meter = message.meter,
                                       .value = rows,
                                       .executed = message.occurred,
                                       .received = now_});
    }
}

void HeadEndFederate::set_timer(SimTime at, std::uint64_t id) {
    timers_.emplace(std::max(at, now_), id);
}

void HeadEndFederate::send(headend::Command const& command) {
    Message message;
    message.id = numbers_.next();
    message.meter = command.meter;
    message.concentrator = command.meter == kNone<MeterId>
                               ? command.concentrator
                               : head_end_->fleet().concentrator[index(command.meter)];
    message.command = command.id;
    message.created = now_;
    switch (command.kind) {
    case headend::CommandKind::read_profile:
        message.kind = MessageKind::read_profile;
        message.value = command.first_interval;
        message.count = command.count;
        break;
    case headend::CommandKind::open_relay:
    case headend::CommandKind::close_relay:
        message.kind = MessageKind::set_relay;
        message.value = command.kind == headend::CommandKind::close_relay ? 1 : 0;
        break;
    case headend::CommandKind::set_parameter:
        message.kind = MessageKind::set_parameter;
        wire::encode(wire::ParameterSetting{.parameter = command.parameter,
                                            .delayed = command.delayed != 0,
                                            .value_milli = command.value_milli,
                                            .effective = command.effective},
                     message.payload);
        break;
    case headend::CommandKind::read_registers:
    case headend::CommandKind::read_events:
    case headend::CommandKind::read_load:
        message.kind =
            command.kind == headend::CommandKind::read_registers ? MessageKind::read_registers
            : command.kind == headend::CommandKind::read_events  ? MessageKind::read_events
                                                                 : MessageKind::read_load;
        message.value = command.first_interval;
        message.count = command.count;
        break;
    case headend::CommandKind::start_firmware:
        message.kind = MessageKind::firmware_order;
        wire::encode(wire::FirmwareImage{.version = command.first_interval,
                                         .octets = command.count,
                                         .activate_at = command.effective},
                     message.payload);
        break;
    case headend::CommandKind::adjust_credit:
    case headend::CommandKind::read_credit:
        throw SimulationError("no message carries credit yet");
    }
    // An image goes by data alone, and so does a read whose answer would.
    bool const by_data =
        message.kind == MessageKind::firmware_order || message.kind == MessageKind::read_profile;
    if (message.concentrator != kNone<ConcentratorId> && !by_data) {
        message.uplink = heard_[index(message.concentrator)].over;
    }
    send_down(std::move(message));
}

void HeadEndFederate::assign(headend::Assignment const& assignment) {
    Message message;
    message.kind = MessageKind::assign;
    message.meter = assignment.meter;
    message.concentrator = assignment.concentrator;
    message.uplink = heard_[index(assignment.concentrator)].over;
    message.created = now_;
    message.value = assignment.number;
    message.count = assignment.first;
    send_down(std::move(message));
}

void HeadEndFederate::send_down(Message&& message) {
    if (message.id == MessageId{}) {
        message.id = numbers_.next();
    }
    message.octets =
        wire::encoded_octets(message, Channel::wan, scenario_.access.concentrator.sizes);
    bool const sms = channel_to_head_end(message) == Channel::sms;
    wire_.seal(message, channel_to_head_end(message));
    auto const endpoint = sms ? static_cast<std::uint32_t>(world_.concentrators.size())
                              : static_cast<std::uint32_t>(message.concentrator);
    out_->send(now_ + scenario_.headend.dispatch, engine::FederateId::wan, endpoint, 0,
               std::move(message));
}

void HeadEndFederate::write(headend::JournalEntry const& entry) {
    events_.push_back(headend::to_event(entry));
}

/// Customers hear of it by ways that are not modelled (telephone, e-mail, a portal): counted.
void HeadEndFederate::notify(headend::Notice const&) {}

void HeadEndFederate::suspect(headend::TheftSuspicion const& suspicion) {
    bool const begins = suspicion.suspected != 0;
    if (begins) {
        ever_suspected_[index(suspicion.meter)] = 1;
    }
    events_.push_back({.at = now_,
                       .kind = begins ? EventKind::theft_suspected : EventKind::theft_cleared,
                       .entity = EventEntity::meter,
                       .row = static_cast<std::uint32_t>(index(suspicion.meter)),
                       .value = suspicion.factor});
}

void HeadEndFederate::believe(headend::Belief const& belief) {
    if (belief.entity == EventEntity::meter) {
        auto& dark = dark_[belief.row];
        std::uint8_t const is = belief.energised != 0 ? 0 : 1;
        believed_dark_ += is;
        believed_dark_ -= dark;
        dark = is;
    } else if (belief.row >= world_.lv.size()) {
        return; // a bulk customer's own transformer is no row of the networks' table
    }
    beliefs_.push_back({.at = belief.at,
                        .entity = belief.entity,
                        .row = belief.row,
                        .energised = belief.energised,
                        .confidence = static_cast<float>(belief.confidence_frac)});
}

} // namespace gridtwin::twin
