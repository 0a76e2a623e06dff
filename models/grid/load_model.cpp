#include "models/grid/load_model.hpp"

#include <cmath>

namespace gridtwin::grid {
namespace {

/// Model 8: shares of impedance, current and power for P and for Q, and a cut-off voltage.
LoadGains zip_gains(Load const& load, double base_v, double v_v) {
    std::vector<double> const& k = load.zipv;
    double const base2 = base_v * base_v;
    double const p = k[0] / base2 + k[1] / (v_v * base_v) + k[2] / (v_v * v_v);
    double const q = k[3] / base2 + k[4] / (v_v * base_v) + k[5] / (v_v * v_v);
    double const cut_off_pu = k[6];
    // A smooth step, so that the load drops out around the cut-off and not at one point.
    double const on =
        cut_off_pu > 0.0 ? 0.5 * (1.0 + std::tanh(500.0 * (v_v / base_v - cut_off_pu))) : 1.0;
    return {p * on, q * on};
}

} // namespace

LoadGains load_gains(LoadPhaseTable const& table, std::vector<Load> const& loads, std::size_t row,
                     double v2) {
    auto const both = [](double gain) { return LoadGains{gain, gain}; };
    double const base_v = table.base_v[row];
    std::uint8_t const model = table.model[row];
    if (model == 2) {
        return both(1.0 / (base_v * base_v));
    }
    double const vmin_v = table.vmin_pu[row] * base_v;
    double const vmax_v = table.vmax_pu[row] * base_v;
    if (v2 > vmax_v * vmax_v) {
        return both(1.0 / (vmax_v * vmax_v));
    }
    if (v2 <= vmin_v * vmin_v) {
        double const vlow_v = table.vlow_pu[row] * base_v;
        if (vlow_v < 0.0) { // the current stays what it is at vmin
            return both(v2 > 0.0 ? 1.0 / (vmin_v * std::sqrt(v2)) : 0.0);
        }
        if (v2 <= vlow_v * vlow_v) {
            return both(1.0 / (base_v * base_v));
        }
        double const v_v = std::sqrt(v2);
        double const low = vlow_v / (base_v * base_v); // current per VA at vlow
        double const high = 1.0 / vmin_v;              // and at vmin
        return both((low + (high - low) * (v_v - vlow_v) / (vmin_v - vlow_v)) / v_v);
    }
    switch (model) {
    case 3:
    case 7: // constant P, Q as of an impedance
        return {1.0 / v2, 1.0 / (base_v * base_v)};
    case 4: { // exponents of voltage
        Load const& load = loads[table.load[row]];
        double const ratio = std::sqrt(v2) / base_v;
        double const p = load.cvr_watts == 1.0 ? ratio : std::pow(ratio, load.cvr_watts);
        double const q = load.cvr_vars == 2.0 ? ratio * ratio : std::pow(ratio, load.cvr_vars);
        return {p / v2, q / v2};
    }
    case 5: // constant current
        return both(1.0 / (std::sqrt(v2) * base_v));
    case 8:
        return zip_gains(loads[table.load[row]], base_v, std::sqrt(v2));
    default: // 1 and 6: constant P and Q
        return both(1.0 / v2);
    }
}

Complex load_admittance(LoadPhaseTable const& table, std::vector<Load> const& loads,
                        std::size_t row, double v2) {
    LoadGains const gains = load_gains(table, loads, row, v2);
    return {table.p_w[row] * gains.p, -table.q_var[row] * gains.q};
}

LoadTangent load_tangent(LoadPhaseTable const& table, std::vector<Load> const& loads,
                         std::size_t row, Complex u_v) {
    // I = y(v2) V with v2 = V conj(V), so dI = (y + y' v2) dV + y' V^2 conj(dV).
    double const v2 = std::norm(u_v);
    Complex const y = load_admittance(table, loads, row, v2);
    if (!(v2 > 0.0)) {
        return {y, {}};
    }
    constexpr double kStep = 1e-6;
    Complex const slope = (load_admittance(table, loads, row, v2 * (1.0 + kStep)) -
                           load_admittance(table, loads, row, v2 * (1.0 - kStep))) /
                          (2.0 * kStep * v2);
    return {y + slope * v2, slope * u_v * u_v};
}

Complex load_tangent_admittance(LoadPhaseTable const& table, std::vector<Load> const& loads,
                                std::size_t row) {
    // With I = y(|V|) V, the holomorphic part of dI/dV is y + y' |V| / 2; for I growing like
    // |V|^(k-1) that is (k / 2) times the nominal admittance.
    Load const& load = loads[table.load[row]];
    Complex const y = nominal_admittance(table.p_w[row], table.q_var[row], table.base_v[row]);
    switch (table.model[row]) {
    case 2:
        return y;
    case 3:
    case 7:
        return {0.0, y.imag()};
    case 4:
        return {0.5 * load.cvr_watts * y.real(), 0.5 * load.cvr_vars * y.imag()};
    case 5:
        return 0.5 * y;
    case 8:
        return {(load.zipv[0] + 0.5 * load.zipv[1]) * y.real(),
                (load.zipv[3] + 0.5 * load.zipv[4]) * y.imag()};
    default:
        return {};
    }
}

} // namespace gridtwin::grid
