#pragma once
// What a customer used in one bill's period, as its tariff counts it. Exact; made per customer, on
// any thread, without looking at the civil calendar again.
#include "models/headend/billing/calendar.hpp"
#include "models/headend/billing/energy_source.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::headend::billing {

struct RowEnergy {
    std::int64_t import_mwh = 0;
    std::int64_t export_mwh = 0; ///< >= 0
    friend bool operator==(RowEnergy const&, RowEnergy const&) = default;
};

/// A rebate event of this bill: energy of its hours on the days that make the baseline.
struct RebateUse {
    std::uint32_t event = 0;       ///< row of Tariff::rebates
    std::uint32_t days = 0;        ///< that the sum is of; 0: no baseline
    std::int64_t baseline_mwh = 0; ///< sum over those days, import less export
    std::int64_t actual_mwh = 0;
    friend bool operator==(RebateUse const&, RebateUse const&) = default;
};

struct Usage {
    std::vector<RowEnergy> rows; ///< [row of RateCalendar]
    std::vector<RebateUse> rebates;
    std::int64_t peak_mwh = 0;   ///< highest import less export of DemandCharge::intervals in a row
    std::int64_t excess_mwh = 0; ///< import above the power limit
    std::uint32_t excess_intervals = 0;
    std::uint32_t estimated_intervals = 0; ///< missing ones included
    std::int64_t gross_mwh = 0;            ///< import and export added up
    std::int64_t estimated_mwh = 0;        ///< of it: estimated or assumed
    friend bool operator==(Usage const&, Usage const&) = default;
};

/// What usage is counted by; all must outlive the calls.
struct Counting {
    Tariff const& tariff;
    CivilDays const& days;
    RateCalendar const& calendar;
};

/// Counts the intervals of `range`, which the calendar has laid out. The series may begin before it
/// (days for baselines). Intervals missing, or not in the series, count as the assumed energy.
/// @param assumed_mwh_day "methodical" consumption of 24 hours
[[nodiscard]] Usage count_usage(Counting const& by, Series const& series, IntervalRange range,
                                std::int64_t assumed_mwh_day);

/// Counts a meter without intervals: registers of tariffs go to the rates of that order, the total
/// to the only rate or, over several, by the share of time (which is an estimate). Between two
/// readings a register's value at the period's ends is interpolated, an estimate unless a reading
/// is within `slack`; where no two readings enclose the time, the assumed energy counts.
/// @param alone what of `range` no other meter's intervals tell: only there energy is assumed
/// @param readings of one meter, in any order; those of equal date: the first one counts
[[nodiscard]] Usage count_registers(Counting const& by, std::span<RegisterReading const> readings,
                                    IntervalRange range, IntervalRange alone, SimDuration slack,
                                    std::int64_t assumed_mwh_day);

/// Counts the assumed energy for all of the range: nothing was read.
void count_assumed(Counting const& by, IntervalRange range, std::int64_t assumed_mwh_day,
                   Usage& to);

/// First interval that the baselines of rebate events in `range` may need; range.first without any.
[[nodiscard]] std::uint32_t history_from(Counting const& by, IntervalRange range);

/// Adds what another meter of the same customer counted in the same period, one after the other:
/// its peak is the higher one.
void add(Usage& to, Usage const& other);

} // namespace gridtwin::headend::billing
