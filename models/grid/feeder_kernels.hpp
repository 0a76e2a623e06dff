#pragma once
// The inner loops of the power flow, for each width of vectors.
#include "models/grid/load_model.hpp"
#include "models/grid/network_factor.hpp"
#include "models/grid/vector_width.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace gridtwin::grid {

/// What an iteration needs of a load's phase, together.
struct LoadRow {
    std::uint32_t from = 0; ///< 2 * position among kept nodes; ground has the last position
    std::uint32_t to = 0;
    double p_w = 0.0;
    double q_var = 0.0;
    double vmin2_v2 = 0.0; ///< between these |V|^2 it draws constant power
    double vmax2_v2 = 0.0;
    double q_gain_above = 0.0; ///< of load_gains above vmax, where P's is 1 / vmax2_v2
    LoadTangent held;          ///< in the matrix
};

/// Takes from the right-hand side r what the loads draw at x beyond what the matrix holds.
/// @param i_extra_a [row] out
void take_load_currents(std::span<LoadRow const> rows, LoadPhaseTable const& table,
                        std::vector<Load> const& loads, double const* x, double* r,
                        Complex* i_extra_a);

/// Greatest change of a voltage, pu, and where.
struct GreatestChange {
    double pu = 0.0;
    std::size_t position = 0;
};

/// Solves for x from r, which is used up.
/// @param inv_base2 [position] 1 / base_v^2
[[nodiscard]] GreatestChange substitute(SubstitutionPlan const& plan, double const* inv_base2,
                                        double* r, double* x, VectorWidth width = vector_width());

/// Voltages of passive nodes from those of kept ones. @param u pairs over all nodes, in and out
void recover(RecoveryPlan const& plan, double* u, VectorWidth width = vector_width());

} // namespace gridtwin::grid
