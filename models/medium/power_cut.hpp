#pragma once
// What is left on a medium of a node that lost power.
#include "models/medium/air.hpp"
#include "models/medium/job_queue.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::medium {

/// At once: what the node was sending breaks off, and what it was receiving begins again with the
/// first segment. Its queue is lost by an event of that instant, see lose_queue.
/// @param nodes what each node is doing: attempt, own_until, queue
/// @return time on the medium that is saved
template <std::size_t kMaxHops, typename Node>
[[nodiscard]] SimDuration cut_power(Air& air, Jobs<kMaxHops>& jobs, std::vector<Node>& nodes,
                                    std::uint16_t node, SimTime now) {
    for (auto const& other : nodes) {
        jobs.forget_received(other.queue, node);
    }
    nodes[node].attempt = 0;
    nodes[node].own_until = now;
    return air.break_off(node, now);
}

/// With what was handed over since, in the same instant.
/// @param lose takes a job
template <std::size_t kMaxHops, typename Node, typename Lose>
void lose_queue(Jobs<kMaxHops>& jobs, Node& node, Lose const& lose) {
    node.activity = Activity::idle;
    node.attempt = 0;
    while (node.queue.head != kNoJob) {
        Job<kMaxHops> const job = jobs[node.queue.head];
        jobs.pop(node.queue);
        lose(job);
    }
}

} // namespace gridtwin::medium
