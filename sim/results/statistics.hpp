#pragma once
// Percentiles and latencies.
#include "sim/core/message.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::results {

/// The nearest-rank percentile: the least value that at least `p_frac` of the values do not exceed,
/// always one of the values (rank ceil(p n), at least 1; Hyndman and Fan 1996, definition 1).
/// @param sorted ascending, without NaN
/// @param p_frac 0..1
/// @return NaN when there are no values
[[nodiscard]] double percentile(std::span<double const> sorted, double p_frac);

struct LatencySummary {
    std::uint64_t count = 0; ///< messages delivered; without any, the rest is NaN
    double mean_s = 0.0;
    double p50_s = 0.0;
    double p95_s = 0.0;
    double p99_s = 0.0;
    double max_s = 0.0;
};

/// @param latencies_s in any order, without NaN
[[nodiscard]] LatencySummary summarize(std::vector<double> latencies_s);

/// From handing over to delivery, for each Channel, over the records that were delivered.
[[nodiscard]] std::array<LatencySummary, kChannels>
latency_by_channel(std::span<MessageRecord const> records);

} // namespace gridtwin::results
