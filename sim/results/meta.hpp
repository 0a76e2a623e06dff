#pragma once
// What a result file says about the run it came from: the attributes of /meta.
#include <cstdint>
#include <string>

namespace gridtwin::results {

/// Raised when the meaning of something in the file changes; docs/results.md tells the history.
inline constexpr std::uint32_t kSchemaVersion = 1;

/// Where a run came from. None of it enters the digest.
struct Meta {
    std::string name{};            ///< of the scenario
    std::string scenario_path{};   ///< as the user gave it
    std::string scenario_text{};   ///< the file as it was read
    std::string program_version{}; ///< "0.1.0"
    std::uint64_t seed = 0;
    std::string start_iso{}; ///< local civil time, "2026-01-15T00:00:00", an offset may follow
    std::string time_zone{}; ///< IANA name
    std::int64_t start_unix_s = 0; ///< the same instant, seconds since 1970-01-01T00:00:00Z
    double duration_s = 0.0;       ///< as asked for; Reader::reached_s() says how far it came
    unsigned threads = 1;
};

} // namespace gridtwin::results
