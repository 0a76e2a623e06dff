#include "models/grid/admittance.hpp"

#include <Eigen/Dense>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace gridtwin::grid {
namespace {

[[noreturn]] void fail(SourcePos const& where, std::string what, std::string expected = {}) {
    Diagnostics d;
    d.error(where, std::move(what), std::move(expected));
    throw InputError(std::move(d));
}

int node_or(Terminal const& terminal, std::size_t conductor, int fallback) {
    return conductor < terminal.nodes.size() ? terminal.nodes[conductor] : fallback;
}

/// Phases of one end; a bus that is not stated is ground.
void append_phases(Terminal const& terminal, int phases, std::vector<TerminalNode>& out) {
    for (int i = 0; i < phases; ++i) {
        bool const grounded = terminal.bus.empty();
        auto const conductor = static_cast<std::size_t>(i);
        out.push_back({terminal.bus, grounded ? 0 : node_or(terminal, conductor, i + 1)});
    }
}

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

/// From a neutral to ground; a connection without impedance is a microohm, as in OpenDSS.
Complex ground_admittance(double r_ohm, double x_ohm) {
    constexpr double kSolidGround_s = 1e6;
    return r_ohm == 0.0 && x_ohm == 0.0 ? kSolidGround_s : 1.0 / Complex(r_ohm, x_ohm);
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

std::vector<TerminalNode> terminal_nodes(Vsource const& source) {
    std::vector<TerminalNode> nodes;
    append_phases(source.bus1, source.phases, nodes);
    append_phases(source.bus2, source.phases, nodes);
    return nodes;
}

std::vector<TerminalNode> terminal_nodes(Line const& line) {
    std::vector<TerminalNode> nodes;
    append_phases(line.bus1, line.phases, nodes);
    append_phases(line.bus2, line.phases, nodes);
    return nodes;
}

std::vector<TerminalNode> terminal_nodes(Transformer const& transformer) {
    std::vector<TerminalNode> nodes;
    for (Winding const& w : transformer.windings) {
        append_phases(w.bus, transformer.phases, nodes);
        auto const last = static_cast<std::size_t>(transformer.phases);
        nodes.push_back({w.bus.bus, node_or(w.bus, last, 0)});
    }
    return nodes;
}

namespace {

/// Capacitors and reactors: two ends when wye, the corners when delta.
template <typename Shunt>
std::vector<TerminalNode> shunt_nodes(Shunt const& shunt) {
    std::vector<TerminalNode> nodes;
    if (shunt.connection == Connection::wye) {
        append_phases(shunt.bus1, shunt.phases, nodes);
        append_phases(shunt.bus2, shunt.phases, nodes);
    } else {
        append_phases(shunt.bus1, std::max(shunt.phases, 2), nodes);
    }
    return nodes;
}

/// Loads, generation and storage: phases and neutral when wye, the corners when delta.
template <typename Converter>
std::vector<TerminalNode> converter_nodes(Converter const& c) {
    std::vector<TerminalNode> nodes;
    if (c.connection == Connection::wye) {
        append_phases(c.bus, c.phases, nodes);
        nodes.push_back({c.bus.bus, node_or(c.bus, static_cast<std::size_t>(c.phases), 0)});
    } else {
        append_phases(c.bus, c.phases < 3 ? c.phases + 1 : c.phases, nodes);
    }
    return nodes;
}

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

std::vector<TerminalNode> terminal_nodes(Capacitor const& capacitor) {
    return shunt_nodes(capacitor);
}

std::vector<TerminalNode> terminal_nodes(Reactor const& reactor) {
    return shunt_nodes(reactor);
}

std::vector<TerminalNode> terminal_nodes(Fault const& fault) {
    std::vector<TerminalNode> nodes;
    append_phases(fault.bus1, fault.phases, nodes);
    append_phases(fault.bus2, fault.phases, nodes);
    return nodes;
}

std::vector<TerminalNode> terminal_nodes(Load const& load) {
    return converter_nodes(load);
}

std::vector<TerminalNode> terminal_nodes(Generator const& generator) {
    return converter_nodes(generator);
}

std::vector<TerminalNode> terminal_nodes(PvSystem const& pv) {
    return converter_nodes(pv);
}

std::vector<TerminalNode> terminal_nodes(Storage const& storage) {
    return converter_nodes(storage);
}

DenseMatrix source_admittance(Vsource const& source) {
    return between(inverse(source.z_ohm, source.phases, source.where,
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
