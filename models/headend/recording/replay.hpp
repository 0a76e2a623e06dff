#pragma once
// A recorded head-end, run again without whatever it was that told it things.
#include "models/headend/ports/events.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace gridtwin::headend::recording {

/// Where the replay first does something else than what was recorded.
struct Difference {
    SimTime at{};
    std::string recorded; ///< "nothing", or a command in words
    std::string replayed; ///< likewise
};

struct ReplayReport {
    std::uint64_t told = 0; ///< calls that the head-end got
    std::uint64_t commands = 0;
    std::uint64_t assignments = 0;
    SimTime reached{};
    std::optional<Difference> difference; ///< the first one; the replay ends with it
};

/// Tells a new head-end of the recorded setup what the recorded one was told, and holds what it
/// orders and which timers it sets against the recording.
/// @throws InputError as Deliveries; what the head-end throws
[[nodiscard]] ReplayReport replay(std::filesystem::path const& file);

} // namespace gridtwin::headend::recording
