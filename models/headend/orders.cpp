#include "models/headend/orders.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend {

namespace {

constexpr bool is_relay(CommandKind kind) {
    return kind == CommandKind::open_relay || kind == CommandKind::close_relay;
}

} // namespace

std::string problem(OrdersConfig const& config) {
    for (RetryPolicy const& policy : {config.plc, config.sms}) {
        if (auto const text = problem(policy); !text.empty()) {
            return "orders: " + text;
        }
    }
    if (!(config.image_rate_bps > 0.0)) {
        return "orders: the rate of images must be above zero";
    }
    return {};
}

Orders::Orders(OrdersConfig const& config, Fleet const& fleet, Ports const& ports,
               CommandNumbers& numbers, std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), numbers_(numbers), timer_base_(timer_base) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

OrderCounts& Orders::counts_of(Order const& order) {
    return is_relay(order.kind) ? relay_counts_ : counts_;
}

RetryPolicy const& Orders::policy(Order const& order) const {
    bool const sms =
        order.meter != kNone<MeterId> && fleet_.channel[index(order.meter)] == Channel::sms;
    return sms ? config_.sms : config_.plc;
}

SimDuration Orders::transfer(Order const& order) const {
    return order.kind == CommandKind::start_firmware
               ? duration_from_s(8.0 * order.count / config_.image_rate_bps)
               : SimDuration::zero();
}

void Orders::journal(Order const& order, EventKind kind, SimDuration latency) {
    auto entry =
        command_entry(ports_.clock.now(), kind, order.command, order.meter, order.reason, latency);
    if (order.meter == kNone<MeterId>) {
        entry.entity = EventEntity::concentrator;
        entry.row = static_cast<std::uint32_t>(index(order.concentrator));
    }
    ports_.journal.write(entry);
}

CommandId Orders::give(Command const& command, SimTime at) {
    return command.meter == kNone<MeterId> ? announce(command, at) : order(command, at);
}

CommandId Orders::order(Command const& command, SimTime at) {
    SimTime const now = ports_.clock.now();
    if (!fleet_.knows(command.meter)) {
        throw SimulationError(fmt::format("order for meter {} at {}: not in the fleet",
                                          index(command.meter), format_time(now)));
    }
    return add(command, at);
}

CommandId Orders::switch_relay(MeterId meter, bool close, SimTime at, SimTime not_after) {
    return order({.kind = close ? CommandKind::close_relay : CommandKind::open_relay,
                  .meter = meter,
                  .effective = close ? kStart : not_after},
                 at);
}

CommandId Orders::announce(Command const& command, SimTime at) {
    Command to_all = command;
    to_all.meter = kNone<MeterId>;
    return add(to_all, at);
}

