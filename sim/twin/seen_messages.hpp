#pragma once
// Which short messages a subscriber has had, so that the network's copies are known for such.
#include "models/wire/sms/freshness.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace gridtwin::twin {

/// The latest of them: as many as envelopes' counters tell apart, so that messages that are octets
/// and those that are not fare alike.
class SeenMessages {
  public:
    /// @param most wire::sms::kMeterWindow, or kMostWindow of who is none
    explicit SeenMessages(std::size_t most) : most_(most) {}
    [[nodiscard]] bool has(MessageId id) const {
        return std::find(ids_.begin(), ids_.end(), id) != ids_.end();
    }
    void add(MessageId id) {
        if (ids_.size() < most_) {
            ids_.push_back(id);
        } else {
            ids_[oldest_] = id;
            oldest_ = (oldest_ + 1) % ids_.size();
        }
    }

  private:
    std::size_t most_;
    std::vector<MessageId> ids_;
    std::size_t oldest_ = 0; ///< of ids_, once they are as many as are kept
};

} // namespace gridtwin::twin
