#pragma once
// The protective devices of a circuit, as tables, and what they see of a solved feeder.
#include "models/grid/feeder_solver.hpp"
#include "models/grid/protection/fuse.hpp"
#include "models/grid/protection/switch_sequence.hpp"

namespace gridtwin::grid::protection {

/// A relay with its breaker, or a recloser.
struct SwitchDevice {
    std::string name; ///< "relay.r1", "recloser.main", lower case
    SourcePos where;
    ProtectedPoint point;
    SwitchSettings settings;            ///< in force
    std::vector<SwitchSettings> groups; ///< that a command can put in force
    SwitchState state;
    Seen seen;
};

struct FuseDevice {
    std::string name; ///< "fuse.f1"
    SourcePos where;
    ProtectedPoint point;
    FuseSettings settings;
    std::vector<LinkState> links; ///< [phase], conductor by conductor of the line
    Seen seen;
};

struct Devices {
    std::vector<TccCurve> curves;       ///< the circuit's, then standard ones of other names
    std::vector<SwitchDevice> switches; ///< relays, then reclosers, in the circuit's order
    std::vector<FuseDevice> fuses;
};

/// One entry of the log of a run.
struct LogEntry {
    SimTime at;
    std::string device; ///< or "fault.f1"
    std::string what;   ///< "trips", "opens", "locks out", "recloses", "resets", "melts", ...
    std::string detail; ///< the element that tripped, the phase, what a command set
    friend bool operator==(LogEntry const&, LogEntry const&) = default;
};

/// "1.234567890 s relay.r1 trips: phase 2"
[[nodiscard]] std::string format(LogEntry const& entry);

/// Devices in the states that the circuit gives them. A device whose line stands open though no
/// device on it says so is locked out.
/// Throws InputError, with every mistake found: elements, terminals, curves, settings that are not
/// there or make no sense; a fuse whose element has other phases than its line.
[[nodiscard]] Devices make_devices(Circuit const& circuit);

/// Takes in currents and voltages of the solver's last solution.
void measure(Devices& devices, FeederSolver const& solver, SimTime now);
/// When the next of them would act with what it sees now; kNever: none ever.
[[nodiscard]] SimTime next_event(Devices const& devices, SimTime now);
/// Integrates all up to the next event at most.
void advance(Devices& devices, SimDuration dt);
/// All that is due at `now`, in the order of the tables; true when a line is to be switched.
bool operate(Devices& devices, SimTime now, std::vector<LogEntry>& log);
/// Puts the lines into the devices' positions: a line is closed while all its devices are, and its
/// conductor i while all links on it are whole.
void switch_lines(Devices const& devices, FeederSolver& solver);

/// What a step says in the log.
void record(std::vector<LogEntry>& log, SimTime now, std::string const& device,
            StepTaken const& step);

} // namespace gridtwin::grid::protection
