#pragma once
// Who keeps a meter's contact open. It closes once nobody does; operate_relay, curtail and
// switch_credit ask here.
#include "models/meter/table.hpp"

namespace gridtwin::meter {

[[nodiscard]] inline bool credit_holds(MeterTable const& table, MeterId meter) {
    auto const slot = table.credits.slot(meter);
    return slot != Credits::kNoSlot && holds_open(table.credits.state[slot]);
}

/// Whether it will still do so when what is ordered now is done.
[[nodiscard]] inline bool credit_will_hold(MeterTable const& table, MeterId meter) {
    auto const slot = table.credits.slot(meter);
    return slot != Credits::kNoSlot && table.credits.state[slot].supply == CreditState::Supply::off;
}

/// The limiter, by the relay and not by a load step.
[[nodiscard]] inline bool limiter_holds(MeterTable const& table, MeterId meter) {
    auto const slot = table.limiters.slot(meter);
    return slot != Limiters::kNoSlot && table.limiters.state[slot].held &&
           table.limiters.classes[table.limiters.class_of[slot]].shed_frac >= 1.0;
}

} // namespace gridtwin::meter
