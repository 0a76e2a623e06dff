// The head-end's reads of profiles: out of the store, from the meter, and what goes up of them.
#include "models/concentrator/concentrator.hpp"

#include <algorithm>

namespace gridtwin::concentrator {

void Concentrator::take_read(Message&& order, std::size_t meter_index, SimTime now,
                             Uplink& uplink) {
    if (!uplink_.session_up()) {
        ++counts_.reads_unanswered;
        return;
    }
    // Only what can have ended is worth asking for, and no more than a block takes.
    std::int64_t const ended = now.time_since_epoch() / spec_.interval;
    std::int64_t const first = std::clamp<std::int64_t>(order.value, 1, ended + 1);
    std::int64_t const asked_end =
        std::min<std::int64_t>(order.value, ended + 1) + std::int64_t{order.count};
    std::int64_t const count =
        std::clamp<std::int64_t>(std::min(asked_end, ended + 1) - first, 0, wire::kMaxBlockRows);
    Job job{.order = std::move(order),
            .meter_index = meter_index,
            .first = static_cast<std::uint32_t>(first)};
    job.rows.resize(static_cast<std::size_t>(count));
    job.have.resize(static_cast<std::size_t>(count), 0);
    if (!answer_from_store(job, now, uplink)) {
        jobs_.push_back(std::move(job));
    }
}

/// Takes what has come by now. @return whether that was all, and the read has ended
bool Concentrator::answer_from_store(Job& read, SimTime now, Uplink& uplink) {
    store_.collect(meters_[read.meter_index], read.first, read.rows, read.have);
    std::vector<std::uint8_t> waits(read.have.size(), 0);
    uplink_.find_rows(meters_[read.meter_index], read.first, waits);
    for (std::size_t k = 0; k < waits.size(); ++k) {
        read.have[k] = waits[k] != 0 ? Job::kOnWay : read.have[k];
    }
    if (read.lacks_rows() || !uplink_.has_room()) {
        return false;
    }
    end_read(read, now, uplink);
    return true;
}

/// Answers it, unless some of its rows come by themselves: then all do. The head-end would take an
/// answer without them for the meter's word that they do not exist.
void Concentrator::end_read(Job const& job, SimTime now, Uplink& uplink) {
    bool const partly = std::find(job.have.begin(), job.have.end(), Job::kOnWay) != job.have.end();
    if (!partly && uplink_.has_room()) {
        answer_read(job, now, uplink);
        return;
    }
    ++counts_.reads_unanswered;
    keep_fetched(job);
    if (store_.waiting_octets() > 0 && upload_at_ == kNever) {
        upload_at_ = now + spec_.upload_max_wait;
    }
}

/// But for one that is at its meter: what it brings is kept. The head-end asks again.
void Concentrator::drop_reads() {
    auto const from = jobs_.begin() + (outstanding_ && outstanding_->task == Task::read ? 1 : 0);
    auto const gone = std::remove_if(from, jobs_.end(), [this](Job const& job) {
        bool const read = job.order.kind == MessageKind::read_profile;
        if (read) {
            keep_fetched(job);
            ++counts_.reads_unanswered;
        }
        return read;
    });
    jobs_.erase(gone, jobs_.end());
}

void Concentrator::answer_read(Job const& job, SimTime now, Uplink& uplink) {
    Message answer;
    answer.kind = MessageKind::profile;
    answer.meter = job.order.meter;
    answer.command = job.order.command;
    answer.created = now;
    answer.occurred = now;
    answer.value = job.first;
    std::span<wire::ProfileRow const> const rows(job.rows);
    for (std::size_t i = 0; i < rows.size();) {
        if (job.have[i] == 0) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < rows.size() && job.have[end] != 0) {
            ++end;
        }
        wire::encode(answer.meter, job.first + static_cast<std::uint32_t>(i),
                     rows.subspan(i, end - i), answer.payload);
        answer.count += static_cast<std::uint32_t>(end - i);
        i = end;
    }
    if (answer.payload.empty()) {
        wire::encode(answer.meter, job.first, {}, answer.payload); // "nothing there" is an answer
    }
    store_.withhold(answer.meter, job.first, static_cast<std::uint32_t>(rows.size()));
    forward(std::move(answer), now, uplink);
}

void Concentrator::on_read_answer(wire::ProfileBlock const& block, SimTime now, Uplink& uplink) {
    (void)take_answered();
    Job& job = jobs_.front();
    bool progress = false;
    for (std::size_t i = 0; i < block.rows.size(); ++i) {
        std::size_t const k = block.first_interval + i - job.first;
        if (k < job.have.size() && job.have[k] == Job::kLacking) {
            job.have[k] = Job::kFetched;
            job.rows[k] = block.rows[i];
            progress = true;
        }
    }
    if (!job.lacks_rows() || !progress) {
        end_read(job, now, uplink);
        jobs_.pop_front();
    } else {
        job.tries = 0;
    }
}

/// Whether a read lacks nothing, or the schedule has brought it, as far as the first interval
/// tells.
bool Concentrator::may_be_stored(Job const& job) const {
    if (job.order.kind != MessageKind::read_profile) {
        return false;
    }
    auto const lacking = std::find(job.have.begin(), job.have.end(), Job::kLacking);
    return lacking == job.have.end() ||
           stored(job.meter_index,
                  job.first + static_cast<std::uint32_t>(lacking - job.have.begin()));
}

} // namespace gridtwin::concentrator
