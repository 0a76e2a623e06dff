#include "models/grid/load_model.hpp"

#include <cmath>

namespace gridtwin::grid {
namespace {

/// The limits of a row, V.
struct Limits {
    double base_v;
    double low_v;
    double min_v;
    double max_v;
};

/// Of something whose current is its rated one times (V / Vbase)^k inside the limits: above, the
/// impedance that draws the same at the upper limit; between the lower ones a current interpolated
/// in |V|; below, the nominal impedance. @param k -1 constant power, 0 constant current
double limited_gain(Limits const& l, double v2, int k) {
    auto const rated_current = [&](double v_v) { return k == 0 ? 1.0 / l.base_v : 1.0 / v_v; };
    if (v2 > l.max_v * l.max_v) {
        return rated_current(l.max_v) / l.max_v;
    }
    if (v2 > l.min_v * l.min_v) {
        return k == 0 ? 1.0 / (std::sqrt(v2) * l.base_v) : 1.0 / v2;
    }
    if (l.low_v < 0.0) { // the current stays what it is at the limit
        return v2 > 0.0 ? rated_current(l.min_v) / std::sqrt(v2) : 0.0;
    }
    if (v2 <= l.low_v * l.low_v) {
        return 1.0 / (l.base_v * l.base_v);
    }
    double const v_v = std::sqrt(v2);
    double const at_low = l.low_v / (l.base_v * l.base_v);
    double const at_min = rated_current(l.min_v);
    return (at_low + (at_min - at_low) * (v_v - l.low_v) / (l.min_v - l.low_v)) / v_v;
}

/// Model 8: shares of impedance, current and power for P and for Q, each limited as what it is, and
/// a cut-off voltage.
LoadGains zip_gains(Load const& load, Limits const& l, double v2) {
    std::vector<double> const& k = load.zipv;
    double const z = 1.0 / (l.base_v * l.base_v);
    double const i = limited_gain(l, v2, 0);
    double const p = limited_gain(l, v2, -1);
    double const cut_off_pu = k[6];
    // A smooth step, so that the load drops out around the cut-off and not at one point.
    double const on = cut_off_pu > 0.0
                          ? 0.5 * (1.0 + std::tanh(500.0 * (std::sqrt(v2) / l.base_v - cut_off_pu)))
                          : 1.0;
    return {(k[0] * z + k[1] * i + k[2] * p) * on, (k[3] * z + k[4] * i + k[5] * p) * on};
}

} // namespace

LoadGains load_gains(LoadPhaseTable const& table, std::vector<Load> const& loads, std::size_t row,
                     double v2) {
    auto const both = [](double gain) { return LoadGains{gain, gain}; };
    double const base_v = table.base_v[row];
    Limits const l{base_v, table.vlow_pu[row] * base_v, table.vmin_pu[row] * base_v,
                   table.vmax_pu[row] * base_v};
    double const nominal = 1.0 / (base_v * base_v);
    bool const inside = v2 > l.min_v * l.min_v && v2 <= l.max_v * l.max_v;
    switch (table.model[row]) {
    case 2:
        return both(nominal);
    case 3: // constant P, Q as of an impedance
        return inside ? LoadGains{1.0 / v2, nominal} : both(limited_gain(l, v2, -1));
    case 4: { // exponents of voltage
        if (!inside) {
            return both(limited_gain(l, v2, -1));
        }
        Load const& load = loads[table.load[row]];
        double const ratio = std::sqrt(v2) / base_v;
        double const p = load.cvr_watts == 1.0 ? ratio : std::pow(ratio, load.cvr_watts);
        double const q = load.cvr_vars == 2.0 ? ratio * ratio : std::pow(ratio, load.cvr_vars);
        return {p / v2, q / v2};
    }
    case 5: // constant current
        return both(limited_gain(l, v2, 0));
    case 6:
    case 7: { // constant P; Q constant (6), or fixed by an impedance (7): always so out of limits
        double const limit_v = v2 > l.max_v * l.max_v ? l.max_v : l.min_v;
        double const p = inside ? 1.0 / v2 : 1.0 / (limit_v * limit_v);
        return {p, inside && table.model[row] == 6 ? 1.0 / v2 : nominal};
    }
    case 8:
        return zip_gains(loads[table.load[row]], l, v2);
    default:
        return both(limited_gain(l, v2, -1));
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
    Complex const y = nominal_admittance(table.p_w[row], table.q_var[row], table.base_v[row]);
    switch (table.model[row]) {
    case 2:
        return y;
    case 3:
    case 7:
        return {0.0, y.imag()};
    case 4: { // of loads only, as 8: other rows' `load` is that of another table
        Load const& load = loads[table.load[row]];
        return {0.5 * load.cvr_watts * y.real(), 0.5 * load.cvr_vars * y.imag()};
    }
    case 5:
        return 0.5 * y;
    case 8: {
        Load const& load = loads[table.load[row]];
        return {(load.zipv[0] + 0.5 * load.zipv[1]) * y.real(),
                (load.zipv[3] + 0.5 * load.zipv[4]) * y.imag()};
    }
    default:
        return {};
    }
}

} // namespace gridtwin::grid
