#pragma once
// What all applications share about commands: their numbers, when to try again, how they are
// journalled.
#include "models/headend/ports/events.hpp"

#include <cstdint>
#include <string>

namespace gridtwin::headend {

/// Numbers the commands of one head-end, from 1; 0 is none.
class CommandNumbers {
  public:
    [[nodiscard]] CommandId next() { return static_cast<CommandId>(++last_); }
    [[nodiscard]] std::uint64_t last() const { return last_; }
    void restore(std::uint64_t last) { last_ = last; }

  private:
    std::uint64_t last_ = 0;
};

/// How long to wait for an answer, and how often to try. Wait n (from 0) is timeout * factor^n, at
/// most `longest`.
struct RetryPolicy {
    SimDuration timeout = std::chrono::minutes(5);
    std::uint32_t tries = 3;  ///< in all, the first one included
    std::uint32_t factor = 2; ///< back-off
    SimDuration longest = std::chrono::hours(1);
};

[[nodiscard]] SimDuration wait_after(RetryPolicy const& policy, std::uint32_t tries_before);
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(RetryPolicy const& policy);

/// command_issued, command_confirmed or command_failed, about the command's meter.
[[nodiscard]] JournalEntry command_entry(SimTime at, EventKind kind, CommandId command,
                                         MeterId meter, Reason reason = Reason::none,
                                         SimDuration latency = {});

} // namespace gridtwin::headend
