#pragma once
// How a load's current follows its voltage. Every model is an admittance that depends on |V| alone,
// I = y(|V|) V, so the solver needs one function and one table.
// Source: OpenDSS documentation (load models, Vminpu/Vmaxpu/Vlowpu); docs/models/power-flow.md.
#include "models/grid/circuit.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace gridtwin::grid {

/// Loads, generation and storage phase by phase, one row each; all columns equally long. What
/// produces has p_w < 0 and vlow_pu 0: below vmin it is the impedance of rated power at vmin;
/// with vlow_pu < 0 its current stays what it is at vmin.
struct LoadPhaseTable {
    std::vector<std::int32_t> from;  ///< node row; -1 ground
    std::vector<std::int32_t> to;    ///< node row; -1 ground
    std::vector<std::uint32_t> load; ///< row of Circuit::loads; models 4 and 8 read it
    std::vector<std::uint8_t> model; ///< OpenDSS number
    std::vector<double> p_w;         ///< nominal, of this phase, > 0 consumes
    std::vector<double> q_var;
    std::vector<double> base_v; ///< rated voltage across the phase
    std::vector<double> vmin_pu;
    std::vector<double> vmax_pu;
    std::vector<double> vlow_pu;

    [[nodiscard]] std::size_t size() const { return from.size(); }
};

/// Admittance that gives the nominal power at the rated voltage, S.
[[nodiscard]] inline Complex nominal_admittance(double p_w, double q_var, double base_v) {
    return Complex(p_w, -q_var) / (base_v * base_v);
}

/// What a phase's nominal powers are multiplied by to become its admittance, 1/V^2: y = p P - j q
/// Q.
struct LoadGains {
    double p = 0.0;
    double q = 0.0;
};

/// Gains of phase `row` at |V|^2 = v2: inside vmin..vmax by its model. Outside, models 1, 3, 4 and
/// 5 are above vmax the impedance that draws as at vmax, between vlow and vmin a current
/// interpolated in |V|, below vlow the nominal impedance (3 and 4 as constant power); the parts of
/// model 8 each as what they are; models 6 and 7 impedances, of rated P at the limit and of nominal
/// Q. Model 2 is the nominal impedance always.
[[nodiscard]] LoadGains load_gains(LoadPhaseTable const& table, std::vector<Load> const& loads,
                                   std::size_t row, double v2);

/// The admittance through which phase `row` draws its current at |V|^2 = v2, S.
[[nodiscard]] Complex load_admittance(LoadPhaseTable const& table, std::vector<Load> const& loads,
                                      std::size_t row, double v2);

/// The part of a phase's dI/dV that a complex-linear system can hold, at nominal voltage: 0 for
/// constant power, half the nominal admittance for constant current, all of it for an impedance.
/// Kept in the system matrix, it makes the fixed point converge fastest
/// (docs/models/power-flow.md).
[[nodiscard]] Complex load_tangent_admittance(LoadPhaseTable const& table,
                                              std::vector<Load> const& loads, std::size_t row);

/// How the current of a phase changes with its voltage: dI = a dV + c conj(dV).
struct LoadTangent {
    Complex a_s;
    Complex c_s;
};

/// The tangent at voltage u across the phase. Gains are differentiated numerically: a tangent only
/// steers an iteration, whose fixed point does not depend on it.
[[nodiscard]] LoadTangent load_tangent(LoadPhaseTable const& table, std::vector<Load> const& loads,
                                       std::size_t row, Complex u_v);

} // namespace gridtwin::grid
