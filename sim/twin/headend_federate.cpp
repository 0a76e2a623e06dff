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

headend::recording::Setup head_end_setup(scenario::Scenario const& scenario,
                                         scenario::World const& world) {
    headend::recording::Setup setup{
        .config = scenario.headend.config,
        .fleet = make_fleet(scenario, world),
        .tree = {},
        .start = scenario.start,
        .zone = scenario.time_zone,
        .intervals = static_cast<std::uint32_t>(scenario.duration / scenario.headend.profile) + 1,
        .accounts = {},
        .agreements = {}};
    if (setup.config.outage_management) {
        setup.tree = twin::utility_tree(world).tree;
    }
    return setup;
}

namespace {

std::unique_ptr<headend::recording::Deliveries>
deliveries_of(std::filesystem::path const& file, headend::recording::Setup const& setup) {
    if (file.empty()) {
        return nullptr;
    }
    auto deliveries = std::make_unique<headend::recording::Deliveries>(file);
    if (to_octets(deliveries->setup()) != to_octets(setup)) {
        Diagnostics mistakes;
        mistakes.error({file.string(), 0, 0}, "is the recording of another head-end",
                       "one whose configuration, meters, network and times are this scenario's");
        throw InputError(std::move(mistakes));
    }
    return deliveries;
}

} // namespace

HeadEndFederate::HeadEndFederate(scenario::Scenario const& scenario, scenario::World const& world,
                                 HeadEndFiles const& files)
    : scenario_(scenario), world_(world),
      ledger_(world.meters.size(),
              static_cast<std::uint32_t>(scenario.duration / scenario.headend.profile) + 1),
      numbers_(kHeadEndSource), wire_(scenario, nullptr), uploads_(world.concentrators.size()),
      heard_(world.concentrators.size()), dark_(world.meters.size(), 0),
      ever_suspected_(world.meters.size(), 0) {
    auto setup = head_end_setup(scenario, world);
    if (scenario.headend.config.outage_management) {
        tree_ = twin::utility_tree(world);
    }
    told_ = deliveries_of(files.told_by, setup);
    headend::CommandPort* commands = this;
    if (!files.record.empty()) {
        headend::Clock const& clock = *this; // its own bases are nobody else's business
        headend::CommandPort& channel = *this;
        recorder_ =
            std::make_unique<headend::recording::Recorder>(files.record, setup, clock, channel);
        commands = recorder_.get();
    }
    headend::Ports const ports{.clock = *this,
                               .commands = *commands,
                               .ledger = ledger_,
                               .journal = *this,
                               .beliefs = *this,
                               .suspicions = *this};
    auto const civil = scenario.clock();
    headend::UtilityRecords const records{
        .tree = tree_.tree, .notices = *this, .civil = civil, .intervals = setup.intervals};
    head_end_ =
        std::make_unique<headend::HeadEnd>(setup.config, std::move(setup.fleet), ports, &records);
    controller_ = head_end_.get();
    if (recorder_) {
        recorder_->attach(*head_end_);
        controller_ = recorder_.get();
    }
}

SimTime HeadEndFederate::next_event() const {
    if (!started_) {
        return kStart;
    }
    SimTime const own = told_ ? told_->at() : timers_.empty() ? kNever : timers_.begin()->first;
    return std::min(inbox_.next(), own);
}

void HeadEndFederate::accept(engine::Envelope&& envelope) {
    inbox_.push(envelope.at, std::move(envelope.message));
}

void HeadEndFederate::run_until(SimTime end, engine::Outbox& out) {
    out_ = &out;
    if (!started_) {
        started_ = true;
        if (!told_) {
            controller_->start();
            std::ranges::for_each(world_.events, [this](auto const& event) { give_orders(event); });
        }
    }
    while (next_event() < end) {
        now_ = std::max(now_, next_event());
        if (inbox_.next() <= now_) {
            receive(inbox_.pop().second);
        } else if (told_) {
            be_told();
        } else {
            auto const id = timers_.begin()->second;
            timers_.erase(timers_.begin());
            controller_->on_timer(id);
        }
    }
    out_ = nullptr;
}

/// The head-end's own timers are in what it is told.
void HeadEndFederate::be_told() {
    told_->deliver(*controller_);
    told_->advance();
    timers_.clear();
}

void HeadEndFederate::close_recording() {
    if (recorder_) {
        recorder_->close();
    }
}

void HeadEndFederate::order(headend::Command const& command, SimTime at) {
    controller_->on_order(command, at);
}

void HeadEndFederate::give_orders(scenario::PlannedEvent const& event) {
    using Kind = scenario::TimedEvent::Kind;
    if (event.kind == Kind::disconnect || event.kind == Kind::reconnect) {
        order({.kind = event.kind == Kind::reconnect ? headend::CommandKind::close_relay
                                                     : headend::CommandKind::open_relay,
               .meter = event.meter},
              event.at);
    } else if (event.kind == Kind::set_parameter) {
        for (auto const& change : event.changes) {
            auto const setting = meter::to_wire(change);
            order({.kind = headend::CommandKind::set_parameter,
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
                order({.kind = headend::CommandKind::set_parameter,
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
            order({.kind = headend::CommandKind::start_firmware,
                   .concentrator = id,
                   .first_interval = event.image.version,
                   .count = event.image.octets,
                   .effective = event.image.activate_at},
                  event.at);
        }
    } else if (event.kind == Kind::read_registers) {
        order({.kind = headend::CommandKind::read_registers, .meter = event.meter}, event.at);
    } else if (event.kind == Kind::read_events) {
        order({.kind = headend::CommandKind::read_events,
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
