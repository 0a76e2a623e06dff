#include "models/grid/admittance.hpp"
#include "models/grid/admittance_parts.hpp"

#include <Eigen/Dense>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gridtwin::grid {
namespace {

using admittance::fail;
using admittance::ground_admittance;

/// Direction in which a delta's phase i finds its other node: +1 the next phase, -1 the one before.
int delta_direction(Transformer const& t) {
    if (t.windings.size() < 2 || t.windings[0].connection == t.windings[1].connection) {
        return 1;
    }
    Winding const& high = t.windings[0].v_v >= t.windings[1].v_v ? t.windings[0] : t.windings[1];
    bool const lag_needs_before = high.connection == Connection::delta;
    return lag_needs_before != t.lead_lag_euro ? -1 : 1;
}

/// The winding-by-winding admittance of one phase on a 1 V base, from its short-circuit impedances.
Eigen::MatrixXcd short_circuit_admittance(Transformer const& t, double z_base) {
    auto const windings = static_cast<Eigen::Index>(t.windings.size());
    if (windings < 2) {
        return Eigen::MatrixXcd::Zero(windings, windings);
    }
    auto const z_pair = [&t](std::size_t i, std::size_t j) { // between windings i < j
        // x_pu is X12, X13, ..., X1n, X23, ...
        std::size_t const n = t.windings.size();
        std::size_t const at = i * n - i * (i + 1) / 2 + (j - i - 1);
        return Complex(t.windings[i].r_pu + t.windings[j].r_pu, t.x_pu[at]);
    };
    Eigen::MatrixXcd z(windings - 1, windings - 1);
    for (Eigen::Index i = 1; i < windings; ++i) {
        for (Eigen::Index j = 1; j < windings; ++j) {
            auto const a = static_cast<std::size_t>(std::min(i, j));
            auto const b = static_cast<std::size_t>(std::max(i, j));
            z(i - 1, j - 1) =
                a == b ? z_pair(0, a) : 0.5 * (z_pair(0, a) + z_pair(0, b) - z_pair(a, b));
        }
    }
    z *= z_base;
    Eigen::FullPivLU<Eigen::MatrixXcd> const lu(z);
    if (!lu.isInvertible()) {
        fail(t.where,
             fmt::format("the short-circuit impedances of transformer '{}' have no inverse",
                         t.name));
    }
    Eigen::MatrixXcd incidence = Eigen::MatrixXcd::Zero(windings, windings - 1);
    incidence.row(0).setConstant(-1.0);
    incidence.bottomRows(windings - 1).setIdentity();
    return incidence * lu.inverse() * incidence.transpose();
}

void check(Transformer const& t) {
    std::size_t const n = t.windings.size();
    if (n < 1 || t.phases < 1) {
        fail(t.where, fmt::format("transformer '{}' has no winding or no phase", t.name));
    }
    if (t.x_pu.size() != n * (n - 1) / 2) {
        fail(t.where, fmt::format("transformer '{}' has {} reactances", t.name, t.x_pu.size()),
             fmt::format("{} for {} windings", n * (n - 1) / 2, n));
    }
    for (Winding const& w : t.windings) {
        if (!(w.v_v > 0.0) || !(w.s_va > 0.0) || !(w.tap_pu > 0.0)) {
            fail(t.where, fmt::format("transformer '{}' has a winding with a voltage, power or tap "
                                      "that is not positive",
                                      t.name));
        }
    }
}

} // namespace

double coil_voltage_v(Transformer const& transformer, std::size_t winding) {
    Winding const& w = transformer.windings[winding];
    return phase_base_v(w.connection, transformer.phases, w.v_v);
}

CoilEnds coil_ends(Transformer const& transformer, std::size_t winding, int phase) {
    auto const conductors = static_cast<std::size_t>(transformer.phases) + 1;
    std::size_t const first = winding * conductors;
    auto const from = first + static_cast<std::size_t>(phase);
    // A single-phase winding has its two nodes, whatever it is called.
    if (transformer.phases == 1 || transformer.windings[winding].connection == Connection::wye) {
        return {from, first + conductors - 1};
    }
    int other = phase + delta_direction(transformer);
    // Two phases in delta are an open delta: the third node closes it.
    int const ring = transformer.phases == 2 ? 3 : transformer.phases;
    other = (other + ring) % ring;
    return {from, first + static_cast<std::size_t>(other)};
}

DenseMatrix transformer_admittance(Transformer const& transformer) {
    check(transformer);
    std::size_t const windings = transformer.windings.size();
    double const va_per_phase = transformer.windings[0].s_va / transformer.phases;
    double const z_base = 1.0 / va_per_phase; // on 1 V
    Eigen::MatrixXcd y_1v = short_circuit_admittance(transformer, z_base);
    Eigen::Index const core = windings > 1 ? 1 : 0;
    y_1v(core, core) +=
        Complex(transformer.no_load_loss_frac, -transformer.magnetising_frac) / z_base;

    auto const conductors = static_cast<std::size_t>(transformer.phases) + 1;
    DenseMatrix y(windings * conductors);
    for (int phase = 0; phase < transformer.phases; ++phase) {
        for (std::size_t i = 0; i < windings; ++i) {
            CoilEnds const a = coil_ends(transformer, i, phase);
            double const vi = coil_voltage_v(transformer, i) * transformer.windings[i].tap_pu;
            for (std::size_t j = 0; j < windings; ++j) {
                CoilEnds const b = coil_ends(transformer, j, phase);
                double const vj = coil_voltage_v(transformer, j) * transformer.windings[j].tap_pu;
                Complex const value =
                    y_1v(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) / (vi * vj);
                y(a.from, b.from) += value;
                y(a.to, b.to) += value;
                y(a.from, b.to) -= value;
                y(a.to, b.from) -= value;
            }
            double const rated = coil_voltage_v(transformer, i);
            Complex const antifloat(0.0, -0.5e-6 * transformer.ppm_antifloat * va_per_phase /
                                             (rated * rated));
            y(a.from, a.from) += antifloat;
            y(a.to, a.to) += antifloat;
        }
    }
    for (std::size_t i = 0; i < windings; ++i) {
        Winding const& w = transformer.windings[i];
        if (w.connection != Connection::wye) {
            continue;
        }
        std::size_t const neutral = (i + 1) * conductors - 1;
        if (w.r_neutral_ohm < 0.0) { // a neutral that may float has an antifloat reactance too
            double const rated = coil_voltage_v(transformer, i);
            y(neutral, neutral) +=
                Complex(0.0, -0.5e-6 * transformer.ppm_antifloat * va_per_phase / (rated * rated));
        } else {
            y(neutral, neutral) += ground_admittance(w.r_neutral_ohm, w.x_neutral_ohm);
        }
    }
    return y;
}

} // namespace gridtwin::grid
