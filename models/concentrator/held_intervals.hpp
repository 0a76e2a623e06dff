#pragma once
// Which intervals of one meter have been stored: all up to a point, and perhaps spans beyond it.
#include <cstdint>
#include <vector>

namespace gridtwin::concentrator {

struct IntervalSpan {
    std::uint32_t first = 0;
    std::uint32_t last = 0; ///< inclusive

    friend bool operator==(IntervalSpan const&, IntervalSpan const&) = default;
};

class HeldIntervals {
  public:
    [[nodiscard]] bool contains(std::uint32_t interval) const;
    /// @return false if it was held already
    bool add(std::uint32_t interval);
    /// Intervals below `first` will never come: as if held. @return how many those are
    std::uint32_t give_up_before(std::uint32_t first);
    /// The first interval not held.
    [[nodiscard]] std::uint32_t next_wanted() const { return next_; }
    /// The first run of intervals not held, not before `from` and not after `due`, at most `limit`
    /// of them; first > last when nothing is missing.
    [[nodiscard]] IntervalSpan first_missing(std::uint32_t due, std::uint32_t limit,
                                             std::uint32_t from = 1) const;
    /// How many of the intervals from..due are not held.
    [[nodiscard]] std::uint32_t missing(std::uint32_t due, std::uint32_t from = 1) const;

  private:
    void absorb();

    std::uint32_t next_ = 1;
    std::vector<IntervalSpan> ahead_; ///< disjoint, not adjacent, ascending, all beyond next_
};

} // namespace gridtwin::concentrator
