#include "models/sms/operator.hpp"

#include "models/sms/operator_impl.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/ranges.h>

#include <algorithm>

namespace gridtwin::sms {

Operator::Impl::Impl(OperatorSpec const& s, Seed random_seed, std::vector<std::uint32_t> cells_of)
    : spec(s), seed(random_seed), cell_of(std::move(cells_of)),
      usual(s.delay_median_s, s.delay_p95_s), tail(s.tail_median_s, s.tail_p95_s),
      receipts(s.receipt_delay_s, s.receipt_p95_s == 0.0 ? s.receipt_delay_s : s.receipt_p95_s),
      cells(s.cells.size()) {}

void Operator::Impl::check_date(SimTime at) const {
    if (at < now) {
        throw SimulationError(fmt::format("SMS operator {}: {} is in the past of {}",
                                          spec.short_number, format_time(at), format_time(now)));
    }
}

void Operator::Impl::check_meter(MeterId meter, SimTime at) const {
    if (meter == kNone<MeterId>) {
        throw SimulationError(
            fmt::format("SMS operator {}, {}: a message or a change without a meter",
                        spec.short_number, format_time(at)));
    }
}

std::uint32_t Operator::Impl::new_life(SmsMessage const& message) {
    std::uint32_t row = 0;
    if (free.empty()) {
        row = static_cast<std::uint32_t>(lives.size());
        lives.emplace_back();
    } else {
        row = free.back();
        free.pop_back();
    }
    Life& life = lives[row];
    life.handle = message.handle;
    life.reference = message.reference;
    life.expires = message.expires;
    life.subscriber = message.subscriber;
    life.octets = message.octets;
    life.gateway = message.gateway;
    life.to_meter = message.to_meter;
    return row;
}

void Operator::Impl::step(SmsEvent const& event, SmsSink& sink) {
    switch (event.kind) {
    case Kind::change:
        return change(event);
    case Kind::submission:
        return take(event, sink);
    case Kind::turn_over:
    case Kind::attempt:
    case Kind::copy:
    case Kind::receipt:
        if (!working) {
            for_operator.push_back(event);
            return;
        }
        break;
    case Kind::answer:
        return answer(event.handle, sink);
    }
    switch (event.kind) {
    case Kind::turn_over:
        return turn_over(event.queue, sink);
    case Kind::attempt:
        return attempt(event, sink);
    case Kind::copy:
        return copy(event.row, sink);
    default:
        return receipt(event, sink);
    }
}

void Operator::Impl::change(SmsEvent const& event) {
    switch (event.change) {
    case Change::power:
    case Change::coverage: {
        auto const meter = static_cast<MeterId>(event.row);
        bool const was = reachable(meter);
        auto const bit = event.change == Change::power ? kNoPower : kNoCoverage;
        auto& bits = away_of(meter);
        bits = static_cast<std::uint8_t>(event.on ? bits & ~bit : bits | bit);
        if (!was && reachable(meter)) {
            alert(meter);
        }
        return;
    }
    case Change::cell: {
        if (event.row >= cells.size() || cells[event.row].works == event.on) {
            return;
        }
        cells[event.row].works = event.on;
        if (event.on) {
            std::vector<MeterId> back;
            for (auto const& [meter, rows] : absent) {
                if (cell(meter) == &cells[event.row] && reachable(meter)) {
                    back.push_back(meter);
                }
            }
            for (MeterId const meter : back) {
                alert(meter);
            }
        }
        return;
    }
    case Change::working:
        return set_working(event.on);
    case Change::bound:
        bound[event.row] = event.on;
        if (event.on) {
            resume(for_gateway[event.row]);
        }
        return;
    }
}

void Operator::Impl::set_working(bool works) {
    working = works;
    if (works) {
        resume(for_operator);
    }
}

/// What came up meanwhile goes on now.
void Operator::Impl::resume(std::vector<SmsEvent>& held) {
    for (SmsEvent& one : std::exchange(held, {})) {
        if (one.kind == Kind::attempt) {
            if (!counted(one)) {
                continue;
            }
            lives[one.row].attempt_at = now;
            lives[one.row].paged = false; // its slot is over
        }
        one.at = now;
        events.push(one);
    }
}

/// What waits for a subscriber that is back is tried soon.
void Operator::Impl::alert(MeterId meter) {
    auto const it = absent.find(meter);
    if (!spec.alert_on_attach || it == absent.end()) {
        return;
    }
    SimTime const attached = now + duration_from_s(spec.attach_s);
    for (std::uint32_t const row : it->second) {
        if (attached < lives[row].attempt_at) {
            plan(row, attached);
        }
    }
}

Operator::Operator(OperatorSpec const& spec, Seed seed, std::vector<std::uint32_t> cell_of) {
    if (auto const found = problems(spec); !found.empty()) {
        throw SimulationError(fmt::format("SMS operator: {}", fmt::join(found, "; ")));
    }
    impl_ = std::make_unique<Impl>(spec, seed, std::move(cell_of));
}

Operator::~Operator() = default;
Operator::Operator(Operator&&) noexcept = default;
Operator& Operator::operator=(Operator&&) noexcept = default;

void Operator::submit(SmsMessage const& message, SimTime at) {
    impl_->check_date(at);
    impl_->check_meter(message.subscriber, at);
    ++impl_->traffic.sent;
    impl_->events.push({.at = at,
                        .order = impl_->calls++,
                        .row = impl_->new_life(message),
                        .kind = Kind::submission});
}

void Operator::set_reachable(MeterId meter, bool reachable, SimTime at) {
    impl_->check_date(at);
    impl_->check_meter(meter, at);
    impl_->events.push({.at = at,
                        .order = impl_->calls++,
                        .row = static_cast<std::uint32_t>(meter),
                        .change = Change::power,
                        .on = reachable});
}

void Operator::set_covered(MeterId meter, bool covered, SimTime at) {
    impl_->check_date(at);
    impl_->check_meter(meter, at);
    impl_->events.push({.at = at,
                        .order = impl_->calls++,
                        .row = static_cast<std::uint32_t>(meter),
                        .change = Change::coverage,
                        .on = covered});
}

void Operator::set_cell(std::uint32_t cell, bool works, SimTime at) {
    impl_->check_date(at);
    impl_->events.push(
        {.at = at, .order = impl_->calls++, .row = cell, .change = Change::cell, .on = works});
}

void Operator::set_working(bool works, SimTime at) {
    impl_->check_date(at);
    impl_->events.push({.at = at, .order = impl_->calls++, .change = Change::working, .on = works});
}

void Operator::set_bound(std::uint8_t gateway, bool bound, SimTime at) {
    impl_->check_date(at);
    impl_->events.push(
        {.at = at, .order = impl_->calls++, .row = gateway, .change = Change::bound, .on = bound});
}

void Operator::mark_processed(std::uint64_t handle, SimTime at) {
    impl_->check_date(at);
    impl_->events.push({.at = at, .order = impl_->calls++, .handle = handle, .kind = Kind::answer});
}

SimTime Operator::next_event() const {
    return impl_->events.next();
}

void Operator::run_until(SimTime end, SmsSink& sink) {
    impl_->check_date(end);
    SmsEvent event;
    while (impl_->events.pop_before(end, event)) {
        impl_->now = event.at;
        impl_->step(event, sink);
    }
    impl_->now = end;
}

void Operator::for_each_in_flight(std::function<void(SmsMessage const&)> const& visit) const {
    for (auto const& queue : impl_->queue) {
        for (std::uint32_t const row : queue) {
            visit(impl_->lives[row].message());
        }
    }
    auto const look = [&](SmsEvent const& e) {
        if (e.kind == Kind::submission || (e.kind == Kind::attempt && impl_->counted(e))) {
            visit(impl_->lives[e.row].message());
        }
    };
    impl_->events.for_each(look);
    std::for_each(impl_->for_operator.begin(), impl_->for_operator.end(), look);
    for (auto const& waiting : impl_->for_gateway) {
        std::for_each(waiting.begin(), waiting.end(), look);
    }
}

std::size_t Operator::in_flight() const {
    std::size_t count = 0;
    for_each_in_flight([&count](SmsMessage const&) { ++count; });
    return count;
}

TrafficCount const& Operator::traffic() const {
    return impl_->traffic;
}
OperatorCounts const& Operator::counts() const {
    return impl_->counts;
}
OperatorSpec const& Operator::spec() const {
    return impl_->spec;
}
std::size_t Operator::queued(bool to_meter) const {
    std::size_t const way = to_meter ? 1 : 0;
    return impl_->queue[way].size() + impl_->queue[2 + way].size();
}
bool Operator::reachable(MeterId subscriber) const {
    return impl_->reachable(subscriber);
}

SimDuration Operator::least_latency() const {
    return duration_from_s(1.0 / impl_->spec.rate_hz) + duration_from_s(impl_->spec.delay_min_s);
}

} // namespace gridtwin::sms
