#pragma once
// Billing registers: import and export of active energy, the four quadrants of reactive energy,
// each in total and by tariff. Optional: a table without them keeps the net registers alone.
#include "models/meter/clock.hpp"
#include "models/meter/tariff.hpp"
#include "sim/core/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::meter {

/// Quadrants as in IEC 62053-23: I import and inductive, then counter-clockwise.
enum class Register : std::uint8_t {
    import,
    export_,
    quadrant_1,
    quadrant_2,
    quadrant_3,
    quadrant_4
};
inline constexpr std::size_t kRegisters = 6;
/// One value a Register: mWh, mWh, then mvarh; none ever decreases.
using RegisterSet = std::array<std::int64_t, kRegisters>;

struct RegisterSpec {
    bool kept = false;
    std::vector<TariffCalendar> calendars{{}}; ///< at least one; meters begin with the first
    SimDuration week_at_start{};               ///< local time at kStart, since Monday 00:00
};

/// Columns; empty without registers. Energy is counted in whole mWh and mvarh: total and tariff
/// take the same pulses, so tariffs add up to the total exactly, and net is import minus export.
struct Registers {
    std::uint32_t tariffs = 0; ///< 0: none kept
    SimDuration week_at_start{};
    std::vector<TariffWeek> weeks; ///< [calendar]

    std::vector<std::uint8_t> calendar; ///< [meter] row of weeks
    std::vector<std::uint8_t> tariff;   ///< [meter] the one that holds
    std::vector<SimTime> switch_at;     ///< [meter] true time of the next one; kNever none
    std::vector<RegisterSet> total;     ///< [meter]
    std::vector<std::array<double, kRegisters>> rest; ///< [meter] in [0, 1): not yet counted
    std::vector<RegisterSet> by_tariff;               ///< [meter][tariff]

    [[nodiscard]] bool kept() const { return tariffs > 0; }
    [[nodiscard]] RegisterSet const& of(MeterId meter, std::size_t which_tariff) const {
        return by_tariff[index(meter) * tariffs + which_tariff];
    }
};

/// Net pulses of a stretch of time, import minus export and inductive minus capacitive.
struct Pulses {
    std::int64_t mwh = 0;
    std::int64_t mvarh = 0;
};

inline constexpr double kMwhPerWs = 1.0 / 3.6; ///< mvarh per var s likewise

/// Adds to a register what whole units there are and keeps the rest in [0, 1); returns them.
inline std::int64_t accumulate(std::int64_t& reg, double& rest, double amount) {
    double const sum = rest + amount;
    auto whole = static_cast<std::int64_t>(sum);
    whole -= static_cast<double>(whole) > sum ? 1 : 0; // export: round down, not to zero
    reg += whole;
    rest = sum - static_cast<double>(whole);
    return whole;
}

/// Registers at zero. @throws SimulationError for a calendar with a problem, or without one
[[nodiscard]] Registers make_registers(RegisterSpec const& spec, std::size_t meters);

/// Begins a calendar at true time t (or anew, after the clock was set).
void begin_calendar(Registers& registers, MeterId meter, Clock const& clock, std::uint8_t calendar,
                    SimTime t);

/// Counts constant power over (from, to], split at the very instants at which tariffs switch.
Pulses count(Registers& registers, MeterId meter, Clock const& clock, double p_w, double q_var,
             SimTime from, SimTime to);

/// Octets a meter.
[[nodiscard]] std::size_t bytes_per_meter(Registers const& registers);

} // namespace gridtwin::meter