CommandId Orders::start_firmware(Command const& command, SimTime at) {
    Command to_one = command;
    to_one.kind = CommandKind::start_firmware;
    return announce(to_one, at);
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

Order* Orders::find(CommandId command) {
    auto const found = std::ranges::lower_bound(orders_, command, {}, &Order::command);
    return found != orders_.end() && found->command == command ? &*found : nullptr;
}

void Orders::arm(std::size_t row, SimTime at) {
    orders_[row].wake = at;
    ports_.clock.set_timer(at, timer_base_ | row);
}

/// As after restoring a state.
void Orders::arm_all() {
    for (std::size_t row = 0; row < orders_.size(); ++row) {
        if (orders_[row].state == OrderState::planned ||
            orders_[row].state == OrderState::pending) {
            arm(row, orders_[row].wake);
        }
    }
}

void Orders::issue(std::size_t row) {
    Order& order = orders_[row];
    if (is_relay(order.kind)) {
        auto const [relay, is_first] = relays_.try_emplace(order.meter, Relay{row, kNever});
        Order& before = orders_[relay->second.newest];
        if (!is_first && before.state == OrderState::pending) {
            finish(before, OrderState::failed, Reason::superseded, {});
        }
        relay->second.newest = row;
    }
    order.state = OrderState::pending;
    order.sent = ports_.clock.now();
    if (order.meter != kNone<MeterId>) {
        pending_.emplace(order.meter, row);
    } else if (order.kind != CommandKind::start_firmware) {
        ++counts_.announced;
    }
    ++counts_of(order).issued;
    journal(order, EventKind::command_issued);
}

void Orders::send(std::size_t row) {
    SimTime const now = ports_.clock.now();
    if (orders_[row].state == OrderState::planned) {
        issue(row);
    }
    Order& order = orders_[row];
    arm(row, now + transfer(order) + wait_after(policy(order), order.tries));
    order.tries = static_cast<std::uint8_t>(std::min(order.tries + 1, 255));
    hand_over(order);
}

void Orders::hand_over(Order const& order) {
    ++counts_of(order).sent;
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
    for (auto next = pending_.lower_bound({meter, 0});
         next != pending_.end() && next->first == meter; ++next) {
        hand_over(orders_[next->second]);
    }
}

void Orders::finish(Order& order, OrderState state, Reason reason, SimDuration latency) {
    pending_.erase({order.meter, static_cast<std::size_t>(&order - orders_.data())});
    order.state = state;
    order.reason = reason;
    auto& counts = counts_of(order);
    ++(state == OrderState::confirmed ? counts.confirmed
       : reason == Reason::refused    ? counts.refused
                                      : counts.failed);
    journal(order,
            state == OrderState::confirmed ? EventKind::command_confirmed
                                           : EventKind::command_failed,
            latency);
    if (is_relay(order.kind) && listener_ != nullptr) {
        listener_->on_relay_order(order);
    }
}

void Orders::on_timer(std::uint64_t payload) {
    if (payload >= orders_.size() || orders_[payload].wake > ports_.clock.now()) {
        return; // set for a try that was answered since
    }
    Order& order = orders_[payload];
    bool const again = order.kind == CommandKind::start_firmware
                           ? ports_.clock.now() < order.effective
                           : order.tries < policy(order).tries;
    if (order.state == OrderState::planned || (order.state == OrderState::pending && again)) {
        send(payload);
    } else if (order.state == OrderState::pending) {
        finish(order, OrderState::failed, Reason::given_up, {});
    }
}

bool Orders::on_acknowledgement(Acknowledgement const& acknowledgement) {
    Order* const found = find(acknowledgement.command);
    if (found == nullptr || found->meter != acknowledgement.meter ||
        found->kind == CommandKind::start_firmware || found->state == OrderState::planned) {
        return false;
    }
    if (is_relay(found->kind)) {
        on_relay(*found, acknowledgement);
        return true;
    }
    if (found->state != OrderState::pending) {
        ++counts_.late;
        return true;
    }
    bool const refused = acknowledgement.value == 0;
    finish(*found, refused ? OrderState::failed : OrderState::confirmed,
           refused ? Reason::refused : Reason::none, acknowledgement.received - found->sent);
    return true;
}

void Orders::on_relay(Order& order, Acknowledgement const& acknowledgement) {
    Relay& relay = relays_.at(order.meter);
    bool const closed = acknowledgement.value != 0;
    if (relay.executed == kNever || acknowledgement.executed > relay.executed) {
        relay.closed = closed ? 1 : 0;
        relay.executed = acknowledgement.executed;
    }
    if (order.state == OrderState::pending) {
        order.executed = acknowledgement.executed;
        bool const as_ordered = closed == (order.kind == CommandKind::close_relay);
        finish(order, as_ordered ? OrderState::confirmed : OrderState::failed,
               as_ordered ? Reason::none : Reason::refused, acknowledgement.received - order.sent);
    } else {
        ++relay_counts_.late;
    }
    Order const newest = orders_[relay.newest];
    bool const close = newest.kind == CommandKind::close_relay;
    if (newest.state == OrderState::confirmed && (relay.closed != 0) != close) {
        ++relay_counts_.reissued;
        static_cast<void>(switch_relay(newest.meter, close, ports_.clock.now(), newest.effective));
    }
}

std::uint64_t Orders::pending_relays() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(orders_, [](Order const& order) {
        return is_relay(order.kind) && order.state == OrderState::pending;
    }));
}

bool Orders::on_firmware(FirmwareProgress const& progress) {
    Order* const found = find(progress.command);
    if (found == nullptr || found->kind != CommandKind::start_firmware ||
        found->concentrator != progress.concentrator || found->state == OrderState::planned) {
        return false;
    }
    bool const refused = found->first != progress.version;
    bool const in_vain = progress.over != 0 && progress.version < found->first;
    if (found->state == OrderState::confirmed && in_vain) {
        --counts_.confirmed; // it was taken, and came to nothing
        finish(*found, OrderState::failed, Reason::refused, progress.received - found->sent);
    } else if (found->state == OrderState::pending) {
        finish(*found, refused ? OrderState::failed : OrderState::confirmed,
               refused ? Reason::refused : Reason::none, progress.received - found->sent);
    }
    return true;
}

void Orders::save(StateWriter& out) const {
    out.value(counts_);
    out.value(relay_counts_);
    out.column(orders_);
    out.value(static_cast<std::uint64_t>(relays_.size()));
    for (auto const& [meter, relay] : relays_) {
        out.value(meter);
        out.value(relay);
    }
}

void Orders::restore(StateReader& in) {
    counts_ = in.value<OrderCounts>();
    relay_counts_ = in.value<OrderCounts>();
    in.list(orders_);
    relays_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const meter = in.value<MeterId>();
        auto const relay = in.value<Relay>();
        in.check(fleet_.knows(meter) && relay.newest < orders_.size());
        relays_.emplace_hint(relays_.end(), meter, relay);
    }
    pending_.clear();
    for (std::size_t row = 0; row < orders_.size(); ++row) {
        bool const to_meter = orders_[row].meter != kNone<MeterId>;
        in.check(!to_meter || fleet_.knows(orders_[row].meter));
        if (to_meter && orders_[row].state == OrderState::pending) {
            pending_.emplace(orders_[row].meter, row);
        }
    }
    arm_all();
}

} // namespace gridtwin::headend
