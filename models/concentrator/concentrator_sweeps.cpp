// What a concentrator does with all of its meters beside polling.
#include "models/concentrator/concentrator.hpp"
#include "models/wire/told_time.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::concentrator {

/// It follows a round.
void Concentrator::begin_sweeps(SimTime now) {
    if (now >= clock_.due()) {
        clock_.begin(meters_.size(), now);
    }
    collections_.begin(now);
}

void Concentrator::send_sweep(SimTime now, MeterLink& link) {
    while (clock_.active() && !ways_.member(clock_.meter())) {
        clock_.skip();
    }
    while (collections_.active() && !ways_.member(collections_.meter())) {
        collections_.skip(now);
    }
    // Whoever failed is behind those that have not been asked: all that are left rest, or nearly.
    if (clock_.active()) {
        if (resting_.has(clock_.meter())) {
            return;
        }
        Message message;
        message.kind = clock_.wanted();
        message.meter = meters_[clock_.meter()];
        message.count = clock_.valid_ms();
        auto const octets = wire::encoded_octets(message, Channel::plc, spec_.sizes);
        if (message.kind == MessageKind::set_clock) {
            message.value = to_ns(wire::told_nearest(clock_.arrival(now, octets)));
            message.occurred = clock_.valid_from(now, octets);
        }
        clock_.on_sent(now, octets);
        send_request(std::move(message), {.task = Task::clock, .meter_index = clock_.meter()}, now,
                     link);
    } else if (collections_.active() && !resting_.has(collections_.meter())) {
        Request const request{.task = Task::collection, .meter_index = collections_.meter()};
        Message message = collections_.request(now);
        collections_.on_sent();
        send_request(std::move(message), request, now, link);
    }
}

void Concentrator::announce(SimTime now, MeterLink& link, Uplink& uplink) {
    if (!may_send()) {
        return;
    }
    announcements_.send_due(now, [&](Message const& order, bool first) {
        counts_.broadcasts += to_all(order, now, link).size();
        if (first) {
            acknowledge_announced(order.command, now, uplink);
        }
    });
}

/// That it has been broadcast: whom it reached nobody knows.
void Concentrator::acknowledge_announced(CommandId order, SimTime now, Uplink& uplink) {
    if (uplink_.answers(order)) {
        return;
    }
    Message result;
    result.kind = MessageKind::set_result;
    result.command = order;
    result.created = now;
    result.occurred = now;
    result.value = 1;
    forward(std::move(result), now, uplink);
}

void Concentrator::broadcast_clock(SimTime now, MeterLink& link) {
    if (!may_poll() || now < clock_broadcast_.next()) {
        return;
    }
    Message message;
    message.kind = MessageKind::set_clock;
    message.command = CommandId{static_cast<std::uint64_t>(numbers_.next())};
    message.value = to_ns(wire::told_nearest(clock_broadcast_.value(now)));
    message.count =
        static_cast<std::uint32_t>(clock_broadcast_.uncertainty() / std::chrono::milliseconds(1));
    clock_broadcast_.on_sent(now);
    to_all(message, now, link, now + clock_broadcast_.uncertainty());
}

void Concentrator::on_clock_answer(Message const& message, SimTime now) {
    if (!outstanding_ || outstanding_->task != Task::clock ||
        outstanding_->command != message.command) {
        return; // late or doubled
    }
    Request const request = take_answered();
    // As long over power line as over radio.
    auto const octets = wire::encoded_octets(message, Channel::plc, spec_.sizes);
    if (message.kind == MessageKind::clock) {
        clock_.on_clock(from_ns(message.value), request.sent, now, request.octets, octets);
    } else {
        clock_.on_set(message.value != 0, request.sent, now, request.octets, octets);
    }
}

/// Registers, events, rows of a second profile: of a sweep, or for the head-end that asked.
void Concentrator::on_collected(Message&& message, SimTime now, Uplink& uplink) {
    if (outstanding_ && outstanding_->task == Task::collection &&
        outstanding_->command == message.command && collections_.active()) {
        MeterId const asked = meters_[outstanding_->meter_index];
        (void)take_answered();
        counts_.bad_answers += collections_.on_answer(message, asked, now) ? 0U : 1U;
        if (collections_.waiting_octets() >= spec_.upload_batch_octets || !collections_.active()) {
            upload_collected(now, uplink);
        } else if (upload_at_ == kNever) {
            upload_at_ = now + spec_.upload_max_wait;
        }
        return;
    }
    auto const job = std::find_if(jobs_.begin(), jobs_.end(), [&](Job const& one) {
        return one.order.command == message.command && one.order.meter == message.meter;
    });
    if (job == jobs_.end()) {
        return;
    }
    end_job(job);
    message.concentrator = id_;
    bool const too_long = spec_.uplink.sms_fallback && !uplink_.session_up() &&
                          !uplink_.goes_by_sms(message, spec_.sizes);
    if (too_long) { // it waits for the session, and the head-end need not
        Message refusal;
        refusal.kind = MessageKind::set_result;
        refusal.meter = message.meter;
        refusal.command = message.command;
        refusal.created = now;
        refusal.occurred = now;
        forward(std::move(refusal), now, uplink);
    }
    forward(std::move(message), now, uplink);
}

void Concentrator::upload_collected(SimTime now, Uplink& uplink) {
    for (std::size_t k = 0; k < kCollected; ++k) {
        if (!uplink_.has_room()) {
            return; // it is tended to when the head-end has said what it has
        }
        auto waiting = collections_.take(static_cast<Collected>(k));
        if (waiting.payload.empty()) {
            continue;
        }
        Message batch;
        batch.kind = answer_kind(static_cast<Collected>(k));
        batch.created = now;
        batch.occurred = now;
        batch.count = waiting.blocks;
        batch.payload = std::move(waiting.payload);
        ++counts_.batches;
        forward(std::move(batch), now, uplink);
    }
}

/// What has become complete, and an alarm when it lasts.
void Concentrator::upload_balance(SimTime now, Uplink& uplink) {
    if (!balance_.on()) {
        return;
    }
    std::size_t members = 0;
    for (std::size_t m = 0; m < meters_.size(); ++m) {
        members += (own_.empty() || own_[m] != 0) && ways_.member(m) ? 1U : 0U;
    }
    auto const rows = balance_.take(now, members);
    if (auto const imbalance = balance_.take_alarm()) {
        Message alarm;
        alarm.kind = MessageKind::alarm;
        alarm.created = now;
        alarm.occurred = imbalance->occurred;
        alarm.value = static_cast<std::int64_t>(AlarmKind::imbalance);
        alarm.count = static_cast<std::uint32_t>(
            std::min(1e6, std::round(1e3 * std::abs(imbalance->share_frac))));
        forward(std::move(alarm), now, uplink);
    }
    if (rows.empty()) {
        return;
    }
    Message batch;
    batch.kind = MessageKind::balance;
    batch.created = now;
    batch.occurred = now;
    batch.count = static_cast<std::uint32_t>(rows.size());
    for (auto const& row : rows) {
        wire::encode(row, batch.payload);
    }
    ++counts_.batches;
    forward(std::move(batch), now, uplink);
}

} // namespace gridtwin::concentrator
