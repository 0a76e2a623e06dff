#include "models/headend/remote_switch.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend {

std::string problem(RemoteSwitchConfig const& config) {
    for (RetryPolicy const& policy : {config.plc, config.sms}) {
        if (auto const text = problem(policy); !text.empty()) {
            return "remote switch: " + text;
        }
    }
    if (!(config.image_rate_bps > 0.0)) {
        return "remote switch: the rate of images must be above zero";
    }
    return {};
}

RemoteSwitch::RemoteSwitch(RemoteSwitchConfig const& config, Fleet const& fleet, Ports const& ports,
                           CommandNumbers& numbers, std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), numbers_(numbers), timer_base_(timer_base) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

RetryPolicy const& RemoteSwitch::policy(MeterId meter) const {
    return fleet_.channel[index(meter)] == Channel::sms ? config_.sms : config_.plc;
}

CommandId RemoteSwitch::order(MeterId meter, bool close, SimTime at) {
    SimTime const now = ports_.clock.now();
    if (!fleet_.knows(meter)) {
        throw SimulationError(fmt::format("relay order for meter {} at {}: not in the fleet",
                                          index(meter), format_time(now)));
    }
    std::size_t const row = orders_.size();
    orders_.push_back({.command = numbers_.next(),
                       .at = at,
                       .meter = meter,
                       .close = static_cast<std::uint8_t>(close ? 1 : 0),
                       .state = OrderState::planned});
    CommandId const command = orders_[row].command;
    if (at <= now) {
        issue(row);
    } else {
        arm(row, at);
    }
    return command;
}

void RemoteSwitch::arm(std::size_t row, SimTime at) {
    arm_row(orders_, row, at, ports_.clock, timer_base_);
}

void RemoteSwitch::issue(std::size_t row) {
    RelayOrder& order = orders_[row];
    auto const [relay, is_first] = relays_.try_emplace(order.meter);
    if (!is_first && orders_[relay->second.newest].state == OrderState::pending) {
        finish(orders_[relay->second.newest], OrderState::failed, Reason::superseded, {});
    }
    relay->second.newest = static_cast<std::uint32_t>(row);
    SimTime const now = ports_.clock.now();
    order.state = OrderState::pending;
    order.sent = now;
    ++counts_.issued;
    ports_.journal.write(command_entry(now, EventKind::command_issued, order.command, order.meter));
    send(row);
}

void RemoteSwitch::send(std::size_t row) {
    RelayOrder& order = orders_[row];
    arm(row, ports_.clock.now() + wait_after(policy(order.meter), order.tries));
    ++order.tries;
    hand_over(order);
}

void RemoteSwitch::hand_over(RelayOrder const& order) {
    ++counts_.sent;
    ports_.commands.send(
        {.id = order.command,
         .kind = order.close != 0 ? CommandKind::close_relay : CommandKind::open_relay,
         .meter = order.meter});
}

void RemoteSwitch::send_again(MeterId meter) {
    auto const relay = relays_.find(meter);
    if (relay == relays_.end()) {
        return;
    }
    RelayOrder const& newest = orders_[relay->second.newest];
    if (newest.state == OrderState::pending) {
        hand_over(newest);
    }
}

void RemoteSwitch::finish(RelayOrder& order, OrderState state, Reason reason, SimDuration latency) {
    order.state = state;
    order.reason = reason;
    bool const confirmed = state == OrderState::confirmed;
    ++(confirmed ? counts_.confirmed : counts_.failed);
    ports_.journal.write(command_entry(
        ports_.clock.now(), confirmed ? EventKind::command_confirmed : EventKind::command_failed,
        order.command, order.meter, reason, latency));
}

void RemoteSwitch::on_timer(std::uint64_t payload) {
    if (payload >= orders_.size() || orders_[payload].wake > ports_.clock.now()) {
        return; // set for a try that was answered since
    }
    RelayOrder& order = orders_[payload];
    if (order.state == OrderState::planned) {
        issue(payload);
    } else if (order.state == OrderState::pending && order.tries < policy(order.meter).tries) {
        send(payload);
    } else if (order.state == OrderState::pending) {
        finish(order, OrderState::failed, Reason::given_up, {});
    }
}

bool RemoteSwitch::on_acknowledgement(Acknowledgement const& acknowledgement) {
    RelayOrder* const found = find_row(orders_, acknowledgement.command);
    if (found == nullptr || found->meter != acknowledgement.meter ||
        found->state == OrderState::planned) {
        return false;
    }
    RelayOrder& order = *found;
    Relay& relay = relays_.at(order.meter);
    bool const closed = acknowledgement.value != 0;
    if (relay.known == 0 || acknowledgement.executed > relay.executed) {
        relay.known = 1;
        relay.closed = closed ? 1 : 0;
        relay.executed = acknowledgement.executed;
    }
    if (order.state == OrderState::pending) {
        order.executed = acknowledgement.executed;
        bool const as_ordered = closed == (order.close != 0);
        finish(order, as_ordered ? OrderState::confirmed : OrderState::failed,
               as_ordered ? Reason::none : Reason::refused, acknowledgement.received - order.sent);
    } else {
        ++counts_.late;
    }
    RelayOrder const newest = orders_[relay.newest];
    if (newest.state == OrderState::confirmed && relay.closed != newest.close) {
        ++counts_.reissued;
        static_cast<void>(this->order(newest.meter, newest.close != 0, ports_.clock.now()));
    }
    return true;
}

std::uint64_t RemoteSwitch::pending() const {
    return static_cast<std::uint64_t>(
        std::count_if(orders_.begin(), orders_.end(),
                      [](RelayOrder const& order) { return order.state == OrderState::pending; }));
}

void RemoteSwitch::save(StateWriter& out) const {
    out.value(counts_);
    out.column(orders_);
    out.value(static_cast<std::uint64_t>(relays_.size()));
    for (auto const& [meter, relay] : relays_) {
        out.value(meter);
        out.value(relay);
    }
}

void RemoteSwitch::restore(StateReader& in) {
    counts_ = in.value<RemoteSwitchCounts>();
    in.list(orders_);
    relays_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const meter = in.value<MeterId>();
        auto const relay = in.value<Relay>();
        in.check(fleet_.knows(meter) && relay.newest < orders_.size());
        relays_.emplace_hint(relays_.end(), meter, relay);
    }
    for (RelayOrder const& order : orders_) {
        in.check(fleet_.knows(order.meter));
    }
    arm_all(orders_, ports_.clock, timer_base_);
}

} // namespace gridtwin::headend
