#include "models/meter/curtailment.hpp"

#include "models/meter/relay_holds.hpp"
#include "models/meter/step.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::meter {
namespace {

constexpr EventKind kind_of(LimiterChange change) {
    switch (change) {
    case LimiterChange::warned:
        return EventKind::limit_warned;
    case LimiterChange::cleared:
        return EventKind::limit_cleared;
    case LimiterChange::curtail:
        return EventKind::supply_curtailed;
    case LimiterChange::restore:
        break;
    }
    return EventKind::supply_restored;
}

bool by_relay(Limiters const& limiters, std::size_t slot) {
    return limiters.classes[limiters.class_of[slot]].shed_frac >= 1.0;
}

/// Whether the supply changes with the limiter's mind: not where contacts are welded, and it does
/// not come back while a command holds them open.
bool takes_effect(MeterTable const& table, std::size_t slot, LimiterChange change) {
    MeterId const meter = table.limiters.meter[slot];
    if (!by_relay(table.limiters, slot)) {
        return true;
    }
    bool const closed = table.relay_closed[index(meter)] != 0;
    switch (change) {
    case LimiterChange::curtail:
        return !closed || !is_stuck(table, meter);
    case LimiterChange::restore:
        return !closed && !table.limiters.state[slot].command_open && !credit_holds(table, meter);
    case LimiterChange::warned:
    case LimiterChange::cleared:
        break;
    }
    return true;
}

void tell(MeterTable const& table, MeterSpec const& spec, std::size_t slot,
          std::vector<LimiterEvent> const& changes, std::vector<EventRecord>& events,
          std::vector<CurtailOrder>& orders) {
    MeterId const meter = table.limiters.meter[slot];
    for (auto const& one : changes) {
        if (takes_effect(table, slot, one.change)) {
            events.push_back({.at = one.at,
                              .kind = kind_of(one.change),
                              .entity = EventEntity::meter,
                              .row = static_cast<std::uint32_t>(meter),
                              .value = one.value_w});
        }
        if (one.change == LimiterChange::curtail || one.change == LimiterChange::restore) {
            orders.push_back({.meter = meter,
                              .on = one.change == LimiterChange::curtail,
                              .at = one.at + spec.relay_operating_delay});
        }
    }
}

} // namespace

void give_limiter(MeterTable& table, LimiterSpec const& spec, std::span<MeterId const> meters) {
    if (table.advanced_to != kStart) {
        throw SimulationError("meters get their limiters before time begins");
    }
    std::size_t const first = table.limiters.meter.size();
    add_limiter(table.limiters, spec, table.size(), meters);
    for (std::size_t slot = first; slot < table.limiters.meter.size(); ++slot) {
        begin_limiter(table.limiters.state[slot], spec, clock_of(table, table.limiters.meter[slot]),
                      kStart);
    }
}

void judge_limiters(MeterTable& table, MeterSpec const& spec, SimTime t,
                    std::vector<EventRecord>& events, std::vector<CurtailOrder>& orders) {
    auto& limiters = table.limiters;
    std::vector<LimiterEvent> changes;
    for (std::size_t slot = 0; slot < limiters.meter.size(); ++slot) {
        judge(limiters.state[slot], limiters.classes[limiters.class_of[slot]],
              measured_p_w(table, limiters.meter[slot]), t, changes);
        if (!changes.empty()) {
            tell(table, spec, slot, changes, events, orders);
            changes.clear();
        }
    }
}

void advance_limiters(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1,
                      std::vector<EventRecord>& events, std::vector<CurtailOrder>& orders) {
    auto& limiters = table.limiters;
    std::vector<LimiterEvent> changes;
    for (std::size_t slot = 0; slot < limiters.meter.size(); ++slot) {
        MeterId const meter = limiters.meter[slot];
        step_limiter(limiters.state[slot], limiters.classes[limiters.class_of[slot]],
                     clock_of(table, meter), measured_p_w(table, meter), t0, t1, changes);
        if (!changes.empty()) {
            tell(table, spec, slot, changes, events, orders);
            changes.clear();
        }
    }
}

SimTime next_limiter_order(MeterTable const& table, SimTime t) {
    auto const& limiters = table.limiters;
    SimTime next = kNever;
    for (std::size_t slot = 0; slot < limiters.meter.size(); ++slot) {
        next = std::min(next,
                        next_order(limiters.state[slot], limiters.classes[limiters.class_of[slot]],
                                   measured_p_w(table, limiters.meter[slot]), t));
    }
    return next;
}

void curtail(MeterTable& table, CurtailOrder const& order, std::vector<EventRecord>& events) {
    auto const slot = table.limiters.slot(order.meter);
    auto& state = table.limiters.state[slot];
    bool const wanted = state.phase == LimiterState::Phase::curtailed;
    if (order.on != wanted || state.held == order.on) {
        return;
    }
    state.held = order.on;
    if (by_relay(table.limiters, slot)) {
        bool const free = !state.command_open && !credit_holds(table, order.meter);
        move_contact(table, order.meter, !state.held && free, order.at, events);
    }
}

double demand_factor(MeterTable const& table, MeterId meter) {
    auto const slot = table.limiters.slot(meter);
    if (slot == Limiters::kNoSlot || !table.limiters.state[slot].held ||
        by_relay(table.limiters, slot)) {
        return 1.0; // what a relay takes off its contact says, which may be welded
    }
    return 1.0 - table.limiters.classes[table.limiters.class_of[slot]].shed_frac;
}

} // namespace gridtwin::meter
