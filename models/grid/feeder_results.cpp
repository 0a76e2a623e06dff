// FeederSolver: what a solution says.
#include "models/grid/dense_block.hpp"
#include "models/grid/feeder_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gridtwin::grid {

std::span<std::int32_t const> FeederSolver::terminals(ElementKind kind, std::size_t row) const {
    Element const& e = element(kind, row);
    return std::span(terminal_node_).subspan(e.first_terminal, e.terminals);
}

Connection FeederSolver::connection_of(ElementKind kind, std::size_t row) const {
    switch (kind) {
    case ElementKind::generator:
        return circuit_.generators[row].connection;
    case ElementKind::pv_system:
        return circuit_.pv_systems[row].connection;
    case ElementKind::storage:
        return circuit_.storages[row].connection;
    default:
        return circuit_.loads[row].connection;
    }
}

Complex FeederSolver::load_phase_voltage(std::size_t phase) const {
    return voltage(load_phases_.from[phase]) - voltage(load_phases_.to[phase]);
}

Complex FeederSolver::load_phase_current(std::size_t phase) const {
    if (is_off(phase)) {
        return {};
    }
    Complex const u_v = load_phase_voltage(phase);
    LoadTangent const& held = load_rows_[phase].held;
    return i_extra_a_[phase] + held.a_s * u_v + held.c_s * std::conj(u_v);
}

double FeederSolver::u_pu(std::size_t node) const {
    return std::sqrt(std::norm(u_v_[node]) * inv_base2_[node]);
}

bool FeederSolver::load_energised(std::size_t load) const {
    auto const fed = [this](std::int32_t node) {
        return node < 0 || energised_[static_cast<std::size_t>(node)] != 0;
    };
    // A neutral of the load's own is tied to the source by the load alone.
    auto const returns = [&](std::int32_t node) {
        return fed(node) || (nodes_[static_cast<std::size_t>(node)].phase > 3 &&
                             live_[static_cast<std::size_t>(node)] != 0);
    };
    auto const [first, last] = phase_rows(ElementKind::load, load);
    for (std::size_t k = first; k < last; ++k) {
        bool const a_node = load_phases_.from[k] >= 0 || load_phases_.to[k] >= 0;
        if (a_node && fed(load_phases_.from[k]) && returns(load_phases_.to[k])) {
            return true;
        }
    }
    return false;
}

double FeederSolver::load_u_pu(std::size_t load) const {
    double sum_pu = 0.0;
    auto const [first, last] = phase_rows(ElementKind::load, load);
    for (std::size_t k = first; k < last; ++k) {
        sum_pu += std::abs(load_phase_voltage(k)) / load_phases_.base_v[k];
    }
    return sum_pu / static_cast<double>(last - first);
}

Complex FeederSolver::load_delivered(std::size_t load) const {
    return absorbed(ElementKind::load, load);
}

Complex FeederSolver::produced(ElementRef element) const {
    return -absorbed(element.kind, element.row);
}

/// By the difference of the voltages, so that what enters at one end leaves at the other but for
/// the charging, and losses are right for the shortest of lines.
void FeederSolver::line_currents(std::size_t row, std::span<Complex> i_a) const {
    Line const& line = circuit_.lines[row];
    std::span<std::int32_t const> const ends = terminals(ElementKind::line, row);
    std::size_t const n = ends.size() / 2;
    std::uint32_t const carrying = line_mask_[row];
    Complex const* const y_s = y_values_s_.data() + element(ElementKind::line, row).first_value;
    for (std::size_t i = 0; i < n; ++i) {
        if ((carrying >> i & 1U) == 0) {
            continue;
        }
        Complex series_a;
        Complex charging1_a;
        Complex charging2_a;
        for (std::size_t j = 0; j < n; ++j) {
            if ((carrying >> j & 1U) == 0) {
                continue;
            }
            Complex const v1 = voltage(ends[j]);
            Complex const v2 = voltage(ends[n + j]);
            series_a -= dense::times(y_s[i * 2 * n + n + j], v1 - v2);
            if (!line.c_f.empty()) {
                double const half_s = std::numbers::pi * circuit_.f_hz * line.c_f[i * n + j];
                charging1_a += Complex(-half_s * v1.imag(), half_s * v1.real());
                charging2_a += Complex(-half_s * v2.imag(), half_s * v2.real());
            }
        }
        i_a[i] = series_a + charging1_a;
        i_a[n + i] = charging2_a - series_a;
    }
}

