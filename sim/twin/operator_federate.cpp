#include "sim/twin/operator_federate.hpp"

#include "models/wire/sizes.hpp"
#include "sim/twin/module_changes.hpp"
#include "sim/twin/short_message.hpp"
#include "sim/twin/slots.hpp"
#include "sim/twin/sources.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

/// A meter counts as reachable once its modem has attached (on_grid waits for it), so the operator
/// need not wait again.
sms::OperatorSpec operator_spec(scenario::Scenario const& scenario) {
    auto spec = scenario.sms.spec;
    spec.attach_s = 1e-3;
    return spec;
}

} // namespace

OperatorFederate::OperatorFederate(scenario::Scenario const& scenario, scenario::World const& world)
    : scenario_(scenario), world_(world), operator_(operator_spec(scenario), scenario.seed),
      outage_(world.meters.size() + world.concentrators.size(), 0), dark_(outage_.size(), 0),
      broken_(outage_.size(), 0), outside_numbers_(kOutsideSource) {
    for (auto const& change : sms_module_changes(scenario, world)) {
        local_.push(change.at, {.kind = Local::Kind::module,
                                .meter = change.meter,
                                .works = !change.broken,
                                .outage = 0,
                                .message = {}});
    }
}

void OperatorFederate::on_grid(GridView const& view) {
    for (auto const& event : view.meter_events) {
        bool const lost = event.kind == EventKind::power_lost;
        if (!world_.meters.way[event.row].has(Channel::sms) ||
            (!lost && event.kind != EventKind::power_restored)) {
            continue;
        }
        local_.push(view.at + (lost ? scenario_.meter.hold_up
                                    : duration_from_s(scenario_.sms.spec.attach_s)),
                    {.kind = Local::Kind::supply,
                     .meter = static_cast<MeterId>(event.row),
                     .works = !lost,
                     .outage = ++outage_[event.row],
                     .message = {}});
    }
}

void OperatorFederate::on_concentrator(ConcentratorId id, bool alive, SimTime at) {
    MeterId const modem = subscriber(id);
    local_.push(at, {.kind = Local::Kind::supply,
                     .meter = modem,
                     .works = alive,
                     .outage = ++outage_[index(modem)],
                     .message = {}});
}

SimTime OperatorFederate::next_event() const {
    return std::min(local_.next(), operator_.next_event());
}

void OperatorFederate::accept(engine::Envelope&& envelope) {
    local_.push(envelope.at, {.kind = Local::Kind::message,
                              .meter = envelope.message.meter,
                              .works = true,
                              .outage = 0,
                              .message = std::move(envelope.message)});
}

void OperatorFederate::submit(SimTime at, sms::ExternalMessage const& external) {
    Message message;
    message.id = outside_numbers_.next();
    message.kind = MessageKind::short_command;
    message.meter = external.meter;
    message.command = static_cast<CommandId>(message.id);
    message.created = at;
    message.octets = static_cast<std::uint32_t>(external.user_data.size());
    message.payload = pack_short_message(external.source, external.has_header, external.user_data);
    local_.push(at, {.kind = Local::Kind::message,
                     .meter = external.meter,
                     .works = true,
                     .outage = 0,
                     .message = std::move(message),
                     .external = external.number,
                     .validity = external.validity});
}

void OperatorFederate::run_until(SimTime end, engine::Outbox& out) {
    out_ = &out;
    while (next_event() < end) {
        SimTime const now = next_event();
        // Arrivals and supply first: the operator takes both at their own instant.
        while (local_.next() == now) {
            auto local = local_.pop().second;
            auto const m = index(local.meter);
            if (local.kind == Local::Kind::message) {
                submit(now, std::move(local));
            } else if (local.kind == Local::Kind::module || local.outage == outage_[m]) {
                auto& reason = local.kind == Local::Kind::module ? broken_ : dark_;
                reason[m] = local.works ? 0 : 1;
                operator_.set_reachable(local.meter, (dark_[m] | broken_[m]) == 0, now);
            }
        }
        operator_.run_until(now + SimDuration{1}, *this);
    }
    out_ = nullptr;
}

