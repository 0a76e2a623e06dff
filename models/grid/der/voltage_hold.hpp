#pragma once
// Generators of model 3 hold their terminal voltage by reactive power, within limits.
// Method: after each converged solution a Newton step on all held voltages at once, with
// sensitivities dV/dQ that are learnt from the solutions themselves (Broyden's update), so that it
// converges superlinearly. A generator at a limit stays there while its voltage asks for more.
// Source: Broyden, Math. Comp. 19 (1965); docs/models/feeder-der.md.
#include "models/grid/feeder_solver.hpp"

namespace gridtwin::grid {

enum class VoltageHold : std::uint8_t { at_rest, moved, failed };

/// One step of all generators that hold a voltage; `failed` after 100 of them in one solution.
[[nodiscard]] VoltageHold hold_voltages(FeederSolver& solver, ControlState& state);

/// Solves to rest, again after each step of the voltages' holding.
/// @param iterate_to_rest  solves the circuit, gives a SolveStatus
template <typename IterateToRest>
SolveStatus rest_with_held_voltages(FeederSolver& solver, IterateToRest iterate_to_rest) {
    solver.controls().voltage_hold.rounds = 0;
    SolveStatus status = iterate_to_rest();
    while (status.converged) {
        VoltageHold const hold = hold_voltages(solver, solver.controls());
        if (hold != VoltageHold::moved) {
            status.converged = hold == VoltageHold::at_rest;
            return status;
        }
        SolveStatus const next = iterate_to_rest();
        int const iterations = status.iterations + next.iterations;
        status = next;
        status.iterations = iterations;
    }
    return status;
}

} // namespace gridtwin::grid
