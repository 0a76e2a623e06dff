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

IntervalSpan HeldIntervals::first_missing(std::uint32_t due, std::uint32_t limit,
                                          std::uint32_t from) const {
    std::uint32_t first = std::max(next_, from);
    std::uint32_t last = due;
    for (IntervalSpan const& span : ahead_) {
        if (span.first > first) {
            last = std::min(last, span.first - 1);
            break;
        }
        first = std::max(first, span.last + 1);
    }
    if (last >= first && last - first >= limit) {
        last = first + limit - 1;
    }
    return {.first = first, .last = last};
}

std::uint32_t HeldIntervals::missing(std::uint32_t due, std::uint32_t from) const {
    std::uint32_t const first = std::max(next_, from);
    if (due < first) {
        return 0;
    }
    std::uint32_t count = due - first + 1;
    for (IntervalSpan const& span : ahead_) {
        if (span.first <= due && span.last >= first) {
            count -= std::min(span.last, due) - std::max(span.first, first) + 1;
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
