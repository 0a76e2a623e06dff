#pragma once
// How a power-flow solve ended.
#include <stdexcept>
#include <string>

namespace gridtwin::grid {

struct SolveStatus {
    bool converged = false;       ///< false: voltages hold the last iterate and must not be used
    int iterations = 0;           ///< linear solves done, over all control rounds
    double mismatch_pu = 0.0;     ///< bound of the phasors' error: the last change, or less (docs)
    std::string worst_bus;        ///< where; empty after a converged solve
    int control_rounds = 0;       ///< times that a regulator or another control moved
    bool controls_settled = true; ///< false: still moving when max_control_iterations was reached
};

/// A power flow did not converge, or its currents do not sum to zero: nothing of it may be used.
/// what() is for the user. Exit code 1.
class NotConverged : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

} // namespace gridtwin::grid
