#include "models/headend/outage/indices.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace gridtwin::headend {

std::vector<Interruption> merged(std::span<Interruption const> interruptions) {
    std::vector<Interruption> sorted(interruptions.begin(), interruptions.end());
    std::sort(sorted.begin(), sorted.end(), [](Interruption const& a, Interruption const& b) {
        return std::tie(a.meter, a.from, a.to) < std::tie(b.meter, b.from, b.to);
    });
    std::vector<Interruption> result;
    for (Interruption const& next : sorted) {
        if (next.to < next.from) {
            throw SimulationError(fmt::format("an interruption of meter {} ends before it begins",
                                              index(next.meter)));
        }
        if (!result.empty() && result.back().meter == next.meter && next.from <= result.back().to) {
            result.back().to = std::max(result.back().to, next.to);
        } else {
            result.push_back(next);
        }
    }
    return result;
}

ReliabilityIndices reliability_indices(std::span<Interruption const> interruptions,
                                       std::uint64_t customers, SimTime from, SimTime to,
                                       SimDuration sustained) {
    if (customers == 0) {
        throw SimulationError("reliability indices: no customers are served");
    }
    ReliabilityIndices result;
    SimDuration minutes{};
    for (Interruption const& interruption : merged(interruptions)) {
        if (interruption.from < from || interruption.from >= to) {
            continue;
        }
        SimDuration const length = std::min(interruption.to, to) - interruption.from;
        if (length > sustained) {
            ++result.sustained;
            minutes += length;
        } else if (length > SimDuration::zero()) {
            ++result.momentary;
        }
    }
    auto const n = static_cast<double>(customers);
    result.saidi_min = to_s(minutes) / 60.0 / n;
    result.saifi = static_cast<double>(result.sustained) / n;
    result.maifi = static_cast<double>(result.momentary) / n;
    if (result.sustained > 0) {
        result.caidi_min = to_s(minutes) / 60.0 / static_cast<double>(result.sustained);
    }
    return result;
}

} // namespace gridtwin::headend
