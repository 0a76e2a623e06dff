#pragma once
// What a concentrator does with all of its meters again and again, beside polling.
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::concentrator {

struct Schedule {
    SimDuration every{};  ///< 0: never
    SimDuration offset{}; ///< when the first is

    [[nodiscard]] bool on() const { return every > SimDuration::zero(); }
    friend bool operator==(Schedule const&, Schedule const&) = default;
};

/// The first of its instants at or after `from`: offset + k * every, k from 0; kNever for never.
[[nodiscard]] SimTime slot_from(Schedule const& schedule, SimTime now);

/// One pass over all meters. Those that do not answer are tried again after all others. Between
/// passes it takes no memory for meters.
class Sweep {
  public:
    /// Anew, whoever is left of the pass before. @param tries of each meter, >= 1
    void begin(std::size_t meters, int tries);
    [[nodiscard]] bool active() const { return next_ < left_.size(); }
    /// Whose turn it is; only while active.
    [[nodiscard]] std::size_t meter() const { return left_[next_].meter; }
    /// It is done with.
    void done();
    /// It did not answer. @return false if that was its last try
    bool failed();

  private:
    struct Entry {
        std::uint32_t meter = 0;
        std::uint8_t tries = 0; ///< left
    };
    std::vector<Entry> left_; ///< in the order of their turns
    std::size_t next_ = 0;
};

} // namespace gridtwin::concentrator
