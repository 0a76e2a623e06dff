// The operator's other side: attempts at subscribers, receipts, ends.
#include "models/sms/operator_impl.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::sms {

double Operator::Impl::draw(Purpose purpose, std::uint64_t number) const {
    return draw01(seed, EntityKey(EntityKind::sms_operator, 0), purpose, number);
}

double Operator::Impl::draw_delay_s(std::uint64_t number) const {
    // Three draws of the same purpose: which kind of delay, and its two lengths.
    EntityKey const who(EntityKind::sms_operator, 0);
    bool const held_up = draw(Purpose::sms_delay, 4 * number) < spec.tail_frac;
    double const delay_s =
        held_up ? tail.at(draw_normal(seed, who, Purpose::sms_delay, 4 * number + 1))
                : usual.at(draw_normal(seed, who, Purpose::sms_delay, 4 * number + 2));
    return std::max(delay_s, spec.delay_min_s);
}

bool Operator::Impl::draw_loss(Life const& life) const {
    // It takes all its short messages to put one message together.
    std::uint32_t const parts = wire::sms_parts(life.octets);
    double const kept_frac =
        parts == 1 ? 1.0 - spec.loss_frac : std::pow(1.0 - spec.loss_frac, parts);
    return draw(Purpose::sms_loss, life.number) >= kept_frac;
}

bool Operator::Impl::drawn_out(std::size_t subscriber) const {
    return spec.out_of_coverage_frac > 0.0 &&
           draw01(seed, EntityKey(EntityKind::sms_operator, 1), Purpose::sms_coverage, subscriber) <
               spec.out_of_coverage_frac;
}

std::uint8_t& Operator::Impl::away_of(MeterId subscriber) {
    while (away.size() <= index(subscriber)) {
        away.push_back(drawn_out(away.size()) ? kNoCoverage : 0);
    }
    return away[index(subscriber)];
}

std::uint8_t Operator::Impl::away_now(MeterId subscriber) const {
    if (index(subscriber) < away.size()) {
        return away[index(subscriber)];
    }
    return drawn_out(index(subscriber)) ? kNoCoverage : 0;
}

Operator::Impl::Cell const* Operator::Impl::cell(MeterId subscriber) const {
    if (cells.empty()) {
        return nullptr;
    }
    std::size_t const i = index(subscriber);
    return &cells[(i < cell_of.size() ? cell_of[i] : i) % cells.size()];
}

bool Operator::Impl::has_network(MeterId subscriber) const {
    Cell const* const in = cell(subscriber);
    return (away_now(subscriber) & kNoCoverage) == 0 && (in == nullptr || in->works);
}

/// Nothing happens after the validity but the end of it.
void Operator::Impl::plan(std::uint32_t row, SimTime at) {
    Life& life = lives[row];
    life.attempt_at = std::max(now, std::min(at, life.expires)); // it may be over already
    events.push({.at = life.attempt_at, .order = life.number, .row = row, .kind = Kind::attempt});
}

/// Paging and the message take the cell's time: the attempt waits for its turn.
bool Operator::Impl::has_slot(std::uint32_t row, SimTime& slot) {
    Life& life = lives[row];
    if (cells.empty() || life.paged || !reachable(life.subscriber)) {
        life.paged = false;
        return true;
    }
    auto& in = cells[static_cast<std::size_t>(cell(life.subscriber) - cells.data())];
    auto const& cell_spec = spec.cells[static_cast<std::size_t>(&in - cells.data())];
    slot = std::max(now, in.free);
    in.free = slot + duration_from_s(wire::sms_parts(life.octets) / cell_spec.rate_hz);
    life.paged = slot > now;
    counts.cell_waits += life.paged ? 1 : 0;
    return !life.paged;
}

void Operator::Impl::attempt(SmsEvent const& event, SmsSink& sink) {
    if (!counted(event)) {
        return;
    }
    std::uint32_t const row = event.row;
    Life& life = lives[row];
    if (!life.to_meter && !bound[life.gateway]) {
        for_gateway[life.gateway].push_back(event);
        return;
    }
    if (now < life.expires) {
        SimTime slot{};
        if (spec.keep_order && in_order[order_key(life)].front() != row) {
            life.blocked = true;
            return plan(row, life.expires);
        }
        if (!has_slot(row, slot)) {
            return plan(row, slot);
        }
    }
    life.attempt_at = kNever;
    unlist(row);
    if (now >= life.expires) {
        return end(row, LossReason::expired, sink);
    }
    life.tries = static_cast<std::uint8_t>(std::min(life.tries + 1, 255));
    if (life.tries == 1 && draw_loss(life)) {
        return end(row, LossReason::dropped, sink);
    }
    if (!life.to_meter || reachable(life.subscriber)) {
        return deliver(row, sink);
    }
    std::size_t const gap = std::min<std::size_t>(life.tries, spec.retry_s.size()) - 1;
    absent[life.subscriber].push_back(row);
    life.absent = true;
    plan(row, now + duration_from_s(spec.retry_s[gap]));
}

/// Its subscriber is no longer waited for.
void Operator::Impl::unlist(std::uint32_t row) {
    if (!lives[row].absent) {
        return;
    }
    lives[row].absent = false;
    auto const it = absent.find(lives[row].subscriber);
    std::erase(it->second, row);
    if (it->second.empty()) {
        absent.erase(it);
    }
}

