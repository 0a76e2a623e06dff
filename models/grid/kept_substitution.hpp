#pragma once
// Forward and backward substitution over the kept blocks of a network, for one vector or for
// several at once (R: double, or a vector of doubles whose lanes are independent solutions).
// Complex vectors stand as pairs: x[2 p] the real, x[2 p + 1] the imaginary part of position p.
#include "models/grid/network_factor.hpp"

#include <cstddef>
#include <cstdint>

namespace gridtwin::grid {

/// Eight independent solutions.
inline constexpr std::size_t kLanes = 8;
typedef double Lanes __attribute__((vector_size(kLanes * sizeof(double)), aligned(64)));

namespace substitution {

/// out[2 rows] += C x[2 columns]; sizes known to the compiler when kRows > 0.
template <bool kReal, int kRows, int kColumns, typename R>
inline void add(double const* c, R const* x, R* out, int rows, int columns) {
    int const m = kRows > 0 ? kRows : rows;
    int const n = kRows > 0 ? kColumns : columns;
    for (int i = 0; i < m; ++i) {
        R re = out[2 * i];
        R im = out[2 * i + 1];
        for (int j = 0; j < n; ++j) {
            R const x_re = x[2 * j];
            R const x_im = x[2 * j + 1];
            if constexpr (kReal) {
                double const* const a = c + 4 * i * n + 2 * j;
                re += a[0] * x_re + a[1] * x_im;
                im += a[2 * n] * x_re + a[2 * n + 1] * x_im;
            } else {
                double const* const a = c + 2 * (i * n + j);
                re += a[0] * x_re - a[1] * x_im;
                im += a[0] * x_im + a[1] * x_re;
            }
        }
        out[2 * i] = re;
        out[2 * i + 1] = im;
    }
}

template <bool kReal, typename R>
inline void add_any(double const* c, R const* x, R* out, int rows, int columns) {
    switch (rows * 4 + columns) {
    case 1 * 4 + 1:
        return add<kReal, 1, 1>(c, x, out, 1, 1);
    case 1 * 4 + 2:
        return add<kReal, 1, 2>(c, x, out, 1, 2);
    case 1 * 4 + 3:
        return add<kReal, 1, 3>(c, x, out, 1, 3);
    case 2 * 4 + 1:
        return add<kReal, 2, 1>(c, x, out, 2, 1);
    case 2 * 4 + 2:
        return add<kReal, 2, 2>(c, x, out, 2, 2);
    case 3 * 4 + 1:
        return rows == 3 ? add<kReal, 3, 1>(c, x, out, 3, 1)
                         : add<kReal, 0, 0>(c, x, out, rows, columns);
    case 3 * 4 + 3:
        return rows == 3 ? add<kReal, 3, 3>(c, x, out, 3, 3)
                         : add<kReal, 0, 0>(c, x, out, rows, columns);
    default:
        return add<kReal, 0, 0>(c, x, out, rows, columns);
    }
}

template <bool kReal, typename R>
void forward(SubstitutionPlan const& plan, R* r) {
    double const* const c = plan.coefficients.data();
    for (SubstitutionPlan::Step const& step : plan.steps) {
        R const* const own = r + 2 * step.x;
        for (int k = 0; k < step.laters; ++k) {
            SubstitutionPlan::Later const& later =
                plan.laters[step.first_later + static_cast<std::uint32_t>(k)];
            R* const other = r + 2 * later.x;
            if (later.coupling == SubstitutionPlan::Coupling::follow) {
                std::uint8_t const* const follows = plan.follow.data() + later.follows;
                for (int i = 0; i < step.nodes; ++i) {
                    other[2 * follows[i]] += own[2 * i];
                    other[2 * follows[i] + 1] += own[2 * i + 1];
                }
            } else if (later.coupling == SubstitutionPlan::Coupling::full) {
                add_any<kReal>(c + later.gain_up, own, other, later.nodes, step.nodes);
            }
        }
    }
}

inline constexpr int kFewNodes = 8;

/// One step backwards into out[2 nodes].
template <bool kReal, typename R>
inline void step_back(SubstitutionPlan const& plan, SubstitutionPlan::Step const& step, R const* r,
                      R const* x, R* out) {
    double const* const c = plan.coefficients.data();
    for (int k = 0; k < step.laters; ++k) {
        SubstitutionPlan::Later const& later =
            plan.laters[step.first_later + static_cast<std::uint32_t>(k)];
        R const* const other = x + 2 * later.x;
        if (later.coupling == SubstitutionPlan::Coupling::follow) {
            std::uint8_t const* const follows = plan.follow.data() + later.follows;
            for (int i = 0; i < step.nodes; ++i) {
                out[2 * i] += other[2 * follows[i]];
                out[2 * i + 1] += other[2 * follows[i] + 1];
            }
        } else if (later.coupling == SubstitutionPlan::Coupling::full) {
            add_any<kReal>(c + later.gain, other, out, step.nodes, later.nodes);
        }
    }
    add_any<kReal>(c + step.inverse, r + 2 * step.x, out, step.nodes, step.nodes);
}

} // namespace substitution

/// Solves for x from r, which is used up. `changed(position, dx_re, dx_im)` sees every change of x.
template <typename R, typename Changed>
void substitute(SubstitutionPlan const& plan, R* r, R* x, Changed&& changed) {
    auto const solve = [&]<bool kReal>() {
        substitution::forward<kReal>(plan, r);
        for (std::size_t s = plan.steps.size(); s-- > 0;) {
            SubstitutionPlan::Step const& step = plan.steps[s];
            R few[2 * substitution::kFewNodes];
            // A block of many nodes is summed in place of its own right-hand side's copy.
            std::vector<R> many(step.nodes > substitution::kFewNodes ? 2 * step.nodes : 0);
            R* const out = many.empty() ? few : many.data();
            for (int i = 0; i < 2 * step.nodes; ++i) {
                out[i] = R{};
            }
            substitution::step_back<kReal>(plan, step, r, x, out);
            R* const own = x + 2 * step.x;
            for (std::uint32_t i = 0; i < step.nodes; ++i) {
                changed(step.x + i, out[2 * i] - own[2 * i], out[2 * i + 1] - own[2 * i + 1]);
                own[2 * i] = out[2 * i];
                own[2 * i + 1] = out[2 * i + 1];
            }
        }
    };
    if (plan.real) {
        solve.template operator()<true>();
    } else {
        solve.template operator()<false>();
    }
}

} // namespace gridtwin::grid
