#pragma once
// Setting meters' clocks over a channel whose delay is measured. The concentrator's own clock is
// right: it has it from its data session or a satellite receiver.
#include "models/concentrator/schedules.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct ClockSyncSpec {
    Schedule schedule{.every = std::chrono::hours(24)}; ///< after the first round that ends then
    SimDuration limit = std::chrono::seconds(2);        ///< of the deviation; beyond it is set
    SimDuration longest_round_trip =
        std::chrono::seconds(10); ///< of a measurement; longer ones are made again
    int tries = 3;                ///< of a meter's measurement, and of setting it, in a pass
};

struct ClockSyncCounts {
    std::uint64_t asked = 0;  ///< requests for a meter's time
    std::uint64_t sets = 0;   ///< set messages
    std::uint64_t synced = 0; ///< meters found, or left, within the limit
    std::uint64_t failed = 0; ///< meters left as they were for a pass: silent, too far, or refusing
};

/// One meter after the other is asked for its time. The answer came `round_trip` after the request
/// left, so it showed its time some part of that ago: half of it (Cristian, Probabilistic clock
/// synchronization, 1989) would be right for messages of one length. Ours differ, and their times
/// on the air go with their octets, so the round trip is shared out by octets; what repeaters add
/// goes with octets, too. What retransmissions add to one direction alone is the asymmetry that no
/// measurement shows: the error left. A deviation of less than half the round trip could be nothing
/// else and is left alone. A set message says what time it will be on its arrival, by the path just
/// measured; then the meter is asked again.
class ClockSync {
  public:
    explicit ClockSync(ClockSyncSpec const& spec)
        : spec_(spec), due_(slot_from(spec.schedule, kStart)) {}

    /// From when on it wants to begin a pass; kNever never.
    [[nodiscard]] SimTime due() const { return due_; }
    void begin(std::size_t meters, SimTime now);
    [[nodiscard]] bool active() const { return sweep_.active(); }
    [[nodiscard]] std::size_t meter() const { return sweep_.meter(); }

    /// What the meter whose turn it is gets: its kind and, for a set_clock, its value. @param
    /// octets of a message of this kind on the meter's channel
    [[nodiscard]] MessageKind wanted() const {
        return setting_ ? MessageKind::set_clock : MessageKind::read_clock;
    }
    [[nodiscard]] std::int64_t value(SimTime now, std::uint32_t octets) const;
    void on_sent();

    /// The answer to the request sent at `sent`: the clock showed `shown`.
    void on_clock(SimTime shown, SimTime sent, SimTime now, std::uint32_t request_octets,
                  std::uint32_t answer_octets);
    void on_set(bool accepted);
    void on_timeout();
    /// Its turn is over, whatever has come of it.
    void skip() {
        setting_ = false;
        next_meter();
    }
    /// A measurement under way has lost its meaning: the meter is asked anew.
    void restart() { setting_ = false; }

    [[nodiscard]] ClockSyncCounts const& counts() const { return counts_; }
    /// |deviation| as measured, s, four octets each: of each meter and pass at first, and of those
    /// that were set, afterwards.
    [[nodiscard]] std::vector<float> const& before_s() const { return before_s_; }
    [[nodiscard]] std::vector<float> const& after_s() const { return after_s_; }

  private:
    void next_meter();
    void fail();

    ClockSyncSpec spec_;
    SimTime due_;
    Sweep sweep_;
    bool setting_ = false;           ///< the next message sets
    std::uint8_t sets_ = 0;          ///< of the meter whose turn it is
    std::uint8_t too_far_ = 0;       ///< its measurements that took too long
    double path_ns_per_octet_ = 0.0; ///< as last measured
    ClockSyncCounts counts_;
    std::vector<float> before_s_;
    std::vector<float> after_s_;
};

} // namespace gridtwin::concentrator
