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

/// A job is done: one to everybody may be over.
template <std::size_t kMaxHops>
void note_done(Broadcasts& broadcasts, Job<kMaxHops> const& job, SimTime now, Sink& sink) {
    bool const to_all = job.datagram.to == kEverybody;
    if (to_all && (job.broadcast == 0 || broadcasts.sent(job.broadcast))) {
        sink.on_broadcast_over(job.datagram.handle, now);
    }
}

/// A job is given up: tells its datagram's fate, unless that is no longer here.
/// @param datagrams of the medium
/// @param acknowledged whether frames to one are, on this medium
template <std::size_t kMaxHops>
void give_up(Broadcasts& broadcasts, TrafficCount& datagrams, Job<kMaxHops> const& job,
             bool acknowledged, LossReason reason, SimTime now, Sink& sink) {
    if (!job.handed) {
        datagrams.settle(reason);
        sink.on_lost(job.datagram, reason, now, job.worst_tries, job.hops);
    }
    if (acknowledged && job.hop == 0 && job.datagram.to != kEverybody) {
        sink.on_first_hop(job.datagram, false, now);
    }
    note_done(broadcasts, job, now, sink);
}

/// A job to everybody has been sent, and its sender has gone on: tells its datagram's fate, unless
/// that is no longer here, and those that it reached, in order; before that, of each of its
/// repeaters, repeat(node).
/// @param datagrams of the medium
template <std::size_t kMaxHops, typename Repeat>
void end_broadcast(Broadcasts& broadcasts, TrafficCount& datagrams, Job<kMaxHops> const& job,
                   std::span<std::uint16_t const> reached, std::vector<RouteEntry> const& routes,
                   SimTime now, Sink& sink, Repeat repeat) {
    if (!job.handed) {
        datagrams.settle(LossReason::none);
        sink.on_delivered(job.datagram, now, job.worst_tries, job.hops);
    }
    auto const repeats = repeaters(reached, job, routes);
    for (std::size_t k = 0; k < reached.size(); ++k) {
        if (repeats[k] != 0) {
            broadcasts.repeat(job.broadcast);
            repeat(reached[k]);
        }
        sink.on_broadcast(job.datagram, reached[k], now);
    }
    note_done(broadcasts, job, now, sink);
}

} // namespace gridtwin::medium
