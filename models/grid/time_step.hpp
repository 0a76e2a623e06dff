#pragma once
// What every load and generator is set to at a moment of a time series.
// Source: OpenDSS manual (daily, yearly and duty-cycle modes); docs/models/feeder-der.md.
#include "models/grid/circuit.hpp"
#include "models/grid/feeder_solver.hpp"

namespace gridtwin::grid {

/// A moment of a solution: which shapes hold, when, and under which multipliers.
struct Moment {
    SolutionMode mode = SolutionMode::snapshot; ///< snapshot and direct: no shape holds
    double t_s = 0.0;                           ///< since midnight before the first step
    int year = 0;                               ///< 0: no growth
    double load_mult = 1.0;
    double generator_mult = 1.0;
    double growth_per_year = 1.025;
    double step_s = 0.0; ///< length of the step that begins now; 0: none, a snapshot
};

/// Step `step` (counted from 1) of a solution with these options: it stands `step` whole steps
/// after the start, so that the first daily step of an hour uses the shape's first point.
[[nodiscard]] Moment moment_of(SolutionOptions const& options, int step);

/// Row of Circuit::load_shapes (or another table) that holds in a mode; kNone when none does.
[[nodiscard]] std::int32_t shape_in_mode(ShapeRefs const& shapes, SolutionMode mode);

/// Power of a load at a moment, W + j var. Shapes of actual values override the nominal power and
/// the multipliers. Q of models 6 and 7 (fixed) stays as stated.
/// @param nominal  the circuit as read; its loads hold nominal.solution.load_mult already
/// Throws SimulationError when nominal.solution.load_mult is 0 and the moment's is not, and for a
/// CVR curve in yearly mode.
[[nodiscard]] Complex load_power(Circuit const& nominal, Load const& load, Moment const& moment);

/// Power of a generator at a moment, W + j var, > 0 produced.
[[nodiscard]] Complex generator_power(Circuit const& nominal, Generator const& generator,
                                      Moment const& moment);

/// Sets every load of the solver.
/// @param nominal  the circuit that the solver was made of, before any set_load_power
void set_loads(FeederSolver& solver, Circuit const& nominal, Moment const& moment);

/// Sets every generator, PV system and storage for the step that begins now; what they remember is
/// solver.controls().der. What an InvControl wants of an inverter stays in force.
void set_generation(FeederSolver& solver, Moment const& moment);

/// Voltage of a source at a moment, pu: its shape's value in place of its own; a shape of actual
/// values is in volts to ground (across it where it has one phase).
[[nodiscard]] double source_voltage_pu(Circuit const& nominal, Vsource const& source,
                                       Moment const& moment);

/// Sets every source that has a shape; a snapshot gives it its own voltage again.
/// Throws SimulationError for a voltage that is not above 0.
void set_sources(FeederSolver& solver, Circuit const& nominal, Moment const& moment);

/// Everything that a step needs before it is solved: sources, loads, generation, and the controls'
/// clock.
void begin_step(FeederSolver& solver, Circuit const& nominal, Moment const& moment);
/// What follows a solved step: the storages' energies by their solved powers over moment.step_s.
void end_step(FeederSolver& solver, Moment const& moment);

} // namespace gridtwin::grid
