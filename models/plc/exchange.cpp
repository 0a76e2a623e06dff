// The exchange of one medium: senders' queues, medium access, reception and its consequences.
#include "models/medium/power_cut.hpp"
#include "models/medium/spread.hpp"
#include "models/plc/medium.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace gridtwin::plc {

using medium::Activity;
using medium::EventKind;
using medium::kNoJob;

// --- queues ---

std::uint32_t Medium::new_job(Datagram const& datagram) {
    std::uint32_t const slot = jobs_.take(datagram, modes_->segment_octets());
    if (slot == kNoJob) {
        fail("too many datagrams at once", now_);
    }
    return slot;
}

void Medium::on_submit(std::uint32_t job, Sink& sink) {
    std::uint16_t const modem = jobs_[job].datagram.from;
    if (!powered(modem)) {
        Job const gone = jobs_[job];
        jobs_.free(job);
        lose(gone, LossReason::no_power, sink);
        return;
    }
    if (jobs_[job].datagram.to == medium::kEverybody) {
        jobs_[job].broadcast = broadcasts_.begin(size(), modem);
        jobs_[job].tree = root(modem);
    }
    enqueue(modem, job, sink);
}

void Medium::enqueue(std::uint16_t modem, std::uint32_t job, Sink& sink) {
    auto& state = modems_[modem];
    bool const full = state.queue.length >= mac_.queue_limit;
    std::uint32_t const left_over = full ? jobs_.make_room(state.queue, job) : kNoJob;
    if (left_over != job && jobs_.insert(state.queue, job) && state.activity != Activity::sending) {
        begin_head(modem, now_);
    }
    if (full) {
        Job const gone = jobs_[left_over];
        jobs_.free(left_over);
        lose(gone, LossReason::queue_full, sink);
    }
}

void Medium::begin_head(std::uint16_t modem, SimTime earliest) {
    auto& state = modems_[modem];
    if (state.queue.head == kNoJob) {
        state.activity = Activity::idle;
        return;
    }
    state.backoff_exponent = static_cast<std::uint8_t>(mac_.min_backoff_exponent);
    earliest = std::max(earliest, state.own_until + turnaround_);
    if (jobs_[state.queue.head].datagram.contend && mac_.carrier_sense) {
        earliest += slot_ + backoff(modem);
    }
    schedule_attempt(modem, earliest);
}

void Medium::schedule_attempt(std::uint16_t modem, SimTime at) {
    modems_[modem].activity = Activity::waiting;
    modems_[modem].attempt = events_.push(at, EventKind::attempt, modem);
}

void Medium::lose(Job const& job, LossReason reason, Sink& sink) {
    medium::give_up(broadcasts_, datagrams_, job, mac_.acknowledge, reason, now_, sink);
}

void Medium::on_power_lost(std::uint16_t modem, Sink& sink) {
    medium::lose_queue(jobs_, modems_[modem],
                       [&](Job const& job) { lose(job, LossReason::no_power, sink); });
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
                level_dbuv(tx.from, modem) >= modes_->hearing_dbuv()) {
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
    Job& job = jobs_[state.queue.head];
    if (job.hops == 0 && !choose_path(job)) {
        Job const gone = job;
        jobs_.pop(state.queue);
        begin_head(modem, now_);
        lose(gone, LossReason::no_route, sink);
        return;
    }
    if (job.datagram.arrive_by_cs != 0 && expire_head(modem, sink)) {
        return;
    }
    bool const goes_on = job.continuing && state.own_until + turnaround_ <= now_;
    if (goes_on || !defer(modem, job)) {
        transmit(modem, state.queue.head);
    }
}

// Of a broadcast: its frame would come too late.
bool Medium::expire_head(std::uint16_t modem, Sink& sink) {
    auto& state = modems_[modem];
    Job const gone = jobs_[state.queue.head];
    std::uint8_t const in_mode = mode(modem, gone.receiver());
    SimTime const end = now_ + modes_->frame_time(in_mode, gone.datagram.octets);
    if (!medium::too_late(gone.datagram, end)) {
        return false;
    }
    jobs_.pop(state.queue);
    begin_head(modem, now_);
    lose(gone, LossReason::expired, sink);
    return true;
}

