// The exchange of one radio area: senders' queues, medium access, and what follows a frame.
#include "models/medium/power_cut.hpp"
#include "models/medium/spread.hpp"
#include "models/rf/medium.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace gridtwin::rf {

using medium::Activity;
using medium::EventKind;
using medium::kNoJob;

// --- queues ---

std::uint32_t Medium::new_job(Datagram const& datagram) {
    std::uint32_t const slot = jobs_.take(datagram, radio_.max_payload_octets);
    if (slot == kNoJob) {
        fail("too many datagrams at once", now_);
    }
    return slot;
}

void Medium::on_submit(std::uint32_t row, Sink& sink) {
    Datagram const datagram = to_come_[row];
    free_to_come_.push_back(row);
    if (powered(datagram.from)) {
        std::uint32_t const job = new_job(datagram);
        if (datagram.to == medium::kEverybody) {
            jobs_[job].broadcast = broadcasts_.begin(size(), datagram.from);
            jobs_[job].tree = root(datagram.from);
        }
        enqueue(datagram.from, job, sink);
        return;
    }
    Job gone;
    gone.datagram = datagram;
    lose(gone, LossReason::no_power, sink);
}

void Medium::enqueue(std::uint16_t node, std::uint32_t job, Sink& sink) {
    auto& state = nodes_[node];
    bool const full = state.queue.length >= csma_.queue_limit;
    std::uint32_t const left_over = full ? jobs_.make_room(state.queue, job) : kNoJob;
    if (left_over != job && jobs_.insert(state.queue, job) && state.activity != Activity::sending) {
        begin_head(node, now_);
    }
    if (full) {
        Job const gone = jobs_[left_over];
        jobs_.free(left_over);
        lose(gone, LossReason::queue_full, sink);
    }
}

void Medium::lose(Job const& job, LossReason reason, Sink& sink) {
    medium::give_up(broadcasts_, datagrams_, job, csma_.acknowledge, reason, now_, sink);
}

void Medium::on_power_lost(std::uint16_t node, Sink& sink) {
    medium::lose_queue(jobs_, nodes_[node],
                       [&](Job const& job) { lose(job, LossReason::no_power, sink); });
}

// --- medium access ---

void Medium::begin_head(std::uint16_t node, SimTime earliest) {
    auto& state = nodes_[node];
    if (state.queue.head == kNoJob) {
        state.activity = Activity::idle;
        return;
    }
    begin_access(node, csma_.min_backoff_exponent,
                 jobs_[state.queue.head].datagram.contend && csma_.access == Access::csma_ca,
                 earliest);
}

void Medium::begin_access(std::uint16_t node, std::uint32_t exponent, bool back_off,
                          SimTime earliest) {
    auto& state = nodes_[node];
    state.backoff_exponent =
        static_cast<std::uint8_t>(std::min(exponent, csma_.max_backoff_exponent));
    state.backoffs = 0;
    earliest = std::max(earliest, state.own_until + turnaround_);
    schedule_attempt(node, back_off ? earliest + backoff(node) : earliest);
}

void Medium::schedule_attempt(std::uint16_t node, SimTime at) {
    if (csma_.access == Access::slotted_aloha) {
        std::int64_t const slot = slot_.count();
        at = from_ns((to_ns(at) + slot - 1) / slot * slot);
    }
    nodes_[node].activity = Activity::waiting;
    nodes_[node].attempt = events_.push(at, EventKind::attempt, node);
}

double Medium::draw(std::uint16_t node, Purpose why) {
    EntityKey const key(EntityKind::radio, (static_cast<std::uint64_t>(index(area_)) << 16) | node);
    return draw01(seed_, key, why, nodes_[node].draws++);
}

SimDuration Medium::backoff(std::uint16_t node) {
    auto const choices = static_cast<double>(1U << nodes_[node].backoff_exponent);
    return static_cast<std::int64_t>(choices * draw(node, Purpose::backoff)) * unit_;
}

/// The medium as it was detect_ ago: busy when what this node heard then adds up to the threshold.
bool Medium::senses(std::uint16_t node) const {
    double const threshold_dbm = radio_.sensitivity_dbm + csma_.sense_margin_db;
    double sum_mw = 0.0;
    int heard = 0;
    for (auto const& tx : air_) {
        if (tx.from == node || tx.start + detect_ > now_ || tx.end + detect_ <= now_) {
            continue;
        }
        double const level = level_dbm(tx.from, node);
        if (level >= threshold_dbm) {
            return true;
        }
        if (level > -Links::kNone) {
            sum_mw += std::pow(10.0, level / 10.0);
            ++heard;
        }
    }
    return heard > 1 && 10.0 * std::log10(sum_mw) >= threshold_dbm;
}

