#include "sim/twin/credit_schedule.hpp"

#include <algorithm>

namespace gridtwin::twin {

CreditSchedule::CreditSchedule(scenario::World const& world) {
    for (auto const& event : world.events) {
        if (event.kind == scenario::TimedEvent::Kind::take_emergency) {
            told_.push(event.at, {.meter = event.meter, .adjustment = std::nullopt});
        }
    }
}

SimTime CreditSchedule::next() const {
    return std::min({told_.next(), waiting_.next(), next_event_});
}

void CreditSchedule::advance(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t0,
                             SimTime t1, std::vector<EventRecord>& events) {
    std::vector<meter::CreditOrder> orders;
    meter::advance_credits(meters, spec, t0, t1, events, orders);
    push(orders);
}

void CreditSchedule::apply(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t,
                           std::vector<EventRecord>& events) {
    std::vector<meter::CreditOrder> orders;
    while (told_.next() <= t) {
        auto const change = told_.pop().second;
        if (change.adjustment) {
            meter::adjust_credit(meters, spec, change.meter, *change.adjustment, t, events, orders);
        } else if (meters.energised[index(change.meter)] != 0) { // else its keys are dead
            meter::take_emergency(meters, spec, change.meter, t, events, orders);
        }
    }
    push(orders);
}

std::optional<meter::CreditOrder> CreditSchedule::take(SimTime t) {
    return waiting_.next() == t ? std::optional(waiting_.pop().second) : std::nullopt;
}

void CreditSchedule::push(std::vector<meter::CreditOrder> const& orders) {
    for (auto const& order : orders) {
        waiting_.push(order.at, order);
    }
}

} // namespace gridtwin::twin
