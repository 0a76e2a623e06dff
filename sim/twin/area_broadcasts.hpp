#pragma once
// Messages to all meters of a medium: cut into frames, and put together again by each that hears
// all of them.
#include "models/wire/sizes.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"
#include "sim/twin/slots.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
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
        SimTime done = kNever;              ///< when the last part had its
        std::uint32_t over = 0;             ///< parts that nobody has to send any more
        std::uint32_t hearers = 0;          ///< meters that have heard all parts
        std::vector<std::uint8_t> heard{};  ///< [station] parts; empty when there is but one
    };

    /// @return the handle of its part 0; those of the others follow
    std::uint64_t begin(Message&& message, SimTime now, std::uint32_t parts, std::size_t stations) {
        OnAir begun{.message = std::move(message), .sent = now, .parts = parts};
        begun.heard.resize(parts > 1 ? stations : 0);
        parts_.sent += parts;
        ++messages_.sent;
        return kMark | items_.put(std::move(begun)) * kMostParts;
    }
    /// Until all its parts are over.
    [[nodiscard]] OnAir& at(std::uint64_t handle) { return items_.at(slot(handle)); }
    /// A part has its fate: whether it was sent; who heard it is another matter.
    /// @param tries of that part
    /// @return whether all now have
    bool settle(std::uint64_t handle, LossReason reason, SimTime now, std::uint8_t tries) {
        OnAir& broadcast = at(handle);
        parts_.settle(reason);
        broadcast.tries = std::max(broadcast.tries, tries);
        broadcast.lost = reason == LossReason::none ? broadcast.lost : reason;
        if (++broadcast.settled < broadcast.parts) {
            return false;
        }
        broadcast.done = now;
        messages_.settle(broadcast.lost);
        return true;
    }
    /// A part has reached a station, which a part does once.
    /// @return whether that station now has all of them
    [[nodiscard]] static bool hears(OnAir& broadcast, std::uint16_t station) {
        return broadcast.parts == 1 || ++broadcast.heard[station] == broadcast.parts;
    }
    /// Nobody has that part to send any more. A message without such parts is forgotten.
    /// @return that message
    std::optional<OnAir> end_part(std::uint64_t handle) {
        OnAir& broadcast = at(handle);
        if (++broadcast.over < broadcast.parts) {
            return std::nullopt;
        }
        return items_.take(slot(handle));
    }
    /// visit(OnAir) for those that are not over.
    template <typename Visit>
    void for_each(Visit visit) const {
        items_.for_each(visit);
    }
    /// visit(OnAir) for those of which a part has no fate.
    template <typename Visit>
    void for_each_in_flight(Visit visit) const {
        items_.for_each([&](OnAir const& broadcast) {
            if (broadcast.settled < broadcast.parts) {
                visit(broadcast);
            }
        });
    }

    /// Messages, and the datagrams that they were cut into.
    [[nodiscard]] TrafficCount const& messages() const { return messages_; }
    [[nodiscard]] TrafficCount const& parts() const { return parts_; }
    /// By walking them.
    [[nodiscard]] std::uint64_t messages_in_flight() const {
        std::uint64_t count = 0;
        for_each_in_flight([&](OnAir const& /*broadcast*/) { ++count; });
        return count;
    }
    [[nodiscard]] std::uint64_t parts_in_flight() const {
        std::uint64_t count = 0;
        for_each_in_flight(
            [&](OnAir const& broadcast) { count += broadcast.parts - broadcast.settled; });
        return count;
    }

    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = items_.bytes();
        items_.for_each([&](OnAir const& broadcast) { sum += broadcast.heard.capacity(); });
        return sum;
    }

  private:
    [[nodiscard]] static std::uint64_t slot(std::uint64_t handle) {
        return (handle & ~kMark) / kMostParts;
    }

    Slots<OnAir> items_;
    TrafficCount messages_;
    TrafficCount parts_;
};

} // namespace gridtwin::twin
