#include "models/meter/clock_broadcast.hpp"

#include <algorithm>
#include <chrono>

namespace gridtwin::meter {

bool believe_clock(ClockHearing& heard, Message const& broadcast, SimTime shown) {
    if (broadcast.command == heard.command) {
        return false;
    }
    constexpr std::int64_t kFurthest = 4'000'000'000'000'000'000; // ns; what can be calculated with
    SimDuration const uncertainty = std::chrono::milliseconds(broadcast.count);
    SimDuration const deviation =
        from_ns(std::clamp(broadcast.value, -kFurthest, kFurthest)) - shown;
    if (std::chrono::abs(deviation) <= uncertainty) {
        heard = {};
        return false;
    }
    bool const again = heard.command != CommandId{} &&
                       std::chrono::abs(deviation - heard.deviation) <= uncertainty;
    heard = again ? ClockHearing{} : ClockHearing{broadcast.command, deviation};
    return again;
}

} // namespace gridtwin::meter
