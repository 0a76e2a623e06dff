#pragma once
// Which short messages a subscriber has had, so that the network's copies are known for such.
#include "models/wire/sms/freshness.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"

#include <algorithm>
#include <deque>

namespace gridtwin::twin {

/// The latest kMostWindow of them: as many as envelopes' counters tell apart, so that messages
/// that are octets and those that are not fare alike.
class SeenMessages {
  public:
    [[nodiscard]] bool has(MessageId id) const {
        return std::find(ids_.begin(), ids_.end(), id) != ids_.end();
    }
    void add(MessageId id) {
        ids_.push_back(id);
        if (ids_.size() > wire::sms::kMostWindow) {
            ids_.pop_front();
        }
    }

  private:
    std::deque<MessageId> ids_; ///< the latest last
};

} // namespace gridtwin::twin
