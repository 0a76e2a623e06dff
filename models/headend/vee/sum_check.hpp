#pragma once
// The sum of intervals against the difference of two register readings, whose instants may lie
// between interval ends.
#include "models/headend/vee/store.hpp"

#include <cstdint>

namespace gridtwin::headend::vee {

/// What a meter's net register showed.
struct RegisterPoint {
    SimTime read{}; ///< by the meter's clock
    std::int64_t net_mwh = 0;
    friend bool operator==(RegisterPoint const&, RegisterPoint const&) = default;
};

/// Two readings of one meter's register, one after the other.
struct RegisterPair {
    RegisterPoint from;
    RegisterPoint to;

    /// The interval in which a reading was taken; of one taken right at an end, the one that ends.
    [[nodiscard]] static std::uint32_t interval_at(SimTime t, SimDuration interval);
    /// The pair's own intervals, [first, last]: no interval belongs to two pairs. The one in which
    /// `from` was taken belongs to the pair before, though a part of its energy is in this
    /// difference.
    [[nodiscard]] std::uint32_t first(SimDuration interval) const {
        return interval_at(from.read, interval) + 1;
    }
    [[nodiscard]] std::uint32_t last(SimDuration interval) const {
        return interval_at(to.read, interval);
    }
    [[nodiscard]] std::int64_t difference() const { return to.net_mwh - from.net_mwh; }
};

/// Between what the difference must lie. Of an interval that a reading divides any part may count,
/// so far as the connection can carry it in the time before or after the reading (which presumes
/// that within the interval energy flows one way). What is missing, estimated or to be replaced may
/// be anything, of a meter that does not export anything from 0 on.
struct SumBounds {
    std::int64_t low_mwh = 0;
    std::int64_t high_mwh = 0;
    bool low_known = true;
    bool high_known = true;
    [[nodiscard]] bool admits(std::int64_t mwh, std::int64_t tolerance_mwh) const {
        return (!low_known || mwh >= low_mwh - tolerance_mwh) &&
               (!high_known || mwh <= high_mwh + tolerance_mwh);
    }
};
/// @param replace rules whose flag says that an estimate takes the reading's place
/// @param stamp how much later than its stamp each register may have been read
[[nodiscard]] SumBounds sum_bounds(Series const& series, RegisterPair const& pair, Flags replace,
                                   MeterLimits const& limits, SimDuration stamp,
                                   SimDuration interval);

/// Energy of the part of interval k that lies in (from, to], presuming even flow, mWh.
[[nodiscard]] std::int64_t part_of(std::int64_t mwh, std::uint32_t k, SimTime from, SimTime to,
                                   SimDuration interval);

} // namespace gridtwin::headend::vee
