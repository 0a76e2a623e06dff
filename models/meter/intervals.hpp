#pragma once
// The open interval of the billing profile: how it ends, and what setting the clock does to it.
#include "models/meter/table.hpp"
#include "sim/core/event.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::meter {

/// Closes the open interval at its end.
/// @throws SimulationError when its energy or voltage does not fit a profile row
void close_interval(MeterTable& table, MeterSpec const& spec, std::size_t meter);

/// Orders a clock to be set; advance() does it as it comes to that time.
void order_clock(MeterTable& table, ClockSetting const& setting);

/// Sets a clock now: the meter stands at setting.at. The open interval, of all profiles, earns
/// kClockSet and ends by the new time; set forward by more than kClockTolerance it is kIncomplete,
/// and intervals that the clock has leapt over are closed at once, incomplete and without energy.
/// Set back, the open interval goes on until its end is shown: closed rows stay. Tariffs and the
/// limiter's windows follow. Appends clock_set (value: seconds forward).
void set_clock(MeterTable& table, MeterSpec const& spec, ClockSetting const& setting,
               std::vector<EventRecord>& events);

} // namespace gridtwin::meter
