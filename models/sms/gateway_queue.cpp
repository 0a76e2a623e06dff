// The gateways' queue: who submits, what is done with refusals and lost sessions, what is known.
#include "models/sms/gateway_state.hpp"
#include "models/wire/sizes.hpp"

#include <algorithm>

namespace gridtwin::sms {

void Gateways::Impl::step(GatewayEvent const& event) {
    switch (event.kind) {
    case Task::gateway:
        return set_gateway(static_cast<std::uint8_t>(event.row), event.on);
    case Task::network:
        return set_network(event.on);
    case Task::bind:
        return bind(static_cast<std::uint8_t>(event.row));
    case Task::submit:
        return take(event.row);
    case Task::pump:
        pump_at = kNever;
        return pump();
    case Task::processed:
    case Task::refused:
        return answer(event.handle, event.kind == Task::refused);
    case Task::outside:
        return give_up_passing(event.handle);
    case Task::give_up: {
        Tracked& t = rows[event.row];
        if (t.handle == event.handle && t.used) {
            t.followed = false;
            if (t.fate == DeliveryFate::pending && t.state < DeliveryState::received) {
                settle(event.row, DeliveryFate::expired);
            }
            tidy(event.row);
        }
        return;
    }
    }
}

void Gateways::Impl::take(std::uint32_t row) {
    Tracked& t = rows[row];
    t.expires = valid_until(t.expires, now);
    t.place = ++places;
    t.waits = true;
    t.followed = true;
    by_handle.put(t.handle, row);
    queue.push_back(row);
    events.push({.at = t.expires + duration_from_s(spec.grace_s),
                 .order = calls++,
                 .handle = t.handle,
                 .row = row,
                 .kind = Task::give_up});
    sink->on_state(t.handle, DeliveryState::sent, now);
    pump();
}

void Gateways::Impl::set_gateway(std::uint8_t gateway, bool works) {
    Outlet& outlet = outlets[gateway];
    if (gateway >= outlet_count || outlet.works == works) {
        return;
    }
    outlet.works = works;
    if (!works) {
        end_session(gateway);
        pump(); // over the other one
    } else {
        bind(gateway);
    }
}

void Gateways::Impl::set_network(bool works) {
    if (working == works) {
        return;
    }
    working = works;
    network.set_working(works, now);
    for (std::uint8_t g = 0; g < outlet_count && !works; ++g) {
        end_session(g);
        if (outlets[g].works) { // the first tries of both; a gateway goes on by itself
            events.push({.at = now + duration_from_s(spec.rebind_s),
                         .order = calls++,
                         .row = g,
                         .kind = Task::bind});
        }
    }
}

/// What was submitted and not answered goes first, in its old order.
void Gateways::Impl::end_session(std::uint8_t gateway) {
    Outlet& outlet = outlets[gateway];
    if (!outlet.bound) {
        return;
    }
    outlet.bound = false;
    network.set_bound(gateway, false, now);
    for (std::uint32_t const row : outlet.open) {
        rows[row].unanswered = false;
        rows[row].waits = true;
        first.emplace(rows[row].place, row);
        ++counts.resubmitted;
    }
    outlet.open.clear();
    outlet.ready = now;
}

void Gateways::Impl::bind(std::uint8_t gateway) {
    Outlet& outlet = outlets[gateway];
    if (!outlet.works || outlet.bound) {
        return;
    }
    if (!working) {
        events.push({.at = now + duration_from_s(spec.rebind_s),
                     .order = calls++,
                     .row = gateway,
                     .kind = Task::bind});
        return;
    }
    outlet.bound = true;
    network.set_bound(gateway, true, now);
    pump();
}

void Gateways::Impl::pump_later(SimTime at) {
    if (at < pump_at) {
        pump_at = at;
        events.push({.at = at, .order = calls++, .kind = Task::pump});
    }
}

void Gateways::Impl::pump() {
    note_backlog();
    std::uint8_t gateway = 0;
    while (gateway < outlet_count && !outlets[gateway].bound) {
        ++gateway;
    }
    if (gateway == outlet_count) {
        return; // until one has a session
    }
    Outlet& outlet = outlets[gateway];
    while ((!first.empty() || !queue.empty()) && outlet.open.size() < spec.window) {
        if (outlet.ready > now) {
            return pump_later(outlet.ready);
        }
        std::uint32_t row = 0;
        if (first.empty()) {
            row = queue.front();
            queue.pop_front();
        } else {
            row = first.begin()->second;
            first.erase(first.begin());
        }
        rows[row].waits = false;
        if (rows[row].arrived != 0 && rows[row].state >= DeliveryState::received) {
            tidy(row); // a receipt has come since
        } else if (now >= rows[row].expires) {
            settle(row, DeliveryFate::expired);
            lose(row, LossReason::expired, 0);
            tidy(row);
        } else {
            submit(row, gateway);
        }
    }
}

void Gateways::Impl::submit(std::uint32_t row, std::uint8_t gateway) {
    Tracked& t = rows[row];
    Outlet& outlet = outlets[gateway];
    t.latest = ++serial;
    t.first = t.first == 0 ? t.latest : t.first;
    t.gateway = gateway;
    t.unanswered = true;
    ++t.live;
    t.open_at = static_cast<std::uint32_t>(outlet.open.size());
    outlet.open.push_back(row);
    if (spec.pace_hz > 0.0) {
        outlet.ready = now + duration_from_s(wire::sms_parts(t.octets) / spec.pace_hz);
    }
    ++counts.submitted;
    counts.by_second += gateway == 1 ? 1 : 0;
    network.submit({.handle = handle_of(t.latest, row),
                    .subscriber = t.subscriber,
                    .to_meter = true,
                    .octets = t.octets,
                    .gateway = gateway,
                    .asks = t.asks,
                    .reference = t.handle,
                    .expires = t.expires},
                   now);
}

/// The operator has answered: the window has room for another.
void Gateways::Impl::answered(std::uint32_t row) {
    rows[row].unanswered = false;
    auto& open = outlets[rows[row].gateway].open;
    open[rows[row].open_at] = open.back();
    rows[open.back()].open_at = rows[row].open_at;
    open.pop_back();
}

void Gateways::Impl::refuse(std::uint32_t row, LossReason reason) {
    Tracked& t = rows[row];
    if (!t.unanswered) {
        return; // its session has ended, and it waits already
    }
    answered(row);
    Outlet& outlet = outlets[t.gateway];
    if (reason == LossReason::queue_full) {
        ++counts.full;
        outlet.ready = std::max(outlet.ready, now + duration_from_s(spec.full_wait_s));
        if (++t.full >= spec.full_tries) {
            settle(row, DeliveryFate::rejected);
            lose(row, reason, 0);
            return tidy(row);
        }
        t.place = ++places;
        queue.push_back(row);
    } else {
        if (reason == LossReason::rejected) {
            ++counts.throttled;
            outlet.ready = now + duration_from_s(spec.throttle_wait_s);
        }
        first.emplace(t.place, row);
    }
    t.waits = true;
    pump();
}

void Gateways::Impl::answer(std::uint64_t handle, bool refused) {
    auto const fate = refused ? DeliveryFate::refused : DeliveryFate::done;
    if (outside.contains(handle)) {
        return answer_passing(handle, fate);
    }
    std::uint32_t const row = by_handle.find(handle);
    if (row == HandleMap::kNoRow) {
        return;
    }
    Tracked& t = rows[row];
    if (t.arrived != 0) {
        network.mark_processed(handle_of(t.arrived, row), now); // it need not remember it
    }
    raise(row, DeliveryState::processed);
    settle(row, fate);
    tidy(row);
}

void Gateways::Impl::answer_at(std::uint64_t handle, bool refused, SimTime at) {
    if (sink != nullptr && at == now) {
        answer(handle, refused);
    } else {
        events.push({.at = at,
                     .order = calls++,
                     .handle = handle,
                     .kind = refused ? Task::refused : Task::processed});
    }
}

/// Up to that state, each on its way at this instant.
void Gateways::Impl::raise(std::uint32_t row, DeliveryState to) {
    Tracked& t = rows[row];
    while (t.state < to) {
        t.state = static_cast<DeliveryState>(static_cast<int>(t.state) + 1);
        sink->on_state(t.handle, t.state, now);
    }
}

/// What is known to be done stays so.
void Gateways::Impl::settle(std::uint32_t row, DeliveryFate fate) {
    Tracked& t = rows[row];
    if (t.fate == fate || t.fate == DeliveryFate::done || t.fate == DeliveryFate::refused) {
        return;
    }
    t.fate = fate;
    sink->on_fate(t.handle, fate, now);
}

/// A submission came to nothing; the message has if there is no other.
void Gateways::Impl::lose(std::uint32_t row, LossReason reason, std::uint8_t tries) {
    Tracked& t = rows[row];
    if (t.live > 0 || t.waits || t.arrived != 0 || t.lost) {
        return;
    }
    t.lost = true;
    traffic.settle(reason);
    sink->on_lost({.handle = t.handle,
                   .subscriber = t.subscriber,
                   .to_meter = true,
                   .octets = t.octets,
                   .gateway = t.gateway,
                   .asks = t.asks,
                   .reference = t.handle,
                   .expires = t.expires},
                  reason, tries, now);
}

/// Its row is free once no submission is under way and nobody will ask for it.
void Gateways::Impl::tidy(std::uint32_t row) {
    Tracked& t = rows[row];
    bool const known = t.fate == DeliveryFate::done || t.fate == DeliveryFate::refused;
    if (!t.used || t.live > 0 || t.waits || t.unanswered || (t.followed && !known)) {
        return;
    }
    by_handle.erase(t.handle);
    t = Tracked{};
    free.push_back(row);
}

void Gateways::Impl::note_backlog() {
    if (waiting() > counts.peak) {
        counts.peak = waiting();
        counts.peak_at = now;
    }
}

} // namespace gridtwin::sms
