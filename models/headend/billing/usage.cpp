#include "models/headend/billing/usage.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace gridtwin::headend::billing {

namespace {

/// The part of a range that a series holds.
IntervalRange held(Series const& series, IntervalRange range) {
    IntervalRange const both{std::max(range.first, series.first),
                             std::min(range.end, series.end())};
    return both.first < both.end ? both : IntervalRange{range.first, range.first};
}

void count_missing(Usage& usage, RowEnergy& row, std::uint32_t intervals, SimDuration interval,
                   std::int64_t assumed_mwh_day) {
    if (intervals == 0) {
        return;
    }
    constexpr SimDuration kDay = std::chrono::hours(24);
    std::int64_t const energy = round_half_even(
        Int128{assumed_mwh_day} * intervals * interval.count(), Int128{kDay.count()});
    row.import_mwh += energy;
    usage.gross_mwh += energy;
    usage.estimated_mwh += energy;
    usage.estimated_intervals += intervals;
}

/// Adds up values of one row; @return how many of them are missing.
std::uint32_t count_run(Usage& usage, RowEnergy& row, std::int32_t const* energy,
                        std::uint8_t const* quality, std::size_t count) {
    std::int64_t in = 0;
    std::int64_t net = 0;
    std::uint8_t worst = 0;
    for (std::size_t i = 0; i < count; ++i) {
        worst |= quality[i];
    }
    std::uint32_t missing = 0;
    if (worst == kActual) {
        for (std::size_t i = 0; i < count; ++i) {
            in += std::max(energy[i], 0);
            net += energy[i];
        }
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            if (quality[i] == kMissing) {
                ++missing;
                continue;
            }
            std::int64_t const e = energy[i];
            in += std::max<std::int64_t>(e, 0);
            net += e;
            if (quality[i] != kActual) {
                usage.estimated_mwh += e < 0 ? -e : e;
                ++usage.estimated_intervals;
            }
        }
    }
    row.import_mwh += in;
    row.export_mwh += in - net;
    usage.gross_mwh += in + in - net;
    return missing;
}

/// Highest sum of so many intervals in a row (of all, when there are fewer); never below zero.
/// What is missing counts nothing.
std::int64_t highest_sum(Series const& series, IntervalRange range, std::uint32_t window) {
    std::int64_t sum = 0;
    std::int64_t highest = 0;
    auto const value = [&](std::uint32_t k) {
        std::size_t const i = k - series.first;
        return series.quality[i] == kMissing ? 0 : std::int64_t{series.energy_mwh[i]};
    };
    IntervalRange const in = held(series, range);
    std::uint32_t const wide = std::min(window, in.count());
    for (std::uint32_t k = in.first; k < in.end; ++k) {
        sum += value(k);
        if (k - in.first >= wide) {
            sum -= value(k - wide);
        }
        if (k - in.first + 1 >= wide) {
            highest = std::max(highest, sum);
        }
    }
    return highest;
}

void count_excess(Usage& usage, Counting const& by, Series const& series, IntervalRange range) {
    auto const most =
        round_half_even(Int128{by.tariff.limit.limit_w} * 1000 * by.days.interval().count(),
                        Int128{std::chrono::nanoseconds(std::chrono::hours(1)).count()});
    IntervalRange const in = held(series, range);
    for (std::uint32_t k = in.first; k < in.end; ++k) {
        std::size_t const i = k - series.first;
        std::int64_t const e = series.energy_mwh[i];
        if (series.quality[i] != kMissing && e > most) {
            usage.excess_mwh += e - most;
            ++usage.excess_intervals;
        }
    }
}

/// Net energy of a day's intervals that start in a window of the clock; nothing unless all are
/// there, and at least one.
struct WindowSum {
    std::int64_t energy_mwh = 0;
    bool whole = false;
};
WindowSum window_of(CivilDays const& days, Series const& series, std::size_t day,
                    std::int32_t from_s, std::int32_t to_s) {
    WindowSum sum;
    IntervalRange const range = days.of_day(day);
    for (std::uint32_t k = range.first; k < range.end; ++k) {
        std::int32_t const second = days.second_of_day(k);
        if (second < from_s || second >= to_s) {
            continue;
        }
        if (k < series.first || k >= series.end() || series.quality[k - series.first] == kMissing) {
            return {};
        }
        sum.energy_mwh += series.energy_mwh[k - series.first];
        sum.whole = true;
    }
    return sum;
}

bool has_event(Counting const& by, IntervalRange day) {
    auto const falls = [&](PeakEvent const& e) {
        return by.days.interval_from(e.from) < day.end && by.days.interval_from(e.to) > day.first;
    };
    return std::any_of(by.tariff.rebates.begin(), by.tariff.rebates.end(), falls) ||
           std::any_of(by.tariff.critical_peaks.begin(), by.tariff.critical_peaks.end(), falls);
}

