#include "sim/twin/headend_federate.hpp"

#include "models/wire/firmware.hpp"
#include "models/wire/meter_data.hpp"
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
