#pragma once
// Which interval lies on which civil day, and at which row of a tariff it is charged: found once,
// for all customers. An interval belongs to the day and the period it starts in.
#include "models/headend/billing/tariff.hpp"
#include "sim/core/civil_time.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::headend::billing {

/// Intervals [first, end); interval k from 1 covers ((k - 1) T, k T] since the start.
struct IntervalRange {
    std::uint32_t first = 1;
    std::uint32_t end = 1;
    [[nodiscard]] std::uint32_t count() const { return end > first ? end - first : 0; }
    friend bool operator==(IntervalRange const&, IntervalRange const&) = default;
};

/// The civil days since the start, with the intervals of each: 96 quarter hours, 92 or 100 when
/// daylight saving begins or ends.
class CivilDays {
  public:
    CivilDays(CivilClock const& clock, SimDuration interval);

    struct Day {
        std::chrono::sys_days date{};
        std::uint32_t first = 1; ///< interval
        std::uint8_t weekday = 0;
    };

    /// Lays out all days that begin before `t`, and the one after them. Calls must not race.
    void extend(SimTime t);
    /// The first interval that starts at `t` or after.
    [[nodiscard]] std::uint32_t interval_from(SimTime t) const;
    [[nodiscard]] SimTime start_of(std::uint32_t interval) const;
    [[nodiscard]] SimDuration interval() const { return interval_; }
    [[nodiscard]] std::span<Day const> days() const { return days_; }
    /// Intervals laid out: those below this one.
    [[nodiscard]] std::uint32_t end() const {
        return static_cast<std::uint32_t>(second_.size()) + 1;
    }
    /// Row of days() that holds the interval, which is below end().
    [[nodiscard]] std::size_t day_of(std::uint32_t interval) const;
    /// First interval of the first day that is not before `date`; end() when none is laid out.
    [[nodiscard]] std::uint32_t first_of(std::chrono::sys_days date) const;
    /// The intervals of a row of days().
    [[nodiscard]] IntervalRange of_day(std::size_t day) const;
    /// What clocks show when the interval starts, seconds since midnight.
    [[nodiscard]] std::int32_t second_of_day(std::uint32_t interval) const {
        return second_[interval - 1];
    }
    /// Days that begin in the range.
    [[nodiscard]] std::uint32_t days_in(IntervalRange range) const;

  private:
    CivilClock clock_;
    SimDuration interval_;
    std::vector<Day> days_;
    std::vector<std::int32_t> second_; ///< [interval - 1]
};

/// Rows of one tariff: rate r; then of critical peak e within rate r: rates x (1 + e) + r.
class RateCalendar {
  public:
    /// @throws SimulationError when the tariff has problems
    RateCalendar(Tariff const& tariff, CivilDays const& days);

    /// Consecutive intervals of one row: from `first` to the next run.
    struct Run {
        std::uint32_t first = 1;
        std::uint32_t row = 0;
    };

    [[nodiscard]] std::size_t rates() const { return rates_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::span<Run const> runs() const { return runs_; }
    /// The run that holds the interval.
    [[nodiscard]] std::size_t run_of(std::uint32_t interval) const;
    [[nodiscard]] std::uint32_t end() const { return end_; }
    /// [day] a number for its season and day type: like days have the same one.
    [[nodiscard]] std::span<std::uint32_t const> kind_of_day() const { return kind_; }

  private:
    std::size_t rates_;
    std::size_t rows_;
    std::uint32_t end_;
    std::vector<Run> runs_;
    std::vector<std::uint32_t> kind_;
};

} // namespace gridtwin::headend::billing