/// The next one to the same subscriber may be tried.
void Operator::Impl::next_in_order(std::uint32_t row) {
    if (!spec.keep_order) {
        return;
    }
    auto const it = in_order.find(order_key(lives[row]));
    std::erase(it->second, row);
    if (it->second.empty()) {
        in_order.erase(it);
    } else if (Life& next = lives[it->second.front()]; next.blocked) {
        next.blocked = false;
        plan(it->second.front(), now);
    }
}

void Operator::Impl::deliver(std::uint32_t row, SmsSink& sink) {
    SmsMessage const message = lives[row].message();
    std::uint8_t const tries = lives[row].tries;
    std::uint64_t const number = lives[row].number;
    lives[row].delivered = true;
    ++traffic.delivered;
    next_in_order(row);
    if (spec.duplicate_frac > 0.0 &&
        draw(Purpose::sms_duplicate, 2 * number) < spec.duplicate_frac) {
        double const later_s = usual.at(draw_normal(seed, EntityKey(EntityKind::sms_operator, 0),
                                                    Purpose::sms_duplicate, 2 * number + 1));
        ++lives[row].pending;
        events.push({.at = now + duration_from_s(std::max(later_s, spec.delay_min_s)),
                     .order = number,
                     .row = row,
                     .kind = Kind::copy});
    }
    if (message.to_meter) {
        send_receipt(row, true);
    }
    sink.on_delivered(message, tries, now);
    if (!message.to_meter) {
        enter(row, DeliveryState::received, sink);
        release(row);
    }
}

void Operator::Impl::copy(std::uint32_t row, SmsSink& sink) {
    SmsMessage const message = lives[row].message();
    --lives[row].pending;
    if (lives[row].over) {
        release(row);
    }
    if (message.to_meter ? reachable(message.subscriber) : bound[message.gateway]) {
        ++counts.duplicates;
        sink.on_duplicate(message, now); // else it is gone, as nobody waits for it
    }
}

void Operator::Impl::send_receipt(std::uint32_t row, bool of_delivery) {
    std::uint64_t const number = lives[row].number;
    if (spec.receipt_loss_frac > 0.0 &&
        draw(Purpose::sms_receipt, 2 * number) < spec.receipt_loss_frac) {
        ++counts.receipts_lost;
        return;
    }
    double const delay_s =
        spec.receipt_p95_s == 0.0
            ? spec.receipt_delay_s
            : receipts.at(draw_normal(seed, EntityKey(EntityKind::sms_operator, 0),
                                      Purpose::sms_receipt, 2 * number + 1));
    lives[row].pending = static_cast<std::uint8_t>(lives[row].pending + (of_delivery ? 0 : 1));
    events.push({.at = now + duration_from_s(delay_s),
                 .order = number,
                 .row = row,
                 .kind = Kind::receipt,
                 .on = of_delivery});
}

void Operator::Impl::receipt(SmsEvent const& event, SmsSink& sink) {
    Life const& life = lives[event.row];
    if (life.number != event.order) {
        return; // forgotten
    }
    if (!bound[life.gateway]) {
        for_gateway[life.gateway].push_back(event);
        return;
    }
    if (!event.on) {
        std::uint64_t const handle = life.handle;
        --lives[event.row].pending;
        release(event.row);
        sink.on_expired(handle, now);
    } else if (life.state == DeliveryState::at_operator && !life.over) {
        enter(event.row, DeliveryState::received, sink);
    }
}

void Operator::Impl::answer(std::uint64_t handle, SmsSink& sink) {
    std::uint32_t const row = by_handle.find(handle);
    if (row == HandleMap::kNoRow || lives[row].over) {
        return;
    }
    if (!lives[row].delivered || !lives[row].to_meter) {
        throw SimulationError(fmt::format("SMS operator {}, {}: message {:#x} of meter {} was "
                                          "answered before the meter got it",
                                          spec.short_number, format_time(now), handle,
                                          index(lives[row].subscriber)));
    }
    if (lives[row].state == DeliveryState::at_operator) {
        enter(row, DeliveryState::received, sink); // the receipt is late or lost
    }
    enter(row, DeliveryState::processed, sink);
    release(row);
}

/// The next state in the legal order; a jump would be our mistake.
void Operator::Impl::enter(std::uint32_t row, DeliveryState next, SmsSink& sink) {
    Life& life = lives[row];
    if (static_cast<int>(next) != static_cast<int>(life.state) + 1) {
        throw SimulationError(fmt::format(
            "SMS operator {}, {}: message {:#x} of meter {} cannot go from state {} to {}",
            spec.short_number, format_time(now), life.handle, index(life.subscriber),
            static_cast<int>(life.state), static_cast<int>(next)));
    }
    life.state = next;
    sink.on_state(life.handle, next, now);
}

void Operator::Impl::end(std::uint32_t row, LossReason reason, SmsSink& sink) {
    SmsMessage const message = lives[row].message();
    std::uint8_t const tries = lives[row].tries;
    next_in_order(row);
    if (message.to_meter && reason == LossReason::expired) {
        send_receipt(row, false);
    }
    release(row);
    lose(message, reason, tries, sink);
}

void Operator::Impl::lose(SmsMessage const& message, LossReason reason, std::uint8_t tries,
                          SmsSink& sink) {
    ++traffic.lost[static_cast<std::size_t>(reason)];
    sink.on_lost(message, reason, tries, now);
}

/// Its place is free once nothing is to come of it.
void Operator::Impl::release(std::uint32_t row) {
    lives[row].over = true;
    if (lives[row].pending == 0) {
        by_handle.erase(lives[row].handle);
        lives[row] = Life{};
        free.push_back(row);
    }
}

} // namespace gridtwin::sms
