#pragma once
// What the meters of an area know of its concentrators, and who is calling there.
#include "models/meter/registration.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace gridtwin::twin {

struct AreaDiscovery {
    /// A meter that was asked to call, until it tells who has answered.
    struct Calling {
        Message request;
        Message call;
        std::vector<wire::FoundMeter> found;
    };

    meter::Registrations registrations; ///< [member, concentrators left out]
    std::map<std::pair<std::size_t, Channel>, Calling> calling; ///< by member
    std::size_t registered = 0;    ///< meters that have belonged to somebody
    SimTime last_found = kStart;   ///< when the last of those did, for the first time
    std::uint64_t calls_heard = 0; ///< by a meter each
    std::uint64_t hellos = 0;      ///< that meters sent
    std::uint64_t hellos_late = 0; ///< that reached a meter which had told already

    [[nodiscard]] std::size_t bytes() const { return registrations.bytes(); }
};

} // namespace gridtwin::twin
