#include "sim/study/verify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::study {

double SolutionCheck::severity() const {
    double const share = std::abs(residual_pu / allowed_pu);
    return std::isnan(share) ? std::numeric_limits<double>::infinity() : share;
}

SolutionCheck check_solution(grid::FeederSolver const& solver, PowerSummary const& power,
                             grid::ElementCurrents const& currents, double allowed_pu) {
    SolutionCheck out;
    double worst = -1.0;
    std::size_t at = 0;
    auto const residual_pu = grid::kirchhoff_residuals_pu(solver, currents);
    std::vector<double> rounding_pu; // when the first node asks for it
    for (std::size_t node = 0; node < residual_pu.size(); ++node) {
        SolutionCheck here;
        here.residual_pu = residual_pu[node];
        here.allowed_pu = allowed_pu;
        if (!here.holds()) {
            if (rounding_pu.empty()) {
                rounding_pu = grid::kirchhoff_roundings_pu(solver, currents);
            }
            here.allowed_pu += std::min(64.0 * rounding_pu[node], kMostRounding_pu);
        }
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
    double conductors = 0.0;
    for (auto const& source : solver.circuit().sources) {
        conductors += source.phases;
    }
    out.allowed_va = std::max(1.0, kMostImbalance_frac * std::abs(power.losses_va)) +
                     kSourceRounding_va * conductors;
    return out;
}

void keep_worst(SolutionCheck& worst, SolutionCheck const& next) {
    auto const& less_balanced =
        std::norm(next.imbalance_va) > std::norm(worst.imbalance_va) ? next : worst;
    auto const imbalance_va = less_balanced.imbalance_va;
    auto const allowed_va = less_balanced.allowed_va;
    if (worst.node.empty() || next.severity() > worst.severity()) {
        worst = next;
    }
    worst.imbalance_va = imbalance_va;
    worst.allowed_va = allowed_va;
}

} // namespace gridtwin::study
