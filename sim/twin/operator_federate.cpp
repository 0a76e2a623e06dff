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
sms::OperatorSpec operator_spec(scenario::Scenario const& scenario, scenario::World const& world) {
    auto spec = scenario.sms.spec;
    spec.attach_s = 1e-3;
    spec.cells.assign(scenario.sms.cell_count(world.feeders), scenario.sms.cell);
    return spec;
}

/// [subscriber] row of its cell: dealt out, over all cells or those of its feeder.
std::vector<std::uint32_t> cells_of(scenario::Scenario const& scenario,
                                    scenario::World const& world) {
    std::vector<std::uint32_t> cells;
    auto const add = [&](FeederId feeder) {
        auto const count = scenario.sms.cells;
        auto const number = static_cast<std::uint32_t>(cells.size());
        bool const own = scenario.sms.cells_by == scenario::CellsBy::feeder;
        cells.push_back(number % count + (own ? count * static_cast<std::uint32_t>(feeder) : 0));
    };
    if (scenario.sms.cells > 0) {
        for (FeederId const feeder : world.meters.feeder) {
            add(feeder);
        }
        for (auto const& concentrator : world.concentrators) {
            add(concentrator.feeder);
        }
    }
    return cells;
}

} // namespace

OperatorFederate::OperatorFederate(scenario::Scenario const& scenario, scenario::World const& world)
    : scenario_(scenario), world_(world),
      operator_(operator_spec(scenario, world), scenario.sms.gateway, scenario.seed,
                cells_of(scenario, world)),
      outage_(world.meters.size() + world.concentrators.size(), 0), dark_(outage_.size(), 0),
      broken_(outage_.size(), 0), answers_(outage_.size(), 0), outside_numbers_(kOutsideSource),
      forger_(scenario), gateway_(scenario, nullptr) {
    plan_changes();
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
    local_.push(at, local_of(at, external));
}

OperatorFederate::Local OperatorFederate::local_of(SimTime at,
                                                   sms::ExternalMessage const& external) {
    Message message;
    message.id = outside_numbers_.next();
    message.kind = MessageKind::short_command;
    message.meter = external.meter;
    message.command = static_cast<CommandId>(message.id);
    message.created = at;
    message.octets = static_cast<std::uint32_t>(external.user_data.size());
    message.payload = pack_short_message(external.source, external.has_header, external.user_data);
    return {.kind = Local::Kind::message,
            .meter = external.meter,
            .works = true,
            .outage = 0,
            .message = std::move(message),
            .external = external.number,
            .validity = external.validity};
}

void OperatorFederate::submit_forged(SimTime at, scenario::PlannedEvent const& event) {
    for (auto const& message : forger_.forge(event.forgery, event.meter)) {
        auto local = local_of(at, message);
        local.forged = true;
        submit(at, std::move(local));
    }
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
            } else if (local.kind == Local::Kind::forgery) {
                submit_forged(now, world_.events[local.event]);
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

void OperatorFederate::plan_changes() {
    using Kind = scenario::TimedEvent::Kind;
    auto const note = [this](SimTime at, EventKind kind, EventEntity entity, std::uint32_t row,
                             double value) {
        events_.push_back({.at = at, .kind = kind, .entity = entity, .row = row, .value = value});
    };
    for (auto const& event : world_.events) {
        bool const up = event.kind == Kind::operator_up || event.kind == Kind::gateway_up ||
                        event.kind == Kind::cell_up || event.kind == Kind::coverage_back;
        switch (event.kind) {
        case Kind::operator_down:
        case Kind::operator_up:
            operator_.set_working(up, event.at);
            note(event.at, up ? EventKind::operator_up : EventKind::operator_down,
                 EventEntity::world, 0, 0.0);
            break;
        case Kind::gateway_down:
        case Kind::gateway_up:
            for (std::uint32_t const number : event.numbers) {
                operator_.set_gateway(static_cast<std::uint8_t>(number), up, event.at);
                note(event.at, up ? EventKind::gateway_up : EventKind::gateway_down,
                     EventEntity::world, 0, number + 1.0);
            }
            break;
        case Kind::cell_down:
        case Kind::cell_up:
            for (std::uint32_t const number : event.numbers) {
                operator_.set_cell(number, up, event.at);
                note(event.at, up ? EventKind::cell_up : EventKind::cell_down, EventEntity::world,
                     0, number + 1.0);
            }
            break;
        case Kind::coverage_lost:
        case Kind::coverage_back:
            operator_.set_covered(event.meter, up, event.at);
            note(event.at, up ? EventKind::coverage_back : EventKind::coverage_lost,
                 EventEntity::meter, static_cast<std::uint32_t>(event.meter), 0.0);
            break;
        case Kind::forge:
            if (event.forgery.kind == wire::sms::Refusal::replayed) {
                forger_.listen(event.meter);
            }
            local_.push(event.at,
                        {.kind = Local::Kind::forgery,
                         .meter = event.meter,
                         .works = true,
                         .outage = 0,
                         .message = {},
                         .event = static_cast<std::size_t>(&event - world_.events.data())});
            break;
        default:
            break;
        }
    }
    std::stable_sort(events_.begin(), events_.end(),
                     [](auto const& a, auto const& b) { return a.at < b.at; });
}

void OperatorFederate::take_events(SimTime until, std::vector<EventRecord>& events) {
    while (events_taken_ < events_.size() && events_[events_taken_].at < until) {
        events.push_back(events_[events_taken_++]);
    }
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
    bool const asks = down && message.command != CommandId{};
    if (asks) {
        asked_[message.command].push_back(handle);
    }
    MeterId const who = message.concentrator == kNone<ConcentratorId>
                            ? message.meter
                            : subscriber(message.concentrator);
    auto const gateway = of_outside ? sms::kOutside : down ? std::uint8_t{0} : answers_[index(who)];
    log_.push_back({.gateway = gateway, .down = down});
    if (of_outside && down) { // its client has sent it, though the operator may refuse it
        log_.back().entered[static_cast<std::size_t>(DeliveryState::sent)] = at;
    }
    sms::SmsMessage const sms{.handle = handle,
                              .subscriber = who,
                              .to_meter = down,
                              .octets = message.octets,
                              .gateway = gateway,
                              .asks = asks,
                              .expires =
                                  local.validity > SimDuration{} ? at + local.validity : kNever};
    auto const order = message.kind == MessageKind::set_relay ? looked_into(message) : std::nullopt;
    items_.push_back({.message = std::move(message),
                      .external = local.external,
                      .forged = local.forged,
                      .closes = order ? std::optional(order->value != 0) : std::nullopt});
    if (of_outside && down) {
        operator_.submit_outside(sms, at);
    } else {
        operator_.submit(sms, at);
    }
}

void OperatorFederate::finish(SimTime) {}

} // namespace gridtwin::twin
