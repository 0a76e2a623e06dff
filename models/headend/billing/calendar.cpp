#include "models/headend/billing/calendar.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend::billing {

CivilDays::CivilDays(CivilClock const& clock, SimDuration interval)
    : clock_(clock), interval_(interval) {
    if (interval <= SimDuration::zero()) {
        throw SimulationError("billing: the interval is not positive");
    }
    extend(kStart + interval);
}

void CivilDays::extend(SimTime t) {
    while (true) {
        std::uint32_t const next = end();
        CivilTime const civil = clock_.at(start_of(next));
        std::chrono::sys_days const date = std::chrono::year{civil.year} / civil.month / civil.day;
        if (days_.empty() || days_.back().date != date) {
            if (!days_.empty() && start_of(days_.back().first) >= t) {
                return; // the day after them is whole
            }
            days_.push_back(
                {.date = date, .first = next, .weekday = static_cast<std::uint8_t>(civil.weekday)});
        }
        second_.push_back(static_cast<std::int32_t>(civil.second_of_day));
    }
}

std::uint32_t CivilDays::interval_from(SimTime t) const {
    if (t <= kStart) {
        return 1;
    }
    auto const passed = (t - kStart + interval_ - SimDuration{1}) / interval_;
    if (passed >= UINT32_MAX) {
        return UINT32_MAX;
    }
    return static_cast<std::uint32_t>(passed) + 1;
}

SimTime CivilDays::start_of(std::uint32_t interval) const {
    return kStart + (interval - 1) * interval_;
}

std::size_t CivilDays::day_of(std::uint32_t interval) const {
    auto const after = std::upper_bound(days_.begin(), days_.end(), interval,
                                        [](std::uint32_t i, Day const& d) { return i < d.first; });
    return static_cast<std::size_t>(after - days_.begin()) - 1;
}

std::uint32_t CivilDays::first_of(std::chrono::sys_days date) const {
    auto const at = std::lower_bound(
        days_.begin(), days_.end(), date,
        [](Day const& d, std::chrono::sys_days wanted) { return d.date < wanted; });
    return at == days_.end() ? end() : at->first;
}

IntervalRange CivilDays::of_day(std::size_t day) const {
    return {days_[day].first, day + 1 < days_.size() ? days_[day + 1].first : end()};
}

std::uint32_t CivilDays::days_in(IntervalRange range) const {
    auto const at = [&](std::uint32_t interval) {
        return std::lower_bound(days_.begin(), days_.end(), interval,
                                [](Day const& d, std::uint32_t i) { return d.first < i; });
    };
    return range.count() == 0 ? 0 : static_cast<std::uint32_t>(at(range.end) - at(range.first));
}

namespace {

std::size_t season_of(Tariff const& tariff, Date date) {
    auto const day = date.month() / date.day();
    for (std::size_t s = 0; s < tariff.seasons.size(); ++s) {
        if (tariff.seasons[s].holds(day)) {
            return s;
        }
    }
    return 0;
}

std::size_t day_type_of(Tariff const& tariff, Date date, std::uint8_t weekday) {
    bool const holiday =
        std::find(tariff.holidays.begin(), tariff.holidays.end(), date) != tariff.holidays.end();
    auto const& types = tariff.day_types;
    for (std::size_t d = 0; holiday && d < types.size(); ++d) {
        if (types[d].holidays) {
            return d;
        }
    }
    for (std::size_t d = 0; d < types.size(); ++d) {
        if ((types[d].weekdays >> weekday & 1U) != 0) {
            return d;
        }
    }
    return 0;
}

DayPlan const& plan_of(Tariff const& tariff, std::size_t season, std::size_t type) {
    return *std::find_if(tariff.plans.begin(), tariff.plans.end(), [&](DayPlan const& plan) {
        return (plan.season.empty() || plan.season == tariff.seasons[season].name) &&
               (plan.day_type.empty() || plan.day_type == tariff.day_types[type].name);
    });
}

std::uint32_t rate_at(Tariff const& tariff, DayPlan const& plan, std::int32_t second) {
    auto const period =
        std::find_if(plan.periods.begin(), plan.periods.end(),
                     [&](Period const& p) { return p.from_s <= second && second < p.to_s; });
    auto const rate = std::find_if(tariff.rates.begin(), tariff.rates.end(),
                                   [&](Rate const& r) { return r.name == period->rate; });
    return static_cast<std::uint32_t>(rate - tariff.rates.begin());
}

} // namespace

RateCalendar::RateCalendar(Tariff const& tariff, CivilDays const& days)
    : rates_(tariff.rates.size()), rows_(rates_ * (1 + tariff.critical_peaks.size())),
      end_(days.end()) {
    auto const wrong = problems(tariff, "tariff '" + tariff.name + "'", days.interval());
    if (!wrong.empty()) {
        throw SimulationError(fmt::format("{}", fmt::join(wrong, "\n")));
    }
    std::vector<IntervalRange> peaks;
    for (PeakEvent const& event : tariff.critical_peaks) {
        peaks.push_back({days.interval_from(event.from), days.interval_from(event.to)});
    }
    for (std::size_t e = 0; e < tariff.rebates.size(); ++e) {
        PeakEvent const& event = tariff.rebates[e];
        if (auto const first = days.interval_from(event.from);
            first < end_ && days.interval_from(event.to) > days.of_day(days.day_of(first)).end) {
            throw SimulationError(
                fmt::format("tariff '{}'.rebates[{}]: lasts beyond its day", tariff.name, e));
        }
    }
    for (std::size_t d = 0; d < days.days().size(); ++d) {
        auto const& day = days.days()[d];
        Date const date{day.date};
        std::size_t const season = season_of(tariff, date);
        std::size_t const type = day_type_of(tariff, date, day.weekday);
        kind_.push_back(static_cast<std::uint32_t>(
            season * std::max<std::size_t>(1, tariff.day_types.size()) + type));
        DayPlan const& plan = plan_of(tariff, season, type);
        IntervalRange const range = days.of_day(d);
        for (std::uint32_t k = range.first; k < range.end; ++k) {
            std::uint32_t row = rate_at(tariff, plan, days.second_of_day(k));
            for (std::size_t e = 0; e < peaks.size(); ++e) {
                if (peaks[e].first <= k && k < peaks[e].end) {
                    row += static_cast<std::uint32_t>(rates_ * (1 + e));
                }
            }
            if (runs_.empty() || runs_.back().row != row) {
                runs_.push_back({.first = k, .row = row});
            }
        }
    }
}

std::size_t RateCalendar::run_of(std::uint32_t interval) const {
    auto const after = std::upper_bound(runs_.begin(), runs_.end(), interval,
                                        [](std::uint32_t i, Run const& r) { return i < r.first; });
    return static_cast<std::size_t>(after - runs_.begin()) - 1;
}

} // namespace gridtwin::headend::billing
