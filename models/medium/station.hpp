#pragma once
// What a node of a shared medium is doing.
#include "models/medium/job_queue.hpp"
#include "sim/core/time.hpp"

#include <cstdint>

namespace gridtwin::medium {

inline constexpr SimTime kLongAgo = from_ns(-1'000'000'000'000);

enum class Activity : std::uint8_t { idle, waiting, sending };

struct Station {
    std::uint64_t attempt = 0;    ///< order of the attempt event in force
    SimTime own_until = kLongAgo; ///< end of what it sent or will acknowledge
    Queue queue;
    std::uint8_t backoff_exponent = 0;
    Activity activity = Activity::idle;
};

} // namespace gridtwin::medium