void Medium::transmit(std::uint16_t modem, std::uint32_t slot) {
    Job& job = jobs_[slot];
    job.begun = true;
    job.continuing = false;
    ++job.tries;
    job.worst_tries = std::max(job.worst_tries, job.tries);
    std::uint32_t const payload = job.payload(modes_->segment_octets());
    std::uint8_t const in_mode = rates_.empty() ? std::uint8_t{0} : mode_of(job);
    SimTime const end = now_ + modes_->frame_time(in_mode, payload);
    modems_[modem].activity = Activity::sending;
    Transmission& tx = put_on_air(modem, job.receiver(), now_, end);
    bool const answered = mac_.acknowledge && job.receiver() != medium::kEverybody;
    tx.reserved = answered ? end + turnaround_ + (*modes_)[in_mode].ack_time : end;
    tx.job = slot;
    tx.bits = 8 * (modes_->modem().overhead_octets + payload);
    tx.mode = in_mode;
    tx.is_ack = false;
}

// The receiver answers without listening first. False when it is busy with a frame of its own.
bool Medium::acknowledge(std::uint32_t job, std::uint16_t receiver, std::uint16_t sender,
                         std::uint8_t mode) {
    SimTime const start = now_ + turnaround_;
    if (modems_[receiver].own_until > now_) {
        return false;
    }
    Transmission& tx = put_on_air(receiver, sender, start, start + (*modes_)[mode].ack_time);
    tx.reserved = tx.end;
    tx.job = job;
    tx.bits = 8 * modes_->modem().ack_octets;
    tx.mode = mode;
    tx.is_ack = true;
    return true;
}

medium::Transmission& Medium::put_on_air(std::uint16_t from, std::uint16_t to, SimTime start,
                                         SimTime end) {
    constexpr std::size_t kWorthTidying = 6;
    if (air_.size() >= kWorthTidying) {
        air_.tidy(start, now_ - turnaround_ - slot_);
    }
    ++frames_.sent;
    airtime_ += end - start;
    modems_[from].own_until = std::max(modems_[from].own_until, end);
    Transmission& tx = air_.put(from, to, start, end);
    medium::note_begin(broadcasts_, tx, [this](std::uint16_t node) { return powered(node); });
    events_.push(end, EventKind::frame_end, tx.id);
    return tx;
}

// --- reception ---

LossReason Medium::fate_of(Transmission const& tx) {
    std::uint64_t const count = judged_++;
    return tx.unpowered ? LossReason::no_power : fate_at(tx, tx.to, count);
}

LossReason Medium::fate_at(Transmission const& tx, std::uint16_t listener,
                           std::uint64_t count) const {
    double const heard_dbuv = level_dbuv(tx.from, listener);
    double others_uv2 = 0.0;
    for (auto const& other : air_) {
        if (other.id == tx.id || !tx.overlaps(other)) {
            continue;
        }
        if (other.from == listener) {
            return LossReason::collision; // half duplex
        }
        double const other_dbuv = level_dbuv(other.from, listener);
        if (other_dbuv >= modes_->hearing_dbuv()) {
            others_uv2 += std::pow(10.0, other_dbuv / 10.0);
        }
    }
    auto const& modem = modes_->modem();
    if (heard_dbuv < modem.modes[tx.mode].sensitivity_dbuv) {
        return LossReason::noise;
    }
    if (others_uv2 > 0.0 && heard_dbuv < 10.0 * std::log10(others_uv2) + modem.capture_db) {
        return LossReason::collision;
    }
    double const snr = snr_db(modem, tx.mode, channel_.attenuation_db(tx.from, listener),
                              static_cast<double>(noise_dbuv_[listener]));
    double const success =
        (*modes_)[tx.mode].errors.success(snr, static_cast<double>(tx.bits), impulse_factor_);
    if (success == 1.0) {
        return LossReason::none;
    }
    EntityKey const key(EntityKind::medium, index(id_));
    return draw01(seed_, key, Purpose::frame_error, count) < success ? LossReason::none
                                                                     : LossReason::noise;
}

