#include "models/sms/gateway.hpp"

#include "models/sms/gateway_state.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace gridtwin::sms {

std::vector<std::string> problems(GatewaySpec const& spec) {
    std::vector<std::string> found;
    auto const positive = [&](double v, std::string_view what) {
        if (!std::isfinite(v) || v <= 0.0) {
            found.push_back(fmt::format("{} must be above zero", what));
        }
    };
    positive(spec.throttle_wait_s, "the wait of a throttled gateway");
    positive(spec.full_wait_s, "the wait at a full queue");
    positive(spec.rebind_s, "the time to the next session");
    positive(spec.grace_s, "the grace behind the validity");
    if (!std::isfinite(spec.pace_hz) || spec.pace_hz < 0.0) {
        found.emplace_back("the pace must not be below zero");
    }
    if (spec.window == 0) {
        found.emplace_back("the window must let a message through");
    }
    if (spec.full_tries == 0) {
        found.emplace_back("a message needs a try");
    }
    return found;
}

Gateways::Gateways(OperatorSpec const& operator_spec, GatewaySpec const& spec, Seed seed,
                   std::vector<std::uint32_t> cell_of) {
    if (auto const found = problems(spec); !found.empty()) {
        throw SimulationError(fmt::format("SMS gateways: {}", fmt::join(found, "; ")));
    }
    impl_ = std::make_unique<Impl>(operator_spec, spec, seed, std::move(cell_of));
}
Gateways::~Gateways() = default;

void Gateways::submit(SmsMessage const& message, SimTime at) {
    auto& in = *impl_;
    if (at < in.now || message.subscriber == kNone<MeterId>) {
        throw SimulationError(fmt::format("SMS gateways, {}: a message of the past or without a "
                                          "meter",
                                          format_time(at)));
    }
    ++in.traffic.sent;
    if (!message.to_meter) {
        auto marked = message;
        marked.reference = message.handle;
        marked.handle = message.handle | Impl::kFromMeter;
        in.network.submit(marked, at);
        return;
    }
    std::uint32_t row = 0;
    if (in.free.empty()) {
        row = static_cast<std::uint32_t>(in.rows.size());
        in.rows.emplace_back();
    } else {
        row = in.free.back();
        in.free.pop_back();
    }
    Tracked& t = in.rows[row];
    t.handle = message.handle;
    t.expires = message.expires;
    t.subscriber = message.subscriber;
    t.octets = message.octets;
    t.asks = message.asks;
    t.used = true;
    if (in.sink != nullptr && at == in.now) {
        in.take(row); // from within: the operator is at this instant, too
    } else {
        in.events.push({.at = at, .order = in.calls++, .row = row, .kind = Task::submit});
    }
}

void Gateways::set_gateway(std::uint8_t gateway, bool works, SimTime at) {
    impl_->events.push(
        {.at = at, .order = impl_->calls++, .row = gateway, .kind = Task::gateway, .on = works});
}
void Gateways::set_working(bool works, SimTime at) {
    impl_->events.push({.at = at, .order = impl_->calls++, .kind = Task::network, .on = works});
}
void Gateways::set_reachable(MeterId meter, bool reachable, SimTime at) {
    impl_->network.set_reachable(meter, reachable, at);
}
void Gateways::set_covered(MeterId meter, bool covered, SimTime at) {
    impl_->network.set_covered(meter, covered, at);
}
void Gateways::set_cell(std::uint32_t cell, bool works, SimTime at) {
    impl_->network.set_cell(cell, works, at);
}
void Gateways::mark_processed(std::uint64_t handle, SimTime at) {
    impl_->answer_at(handle, false, at);
}
void Gateways::mark_refused(std::uint64_t handle, SimTime at) {
    impl_->answer_at(handle, true, at);
}

SimTime Gateways::next_event() const {
    return std::min(impl_->events.next(), impl_->network.next_event());
}

void Gateways::run_until(SimTime end, SmsSink& sink) {
    auto& in = *impl_;
    in.sink = &sink;
    // One instant after the other, as what the operator tells may make a gateway do something.
    for (SimTime due = next_event(); due < end; due = next_event()) {
        GatewayEvent event;
        while (in.events.pop_before(due + SimDuration{1}, event)) {
            in.now = event.at;
            in.step(event);
        }
        in.now = due;
        in.network.run_until(due + SimDuration{1}, *this);
    }
    in.network.run_until(end, *this);
    in.now = end;
    in.sink = nullptr;
}

