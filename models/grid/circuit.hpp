#pragma once
// A circuit as plain tables: what the OpenDSS reader produces and the power flow consumes.
// Everything is in SI and already scaled (lengths multiplied in, nominal powers in W and var).
#include "sim/core/diagnostics.hpp"

#include <complex>
#include <cstdint>
#include <map>
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
    double rating_a = 0.0; ///< normamps; 0 unknown
};

struct Winding {
    Terminal bus;
    Connection connection = Connection::wye;
    double v_v = 0.0;    ///< rated: line-to-line for 2 and 3 phases, across the winding for 1 phase
    double s_va = 0.0;   ///< rated, all phases
    double r_pu = 0.002; ///< on the winding's rated VA
    double tap_pu = 1.0;
    double tap_min_pu = 0.9;
    double tap_max_pu = 1.1;
    int taps = 32;
    double r_neutral_ohm = -1.0; ///< < 0: solidly grounded or as the node list says
    double x_neutral_ohm = 0.0;
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
    double vmin_pu = 0.95;
    double vmax_pu = 1.05;
    double vlow_pu = 0.50;
    double cvr_watts = 1.0;
    double cvr_vars = 2.0;
    std::vector<double> zipv; ///< model 8: 3 for P, 3 for Q, cut-off voltage
    int load_class = 1;       ///< OpenDSS `class`, free for the user
};

struct Capacitor {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus1;
    Terminal bus2; ///< ground unless stated
    Connection connection = Connection::wye;
    double v_v = 0.0;          ///< as in Load
    std::vector<double> q_var; ///< [step]
    std::vector<bool> closed;  ///< [step]
};

/// Voltage regulator control: keeps |V| at a transformer winding inside a band.
struct RegControl {
    std::string name;
    SourcePos where;
    std::size_t transformer = 0; ///< row of Circuit::transformers
    std::size_t winding = 1;     ///< counted from 0
    double v_reg_v = 120.0;      ///< on the relay side
    double band_v = 3.0;
    double pt_ratio = 60.0;
    double ct_primary_a = 300.0;
    double r_v = 0.0; ///< line drop compensation, volts
    double x_v = 0.0;
    double delay_s = 15.0;
    double tap_delay_s = 2.0;
    int max_tap_change = 16;
};

struct BusInfo {
    double v_ln_v = 0.0; ///< base, line-to-neutral; 0 when unknown
    double x = 0.0;      ///< from Buscoords, in the file's own units
    double y = 0.0;
    bool has_position = false;
};

struct SolutionOptions {
    double tolerance_pu = 1e-9; ///< greatest change of |V| between iterations
    int max_iterations = 100;
    int max_control_iterations = 15;
    bool controls = true; ///< Set ControlMode=OFF clears it
};

struct Circuit {
    std::string name;
    double f_hz = 60.0;
    std::vector<Vsource> sources;
    std::vector<Line> lines;
    std::vector<Transformer> transformers;
    std::vector<Load> loads;
    std::vector<Capacitor> capacitors;
    std::vector<RegControl> regulators;
    std::map<std::string, BusInfo> buses; ///< by lower-case name, every bus an element names
    std::vector<double> voltage_bases_ll_v;
    SolutionOptions solution;
};

} // namespace gridtwin::grid
