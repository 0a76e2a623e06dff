#pragma once
// What billing asks of whoever validated the readings.
#include "models/headend/ports/events.hpp"

#include <cstdint>
#include <span>
#include <vector>

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

/// Called from several threads at once.
class EnergySource {
  public:
    virtual ~EnergySource() = default;
    /// Writes what is known of the intervals from `first` on, as many as the spans are long; where
    /// nothing is, the quality is kMissing.
    /// @return whether anything is known of them; if not, the registers are asked for
    [[nodiscard]] virtual bool intervals(MeterId meter, std::uint32_t first,
                                         std::span<std::int32_t> energy_mwh,
                                         std::span<std::uint8_t> quality) const = 0;
    /// Its registers' readings so far, in any order.
    [[nodiscard]] virtual std::vector<RegisterReading> registers(MeterId meter) const = 0;
};

} // namespace gridtwin::headend::billing
