#pragma once
// Accounts through time, and what lack of credit does to the supply. The caller alternates:
//   write p_w at t0, advance(t0, t1) and advance_credits(t0, t1) with
//   t1 <= next_credit_event(t0), switch_credit() for each order at its time.
#include "models/meter/table.hpp"
#include "sim/core/event.hpp"

#include <optional>
#include <vector>

namespace gridtwin::meter {

/// The account's own order: switch_credit() at this time; the caller schedules it.
struct CreditOrder {
    MeterId meter{};
    bool close = false;
    SimTime at{};
};

/// Gives meters an account; only before the first advance. Energy is net: what a meter's profile
/// has of an interval, and it costs what its tariff (of the calendar in effect as the interval
/// ends) said at the interval's beginning; nothing where more was given back than taken.
/// @throws SimulationError as add_credit
void give_credit(MeterTable& table, CreditSpec const& spec,
                 std::span<CreditOpening const> openings);

/// The balance as it is, the open interval included.
[[nodiscard]] NanoCents balance_now(MeterTable const& table, MeterSpec const& spec, MeterId meter);

/// Charges what was used up to t1, to which the table has been advanced from t0 with p_w constant.
/// Appends credit_low (value: balance, cents; dated when it came to that), credit_exhausted,
/// credit_restored, and orders that take the supply off or put it back; in the order of meters.
/// @throws SimulationError when an interval to charge is no longer held
void advance_credits(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1,
                     std::vector<EventRecord>& events, std::vector<CreditOrder>& orders);

/// Earliest instant after t at which an account may order something while power stays as it is;
/// kNever without any. May be early, never late.
[[nodiscard]] SimTime next_credit_event(MeterTable const& table, MeterSpec const& spec, SimTime t);

/// Takes the supply off or puts it back at order.at, to which the table must have been advanced. An
/// order that a change of the balance has overtaken does nothing, nor does one to open that falls
/// into friendly hours: advance_credits gives it again after them. Whoever else holds the relay
/// open, keeps it open. The next power flow must come at that time.
void switch_credit(MeterTable& table, CreditOrder const& order, std::vector<EventRecord>& events);

/// Applies a difference at t, to which the table and its credits must have been advanced.
AdjustmentResult adjust_credit(MeterTable& table, MeterSpec const& spec, MeterId meter,
                               CreditAdjustment const& adjustment, SimTime t,
                               std::vector<EventRecord>& events, std::vector<CreditOrder>& orders);

/// The customer takes emergency credit at t, likewise. @return false if there is none to take: in
/// use, or the balance is above CreditSpec::emergency_from
bool take_emergency(MeterTable& table, MeterSpec const& spec, MeterId meter, SimTime t,
                    std::vector<EventRecord>& events, std::vector<CreditOrder>& orders);

/// What the meter tells when it is asked at t; nothing of a meter without an account.
[[nodiscard]] std::optional<CreditReport> report_credit(MeterTable const& table, MeterId meter,
                                                        SimTime t);

} // namespace gridtwin::meter
