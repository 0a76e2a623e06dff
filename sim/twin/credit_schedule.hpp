#pragma once
// When prepaid accounts act: the instants the grid must stop at, and what waits for its own.
#include "models/meter/credit_supply.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/scenario/world.hpp"

#include <optional>
#include <vector>

namespace gridtwin::twin {

class CreditSchedule {
  public:
    /// With the customers who are to take emergency credit.
    explicit CreditSchedule(scenario::World const& world);

    /// A difference that the meter has been told over its channel, with effect from `at`.
    void order(SimTime at, MeterId meter, meter::CreditAdjustment const& adjustment) {
        told_.push(at, {meter, adjustment});
    }
    /// Nothing is due before; kNever nothing at all.
    [[nodiscard]] SimTime next() const;
    /// After meter::advance over the same segment.
    void advance(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t0, SimTime t1,
                 std::vector<EventRecord>& events);
    /// All that changes accounts at t.
    void apply(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t,
               std::vector<EventRecord>& events);
    /// An order to the supply that is due at t, until there is none.
    [[nodiscard]] std::optional<meter::CreditOrder> take(SimTime t);
    /// With the power that holds from t on.
    void look_ahead(meter::MeterTable const& meters, meter::MeterSpec const& spec, SimTime t) {
        next_event_ = meter::next_credit_event(meters, spec, t);
    }

  private:
    /// Without one: the customer takes emergency credit.
    struct Change {
        MeterId meter{};
        std::optional<meter::CreditAdjustment> adjustment;
    };
    void push(std::vector<meter::CreditOrder> const& orders);

    engine::EventQueue<Change> told_;
    engine::EventQueue<meter::CreditOrder> waiting_;
    SimTime next_event_ = kNever; ///< no account orders anything before
};

} // namespace gridtwin::twin
