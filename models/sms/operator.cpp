#include "models/sms/operator.hpp"

#include "models/sms/operator_state.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace gridtwin::sms {

namespace {

constexpr std::size_t kUp = 0;
constexpr std::size_t kDown = 1;
constexpr std::size_t direction(bool to_meter) {
    return to_meter ? kDown : kUp;
}

} // namespace

struct Operator::Impl {
    OperatorSpec spec;
    Seed seed;
    Lognormal usual;
    Lognormal tail;
    std::vector<SmsEvent> events; // a heap
    std::array<std::deque<std::uint32_t>, 2> queue{};
    std::vector<Life> lives;
    std::vector<std::uint32_t> free;
    std::unordered_map<std::uint64_t, std::uint32_t> by_handle; // never iterated
    std::deque<Forget> forgets;
    std::map<MeterId, std::vector<std::uint32_t>> absent; // lives whose subscriber was not there
    std::vector<std::uint8_t> is_absent;                  // [meter], as far as any was
    std::uint64_t calls = 0;
    std::uint64_t taken = 0;
    SimTime now = kStart;
    TrafficCount traffic;

    Impl(OperatorSpec const& s, Seed random_seed)
        : spec(s), seed(random_seed), usual(s.delay_median_s, s.delay_p95_s),
          tail(s.tail_median_s, s.tail_p95_s) {}

    void check_date(SimTime at) const {
        if (at < now) {
            throw SimulationError(fmt::format("SMS operator {}: {} is in the past of {}",
                                              spec.short_number, format_time(at),
                                              format_time(now)));
        }
    }

    void check_meter(MeterId meter, SimTime at) const {
        if (meter == kNone<MeterId>) {
            throw SimulationError(
                fmt::format("SMS operator {}, {}: a message or a change without a meter",
                            spec.short_number, format_time(at)));
        }
    }

    void push(SmsEvent const& event) {
        events.push_back(event);
        std::push_heap(events.begin(), events.end(), Later{});
    }

    [[nodiscard]] bool reachable(MeterId meter) const {
        return index(meter) >= is_absent.size() || !is_absent[index(meter)];
    }

    [[nodiscard]] bool counts(SmsEvent const& e) const {
        Life const& l = lives[e.row];
        return l.number == e.order && l.attempt_at == e.at;
    }

    void step(SmsEvent const& event, SmsSink& sink) {
        switch (event.kind) {
        case Kind::reachability:
            return change(event);
        case Kind::submission:
            return take(event.message, sink);
        case Kind::turn_over:
            return turn_over(event.queue, sink);
        case Kind::attempt:
            if (counts(event)) {
                attempt(event.row, sink);
            }
            return;
        case Kind::receipt:
            return receipt(event.row, event.order, sink);
        case Kind::answer:
            return answer(event.message.handle, sink);
        }
    }

    void take(SmsMessage const& message, SmsSink& sink) {
        std::size_t const way = direction(message.to_meter);
        forget();
        if (by_handle.contains(message.handle)) {
            throw SimulationError(fmt::format("SMS operator {}, {}: message {:#x} of meter {} is "
                                              "handed over a second time",
                                              spec.short_number, format_time(now), message.handle,
                                              index(message.subscriber)));
        }
        if (!message.to_meter && !reachable(message.subscriber)) {
            return lose(message, LossReason::no_power, 0, sink);
        }
        if (queue[way].size() >= spec.queue_limit) {
            return lose(message, LossReason::queue_full, 0, sink);
        }
        std::uint32_t row = 0;
        if (free.empty()) {
            row = static_cast<std::uint32_t>(lives.size());
            lives.emplace_back();
        } else {
            row = free.back();
            free.pop_back();
        }
        lives[row] = {.message = message, .number = ++taken, .expires = now + validity_of(message)};
        by_handle[message.handle] = row;
        if (message.to_meter) {
            // A receipt may still be due when the validity is over.
            forgets.push_back({now + duration_from_s(spec.validity_s) +
                                   duration_from_s(std::max(spec.validity_s, spec.receipt_delay_s)),
                               taken, row});
        }
        queue[way].push_back(row);
        if (queue[way].size() == 1) {
            start_turn(way);
        }
        sink.on_state(message.handle, DeliveryState::sent, now);
    }

    [[nodiscard]] SimDuration validity_of(SmsMessage const& message) const {
        SimDuration const own = duration_from_s(spec.validity_s);
        return message.validity > SimDuration{} ? std::min(message.validity, own) : own;
    }

    void forget() {
        while (!forgets.empty() && forgets.front().at <= now) {
            Forget const& f = forgets.front();
            if (lives[f.row].number == f.number && lives[f.row].delivered) {
                drop(f.row); // never answered
            }
            forgets.pop_front();
        }
    }

