#include "models/headend/orders.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend {

Orders::Orders(RemoteSwitchConfig const& config, Fleet const& fleet, Ports const& ports,
               CommandNumbers& numbers, std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), numbers_(numbers), timer_base_(timer_base) {}

RetryPolicy const& Orders::policy(MeterId meter) const {
    return fleet_.channel[index(meter)] == Channel::sms ? config_.sms : config_.plc;
}

CommandId Orders::order(Command const& command, SimTime at) {
    SimTime const now = ports_.clock.now();
    if (!fleet_.knows(command.meter)) {
        throw SimulationError(fmt::format("order for meter {} at {}: not in the fleet",
                                          index(command.meter), format_time(now)));
    }
    return add(command, at);
}

CommandId Orders::announce(Command const& command, SimTime at) {
    Command to_all = command;
    to_all.meter = kNone<MeterId>;
    return add(to_all, at);
}

CommandId Orders::add(Command const& command, SimTime at) {
    SimTime const now = ports_.clock.now();
    orders_.push_back({.command = numbers_.next(),
                       .at = at,
                       .value_milli = command.value_milli,
                       .effective = command.effective,
                       .meter = command.meter,
                       .concentrator = command.concentrator,
                       .first = command.first_interval,
                       .count = command.count,
                       .kind = command.kind,
                       .parameter = command.parameter,
                       .delayed = command.delayed,
                       .state = OrderState::planned});
    CommandId const id = orders_.back().command;
    if (at <= now) {
        send(orders_.size() - 1);
    } else {
        arm(orders_.size() - 1, at);
    }
    return id;
}

void Orders::arm(std::size_t row, SimTime at) {
    orders_[row].wake = at;
    ports_.clock.set_timer(at, timer_base_ | row);
}

void Orders::send(std::size_t row) {
    Order& order = orders_[row];
    SimTime const now = ports_.clock.now();
    bool const to_all = order.meter == kNone<MeterId>;
    if (to_all) {
        order.state = OrderState::confirmed; // as far as anybody will know
        order.sent = now;
        ++counts_.announced;
    } else if (order.state == OrderState::planned) {
        order.state = OrderState::pending;
        order.sent = now;
        ++counts_.issued;
        ports_.journal.write(
            command_entry(now, EventKind::command_issued, order.command, order.meter));
    }
    if (!to_all) {
        arm(row, now + wait_after(policy(order.meter), order.tries));
    }
    ++order.tries;
    hand_over(order);
}

void Orders::hand_over(Order const& order) {
    ++counts_.sent;
    ports_.commands.send({.id = order.command,
                          .kind = order.kind,
                          .parameter = order.parameter,
                          .delayed = order.delayed,
                          .meter = order.meter,
                          .concentrator = order.concentrator,
                          .first_interval = order.first,
                          .count = order.count,
                          .value_milli = order.value_milli,
                          .effective = order.effective});
}

void Orders::send_again(MeterId meter) {
    for (Order const& order : orders_) {
        if (order.meter == meter && order.state == OrderState::pending) {
            hand_over(order);
        }
    }
}

void Orders::finish(Order& order, OrderState state, Reason reason, SimDuration latency) {
    order.state = state;
    order.reason = reason;
    ++(state == OrderState::confirmed ? counts_.confirmed
       : reason == Reason::refused    ? counts_.refused
                                      : counts_.failed);
    ports_.journal.write(command_entry(ports_.clock.now(),
                                       state == OrderState::confirmed ? EventKind::command_confirmed
                                                                      : EventKind::command_failed,
                                       order.command, order.meter, reason, latency));
}

void Orders::on_timer(std::uint64_t payload) {
    if (payload >= orders_.size() || orders_[payload].wake > ports_.clock.now()) {
        return; // set for a try that was answered since
    }
    Order& order = orders_[payload];
    if (order.state == OrderState::planned ||
        (order.state == OrderState::pending && order.tries < policy(order.meter).tries)) {
        send(payload);
    } else if (order.state == OrderState::pending) {
        finish(order, OrderState::failed, Reason::given_up, {});
    }
}

bool Orders::on_acknowledgement(Acknowledgement const& acknowledgement) {
    auto const found = std::lower_bound(
        orders_.begin(), orders_.end(), acknowledgement.command,
        [](Order const& order, CommandId command) { return order.command < command; });
    if (found == orders_.end() || found->command != acknowledgement.command ||
        found->meter != acknowledgement.meter || found->state == OrderState::planned) {
        return false;
    }
    if (found->state != OrderState::pending) {
        ++counts_.late;
        return true;
    }
    bool const refused = found->kind == CommandKind::set_parameter && acknowledgement.value == 0;
    finish(*found, refused ? OrderState::failed : OrderState::confirmed,
           refused ? Reason::refused : Reason::none, acknowledgement.received - found->sent);
    return true;
}

void Orders::save(StateWriter& out) const {
    out.value(counts_);
    out.column(orders_);
}

void Orders::restore(StateReader& in) {
    counts_ = in.value<OrderCounts>();
    in.list(orders_);
    for (std::size_t row = 0; row < orders_.size(); ++row) {
        in.check(orders_[row].meter == kNone<MeterId> || fleet_.knows(orders_[row].meter));
        if (orders_[row].state == OrderState::planned ||
            orders_[row].state == OrderState::pending) {
            arm(row, orders_[row].wake);
        }
    }
}

} // namespace gridtwin::headend
