// A concentrator's rounds of polls: when they begin, whom they ask next, and what is made up for.
#include "models/concentrator/concentrator.hpp"

#include <algorithm>
#include <utility>

namespace gridtwin::concentrator {

std::uint32_t Concentrator::due_interval(SimTime now) const {
    SimTime const ended = now - spec_.poll_start_delay;
    return ended <= kStart ? 0
                           : static_cast<std::uint32_t>(ended.time_since_epoch() / spec_.interval);
}

SimTime Concentrator::slot_after(SimTime now) const {
    SimTime const base = kStart + spec_.poll_offset + spec_.poll_start_delay;
    SimTime slot = base;
    if (now >= base) {
        slot = base + ((now - base) / spec_.poll_every + 1) * spec_.poll_every;
    }
    while (due_interval(slot) == 0) {
        slot += spec_.poll_every;
    }
    return slot;
}

void Concentrator::begin_round(std::uint32_t due, int tries) {
    // The cursor stays: a round that was cut short does not starve the meters at its end.
    in_round_ = true;
    due_ = due;
    round_tries_ = tries;
    make_up_at_ = kNever;
    visited_ = 0;
    pass_sent_ = false;
    std::fill(failures_.begin(), failures_.end(), std::uint8_t{0});
    ++counts_.rounds;
}

void Concentrator::end_round(SimTime now) {
    in_round_ = false;
    bool lacking = false;
    for (std::size_t m = 0; m < meters_.size() && !lacking; ++m) {
        lacking = ways_.member(m) && held_[m].missing(due_, asked_from(m)) > 0;
    }
    if (lacking && spec_.make_up_every > SimDuration::zero()) {
        make_up_at_ = now + spec_.make_up_every;
    }
}

void Concentrator::next_meter() {
    cursor_ = cursor_ + 1 < meters_.size() ? cursor_ + 1 : 0;
    ++visited_;
}

void Concentrator::send_poll(SimTime now, MeterLink& link) {
    while (in_round_) {
        bool rests = false;
        for (; visited_ < meters_.size(); next_meter()) {
            if (!ways_.member(cursor_)) {
                continue;
            }
            IntervalSpan const wanted =
                held_[cursor_].first_missing(due_, spec_.rows_per_request, asked_from(cursor_));
            if (failures_[cursor_] >= round_tries_ || wanted.first > wanted.last) {
                continue;
            }
            if (resting_.has(cursor_)) {
                rests = true;
                continue;
            }
            Message poll;
            poll.kind = MessageKind::read_profile;
            poll.value = wanted.first;
            poll.count = wanted.last - wanted.first + 1;
            pass_sent_ = true;
            send_request(std::move(poll),
                         {.task = Task::poll, .meter_index = cursor_, .asked = wanted}, now, link);
            return;
        }
        visited_ = 0; // another pass over those that did not answer
        if (!std::exchange(pass_sent_, false)) {
            if (!rests) {
                end_round(now);
            }
            return;
        }
    }
}

} // namespace gridtwin::concentrator
