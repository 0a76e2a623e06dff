#include "models/concentrator/schedules.hpp"

namespace gridtwin::concentrator {

SimTime slot_from(Schedule const& schedule, SimTime from) {
    if (!schedule.on()) {
        return kNever;
    }
    SimTime const first = kStart + schedule.offset;
    auto const gone = (from - first + schedule.every - SimDuration{1}) / schedule.every;
    return from <= first ? first : first + gone * schedule.every;
}

void Sweep::begin(std::size_t meters, int tries) {
    left_.clear();
    next_ = 0;
    left_.reserve(meters);
    for (std::size_t i = 0; i < meters; ++i) {
        left_.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(tries)});
    }
}

void Sweep::done() {
    if (++next_ == left_.size()) {
        left_ = {};
        next_ = 0;
    }
}

bool Sweep::failed() {
    Entry again = left_[next_];
    if (--again.tries == 0) {
        done();
        return false;
    }
    left_.push_back(again);
    ++next_;
    return true;
}

} // namespace gridtwin::concentrator
