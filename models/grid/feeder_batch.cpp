#include "models/grid/feeder_batch.hpp"

#include "models/grid/error_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

typedef long long Mask __attribute__((vector_size(kLanes * sizeof(long long)), aligned(64)));

/// All that one step of all lanes touches.
struct Step {
    SubstitutionPlan const* plan;
    LoadRow const* rows;
    std::size_t row_count;
    LoadPhaseTable const* table;
    std::vector<Load> const* loads;
    Lanes const* p_w;
    Lanes const* q_var;
    double const* source_a;
    std::size_t kept;
    double const* inv_base2;
    Lanes* x;
    Lanes* r;
    Lanes* greatest2; ///< out: greatest |change of V|^2, pu, of each lane
};

inline void lane_gains(Step const& s, std::size_t k, Lanes const& v2, Lanes& g_p, Lanes& g_q) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        LoadGains const gains = load_gains(*s.table, *s.loads, k, v2[lane]);
        g_p[lane] = gains.p;
        g_q[lane] = gains.q;
    }
}

/// Not zero where every lane is set.
inline bool all(Mask const& mask) {
    bool every = true;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        every = every && mask[lane] != 0;
    }
    return every;
}

inline void take_loads(Step const& s) {
    for (std::size_t k = 0; k < s.row_count; ++k) {
        LoadRow const& row = s.rows[k];
        Lanes const re = s.x[row.from] - s.x[row.to];
        Lanes const im = s.x[row.from + 1] - s.x[row.to + 1];
        Lanes const v2 = re * re + im * im;
        Lanes g_p;
        Lanes g_q;
        Mask const above = v2 > row.vmax2_v2;
        if (all(v2 > row.vmin2_v2)) { // constant power, or above it an impedance
            g_p = 1.0 / (above ? row.vmax2_v2 - Lanes{} : v2);
            g_q = above ? row.q_gain_above - Lanes{} : g_p;
        } else {
            lane_gains(s, k, v2, g_p, g_q);
        }
        double const a_re = row.held.a_s.real();
        double const a_im = row.held.a_s.imag();
        double const c_re = row.held.c_s.real();
        double const c_im = row.held.c_s.imag();
        Lanes const y_re = s.p_w[k] * g_p - a_re;
        Lanes const y_im = -s.q_var[k] * g_q - a_im;
        Lanes const i_re = y_re * re - y_im * im - (c_re * re + c_im * im);
        Lanes const i_im = y_re * im + y_im * re - (c_im * re - c_re * im);
        s.r[row.from] -= i_re;
        s.r[row.from + 1] -= i_im;
        s.r[row.to] += i_re;
        s.r[row.to + 1] += i_im;
    }
}

inline void step_in(Step const& s) {
    for (std::size_t k = 0; k < 2 * s.kept; ++k) {
        s.r[k] = s.source_a[k] - Lanes{};
    }
    take_loads(s);
    Lanes greatest = Lanes{} - 1.0;
    substitute_kept(*s.plan, s.r, s.x,
                    [&](std::uint32_t position, Lanes const& re, Lanes const& im) {
                        Lanes const change = (re * re + im * im) * s.inv_base2[position];
                        greatest = change <= greatest ? greatest : change; // a NaN is the greatest
                    });
    *s.greatest2 = greatest;
}

inline void recover_rows(RecoveryPlan const& plan, std::size_t first, std::size_t last, Lanes* u) {
    for (std::size_t k = first; k < last; ++k) {
        RecoveryPlan::Row const& row = plan.rows[k];
        std::size_t const end =
            k + 1 < plan.rows.size() ? plan.rows[k + 1].first : plan.from.size();
        Lanes re = row.constant_v.real() - Lanes{};
        Lanes im = row.constant_v.imag() - Lanes{};
        for (std::size_t e = row.first; e < end; ++e) {
            Lanes const v_re = u[2 * plan.from[e]];
            Lanes const v_im = u[2 * plan.from[e] + 1];
            double const w_re = plan.weight[e].re[0];
            double const w_im = plan.weight[e].im[0];
            re += w_re * v_re - w_im * v_im;
            im += w_re * v_im + w_im * v_re;
        }
        u[2 * row.node] = re;
        u[2 * row.node + 1] = im;
    }
}

