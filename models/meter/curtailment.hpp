#pragma once
// Limiters through time, and what they do to the supply. The caller alternates:
//   write p_w at t0, judge_limiters(t0), advance and advance_limiters(t0, t1) with
//   t1 <= next_limiter_order(), curtail() for each order at its time.
#include "models/meter/table.hpp"
#include "sim/core/event.hpp"

#include <vector>

namespace gridtwin::meter {

/// The limiter's own order: curtail() at this time; the caller schedules it.
struct CurtailOrder {
    MeterId meter{};
    bool on = false; ///< curtailed from then on
    SimTime at{};
};

/// Gives meters a limiter; only before the first advance. @throws SimulationError as add_limiter
void give_limiter(MeterTable& table, LimiterSpec const& spec, std::span<MeterId const> meters);

/// Judges the power just written at t. Appends limit_warned (value: mean power of the window, W),
/// limit_cleared, and supply_curtailed and supply_restored with their orders; these two only where
/// the supply changes: not of welded contacts, nor restored while a command holds them open.
void judge_limiters(MeterTable& table, MeterSpec const& spec, SimTime t,
                    std::vector<EventRecord>& events, std::vector<CurtailOrder>& orders);

/// Carries the limiters over (t0, t1] with p_w constant; appends likewise.
void advance_limiters(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1,
                      std::vector<EventRecord>& events, std::vector<CurtailOrder>& orders);

/// Earliest instant after t at which a limiter may order something; kNever without any.
[[nodiscard]] SimTime next_limiter_order(MeterTable const& table, SimTime t);

/// Takes the load off or puts it back at t, to which the table must have been advanced: by the
/// relay, or as a load step that demand_factor shows. Whoever else holds the relay open, keeps it
/// open. An order that a command has overtaken does nothing. The next power flow must come at t.
void curtail(MeterTable& table, CurtailOrder const& order, std::vector<EventRecord>& events);

/// What of its demand a meter's customer may draw behind a closed contact: 1 without a load step.
[[nodiscard]] double demand_factor(MeterTable const& table, MeterId meter);

} // namespace gridtwin::meter
