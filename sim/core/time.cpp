#include "sim/core/time.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin {

SimDuration duration_from_s(double seconds) {
    if (!(std::abs(seconds) < 9.2e9)) {
        throw SimulationError(fmt::format("{} s is no simulated time", seconds));
    }
    return SimDuration{static_cast<std::int64_t>(std::llround(seconds * 1e9))};
}

std::string format_time(SimTime t) {
    if (t == kNever) {
        return "never";
    }
    std::int64_t ms = to_ns(t) / 1'000'000;
    std::string out = ms < 0 ? "-" : "";
    ms = ms < 0 ? -ms : ms;
    if (ms >= 86'400'000) {
        out += fmt::format("{}d ", ms / 86'400'000);
    }
    out += fmt::format("{:02}:{:02}:{:02}", ms / 3'600'000 % 24, ms / 60'000 % 60, ms / 1000 % 60);
    if (ms % 1000 != 0) {
        out += fmt::format(".{:03}", ms % 1000);
    }
    return out;
}

} // namespace gridtwin
