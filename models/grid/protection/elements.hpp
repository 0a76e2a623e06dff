#pragma once
// The elements of a relay or recloser: for each, how long it would take to trip now.
#include "models/grid/protection/direction.hpp"
#include "models/grid/protection/settings.hpp"

namespace gridtwin::grid::protection {

/// An instantaneous element and its output contact; OpenDSS's value.
inline constexpr double kInstantaneous_s = 0.01;
/// Voltage above which a voltage relay's reclose interval runs; OpenDSS's value.
inline constexpr double kHealthyVoltage_pu = 0.9;

enum class Cause : std::uint8_t {
    phase,
    ground,
    instantaneous_phase,
    instantaneous_ground,
    directional,
    over_voltage,
    under_voltage,
    reverse_power,
    command, ///< opened by hand
};

[[nodiscard]] std::string_view name_of(Cause cause);

struct Element {
    Cause cause = Cause::phase;
    int phase = 0;          ///< node of the bus; 0: all of them
    double operate_s = 0.0; ///< from rest to trip; kNoOperation_s: not picked up
    double reset_s = 0.0;   ///< from trip to rest when it is not picked up; 0: at once

    [[nodiscard]] bool picked_up() const;
};

/// All elements, in an order that depends on the type of relay, its voltage curves and the number
/// of phases only. @param operations  trips since the sequence began
[[nodiscard]] std::vector<Element> elements_of(SwitchSettings const& settings,
                                               std::span<TccCurve const> curves, int operations,
                                               Seen const& seen);

/// Greatest |V| of the terminal's phases, pu of base_v.
[[nodiscard]] double greatest_pu(SwitchSettings const& settings, Seen const& seen);

} // namespace gridtwin::grid::protection
