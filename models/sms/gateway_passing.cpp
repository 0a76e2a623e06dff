// What passes the gateways: messages from outside to meters, and those from meters.
#include "models/sms/gateway_state.hpp"

namespace gridtwin::sms {

void Gateways::submit_outside(SmsMessage const& message, SimTime at) {
    auto& in = *impl_;
    ++in.traffic.sent;
    in.outside.try_emplace(message.handle);
    auto marked = message;
    marked.reference = message.handle;
    marked.handle = message.handle | Impl::kFromOutside;
    marked.gateway = kOutside;
    in.network.submit(marked, at);
    in.events.push({.at = in.valid_until(message.expires, at) + duration_from_s(in.spec.grace_s),
                    .order = in.calls++,
                    .handle = message.handle,
                    .kind = Task::outside});
}

void Gateways::Impl::settle_passing(std::uint64_t handle, DeliveryFate fate, SimTime at) {
    outside.erase(handle);
    sink->on_fate(handle, fate, at);
}

void Gateways::Impl::pass_state(std::uint64_t marked, DeliveryState state) {
    auto const handle = unmarked(marked);
    sink->on_state(handle, state, now);
    if ((marked & kFromMeter) != 0) {
        if (state == DeliveryState::received) {
            settle_passing(handle, DeliveryFate::done, now);
        }
        return;
    }
    auto const known = outside.find(handle);
    if (known == outside.end()) {
        return; // its time is up
    }
    if (state == DeliveryState::processed) {
        settle_passing(handle, known->second.answer, now);
    } else {
        known->second.received |= state == DeliveryState::received;
    }
}

/// Of the meter to one from outside: what it was is told once the operator has told of it.
void Gateways::Impl::answer_passing(std::uint64_t handle, DeliveryFate fate) {
    auto& answer = outside.at(handle).answer;
    if (answer == DeliveryFate::pending) { // else the first one stands
        answer = fate;
        network.mark_processed(handle | kFromOutside, now);
    }
}

/// Its time is up. What a receipt has told of has arrived, and stays pending: as a gateway's own.
void Gateways::Impl::give_up_passing(std::uint64_t handle) {
    auto const known = outside.find(handle);
    if (known == outside.end()) {
        return; // its end is known
    }
    if (known->second.received) {
        outside.erase(known);
    } else {
        settle_passing(handle, DeliveryFate::expired, now);
    }
}

} // namespace gridtwin::sms
