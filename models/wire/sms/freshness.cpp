#include "models/wire/sms/freshness.hpp"

#include <algorithm>

namespace gridtwin::wire::sms {

Freshness freshness_of(SeenNumbers const& seen, std::uint64_t number, std::uint32_t window) {
    if (number > seen.greatest) {
        return Freshness::fresh;
    }
    std::uint64_t const back = seen.greatest - number;
    if (number == 0 || back >= kMostWindow) {
        return Freshness::too_old;
    }
    if ((seen.below >> back & 1U) != 0) {
        return Freshness::seen;
    }
    return back < window ? Freshness::fresh : Freshness::too_old;
}

void see(SeenNumbers& seen, std::uint64_t number) {
    if (number > seen.greatest) {
        std::uint64_t const step = number - seen.greatest;
        seen.below = step >= kMostWindow ? 0 : seen.below << step;
        seen.greatest = number;
    }
    std::uint64_t const back = seen.greatest - number;
    if (back < kMostWindow) {
        seen.below |= std::uint64_t{1} << back;
    }
}

} // namespace gridtwin::wire::sms
