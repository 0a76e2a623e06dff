#include "models/headend/ports/commands.hpp"

#include <algorithm>

namespace gridtwin::headend {

SimDuration wait_after(RetryPolicy const& policy, std::uint32_t tries_before) {
    SimDuration wait = policy.timeout;
    for (std::uint32_t i = 0; i < tries_before && wait < policy.longest; ++i) {
        wait *= policy.factor;
    }
    return std::min(wait, policy.longest);
}

std::string problem(RetryPolicy const& policy) {
    constexpr SimDuration kLongest = std::chrono::hours(24 * 365);
    if (policy.timeout <= SimDuration::zero() || policy.longest < policy.timeout ||
        policy.longest > kLongest) {
        return "a timeout must be positive, and the longest wait between it and a year";
    }
    if (policy.tries < 1 || policy.tries > 255) {
        return "tries must be 1 to 255";
    }
    if (policy.factor < 1 || policy.factor > 100) {
        return "the back-off factor must be 1 to 100";
    }
    return {};
}

JournalEntry command_entry(SimTime at, EventKind kind, CommandId command, MeterId meter,
                           Reason reason, SimDuration latency) {
    return {.at = at,
            .kind = kind,
            .entity = EventEntity::meter,
            .reason = reason,
            .row = static_cast<std::uint32_t>(index(meter)),
            .value = static_cast<std::int64_t>(command),
            .latency = latency};
}

} // namespace gridtwin::headend
