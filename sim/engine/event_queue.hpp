#pragma once
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gridtwin::engine {

/// Events in order of (time, order of insertion): the small queue of one logical process.
/// A 4-ary heap: shallower than a binary one, and the four children share a cache line or two.
template <typename Payload>
class EventQueue {
  public:
    void push(SimTime at, Payload payload) {
        heap_.push_back({at, next_sequence_++, std::move(payload)});
        std::size_t i = heap_.size() - 1;
        while (i > 0) {
            std::size_t const parent = (i - 1) / 4;
            if (!before(heap_[i], heap_[parent])) {
                break;
            }
            std::swap(heap_[i], heap_[parent]);
            i = parent;
        }
    }

    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    /// kNever when empty.
    [[nodiscard]] SimTime next() const { return heap_.empty() ? kNever : heap_.front().at; }

    /// Removes the earliest event; the queue must not be empty.
    std::pair<SimTime, Payload> pop() {
        std::pair<SimTime, Payload> top{heap_.front().at, std::move(heap_.front().payload)};
        heap_.front() = std::move(heap_.back());
        heap_.pop_back();
        sink(0);
        return top;
    }

    /// Visits what waits, in no particular order: books count what is in flight by walking it.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (auto const& e : heap_) {
            visit(e.at, e.payload);
        }
    }

  private:
    struct Entry {
        SimTime at;
        std::uint64_t sequence;
        Payload payload;
    };

    static bool before(Entry const& a, Entry const& b) {
        return a.at < b.at || (a.at == b.at && a.sequence < b.sequence);
    }

    void sink(std::size_t i) {
        std::size_t const n = heap_.size();
        for (;;) {
            std::size_t const first = 4 * i + 1;
            if (first >= n) {
                return;
            }
            std::size_t best = first;
            for (std::size_t c = first + 1; c < n && c < first + 4; ++c) {
                if (before(heap_[c], heap_[best])) {
                    best = c;
                }
            }
            if (!before(heap_[best], heap_[i])) {
                return;
            }
            std::swap(heap_[i], heap_[best]);
            i = best;
        }
    }

    std::vector<Entry> heap_;
    std::uint64_t next_sequence_ = 0;
};

} // namespace gridtwin::engine
