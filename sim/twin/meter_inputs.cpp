#include "sim/twin/meter_inputs.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

using Kind = scenario::TimedEvent::Kind;

bool is_input(Kind kind) {
    return kind == Kind::tamper || kind == Kind::end_tamper || kind == Kind::wrong_password ||
           kind == Kind::set || kind == Kind::weld;
}

} // namespace

MeterInputs::MeterInputs(scenario::World const& world) {
    std::copy_if(world.events.begin(), world.events.end(), std::back_inserter(planned_),
                 [](auto const& event) { return is_input(event.kind); });
    std::stable_sort(planned_.begin(), planned_.end(),
                     [](auto const& a, auto const& b) { return a.at < b.at; });
}

SimTime MeterInputs::next() const {
    return std::min({next_ < planned_.size() ? planned_[next_].at : kNever, due_, ordered_.next()});
}

void MeterInputs::give(meter::MeterTable const& meters, meter::ParameterChange const& change,
                       SimTime t, bool at_port, std::vector<EventRecord>& events) {
    // Tries at its port lock that port, too; what came over the network was judged as it came.
    bool const locked = at_port && meters.lockout.locked(index(change.meter), t);
    if (locked || !meter::give_change(pending_, meters, change, t).empty()) {
        events.push_back({.at = t,
                          .kind = EventKind::parameter_refused,
                          .entity = EventEntity::meter,
                          .row = static_cast<std::uint32_t>(index(change.meter)),
                          .value = static_cast<double>(change.parameter)});
    }
}

void MeterInputs::apply(meter::MeterTable& meters, SimTime t, std::vector<EventRecord>& events) {
    for (; next_ < planned_.size() && planned_[next_].at <= t; ++next_) {
        auto const& event = planned_[next_];
        std::size_t const i = index(event.meter);
        if (event.kind == Kind::wrong_password) {
            // Without voltage nobody hears a password.
            std::uint32_t const tries = meters.energised[i] != 0 ? event.tries : 0;
            for (std::uint32_t k = 0; k < tries; ++k) {
                meter::wrong_password(meters.lockout, i, t, events);
            }
        } else if (event.kind == Kind::set) {
            for (auto const& change : event.changes) {
                give(meters, change, t, true, events);
            }
        } else if (event.kind == Kind::weld) {
            meter::stick_contacts(meters, event.meter);
        } else {
            meter::set_tamper(meters.tampering, i, event.input, event.kind == Kind::tamper,
                              meters.energised[i] != 0, t, events);
        }
    }
    while (ordered_.next() <= t) {
        give(meters, ordered_.pop().second, t, false, events);
    }
    if (!pending_.entries.empty()) {
        for (auto const& event : events) {
            if (event.kind == EventKind::clock_set) {
                meter::reset_due(pending_, meters, static_cast<MeterId>(event.row), t);
            }
        }
        meter::apply_changes(pending_, meters, t, events);
        due_ = meter::next_change_due(pending_, t);
    }
}

} // namespace gridtwin::twin
