#pragma once
// What a meter tells when it is asked for more than its billing profile.
#include "models/meter/table.hpp"
#include "models/wire/meter_data.hpp"

#include <cstdint>

namespace gridtwin::meter {

/// Registers as of the end of the last advance, stamped by the meter's clock then.
[[nodiscard]] wire::RegisterBlock report_registers(MeterTable const& table, MeterId meter);

/// Intervals [first, first + count) of the second profile as far as they are held; the block begins
/// as a billing profile's answer does: what is before it is gone, what is behind it not closed yet.
[[nodiscard]] wire::LoadBlock report_load(MeterTable const& table, MeterId meter,
                                          std::int64_t first, std::uint32_t count);

} // namespace gridtwin::meter
