#pragma once
// Setting meters' clocks over a channel whose delay is measured. The concentrator's own clock is
// right: it has it from its data session or a satellite receiver.
#include "models/concentrator/schedules.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct ClockSyncSpec {
    Schedule schedule{.every = std::chrono::hours(24)}; ///< after the first round that ends then
    SimDuration limit = std::chrono::seconds(2);        ///< of the deviation; beyond it is set
    SimDuration longest_round_trip =
        std::chrono::seconds(10); ///< of a measurement; longer ones are made again
    int tries = 3; ///< of measuring a meter's deviation, and of setting it, in a pass
};

struct ClockSyncCounts {
    std::uint64_t asked = 0;  ///< requests for a meter's time
    std::uint64_t sets = 0;   ///< set messages
    std::uint64_t synced = 0; ///< meters found, or set, within the limit
    std::uint64_t failed = 0; ///< meters left as they were for a pass: silent, too far, refusing,
                              ///< or off by no more than the path may err
};

/// One meter after the other is asked for its time. The answer came `round_trip` after the request
/// left, so it showed its time some part of that ago: half of it (Cristian, Probabilistic clock
/// synchronization, 1989) would be right for messages of one length. Ours differ, and their times
/// on the air go with their octets, so the round trip is shared out by octets; what repeaters add
/// goes with octets, too. How much of it goes with none (turns, waiting), the round trips of set
/// messages tell, which are longer. What retransmissions add to one direction alone is the
/// asymmetry that no measurement shows: the error left.
///
/// However a message was delayed, the clock showed its time between the request's leaving and the
/// answer's arrival: that bounds the deviation for certain, and several measurements bound it by
/// what they have in common. One that does not tell whether to set the clock, or leaves too much
/// open to do it, is made again.
///
/// A set message says what time it will be on its arrival, by the path just measured, and while
/// which times of the meter's clock it holds: it is wrong by no more than the deviation's bounds
/// and half of that while, and one that comes later, or earlier, is not carried out. It is sent
/// only where both together are within the limit, or less than the deviation is for certain. So a
/// clock within the limit stays there, and none is farther off than before, whatever the messages
/// take. Then the meter is asked again; the same after a refusal.
class ClockSync {
  public:
    explicit ClockSync(ClockSyncSpec const& spec)
        : spec_(spec), due_(slot_from(spec.schedule, kStart)) {}

    /// From when on it wants to begin a pass; kNever never.
    [[nodiscard]] SimTime due() const { return due_; }
    void begin(std::size_t meters, SimTime now);
    [[nodiscard]] bool active() const { return sweep_.active(); }
    [[nodiscard]] std::size_t meter() const { return sweep_.meter(); }

    /// What the meter whose turn it is gets.
    [[nodiscard]] MessageKind wanted() const {
        return setting_ ? MessageKind::set_clock : MessageKind::read_clock;
    }
    /// How long a set message is valid, ms; 0 of a request.
    [[nodiscard]] std::uint32_t valid_ms() const;
    /// When a set message that leaves now will arrive, and what the meter's clock, as it is, shows
    /// from when on it is valid: in whole hundredths. @param octets of it on the meter's channel
    [[nodiscard]] SimTime arrival(SimTime now, std::uint32_t octets) const;
    [[nodiscard]] SimTime valid_from(SimTime now, std::uint32_t octets) const;
    void on_sent(SimTime now, std::uint32_t octets);

    /// The answer to the request sent at `sent`: the clock showed `shown`.
    void on_clock(SimTime shown, SimTime sent, SimTime now, std::uint32_t request_octets,
                  std::uint32_t answer_octets);
    /// The answer to the set message sent at `sent`.
    void on_set(bool accepted, SimTime sent, SimTime now, std::uint32_t request_octets,
                std::uint32_t answer_octets);
    void on_timeout();
    /// Its turn is over, whatever has come of it.
    void skip() { next_meter(); }
    /// A measurement under way has lost its meaning: the meter is asked anew.
    void restart() { forget(); }

    [[nodiscard]] ClockSyncCounts const& counts() const { return counts_; }
    /// |deviation| as measured, s, four octets each: of each meter and pass when it was first
    /// decided upon, and of those that were set, afterwards.
    [[nodiscard]] std::vector<float> const& before_s() const { return before_s_; }
    [[nodiscard]] std::vector<float> const& after_s() const { return after_s_; }

  private:
    /// What is known of a clock's deviation, > 0 if it is ahead.
    struct Measured {
        SimDuration least{}; ///< for certain
        SimDuration most{};
        SimDuration best{};       ///< by the shortest round trip
        SimDuration round_trip{}; ///< that one
        std::uint32_t octets = 0; ///< of its request and answer

        /// The greatest error that `best` can have.
        [[nodiscard]] SimDuration error() const { return std::max(best - least, most - best); }
    };
    /// How much of a round trip with so many octets a message of `part` takes.
    [[nodiscard]] SimDuration one_way(SimDuration round_trip, std::uint32_t octets,
                                      std::uint32_t part) const;
    void learn_share(SimDuration round_trip, std::uint32_t octets);
    void note(Measured const& one);
    void decide();
    void forget();
    void new_turn();
    void next_meter();
    void fail();

    ClockSyncSpec spec_;
    SimTime due_;
    Sweep sweep_;
    // of the meter whose turn it is
    bool setting_ = false; ///< the next message sets
    bool was_set_ = false; ///< by its own word
    int sets_ = 0;
    int answers_ = 0;                  ///< since it was set last
    std::optional<Measured> measured_; ///< by those of them that are of use
    SimDuration either_way_{};         ///< half of how long the next set message is valid
    /// [meter] When set messages whose fate nobody knows are valid no more: what was measured
    /// before tells nothing.
    std::map<std::size_t, SimTime> settled_;
    // of the channel
    double by_octets_frac_ = 1.0; ///< share of a measurement's round trip that goes with octets
    int shares_ = 0;              ///< that it is the mean of
    ClockSyncCounts counts_;
    std::vector<float> before_s_;
    std::vector<float> after_s_;
};

} // namespace gridtwin::concentrator
