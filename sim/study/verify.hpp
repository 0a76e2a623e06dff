#pragma once
// Checks of a solution that stand on its own results, before any of it is shown.
#include "models/grid/element_currents.hpp"
#include "sim/study/summary.hpp"

#include <complex>
#include <string>

namespace gridtwin::study {

/// Residual that is allowed beside rounding: 0.1 VA at any node.
inline constexpr double kMostResidual_pu = 1e-7;
/// Rounding that is allowed at any node: 100 VA, 0.01 % of 1 MVA. More is an impedance that doubles
/// cannot tell from none, whose current would be noise.
inline constexpr double kMostRounding_pu = 1e-4;
/// What the powers in the summary may lack: 1 VA or this part of the losses, the greater of both...
inline constexpr double kMostImbalance_frac = 1e-4;
/// ...and for each conductor of a source two bits of its voltage (grid::source_admittance).
inline constexpr double kSourceRounding_va = 0.2;

/// Kirchhoff's current law at every node and the balance of the powers in the summary.
struct SolutionCheck {
    double residual_pu = 0.0; ///< |sum of currents| over the current of 1 MVA at the node's base
    double allowed_pu = kMostResidual_pu; ///< at that node, with rounding
    std::string node;                     ///< "bus.phase", where residual over allowed is greatest
    Complex imbalance_va;                 ///< source + generation - load - losses - shunts
    double allowed_va = 1.0;              ///< of it

    /// NaN: no
    [[nodiscard]] bool holds() const { return residual_pu <= allowed_pu && balances(); }
    [[nodiscard]] bool balances() const {
        return std::norm(imbalance_va) <= allowed_va * allowed_va;
    }
    /// Of the allowed, for finding the worst of many.
    [[nodiscard]] double severity() const;
};

/// The solver must hold a solution. Rounding, which counts where a residual exceeds `allowed_pu`:
/// 64 units in the last place of each product of admittance and voltage at the node, at most
/// kMostRounding_pu.
/// @param power  summarise_power of the same solution
[[nodiscard]] SolutionCheck check_solution(grid::FeederSolver const& solver,
                                           PowerSummary const& power,
                                           grid::ElementCurrents const& currents,
                                           double allowed_pu = kMostResidual_pu);

/// The worst of both, each figure for itself.
void keep_worst(SolutionCheck& worst, SolutionCheck const& next);

} // namespace gridtwin::study
