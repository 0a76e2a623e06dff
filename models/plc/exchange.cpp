// The exchange of one medium: senders' queues, medium access, reception and its consequences.
#include "models/plc/medium.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::plc {

// --- queues ---

// Field by field, as what is written at once and read in parts, or the other way round, is slow.
// The path comes with the route.
std::uint32_t Medium::new_job(Datagram const& datagram) {
    std::uint32_t slot = free_jobs_;
    if (slot != kNoJob) {
        free_jobs_ = jobs_[slot].next;
    } else {
        slot = static_cast<std::uint32_t>(jobs_.size());
        if (slot > Event::kMaxArgument) {
            fail("too many datagrams at once", now_);
        }
        jobs_.emplace_back();
    }
    Job& job = jobs_[slot];
    job.datagram = datagram;
    job.next = kNoJob;
    job.segment = 0;
    job.segments = 1;
    if (datagram.octets > modem_.max_payload_octets) {
        job.segments = (datagram.octets - 1) / modem_.max_payload_octets + 1;
    }
    job.hops = 0;
    job.hop = 0;
    job.tries = 0;
    job.worst_tries = 0;
    job.received = false;
    job.handed = false;
    job.begun = false;
    job.continuing = false;
    return slot;
}

void Medium::free_job(std::uint32_t job) {
    jobs_[job].next = free_jobs_;
    free_jobs_ = job;
}

void Medium::on_submit(std::uint32_t job, Sink& sink) {
    std::uint16_t const modem = jobs_[job].datagram.from;
    if (!powered(modem)) {
        Job const gone = jobs_[job];
        free_job(job);
        lose(gone, LossReason::no_power, sink);
        return;
    }
    enqueue(modem, job, sink);
}

void Medium::enqueue(std::uint16_t modem, std::uint32_t job, Sink& sink) {
    auto& state = modems_[modem];
    if (state.queued >= mac_.queue_limit) {
        Job const gone = jobs_[job];
        free_job(job);
        lose(gone, LossReason::queue_full, sink);
        return;
    }
    ++state.queued;
    std::uint32_t* place = &state.head;
    while (*place != kNoJob && (jobs_[*place].begun ||
                                jobs_[*place].datagram.priority >= jobs_[job].datagram.priority)) {
        place = &jobs_[*place].next;
    }
    jobs_[job].next = *place;
    *place = job;
    if (state.head == job && state.activity != Activity::sending) {
        begin_head(modem, now_);
    }
}

void Medium::pop_head(std::uint16_t modem) {
    auto& state = modems_[modem];
    std::uint32_t const job = state.head;
    state.head = jobs_[job].next;
    --state.queued;
    free_job(job);
}

void Medium::begin_head(std::uint16_t modem, SimTime earliest) {
    auto& state = modems_[modem];
    if (state.head == kNoJob) {
        state.activity = Activity::idle;
        return;
    }
    state.backoff_exponent = static_cast<std::uint8_t>(mac_.min_backoff_exponent);
    earliest = std::max(earliest, state.own_until + turnaround_);
    if (jobs_[state.head].datagram.contend && mac_.carrier_sense) {
        earliest += slot_ + backoff(modem);
    }
    schedule_attempt(modem, earliest);
}

void Medium::schedule_attempt(std::uint16_t modem, SimTime at) {
    modems_[modem].activity = Activity::waiting;
    modems_[modem].attempt = events_.push(at, MediumEvent::attempt, modem);
}

void Medium::lose(Job const& job, LossReason reason, Sink& sink) {
    ++datagrams_.lost[static_cast<std::size_t>(reason)];
    sink.on_lost(job.datagram, reason, now_, job.worst_tries, job.hops);
}

// --- medium access ---

SimDuration Medium::backoff(std::uint16_t modem) {
    double const slots = std::ldexp(1.0, modems_[modem].backoff_exponent);
    EntityKey const key(EntityKind::medium, index(id_));
    auto const drawn =
        static_cast<std::int64_t>(slots * draw01(seed_, key, Purpose::backoff, backoffs_++));
    return drawn * slot_;
}

void Medium::raise_backoff(std::uint16_t modem) {
    auto& exponent = modems_[modem].backoff_exponent;
    exponent = static_cast<std::uint8_t>(
        std::min<std::uint32_t>(exponent + 1U, mac_.max_backoff_exponent));
}

