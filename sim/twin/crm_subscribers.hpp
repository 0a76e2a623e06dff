#pragma once
// The customer database's records of a simulated town: who has which SMS meter.
#include "models/wire/crm/document.hpp"
#include "sim/twin/twin.hpp"

namespace gridtwin::twin {

/// One subscriber each SMS meter, with its code and number; his own code is made of its row, name
/// and contract are the meter's name. Assumptions: real databases have people.
/// @param first row of the first meter; at most 1000 go into one document
[[nodiscard]] wire::crm::Exchange crm_subscribers(Loaded const& loaded, MeterId first = MeterId{});

} // namespace gridtwin::twin
