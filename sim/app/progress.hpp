#pragma once
#include "sim/core/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace gridtwin::app {

/// Shows how far a run has come: a bar on a terminal, a line for every tenth elsewhere.
class ProgressBar {
  public:
    /// @param paced updates are few and far between: each is looked at
    ProgressBar(bool terminal, bool quiet, bool paced = false);
    void update(SimTime now, SimTime end);
    void finish();

    /// One line of the bar. @param wall_s time spent so far
    [[nodiscard]] static std::string line(SimTime now, SimTime end, double wall_s, bool bar);

  private:
    using Clock = std::chrono::steady_clock;
    bool terminal_;
    bool quiet_;
    bool paced_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point shown_{};
    std::uint32_t calls_ = 0;
    int tenths_ = 0;
};

} // namespace gridtwin::app
