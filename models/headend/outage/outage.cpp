#include "models/headend/outage/outage.hpp"

#include "models/headend/outage/evidence.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace gridtwin::headend {

std::string problem(OutageConfig const& config) {
    if (config.window < SimDuration::zero() || config.clock_skew < SimDuration::zero() ||
        config.settle < SimDuration::zero() || config.nested_wait < SimDuration::zero() ||
        config.hold_up < SimDuration::zero()) {
        return "outage: a duration is negative";
    }
    if (config.min_meters == 0 || config.clear_meters == 0) {
        return "outage: min_meters and clear_meters must be at least 1";
    }
    if (!(config.fraction > 0.0 && config.fraction <= 1.0) ||
        !(config.orphan_confidence_frac >= 0.0 && config.orphan_confidence_frac <= 1.0)) {
        return "outage: a fraction must be in (0, 1], a confidence in [0, 1]";
    }
    return {};
}

Outage::Outage(OutageConfig const& config, Fleet const& fleet, Ports const& ports,
               std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), timer_base_(timer_base), members_(fleet),
      meters_(fleet.meters()), networks_(fleet.lv_networks()) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

void Outage::on_alarm(Alarm const& alarm) {
    switch (sign(alarm.kind)) {
    case Sign::loss: {
        // What is lost was there just before: a second loss tells of a return that was never heard.
        MeterState& meter = state(alarm.meter);
        LvNetworkId const network = fleet_.lv_network[index(alarm.meter)];
        SimTime const before = alarm.occurred - SimDuration{1};
        meter.alive = std::max(meter.alive, before);
        meter.lost = std::max(meter.lost, alarm.occurred);
        networks_[index(network)].alive = std::max(networks_[index(network)].alive, before);
        evaluate(network);
        break;
    }
    case Sign::supply:
        alive(alarm.meter, alarm.occurred);
        break;
    case Sign::none:
        break;
    }
}

void Outage::on_reading(Reading const& reading) {
    if (shows_supply(reading, config_.alive_dv)) {
        alive(reading.meter, shown_by(reading, fleet_.interval));
    }
}

void Outage::on_acknowledgement(Acknowledgement const& acknowledgement) {
    alive(acknowledgement.meter, acknowledgement.executed - config_.hold_up);
}

void Outage::alive(MeterId id, SimTime at) {
    MeterState& meter = state(id);
    if (at <= meter.alive) {
        return;
    }
    meter.alive = at;
    LvNetworkId const of = fleet_.lv_network[index(id)];
    NetworkState& network = networks_[index(of)];
    network.alive = std::max(network.alive, at);
    if (meter.dark != 0 || network.dark != 0) {
        evaluate(of);
    }
}

std::size_t Outage::needed(std::size_t members) const {
    auto const share =
        static_cast<std::size_t>(std::ceil(config_.fraction * static_cast<double>(members)));
    return std::max<std::size_t>(std::min<std::size_t>(config_.min_meters, share),
                                 members > 1 ? 2 : 1);
}

/// The latest group of losses that is large enough decides: whatever shows supply after it also
/// comes after the earlier ones.
Outage::Event Outage::find_event(LvNetworkId network) {
    auto const members = members_.of(network);
    losses_.clear();
    for (MeterId const m : members) {
        if (state(m).out()) {
            losses_.push_back(state(m).lost);
        }
    }
    std::sort(losses_.begin(), losses_.end(), std::greater<>{});
    std::size_t const need = needed(members.size());
    for (std::size_t i = 0; i + need <= losses_.size(); ++i) {
        if (losses_[i] - losses_[i + need - 1] > config_.window) {
            continue;
        }
        std::size_t end = i + need;
        while (end < losses_.size() && losses_[i] - losses_[end] <= config_.window) {
            ++end;
        }
        auto const witnesses = std::count_if(members.begin(), members.end(), [&](MeterId m) {
            return state(m).alive > losses_[i] + config_.clock_skew;
        });
        if (static_cast<std::size_t>(witnesses) >=
            std::min<std::size_t>(config_.clear_meters, members.size())) {
            return {};
        }
        return {.first = losses_[end - 1],
                .last = losses_[i],
                .reporters = static_cast<std::uint32_t>(end - i)};
    }
    return {};
}

bool Outage::dark(MeterState const& meter, NetworkState const& network) const {
    return meter.out() || (network.dark != 0 && meter.alive <= network.last + config_.clock_skew);
}

void Outage::evaluate(LvNetworkId network) {
    update_network(network);
    for (MeterId const m : members_.of(network)) {
        update_meter(m, networks_[index(network)]);
    }
}

void Outage::update_network(LvNetworkId id) {
    NetworkState& network = networks_[index(id)];
    Event const event = find_event(id);
    if (event.reporters > 0) {
        network.first = event.first;
        network.last = event.last;
        network.reporters = event.reporters;
    }
    if ((event.reporters > 0) == (network.dark != 0)) {
        return;
    }
    SimTime const now = ports_.clock.now();
    network.told = now;
    if (network.dark == 0) {
        network.dark = 1;
        journal(EventKind::outage_inferred, EventEntity::lv_network, index(id), network.first);
    } else {
        network.dark = 0;
        SimTime back = now;
        for (MeterId const m : members_.of(id)) {
            if (state(m).alive > network.last) {
                back = std::min(back, state(m).alive);
            }
            if (state(m).out() && state(m).single == 0) {
                decide_at(m, now + config_.nested_wait); // its message may be late, or it stays out
            }
        }
        journal(EventKind::outage_cleared, EventEntity::lv_network, index(id), back);
    }
    ports_.beliefs.believe(belief(id));
}

