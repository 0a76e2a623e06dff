#pragma once
// What a concentrator fetches from its meters beside the billing profile, each by a schedule of its
// own: registers, the meters' logs, a second load profile.
#include "models/concentrator/held_intervals.hpp"
#include "models/concentrator/schedules.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::concentrator {

enum class Collected : std::uint8_t { registers, events, load };
inline constexpr std::size_t kCollected = 3;

/// Each sweep follows the first round that ends at its time or later. Defaults are assumptions.
struct CollectionSpec {
    std::array<Schedule, kCollected> schedules{}; ///< [Collected]; none by default
    int tries = 3;                                ///< requests to a meter in a sweep
    std::uint32_t events_per_request = 16;
    std::uint32_t rows_per_request = 16; ///< of the second profile
};

struct CollectionCounts {
    std::uint64_t requests = 0;
    std::uint64_t answers = 0;     ///< that were asked for
    std::uint64_t failed = 0;      ///< meters that a sweep left without
    std::uint64_t events_gone = 0; ///< overwritten in the meter before they were read
    std::uint64_t rows_gone = 0;   ///< of second profiles, likewise
};

/// Sweeps in the order of their kinds, one after the other. Only kinds with a schedule take memory.
class Collections {
  public:
    Collections(CollectionSpec const& spec, std::size_t meters);

    /// Tells which meters have a second profile. @param interval [meter] 0: none
    void expect_load(std::span<SimDuration const> interval);

    /// Begins what is due at `now`.
    void begin(SimTime now);
    [[nodiscard]] bool active() const;
    /// The request that comes next: kind, value and count are set. Only while active.
    [[nodiscard]] Message request(SimTime now) const;
    [[nodiscard]] std::size_t meter() const { return sweep().meter(); }
    void on_sent() { ++counts_.requests; }

    /// The answer to the last request, of the kind that was asked for.
    /// @return false if it cannot be read, or is about another meter
    [[nodiscard]] bool on_answer(Message const& answer, MeterId asked, SimTime now);
    void on_timeout();
    /// The meter's turn is over, whatever has come of it.
    void skip(SimTime now) {
        sweep().done();
        skip_without_load(now);
    }

    /// What has come and waits for its upload, as one message's payload, oldest first.
    struct Waiting {
        std::vector<std::byte> payload;
        std::uint32_t blocks = 0;
    };
    /// Takes what waits of a kind. Empty: nothing.
    [[nodiscard]] Waiting take(Collected kind);
    [[nodiscard]] std::size_t waiting_octets() const;
    [[nodiscard]] CollectionCounts const& counts() const { return counts_; }
    [[nodiscard]] HeldIntervals const& held_load(std::size_t meter) const {
        return held_load_[meter];
    }

  private:
    [[nodiscard]] Collected kind() const;
    [[nodiscard]] Sweep const& sweep() const { return sweeps_[static_cast<std::size_t>(kind())]; }
    [[nodiscard]] Sweep& sweep() { return sweeps_[static_cast<std::size_t>(kind())]; }
    /// The first interval of a meter's second profile that may be missing, and how many; count 0:
    /// none.
    [[nodiscard]] IntervalSpan wanted_load(std::size_t meter, SimTime now) const;
    void skip_without_load(SimTime now);
    void keep(Collected kind, Message const& answer);
    [[nodiscard]] bool on_events(Message const& answer, MeterId asked);
    [[nodiscard]] bool on_load(Message const& answer, MeterId asked, SimTime now);

    CollectionSpec spec_;
    std::size_t meters_;
    std::array<SimTime, kCollected> due_{};
    std::array<Sweep, kCollected> sweeps_;
    std::array<Waiting, kCollected> waiting_;
    std::vector<std::uint32_t> next_event_;  ///< [meter] number of the first entry not held
    std::vector<SimDuration> load_interval_; ///< [meter] 0: none
    std::vector<HeldIntervals> held_load_;   ///< [meter]
    CollectionCounts counts_;
};

/// The kind of message that brings it, and that asks for it.
[[nodiscard]] MessageKind answer_kind(Collected kind);
[[nodiscard]] MessageKind request_kind(Collected kind);

} // namespace gridtwin::concentrator
