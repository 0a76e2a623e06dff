#pragma once
// When a part of the network is up, and how fast: a profile of changes that is known beforehand.
#include "sim/core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::wan {

/// What a profile is of.
enum class Part : std::uint8_t { cell, backbone, gateway, server, radius };

struct AvailabilityChange {
    SimTime at{};
    double rate_frac = 1.0; ///< of its rate from then on, at most 1; 0: down
};

struct AvailabilitySpec {
    Part part{};
    std::uint32_t row = 0;                   ///< of the cells or servers
    std::vector<AvailabilityChange> changes; ///< by time; up and at its rate before the first
};

/// Whether `at` is behind the last of several changes and so on; empty when they are good.
[[nodiscard]] std::string problem(std::vector<AvailabilityChange> const& changes);

/// A good profile to be asked.
class Availability {
  public:
    Availability() = default;
    /// @param changes without a problem()
    explicit Availability(std::vector<AvailabilityChange> changes);

    [[nodiscard]] bool up(SimTime at) const;
    /// Over all of [from, to].
    [[nodiscard]] bool up_throughout(SimTime from, SimTime to) const;
    /// When work of `work_s` at full rate, begun at `start`, is done. Nothing is asked of a part
    /// that is down; it would go on at full rate.
    [[nodiscard]] SimTime finish(SimTime start, double work_s) const;

    struct Turn {
        SimTime at{};
        bool up = true;
    };
    /// The changes that take it down or bring it up.
    [[nodiscard]] std::vector<Turn> turns() const;
    /// Those of the rate, up or not: 1 where it is down.
    [[nodiscard]] std::vector<AvailabilityChange> const& rates() const { return rates_; }

  private:
    /// Of the last change at or before `at`.
    [[nodiscard]] std::size_t after(SimTime at) const;

    std::vector<AvailabilityChange> changes_;
    std::vector<AvailabilityChange> rates_;
};

} // namespace gridtwin::wan
