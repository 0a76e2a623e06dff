#include "models/concentrator/held_intervals.hpp"

#include <algorithm>

namespace gridtwin::concentrator {

bool HeldIntervals::contains(std::uint32_t interval) const {
    if (interval < next_) {
        return true;
    }
    return std::any_of(ahead_.begin(), ahead_.end(), [&](IntervalSpan const& span) {
        return span.first <= interval && interval <= span.last;
    });
}

bool HeldIntervals::add(std::uint32_t interval) {
    if (contains(interval)) {
        return false;
    }
    if (interval == next_) {
        ++next_;
        absorb();
        return true;
    }
    auto const after = std::find_if(ahead_.begin(), ahead_.end(), [&](IntervalSpan const& span) {
        return span.first > interval;
    });
    bool const joins_after = after != ahead_.end() && after->first == interval + 1;
    bool const joins_before = after != ahead_.begin() && (after - 1)->last + 1 == interval;
    if (joins_before && joins_after) {
        (after - 1)->last = after->last;
        ahead_.erase(after);
    } else if (joins_before) {
        (after - 1)->last = interval;
    } else if (joins_after) {
        after->first = interval;
    } else {
        ahead_.insert(after, {.first = interval, .last = interval});
    }
    return true;
}

std::uint32_t HeldIntervals::give_up_before(std::uint32_t first) {
    std::uint32_t given_up = 0;
    while (next_ < first) {
        std::uint32_t const to = ahead_.empty() ? first : std::min(first, ahead_.front().first);
        given_up += to - next_;
        next_ = to;
        absorb();
    }
    return given_up;
}

IntervalSpan HeldIntervals::first_missing(std::uint32_t due, std::uint32_t limit) const {
    std::uint32_t last = due;
    if (!ahead_.empty()) {
        last = std::min(last, ahead_.front().first - 1);
    }
    if (last >= next_ && last - next_ >= limit) {
        last = next_ + limit - 1;
    }
    return {.first = next_, .last = last};
}

std::uint32_t HeldIntervals::missing(std::uint32_t due) const {
    if (due < next_) {
        return 0;
    }
    std::uint32_t count = due - next_ + 1;
    for (IntervalSpan const& span : ahead_) {
        if (span.first <= due) {
            count -= std::min(span.last, due) - span.first + 1;
        }
    }
    return count;
}

void HeldIntervals::absorb() {
    while (!ahead_.empty() && ahead_.front().first <= next_) {
        next_ = std::max(next_, ahead_.front().last + 1);
        ahead_.erase(ahead_.begin());
    }
}

} // namespace gridtwin::concentrator