void Medium::back_off_again(std::uint16_t node, std::uint32_t job, Sink& sink) {
    auto& state = nodes_[node];
    ++counters_.deferrals;
    if (state.backoffs == csma_.max_backoffs) {
        ++counters_.access_failures;
        segment_failed(job, LossReason::collision, now_, sink);
        return;
    }
    ++state.backoffs;
    auto const next =
        csma_.access == Access::csma_ca ? state.backoff_exponent + 1U : csma_.max_backoff_exponent;
    state.backoff_exponent = static_cast<std::uint8_t>(std::min(next, csma_.max_backoff_exponent));
    schedule_attempt(node, now_ + detect_ + backoff(node));
}

/// Clock time that an airtime is paid for in.
SimDuration Medium::price_of(SimDuration airtime) const {
    return SimDuration{
        static_cast<std::int64_t>(std::ceil(static_cast<double>(airtime.count()) * duty_price_))};
}

SimTime Medium::affordable_at(std::uint16_t node, SimDuration airtime) const {
    return nodes_[node].duty_paid + price_of(airtime) - duty_credit_;
}

void Medium::on_attempt(std::uint16_t node, std::uint64_t order, Sink& sink) {
    auto& state = nodes_[node];
    if (state.attempt != order) {
        return; // a later attempt took its place
    }
    std::uint32_t const slot = state.queue.head;
    Job& job = jobs_[slot];
    if (job.hops == 0 && !choose_path(job)) {
        Job const gone = job;
        jobs_.pop(state.queue);
        begin_head(node, now_);
        lose(gone, LossReason::no_route, sink);
        return;
    }
    if (state.own_until + turnaround_ > now_) { // an acknowledgement came in between
        schedule_attempt(node, state.own_until + turnaround_);
        return;
    }
    SimTime const start = senses_first_ ? now_ + turnaround_ : now_;
    if (job.datagram.arrive_by_cs != 0 && expire_head(node, start, sink)) {
        return;
    }
    if (duty_price_ > 0.0) {
        SimTime const allowed = affordable_at(node, airtime_of(job));
        if (allowed > start) {
            ++counters_.duty_waits;
            schedule_attempt(node, now_ + (allowed - start));
            return;
        }
    }
    if (senses_first_ && senses(node)) {
        back_off_again(node, slot, sink);
        return;
    }
    transmit(node, slot);
}

// Of a broadcast: its frame would come too late.
bool Medium::expire_head(std::uint16_t node, SimTime start, Sink& sink) {
    auto& state = nodes_[node];
    Job const gone = jobs_[state.queue.head];
    if (!medium::too_late(gone.datagram, start + airtime_of(gone))) {
        return false;
    }
    jobs_.pop(state.queue);
    begin_head(node, now_);
    lose(gone, LossReason::expired, sink);
    return true;
}

// --- transmission ---

SimDuration Medium::airtime_of(Job const& job) const {
    std::uint32_t const payload = job.payload(radio_.max_payload_octets);
    return payload == radio_.max_payload_octets ? full_time_ : frame_time(radio_, payload);
}

void Medium::transmit(std::uint16_t node, std::uint32_t slot) {
    Job& job = jobs_[slot];
    job.begun = true;
    ++job.tries;
    job.worst_tries = std::max(job.worst_tries, job.tries);
    SimTime const start = senses_first_ ? now_ + turnaround_ : now_;
    nodes_[node].activity = Activity::sending;
    Transmission& tx = put_on_air(node, job.receiver(), start, start + airtime_of(job));
    tx.job = slot;
    tx.bits = 8 * (radio_.overhead_octets + job.payload(radio_.max_payload_octets));
    tx.is_ack = false;
}

// The receiver answers without sensing first. False when it is busy with a frame of its own, or has
// used up its airtime.
bool Medium::acknowledge(std::uint32_t job, std::uint16_t receiver, std::uint16_t sender) {
    SimTime const start = now_ + turnaround_;
    if (nodes_[receiver].own_until > now_ ||
        (duty_price_ > 0.0 && affordable_at(receiver, ack_time_) > start)) {
        return false;
    }
    Transmission& tx = put_on_air(receiver, sender, start, start + ack_time_);
    tx.job = job;
    tx.bits = 8 * radio_.ack_octets;
    tx.is_ack = true;
    return true;
}

