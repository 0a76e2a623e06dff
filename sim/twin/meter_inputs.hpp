#pragma once
// What is done to meters from outside: by the scenario's events, and the parameters that the
// head-end sets.
#include "models/meter/parameters.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/scenario/world.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::twin {

class MeterInputs {
  public:
    explicit MeterInputs(scenario::World const& world);

    /// A parameter that the meter has been given over its channel, with effect from `at`.
    void order(SimTime at, meter::ParameterChange const& change) { ordered_.push(at, change); }
    /// When there is something to do next; kNever nothing.
    [[nodiscard]] SimTime next() const;
    /// Does all of t; meters must have been advanced to it and know whether they have voltage.
    void apply(meter::MeterTable& meters, SimTime t, std::vector<EventRecord>& events);

  private:
    void give(meter::MeterTable const& meters, meter::ParameterChange const& change, SimTime t,
              bool at_port, std::vector<EventRecord>& events);

    engine::EventQueue<meter::ParameterChange> ordered_;
    std::vector<scenario::PlannedEvent> planned_; ///< by time
    std::size_t next_ = 0;
    meter::PendingChanges pending_;
    SimTime due_ = kNever;
};

} // namespace gridtwin::twin