/// Rule and order: docs/models/billing.md. An event belongs to the bill it begins in.
RebateUse count_rebate(Counting const& by, Series const& series, std::uint32_t row) {
    PeakEvent const& event = by.tariff.rebates[row];
    IntervalRange const hours{by.days.interval_from(event.from), by.days.interval_from(event.to)};
    RebateUse use{.event = row};
    for (std::uint32_t k = hours.first; k < hours.end; ++k) {
        if (k < series.first || k >= series.end() || series.quality[k - series.first] == kMissing) {
            return use; // a saving that nobody read is none
        }
        use.actual_mwh += series.energy_mwh[k - series.first];
    }
    std::size_t const day = by.days.day_of(hours.first);
    std::int32_t const from_s = by.days.second_of_day(hours.first);
    std::int32_t const to_s = by.days.second_of_day(hours.end - 1) + 1;
    std::vector<std::int64_t> like;
    BaselineRule const& rule = by.tariff.baseline;
    auto const kinds = by.calendar.kind_of_day();
    for (std::size_t back = 1;
         back <= std::min<std::size_t>(day, rule.look_back) && like.size() < rule.of_last; ++back) {
        std::size_t const d = day - back;
        if (kinds[d] != kinds[day] || has_event(by, by.days.of_day(d))) {
            continue;
        }
        if (auto const sum = window_of(by.days, series, d, from_s, to_s); sum.whole) {
            like.push_back(sum.energy_mwh);
        }
    }
    std::sort(like.begin(), like.end(), std::greater<>{});
    like.resize(std::min<std::size_t>(like.size(), rule.highest));
    use.days = static_cast<std::uint32_t>(like.size());
    use.baseline_mwh = std::accumulate(like.begin(), like.end(), std::int64_t{0});
    return use;
}

bool begins_in(Counting const& by, PeakEvent const& event, IntervalRange range) {
    std::uint32_t const first = by.days.interval_from(event.from);
    return range.first <= first && first < range.end;
}

} // namespace

Usage count_usage(Counting const& by, Series const& series, IntervalRange range,
                  std::int64_t assumed_mwh_day) {
    if (series.quality.size() != series.energy_mwh.size() || range.end > by.calendar.end()) {
        throw SimulationError("billing: a series without qualities, or beyond the calendar");
    }
    Usage usage;
    usage.rows.resize(by.calendar.rows());
    auto const runs = by.calendar.runs();
    for (std::size_t r = by.calendar.run_of(range.first);
         r < runs.size() && runs[r].first < range.end; ++r) {
        IntervalRange const run{
            std::max(range.first, runs[r].first),
            std::min(range.end, r + 1 < runs.size() ? runs[r + 1].first : by.calendar.end())};
        IntervalRange const in = held(series, run);
        RowEnergy& row = usage.rows[runs[r].row];
        std::uint32_t missing = run.count() - in.count();
        if (in.count() > 0) {
            std::size_t const i = in.first - series.first;
            missing += count_run(usage, row, series.energy_mwh.data() + i,
                                 series.quality.data() + i, in.count());
        }
        count_missing(usage, row, missing, by.days.interval(), assumed_mwh_day);
    }
    if (by.tariff.demand.per_kw != 0) {
        usage.peak_mwh = highest_sum(series, range, by.tariff.demand.intervals);
    }
    if (by.tariff.limit.limit_w != 0) {
        count_excess(usage, by, series, range);
    }
    for (std::uint32_t e = 0; e < by.tariff.rebates.size(); ++e) {
        if (begins_in(by, by.tariff.rebates[e], range)) {
            usage.rebates.push_back(count_rebate(by, series, e));
        }
    }
    return usage;
}

void count_assumed(Counting const& by, IntervalRange range, std::int64_t assumed_mwh_day,
                   Usage& to) {
    if (range.count() > 0) {
        add(to, count_usage(by, {.first = range.first, .energy_mwh = {}, .quality = {}}, range,
                            assumed_mwh_day));
    }
}

std::uint32_t history_from(Counting const& by, IntervalRange range) {
    std::uint32_t from = range.first;
    for (PeakEvent const& event : by.tariff.rebates) {
        if (begins_in(by, event, range)) {
            std::size_t const day = by.days.day_of(by.days.interval_from(event.from));
            std::size_t const back = std::min<std::size_t>(day, by.tariff.baseline.look_back);
            from = std::min(from, by.days.days()[day - back].first);
        }
    }
    return from;
}

void add(Usage& to, Usage const& other) {
    to.rows.resize(std::max(to.rows.size(), other.rows.size()));
    for (std::size_t r = 0; r < other.rows.size(); ++r) {
        to.rows[r].import_mwh += other.rows[r].import_mwh;
        to.rows[r].export_mwh += other.rows[r].export_mwh;
    }
    to.rebates.insert(to.rebates.end(), other.rebates.begin(), other.rebates.end());
    to.peak_mwh = std::max(to.peak_mwh, other.peak_mwh);
    to.excess_mwh += other.excess_mwh;
    to.excess_intervals += other.excess_intervals;
    to.estimated_intervals += other.estimated_intervals;
    to.gross_mwh += other.gross_mwh;
    to.estimated_mwh += other.estimated_mwh;
}

} // namespace gridtwin::headend::billing
