#pragma once
// What the records that go by say of single meters and adders, for the tables of the end.
#include "sim/core/event.hpp"
#include "sim/core/ids.hpp"
#include "sim/scenario/world.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::twin {

/// Takes memory only once there is something to count.
class EntityTally {
  public:
    /// What adders are counted by, in the order of `of_adder`.
    static constexpr std::array<EventKind, 4> kAdderEvents{
        EventKind::adder_overload, EventKind::adder_incomplete, EventKind::adder_completed,
        EventKind::adder_unbalance_began};

    /// Records must come in order of time.
    void note(EventRecord const& event, scenario::World const& world);

    /// Registrations with another concentrator than the one before, at first that of the plan, as
    /// the head-end hears of them.
    [[nodiscard]] std::uint32_t adoptions(MeterId meter) const {
        return adoptions_.empty() ? 0 : adoptions_[index(meter)];
    }
    /// [kAdderEvents]
    [[nodiscard]] std::array<std::uint32_t, kAdderEvents.size()> of_adder(std::size_t adder) const {
        return adders_.empty() ? std::array<std::uint32_t, kAdderEvents.size()>{} : adders_[adder];
    }

  private:
    std::vector<ConcentratorId> reader_;   ///< [meter] that registered it last
    std::vector<std::uint32_t> adoptions_; ///< [meter]
    std::vector<std::array<std::uint32_t, kAdderEvents.size()>> adders_; ///< [adder]
};

} // namespace gridtwin::twin
