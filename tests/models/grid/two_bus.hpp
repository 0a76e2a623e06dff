#pragma once
// A stiff single-phase source, one line, one load: the circuit that has a solution on paper.
#include "models/grid/circuit.hpp"

#include <cmath>

namespace gridtwin::grid::test {

/// As stiff as doubles can tell; taken off the line, so that both together are the impedance asked
/// for.
inline constexpr double kStiffSource_ohm = 2e-8;

inline Circuit two_bus(double e_v, Complex z_ohm, double p_w, double q_var) {
    Circuit c;
    c.name = "two-bus";
    Vsource source;
    source.name = "source";
    source.phases = 1;
    source.bus1 = {"a", {1}};
    source.v_ll_v = e_v;
    source.z_ohm = {Complex(0.0, kStiffSource_ohm)};
    c.sources.push_back(source);
    Line line;
    line.name = "ab";
    line.phases = 1;
    line.bus1 = {"a", {1}};
    line.bus2 = {"b", {1}};
    line.z_ohm = {z_ohm - Complex(0.0, kStiffSource_ohm)};
    c.lines.push_back(line);
    Load load;
    load.name = "load";
    load.phases = 1;
    load.bus = {"b", {1, 0}};
    load.v_v = e_v;
    load.p_w = p_w;
    load.q_var = q_var;
    load.vmin_pu = 0.3;
    load.vlow_pu = 0.1;
    load.vmax_pu = 1.5;
    c.loads.push_back(load);
    c.buses["a"].v_ln_v = e_v;
    c.buses["b"].v_ln_v = e_v;
    c.solution.tolerance_pu = 1e-12;
    return c;
}

/// The higher root of V^4 + (2(RP + XQ) - E^2) V^2 + (R^2 + X^2)(P^2 + Q^2) = 0.
inline double two_bus_voltage_v(double e_v, Complex z_ohm, double p_w, double q_var) {
    double const b = 2.0 * (z_ohm.real() * p_w + z_ohm.imag() * q_var) - e_v * e_v;
    double const c = std::norm(z_ohm) * (p_w * p_w + q_var * q_var);
    return std::sqrt(0.5 * (-b + std::sqrt(b * b - 4.0 * c)));
}

} // namespace gridtwin::grid::test