// Puts the attempt off when the medium is, or was a moment ago, in use by what this modem hears.
bool Medium::defer(std::uint16_t modem, Job const& job) {
    SimTime free_at = modems_[modem].own_until;
    bool by_others = false;
    if (mac_.carrier_sense) {
        for (auto const& tx : air_) {
            if (tx.from != modem && tx.reserved > free_at && tx.start + detect_ <= now_ &&
                level_dbuv(tx.from, modem) >= modem_.sensitivity_dbuv) {
                free_at = tx.reserved;
                by_others = true;
            }
        }
    }
    // After its own transmission a polled modem goes on; whoever waited for others backs off, or
    // all who waited would start together.
    bool const polite = mac_.carrier_sense && job.datagram.contend;
    SimTime const clear = free_at + turnaround_ + (polite ? slot_ : SimDuration{0});
    if (now_ >= clear) {
        return false;
    }
    ++counters_.deferrals;
    if (by_others || polite) {
        SimTime const at = free_at + turnaround_ + slot_ + backoff(modem);
        raise_backoff(modem);
        schedule_attempt(modem, at);
    } else {
        schedule_attempt(modem, clear);
    }
    return true;
}

void Medium::on_attempt(std::uint16_t modem, std::uint64_t order, Sink& sink) {
    auto& state = modems_[modem];
    if (state.attempt != order) {
        return; // a later attempt took its place
    }
    Job& job = jobs_[state.head];
    if (job.hops == 0 && !choose_path(job)) {
        Job const gone = job;
        pop_head(modem);
        begin_head(modem, now_);
        lose(gone, LossReason::no_route, sink);
        return;
    }
    bool const goes_on = job.continuing && state.own_until + turnaround_ <= now_;
    if (goes_on || !defer(modem, job)) {
        transmit(modem, state.head);
    }
}

void Medium::transmit(std::uint16_t modem, std::uint32_t slot) {
    Job& job = jobs_[slot];
    job.begun = true;
    job.continuing = false;
    ++job.tries;
    job.worst_tries = std::max(job.worst_tries, job.tries);
    std::uint32_t const payload =
        job.segment + 1 < job.segments
            ? modem_.max_payload_octets
            : job.datagram.octets - job.segment * modem_.max_payload_octets;
    SimDuration const duration =
        payload < data_time_.size() ? data_time_[payload] : frame_time(modem_, payload);
    SimTime const end = now_ + duration;
    modems_[modem].activity = Activity::sending;
    Transmission& tx = put_on_air(modem, job.path[job.hop + 1U], now_, end);
    tx.reserved = mac_.acknowledge ? end + turnaround_ + ack_time_ : end;
    tx.job = slot;
    tx.bits = 8 * (modem_.overhead_octets + payload);
    tx.is_ack = false;
}

// The receiver answers without listening first. False when it is busy with a frame of its own.
bool Medium::acknowledge(std::uint32_t job, std::uint16_t receiver, std::uint16_t sender) {
    SimTime const start = now_ + turnaround_;
    if (modems_[receiver].own_until > now_) {
        return false;
    }
    Transmission& tx = put_on_air(receiver, sender, start, start + ack_time_);
    tx.reserved = tx.end;
    tx.job = job;
    tx.bits = 8 * modem_.ack_octets;
    tx.is_ack = true;
    return true;
}

// Filled in where it lies, field by field: copies of what was written a moment ago are slow.
Medium::Transmission& Medium::put_on_air(std::uint16_t from, std::uint16_t to, SimTime start,
                                         SimTime end) {
    constexpr std::size_t kWorthTidying = 6;
    if (air_.size() >= kWorthTidying) {
        tidy_air(start);
    }
    next_id_ = (next_id_ + 1) & Event::kMaxArgument;
    ++frames_.sent;
    airtime_ += end - start;
    modems_[from].own_until = std::max(modems_[from].own_until, end);
    events_.push(end, MediumEvent::frame_end, next_id_);
    Transmission& tx = air_.emplace_back();
    tx.start = start;
    tx.end = end;
    tx.id = next_id_;
    tx.from = from;
    tx.to = to;
    tx.unpowered = !powered(to);
    return tx;
}

// Forgets what can neither be overlapped by anything unsettled nor be sensed any more.
void Medium::tidy_air(SimTime oldest) {
    for (auto const& tx : air_) {
        if (!tx.settled) {
            oldest = std::min(oldest, tx.start);
        }
    }
    SimTime const sensed = now_ - turnaround_ - slot_;
    std::erase_if(air_, [&](Transmission const& tx) {
        return tx.settled && tx.end <= oldest && tx.reserved <= sensed;
    });
}

// --- reception ---

