#pragma once
// Datagrams on their way, and the queues in which they wait at the nodes of one medium.
#include "models/medium/datagram.hpp"
#include "models/medium/event_heap.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace gridtwin::medium {

inline constexpr std::uint32_t kNoJob = std::numeric_limits<std::uint32_t>::max();

/// A datagram at one node on its way: what that node has to do for it.
template <std::size_t kMaxHops>
struct Job {
    Datagram datagram;
    std::array<std::uint16_t, kMaxHops + 1> path{};
    std::uint32_t next = kNoJob; ///< behind it in the node's queue, or in the free list
    std::uint32_t segment = 0;
    std::uint32_t segments = 1;
    std::uint32_t broadcast = 0; ///< its number, of one to everybody; 0: has none yet
    std::uint16_t tree = 0;      ///< root of its first sender's, likewise; kNoNode: in none
    std::uint8_t hops = 0;       ///< of the route; 0: none chosen yet
    std::uint8_t hop = 0;        ///< this node is path[hop]
    std::uint8_t tries = 0;
    std::uint8_t worst_tries = 0;
    std::uint8_t failures = 0; ///< of this segment: tries in vain, and no access
    bool received = false;     ///< the next node holds the current segment
    bool handed = false;       ///< the next node holds all of it: the fate is no longer here
    bool begun = false;        ///< has been on the medium from here
    bool continuing = false;   ///< the next transmission continues a burst

    [[nodiscard]] std::uint16_t sender() const { return path[hop]; }
    [[nodiscard]] std::uint16_t receiver() const { return path[hop + 1U]; }
    [[nodiscard]] bool on_last_segment() const { return segment + 1 == segments; }
    [[nodiscard]] bool on_last_hop() const { return hop + 1 == hops; }
    /// Octets of the current segment.
    [[nodiscard]] std::uint32_t payload(std::uint32_t max_payload_octets) const {
        return on_last_segment() ? datagram.octets - segment * max_payload_octets
                                 : max_payload_octets;
    }
    /// The whole way is one hop, to a node or to everybody.
    void go_directly() {
        path[0] = datagram.from;
        path[1] = datagram.to;
        hops = 1;
    }
    /// Makes this, a new job of the same datagram, what a node has to do that repeats a broadcast.
    void spread_from(std::uint16_t node, Job const& heard) {
        datagram.from = node;
        datagram.contend = true; // others repeat it too
        broadcast = heard.broadcast;
        tree = heard.tree;
        handed = true; // its fate was that of the first
        go_directly();
    }
    /// Makes this, a new job of the same datagram, what the receiver of another has to do.
    void carry_on(Job const& from) {
        path = from.path;
        hops = from.hops;
        hop = static_cast<std::uint8_t>(from.hop + 1);
        worst_tries = from.worst_tries;
    }
};

/// What a node does about the first of its queue.
enum class Activity : std::uint8_t { idle, waiting, sending };

/// One node's, the most urgent first.
struct Queue {
    std::uint32_t head = kNoJob;
    std::uint32_t length = 0;
};

/// All jobs of a medium; what is freed is taken again first.
template <std::size_t kMaxHops>
class Jobs {
  public:
    using Job = medium::Job<kMaxHops>;

    [[nodiscard]] Job& operator[](std::uint32_t slot) { return jobs_[slot]; }
    [[nodiscard]] Job const& operator[](std::uint32_t slot) const { return jobs_[slot]; }

    /// A new job, in as many segments as the datagram needs; may move all others.
    /// @return kNoJob when there are more than an event's argument can tell apart
    // Field by field, as what is written at once and read in parts, or the other way round, is
    // slow. The path comes with the route.
    [[nodiscard]] std::uint32_t take(Datagram const& datagram, std::uint32_t max_payload_octets) {
        std::uint32_t slot = free_;
        if (slot != kNoJob) {
            free_ = jobs_[slot].next;
        } else {
            slot = static_cast<std::uint32_t>(jobs_.size());
            if (slot > kMaxArgument) {
                return kNoJob;
            }
            jobs_.emplace_back();
        }
        Job& job = jobs_[slot];
        job.datagram = datagram;
        job.next = kNoJob;
        job.segment = 0;
        job.segments = 1;
        job.broadcast = 0;
        if (datagram.octets > max_payload_octets) {
            job.segments = (datagram.octets - 1) / max_payload_octets + 1;
        }
        job.hops = 0;
        job.hop = 0;
        job.tries = 0;
        job.worst_tries = 0;
        job.failures = 0;
        job.received = false;
        job.handed = false;
        job.begun = false;
        job.continuing = false;
        return slot;
    }
    void free(std::uint32_t slot) {
        jobs_[slot].next = free_;
        free_ = slot;
    }

    /// Before the first that has not begun and is less urgent. @return whether it is now the first
    bool insert(Queue& queue, std::uint32_t slot) {
        ++queue.length;
        std::uint8_t const priority = jobs_[slot].datagram.priority;
        std::uint32_t* place = &queue.head;
        while (*place != kNoJob &&
               (jobs_[*place].begun || jobs_[*place].datagram.priority >= priority)) {
            place = &jobs_[*place].next;
        }
        jobs_[slot].next = *place;
        *place = slot;
        return queue.head == slot;
    }
    /// Of a full queue and a job that comes to it: takes out the last in line when that is less
    /// urgent and has not begun. @return what has no place: that one, or else the job that comes
    [[nodiscard]] std::uint32_t make_room(Queue& queue, std::uint32_t slot) {
        std::uint32_t* last = &queue.head;
        while (*last != kNoJob && jobs_[*last].next != kNoJob) {
            last = &jobs_[*last].next;
        }
        if (*last == kNoJob || jobs_[*last].begun ||
            jobs_[*last].datagram.priority >= jobs_[slot].datagram.priority) {
            return slot;
        }
        --queue.length;
        return std::exchange(*last, kNoJob);
    }
    /// Frees the first.
    void pop(Queue& queue) {
        std::uint32_t const slot = queue.head;
        queue.head = jobs_[slot].next;
        --queue.length;
        free(slot);
    }

    /// When the first of a queue was on its way to that node: the node has forgotten what it held.
    void forget_received(Queue const& queue, std::uint16_t node) {
        if (queue.head != kNoJob) {
            Job& job = jobs_[queue.head];
            if (job.hops != 0 && !job.handed && job.receiver() == node) {
                job.segment = 0;
                job.received = false;
            }
        }
    }
    /// Those whose fate is still here.
    [[nodiscard]] std::size_t unsettled(Queue const& queue) const {
        std::size_t count = 0;
        for (std::uint32_t slot = queue.head; slot != kNoJob; slot = jobs_[slot].next) {
            count += jobs_[slot].handed ? 0 : 1;
        }
        return count;
    }
    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const { return jobs_.capacity() * sizeof(Job); }

  private:
    std::vector<Job> jobs_;
    std::uint32_t free_ = kNoJob;
};

} // namespace gridtwin::medium
