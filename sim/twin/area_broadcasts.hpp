#pragma once
// Messages to all meters of a medium: cut into frames, and put together again by each that hears
// all of them.
#include "models/wire/sizes.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace gridtwin::twin {

class AreaBroadcasts {
  public:
    /// Of the handle of its datagrams: what other datagrams' never reach.
    static constexpr std::uint64_t kMark = std::uint64_t{1} << 63;
    static constexpr std::uint32_t kMostParts = wire::kMostBroadcastFrames;

    struct OnAir {
        Message message;
        SimTime sent{};
        std::uint32_t parts = 1;
        std::uint32_t settled = 0;          ///< parts with a fate
        LossReason lost = LossReason::none; ///< of the last part that was
        std::uint8_t tries = 0;             ///< most of a part
        std::vector<std::uint32_t> heard;   ///< [station] a bit each part
    };

    /// @return the handle of its part 0; those of the others follow
    std::uint64_t begin(Message&& message, SimTime now, std::uint32_t parts, std::size_t stations) {
        while (!last_.empty() && last_.size() >= kKept &&
               last_.front().settled == parts_of_front()) {
            last_.pop_front();
            ++first_;
        }
        last_.push_back({std::move(message), now, parts, 0, LossReason::none, 0,
                         std::vector<std::uint32_t>(stations, 0)});
        return kMark | (first_ + last_.size() - 1) * kMostParts;
    }
    /// nullptr: so old that it is forgotten.
    [[nodiscard]] OnAir* find(std::uint64_t handle) {
        std::uint64_t const number = (handle & ~kMark) / kMostParts;
        return number < first_ ? nullptr : &last_[number - first_];
    }
    /// @return whether that station now has all parts, for the first time
    [[nodiscard]] static bool hears(OnAir& broadcast, std::uint64_t handle, std::uint16_t station) {
        std::uint32_t const bit = 1U << (handle % kMostParts);
        std::uint32_t const all = broadcast.parts == 32 ? ~0U : (1U << broadcast.parts) - 1U;
        bool const whole = broadcast.heard[station] == all;
        broadcast.heard[station] |= bit;
        return !whole && broadcast.heard[station] == all;
    }
    /// visit(OnAir) for those of which a part has no fate.
    template <typename Visit>
    void for_each_in_flight(Visit visit) const {
        for (auto const& broadcast : last_) {
            if (broadcast.settled < broadcast.parts) {
                visit(broadcast);
            }
        }
    }

    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = last_.size() * sizeof(OnAir);
        for (auto const& broadcast : last_) {
            sum += broadcast.heard.capacity() * sizeof(std::uint32_t);
        }
        return sum;
    }

  private:
    static constexpr std::size_t kKept = 16; ///< repeats of the latest may still be on their way
    [[nodiscard]] std::uint32_t parts_of_front() const { return last_.front().parts; }

    std::uint64_t first_ = 0; ///< number of last_'s front
    std::deque<OnAir> last_;
};

} // namespace gridtwin::twin
