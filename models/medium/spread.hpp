#pragma once
// What follows from a frame to everybody, on any medium.
#include "models/medium/broadcast.hpp"
#include "models/medium/datagram.hpp"
#include "models/medium/route.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::medium {

/// Notes the frame's fate at one node within hearing.
/// @return whether the node hears that broadcast now, for the first time
inline bool note_reception(Broadcasts& broadcasts, TrafficCount& receptions, std::uint32_t number,
                           std::uint16_t node, LossReason fate) {
    ++receptions.sent;
    receptions.settle(fate);
    return fate == LossReason::none && broadcasts.first_heard(number, node);
}

/// Tells those that it reached, in order; before that, where it is to spread and others are below
/// that node, repeat(node).
template <typename Repeat>
void tell_reached(std::span<std::uint16_t const> reached, Datagram const& datagram,
                  std::span<RouteEntry const> routes, SimTime now, Sink& sink, Repeat repeat) {
    auto const above_others =
        datagram.spread && !reached.empty() ? forwarders(routes) : std::vector<std::uint8_t>{};
    for (std::uint16_t const node : reached) {
        if (!above_others.empty() && above_others[node] != 0) {
            repeat(node);
        }
        sink.on_broadcast(datagram, node, now);
    }
}

} // namespace gridtwin::medium
