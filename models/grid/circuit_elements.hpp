#pragma once
// Tables of a circuit: what carries and what draws current. Everything is in SI and already scaled
// (lengths multiplied in, nominal powers in W and var).
#include "sim/core/diagnostics.hpp"

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::grid {

using Complex = std::complex<double>;

/// One end of an element: the bus and the node of each conductor, in conductor order.
/// Node 0 is ground; 1, 2, 3 are the phases; above 3 are neutrals and internal nodes.
struct Terminal {
    std::string bus; ///< lower case
    std::vector<int> nodes;
};

enum class Connection : std::uint8_t { wye, delta };

/// Element tables of a circuit, in the order of their admittances.
enum class ElementKind : std::uint8_t {
    source,
    line,
    transformer,
    load,
    capacitor,
    reactor,
    fault,
    generator,
    pv_system,
    storage,
};
inline constexpr std::size_t kElementKinds = 10;

/// One row of one of the tables.
struct ElementRef {
    ElementKind kind = ElementKind::line;
    std::size_t row = 0;
    friend bool operator==(ElementRef const&, ElementRef const&) = default;
};

/// Row of a table of shapes or curves; kNone: none.
inline constexpr std::int32_t kNone = -1;

/// How a load, generator or source follows time: rows of Circuit::load_shapes.
struct ShapeRefs {
    std::int32_t daily = kNone;
    std::int32_t yearly = kNone; ///< kNone: daily
    std::int32_t duty = kNone;   ///< kNone: daily
};

/// Ideal three-phase (or n-phase) voltage behind an impedance.
struct Vsource {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus1;
    Terminal bus2;       ///< ground unless stated
    double v_ll_v = 0.0; ///< rated line-to-line voltage (line-to-ground when phases == 1)
    double v_pu = 1.0;
    double angle_deg = 0.0; ///< of the first phase
    double f_hz = 60.0;
    std::vector<Complex> z_ohm; ///< [phases][phases], row major
    ShapeRefs shapes;           ///< in place of v_pu; of actual values: volts to ground instead
};

struct Line {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus1;
    Terminal bus2;
    std::vector<Complex> z_ohm; ///< [phases][phases] whole length, at the circuit's base frequency
    std::vector<double> c_f;    ///< [phases][phases] whole length, farad, half at each end
    double length_m = 0.0;      ///< 0 when the file states no unit
    bool is_switch = false;
    bool closed = true;
    std::uint32_t open_conductors = 0; ///< bit i: conductor i is open though the line is closed
    double rating_a = 0.0;             ///< normamps; 0 unknown
    bool rating_stated = false;        ///< else rating_a is OpenDSS's default
};

/// Whether a conductor (0, 1, ... < phases) of a line is closed.
[[nodiscard]] inline bool carries(Line const& line, std::size_t conductor) {
    return line.closed && (line.open_conductors >> conductor & 1U) == 0;
}

/// Whether any of its conductors is.
[[nodiscard]] inline bool carries(Line const& line) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(line.phases); ++i) {
        if (carries(line, i)) {
            return true;
        }
    }
    return false;
}

struct Winding {
    Terminal bus;
    Connection connection = Connection::wye;
    double v_v = 0.0;    ///< rated: line-to-line for 2 and 3 phases, across the winding for 1 phase
    double s_va = 0.0;   ///< rated, all phases
    double r_pu = 0.002; ///< on winding 1's rated VA
    double tap_pu = 1.0;
    double tap_min_pu = 0.9;
    double tap_max_pu = 1.1;
    int taps = 32;
    double r_neutral_ohm = -1.0; ///< < 0: solidly grounded or as the node list says
    double x_neutral_ohm = 0.0;
    int tap_statements = 0; ///< of tap_pu in a script: a tap not stated anew stays between Solves
};

