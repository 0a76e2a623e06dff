#include "sim/results/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace gridtwin::results {

double percentile(std::span<double const> sorted, double p_frac) {
    if (sorted.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    auto const n = static_cast<double>(sorted.size());
    // 0.07 * 100 is a little more than 7; the slack is far below one rank for any n that fits.
    auto const rank = std::ceil(p_frac * n * (1.0 - 1e-12));
    auto const last = sorted.size() - 1;
    return rank <= 1.0 ? sorted[0] : sorted[std::min(last, static_cast<std::size_t>(rank) - 1)];
}

LatencySummary summarize(std::vector<double> latencies_s) {
    std::sort(latencies_s.begin(), latencies_s.end());
    LatencySummary out;
    out.count = latencies_s.size();
    auto const sum = std::accumulate(latencies_s.begin(), latencies_s.end(), 0.0);
    out.mean_s = latencies_s.empty() ? std::numeric_limits<double>::quiet_NaN()
                                     : sum / static_cast<double>(latencies_s.size());
    out.p50_s = percentile(latencies_s, 0.50);
    out.p95_s = percentile(latencies_s, 0.95);
    out.p99_s = percentile(latencies_s, 0.99);
    out.max_s = percentile(latencies_s, 1.0);
    return out;
}

std::array<LatencySummary, kChannels> latency_by_channel(std::span<MessageRecord const> records) {
    std::array<std::vector<double>, kChannels> latencies_s;
    for (auto const& r : records) {
        if (r.fate == Fate::delivered) {
            latencies_s[static_cast<std::size_t>(r.channel)].push_back(to_s(r.done - r.sent));
        }
    }
    std::array<LatencySummary, kChannels> out;
    for (std::size_t c = 0; c < kChannels; ++c) {
        out[c] = summarize(std::move(latencies_s[c]));
    }
    return out;
}

} // namespace gridtwin::results
