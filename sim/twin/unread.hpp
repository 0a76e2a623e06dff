#pragma once
// Why the head-end lacks intervals of a meter, as far as the end of a run shows it.
#include "sim/scenario/world.hpp"
#include "sim/twin/recorder.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace gridtwin::twin {

/// What stands in the way of the oldest interval that is due and lacking: the first of these that
/// holds at the end.
enum class Unread : std::uint8_t {
    no,                  ///< nothing that is due is lacking
    at_concentrator,     ///< a concentrator has it: it is on its way up, or the way up is closed
    no_supply,           ///< the meter is without
    not_closed,          ///< the meter itself has not closed that interval
    overwritten,         ///< the meter holds it no longer
    module_broken,       ///< its communication modules all are
    not_registered,      ///< no concentrator has the meter
    concentrator_silent, ///< those that have it are without supply
    no_route,            ///< over none of its channels
    no_answer            ///< requests or answers were lost
};
/// As in the file; empty for `no`.
[[nodiscard]] std::string_view name(Unread unread);

/// [meter]
[[nodiscard]] std::vector<Unread> why_unread(scenario::World const& world,
                                             Federates const& federates,
                                             meter::MeterTable const& meters, SimTime end);

} // namespace gridtwin::twin
