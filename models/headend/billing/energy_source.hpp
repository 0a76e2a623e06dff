#pragma once
// What billing asks of whoever validated the readings.
#include "models/headend/ports/events.hpp"

#include <cstdint>
#include <span>

namespace gridtwin::headend::billing {

/// Qualities of an interval's energy; whatever is neither actual nor missing was estimated.
inline constexpr std::uint8_t kActual = 0;
inline constexpr std::uint8_t kEstimated = 1;
inline constexpr std::uint8_t kMissing = 255;

/// Net energies of consecutive intervals of one meter, equally many qualities.
struct Series {
    std::uint32_t first = 1;                  ///< interval of the first value
    std::span<std::int32_t const> energy_mwh; ///< > 0 import, < 0 export; missing: not looked at
    std::span<std::uint8_t const> quality;

    [[nodiscard]] std::uint32_t end() const {
        return first + static_cast<std::uint32_t>(energy_mwh.size());
    }
};

/// Called from several threads at once, for different meters; what it returns must stay as it is
/// until billing's call that asked for it is over.
class EnergySource {
  public:
    virtual ~EnergySource() = default;
    /// What is known of intervals [first, end): all, a part, or nothing (empty) when the meter
    /// keeps no profile.
    [[nodiscard]] virtual Series intervals(MeterId meter, std::uint32_t first,
                                           std::uint32_t end) const = 0;
    /// Its registers' readings so far, in any order; asked for when there are no intervals.
    [[nodiscard]] virtual std::span<RegisterReading const> registers(MeterId meter) const = 0;
};

} // namespace gridtwin::headend::billing
