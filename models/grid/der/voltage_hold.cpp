#include "models/grid/der/voltage_hold.hpp"

#include "models/grid/der/terminal_voltage.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

constexpr int kMostRounds = 100;
constexpr double kProbe_frac = 0.02; // of the rating, the first time

struct Held {
    std::size_t row;
    double v_pu;
    double miss_pu; // target minus voltage
    double q_var;
    bool free; // not at the limit that it presses against
};

std::vector<Held> held_generators(FeederSolver const& solver, ControlState const& state,
                                  double tolerance_pu) {
    std::vector<Held> held;
    for (std::size_t row = 0; row < state.der.generators.size(); ++row) {
        Generator const& g = solver.circuit().generators[row];
        ElementRef const element{ElementKind::generator, row};
        if (g.model != 3 || !terminal_energised(solver, element)) {
            continue;
        }
        double const v_pu = terminal_voltage_pu(solver, element, kPhaseAverage);
        double const q_var = state.der.generators[row].q_var;
        double const miss_pu = g.v_pu - v_pu;
        bool const at_limit = (q_var >= g.q_max_var && miss_pu > -tolerance_pu) ||
                              (q_var <= g.q_min_var && miss_pu < tolerance_pu);
        held.push_back({row, v_pu, miss_pu, q_var, !at_limit});
    }
    return held;
}

/// Broyden's update of the sensitivities by what the last step has done.
void learn(VoltageHoldState& hold, std::vector<Held> const& held) {
    std::size_t const n = held.size();
    std::vector<double> step(n);
    double norm2 = 0.0;
    for (std::size_t k = 0; k < n; ++k) {
        step[k] = held[k].q_var - hold.q_var[k];
        norm2 += step[k] * step[k];
    }
    if (norm2 == 0.0) {
        return;
    }
    for (std::size_t i = 0; i < n; ++i) {
        double const dv = held[i].v_pu - hold.v_pu[i];
        if (!hold.learnt) {
            hold.dv_dq[i * n + i] = step[i] != 0.0 ? dv / step[i] : 0.0;
            continue;
        }
        double expected = 0.0;
        for (std::size_t k = 0; k < n; ++k) {
            expected += hold.dv_dq[i * n + k] * step[k];
        }
        for (std::size_t k = 0; k < n; ++k) {
            hold.dv_dq[i * n + k] += (dv - expected) * step[k] / norm2;
        }
    }
    hold.learnt = true;
}

/// Newton steps of the free generators, var.
std::vector<double> newton_steps(VoltageHoldState const& hold, std::vector<Held> const& held) {
    std::size_t const n = held.size();
    std::vector<std::size_t> free;
    for (std::size_t k = 0; k < n; ++k) {
        if (held[k].free) {
            free.push_back(k);
        }
    }
    auto const m = static_cast<Eigen::Index>(free.size());
    Eigen::MatrixXd jacobian(m, m);
    Eigen::VectorXd miss(m);
    for (Eigen::Index i = 0; i < m; ++i) {
        std::size_t const row = free[static_cast<std::size_t>(i)];
        miss(i) = held[row].miss_pu;
        for (Eigen::Index k = 0; k < m; ++k) {
            jacobian(i, k) = hold.dv_dq[row * n + free[static_cast<std::size_t>(k)]];
        }
    }
    Eigen::VectorXd const step = jacobian.fullPivLu().solve(miss);
    std::vector<double> out(n, 0.0);
    for (Eigen::Index i = 0; i < m; ++i) {
        out[free[static_cast<std::size_t>(i)]] = step(i);
    }
    return out;
}

} // namespace

VoltageHold hold_voltages(FeederSolver& solver, ControlState& state) {
    double const tolerance_pu = std::max(1e-9, 10.0 * solver.circuit().solution.tolerance_pu);
    std::vector<Held> const held = held_generators(solver, state, tolerance_pu);
    bool const at_rest = std::all_of(held.begin(), held.end(), [&](Held const& h) {
        return !h.free || std::abs(h.miss_pu) <= tolerance_pu;
    });
    VoltageHoldState& hold = state.voltage_hold;
    if (at_rest) {
        return VoltageHold::at_rest;
    }
    if (++hold.rounds > kMostRounds) {
        return VoltageHold::failed;
    }
    std::size_t const n = held.size();
    if (hold.dv_dq.size() != n * n) { // others than before are energised
        hold.dv_dq.assign(n * n, 0.0);
        hold.learnt = false;
        hold.v_pu.clear();
    }
    if (hold.rounds > 1 && hold.v_pu.size() == n) {
        learn(hold, held);
    }
    std::vector<double> const newton =
        hold.learnt ? newton_steps(hold, held) : std::vector<double>();
    hold.v_pu.resize(n);
    hold.q_var.resize(n);
    for (std::size_t k = 0; k < n; ++k) {
        Generator const& g = solver.circuit().generators[held[k].row];
        double const rating_va = std::max(g.s_va, 1.0);
        double step = std::copysign(kProbe_frac * rating_va, held[k].miss_pu);
        if (hold.learnt) {
            step = std::isfinite(newton[k]) ? std::clamp(newton[k], -rating_va, rating_va) : 0.0;
        }
        hold.v_pu[k] = held[k].v_pu;
        hold.q_var[k] = held[k].q_var;
        GeneratorState& generator = state.der.generators[held[k].row];
        generator.q_var = std::clamp(held[k].q_var + step, g.q_min_var, g.q_max_var);
        solver.set_production({ElementKind::generator, held[k].row}, generator.p_w,
                              generator.q_var);
    }
    return VoltageHold::moved;
}

} // namespace gridtwin::grid
