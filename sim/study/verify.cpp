#include "sim/study/verify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::study {
namespace {

using grid::ElementKind;

constexpr double kRounding = 64.0 * std::numeric_limits<double>::epsilon();

double size(Complex z) {
    return std::abs(z.real()) + std::abs(z.imag()); // for scales
}

struct NodeSums {
    explicit NodeSums(std::size_t nodes) : i_a(nodes), scale_a(nodes) {}

    std::vector<Complex> i_a;
    std::vector<double> scale_a; // sums of |admittance| |voltage|

    void add(grid::FeederSolver const& solver, ElementKind kind, std::size_t row) {
        auto const ends = solver.terminals(kind, row);
        one_a_.resize(ends.size());
        solver.terminal_currents(kind, row, one_a_);
        bool const linear = !grid::converts_power(kind);
        auto const y_s = linear ? solver.admittance_s(kind, row) : std::span<Complex const>{};
        auto const u_v = solver.u_v();
        for (std::size_t r = 0; r < ends.size(); ++r) {
            if (ends[r] < 0) {
                continue;
            }
            auto const node = static_cast<std::size_t>(ends[r]);
            i_a[node] += one_a_[r];
            double scale = size(one_a_[r]);
            for (std::size_t c = 0; linear && c < ends.size(); ++c) {
                if (ends[c] >= 0) {
                    scale += size(y_s[r * ends.size() + c]) *
                             size(u_v[static_cast<std::size_t>(ends[c])]);
                }
            }
            scale_a[node] += scale;
        }
    }

  private:
    std::vector<Complex> one_a_;
};

} // namespace

double SolutionCheck::severity() const {
    double const share = std::abs(residual_pu / allowed_pu);
    return std::isnan(share) ? std::numeric_limits<double>::infinity() : share;
}

SolutionCheck check_solution(grid::FeederSolver const& solver, PowerSummary const& power,
                             double allowed_pu) {
    auto const& c = solver.circuit();
    NodeSums sums(solver.node_count());
    auto const add = [&](ElementKind kind, std::size_t rows) {
        for (std::size_t row = 0; row < rows; ++row) {
            sums.add(solver, kind, row);
        }
    };
    add(ElementKind::source, c.sources.size());
    add(ElementKind::line, c.lines.size());
    add(ElementKind::transformer, c.transformers.size());
    add(ElementKind::load, c.loads.size());
    add(ElementKind::capacitor, c.capacitors.size());
    add(ElementKind::reactor, c.reactors.size());
    add(ElementKind::fault, c.faults.size());
    add(ElementKind::generator, c.generators.size());
    add(ElementKind::pv_system, c.pv_systems.size());
    add(ElementKind::storage, c.storages.size());

    SolutionCheck out;
    out.allowed_pu = allowed_pu;
    double worst = -1.0;
    std::size_t at = 0;
    for (std::size_t node = 0; node < solver.node_count(); ++node) {
        double const base_v = solver.nodes()[node].base_v;
        double const base_a = base_v > 0.0 ? 1e6 / base_v : 1e6; // as kirchhoff_residual_pu
        SolutionCheck here;
        here.residual_pu = std::abs(sums.i_a[node]) / base_a;
        here.allowed_pu = allowed_pu + kRounding * sums.scale_a[node] / base_a;
        if (here.severity() > worst) {
            worst = here.severity();
            at = node;
            out.residual_pu = here.residual_pu;
            out.allowed_pu = here.allowed_pu;
        }
    }
    out.node = solver.node_count() > 0 ? solver.node_name(at) : "";
    out.imbalance_va =
        power.source_va + power.generation_va - power.load_va - power.losses_va - power.shunt_va;
    return out;
}

void keep_worst(SolutionCheck& worst, SolutionCheck const& next) {
    auto const imbalance_va = std::norm(next.imbalance_va) > std::norm(worst.imbalance_va)
                                  ? next.imbalance_va
                                  : worst.imbalance_va;
    if (worst.node.empty() || next.severity() > worst.severity()) {
        worst = next;
    }
    worst.imbalance_va = imbalance_va;
}

} // namespace gridtwin::study
