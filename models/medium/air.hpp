#pragma once
// What is on a shared medium at a time, for senders to sense and for receivers to be disturbed by.
#include "models/medium/event_heap.hpp"
#include "models/medium/job_queue.hpp"
#include "sim/core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::medium {

/// Before anything that a medium carries.
inline constexpr SimTime kLongAgo = from_ns(-1'000'000'000'000);

/// A frame on the medium, or one that is about to be.
struct Transmission {
    SimTime start;
    SimTime end;      ///< of its sound; earlier than its event when broken off
    SimTime reserved; ///< until when it holds the medium
    std::uint32_t id;
    std::uint32_t job;  ///< at the data's sender; kNoJob once that lost power
    std::uint32_t bits; ///< that have to be right
    std::uint16_t from;
    std::uint16_t to;
    std::uint8_t mode; ///< of the modem's
    bool is_ack;
    bool unpowered; ///< an end was without power at some time of it
    bool settled;

    [[nodiscard]] bool overlaps(Transmission const& other) const {
        return std::max(other.start, start) < std::min(other.end, end);
    }
};

/// Those under way, and ended ones that still matter.
class Air {
  public:
    [[nodiscard]] auto begin() const { return all_.begin(); }
    [[nodiscard]] auto end() const { return all_.end(); }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] Transmission const& operator[](std::size_t row) const { return all_[row]; }

    /// A new one; reserved, job, bits, mode, is_ack and unpowered are the caller's to fill in where
    /// it lies: copies of what was written a moment ago are slow.
    Transmission& put(std::uint16_t from, std::uint16_t to, SimTime start, SimTime end) {
        next_id_ = (next_id_ + 1) & kMaxArgument;
        Transmission& tx = all_.emplace_back();
        tx.start = start;
        tx.end = end;
        tx.id = next_id_;
        tx.from = from;
        tx.to = to;
        return tx;
    }
    /// The one of that number without a fate. There must be one.
    [[nodiscard]] Transmission& unsettled(std::uint32_t id) {
        auto found = all_.end() - 1; // mostly among the latest
        while (found->id != id || found->settled) {
            --found;
        }
        return *found;
    }
    /// Before one that starts at `start` is put: forgets what can neither be overlapped by anything
    /// unsettled nor be sensed any more, having held the medium up to `sensed` at the latest.
    void tidy(SimTime start, SimTime sensed) {
        for (auto const& tx : all_) {
            if (!tx.settled) {
                start = std::min(start, tx.start);
            }
        }
        std::erase_if(all_, [&](Transmission const& tx) {
            return tx.settled && tx.end <= start && tx.reserved <= sensed;
        });
    }
    /// A node loses power: what it was sending breaks off, and nobody waits for what it had to say.
    /// @return time on the medium that is saved
    SimDuration break_off(std::uint16_t node, SimTime now) {
        SimDuration saved{0};
        for (auto& tx : all_) {
            if (tx.settled) {
                continue;
            }
            if (tx.from == node) {
                SimTime const silent = std::max(tx.start, std::min(tx.end, now));
                saved += tx.end - silent;
                tx.end = silent;
                tx.reserved = silent;
            }
            if (tx.from == node || tx.to == node) {
                tx.unpowered = true;
                bool const holds_data = tx.is_ack ? tx.to == node : tx.from == node;
                tx.job = holds_data ? kNoJob : tx.job;
            }
        }
        return saved;
    }
    /// Those without a fate.
    [[nodiscard]] std::size_t in_flight() const {
        return static_cast<std::size_t>(std::count_if(
            all_.begin(), all_.end(), [](Transmission const& tx) { return !tx.settled; }));
    }
    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const { return all_.capacity() * sizeof(Transmission); }

  private:
    std::vector<Transmission> all_;
    std::uint32_t next_id_ = 0;
};

} // namespace gridtwin::medium
