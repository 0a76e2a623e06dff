#pragma once
#include "models/meter/step.hpp"

namespace gridtwin::meter {

/// Meters at 230 V with exact clocks.
inline MeterTable exact_meters(MeterSpec const& spec, std::size_t count) {
    MeterTable table = make_meters(spec, Seed{1}, std::vector<double>(count, 230.0));
    for (std::size_t i = 0; i < count; ++i) {
        set_clock(table, spec, static_cast<MeterId>(i), SimDuration::zero(), 0.0);
    }
    return table;
}

} // namespace gridtwin::meter
