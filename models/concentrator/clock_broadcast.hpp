#pragma once
// The time to all meters at once: for clocks that are far off. One by one they are set finely
// (clock_sync.hpp).
#include "models/concentrator/schedules.hpp"
#include "sim/core/time.hpp"

#include <cstdint>

namespace gridtwin::concentrator {

/// Off by default: a pass over all meters leaves 2 s once a day, and what a broadcast may be wrong
/// by takes a clock months of drift. It is for clocks that lost their time, and for media that have
/// no time for passes.
struct ClockBroadcastSpec {
    Schedule schedule{};
    /// From the order to the end of the last repeat; what would be later is not sent. Seven hops of
    /// a frame of 64 octets at 300 bit/s, and as much for waiting. assumption
    SimDuration uncertainty = std::chrono::seconds(30);
};

/// Each time is told twice: a meter believes what two of them say alike. The second begins when the
/// first has expired everywhere.
class ClockBroadcast {
  public:
    explicit ClockBroadcast(ClockBroadcastSpec const& spec)
        : spec_(spec), at_(slot_from(spec.schedule, kStart + SimDuration{1})) {}

    /// When the next is to be sent; kNever none.
    [[nodiscard]] SimTime next() const { return at_; }
    /// What a clock shall show as it hears what is sent now: half of the uncertainty later.
    [[nodiscard]] SimTime value(SimTime now) const { return now + spec_.uncertainty / 2; }
    [[nodiscard]] SimDuration uncertainty() const { return spec_.uncertainty; }
    void on_sent(SimTime now) {
        ++sent_;
        first_ = !first_;
        at_ =
            first_ ? slot_from(spec_.schedule, now + SimDuration{1}) : now + 2 * spec_.uncertainty;
    }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

  private:
    ClockBroadcastSpec spec_;
    SimTime at_;
    bool first_ = true; ///< of the two
    std::uint64_t sent_ = 0;
};

} // namespace gridtwin::concentrator
