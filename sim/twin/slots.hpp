#pragma once
#include "sim/core/message.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gridtwin::twin {

/// Things under way, found again by the handle that a channel carries for them.
template <typename T>
class Slots {
  public:
    [[nodiscard]] std::uint64_t put(T value) {
        if (free_.empty()) {
            items_.push_back(std::move(value));
            used_.push_back(1);
            return items_.size() - 1;
        }
        std::uint64_t const handle = free_.back();
        free_.pop_back();
        items_[handle] = std::move(value);
        used_[handle] = 1;
        return handle;
    }
    [[nodiscard]] T& at(std::uint64_t handle) { return items_[handle]; }
    [[nodiscard]] T take(std::uint64_t handle) {
        free_.push_back(handle);
        used_[handle] = 0;
        return std::move(items_[handle]);
    }
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (used_[i] != 0) {
                visit(items_[i]);
            }
        }
    }

    /// Memory held, octets; what items own beside themselves left out.
    [[nodiscard]] std::size_t bytes() const {
        return items_.capacity() * sizeof(T) + used_.capacity() +
               free_.capacity() * sizeof(std::uint64_t);
    }

  private:
    std::vector<T> items_;
    std::vector<std::uint8_t> used_;
    std::vector<std::uint64_t> free_;
};

/// A message on a channel and when it was handed over.
struct InTransit {
    Message message;
    SimTime sent{};
};

/// The record of its life there, as long as its fate is unknown.
[[nodiscard]] inline MessageRecord in_flight_record(Message const& message, SimTime sent,
                                                    Channel channel) {
    return {.id = message.id,
            .channel = channel,
            .kind = message.kind,
            .fate = Fate::in_flight,
            .reason = LossReason::none,
            .state = {},
            .tries = 0,
            .hops = 0,
            .meter = message.meter,
            .concentrator = message.concentrator,
            .command = message.command,
            .octets = message.octets,
            .hearers = 0,
            .sent = sent,
            .done = kNever};
}

} // namespace gridtwin::twin
