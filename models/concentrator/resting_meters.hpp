#pragma once
// Meters to which a concentrator's own modem has just had no way.
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace gridtwin::concentrator {

/// Each is left alone for a while, the same for all: their rests end in the order they began.
class RestingMeters {
  public:
    /// @param meter that does not rest  @param until not before that of any other
    void add(std::size_t meter, SimTime until) {
        if (meter >= rests_.size()) {
            rests_.resize(meter + 1);
        }
        rests_[meter] = 1;
        ends_.push_back({meter, until});
    }
    /// Those whose rest is over at `now` may be asked again.
    void wake(SimTime now) {
        while (next() <= now) {
            rests_[ends_.front().meter] = 0;
            ends_.pop_front();
        }
    }
    void clear() { wake(kNever - SimDuration{1}); }

    [[nodiscard]] bool has(std::size_t meter) const {
        return meter < rests_.size() && rests_[meter] != 0;
    }
    [[nodiscard]] bool empty() const { return ends_.empty(); }
    /// When the first rest ends; kNever for none.
    [[nodiscard]] SimTime next() const { return ends_.empty() ? kNever : ends_.front().until; }

  private:
    struct End {
        std::size_t meter = 0;
        SimTime until{};
    };
    std::vector<std::uint8_t> rests_; ///< [meter] up to the highest that ever did
    std::deque<End> ends_;
};

} // namespace gridtwin::concentrator
