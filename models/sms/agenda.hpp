#pragma once
// What is going to happen, in order. Most kinds come in order of time by themselves and stand in a
// line of their own; only what does not goes through a heap.
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace gridtwin::sms {

/// @tparam Event has `at`, `kind` (an enumeration from 0) and `order`; at one instant the kinds
/// come
///               in their order, and one kind by `order`
/// @tparam kKinds number of kinds
/// @tparam kFirstLoose first kind that goes through the heap, as all after it up to kLastLoose
template <typename Event, std::size_t kKinds, std::size_t kFirstLoose, std::size_t kLastLoose>
class Agenda {
  public:
    void push(Event const& event) {
        auto const kind = static_cast<std::size_t>(event.kind);
        auto& line = lines_[kind];
        if ((kind < kFirstLoose || kind > kLastLoose) &&
            (line.empty() || !before(event, line.back()))) {
            line.push_back(event);
        } else {
            rise(event);
        }
    }
    /// kNever when empty.
    [[nodiscard]] SimTime next() const {
        std::size_t const where = first();
        return where == kNothing ? kNever : at(where).at;
    }
    /// Takes the first if it is before `end`.
    bool pop_before(SimTime end, Event& out) {
        std::size_t const where = first();
        if (where == kNothing || at(where).at >= end) {
            return false;
        }
        out = at(where);
        if (where == kHeap) {
            sink();
        } else {
            lines_[where].pop_front();
        }
        return true;
    }
    /// In no particular order: books count what is in flight by walking it.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (auto const& line : lines_) {
            for (auto const& event : line) {
                visit(event);
            }
        }
        for (auto const& event : heap_) {
            visit(event);
        }
    }

  private:
    static constexpr std::size_t kHeap = kKinds;
    static constexpr std::size_t kNothing = kKinds + 1;

    static bool before(Event const& a, Event const& b) {
        if (a.at != b.at) {
            return a.at < b.at;
        }
        return a.kind != b.kind ? a.kind < b.kind : a.order < b.order;
    }
    [[nodiscard]] Event const& at(std::size_t where) const {
        return where == kHeap ? heap_.front() : lines_[where].front();
    }
    [[nodiscard]] std::size_t first() const {
        std::size_t best = heap_.empty() ? kNothing : kHeap;
        for (std::size_t k = 0; k < kKinds; ++k) {
            if (!lines_[k].empty() && (best == kNothing || before(lines_[k].front(), at(best)))) {
                best = k;
            }
        }
        return best;
    }
    void rise(Event const& event) {
        std::size_t i = heap_.size();
        heap_.push_back(event);
        while (i > 0 && before(event, heap_[(i - 1) / 4])) {
            heap_[i] = heap_[(i - 1) / 4];
            i = (i - 1) / 4;
        }
        heap_[i] = event;
    }
    void sink() {
        Event const last = heap_.back();
        heap_.pop_back();
        std::size_t const n = heap_.size();
        std::size_t i = 0;
        while (4 * i + 1 < n) {
            std::size_t best = 4 * i + 1;
            for (std::size_t c = best + 1; c < n && c < 4 * i + 5; ++c) {
                best = before(heap_[c], heap_[best]) ? c : best;
            }
            if (!before(heap_[best], last)) {
                break;
            }
            heap_[i] = heap_[best];
            i = best;
        }
        if (n > 0) {
            heap_[i] = last;
        }
    }

    std::array<std::deque<Event>, kKinds> lines_;
    std::vector<Event> heap_; ///< 4-ary
};

} // namespace gridtwin::sms
