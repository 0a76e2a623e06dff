#pragma once
// Communication modules that break and wait for their exchange: a process of two states.
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <chrono>
#include <vector>

namespace gridtwin::meter {

/// A module that works breaks at a constant rate; the time to its exchange is exponential.
/// Both are assumptions: docs/models/meter.md, "Broken modules".
struct ModuleFaultSpec {
    double failures_per_year = 0.01; ///< of a module that works, a year of 365.25 days; 0: none
    SimDuration repair = std::chrono::hours{60 * 24}; ///< mean, from failure to exchange; > 0
};

/// Probability that a module is broken at any instant: r / (1 + r), r = rate * repair.
[[nodiscard]] double broken_frac(ModuleFaultSpec const& spec);

struct ModuleLife {
    bool broken_at_start = false;
    std::vector<SimTime> changes; ///< breaks or is exchanged, in turn, in (kStart, end)
};

/// The life of a meter's module on one channel, in the stationary state at the start.
/// Draws depend on seed, meter and channel alone.
[[nodiscard]] ModuleLife module_life(ModuleFaultSpec const& spec, Seed seed, MeterId meter,
                                     Channel channel, SimTime end);

} // namespace gridtwin::meter
