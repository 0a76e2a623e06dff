#include "models/concentrator/clock_sync.hpp"

#include "models/wire/told_time.hpp"

#include <cmath>

namespace gridtwin::concentrator {
namespace {

// Assumptions, all of them.
/// What telling times cuts off, and how long a meter takes to be set.
constexpr SimDuration kSlack = 5 * wire::kToldStep;
/// What a clock drifts meanwhile, one part of so many: 100 ppm.
constexpr int kDriftPart = 10'000;
/// The mean is of the last ones, nearly: lines change.
constexpr int kMostShares = 16;
/// A set message is valid for this part of the round trip to either side, at least: it would hardly
/// be met in a shorter while.
constexpr int kLeastValidPart = 4;

} // namespace

void ClockSync::begin(std::size_t meters, SimTime now) {
    due_ = slot_from(spec_.schedule, now + SimDuration{1});
    sweep_.begin(meters, spec_.tries);
    std::erase_if(settled_, [now](auto const& one) { return one.second <= now; });
    new_turn();
}

SimTime ClockSync::arrival(SimTime now, std::uint32_t octets) const {
    return now + one_way(measured_->round_trip, measured_->octets, octets);
}

SimTime ClockSync::valid_from(SimTime now, std::uint32_t octets) const {
    return wire::told_nearest(arrival(now, octets) + measured_->best - either_way_);
}

std::uint32_t ClockSync::valid_ms() const {
    return setting_ ? static_cast<std::uint32_t>(2 * either_way_ / wire::kToldStep *
                                                 (wire::kToldStep / std::chrono::milliseconds(1)))
                    : 0;
}

void ClockSync::on_sent(SimTime now, std::uint32_t octets) {
    ++(setting_ ? counts_.sets : counts_.asked);
    if (setting_) {
        auto& settled = settled_[meter()];
        settled = std::max(settled, arrival(now, octets) + either_way_ + measured_->error());
    }
}

void ClockSync::on_clock(SimTime shown, SimTime sent, SimTime now, std::uint32_t request_octets,
                         std::uint32_t answer_octets) {
    ++answers_;
    SimDuration const round_trip = now - sent;
    auto const settled = settled_.find(meter());
    bool const tells = settled == settled_.end() || sent >= settled->second;
    if (round_trip <= spec_.longest_round_trip && tells) {
        std::uint32_t const octets = request_octets + answer_octets;
        SimDuration const down = one_way(round_trip, octets, request_octets);
        SimDuration const slack = kSlack + round_trip / kDriftPart;
        note({.least = shown - now - slack,
              .most = shown - sent + slack,
              .best = shown - (sent + down),
              .round_trip = round_trip,
              .octets = octets});
    }
    decide();
}

SimDuration ClockSync::one_way(SimDuration round_trip, std::uint32_t octets,
                               std::uint32_t part) const {
    double const frac = (1.0 - by_octets_frac_) / 2.0 +
                        by_octets_frac_ * static_cast<double>(part) / static_cast<double>(octets);
    return SimDuration{std::llround(static_cast<double>(round_trip.count()) * frac)};
}

/// A set message and its answer of so many octets took so long, a shorter measurement less.
void ClockSync::learn_share(SimDuration round_trip, std::uint32_t octets) {
    if (octets <= measured_->octets || measured_->round_trip <= SimDuration::zero()) {
        return;
    }
    double const longer = to_s(round_trip) / to_s(measured_->round_trip) - 1.0;
    double const more_octets = static_cast<double>(octets) / measured_->octets - 1.0;
    shares_ = std::min(shares_ + 1, kMostShares);
    by_octets_frac_ += (std::clamp(longer / more_octets, 0.0, 1.0) - by_octets_frac_) / shares_;
}

void ClockSync::note(Measured const& one) {
    if (!measured_ || one.least > measured_->most || one.most < measured_->least) {
        measured_ = one; // the first, or somebody else has set the clock since
        return;
    }
    auto const least = std::max(measured_->least, one.least);
    auto const most = std::min(measured_->most, one.most);
    if (one.round_trip < measured_->round_trip) {
        measured_ = one;
    }
    measured_->least = least;
    measured_->most = most;
    measured_->best = std::clamp(measured_->best, least, most);
}

/// What an answer has told is enough, or there will be another, or there have been enough.
void ClockSync::decide() {
    bool const last = answers_ >= spec_.tries;
    if (!measured_) {
        if (last) {
            fail();
        }
        return;
    }
    SimDuration const off = std::chrono::abs(measured_->best);
    if (off > spec_.limit && off <= measured_->error() && !last) {
        return; // it could be the path's
    }
    SimDuration const for_certain =
        measured_->best < SimDuration::zero() ? -measured_->most : measured_->least;
    either_way_ = std::min(std::max(spec_.limit, measured_->round_trip) / 2,
                           std::max(spec_.limit, for_certain) - measured_->error());
    bool const leave = off <= std::max(spec_.limit, measured_->error());
    bool const safe = either_way_ >= std::max(kSlack, measured_->round_trip / kLeastValidPart);
    if (!leave && !safe && !last) {
        return;
    }
    if (was_set_ || sets_ == 0) {
        (was_set_ ? after_s_ : before_s_).push_back(static_cast<float>(to_s(off)));
    }
    if (off <= spec_.limit) {
        ++counts_.synced;
        next_meter();
    } else if (leave || !safe || sets_ >= spec_.tries) { // nobody knows, or nothing would be safe
        fail();
    } else {
        ++sets_;
        setting_ = true;
    }
}

void ClockSync::on_set(bool accepted, SimTime sent, SimTime now, std::uint32_t request_octets,
                       std::uint32_t answer_octets) {
    learn_share(now - sent, request_octets + answer_octets);
    if (accepted) {
        was_set_ = true;
        settled_.erase(meter()); // copies of it are not carried out
    }
    forget();
}

void ClockSync::on_timeout() {
    // Whether a set message was lost, or only its answer: the clock itself tells.
    if (!sweep_.failed()) {
        ++counts_.failed;
    }
    new_turn();
}

void ClockSync::forget() {
    setting_ = false;
    answers_ = 0;
    measured_.reset();
}

void ClockSync::new_turn() {
    forget();
    was_set_ = false;
    sets_ = 0;
}

void ClockSync::next_meter() {
    sweep_.done();
    new_turn();
}

void ClockSync::fail() {
    ++counts_.failed;
    next_meter();
}

} // namespace gridtwin::concentrator
