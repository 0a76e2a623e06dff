#include "sim/twin/operator_federate.hpp"

#include "models/wire/sizes.hpp"

namespace gridtwin::twin {
namespace {

bool to_meter(MessageKind kind) {
    return kind == MessageKind::read_profile || kind == MessageKind::set_relay;
}

} // namespace

OperatorFederate::OperatorFederate(scenario::Scenario const& scenario, scenario::World const& world)
    : scenario_(scenario), world_(world), operator_(scenario.sms.spec, scenario.seed),
      outage_(world.meters.size(), 0) {}

void OperatorFederate::on_grid(GridView const& view) {
    for (auto const& event : view.meter_events) {
        bool const lost = event.kind == EventKind::power_lost;
        if (world_.meters.channel[event.row] != Channel::sms ||
            (!lost && event.kind != EventKind::power_restored)) {
            continue;
        }
        local_.push(lost ? view.at + scenario_.meter.hold_up : view.at,
                    {.is_message = false,
                     .meter = static_cast<MeterId>(event.row),
                     .reachable = !lost,
                     .outage = ++outage_[event.row],
                     .message = {}});
    }
}

SimTime OperatorFederate::next_event() const {
    return std::min(local_.next(), operator_.next_event());
}

void OperatorFederate::accept(engine::Envelope&& envelope) {
    local_.push(envelope.at, {.is_message = true,
                              .meter = envelope.message.meter,
                              .reachable = true,
                              .outage = 0,
                              .message = std::move(envelope.message)});
}

void OperatorFederate::run_until(SimTime end, engine::Outbox& out) {
    out_ = &out;
    while (next_event() < end) {
        SimTime const now = next_event();
        // Arrivals and supply first: the operator takes both at their own instant.
        while (local_.next() == now) {
            auto local = local_.pop().second;
            if (local.is_message) {
                submit(now, std::move(local.message));
            } else if (local.outage == outage_[index(local.meter)]) {
                operator_.set_reachable(local.meter, local.reachable, now);
            }
        }
        operator_.run_until(now + SimDuration{1}, *this);
    }
    out_ = nullptr;
}

void OperatorFederate::submit(SimTime at, Message message) {
    std::uint64_t const handle = items_.size();
    message.octets = wire::encoded_octets(message, Channel::sms, scenario_.plc.concentrator.sizes);
    bool const down = to_meter(message.kind);
    records_.push_back({.id = message.id,
                        .channel = Channel::sms,
                        .kind = message.kind,
                        .fate = Fate::in_flight,
                        .reason = LossReason::none,
                        .state = DeliveryState::sent,
                        .tries = 0,
                        .hops = 1,
                        .meter = message.meter,
                        .concentrator = kNone<ConcentratorId>,
                        .command = message.command,
                        .octets = message.octets,
                        .sent = at,
                        .done = kNever});
    if (down && message.command != CommandId{}) {
        asked_[message.command] = handle;
    }
    operator_.submit(
        {.handle = handle, .subscriber = message.meter, .to_meter = down, .octets = message.octets},
        at);
    items_.push_back({std::move(message), records_.size() - 1});
}

void OperatorFederate::on_delivered(sms::SmsMessage const& sms, std::uint8_t tries, SimTime at) {
    auto& item = items_[sms.handle];
    auto& record = records_[item.record];
    record.fate = Fate::delivered;
    record.tries = tries;
    record.done = at;
    auto const row = static_cast<std::uint32_t>(sms.subscriber);
    if (sms.to_meter) {
        out_->send(at + scenario_.sms.terminal_delay, engine::FederateId::access, row, row,
                   std::move(item.message));
        return;
    }
    // The answer shows that the request has been processed: state 1:1.
    if (auto const asked = asked_.find(item.message.command); asked != asked_.end()) {
        if (records_[items_[asked->second].record].fate == Fate::delivered) {
            operator_.mark_processed(asked->second, at);
        }
        asked_.erase(asked);
    }
    auto const gateway = static_cast<std::uint32_t>(world_.concentrators.size());
    item.message.octets =
        wire::encoded_octets(item.message, Channel::wan, scenario_.plc.concentrator.sizes);
    out_->send(at, engine::FederateId::wan, gateway, row, std::move(item.message));
}

void OperatorFederate::on_lost(sms::SmsMessage const& sms, LossReason reason, std::uint8_t tries,
                               SimTime at) {
    auto& record = records_[items_[sms.handle].record];
    record.fate = Fate::lost;
    record.reason = reason;
    record.tries = tries;
    record.done = at;
}

void OperatorFederate::on_state(std::uint64_t handle, DeliveryState state, SimTime) {
    records_[items_[handle].record].state = state;
}

void OperatorFederate::finish(SimTime) {}

} // namespace gridtwin::twin
