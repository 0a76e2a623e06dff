#pragma once
// When limiters act: the instants the grid must stop at, and the orders that wait for theirs.
#include "models/meter/curtailment.hpp"
#include "sim/engine/event_queue.hpp"

#include <optional>
#include <vector>

namespace gridtwin::twin {

class LimiterSchedule {
  public:
    /// Nothing is due before; kNever nothing at all.
    [[nodiscard]] SimTime next() const;
    /// After meter::advance over the same segment.
    void advance(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t0, SimTime t1,
                 std::vector<EventRecord>& events);
    /// What the limiters make of the power that holds from t on.
    void judge(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t,
               std::vector<EventRecord>& events);
    /// An order that is due at t, until there is none.
    [[nodiscard]] std::optional<meter::CurtailOrder> take(SimTime t);

  private:
    void push(std::vector<meter::CurtailOrder> const& orders);

    engine::EventQueue<meter::CurtailOrder> waiting_;
    SimTime next_order_ = kNever; ///< no limiter orders anything before
};

} // namespace gridtwin::twin
