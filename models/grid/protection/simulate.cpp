#include "models/grid/protection/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::protection {
namespace {

SourcePos const kRun{"protection run", 0, 0}; // events come from no file

/// Turns the solver's controls off, and back as they were.
class ControlsHeld {
  public:
    explicit ControlsHeld(FeederSolver& solver)
        : solver_(solver), before_(solver.circuit().solution.controls) {
        solver_.set_controls(false);
    }
    ControlsHeld(ControlsHeld const&) = delete;
    ControlsHeld& operator=(ControlsHeld const&) = delete;
    ~ControlsHeld() { solver_.set_controls(before_); }

  private:
    FeederSolver& solver_;
    bool before_;
};

void solve(FeederSolver& solver, SimTime now) {
    SolveStatus const status = solver.solve();
    if (!status.converged) {
        throw SimulationError(fmt::format(
            "{}: power flow of '{}' does not converge while protection is simulated; bus {} still "
            "moves by {:g} pu",
            format_time(now), solver.circuit().name, status.worst_bus, status.mismatch_pu));
    }
}

/// Temporary faults that no longer carry their current; true when one cleared.
bool clear_faults(FeederSolver& solver, SimTime now, std::vector<LogEntry>& log) {
    bool cleared = false;
    for (std::size_t row = 0; row < solver.circuit().faults.size(); ++row) {
        Fault const& fault = solver.circuit().faults[row];
        if (!fault.on || !fault.temporary) {
            continue;
        }
        std::vector<Complex> i_a(solver.terminals(ElementKind::fault, row).size());
        solver.terminal_currents(ElementKind::fault, row, i_a);
        bool const burns = std::any_of(i_a.begin(), i_a.end(), [&fault](Complex const& i) {
            return std::abs(i) >= fault.min_a;
        });
        if (!burns) {
            solver.set_fault(row, false);
            log.push_back({now, "fault." + fault.name, "clears by itself", {}});
            cleared = true;
        }
    }
    return cleared;
}

void settle(FeederSolver& solver, Devices& devices, SimTime now, std::vector<LogEntry>& log) {
    switch_lines(devices, solver);
    do {
        solve(solver, now);
    } while (clear_faults(solver, now, log));
    measure(devices, solver, now);
}

template <typename Event>
std::vector<Event> in_order(std::vector<Event> events) {
    std::stable_sort(events.begin(), events.end(),
                     [](Event const& a, Event const& b) { return a.at < b.at; });
    return events;
}

template <typename Event>
SimTime time_of(std::vector<Event> const& events, std::size_t next) {
    return next < events.size() ? events[next].at : kNever;
}

void check(FeederSolver const& solver, Devices const& devices, ProtectionRun const& run) {
    Diagnostics d;
    for (FaultEvent const& e : run.faults) {
        if (e.fault >= solver.circuit().faults.size() || e.at < run.start) {
            d.error(kRun, fmt::format("fault event at {} of fault {}", format_time(e.at), e.fault),
                    fmt::format("one of {} faults, not before {}", solver.circuit().faults.size(),
                                format_time(run.start)));
        }
    }
    for (Command const& c : run.commands) {
        if (c.at < run.start) {
            d.error(kRun, fmt::format("command at {} to '{}'", format_time(c.at), c.device),
                    fmt::format("a time not before {}", format_time(run.start)));
        }
    }
    check_commands(devices, run.commands, d);
    if (!d.ok()) {
        throw InputError(std::move(d));
    }
}

} // namespace

std::vector<FaultEvent> fault_events(Circuit const& circuit) {
    std::vector<FaultEvent> events;
    for (std::size_t row = 0; row < circuit.faults.size(); ++row) {
        Fault const& fault = circuit.faults[row];
        if (fault.on && fault.on_s > 0.0) {
            events.push_back({kStart + duration_from_s(fault.on_s), row, true});
        }
    }
    return events;
}

void hold_back_faults(FeederSolver& solver) {
    for (FaultEvent const& e : fault_events(solver.circuit())) {
        solver.set_fault(e.fault, false);
    }
}

std::vector<LogEntry> simulate_protection(FeederSolver& solver, Devices& devices,
                                          ProtectionRun const& run) {
    check(solver, devices, run);
    ControlsHeld const held(solver);
    std::vector<FaultEvent> const faults = in_order(run.faults);
    std::vector<Command> const commands = in_order(run.commands);
    std::vector<LogEntry> log;
    std::size_t next_fault = 0;
    std::size_t next_command = 0;
    SimTime now = run.start;
    settle(solver, devices, now, log);
    while (true) {
        SimTime const next = std::min({next_event(devices, now), time_of(faults, next_fault),
                                       time_of(commands, next_command)});
        if (next > run.until) {
            advance(devices, run.until - now);
            return log;
        }
        advance(devices, next - now);
        now = next;
        bool outside = false;
        for (; time_of(faults, next_fault) == now; ++next_fault) {
            FaultEvent const& e = faults[next_fault];
            Fault const& fault = solver.circuit().faults[e.fault];
            if (fault.on != e.on) {
                solver.set_fault(e.fault, e.on);
                log.push_back({now, "fault." + fault.name, e.on ? "strikes" : "ends", {}});
                outside = true;
            }
        }
        for (; time_of(commands, next_command) == now; ++next_command) {
            obey(devices, commands[next_command], now, log);
            outside = true;
        }
        if (outside) { // what devices do next depends on it
            settle(solver, devices, now, log);
        }
        if (operate(devices, now, log)) {
            settle(solver, devices, now, log);
        } else {
            measure(devices, solver, now); // a trip or a reset changes which elements are in force
        }
    }
}

} // namespace gridtwin::grid::protection
