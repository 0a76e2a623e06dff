// Meters without intervals: what their registers tell.
#include "models/headend/billing/usage.hpp"

#include <algorithm>
#include <array>

namespace gridtwin::headend::billing {

namespace {

struct Level {
    std::array<std::int64_t, 2> mwh{}; ///< import, export
};

/// One register's readings, ascending by date.
class Register {
  public:
    Register(std::span<RegisterReading const> readings, std::uint32_t tariff, SimDuration slack)
        : slack_(slack) {
        for (auto const& r : readings) {
            if (r.tariff == tariff) {
                readings_.push_back(r);
            }
        }
        std::stable_sort(readings_.begin(), readings_.end(),
                         [](auto const& a, auto const& b) { return a.read < b.read; });
    }
    [[nodiscard]] bool empty() const { return readings_.empty(); }
    [[nodiscard]] SimTime first() const { return readings_.front().read; }
    [[nodiscard]] SimTime last() const { return readings_.back().read; }
    [[nodiscard]] bool knows(SimTime t) const {
        return first() - slack_ <= t && t <= last() + slack_;
    }
    [[nodiscard]] Level at(SimTime t) const {
        auto const after = std::lower_bound(readings_.begin(), readings_.end(), t, before);
        if (after == readings_.end()) {
            return level(readings_.back());
        }
        if (after == readings_.begin()) {
            return level(*after);
        }
        auto const& a = *(after - 1);
        auto const& b = *after;
        if (std::min(t - a.read, b.read - t) <= slack_) {
            return level(t - a.read <= b.read - t ? a : b);
        }
        Level mid;
        for (std::size_t i = 0; i < 2; ++i) {
            Int128 const rise = Int128{b.value[i]} - a.value[i];
            mid.mwh[i] = a.value[i] + round_half_even(rise * (t - a.read).count(),
                                                      Int128{(b.read - a.read).count()});
        }
        return mid;
    }
    /// Energy of [from, to] that lies between a reading and an end that none is near to.
    [[nodiscard]] std::int64_t interpolated(SimTime from, SimTime to) const {
        auto const first =
            std::lower_bound(readings_.begin(), readings_.end(), from - slack_, before);
        auto const past =
            std::upper_bound(readings_.begin(), readings_.end(), to + slack_,
                             [](SimTime t, RegisterReading const& r) { return t < r.read; });
        if (first >= past) {
            return rise(at(from), at(to));
        }
        auto const last = past - 1;
        std::int64_t energy = 0;
        if (first->read > from + slack_) {
            energy += rise(at(from), level(*first));
        }
        if (last->read < to - slack_) {
            energy += rise(level(*last), at(to));
        }
        return energy;
    }
    [[nodiscard]] static std::int64_t rise(Level const& a, Level const& b) {
        return b.mwh[0] - a.mwh[0] + b.mwh[1] - a.mwh[1];
    }

  private:
    static bool before(RegisterReading const& r, SimTime t) { return r.read < t; }
    static Level level(RegisterReading const& r) { return {{r.value[0], r.value[1]}}; }

    std::vector<RegisterReading> readings_;
    SimDuration slack_;
};

/// Intervals of each rate in the range, critical peaks included.
std::vector<std::int64_t> time_of_rates(Counting const& by, IntervalRange range) {
    std::vector<std::int64_t> count(by.calendar.rates());
    auto const runs = by.calendar.runs();
    for (std::size_t r = by.calendar.run_of(range.first);
         r < runs.size() && runs[r].first < range.end; ++r) {
        std::uint32_t const end =
            std::min(range.end, r + 1 < runs.size() ? runs[r + 1].first : by.calendar.end());
        count[runs[r].row % by.calendar.rates()] += end - std::max(range.first, runs[r].first);
    }
    return count;
}

/// Shares out energy in proportion to time; the shares' sum is the energy.
void share_out(Usage& usage, std::vector<std::int64_t> const& time, Level const& energy) {
    std::int64_t all = 0;
    for (std::int64_t const t : time) {
        all += t;
    }
    std::int64_t before = 0;
    for (std::size_t r = 0; r < time.size(); ++r) {
        std::int64_t const after = before + time[r];
        auto const part = [&](std::int64_t e) {
            return round_half_even(Int128{e} * after, all) -
                   round_half_even(Int128{e} * before, all);
        };
        usage.rows[r].import_mwh += part(energy.mwh[0]);
        usage.rows[r].export_mwh += part(energy.mwh[1]);
        before = after;
    }
}

} // namespace

Usage count_registers(Counting const& by, std::span<RegisterReading const> readings,
                      IntervalRange range, IntervalRange alone, SimDuration slack,
                      std::int64_t assumed_mwh_day) {
    Usage usage;
    usage.rows.resize(by.calendar.rows());
    std::size_t const rates = by.calendar.rates();
    std::vector<Register> registers;
    for (std::uint32_t tariff = 1; rates > 1 && tariff <= rates; ++tariff) {
        registers.emplace_back(readings, tariff, slack);
    }
    bool const by_rate =
        !registers.empty() && std::none_of(registers.begin(), registers.end(),
                                           [](Register const& r) { return r.empty(); });
    if (!by_rate) {
        registers.clear();
        registers.emplace_back(readings, 0, slack);
    }
    SimTime from = by.days.start_of(range.first);
    SimTime to = by.days.start_of(range.end);
    bool known = true;
    for (Register const& r : registers) {
        if (r.empty()) {
            known = false;
            continue;
        }
        from = r.knows(from) ? from : std::max(from, r.first());
        to = r.knows(to) ? to : std::min(to, r.last());
    }
    std::vector<Level> energy;
    for (std::size_t r = 0; known && from < to && r < registers.size(); ++r) {
        Level const a = registers[r].at(from);
        Level const b = registers[r].at(to);
        energy.push_back({{b.mwh[0] - a.mwh[0], b.mwh[1] - a.mwh[1]}});
        known = energy.back().mwh[0] >= 0 && energy.back().mwh[1] >= 0; // none runs backwards
    }
    if (!known || from >= to) {
        count_assumed(by, alone, assumed_mwh_day, usage);
        return usage;
    }
    IntervalRange const told{by.days.interval_from(from - by.days.interval() + SimDuration{1}),
                             std::min(range.end, by.days.interval_from(to))};
    count_assumed(by, {alone.first, std::min(told.first, alone.end)}, assumed_mwh_day, usage);
    count_assumed(by, {std::max(told.end, alone.first), alone.end}, assumed_mwh_day, usage);
    for (std::size_t r = 0; r < registers.size(); ++r) {
        std::int64_t const gross = energy[r].mwh[0] + energy[r].mwh[1];
        usage.gross_mwh += gross;
        if (by_rate || rates == 1) {
            usage.rows[r].import_mwh += energy[r].mwh[0];
            usage.rows[r].export_mwh += energy[r].mwh[1];
            usage.estimated_mwh += registers[r].interpolated(from, to);
        } else {
            share_out(usage, time_of_rates(by, told), energy[r]);
            usage.estimated_mwh += gross;
        }
    }
    return usage;
}

} // namespace gridtwin::headend::billing