void FeederSolver::terminal_currents(ElementKind kind, std::size_t row,
                                     std::span<Complex> i_a) const {
    Element const& e = element(kind, row);
    std::span<std::int32_t const> const ends = terminals(kind, row);
    std::fill(i_a.begin(), i_a.end(), Complex{});
    if (converts_power(kind)) {
        auto const [first, last] = phase_rows(kind, row);
        bool const wye = connection_of(kind, row) == Connection::wye;
        for (std::size_t k = first; k < last; ++k) {
            std::size_t const from = k - first;
            std::size_t const to = wye ? ends.size() - 1 : (from + 1) % ends.size();
            Complex const phase_a = load_phase_current(k);
            i_a[from] += phase_a;
            i_a[to] -= phase_a;
        }
        return;
    }
    if (kind == ElementKind::line) {
        return line_currents(row, i_a);
    }
    std::array<Complex, 16> few_v;
    std::vector<Complex> many_v(ends.size() > few_v.size() ? ends.size() : 0);
    Complex* const u_v = many_v.empty() ? few_v.data() : many_v.data();
    for (std::size_t c = 0; c < ends.size(); ++c) {
        u_v[c] = voltage(ends[c]);
    }
    Complex const* y_s = y_values_s_.data() + e.first_value;
    for (std::size_t r = 0; r < ends.size(); ++r, y_s += ends.size()) {
        double re = 0.0;
        double im = 0.0;
        for (std::size_t c = 0; c < ends.size(); ++c) {
            re += y_s[c].real() * u_v[c].real() - y_s[c].imag() * u_v[c].imag();
            im += y_s[c].real() * u_v[c].imag() + y_s[c].imag() * u_v[c].real();
        }
        i_a[r] = {re, im};
    }
    for (std::size_t r = 0; kind == ElementKind::source && r < ends.size(); ++r) {
        i_a[r] -= i_norton_a_[row][r];
    }
}

Complex FeederSolver::power_between(ElementKind kind, std::size_t row, std::size_t first,
                                    std::size_t last) const {
    std::span<std::int32_t const> const ends = terminals(kind, row);
    std::array<Complex, 16> few_a;
    std::vector<Complex> many_a(ends.size() > few_a.size() ? ends.size() : 0);
    std::span<Complex> const i_a =
        many_a.empty() ? std::span(few_a).first(ends.size()) : std::span(many_a);
    terminal_currents(kind, row, i_a);
    Complex sum_va;
    for (std::size_t k = first; k < last; ++k) {
        sum_va += voltage(ends[k]) * std::conj(i_a[k]);
    }
    return sum_va;
}

Complex FeederSolver::terminal_power(ElementKind kind, std::size_t row,
                                     std::size_t terminal) const {
    std::size_t const n = element(kind, row).conductors;
    return power_between(kind, row, terminal * n, (terminal + 1) * n);
}

Complex FeederSolver::absorbed(ElementKind kind, std::size_t row) const {
    return power_between(kind, row, 0, element(kind, row).terminals);
}

Complex FeederSolver::source_power(std::size_t source) const {
    return -absorbed(ElementKind::source, source);
}

Complex FeederSolver::boundary_power(std::size_t node) const {
    if (live_[node] == 0) {
        return {};
    }
    return u_v_[node] * std::conj(boundary_current(node));
}

} // namespace gridtwin::grid
