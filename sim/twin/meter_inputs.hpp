#pragma once
// What the scenario does to meters from outside: tampering, wrong passwords, parameters at the
// port.
#include "models/meter/parameters.hpp"
#include "sim/scenario/world.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::twin {

class MeterInputs {
  public:
    explicit MeterInputs(scenario::World const& world);

    /// When there is something to do next; kNever nothing.
    [[nodiscard]] SimTime next() const;
    /// Does all of t; meters must have been advanced to it and know whether they have voltage.
    void apply(meter::MeterTable& meters, SimTime t, std::vector<EventRecord>& events);

  private:
    std::vector<scenario::PlannedEvent> planned_; ///< by time
    std::size_t next_ = 0;
    meter::PendingChanges pending_;
    SimTime due_ = kNever;
};

} // namespace gridtwin::twin