    void start_turn(std::size_t way) {
        std::uint32_t const octets = lives[queue[way].front()].message.octets;
        push({.at = now + duration_from_s(segments(octets) / spec.rate_hz),
              .kind = Kind::turn_over,
              .queue = static_cast<std::uint8_t>(way),
              .order = way});
    }

    void turn_over(std::size_t way, SmsSink& sink) {
        std::uint32_t const row = queue[way].front();
        queue[way].pop_front();
        if (!queue[way].empty()) {
            start_turn(way);
        }
        if (now >= lives[row].expires) {
            return end(row, LossReason::expired, sink);
        }
        plan(row, now + duration_from_s(draw_delay_s(lives[row].number)));
        enter(row, DeliveryState::at_operator, sink);
    }

    [[nodiscard]] double draw_delay_s(std::uint64_t number) const {
        // Three draws of the same purpose: which kind of delay, and its two lengths.
        EntityKey const who(EntityKind::sms_operator, 0);
        bool const held_up = draw01(seed, who, Purpose::sms_delay, 4 * number) < spec.tail_frac;
        double const delay_s =
            held_up ? tail.at(draw_normal(seed, who, Purpose::sms_delay, 4 * number + 1))
                    : usual.at(draw_normal(seed, who, Purpose::sms_delay, 4 * number + 2));
        return std::max(delay_s, spec.delay_min_s);
    }

    [[nodiscard]] bool draw_loss(Life const& l) const {
        // It takes all its short messages to put one message together.
        double const kept_frac = std::pow(1.0 - spec.loss_frac, segments(l.message.octets));
        return draw01(seed, EntityKey(EntityKind::sms_operator, 0), Purpose::sms_loss, l.number) >=
               kept_frac;
    }

    /// Nothing happens after the validity but the end of it.
    void plan(std::uint32_t row, SimTime at) {
        Life& l = lives[row];
        l.attempt_at = std::min(at, l.expires);
        push({.at = l.attempt_at, .kind = Kind::attempt, .row = row, .order = l.number});
    }

    void attempt(std::uint32_t row, SmsSink& sink) {
        Life& l = lives[row];
        l.attempt_at = kNever;
        if (l.tries > 0) {
            unlist(row);
        }
        if (now >= l.expires) {
            return end(row, LossReason::expired, sink);
        }
        l.tries = static_cast<std::uint8_t>(std::min(l.tries + 1, 255));
        if (l.tries == 1 && draw_loss(l)) {
            return end(row, LossReason::dropped, sink);
        }
        if (!l.message.to_meter || reachable(l.message.subscriber)) {
            return deliver(row, sink);
        }
        std::size_t const gap = std::min<std::size_t>(l.tries, spec.retry_s.size()) - 1;
        absent[l.message.subscriber].push_back(row);
        plan(row, now + duration_from_s(spec.retry_s[gap]));
    }

    /// Its subscriber is no longer waited for.
    void unlist(std::uint32_t row) {
        auto const it = absent.find(lives[row].message.subscriber);
        std::erase(it->second, row);
        if (it->second.empty()) {
            absent.erase(it);
        }
    }

    void deliver(std::uint32_t row, SmsSink& sink) {
        Life& l = lives[row];
        SmsMessage const message = l.message;
        std::uint8_t const tries = l.tries;
        l.delivered = true;
        ++traffic.delivered;
        if (message.to_meter) {
            push({.at = now + duration_from_s(spec.receipt_delay_s),
                  .kind = Kind::receipt,
                  .row = row,
                  .order = l.number});
        }
        sink.on_delivered(message, tries, now);
        if (!message.to_meter) {
            enter(row, DeliveryState::received, sink);
            drop(row);
        }
    }

    void receipt(std::uint32_t row, std::uint64_t number, SmsSink& sink) {
        if (lives[row].number != number) {
            return; // forgotten
        }
        bool const answered = lives[row].answered;
        enter(row, DeliveryState::received, sink);
        if (answered) {
            enter(row, DeliveryState::processed, sink);
            drop(row);
        }
    }

    void answer(std::uint64_t handle, SmsSink& sink) {
        auto const it = by_handle.find(handle);
        if (it == by_handle.end()) {
            return;
        }
        std::uint32_t const row = it->second;
        Life& l = lives[row];
        if (!l.delivered || !l.message.to_meter) {
            throw SimulationError(fmt::format("SMS operator {}, {}: message {:#x} of meter {} was "
                                              "answered before the meter got it",
                                              spec.short_number, format_time(now), handle,
                                              index(l.message.subscriber)));
        }
        if (l.state != DeliveryState::received) {
            l.answered = true; // the receipt is still on its way
            return;
        }
        enter(row, DeliveryState::processed, sink);
        drop(row);
    }