template <int kNodes>
inline void recover_between(std::vector<RecoveryPlan::Between> const& between, Lanes* u) {
    for (RecoveryPlan::Between const& b : between) {
        for (std::uint32_t i = 0; i < 2 * kNodes; ++i) {
            u[2 * b.node + i] = b.weight1 * u[2 * b.from1 + i] + b.weight2 * u[2 * b.from2 + i];
        }
    }
}

inline void recover_in(RecoveryPlan const& plan, Lanes* u) {
    recover_rows(plan, 0, plan.end_rows, u);
    recover_between<3>(plan.between3, u);
    recover_between<1>(plan.between, u);
    recover_rows(plan, plan.end_rows, plan.rows.size(), u);
}

GRIDTWIN_WIDE void step_wide(Step const& s) {
    step_in(s);
}
GRIDTWIN_WIDEST void step_widest(Step const& s) {
    step_in(s);
}
GRIDTWIN_WIDE void recover_wide(RecoveryPlan const& plan, Lanes* u) {
    recover_in(plan, u);
}
GRIDTWIN_WIDEST void recover_widest(RecoveryPlan const& plan, Lanes* u) {
    recover_in(plan, u);
}

void step(Step const& s, VectorWidth width) {
    switch (width) {
    case VectorWidth::widest:
        return step_widest(s);
    case VectorWidth::wide:
        return step_wide(s);
    case VectorWidth::narrow:
        return step_in(s);
    }
}

void recover(RecoveryPlan const& plan, Lanes* u, VectorWidth width) {
    switch (width) {
    case VectorWidth::widest:
        return recover_widest(plan, u);
    case VectorWidth::wide:
        return recover_wide(plan, u);
    case VectorWidth::narrow:
        return recover_in(plan, u);
    }
}

} // namespace

FeederBatch::FeederBatch(FeederSolver& solver, VectorWidth width) : solver_(solver), width_(width) {
    for (Generator const& g : solver.circuit_.generators) {
        if (g.model == 3) {
            throw SimulationError(
                fmt::format("a batch of loadings of '{}': generator '{}' holds its "
                            "voltage, for which every loading needs a var of its own",
                            solver.circuit_.name, g.name));
        }
    }
    solver.prepare();
    for (LoadRow const& row : solver.load_rows_) {
        p_w_.push_back({row.p_w - Lanes{}});
        q_var_.push_back({row.q_var - Lanes{}});
    }
    if (!solver.boundary_nodes_.empty()) {
        throw SimulationError(fmt::format("a batch of loadings of '{}': the feeder hangs together "
                                          "with networks outside of it",
                                          solver.circuit_.name));
    }
    x_v_.resize(2 * solver.network_.kept_nodes() + 2);
    for (std::size_t p = 0; p < solver.network_.kept_nodes(); ++p) {
        Complex const u = solver.u_v_[solver.network_.kept_node(p)];
        x_v_[2 * p].v = u.real() - Lanes{};
        x_v_[2 * p + 1].v = u.imag() - Lanes{};
    }
    r_a_.resize(x_v_.size());
    for (Complex const u : solver.u_v_) {
        u_v_.push_back({u.real() - Lanes{}});
        u_v_.push_back({u.imag() - Lanes{}});
    }
}

void FeederBatch::set_load_power(std::size_t lane, std::size_t load, double p_w, double q_var) {
    auto const [first, last] = solver_.phase_rows(ElementKind::load, load);
    auto const phases = static_cast<double>(last - first);
    for (std::size_t k = first; k < last; ++k) {
        p_w_[k].v[lane] = p_w / phases;
        q_var_[k].v[lane] = q_var / phases;
    }
}

void FeederBatch::set_load_powers(std::size_t load, std::span<double const, kSize> p_w,
                                  std::span<double const, kSize> q_var) {
    auto const [first, last] = solver_.phase_rows(ElementKind::load, load);
    double const share = 1.0 / static_cast<double>(last - first);
    for (std::size_t k = first; k < last; ++k) {
        for (std::size_t lane = 0; lane < kSize; ++lane) {
            p_w_[k].v[lane] = p_w[lane] * share;
            q_var_[k].v[lane] = q_var[lane] * share;
        }
    }
}

