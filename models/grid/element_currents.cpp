#include "models/grid/element_currents.hpp"

#include "models/grid/dense_block.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::grid {
namespace {

template <typename Visit>
void for_each_element(FeederSolver const& solver, Visit visit) {
    for (std::size_t kind = 0; kind < kElementKinds; ++kind) {
        auto const k = static_cast<ElementKind>(kind);
        for (std::size_t row = 0; row < solver.element_count(k); ++row) {
            visit(k, row);
        }
    }
}

/// Current of 1 MVA at the node's base.
double base_current_a(FeederSolver const& solver, std::size_t node) {
    double const base_v = solver.nodes()[node].base_v;
    return base_v > 0.0 ? 1e6 / base_v : 1e6;
}

double size(Complex z) {
    return std::abs(z.real()) + std::abs(z.imag()); // for scales
}

} // namespace

ElementCurrents::ElementCurrents(FeederSolver const& solver)
    : solver_(&solver), i_a_(solver.terminal_count()) {
    for_each_element(solver, [&](ElementKind kind, std::size_t row) {
        solver.terminal_currents(kind, row,
                                 std::span(i_a_).subspan(solver.first_terminal(kind, row),
                                                         solver.terminals(kind, row).size()));
    });
}

Complex ElementCurrents::absorbed(ElementKind kind, std::size_t row) const {
    auto const ends = solver_->terminals(kind, row);
    auto const i_a = of(kind, row);
    auto const u_v = solver_->u_v();
    Complex sum_va;
    for (std::size_t k = 0; k < ends.size(); ++k) {
        if (ends[k] >= 0) {
            sum_va += dense::times(u_v[static_cast<std::size_t>(ends[k])], std::conj(i_a[k]));
        }
    }
    return sum_va;
}

std::vector<Complex> kirchhoff_residuals_a(FeederSolver const& solver,
                                           ElementCurrents const& currents) {
    std::vector<Complex> sum_a(solver.node_count());
    for_each_element(solver, [&](ElementKind kind, std::size_t row) {
        auto const ends = solver.terminals(kind, row);
        auto const i_a = currents.of(kind, row);
        for (std::size_t k = 0; k < ends.size(); ++k) {
            if (ends[k] >= 0) {
                sum_a[static_cast<std::size_t>(ends[k])] += i_a[k];
            }
        }
    });
    for (std::size_t node = 0; node < sum_a.size(); ++node) {
        sum_a[node] = solver.live(node) ? sum_a[node] + solver.boundary_current(node) : Complex{};
    }
    return sum_a;
}

std::vector<double> kirchhoff_residuals_pu(FeederSolver const& solver,
                                           ElementCurrents const& currents) {
    auto const sum_a = kirchhoff_residuals_a(solver, currents);
    std::vector<double> residual_pu(sum_a.size());
    for (std::size_t node = 0; node < sum_a.size(); ++node) {
        residual_pu[node] = std::sqrt(std::norm(sum_a[node])) / base_current_a(solver, node);
    }
    return residual_pu;
}

double kirchhoff_residual_pu(FeederSolver const& solver) {
    double greatest_pu = 0.0;
    for (double const pu : kirchhoff_residuals_pu(solver, ElementCurrents(solver))) {
        greatest_pu = pu <= greatest_pu ? greatest_pu : pu; // a NaN is the greatest of all
    }
    return greatest_pu;
}

std::vector<double> kirchhoff_roundings_pu(FeederSolver const& solver,
                                           ElementCurrents const& currents) {
    std::vector<double> scale_a(solver.node_count(), 0.0);
    auto const u_v = solver.u_v();
    for_each_element(solver, [&](ElementKind kind, std::size_t row) {
        auto const ends = solver.terminals(kind, row);
        auto const i_a = currents.of(kind, row);
        for (std::size_t r = 0; r < ends.size(); ++r) {
            if (ends[r] < 0) {
                continue;
            }
            double& node_a = scale_a[static_cast<std::size_t>(ends[r])];
            node_a += size(i_a[r]);
            for (std::size_t c = 0; !converts_power(kind) && c < ends.size(); ++c) {
                if (ends[c] >= 0) {
                    node_a += size(solver.admittance_s(kind, row)[r * ends.size() + c]) *
                              size(u_v[static_cast<std::size_t>(ends[c])]);
                }
            }
        }
    });
    for (std::size_t node = 0; node < scale_a.size(); ++node) {
        scale_a[node] *= std::numeric_limits<double>::epsilon() / base_current_a(solver, node);
    }
    return scale_a;
}

double rounding_w(FeederSolver const& solver) {
    auto const u_v = solver.u_v();
    double scale_va = 0.0;
    for_each_element(solver, [&](ElementKind kind, std::size_t row) {
        if (converts_power(kind) || kind == ElementKind::line) {
            return; // a line's currents are of differences: its two ends err alike
        }
        auto const ends = solver.terminals(kind, row);
        auto const y_s = solver.admittance_s(kind, row);
        for (std::size_t r = 0; r < ends.size(); ++r) {
            for (std::size_t c = 0; c < ends.size(); ++c) {
                if (ends[r] >= 0 && ends[c] >= 0) {
                    scale_va += std::abs(u_v[static_cast<std::size_t>(ends[r])]) *
                                std::abs(y_s[r * ends.size() + c]) *
                                std::abs(u_v[static_cast<std::size_t>(ends[c])]);
                }
            }
        }
    });
    return scale_va * std::numeric_limits<double>::epsilon();
}

} // namespace gridtwin::grid
