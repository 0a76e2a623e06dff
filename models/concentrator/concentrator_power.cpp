// A concentrator's mains, its battery, and what it loses with them.
#include "models/concentrator/concentrator.hpp"

#include <algorithm>

namespace gridtwin::concentrator {

SimTime Concentrator::battery_empty_at() const {
    return alive_ && !mains_ ? battery_since_ + battery_left_ : kNever;
}

void Concentrator::set_mains(bool on, SimTime now) {
    if (on == mains_) {
        return;
    }
    if (!on) {
        SimDuration const missing = spec_.battery - battery_left_;
        double const charged =
            std::min(1.0, to_s(now - battery_since_) / to_s(spec_.battery_recharge));
        battery_left_ += std::min(missing, duration_from_s(charged * to_s(spec_.battery)));
    } else {
        if (now >= battery_empty_at()) {
            fall_silent();
        }
        battery_left_ = alive_ ? battery_left_ - (now - battery_since_) : SimDuration::zero();
        alive_ = true;
        resume_at_ = now + spec_.restart_delay;
        if (upload_at_ != kNever) {
            upload_at_ = std::max(upload_at_, resume_at_);
        }
    }
    battery_since_ = now;
    mains_ = on;
}

void Concentrator::fall_silent() {
    alive_ = false;
    battery_left_ = SimDuration::zero();
    outstanding_.reset();
    resting_.clear();
    clock_.restart();
    if (firmware_) {
        firmware_->campaign.restart();
    }
    for (auto& [channel, discovery] : discoveries_) {
        discovery.restart();
    }
    for (Job const& job : jobs_) {
        keep_fetched(job);
    }
    counts_.jobs_dropped += jobs_.size();
    jobs_.clear();
    announcements_.clear();
    blocks_under_way_.clear();
    resume_at_ = kNever;
}

/// What a read that is not answered had fetched was to go with its answer.
void Concentrator::keep_fetched(Job const& job) {
    for (std::size_t k = 0; k < job.have.size(); ++k) {
        if (job.have[k] == Job::kFetched) {
            store_.add(meters_[job.meter_index], job.first + static_cast<std::uint32_t>(k),
                       std::span(job.rows).subspan(k, 1), false);
        }
    }
}

bool Concentrator::may_send() const {
    return alive_ && resume_at_ == kNever;
}

bool Concentrator::may_poll() const {
    return may_send() && (mains_ || spec_.poll_on_battery);
}

} // namespace gridtwin::concentrator
