#include "models/medium/datagram.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace gridtwin::medium {

std::uint32_t arrive_by(SimTime at) {
    if (at == kNever) {
        return 0;
    }
    std::int64_t const units = to_ns(at) / kArriveByUnitNs;
    if (units > std::numeric_limits<std::uint32_t>::max()) {
        throw SimulationError(
            fmt::format("a datagram cannot be told to arrive by {}", format_time(at)));
    }
    return static_cast<std::uint32_t>(std::max<std::int64_t>(units, 1));
}

std::string misuse(Datagram const& datagram, SimTime at, SimTime now, std::size_t nodes,
                   std::string_view noun) {
    if (at < now) {
        return fmt::format("datagram {} is sent in the past", datagram.handle);
    }
    if (datagram.to == kEverybody) {
        return fmt::format("datagram {} to everybody goes from {} {} of {} and has {} octets, more "
                           "than fit into a frame or from nobody",
                           datagram.handle, noun, datagram.from, nodes, datagram.octets);
    }
    if (datagram.arrive_by_cs != 0) {
        return fmt::format("datagram {} is to arrive by a time, which only one to everybody can be "
                           "told",
                           datagram.handle);
    }
    return fmt::format("datagram {0} goes from {1} {2} to {1} {3} of {4}", datagram.handle, noun,
                       datagram.from, datagram.to, nodes);
}

} // namespace gridtwin::medium
