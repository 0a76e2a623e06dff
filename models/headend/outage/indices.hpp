#pragma once
// Reliability indices of IEEE Std 1366: of what happened, or of what somebody believed.
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// A customer without supply.
struct Interruption {
    MeterId meter = kNone<MeterId>;
    std::uint32_t spare = 0; ///< no padding, so that states are plain octets
    SimTime from{};
    SimTime to = kNever; ///< kNever: it lasts
    friend bool operator==(Interruption const&, Interruption const&) = default;
};

struct ReliabilityIndices {
    double saidi_min = 0.0; ///< minutes of sustained interruption a customer
    double saifi = 0.0;     ///< sustained interruptions a customer
    double caidi_min = 0.0; ///< SAIDI / SAIFI: minutes an interruption; 0 without any
    double maifi = 0.0;     ///< momentary interruptions a customer
    std::uint64_t sustained = 0;
    std::uint64_t momentary = 0;
};

/// The interruptions that begin in [from, to), those that last counted up to `to`; one is sustained
/// when it is longer than `sustained`. A customer's that overlap or touch are one, so the same one
/// may be told twice.
/// @param customers served; @throws SimulationError when there are none, or an interruption ends
/// before it begins
[[nodiscard]] ReliabilityIndices
reliability_indices(std::span<Interruption const> interruptions, std::uint64_t customers,
                    SimTime from, SimTime to, SimDuration sustained = std::chrono::minutes(5));

/// A customer's interruptions that overlap or touch made one; by meter, then by their beginning.
[[nodiscard]] std::vector<Interruption> merged(std::span<Interruption const> interruptions);

} // namespace gridtwin::headend
