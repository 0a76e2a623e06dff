#include "models/headend/vee/sum_check.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::headend::vee {

std::uint32_t RegisterPair::interval_at(SimTime t, SimDuration interval) {
    auto const since = t.time_since_epoch();
    return since <= SimDuration::zero()
               ? 0
               : static_cast<std::uint32_t>((since + interval - SimDuration{1}) / interval);
}

SumBounds sum_bounds(Series const& series, RegisterPair const& pair, Flags replace, bool exports,
                     SimDuration stamp, SimDuration interval) {
    SumBounds bounds;
    SimTime const from = pair.from.read;
    SimTime const to = pair.to.read;
    std::uint32_t const last = RegisterPair::interval_at(to + stamp, interval);
    for (std::uint32_t k = std::max(1U, pair.first(interval) - 1); k <= last; ++k) {
        SimTime const begins = kStart + (k - 1) * interval;
        SimTime const ends = begins + interval;
        if (ends <= from) {
            continue; // `from` was taken right at its end
        }
        bool const whole = begins >= from + stamp && ends <= to;
        Series::Cell const cell = series.cell(k);
        if (is_open(cell.grade, cell.flags, replace)) {
            bounds.low_known = bounds.low_known && !exports;
            bounds.high_known = false;
            continue;
        }
        std::int64_t const v = cell.mwh;
        bounds.low_mwh += whole ? v : std::min<std::int64_t>(v, 0);
        bounds.high_mwh += whole ? v : std::max<std::int64_t>(v, 0);
    }
    return bounds;
}

std::int64_t part_of(std::int64_t mwh, std::uint32_t k, SimTime from, SimTime to,
                     SimDuration interval) {
    SimTime const begins = std::max(from, kStart + (k - 1) * interval);
    SimTime const ends = std::min(to, kStart + k * interval);
    if (ends <= begins) {
        return 0;
    }
    return ends - begins == interval ? mwh
                                     : std::llround(static_cast<double>(mwh) *
                                                    static_cast<double>((ends - begins).count()) /
                                                    static_cast<double>(interval.count()));
}

} // namespace gridtwin::headend::vee
