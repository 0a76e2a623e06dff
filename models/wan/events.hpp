#pragma once
// What is going to happen, in one heap: the queue that both implementations walk.
#include "models/wan/wan.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace gridtwin::wan {

/// Where a message is when its event comes up; each is in one event at most.
enum class Stage : std::uint8_t {
    endpoint_down, ///< no message: the endpoint `from` goes down
    endpoint_up,   ///< no message: the endpoint `from` comes up
    server_down,   ///< no message: the server `row` goes down
    server_up,     ///< no message: it comes up
    link_down,     ///< no message: the link `row` goes down
    link_up,       ///< no message: it comes up
    handed_over,   ///< by the sender
    first_link,    ///< built-in: the next piece of it wants the first link
    second_link,   ///< built-in: it, or the next piece of it, wants the second link
    shared_link,   ///< SimGrid: the latencies are over, the bits come through the shared links
    arrival,       ///< built-in: leaves the second link
    processed,     ///< built-in: leaves the server
};

[[nodiscard]] constexpr bool carries_message(Stage s) {
    return s > Stage::link_up;
}

struct WanEvent {
    SimTime at{};
    std::uint64_t sequence = 0; ///< order of calls
    WanMessage message;
    Stage stage{};
    std::uint32_t row = 0;  ///< processed: the server; see Stage
    double left_bits = 0.0; ///< not yet put on the link that it is at
};

/// Earliest first; at one instant changes of endpoints, then messages by sender and order of
/// sending, so that the order of calls does not matter.
class EventHeap {
  public:
    void push(WanEvent const& event) {
        heap_.push_back(event);
        std::push_heap(heap_.begin(), heap_.end(), later);
    }
    WanEvent pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        WanEvent const event = heap_.back();
        heap_.pop_back();
        return event;
    }
    /// Takes out those that `pick` picks, in the order of coming up.
    template <typename Pick>
    [[nodiscard]] std::vector<WanEvent> take_out(Pick pick) {
        std::vector<WanEvent> taken;
        auto const kept = std::stable_partition(heap_.begin(), heap_.end(),
                                                [&](WanEvent const& e) { return !pick(e); });
        taken.assign(kept, heap_.end());
        heap_.erase(kept, heap_.end());
        std::make_heap(heap_.begin(), heap_.end(), later);
        std::sort(taken.begin(), taken.end(),
                  [](WanEvent const& a, WanEvent const& b) { return later(b, a); });
        return taken;
    }
    /// kNever when empty.
    [[nodiscard]] SimTime next() const { return heap_.empty() ? kNever : heap_.front().at; }
    /// Messages in it, counted one by one.
    [[nodiscard]] std::size_t messages() const {
        return static_cast<std::size_t>(
            std::count_if(heap_.begin(), heap_.end(),
                          [](WanEvent const& e) { return carries_message(e.stage); }));
    }

  private:
    static bool later(WanEvent const& a, WanEvent const& b) {
        if (a.at != b.at) {
            return a.at > b.at;
        }
        if (carries_message(a.stage) != carries_message(b.stage)) {
            return carries_message(a.stage);
        }
        if (a.message.from != b.message.from) {
            return a.message.from > b.message.from;
        }
        return a.sequence > b.sequence;
    }

    std::vector<WanEvent> heap_;
};

} // namespace gridtwin::wan