medium::Transmission& Medium::put_on_air(std::uint16_t from, std::uint16_t to, SimTime start,
                                         SimTime end) {
    air_.tidy(start, now_ - detect_);
    ++frames_.sent;
    SimDuration const airtime = end - start;
    airtime_ += airtime;
    auto& state = nodes_[from];
    state.own_until = std::max(state.own_until, end);
    if (duty_price_ > 0.0) {
        state.duty_paid = std::max(state.duty_paid, start) + price_of(airtime);
    }
    Transmission& tx = air_.put(from, to, start, end);
    tx.reserved = end;
    medium::note_begin(broadcasts_, tx, [this](std::uint16_t node) { return powered(node); });
    events_.push(end, EventKind::frame_end, tx.id);
    return tx;
}

// --- after a frame ---

void Medium::on_frame_end(std::uint32_t id, Sink& sink) {
    Transmission& found = air_.unsettled(id);
    LossReason const fate = fate_of(found);
    found.settled = true;
    frames_.settle(fate);
    Transmission const tx = found; // what follows adds to air_
    if (trace_ != nullptr) {
        trace_->push_back({tx.start, tx.end, tx.from, tx.to, tx.is_ack, fate});
    }
    if (tx.to == medium::kEverybody) {
        after_broadcast(tx, sink);
        return;
    }
    if (tx.job == kNoJob) {
        return; // its sender lost power
    }
    if (!tx.is_ack) {
        after_data(tx, fate, sink);
    } else if (fate == LossReason::none) {
        segment_done(tx.job, sink);
    } else {
        segment_failed(tx.job, fate, now_ + guard_, sink);
    }
}

void Medium::after_data(Transmission const& tx, LossReason fate, Sink& sink) {
    SimTime const timeout = csma_.acknowledge ? now_ + turnaround_ + ack_time_ + guard_ : now_;
    Job& job = jobs_[tx.job];
    if (fate != LossReason::none) {
        segment_failed(tx.job, fate, timeout, sink);
        return;
    }
    counters_.duplicates += job.received ? 1 : 0;
    bool const complete = !job.received && job.on_last_segment();
    bool const arrived = complete && job.on_last_hop();
    job.received = true;
    job.handed = job.handed || complete;
    // What follows may free the job, and telling its fate may move all jobs.
    std::optional<Datagram> const whole = complete ? std::optional(job.datagram) : std::nullopt;
    std::uint8_t const tries = job.worst_tries;
    std::uint8_t const hops = job.hops;
    std::uint32_t forwarded = kNoJob; // what the next node has to do
    if (complete && !arrived) {
        forwarded = new_job(*whole);
        jobs_[forwarded].carry_on(jobs_[tx.job]);
    }
    if (!csma_.acknowledge) {
        segment_done(tx.job, sink);
    } else if (!acknowledge(tx.job, tx.to, tx.from)) {
        segment_failed(tx.job, LossReason::collision, timeout, sink);
    }
    if (arrived) {
        datagrams_.settle(LossReason::none);
        sink.on_delivered(*whole, now_, tries, hops);
    } else if (complete) {
        ++counters_.forwarded;
        enqueue(tx.to, forwarded, sink);
    }
}

void Medium::segment_done(std::uint32_t slot, Sink& sink) {
    Job& job = jobs_[slot];
    std::uint16_t const node = job.sender();
    if (job.on_last_segment()) {
        std::optional<Datagram> const told =
            csma_.acknowledge && job.hop == 0 ? std::optional(job.datagram) : std::nullopt;
        jobs_.pop(nodes_[node].queue);
        begin_head(node, now_ + turnaround_ + unit_); // whoever was asked answers first
        if (told) {
            sink.on_first_hop(*told, true, now_);
        }
        return;
    }
    ++job.segment;
    job.tries = 0;
    job.failures = 0;
    job.received = false;
    begin_head(node, now_ + turnaround_);
}

void Medium::segment_failed(std::uint32_t slot, LossReason reason, SimTime timeout, Sink& sink) {
    Job& job = jobs_[slot];
    std::uint16_t const node = job.sender();
    ++job.failures;
    if (csma_.acknowledge && job.failures <= csma_.retries) {
        begin_access(node, csma_.min_backoff_exponent + job.failures, true, timeout);
        return;
    }
    Job const gone = job;
    jobs_.pop(nodes_[node].queue);
    begin_head(node, timeout);
    lose(gone, reason, sink);
}

} // namespace gridtwin::rf
