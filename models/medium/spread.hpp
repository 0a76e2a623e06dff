#pragma once
// What follows from a frame to everybody, on any medium.
#include "models/medium/broadcast.hpp"
#include "models/medium/datagram.hpp"
#include "models/medium/job_queue.hpp"
#include "models/medium/route.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
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

/// Who of those that it reached repeats one that is to spread: whoever has others below it, in the
/// tree of its first sender (in any, when that was in none). [row of reached] 1 or 0
template <std::size_t kMaxHops>
[[nodiscard]] std::vector<std::uint8_t> repeaters(std::span<std::uint16_t const> reached,
                                                  Job<kMaxHops> const& job,
                                                  std::span<RouteEntry const> routes) {
    std::vector<std::uint8_t> out(reached.size(), 0);
    if (!job.datagram.spread || reached.empty()) {
        return out;
    }
    auto const above_others = forwarders(routes);
    for (std::size_t k = 0; k < reached.size(); ++k) {
        bool const in_tree = job.tree == kNoNode || way_end(routes, reached[k]) == job.tree;
        out[k] = in_tree ? above_others[reached[k]] : 0;
    }
    return out;
}

/// Tells those that it reached, in order; before that, of each of its repeaters, repeat(node).
template <std::size_t kMaxHops, typename Repeat>
void tell_reached(std::span<std::uint16_t const> reached, Job<kMaxHops> const& job,
                  std::span<RouteEntry const> routes, SimTime now, Sink& sink, Repeat repeat) {
    auto const repeats = repeaters(reached, job, routes);
    for (std::size_t k = 0; k < reached.size(); ++k) {
        if (repeats[k] != 0) {
            repeat(reached[k]);
        }
        sink.on_broadcast(job.datagram, reached[k], now);
    }
}

} // namespace gridtwin::medium
