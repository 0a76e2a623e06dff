#pragma once
// A circuit as plain tables: what the OpenDSS reader produces and the power flow consumes.
// Everything is in SI and already scaled (lengths multiplied in, nominal powers in W and var).
#include "models/grid/circuit_controls.hpp"
#include "models/grid/circuit_der.hpp"
#include "models/grid/circuit_elements.hpp"
#include "models/grid/circuit_protection.hpp"
#include "models/grid/circuit_shapes.hpp"
#include "sim/core/diagnostics.hpp"

#include <complex>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gridtwin::grid {

struct BusInfo {
    double v_ln_v = 0.0; ///< base, line-to-neutral; 0 when unknown
    double x = 0.0;      ///< from Buscoords, in the file's own units
    double y = 0.0;
    bool has_position = false;
};

enum class SolutionMode : std::uint8_t { snapshot, daily, yearly, dutycycle, direct };
enum class ControlMode : std::uint8_t { static_, event, time, off };

struct SolutionOptions {
    double tolerance_pu = 1e-9; ///< greatest change of |V| between iterations
    int max_iterations = 100;
    int max_control_iterations = 15;
    bool controls = true; ///< Set ControlMode=OFF clears it
    SolutionMode mode = SolutionMode::snapshot;
    ControlMode control_mode = ControlMode::static_;
    int number = 1;         ///< of steps a Solve takes
    double step_s = 3600.0; ///< between steps; the first Solve of a time mode starts one step in
    double start_s = 0.0;   ///< time before the first step
    int year = 0;
    double load_mult = 1.0;         ///< of loads of status variable; Load::p_w holds it already
    double generator_mult = 1.0;    ///< of generators that are not fixed; not in Generator::p_w
    double growth_per_year = 1.025; ///< of loads without a growth shape
};

/// One command Solve of a script, in order.
struct SolveRequest {
    SourcePos where;
    SolutionOptions options; ///< as set when the command was met
};

/// A place to record, of a Monitor or EnergyMeter.
struct Recorder {
    std::string name;
    SourcePos where;
    bool energy_meter = false;
    ElementRef element;
    std::size_t terminal = 0; ///< counted from 0
    int mode = 0;             ///< of a Monitor
};

/// Elements of a class that the reader was allowed to ignore.
struct LeftOut {
    std::string class_name; ///< lower case
    std::size_t elements = 0;
    SourcePos first; ///< where the first of them is made
};

/// What the writer of a script should look at: sound, but perhaps not what was meant, or taken
/// otherwise than the reference engine takes it.
struct Note {
    std::string text;
    std::size_t count = 0; ///< places it holds for
    SourcePos first;       ///< the first of them
};

struct Circuit {
    std::string name;
    double f_hz = 60.0;
    std::vector<Vsource> sources;
    std::vector<Line> lines;
    std::vector<Transformer> transformers;
    std::vector<Load> loads;
    std::vector<Capacitor> capacitors;
    std::vector<Reactor> reactors;
    std::vector<Fault> faults;
    std::vector<Generator> generators;
    std::vector<PvSystem> pv_systems;
    std::vector<Storage> storages;

    std::vector<RegControl> regulators;
    std::vector<CapControl> capacitor_controls;
    std::vector<SwtControl> switch_controls;
    std::vector<InvControl> inverter_controls;

    std::vector<TccCurve> tcc_curves;
    std::vector<Fuse> fuses;
    std::vector<Recloser> reclosers;
    std::vector<Relay> relays;

    std::vector<LoadShape> load_shapes;
    std::vector<TemperatureShape> temperature_shapes;
    std::vector<GrowthShape> growth_shapes;
    std::vector<XyCurve> curves;

    std::vector<Recorder> recorders;
    std::vector<SolveRequest> solves; ///< the script's; empty when it never solves

    std::vector<LeftOut> left_out; ///< in order of their first elements
    std::vector<Note> notes;       ///< one of each text

    std::map<std::string, BusInfo> buses; ///< by lower-case name, every bus an element names
    std::vector<double> voltage_bases_ll_v;
    SolutionOptions solution;
};

} // namespace gridtwin::grid