struct Transformer {
    std::string name;
    SourcePos where;
    std::string bank;
    int phases = 3;
    std::vector<Winding> windings;
    std::vector<double> x_pu; ///< XHL, (XHT, XLT, ...) on winding 1's rated VA
    double no_load_loss_frac = 0.0;
    double magnetising_frac = 0.0;
    double ppm_antifloat = 1.0;
    bool lead_lag_euro = false; ///< delta-wye: false = low side lags by 30 degrees
    bool enabled = true;
    double rating_va = 0.0;     ///< normhkVA: what winding 1 may carry for good; 0 unknown
    bool rating_stated = false; ///< else rating_va is 1.1 times winding 1's s_va
};

/// What multipliers of the solution apply to a load.
enum class LoadStatus : std::uint8_t {
    variable, ///< shape, growth and load multiplier
    fixed,    ///< none
    exempt,   ///< shape and growth, not the load multiplier
};

struct Load {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus;
    Connection connection = Connection::wye;
    int model = 1;    ///< OpenDSS numbers: 1 constant PQ, 2 constant Z, 5 constant current ...
    double v_v = 0.0; ///< line-to-line for 2 and 3 phases, across the load for 1 phase
    double p_w = 0.0;
    double q_var = 0.0;
    bool pf_stated = false; ///< Q follows P by p_w and q_var when a shape gives actual W alone
    double vmin_pu = 0.95;
    double vmax_pu = 1.05;
    double vlow_pu = 0.50;
    double cvr_watts = 1.0;
    double cvr_vars = 2.0;
    std::vector<double> zipv; ///< model 8: 3 for P, 3 for Q, cut-off voltage
    double r_neutral_ohm =
        -1.0; ///< wye: from the neutral node to ground; < 0: as the node list says
    double x_neutral_ohm = 0.0;
    int load_class = 1; ///< OpenDSS `class`, free for the user
    LoadStatus status = LoadStatus::variable;
    ShapeRefs shapes;
    std::int32_t growth = kNone;    ///< row of Circuit::growth_shapes; kNone: the circuit's rate
    std::int32_t cvr_curve = kNone; ///< row of Circuit::load_shapes, model 4
};

struct Capacitor {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus1;
    Terminal bus2; ///< ground unless stated
    Connection connection = Connection::wye;
    double v_v = 0.0;          ///< as in Load
    std::vector<double> q_var; ///< [step] of the ideal capacitor at v_v; all phases
    std::vector<bool> closed;  ///< [step]
    std::vector<double> r_ohm; ///< [step] in series with each conductor; empty: none
    std::vector<double> x_ohm; ///< [step] inductive, likewise
    std::vector<double> b_s;   ///< [phases][phases] instead of q_var when not empty; one step
};

/// Series or shunt impedance.
struct Reactor {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus1;
    Terminal bus2; ///< wye: ground unless stated; unused for delta
    Connection connection = Connection::wye;
    std::vector<Complex> y_s; ///< wye: [phases][phases] between the ends; delta: [branch] diagonal
    double rating_a = 0.0;    ///< normamps; 0 unknown
};

/// A fault as a conductance between two buses, or to ground.
struct Fault {
    std::string name;
    SourcePos where;
    int phases = 1;
    Terminal bus1;
    Terminal bus2;           ///< ground unless stated
    std::vector<double> g_s; ///< [phases][phases]
    double on_s = 0.0;       ///< when it strikes in time-stepped solutions
    bool temporary = false;  ///< clears when its current falls below min_a
    double min_a = 5.0;
    bool on = true;
};

/// Elements that are an admittance.
inline constexpr ElementKind kLinearKinds[] = {ElementKind::source,      ElementKind::line,
                                               ElementKind::transformer, ElementKind::capacitor,
                                               ElementKind::reactor,     ElementKind::fault};

/// Elements that draw or produce by a power and a voltage, not by an impedance.
[[nodiscard]] constexpr bool converts_power(ElementKind kind) {
    return kind == ElementKind::load || kind == ElementKind::generator ||
           kind == ElementKind::pv_system || kind == ElementKind::storage;
}

} // namespace gridtwin::grid
