// Whose turn it is among all that a concentrator has to ask its meters.
#include "models/concentrator/concentrator.hpp"

#include <algorithm>

namespace gridtwin::concentrator {
namespace {

/// The first run of rows a read still lacks, at most `limit`; first > last when it has all.
IntervalSpan first_lacking(std::uint32_t first, std::vector<std::uint8_t> const& have,
                           std::uint32_t limit) {
    auto const from = std::find(have.begin(), have.end(), 0);
    auto const to =
        std::find_if(from, have.end(), [](std::uint8_t have_it) { return have_it != 0; });
    auto const begin = static_cast<std::uint32_t>(from - have.begin());
    std::uint32_t const count = std::min(limit, static_cast<std::uint32_t>(to - from));
    return {.first = first + begin, .last = first + begin + count - 1};
}

} // namespace

void Concentrator::work(SimTime now, MeterLink& link, Uplink& uplink) {
    if (outstanding_ || !may_send()) {
        return;
    }
    resting_.wake(now);
    send_job(Urgency::command, now, link, uplink);
    send_job(Urgency::demand, now, link, uplink);
    for (int turns = 0; turns < 2 && !outstanding_; ++turns) {
        if (reads_turn_) {
            send_job(Urgency::bulk, now, link, uplink);
        } else {
            send_schedule(now, link, uplink);
        }
        reads_turn_ = !reads_turn_;
    }
    if (may_poll() && !outstanding_ && jobs_.empty() && !has_data_to_fetch()) {
        discover(now, link);
    }
    send_firmware(now, link, uplink);
}

/// A request of a round, or of the sweep that follows it.
void Concentrator::send_schedule(SimTime now, MeterLink& link, Uplink& uplink) {
    bool const fetches = may_poll() && !full();
    if (fetches && has_data_to_fetch() && listening(now)) {
        return;
    }
    if (fetches && in_round_) {
        send_poll(now, link);
        if (!in_round_) {
            upload(now, uplink);
            begin_sweeps(now);
        }
    }
    if (fetches && !outstanding_ && !in_round_) {
        send_sweep(now, link);
    }
}

Concentrator::Urgency Concentrator::urgency(MessageKind kind) {
    return !is_bulk(kind)                      ? Urgency::command
           : kind != MessageKind::read_profile ? Urgency::demand
                                               : Urgency::bulk;
}

/// The first one of those whose meter does not rest; nothing, if there is none.
void Concentrator::send_job(Urgency urgency, SimTime now, MeterLink& link, Uplink& uplink) {
    auto const next = [&] {
        return std::find_if(jobs_.begin(), jobs_.end(), [&](Job const& job) {
            return Concentrator::urgency(job.order.kind) == urgency &&
                   !resting_.has(job.meter_index);
        });
    };
    auto at = outstanding_ ? jobs_.end() : next();
    auto const room = [&] { return urgency != Urgency::bulk || uplink_.has_room(); };
    while (room() && at != jobs_.end() && may_be_stored(*at) &&
           answer_from_store(*at, now, uplink)) {
        jobs_.erase(at);
        at = next();
    }
    if (!room() || at == jobs_.end()) {
        return;
    }
    std::rotate(jobs_.begin(), at, at + 1);
    Job const& job = jobs_.front();
    Message message;
    message.kind = job.order.kind;
    message.command = job.order.command;
    message.value = job.order.value;
    message.count = job.order.count;
    message.payload = job.order.payload;
    Request request{
        .task = Task::command, .meter_index = job.meter_index, .command = job.order.command};
    if (job.order.kind == MessageKind::read_profile) {
        request.task = Task::read;
        request.asked = first_lacking(job.first, job.have, spec_.rows_per_request);
        message.value = request.asked.first;
        message.count = request.asked.last - request.asked.first + 1;
    }
    send_request(std::move(message), request, now, link);
}

void Concentrator::on_no_route(MessageId id, SimTime now, MeterLink& link, Uplink& uplink) {
    if (!outstanding_ || outstanding_->id != id || outstanding_->task == Task::discovery) {
        return;
    }
    Request const lost = *outstanding_;
    outstanding_.reset();
    ++counts_.unsent;
    resting_.add(lost.meter_index, now + spec_.response_timeout);
    on_unanswered(lost, now, link, uplink);
    work(now, link, uplink);
}

} // namespace gridtwin::concentrator
