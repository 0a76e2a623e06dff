// The operator's near side: what it takes, and the queues of the short numbers.
#include "models/sms/operator_impl.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace gridtwin::sms {

/// Why a message is not taken; none when it is.
LossReason Operator::Impl::refusal(Life const& life) {
    if (life.to_meter && !working) {
        return LossReason::link_down;
    }
    if (life.to_meter && spec.submit_limit_hz > 0.0) {
        if (limit[life.gateway] > now + std::chrono::seconds{1}) {
            ++counts.throttled;
            return LossReason::rejected;
        }
        limit[life.gateway] = std::max(limit[life.gateway], now) +
                              duration_from_s(wire::sms_parts(life.octets) / spec.submit_limit_hz);
    }
    if (queue[way_of(life)].size() >= spec.queue_limit) {
        ++counts.full;
        return LossReason::queue_full;
    }
    return LossReason::none;
}

void Operator::Impl::take(SmsEvent const& event, SmsSink& sink) {
    std::uint32_t const row = event.row;
    forget();
    Life& life = lives[row];
    if (!life.said) {
        if (by_handle.find(life.handle) != HandleMap::kNoRow) {
            throw SimulationError(fmt::format("SMS operator {}, {}: message {:#x} of meter {} is "
                                              "handed over a second time",
                                              spec.short_number, format_time(now), life.handle,
                                              index(life.subscriber)));
        }
        life.expires = std::min(life.expires, now + duration_from_s(spec.validity_s));
    }
    LossReason why = LossReason::none;
    if (!life.to_meter && (away_now(life.subscriber) & kNoPower) != 0) {
        why = LossReason::no_power;
    } else if (!life.to_meter && (!working || !has_network(life.subscriber))) {
        why = now >= life.expires ? LossReason::expired : LossReason::none;
        if (why == LossReason::none) {
            if (!life.said) {
                life.said = true;
                by_handle.put(life.handle, row);
                sink.on_state(life.handle, DeliveryState::sent, now);
            }
            ++counts.modem_retries;
            auto again = event;
            again.at = std::min(now + duration_from_s(spec.modem_retry_s), lives[row].expires);
            events.push(again);
            return;
        }
    } else {
        why = refusal(life);
    }
    if (why != LossReason::none) {
        SmsMessage const message = life.message();
        if (life.said) {
            by_handle.erase(life.handle);
        }
        life = Life{};
        free.push_back(row);
        return lose(message, why, 0, sink);
    }
    life.number = ++taken;
    if (life.to_meter) {
        // A receipt may still be due when the validity is over.
        forgets.push_back(
            {now + 2 * duration_from_s(spec.validity_s) +
                 duration_from_s(std::max(0.0, spec.receipt_delay_s - spec.validity_s)),
             taken, row});
    }
    std::size_t const way = way_of(life);
    queue[way].push_back(row);
    if (queue[way].size() == 1) {
        start_turn(way);
    }
    if (!life.said) {
        life.said = true;
        by_handle.put(life.handle, row);
        sink.on_state(life.handle, DeliveryState::sent, now);
    }
}

void Operator::Impl::forget() {
    while (!forgets.empty() && forgets.front().at <= now) {
        Forget const& f = forgets.front();
        if (lives[f.row].number == f.number && lives[f.row].delivered && !lives[f.row].over) {
            release(f.row); // never answered
        }
        forgets.pop_front();
    }
}

void Operator::Impl::start_turn(std::size_t way) {
    std::uint32_t const octets = lives[queue[way].front()].octets;
    events.push({.at = now + duration_from_s(wire::sms_parts(octets) / spec.rate_hz),
                 .order = way,
                 .kind = Kind::turn_over,
                 .queue = static_cast<std::uint8_t>(way)});
}

void Operator::Impl::turn_over(std::size_t way, SmsSink& sink) {
    std::uint32_t const row = queue[way].front();
    queue[way].pop_front();
    if (!queue[way].empty()) {
        start_turn(way);
    }
    if (spec.keep_order) {
        in_order[order_key(lives[row])].push_back(row);
    }
    if (now >= lives[row].expires) {
        return end(row, LossReason::expired, sink);
    }
    plan(row, now + duration_from_s(draw_delay_s(lives[row].number)));
    enter(row, DeliveryState::at_operator, sink);
}

} // namespace gridtwin::sms
