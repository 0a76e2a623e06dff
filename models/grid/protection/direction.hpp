#pragma once
// Direction of a fault: by the angle of a current to a polarising voltage.
// Sources: docs/models/protection.md.
#include "models/grid/circuit_protection.hpp"

#include <span>

namespace gridtwin::grid::protection {

/// What a device measures at its terminal; constant from one solution to the next.
struct Seen {
    std::vector<int> node;    ///< [phase] of the bus: 1, 2, 3
    std::vector<Complex> i_a; ///< [phase] into the monitored element
    std::vector<Complex> v_v; ///< [phase] to ground
};

enum class Direction : std::uint8_t { none, forward, reverse };

/// Forward when the current lags the voltage by the characteristic angle, 90 degrees more or less;
/// none on the border, without current, and below least_v.
[[nodiscard]] Direction direction_of(Complex v_v, Complex i_a, double characteristic_deg,
                                     double least_v);

/// Positive-sequence component of nodes 1, 2, 3, of which 1 leads 2 leads 3.
/// @param node  [phase] all of 1, 2, 3 in any order, and others that do not count
[[nodiscard]] Complex positive_sequence(std::span<int const> node, std::span<Complex const> phasor);
[[nodiscard]] bool has_three_phases(std::span<int const> node);

/// Direction of one phase: by positive sequence where the terminal has three phases, else by the
/// phase's own voltage and current.
[[nodiscard]] Direction phase_direction(Seen const& seen, std::size_t phase,
                                        double characteristic_deg, double least_v);
/// Direction of the residual current, polarised by minus the residual voltage: a fault ahead draws
/// its zero-sequence current through the source behind the relay.
[[nodiscard]] Direction ground_direction(Seen const& seen, double characteristic_deg,
                                         double least_v);

/// Power into the element, W: 3 Re(V1 conj I1) with three phases, else summed over the phases.
[[nodiscard]] double balanced_power_w(Seen const& seen);
[[nodiscard]] double power_w(Seen const& seen);

enum class Zone : std::uint8_t { none, inner, outer };

/// Where the current of a phase stands in the characteristic of a directional overcurrent relay.
/// @param i_a  turned so that the phase's voltage has angle 0
[[nodiscard]] Zone zone_of(DirectionalZones const& zones, Complex i_a);

} // namespace gridtwin::grid::protection
