#pragma once
// What meters are told over their channels, on its way to the grid that carries them through time.
#include "models/meter/respond.hpp"
#include "sim/core/message.hpp"

#include <utility>
#include <vector>

namespace gridtwin::twin {

/// The orders of a meter's response, each with the time at which it takes effect.
[[nodiscard]] std::vector<std::pair<SimTime, Message>> orders_of(meter::Response const& response);

} // namespace gridtwin::twin