LossReason Medium::fate_of(Transmission const& tx) {
    std::uint64_t const count = judged_++;
    if (tx.unpowered) {
        return LossReason::no_power;
    }
    double const heard_dbuv = level_dbuv(tx.from, tx.to);
    double others_uv2 = 0.0;
    for (auto const& other : air_) {
        if (other.id == tx.id || std::max(other.start, tx.start) >= std::min(other.end, tx.end)) {
            continue;
        }
        if (other.from == tx.to) {
            return LossReason::collision; // half duplex
        }
        double const other_dbuv = level_dbuv(other.from, tx.to);
        if (other_dbuv >= modem_.sensitivity_dbuv) {
            others_uv2 += std::pow(10.0, other_dbuv / 10.0);
        }
    }
    if (heard_dbuv < modem_.sensitivity_dbuv) {
        return LossReason::noise;
    }
    if (others_uv2 > 0.0 && heard_dbuv < 10.0 * std::log10(others_uv2) + modem_.capture_db) {
        return LossReason::collision;
    }
    double const snr = snr_db(modem_, channel_.attenuation_db(tx.from, tx.to),
                              static_cast<double>(noise_dbuv_[tx.to]));
    double const success = errors_->success(snr, static_cast<double>(tx.bits));
    if (success == 1.0) {
        return LossReason::none;
    }
    EntityKey const key(EntityKind::medium, index(id_));
    return draw01(seed_, key, Purpose::frame_error, count) < success ? LossReason::none
                                                                     : LossReason::noise;
}

void Medium::on_frame_end(std::uint32_t id, Sink& sink) {
    auto found = air_.end() - 1; // mostly among the latest
    while (found->id != id || found->settled) {
        --found;
    }
    LossReason const fate = fate_of(*found);
    found->settled = true;
    if (fate == LossReason::none) {
        ++frames_.delivered;
    } else {
        ++frames_.lost[static_cast<std::size_t>(fate)];
    }
    std::uint32_t const job = found->job;
    if (job == kNoJob) {
        return; // its sender lost power
    }
    if (found->is_ack) {
        if (fate == LossReason::none) {
            segment_done(job);
        } else {
            segment_failed(job, fate, now_ + guard_, sink);
        }
    } else if (fate == LossReason::none) {
        data_arrived(job, sink);
    } else {
        segment_failed(job, fate, now_ + turnaround_ + ack_time_ + guard_, sink);
    }
}

void Medium::data_arrived(std::uint32_t slot, Sink& sink) {
    Job& job = jobs_[slot];
    std::uint16_t const sender = job.path[job.hop];
    std::uint16_t const receiver = job.path[job.hop + 1U];
    bool const is_new = !job.received;
    counters_.duplicates += is_new ? 0 : 1;
    job.received = true;
    bool const complete = is_new && job.segment + 1 == job.segments;
    // What follows may free the job, and telling its fate may move all jobs.
    bool const arrived = complete && job.hop + 1 == job.hops;
    Datagram const datagram = job.datagram;
    std::uint8_t const tries = job.worst_tries;
    std::uint8_t const hops = job.hops;
    std::uint32_t const repeated = complete && !arrived ? next_hop(slot) : kNoJob;
    if (complete) {
        jobs_[slot].handed = true;
    }
    if (!mac_.acknowledge) {
        segment_done(slot);
    } else if (!acknowledge(slot, receiver, sender)) {
        segment_failed(slot, LossReason::collision, now_ + turnaround_ + ack_time_ + guard_, sink);
    }
    if (arrived) {
        ++datagrams_.delivered;
        sink.on_delivered(datagram, now_, tries, hops);
    } else if (complete) {
        ++counters_.repeated;
        enqueue(receiver, repeated, sink);
    }
}

// What the repeater has to do for a datagram that it now holds.
std::uint32_t Medium::next_hop(std::uint32_t slot) {
    Datagram const datagram = jobs_[slot].datagram; // a new job may move all jobs
    std::uint32_t const next = new_job(datagram);
    Job const& job = jobs_[slot];
    Job& repeated = jobs_[next];
    repeated.path = job.path;
    repeated.hops = job.hops;
    repeated.hop = static_cast<std::uint8_t>(job.hop + 1);
    repeated.worst_tries = job.worst_tries;
    return next;
}

void Medium::segment_done(std::uint32_t slot) {
    Job& job = jobs_[slot];
    std::uint16_t const modem = job.path[job.hop];
    if (job.segment + 1 == job.segments) {
        pop_head(modem);
        begin_head(modem, now_ + turnaround_ + slot_); // whoever was asked answers first
        return;
    }
    ++job.segment;
    job.tries = 0;
    job.received = false;
    job.continuing = true;
    schedule_attempt(modem, now_ + turnaround_);
}

void Medium::segment_failed(std::uint32_t slot, LossReason reason, SimTime timeout, Sink& sink) {
    Job& job = jobs_[slot];
    std::uint16_t const modem = job.path[job.hop];
    if (mac_.acknowledge && job.tries <= mac_.hop_retries) {
        SimTime const at = timeout + backoff(modem);
        raise_backoff(modem);
        schedule_attempt(modem, at);
        return;
    }
    Job const gone = job;
    pop_head(modem);
    begin_head(modem, mac_.acknowledge ? timeout : now_);
    if (!gone.handed) {
        lose(gone, reason, sink);
    }
}

} // namespace gridtwin::plc
