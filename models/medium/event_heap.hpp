#pragma once
// The small event queue of one medium.
#include "sim/core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::medium {

enum class EventKind : std::uint8_t {
    submit,     ///< argument: what send() was given
    attempt,    ///< argument: node
    frame_end,  ///< argument: transmission
    power_lost, ///< argument: node
};

inline constexpr std::uint32_t kMaxArgument = 0xffffff;

/// 16 octets, ordered by (time, sequence). `order` holds the sequence in its high 37 bits, then the
/// kind in 3 and the argument in 24.
struct Event {
    std::int64_t at_ns;
    std::uint64_t order;

    [[nodiscard]] EventKind kind() const { return static_cast<EventKind>((order >> 24) & 0x7U); }
    [[nodiscard]] std::uint32_t argument() const { return order & kMaxArgument; }
};

/// Binary min-heap.
class EventHeap {
  public:
    /// @param argument at most kMaxArgument
    /// @return the event's order, unique in this heap's life
    std::uint64_t push(SimTime at, EventKind kind, std::uint32_t argument) {
        std::uint64_t const order =
            (++sequence_ << 27) | (static_cast<std::uint64_t>(kind) << 24) | argument;
        std::int64_t const at_ns = to_ns(at);
        std::size_t hole = heap_.size();
        heap_.emplace_back();
        while (hole > 0 && earlier(at_ns, order, heap_[(hole - 1) / 2])) {
            heap_[hole] = heap_[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        heap_[hole].at_ns = at_ns;
        heap_[hole].order = order;
        return order;
    }
    Event pop() {
        Event const first{heap_.front().at_ns, heap_.front().order};
        std::int64_t const at_ns = heap_.back().at_ns;
        std::uint64_t const order = heap_.back().order;
        heap_.pop_back();
        std::size_t const size = heap_.size();
        std::size_t hole = 0;
        for (std::size_t child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size &&
                earlier(heap_[child + 1].at_ns, heap_[child + 1].order, heap_[child])) {
                ++child;
            }
            if (!earlier(heap_[child].at_ns, heap_[child].order, at_ns, order)) {
                break;
            }
            heap_[hole] = heap_[child];
            hole = child;
        }
        if (size > 0) {
            heap_[hole].at_ns = at_ns;
            heap_[hole].order = order;
        }
        return first;
    }
    [[nodiscard]] SimTime next() const {
        return heap_.empty() ? kNever : from_ns(heap_.front().at_ns);
    }
    /// Takes all before `end`; the medium does what its on_... members say.
    /// @param now set to each event's time
    /// @return events taken
    template <typename Medium, typename Sink>
    std::uint64_t run_until(SimTime end, SimTime& now, Medium& medium, Sink& sink) {
        std::uint64_t taken = 0;
        for (; next() < end; ++taken) {
            Event const event = pop();
            now = from_ns(event.at_ns);
            std::uint32_t const argument = event.argument();
            switch (event.kind()) {
            case EventKind::submit:
                medium.on_submit(argument, sink);
                break;
            case EventKind::attempt:
                medium.on_attempt(static_cast<std::uint16_t>(argument), event.order, sink);
                break;
            case EventKind::frame_end:
                medium.on_frame_end(argument, sink);
                break;
            case EventKind::power_lost:
                medium.on_power_lost(static_cast<std::uint16_t>(argument), sink);
                break;
            }
        }
        return taken;
    }
    /// Those of a kind, by walking.
    [[nodiscard]] std::size_t count(EventKind kind) const {
        return static_cast<std::size_t>(std::count_if(
            heap_.begin(), heap_.end(), [kind](Event const& e) { return e.kind() == kind; }));
    }
    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const { return heap_.capacity() * sizeof(Event); }

  private:
    // Field by field: mostly a handful of events, written a moment before they are read.
    static bool earlier(std::int64_t at_ns, std::uint64_t order, std::int64_t than_ns,
                        std::uint64_t than_order) {
        return at_ns < than_ns || (at_ns == than_ns && order < than_order);
    }
    static bool earlier(std::int64_t at_ns, std::uint64_t order, Event const& than) {
        return earlier(at_ns, order, than.at_ns, than.order);
    }

    std::vector<Event> heap_;
    std::uint64_t sequence_ = 0;
};

} // namespace gridtwin::medium