// Every modem within hearing on its own, in order.
void Medium::after_broadcast(Transmission const& tx, Sink& sink) {
    auto const changed = broadcasts_.off_air(tx.id);
    frames_.settle(tx.unpowered ? LossReason::no_power : LossReason::none);
    if (tx.job == kNoJob) {
        return; // its sender lost power
    }
    Job const job = jobs_[tx.job];
    double const sensitivity_dbuv = modes_->modem().modes[tx.mode].sensitivity_dbuv;
    std::vector<std::uint16_t> reached;
    for (std::uint16_t modem = 0; modem < size(); ++modem) {
        if (modem == tx.from || level_dbuv(tx.from, modem) < sensitivity_dbuv) {
            continue;
        }
        std::uint64_t const count = judged_++;
        bool const lasted =
            powered(modem) && std::find(changed.begin(), changed.end(), modem) == changed.end();
        LossReason const fate = lasted ? fate_at(tx, modem, count) : LossReason::no_power;
        if (medium::note_reception(broadcasts_, receptions_, job.broadcast, modem, fate)) {
            reached.push_back(modem);
        }
    }
    jobs_.pop(modems_[tx.from].queue);
    begin_head(tx.from, now_ + turnaround_ + slot_);
    auto const repeat = [&](std::uint16_t at) {
        ++counters_.repeated;
        std::uint32_t const slot = new_job(job.datagram);
        jobs_[slot].spread_from(at, job);
        enqueue(at, slot, sink);
    };
    medium::end_broadcast(broadcasts_, datagrams_, job, reached, routes_, now_, sink, repeat);
}

void Medium::on_frame_end(std::uint32_t id, Sink& sink) {
    Transmission& found = air_.unsettled(id);
    if (found.to == medium::kEverybody) {
        found.settled = true;
        after_broadcast(Transmission{found}, sink);
        return;
    }
    LossReason const fate = fate_of(found);
    found.settled = true;
    frames_.settle(fate);
    std::uint32_t const job = found.job;
    std::uint8_t const in_mode = found.mode;
    if (job == kNoJob) {
        return; // its sender lost power
    }
    if (found.is_ack) {
        if (fate == LossReason::none) {
            segment_done(job, sink);
        } else {
            segment_failed(job, fate, now_ + guard_, sink);
        }
    } else if (fate == LossReason::none) {
        data_arrived(job, in_mode, sink);
    } else {
        segment_failed(job, fate, now_ + turnaround_ + (*modes_)[in_mode].ack_time + guard_, sink);
    }
}

void Medium::data_arrived(std::uint32_t slot, std::uint8_t mode, Sink& sink) {
    Job& job = jobs_[slot];
    std::uint16_t const sender = job.sender();
    std::uint16_t const receiver = job.receiver();
    bool const is_new = !job.received;
    counters_.duplicates += is_new ? 0 : 1;
    job.received = true;
    bool const complete = is_new && job.on_last_segment();
    // What follows may free the job, and telling its fate may move all jobs.
    bool const arrived = complete && job.on_last_hop();
    std::optional<Datagram> const whole = complete ? std::optional(job.datagram) : std::nullopt;
    std::uint8_t const tries = job.worst_tries;
    std::uint8_t const hops = job.hops;
    std::uint32_t repeated = kNoJob; // what the repeater has to do
    if (complete && !arrived) {
        repeated = new_job(*whole);
        jobs_[repeated].carry_on(jobs_[slot]);
    }
    if (complete) {
        jobs_[slot].handed = true;
    }
    if (!mac_.acknowledge) {
        segment_done(slot, sink);
    } else if (!acknowledge(slot, receiver, sender, mode)) {
        segment_failed(slot, LossReason::collision,
                       now_ + turnaround_ + (*modes_)[mode].ack_time + guard_, sink);
    }
    if (arrived) {
        datagrams_.settle(LossReason::none);
        sink.on_delivered(*whole, now_, tries, hops);
    } else if (complete) {
        ++counters_.repeated;
        enqueue(receiver, repeated, sink);
    }
}

void Medium::segment_done(std::uint32_t slot, Sink& sink) {
    Job& job = jobs_[slot];
    std::uint16_t const modem = job.sender();
    if (!rates_.empty()) {
        learn(job, true);
    }
    if (job.on_last_segment()) {
        std::optional<Datagram> const told =
            mac_.acknowledge && job.hop == 0 ? std::optional(job.datagram) : std::nullopt;
        jobs_.pop(modems_[modem].queue);
        begin_head(modem, now_ + turnaround_ + slot_); // whoever was asked answers first
        if (told) {
            sink.on_first_hop(*told, true, now_);
        }
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
    std::uint16_t const modem = job.sender();
    if (!rates_.empty()) {
        learn(job, false);
    }
    if (mac_.acknowledge && job.tries <= mac_.hop_retries) {
        SimTime const at = timeout + backoff(modem);
        raise_backoff(modem);
        schedule_attempt(modem, at);
        return;
    }
    Job const gone = job;
    jobs_.pop(modems_[modem].queue);
    begin_head(modem, mac_.acknowledge ? timeout : now_);
    lose(gone, reason, sink);
}

} // namespace gridtwin::plc