void OperatorFederate::submit(SimTime at, Local local) {
    Message& message = local.message;
    std::uint64_t const handle = items_.size();
    bool const of_outside =
        message.kind == MessageKind::short_command || message.kind == MessageKind::short_answer;
    if (!of_outside) { // those are as long as they are
        message.octets =
            wire::encoded_octets(message, Channel::sms, scenario_.access.concentrator.sizes);
    }
    bool const down = goes_down(message.kind);
    records_.push_back(in_flight_record(message, at, Channel::sms));
    records_.back().hops = 1;
    if (down && message.command != CommandId{}) {
        asked_[message.command].push_back(handle);
    }
    operator_.submit({.handle = handle,
                      .subscriber = message.concentrator == kNone<ConcentratorId>
                                        ? message.meter
                                        : subscriber(message.concentrator),
                      .to_meter = down,
                      .octets = message.octets,
                      .validity = local.validity},
                     at);
    items_.push_back({std::move(message), records_.size() - 1, local.external});
}

void OperatorFederate::on_delivered(sms::SmsMessage const& sms, std::uint8_t tries, SimTime at) {
    auto& item = items_[sms.handle];
    auto& record = records_[item.record];
    record.fate = Fate::delivered;
    record.tries = tries;
    record.done = at;
    auto const row = item.message.concentrator == kNone<ConcentratorId>
                         ? static_cast<std::uint32_t>(sms.subscriber)
                         : static_cast<std::uint32_t>(item.message.concentrator);
    if (sms.to_meter) {
        out_->send(at + scenario_.sms.terminal_delay, engine::FederateId::access, row, row,
                   std::move(item.message));
        return;
    }
    // An answer shows that one request has been processed: state 1:1. A repeated command is
    // answered each time it arrives, so the oldest delivered request without an answer is the one.
    if (auto const asked = asked_.find(item.message.command); asked != asked_.end()) {
        auto& handles = asked->second;
        auto const arrived =
            std::find_if(handles.begin(), handles.end(), [this](std::uint64_t handle) {
                return records_[items_[handle].record].fate == Fate::delivered;
            });
        if (arrived != handles.end()) {
            operator_.mark_processed(*arrived, at);
            handles.erase(arrived);
        }
    }
    if (item.message.kind == MessageKind::short_answer) {
        answer_outside(item.message, at);
        return;
    }
    auto const gateway = static_cast<std::uint32_t>(world_.concentrators.size());
    item.message.octets =
        wire::encoded_octets(item.message, Channel::wan, scenario_.access.concentrator.sizes);
    out_->send(at, engine::FederateId::wan, gateway, row, std::move(item.message));
}

void OperatorFederate::on_lost(sms::SmsMessage const& sms, LossReason reason, std::uint8_t tries,
                               SimTime at) {
    auto& record = records_[items_[sms.handle].record];
    record.fate = Fate::lost;
    record.reason = reason;
    record.tries = tries;
    record.done = at;
    auto const external = items_[sms.handle].external;
    if (external != 0 && external_ != nullptr && reason != LossReason::dropped) {
        external_->on_lost(external, reason, at);
    }
}

void OperatorFederate::on_state(std::uint64_t handle, DeliveryState state, SimTime at) {
    records_[items_[handle].record].state = state;
    if (auto const external = items_[handle].external; external != 0 && external_ != nullptr) {
        external_->on_state(external, state, at);
    }
}

void OperatorFederate::answer_outside(Message const& answer, SimTime at) {
    if (external_ != nullptr) {
        auto const message = unpack_short_message(answer.payload);
        external_->on_from_meter(answer.meter, message.number, message.octets, at);
    }
}

void OperatorFederate::finish(SimTime) {}

} // namespace gridtwin::twin
