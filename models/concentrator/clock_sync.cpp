#include "models/concentrator/clock_sync.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::concentrator {

void ClockSync::begin(std::size_t meters, SimTime now) {
    due_ = slot_from(spec_.schedule, now + SimDuration{1});
    sweep_.begin(meters, spec_.tries);
    setting_ = false;
    sets_ = 0;
    too_far_ = 0;
}

std::int64_t ClockSync::value(SimTime now, std::uint32_t octets) const {
    return setting_ ? to_ns(now) + std::llround(path_ns_per_octet_ * octets) : 0;
}

void ClockSync::on_sent() {
    ++(setting_ ? counts_.sets : counts_.asked);
}

void ClockSync::on_clock(SimTime shown, SimTime sent, SimTime now, std::uint32_t request_octets,
                         std::uint32_t answer_octets) {
    SimDuration const round_trip = now - sent;
    if (round_trip > spec_.longest_round_trip) {
        if (++too_far_ >= spec_.tries) {
            fail();
        }
        return;
    }
    path_ns_per_octet_ = static_cast<double>(round_trip.count()) / (request_octets + answer_octets);
    SimDuration const down{std::llround(path_ns_per_octet_ * request_octets)};
    SimDuration const deviation = shown - (sent + down);
    SimDuration const size = deviation < SimDuration::zero() ? -deviation : deviation;
    (sets_ == 0 ? before_s_ : after_s_).push_back(static_cast<float>(to_s(size)));
    if (size <= std::max(spec_.limit, round_trip / 2)) {
        ++counts_.synced;
        next_meter();
    } else if (sets_ >= spec_.tries) {
        fail();
    } else {
        ++sets_;
        setting_ = true;
    }
}

void ClockSync::on_set(bool accepted) {
    setting_ = false;
    if (!accepted) {
        fail();
    }
}

void ClockSync::on_timeout() {
    // Whether a set message was lost, or only its answer: the clock itself tells.
    setting_ = false;
    if (!sweep_.failed()) {
        ++counts_.failed;
    }
    sets_ = 0;
    too_far_ = 0;
}

void ClockSync::next_meter() {
    sweep_.done();
    sets_ = 0;
    too_far_ = 0;
}

void ClockSync::fail() {
    ++counts_.failed;
    next_meter();
}

} // namespace gridtwin::concentrator
