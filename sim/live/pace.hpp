#pragma once
// How simulated time follows wall time.
#include "sim/core/time.hpp"

#include <algorithm>
#include <chrono>

namespace gridtwin::live {

/// Simulated time is `speed` times the wall time since the first window. A simulation that is
/// slower than that lags behind, and makes up for it when it can.
class Pace {
  public:
    /// @param speed > 0; 0: waits for nobody
    explicit Pace(double speed) : speed_(speed) {}

    [[nodiscard]] bool waits() const { return speed_ > 0.0; }
    /// The first window begins at wall time `now`.
    void begin(SimTime now) { began_ = now; }
    /// What the simulation's clock should show at wall time `now`, within [reached, next].
    [[nodiscard]] SimTime due(SimTime now, SimTime reached, SimTime next) const {
        if (!waits()) {
            return next;
        }
        auto const simulated = kStart + duration_from_s(speed_ * to_s(now - began_));
        return std::clamp(simulated, reached, std::max(reached, next));
    }
    /// Wall time from `now` until the simulation's clock should show `next`.
    [[nodiscard]] SimDuration until(SimTime next, SimTime now) const {
        auto const wall = began_ + duration_from_s(to_s(next) / speed_);
        return std::max(SimDuration{}, wall - now);
    }

  private:
    double speed_;
    SimTime began_{};
};

} // namespace gridtwin::live
