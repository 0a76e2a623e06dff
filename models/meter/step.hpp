#pragma once
// Meters through time. The caller alternates:
//   write p_w, q_var, u_v, energised at t0 (after a power flow), note_supply(t0), and later
//   advance(t0, t1) before the columns are written again at t1.
#include "models/meter/table.hpp"
#include "sim/core/event.hpp"
#include "sim/core/thread_pool.hpp"

#include <vector>

namespace gridtwin::meter {

/// Notices voltage that came or went with the columns just written at t, and appends power_lost and
/// power_restored at once, so that last gasps can be scheduled. advance() does the same at its t0
/// for what was not noticed, so this may be left out. Events are in the order of meters.
void note_supply(MeterTable& table, SimTime t, std::vector<EventRecord>& events);

/// Carries all meters over (t0, t1], with p_w, q_var, u_v and energised constant: registers grow,
/// intervals close at the quarter-hours of each meter's own clock (their energy split at that very
/// instant), voltage is watched. Appends under_voltage, over_voltage, voltage_normal (value:
/// volts), dated when the minimum duration was over, so they lie in (t0, t1], and those of what
/// else the table keeps, in [t0, t1]; in the order of meters, each meter's in the order of time.
/// @throws SimulationError if t0 is not where the last advance ended or t1 < t0, if a meter without
/// voltage or with an open relay has
///         power, or if an interval's energy does not fit its row (8.5 MW for a quarter-hour)
void advance(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1,
             std::vector<EventRecord>& events);

/// The same, shared out over a pool; the same results and events in the same order.
void advance(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1, ThreadPool& pool,
             std::vector<EventRecord>& events);

/// Opens or closes the relay by command at t, to which the table must have been advanced. Opening
/// takes the power off at once (p_w, q_var become 0); after closing, the next power flow puts it
/// on. Appends relay_opened or relay_closed, nothing if it stood so already, and relay_failed if
/// the contacts are welded. Closing ends what the
/// limiter has curtailed; opening outlasts it. What credit keeps open stays so.
void operate_relay(MeterTable& table, MeterId meter, bool close, SimTime t,
                   std::vector<EventRecord>& events);

/// Moves the contact whoever wants it; operate_relay and curtail() know who may.
void move_contact(MeterTable& table, MeterId meter, bool close, SimTime t,
                  std::vector<EventRecord>& events);

/// Whether the meter can talk at t: it has voltage, or lives on its hold-up storage.
[[nodiscard]] bool can_talk(MeterTable const& table, MeterSpec const& spec, MeterId meter,
                            SimTime t);

} // namespace gridtwin::meter
