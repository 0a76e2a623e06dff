#include "models/headend/vee/sum_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gridtwin::headend::vee {

std::uint32_t RegisterPair::interval_at(SimTime t, SimDuration interval) {
    auto const since = t.time_since_epoch();
    return since <= SimDuration::zero()
               ? 0
               : static_cast<std::uint32_t>((since + interval - SimDuration{1}) / interval);
}

namespace {

/// How much of an interval's energy, by its size, may lie in a part of it.
std::int64_t most_in(SimDuration part, std::int64_t size_mwh, MeterLimits const& limits,
                     SimDuration interval) {
    auto const limit = static_cast<double>(std::max<std::int64_t>(limits.high_mwh, size_mwh));
    double const share = static_cast<double>(part.count()) / static_cast<double>(interval.count());
    return std::min(size_mwh, static_cast<std::int64_t>(std::ceil(limit * share)));
}

} // namespace

SumBounds sum_bounds(Series const& series, RegisterPair const& pair, Flags replace,
                     MeterLimits const& limits, SimDuration stamp, SimDuration interval) {
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
        Series::Cell const cell = series.cell(k);
        if (is_open(cell.grade, cell.flags, replace)) {
            bounds.low_known = bounds.low_known && !limits.exports;
            bounds.high_known = false;
            continue;
        }
        SimDuration const surely =
            std::max(SimDuration::zero(), std::min(ends, to) - std::max(begins, from + stamp));
        SimDuration const perhaps = std::min(ends, to + stamp) - std::max(begins, from);
        std::int64_t const v = cell.mwh;
        std::int64_t const size = std::abs(v);
        std::int64_t const least = size - most_in(interval - surely, size, limits, interval);
        std::int64_t const most = most_in(perhaps, size, limits, interval);
        bounds.low_mwh += v < 0 ? -most : least;
        bounds.high_mwh += v < 0 ? -least : most;
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
