#include "models/grid/admittance.hpp"

#include "models/grid/admittance_parts.hpp"

#include <Eigen/Dense>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace gridtwin::grid {
namespace {

using admittance::fail;
using admittance::ground_admittance;

DenseMatrix inverse(std::vector<Complex> const& z_ohm, int phases, SourcePos const& where,
                    std::string const& who) {
    auto const n = static_cast<std::size_t>(phases);
    if (phases < 1 || z_ohm.size() != n * n) {
        fail(where, fmt::format("{} has {} impedances", who, z_ohm.size()),
             fmt::format("{0} x {0}", phases));
    }
    DenseMatrix z(n);
    z.values = z_ohm;
    auto y = inverse_of(z);
    if (!y) {
        fail(where, fmt::format("the impedance matrix of {} has no inverse", who));
    }
    return std::move(*y);
}

/// Puts a branch admittance between two equally long groups of conductors.
DenseMatrix between(DenseMatrix const& y) {
    std::size_t const n = y.size;
    DenseMatrix both(2 * n);
    for (std::size_t r = 0; r < n; ++r) {
        for (std::size_t c = 0; c < n; ++c) {
            both(r, c) = both(n + r, n + c) = y(r, c);
            both(r, n + c) = both(n + r, c) = -y(r, c);
        }
    }
    return both;
}

} // namespace

std::optional<DenseMatrix> inverse_of(DenseMatrix const& m) {
    using Matrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    auto const n = static_cast<Eigen::Index>(m.size);
    Eigen::Map<Matrix const> const map(m.values.data(), n, n);
    if (m.size == 0 || !map.allFinite()) {
        return std::nullopt;
    }
    Eigen::FullPivLU<Matrix> const lu(map);
    if (!lu.isInvertible()) {
        return std::nullopt;
    }
    DenseMatrix out(m.size);
    Eigen::Map<Matrix>(out.values.data(), n, n) = lu.inverse();
    return out;
}

namespace {

/// A delta of branches between a shunt's corners. One phase lies between its two nodes, three form
/// a triangle; two are the sides of an open one.
template <typename Branch>
DenseMatrix delta_admittance(std::size_t phases, Branch const& branch) {
    std::size_t const nodes = std::max<std::size_t>(phases, 2);
    DenseMatrix y(nodes);
    for (std::size_t i = 0; i < phases; ++i) {
        std::size_t const j = (i + 1) % nodes;
        Complex const y_s = branch(i);
        y(i, i) += y_s;
        y(j, j) += y_s;
        y(i, j) -= y_s;
        y(j, i) -= y_s;
    }
    return y;
}

} // namespace

namespace {

/// The source's impedance, with so much reactance beside it that the last bit of its voltage is
/// less than 0.1 VA: a stiffer one would deliver noise. 10 micro-ohm at 115 kV, 0.1 at 12.47 kV.
std::vector<Complex> tellable_impedance(Vsource const& source) {
    auto z_ohm = source.z_ohm;
    auto const n = static_cast<std::size_t>(source.phases);
    if (z_ohm.size() != n * n) {
        return z_ohm; // its mistake is found where it is inverted
    }
    constexpr double kLeast_va = 0.1;
    double const across = n == 1 ? 1.0 : 2.0 * std::sin(std::numbers::pi / source.phases);
    double const v = source.v_ll_v / across; // rated: what the source does to v_pu changes nothing
    double const least_ohm = std::numeric_limits<double>::epsilon() * v * v / kLeast_va;
    Complex const mutual = n > 1 ? z_ohm[1] : Complex{};
    Complex const z1 = z_ohm[0] - mutual;
    Complex const z0 = z_ohm[0] + static_cast<double>(n - 1) * mutual;
    bool const given = z_ohm[0] != Complex{};
    if (given && std::min(std::abs(z1), std::abs(z0)) < least_ohm) {
        for (std::size_t i = 0; i < n; ++i) {
            z_ohm[i * n + i] += Complex(0.0, least_ohm);
        }
    }
    return z_ohm;
}

} // namespace

DenseMatrix source_admittance(Vsource const& source) {
    return between(inverse(tellable_impedance(source), source.phases, source.where,
                           fmt::format("source '{}'", source.name)));
}

Complex source_voltage(Vsource const& source, int phase) {
    // n phases are 360/n degrees apart; a polygon's side is 2 sin(pi/n) times its radius.
    double const across =
        source.phases == 1 ? 1.0 : 2.0 * std::sin(std::numbers::pi / source.phases);
    double const angle_deg = source.angle_deg - 360.0 / source.phases * phase;
    return std::polar(source.v_ll_v * source.v_pu / across, angle_deg * std::numbers::pi / 180.0);
}

std::vector<Complex> source_norton_current(Vsource const& source) {
    DenseMatrix const y = source_admittance(source);
    auto const n = static_cast<std::size_t>(source.phases);
    std::vector<Complex> i_a(2 * n);
    for (std::size_t r = 0; r < 2 * n; ++r) {
        for (std::size_t c = 0; c < n; ++c) {
            i_a[r] += y(r, c) * source_voltage(source, static_cast<int>(c));
        }
    }
    return i_a;
}

DenseMatrix line_admittance(Line const& line, double f_hz) {
    std::string const who = fmt::format("line '{}'", line.name);
    DenseMatrix y = between(inverse(line.z_ohm, line.phases, line.where, who));
    auto const n = static_cast<std::size_t>(line.phases);
    if (!line.c_f.empty() && line.c_f.size() != n * n) {
        fail(line.where, fmt::format("{} has {} capacitances", who, line.c_f.size()),
             fmt::format("{0} x {0}, or none", line.phases));
    }
    for (std::size_t r = 0; r < n && !line.c_f.empty(); ++r) {
        for (std::size_t c = 0; c < n; ++c) {
            Complex const half(0.0, std::numbers::pi * f_hz * line.c_f[r * n + c]);
            y(r, c) += half;
            y(n + r, n + c) += half;
        }
    }
    return y;
}

