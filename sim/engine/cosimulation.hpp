#pragma once
#include "sim/engine/federate.hpp"

#include <array>
#include <functional>

namespace gridtwin::engine {

/// Conservative co-simulation in windows.
///
/// A window begins at the next event of any federate and ends after the lookahead, at the grid's
/// next event, or at the horizon, whichever is first. Inside it federates run one after the other
/// in the order of FederateId. A message to a federate later in that order may arrive in the same
/// window; a message to an earlier one must not arrive before the window's end, which is what the
/// lookahead is for. The grid runs only at a window's start: its steps and switching events are
/// barriers.
class Cosimulation {
  public:
    /// @param lookahead least latency of every channel against the order, > 0
    explicit Cosimulation(SimDuration lookahead) : lookahead_(lookahead) {}

    void add(FederateId id, Federate& federate) {
        federates_[static_cast<std::size_t>(id)] = &federate;
    }

    struct Progress {
        SimTime now{};
        std::uint64_t windows = 0;
    };
    struct Hooks {
        /// Asked before each window with the instant reached and the next event of any federate, or
        /// the horizon: may take its time, and may hand federates what is dated not before
        /// `reached` (live mode). @return how far it came, which is reached then: `next`, an
        /// instant before it to be asked again, or when what it handed over begins
        std::function<SimTime(SimTime reached, SimTime next)> before_window{};
        /// When it is to be asked again at the latest: no window goes beyond. May be empty.
        std::function<SimTime()> next_input{};
        std::function<bool()> stop_requested;           ///< asked once a window; true ends the run
        std::function<void(Progress const&)> on_window; ///< after each window
        bool time_federates = false;                    ///< fills Outcome::wall_s
    };
    struct Outcome {
        bool complete = false;
        SimTime reached{};
        std::uint64_t windows = 0;
        std::array<double, kFederates> wall_s{}; ///< spent in each federate, when asked for
    };

    /// Runs every event with time < horizon, then lets each federate finish at the instant reached.
    /// Throws SimulationError when a federate breaks its lookahead.
    Outcome run(SimTime horizon, Hooks const& hooks);

  private:
    [[nodiscard]] SimTime next_event() const;
    void exchange(std::size_t sender, SimTime window_start, SimTime window_end);

    SimDuration lookahead_;
    std::array<Federate*, kFederates> federates_{};
    std::array<Outbox, kFederates> outboxes_;
};

} // namespace gridtwin::engine
