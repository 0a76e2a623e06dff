#pragma once
// Faults, protective devices and the power flow in turns: solve, measure, run to the earliest
// event, act, solve again.
#include "models/grid/protection/command.hpp"

namespace gridtwin::grid::protection {

/// A fault struck, or removed, from outside.
struct FaultEvent {
    SimTime at;
    std::size_t fault = 0; ///< row of Circuit::faults
    bool on = true;
};

struct ProtectionRun {
    SimTime start = kStart;
    SimTime until = kStart; ///< events at that instant included
    std::vector<FaultEvent> faults;
    std::vector<Command> commands;
};

/// The circuit's faults that strike after the start (Fault::on_s > 0), as events. They must be off
/// before: see hold_back_faults.
[[nodiscard]] std::vector<FaultEvent> fault_events(Circuit const& circuit);
/// Takes those faults off.
void hold_back_faults(FeederSolver& solver);

/// Runs the devices from `start` to `until` on quasi-steady solutions and returns all that
/// happened, in order. Events of one instant: faults, then commands, then devices. A temporary
/// fault clears as soon as a solution shows less than its min_a in all of its phases.
/// The solver's own controls (taps, capacitors) stand still: they are slower than what this
/// simulates.
/// Afterwards `devices` and `solver` are in the final state, and a run may follow from there.
/// Throws InputError for events and commands that name what is not there, SimulationError with time
/// and bus where the power flow does not converge.
std::vector<LogEntry> simulate_protection(FeederSolver& solver, Devices& devices,
                                          ProtectionRun const& run);

} // namespace gridtwin::grid::protection