namespace {

/// Of one step's branches, [phases][phases] when wye, between the corners when delta.
DenseMatrix step_branches(Capacitor const& c, std::size_t step) {
    auto const n = static_cast<std::size_t>(c.phases);
    double const v = phase_base_v(c.connection, c.phases, c.v_v);
    Complex const y_phase(0.0, c.q_var[step] / static_cast<double>(n) / (v * v));
    if (c.connection == Connection::delta) {
        return delta_admittance(n, [&](std::size_t) { return y_phase; });
    }
    DenseMatrix y(n);
    for (std::size_t i = 0; i < n; ++i) {
        y(i, i) = y_phase;
    }
    return y;
}

/// `y` behind the same impedance in each of its conductors: (1 + y z)^-1 y.
DenseMatrix behind(Complex z_ohm, DenseMatrix const& y, Capacitor const& c) {
    if (z_ohm == Complex{}) {
        return y;
    }
    using Matrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    auto const n = static_cast<Eigen::Index>(y.size);
    Eigen::Map<Matrix const> const inner(y.values.data(), n, n);
    Eigen::FullPivLU<Matrix> const lu(Matrix::Identity(n, n) + inner * z_ohm);
    if (!lu.isInvertible()) {
        fail(c.where,
             fmt::format("capacitor '{}' is in resonance with its series reactance", c.name));
    }
    DenseMatrix out(y.size);
    Eigen::Map<Matrix>(out.values.data(), n, n) = lu.solve(inner);
    return out;
}

} // namespace

DenseMatrix capacitor_admittance(Capacitor const& capacitor) {
    auto const n = static_cast<std::size_t>(std::max(capacitor.phases, 0));
    bool const matrix = !capacitor.b_s.empty();
    bool const delta = capacitor.connection == Connection::delta;
    if (capacitor.phases < 1 || (!matrix && !(capacitor.v_v > 0.0))) {
        fail(capacitor.where,
             fmt::format("capacitor '{}' has no phase or no rated voltage", capacitor.name));
    }
    if (matrix && (delta || capacitor.b_s.size() != n * n)) {
        fail(
            capacitor.where,
            fmt::format("capacitor '{}' has {} susceptances", capacitor.name, capacitor.b_s.size()),
            fmt::format("{0} x {0}, in wye", n));
    }
    DenseMatrix y(delta ? std::max<std::size_t>(n, 2) : n);
    std::size_t const steps = matrix ? 1 : capacitor.q_var.size();
    for (std::size_t step = 0; step < steps; ++step) {
        if (step < capacitor.closed.size() && !capacitor.closed[step]) {
            continue;
        }
        DenseMatrix branches(n);
        if (matrix) {
            std::transform(capacitor.b_s.begin(), capacitor.b_s.end(), branches.values.begin(),
                           [](double b) { return Complex(0.0, b); });
        } else {
            branches = step_branches(capacitor, step);
        }
        auto const of_step = [step](std::vector<double> const& values) {
            return step < values.size() ? values[step] : 0.0;
        };
        Complex const z_ohm(of_step(capacitor.r_ohm), of_step(capacitor.x_ohm));
        DenseMatrix const closed = behind(z_ohm, branches, capacitor);
        for (std::size_t k = 0; k < y.values.size(); ++k) {
            y.values[k] += closed.values[k];
        }
    }
    return delta ? y : between(y);
}

DenseMatrix reactor_admittance(Reactor const& reactor) {
    auto const n = static_cast<std::size_t>(std::max(reactor.phases, 0));
    if (reactor.phases < 1 || reactor.y_s.size() != n * n) {
        fail(reactor.where,
             fmt::format("reactor '{}' has {} admittances", reactor.name, reactor.y_s.size()),
             fmt::format("{0} x {0}", n));
    }
    if (reactor.connection == Connection::delta) {
        return delta_admittance(n, [&](std::size_t i) { return reactor.y_s[i * n + i]; });
    }
    DenseMatrix y(n);
    y.values = reactor.y_s;
    return between(y);
}

DenseMatrix fault_admittance(Fault const& fault) {
    auto const n = static_cast<std::size_t>(std::max(fault.phases, 0));
    if (fault.phases < 1 || fault.g_s.size() != n * n) {
        fail(fault.where,
             fmt::format("fault '{}' has {} conductances", fault.name, fault.g_s.size()),
             fmt::format("{0} x {0}", n));
    }
    DenseMatrix y(n);
    if (fault.on) {
        std::copy(fault.g_s.begin(), fault.g_s.end(), y.values.begin());
    }
    return between(y);
}

double phase_base_v(Connection connection, int phases, double v_v) {
    bool const between_lines = connection == Connection::wye && (phases == 2 || phases == 3);
    return between_lines ? v_v / std::numbers::sqrt3 : v_v;
}

Complex load_neutral_admittance(Load const& load) {
    bool const stated = load.connection == Connection::wye && load.r_neutral_ohm >= 0.0;
    return stated ? ground_admittance(load.r_neutral_ohm, load.x_neutral_ohm) : Complex{};
}

double load_base_v(Load const& load) {
    return phase_base_v(load.connection, load.phases, load.v_v);
}

} // namespace gridtwin::grid
