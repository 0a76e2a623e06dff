#pragma once
// Orders to all meters at once (tariff, limits): sent several times, as no meter acknowledges them.
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct AnnouncementSpec {
    int times = 3;                             ///< each is sent
    SimDuration gap = std::chrono::minutes(5); ///< from one time to the next
};

/// Copies carry the order's number: a meter that hears several does it once.
class Announcements {
  public:
    explicit Announcements(AnnouncementSpec const& spec) : spec_(spec) {}

    /// The same order is not taken twice, as far as the last kRemembered are known.
    /// @return whether it has been sent before
    bool take(Message&& order, SimTime now) {
        if (std::find(sent_.begin(), sent_.end(), order.command) != sent_.end()) {
            return true;
        }
        bool const known = std::any_of(waiting_.begin(), waiting_.end(), [&](Waiting const& w) {
            return w.order.command == order.command;
        });
        if (!known) {
            waiting_.push_back({std::move(order), now, spec_.times});
        }
        return false;
    }
    /// kNever for nothing.
    [[nodiscard]] SimTime next() const {
        SimTime at = kNever;
        for (auto const& w : waiting_) {
            at = std::min(at, w.at);
        }
        return at;
    }
    /// Calls send(order, first) for each that is due; first: for the first time.
    template <typename Send>
    void send_due(SimTime now, Send send) {
        for (auto& w : waiting_) {
            if (now >= w.at) {
                bool const first = w.left == spec_.times;
                send(w.order, first);
                if (first) {
                    remember(w.order.command);
                }
                w.at = now + spec_.gap;
                --w.left;
            }
        }
        std::erase_if(waiting_, [](Waiting const& w) { return w.left <= 0; });
    }
    void clear() { waiting_.clear(); }
    static constexpr std::size_t kRemembered = 64;

  private:
    void remember(CommandId order) {
        sent_.push_back(order);
        if (sent_.size() > kRemembered) {
            sent_.pop_front();
        }
    }
    struct Waiting {
        Message order;
        SimTime at{}; ///< of the next copy
        int left = 0;
    };
    AnnouncementSpec spec_;
    std::deque<Waiting> waiting_;
    std::deque<CommandId> sent_; ///< oldest first
};

} // namespace gridtwin::concentrator
