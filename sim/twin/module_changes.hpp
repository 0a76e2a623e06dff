#pragma once
// When the communication modules of a run break and are exchanged, by chance and by event.
#include "sim/scenario/world.hpp"

#include <span>
#include <vector>

namespace gridtwin::twin {

struct ModuleChange {
    SimTime at{}; ///< kStart also for those that are broken from the start
    MeterId meter{};
    Channel channel{};
    bool broken = false;
};

/// Of the modules of `meters` (ascending), in order of time. What an event has set lasts until the
/// module's next event: chance no longer touches it. A change may find its state as it is.
[[nodiscard]] std::vector<ModuleChange> module_changes(scenario::Scenario const& scenario,
                                                       scenario::World const& world,
                                                       std::span<MeterId const> meters);

/// Of all meters that speak SMS.
[[nodiscard]] std::vector<ModuleChange> sms_module_changes(scenario::Scenario const& scenario,
                                                           scenario::World const& world);

} // namespace gridtwin::twin
