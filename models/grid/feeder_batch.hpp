#pragma once
// Eight independent loadings of one feeder at once: time steps or scenarios side by side in vector
// lanes, on the factors of one FeederSolver. Switches, taps and sources are the solver's, and stand
// still; for anything that moves them between steps use the solver itself.
// Method and figures: docs/models/power-flow.md, docs/performance.md.
#include "models/grid/feeder_solver.hpp"
#include "models/grid/kept_substitution.hpp"
#include "models/grid/vector_width.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace gridtwin::grid {

class FeederBatch {
  public:
    static constexpr std::size_t kSize = kLanes;

    /// Takes the solver's present state as the start of every lane, with its loads' powers. The
    /// solver must have been solved, must outlive the batch and must not be changed while it is
    /// used, but for lanes that this solves one by one (see solve()). Throws SimulationError for a
    /// feeder with boundaries to other networks or generators that hold their voltage (model 3).
    /// @param width  of the vectors that it runs on; changes no bit of a result
    explicit FeederBatch(FeederSolver& solver, VectorWidth width = vector_width());

    void set_load_power(std::size_t lane, std::size_t load, double p_w, double q_var);
    /// One load's powers in all lanes.
    void set_load_powers(std::size_t load, std::span<double const, kSize> p_w,
                         std::span<double const, kSize> q_var);

    /// Every lane starts from where it stands after the last solve. A lane that does not converge
    /// with the others is solved on its own by the solver, as FeederSolver::solve() does it without
    /// controls. Voltages of a lane whose status has not converged must not be used.
    std::array<SolveStatus, kSize> solve();

    /// Voltages to ground: [node][lane], real and imaginary parts apart.
    [[nodiscard]] Complex u_v(std::size_t lane, std::size_t node) const {
        return {u_v_[2 * node].v[lane], u_v_[2 * node + 1].v[lane]};
    }

  private:
    struct Lane8 { // a type of its own: template arguments lose a vector's alignment
        Lanes v{};
    };
    [[nodiscard]] static Lanes* lanes(std::vector<Lane8>& values) { return &values.data()->v; }

    void solve_alone(std::size_t lane, SolveStatus& status);

    FeederSolver& solver_;
    VectorWidth width_;
    std::vector<Lane8> p_w_;   // [load phase]
    std::vector<Lane8> q_var_; // [load phase]
    std::vector<Lane8> x_v_;   // pairs over kept nodes, and 0 for ground
    std::vector<Lane8> r_a_;   // likewise
    std::vector<Lane8> u_v_;   // pairs over all nodes
};

} // namespace gridtwin::grid
