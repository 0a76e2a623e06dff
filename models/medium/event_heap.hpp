#pragma once
// The small event queue of one medium.
#include "sim/core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gridtwin::medium {

/// 16 octets, ordered by (time, sequence). `order` holds the sequence in its high 37 bits, then the
/// kind in 3 and the argument in 24.
/// @tparam Kind an enumeration of at most eight
template <typename Kind>
struct Event {
    std::int64_t at_ns;
    std::uint64_t order;

    static constexpr std::uint32_t kMaxArgument = 0xffffff;

    [[nodiscard]] Kind kind() const { return static_cast<Kind>((order >> 24) & 0x7U); }
    [[nodiscard]] std::uint32_t argument() const { return order & kMaxArgument; }
};

/// Binary min-heap.
template <typename Kind>
class EventHeap {
  public:
    /// @param argument at most Event::kMaxArgument
    /// @return the event's order, unique in this heap's life
    std::uint64_t push(SimTime at, Kind kind, std::uint32_t argument) {
        std::uint64_t const order =
            (++sequence_ << 27) | (static_cast<std::uint64_t>(kind) << 24) | argument;
        heap_.push_back({to_ns(at), order});
        std::push_heap(heap_.begin(), heap_.end(), later);
        return order;
    }
    Event<Kind> pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        Event<Kind> const event = heap_.back();
        heap_.pop_back();
        return event;
    }
    [[nodiscard]] SimTime next() const {
        return heap_.empty() ? kNever : from_ns(heap_.front().at_ns);
    }
    /// No order promised.
    [[nodiscard]] std::vector<Event<Kind>> const& all() const { return heap_; }
    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const { return heap_.capacity() * sizeof(Event<Kind>); }

  private:
    static bool later(Event<Kind> const& a, Event<Kind> const& b) {
        return a.at_ns > b.at_ns || (a.at_ns == b.at_ns && a.order > b.order);
    }
    std::vector<Event<Kind>> heap_;
    std::uint64_t sequence_ = 0;
};

} // namespace gridtwin::medium
