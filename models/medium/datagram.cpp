#include "models/medium/datagram.hpp"

#include <fmt/format.h>

namespace gridtwin::medium {

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