/// The solver's own way, from no load; its loads are as before afterwards.
void FeederBatch::solve_alone(std::size_t lane, SolveStatus& status) {
    std::size_t const loads = solver_.circuit_.loads.size();
    std::vector<std::pair<double, double>> before_va; // P, Q
    bool const controls = solver_.circuit_.solution.controls;
    solver_.set_controls(false);
    for (std::size_t load = 0; load < loads; ++load) {
        before_va.emplace_back(solver_.circuit_.loads[load].p_w,
                               solver_.circuit_.loads[load].q_var);
        auto const [first, last] = solver_.phase_rows(ElementKind::load, load);
        double p_w = 0.0;
        double q_var = 0.0;
        for (std::size_t k = first; k < last; ++k) {
            p_w += p_w_[k].v[lane];
            q_var += q_var_[k].v[lane];
        }
        solver_.set_load_power(load, p_w, q_var);
    }
    int const before = status.iterations;
    solver_.start_from_no_load();
    status = solver_.solve();
    status.iterations += before;
    for (std::size_t load = 0; load < loads; ++load) {
        solver_.set_load_power(load, before_va[load].first, before_va[load].second);
    }
    solver_.set_controls(controls);
    for (std::size_t node = 0; node < solver_.u_v_.size(); ++node) {
        u_v_[2 * node].v[lane] = solver_.u_v_[node].real();
        u_v_[2 * node + 1].v[lane] = solver_.u_v_[node].imag();
        std::uint32_t const at = solver_.network_.position(node);
        if (at != NetworkFactor::kAbsent) {
            x_v_[2 * at].v[lane] = solver_.u_v_[node].real();
            x_v_[2 * at + 1].v[lane] = solver_.u_v_[node].imag();
        }
    }
}

std::array<SolveStatus, FeederBatch::kSize> FeederBatch::solve() {
    std::array<SolveStatus, kSize> status;
    SolutionOptions const& options = solver_.circuit_.solution;
    if (solver_.whole_ || solver_.refinement_due_) {
        for (std::size_t lane = 0; lane < kSize; ++lane) {
            solve_alone(lane, status[lane]);
        }
        return status;
    }
    Lanes greatest2;
    Step const s{&solver_.network_.substitution(),
                 solver_.load_rows_.data(),
                 solver_.load_rows_.size(),
                 &solver_.load_phases_,
                 &solver_.circuit_.loads,
                 lanes(p_w_),
                 lanes(q_var_),
                 solver_.source_a_.data(),
                 solver_.network_.kept_nodes(),
                 solver_.kept_inv_base2_.data(),
                 lanes(x_v_),
                 lanes(r_a_),
                 &greatest2};
    std::array<ErrorBound, kSize> bounds;
    bool all_converged = solver_.network_.kept_nodes() == 0;
    for (SolveStatus& lane : status) {
        lane.converged = all_converged;
    }
    for (int i = 0; i < options.max_iterations && !all_converged; ++i) {
        step(s, width_);
        all_converged = true;
        bool hopeless = false;
        for (std::size_t lane = 0; lane < kSize; ++lane) {
            status[lane].mismatch_pu = bounds[lane].after(std::sqrt(greatest2[lane]));
            status[lane].converged = status[lane].mismatch_pu < options.tolerance_pu;
            ++status[lane].iterations;
            all_converged = all_converged && status[lane].converged;
            hopeless = hopeless || !(status[lane].mismatch_pu < 1e3);
        }
        if (hopeless) {
            break;
        }
    }
    for (std::size_t p = 0; p < solver_.network_.kept_nodes(); ++p) {
        std::size_t const node = solver_.network_.kept_node(p);
        u_v_[2 * node] = x_v_[2 * p];
        u_v_[2 * node + 1] = x_v_[2 * p + 1];
    }
    recover(solver_.network_.recovery(), lanes(u_v_), width_);
    for (std::size_t lane = 0; lane < kSize; ++lane) {
        if (!status[lane].converged) {
            solve_alone(lane, status[lane]);
        }
    }
    return status;
}

} // namespace gridtwin::grid