    void change(SmsEvent const& event) {
        if (event.row >= is_absent.size()) {
            is_absent.resize(event.row + std::size_t{1}, 0);
        }
        is_absent[event.row] = !event.reachable;
        auto const it = absent.find(static_cast<MeterId>(event.row));
        if (!event.reachable || !spec.alert_on_attach || it == absent.end()) {
            return;
        }
        SimTime const attached = now + duration_from_s(spec.attach_s);
        for (std::uint32_t const row : it->second) {
            if (attached < lives[row].attempt_at) {
                plan(row, attached);
            }
        }
    }

    /// The next state in the legal order; a jump would be our mistake.
    void enter(std::uint32_t row, DeliveryState next, SmsSink& sink) {
        Life& l = lives[row];
        if (static_cast<int>(next) != static_cast<int>(l.state) + 1) {
            throw SimulationError(fmt::format(
                "SMS operator {}, {}: message {:#x} of meter {} cannot go from state {} to {}",
                spec.short_number, format_time(now), l.message.handle, index(l.message.subscriber),
                static_cast<int>(l.state), static_cast<int>(next)));
        }
        l.state = next;
        sink.on_state(l.message.handle, next, now);
    }

    void end(std::uint32_t row, LossReason reason, SmsSink& sink) {
        SmsMessage const message = lives[row].message;
        std::uint8_t const tries = lives[row].tries;
        drop(row);
        lose(message, reason, tries, sink);
    }

    void lose(SmsMessage const& message, LossReason reason, std::uint8_t tries, SmsSink& sink) {
        ++traffic.lost[static_cast<std::size_t>(reason)];
        sink.on_lost(message, reason, tries, now);
    }

    void drop(std::uint32_t row) {
        by_handle.erase(lives[row].message.handle);
        lives[row] = Life{};
        free.push_back(row);
    }
};

Operator::Operator(OperatorSpec const& spec, Seed seed) {
    if (auto const found = problems(spec); !found.empty()) {
        throw SimulationError(fmt::format("SMS operator: {}", fmt::join(found, "; ")));
    }
    impl_ = std::make_unique<Impl>(spec, seed);
}

Operator::~Operator() = default;
Operator::Operator(Operator&&) noexcept = default;
Operator& Operator::operator=(Operator&&) noexcept = default;

void Operator::submit(SmsMessage const& message, SimTime at) {
    impl_->check_date(at);
    impl_->check_meter(message.subscriber, at);
    ++impl_->traffic.sent;
    impl_->push({.at = at, .kind = Kind::submission, .order = impl_->calls++, .message = message});
}

void Operator::set_reachable(MeterId meter, bool reachable, SimTime at) {
    impl_->check_date(at);
    impl_->check_meter(meter, at);
    impl_->push({.at = at,
                 .kind = Kind::reachability,
                 .reachable = reachable,
                 .row = static_cast<std::uint32_t>(index(meter)),
                 .order = impl_->calls++});
}

void Operator::mark_processed(std::uint64_t handle, SimTime at) {
    impl_->check_date(at);
    impl_->push({.at = at,
                 .kind = Kind::answer,
                 .order = impl_->calls++,
                 .message = SmsMessage{.handle = handle}});
}

SimTime Operator::next_event() const {
    return impl_->events.empty() ? kNever : impl_->events.front().at;
}

void Operator::run_until(SimTime end, SmsSink& sink) {
    impl_->check_date(end);
    auto& events = impl_->events;
    while (!events.empty() && events.front().at < end) {
        std::pop_heap(events.begin(), events.end(), Later{});
        SmsEvent const event = events.back();
        events.pop_back();
        impl_->now = event.at;
        impl_->step(event, sink);
    }
    impl_->now = end;
}

std::size_t Operator::in_flight() const {
    std::size_t count = queued(true) + queued(false);
    for (SmsEvent const& e : impl_->events) {
        count +=
            e.kind == Kind::submission || (e.kind == Kind::attempt && impl_->counts(e)) ? 1U : 0U;
    }
    return count;
}

TrafficCount const& Operator::traffic() const {
    return impl_->traffic;
}
OperatorSpec const& Operator::spec() const {
    return impl_->spec;
}
std::size_t Operator::queued(bool to_meter) const {
    return impl_->queue[direction(to_meter)].size();
}

SimDuration Operator::least_latency() const {
    return duration_from_s(1.0 / impl_->spec.rate_hz) + duration_from_s(impl_->spec.delay_min_s);
}

} // namespace gridtwin::sms
