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

// Sums stand in arrays of a size that the compiler knows, so that they stay in registers. Blocks of
// any size (kAny) have their number of rows beside.
inline constexpr int kAny = 0;

/// sum[2 rows] += C x[2 columns]
template <int kRows, typename R>
inline void add_columns(double const* c, R const* x, int columns, int any_rows, R* sum) {
    int const rows = kRows != kAny ? kRows : any_rows;
    for (int j = 0; j < 2 * columns; ++j) {
        R const x_j = x[j];
        for (int i = 0; i < 2 * rows; ++i) {
            sum[i] += c[2 * rows * j + i] * x_j;
        }
    }
}

/// other[2 kRows] += C own[2 columns]
template <int kRows, typename R>
inline void add_to(double const* c, R const* own, int columns, R* other) {
    R sum[2 * kRows];
    for (int i = 0; i < 2 * kRows; ++i) {
        sum[i] = other[i];
    }
    add_columns<kRows>(c, own, columns, kRows, sum);
    for (int i = 0; i < 2 * kRows; ++i) {
        other[i] = sum[i];
    }
}

template <typename R>
void forward(SubstitutionPlan const& plan, R* r) {
    double const* const c = plan.coefficients.data();
    for (SubstitutionPlan::Step const& step : plan.steps) {
        R const* const own = r + 2 * step.x;
        SubstitutionPlan::Later const* later = plan.laters.data() + step.first_later;
        for (std::uint32_t k = 0; k < step.laters; ++k, ++later) {
            R* const other = r + 2 * later->x;
            if (later->coupling == SubstitutionPlan::Coupling::follow) {
                std::uint8_t const* const follows = plan.follow.data() + later->follows;
                for (int i = 0; i < step.nodes; ++i) {
                    other[2 * follows[i]] += own[2 * i];
                    other[2 * follows[i] + 1] += own[2 * i + 1];
                }
            } else if (later->coupling == SubstitutionPlan::Coupling::full) {
                switch (later->nodes) {
                case 1:
                    add_to<1>(c + later->gain_up, own, step.nodes, other);
                    break;
                case 2:
                    add_to<2>(c + later->gain_up, own, step.nodes, other);
                    break;
                case 3:
                    add_to<3>(c + later->gain_up, own, step.nodes, other);
                    break;
                default:
                    add_columns<kAny>(c + later->gain_up, own, step.nodes, later->nodes, other);
                }
            }
        }
    }
}

template <int kNodes, typename R, typename Changed>
inline void back(SubstitutionPlan const& plan, SubstitutionPlan::Step const& step, R const* r, R* x,
                 Changed& changed) {
    double const* const c = plan.coefficients.data();
    SubstitutionPlan::Later const* later = plan.laters.data() + step.first_later;
    int const nodes = kNodes != kAny ? kNodes : step.nodes;
    R sum[2 * (kNodes != kAny ? static_cast<std::size_t>(kNodes) : kMostBlockNodes)];
    for (int i = 0; i < 2 * nodes; ++i) {
        sum[i] = R{};
    }
    for (std::uint32_t k = 0; k < step.laters; ++k, ++later) {
        R const* const other = x + 2 * later->x;
        if (later->coupling == SubstitutionPlan::Coupling::follow) {
            std::uint8_t const* const follows = plan.follow.data() + later->follows;
            for (int i = 0; i < nodes; ++i) {
                sum[2 * i] += other[2 * follows[i]];
                sum[2 * i + 1] += other[2 * follows[i] + 1];
            }
        } else if (later->coupling == SubstitutionPlan::Coupling::full) {
            add_columns<kNodes>(c + later->gain, other, later->nodes, nodes, sum);
        }
    }
    add_columns<kNodes>(c + step.inverse, r + 2 * step.x, nodes, nodes, sum);
    R* const own = x + 2 * step.x;
    for (int i = 0; i < nodes; ++i) {
        changed(step.x + static_cast<std::uint32_t>(i), sum[2 * i] - own[2 * i],
                sum[2 * i + 1] - own[2 * i + 1]);
        own[2 * i] = sum[2 * i];
        own[2 * i + 1] = sum[2 * i + 1];
    }
}

} // namespace substitution

/// Solves for x from r, which is used up. `changed(position, dx_re, dx_im)` sees every change of x.
template <typename R, typename Changed>
void substitute_kept(SubstitutionPlan const& plan, R* r, R* x, Changed changed) {
    substitution::forward(plan, r);
    for (std::size_t s = plan.steps.size(); s-- > 0;) {
        SubstitutionPlan::Step const& step = plan.steps[s];
        switch (step.nodes) {
        case 1:
            substitution::back<1>(plan, step, r, x, changed);
            break;
        case 2:
            substitution::back<2>(plan, step, r, x, changed);
            break;
        case 3:
            substitution::back<3>(plan, step, r, x, changed);
            break;
        default:
            substitution::back<substitution::kAny>(plan, step, r, x, changed);
        }
    }
}

} // namespace gridtwin::grid