void Outage::update_meter(MeterId id, NetworkState const& network) {
    MeterState& meter = state(id);
    if (!meter.out()) {
        meter.decide = kNever;
        if (meter.single != 0) {
            meter.single = 0;
            journal(EventKind::outage_cleared, EventEntity::meter, index(id), meter.alive);
        }
    } else if (meter.single == 0 && meter.decide == kNever && !network.covers(meter)) {
        decide_at(id, ports_.clock.now() + config_.settle);
    }
    if (dark(meter, network) != (meter.dark != 0)) {
        meter.dark ^= 1U;
        meter.told = ports_.clock.now();
        ports_.beliefs.believe(belief(id));
    }
}

void Outage::decide_at(MeterId meter, SimTime at) {
    state(meter).decide = at;
    ports_.clock.set_timer(at, timer_base_ | index(fleet_.lv_network[index(meter)]));
}

void Outage::on_timer(std::uint64_t payload) {
    if (payload < networks_.size()) {
        decide(static_cast<LvNetworkId>(payload));
    }
}

void Outage::decide(LvNetworkId network) {
    SimTime const now = ports_.clock.now();
    for (MeterId const m : members_.of(network)) {
        MeterState& meter = state(m);
        if (meter.decide > now) {
            continue;
        }
        meter.decide = kNever;
        if (!networks_[index(network)].covers(meter)) {
            meter.single = 1;
            journal(EventKind::outage_inferred, EventEntity::meter, index(m), meter.lost);
        }
    }
}

void Outage::journal(EventKind kind, EventEntity entity, std::size_t row, SimTime instant) {
    ports_.journal.write({.at = ports_.clock.now(),
                          .kind = kind,
                          .entity = entity,
                          .row = static_cast<std::uint32_t>(row),
                          .value = to_ns(instant)});
}

Belief Outage::belief(MeterId id) const {
    MeterState const& meter = meters_[index(id)];
    LvNetworkId const of = fleet_.lv_network[index(id)];
    NetworkState const& network = networks_[index(of)];
    Belief result{.at = meter.told,
                  .entity = EventEntity::meter,
                  .row = static_cast<std::uint32_t>(index(id))};
    if (meter.out()) {
        bool const orphan = network.alive > meter.lost + config_.clock_skew;
        result.energised = 0;
        result.since = meter.lost;
        result.confidence_frac = orphan ? config_.orphan_confidence_frac : 1.0;
    } else if (dark(meter, network)) {
        result.energised = 0;
        result.since = network.first;
        result.confidence_frac = belief(of).confidence_frac;
    } else {
        bool const heard = meter.alive != SimTime::min();
        result.since = heard ? meter.alive : kStart;
        result.confidence_frac = heard ? 1.0 : 0.0;
    }
    return result;
}

Belief Outage::belief(LvNetworkId id) const {
    NetworkState const& network = networks_[index(id)];
    auto const members = members_.of(id);
    auto agreeing = static_cast<std::ptrdiff_t>(network.reporters);
    if (network.dark == 0) {
        agreeing = std::count_if(members.begin(), members.end(), [&](MeterId m) {
            MeterState const& meter = meters_[index(m)];
            return !meter.out() && meter.alive != SimTime::min();
        });
    }
    Belief result{.at = network.told,
                  .entity = EventEntity::lv_network,
                  .energised = static_cast<std::uint8_t>(network.dark == 0 ? 1 : 0),
                  .row = static_cast<std::uint32_t>(index(id))};
    result.since = network.dark != 0                 ? network.first
                   : network.alive != SimTime::min() ? network.alive
                                                     : kStart;
    if (!members.empty()) {
        result.confidence_frac =
            static_cast<double>(agreeing) / static_cast<double>(members.size());
    }
    return result;
}

std::uint64_t Outage::open_transformers() const {
    return static_cast<std::uint64_t>(
        std::count_if(networks_.begin(), networks_.end(),
                      [](NetworkState const& network) { return network.dark != 0; }));
}

std::uint64_t Outage::open_customers() const {
    return static_cast<std::uint64_t>(std::count_if(
        meters_.begin(), meters_.end(), [](MeterState const& meter) { return meter.single != 0; }));
}

void Outage::save(StateWriter& out) const {
    out.column(meters_);
    out.column(networks_);
}

void Outage::restore(StateReader& in) {
    in.column(meters_);
    in.column(networks_);
    for (std::size_t m = 0; m < meters_.size(); ++m) {
        if (meters_[m].decide != kNever) {
            decide_at(static_cast<MeterId>(m), meters_[m].decide);
        }
    }
}

} // namespace gridtwin::headend