std::size_t Gateways::in_flight() const {
    auto const& in = *impl_;
    std::set<std::uint64_t> handles; // a message may be submitted and wait here as well
    std::size_t passing = 0;
    auto const add = [&](std::uint32_t row) {
        Tracked const& t = in.rows[row];
        if (t.used && t.arrived == 0 && !t.lost) {
            handles.insert(t.handle);
        }
    };
    std::for_each(in.queue.begin(), in.queue.end(), add);
    for (auto const& [place, row] : in.first) {
        add(row);
    }
    in.events.for_each([&](GatewayEvent const& event) {
        if (event.kind == Task::submit) {
            add(event.row);
        }
    });
    in.network.for_each_in_flight([&](SmsMessage const& message) {
        if (Impl::passes(message.handle)) {
            ++passing;
        } else if (in.ours(message.handle)) {
            add(Impl::row_of(message.handle));
        }
    });
    return handles.size() + passing;
}

TrafficCount const& Gateways::traffic() const {
    return impl_->traffic;
}
GatewayCounts const& Gateways::counts() const {
    return impl_->counts;
}
Operator const& Gateways::network() const {
    return impl_->network;
}
bool Gateways::bound(std::uint8_t gateway) const {
    return impl_->outlets[gateway].bound;
}
std::size_t Gateways::backlog() const {
    return impl_->waiting();
}
SimDuration Gateways::least_latency() const {
    return impl_->network.least_latency();
}

void Gateways::on_delivered(SmsMessage const& message, std::uint8_t tries, SimTime at) {
    auto& in = *impl_;
    in.now = at;
    SmsMessage told = message;
    told.handle = message.reference;
    if (Impl::passes(message.handle)) {
        ++in.traffic.delivered;
        in.sink->on_delivered(told, tries, at);
        return;
    }
    std::uint32_t const row = Impl::row_of(message.handle);
    Tracked& t = in.rows[row];
    --t.live;
    if (t.arrived == 0) {
        t.arrived = Impl::serial_of(message.handle);
        ++in.traffic.delivered;
        in.sink->on_delivered(told, tries, at);
    } else {
        in.sink->on_duplicate(told, at);
    }
    in.tidy(row);
}

void Gateways::on_duplicate(SmsMessage const& message, SimTime at) {
    SmsMessage told = message;
    told.handle = message.reference;
    impl_->sink->on_duplicate(told, at);
}

void Gateways::on_lost(SmsMessage const& message, LossReason reason, std::uint8_t tries,
                       SimTime at) {
    auto& in = *impl_;
    in.now = at;
    if (Impl::passes(message.handle)) {
        SmsMessage told = message;
        told.handle = message.reference;
        in.traffic.settle(reason);
        in.sink->on_lost(told, reason, tries, at);
        bool const refused = reason == LossReason::queue_full || reason == LossReason::rejected ||
                             (message.to_meter && reason == LossReason::link_down);
        if (reason == LossReason::expired || refused) {
            in.settle_passing(told.handle, refused ? DeliveryFate::rejected : DeliveryFate::expired,
                              at);
        }
        return;
    }
    std::uint32_t const row = Impl::row_of(message.handle);
    --in.rows[row].live;
    if (reason == LossReason::rejected || reason == LossReason::queue_full ||
        reason == LossReason::link_down) {
        in.refuse(row, reason);
        return;
    }
    if (in.rows[row].unanswered && Impl::serial_of(message.handle) == in.rows[row].latest) {
        in.answered(row); // it ended in the operator's queue
    }
    in.lose(row, reason, tries);
    in.tidy(row);
    in.pump();
}

void Gateways::on_state(std::uint64_t handle, DeliveryState state, SimTime at) {
    auto& in = *impl_;
    in.now = at;
    if (Impl::passes(handle)) {
        in.pass_state(handle, state);
        return;
    }
    if (!in.ours(handle) || state == DeliveryState::sent) {
        return;
    }
    std::uint32_t const row = Impl::row_of(handle);
    if (state == DeliveryState::at_operator) {
        if (Impl::serial_of(handle) == in.rows[row].latest && in.rows[row].unanswered) {
            in.answered(row);
            in.raise(row, state);
            in.pump();
        }
        return; // else its session is gone, and with it the answer
    }
    in.raise(row, state);
    if (state == DeliveryState::received && !in.rows[row].asks) {
        in.settle(row, DeliveryFate::done);
    }
    in.tidy(row);
}

void Gateways::on_expired(std::uint64_t handle, SimTime at) {
    auto& in = *impl_;
    in.now = at;
    if (Impl::passes(handle)) {
        return; // its end has been told
    }
    std::uint32_t const row = Impl::row_of(handle);
    if (in.ours(handle) && in.rows[row].state < DeliveryState::received && in.rows[row].live == 0 &&
        !in.rows[row].waits) {
        in.settle(row, DeliveryFate::expired);
        in.tidy(row);
    }
}

} // namespace gridtwin::sms
