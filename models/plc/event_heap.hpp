#pragma once
// The small event queue of one medium.
#include "sim/core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gridtwin::plc {

enum class MediumEvent : std::uint8_t {
    submit,     ///< argument: job
    attempt,    ///< argument: modem
    frame_end,  ///< argument: transmission
    power_lost, ///< argument: modem
};

/// 16 octets, ordered by (time, sequence). `order` holds the sequence in its high 38 bits, then the
/// kind in 2 and the argument in 24.
struct Event {
    std::int64_t at_ns;
    std::uint64_t order;

    static constexpr std::uint32_t kMaxArgument = 0xffffff;

    [[nodiscard]] MediumEvent kind() const {
        return static_cast<MediumEvent>((order >> 24) & 0x3U);
    }
    [[nodiscard]] std::uint32_t argument() const { return order & kMaxArgument; }
};

/// Binary min-heap.
class EventHeap {
  public:
    /// @param argument at most Event::kMaxArgument
    /// @return the event's order, unique in this heap's life
    std::uint64_t push(SimTime at, MediumEvent kind, std::uint32_t argument) {
        std::uint64_t const order =
            (++sequence_ << 26) | (static_cast<std::uint64_t>(kind) << 24) | argument;
        heap_.push_back({to_ns(at), order});
        std::push_heap(heap_.begin(), heap_.end(), later);
        return order;
    }
    Event pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        Event const event = heap_.back();
        heap_.pop_back();
        return event;
    }
    [[nodiscard]] SimTime next() const {
        return heap_.empty() ? kNever : from_ns(heap_.front().at_ns);
    }
    [[nodiscard]] std::vector<Event> const& all() const { return heap_; } ///< no order promised

  private:
    static bool later(Event const& a, Event const& b) {
        return a.at_ns > b.at_ns || (a.at_ns == b.at_ns && a.order > b.order);
    }
    std::vector<Event> heap_;
    std::uint64_t sequence_ = 0;
};

} // namespace gridtwin::plc
