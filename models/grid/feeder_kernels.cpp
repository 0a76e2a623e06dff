#include "models/grid/feeder_kernels.hpp"

#include "models/grid/kept_substitution.hpp"

#include <cmath>

namespace gridtwin::grid {
namespace {

/// A complex number as one vector.
typedef double Pair __attribute__((vector_size(16)));
/// Two of them.
typedef double Quad __attribute__((vector_size(32), may_alias));

inline Pair pair_at(double const* v) {
    return Pair{v[0], v[1]};
}

inline void recover_rows(RecoveryPlan const& plan, std::size_t first, std::size_t last, double* u) {
    for (std::size_t k = first; k < last; ++k) {
        RecoveryPlan::Row const& row = plan.rows[k];
        std::size_t const end =
            k + 1 < plan.rows.size() ? plan.rows[k + 1].first : plan.from.size();
        Quad sum{}; // of re re, re im, im re, im im
        for (std::size_t e = row.first; e < end; ++e) {
            double const* const v = u + 2 * plan.from[e];
            Quad const twice{v[0], v[1], v[0], v[1]};
            sum += *reinterpret_cast<Quad const*>(plan.weight.data() + e) * twice;
        }
        u[2 * row.node] = row.constant_v.real() + (sum[0] - sum[3]);
        u[2 * row.node + 1] = row.constant_v.imag() + (sum[1] + sum[2]);
    }
}

inline void recover_in(RecoveryPlan const& plan, double* u) {
    recover_rows(plan, 0, plan.end_rows, u);
    for (RecoveryPlan::Between const& b : plan.between3) {
        double const* const from1 = u + 2 * b.from1;
        double const* const from2 = u + 2 * b.from2;
        double* const out = u + 2 * b.node;
        Quad const first{from1[0], from1[1], from1[2], from1[3]};
        Quad const second{from2[0], from2[1], from2[2], from2[3]};
        Quad const sum = b.weight1 * first + b.weight2 * second;
        Pair const third = b.weight1 * pair_at(from1 + 4) + b.weight2 * pair_at(from2 + 4);
        for (int i = 0; i < 4; ++i) {
            out[i] = sum[i];
        }
        out[4] = third[0];
        out[5] = third[1];
    }
    for (RecoveryPlan::Between const& b : plan.between) {
        Pair const v = b.weight1 * pair_at(u + 2 * b.from1) + b.weight2 * pair_at(u + 2 * b.from2);
        u[2 * b.node] = v[0];
        u[2 * b.node + 1] = v[1];
    }
    recover_rows(plan, plan.end_rows, plan.rows.size(), u);
}

inline GreatestChange substitute_in(SubstitutionPlan const& plan, double const* inv_base2,
                                    double* r, double* x) {
    double greatest = 0.0;
    std::size_t worst = 0;
    substitute_kept(plan, r, x, [&](std::uint32_t position, double re, double im) {
        double const change = (re * re + im * im) * inv_base2[position];
        if (!(change <= greatest)) { // a NaN is the greatest of all
            greatest = change;
            worst = position;
        }
    });
    return {std::sqrt(greatest), worst};
}

GRIDTWIN_WIDE void recover_wide(RecoveryPlan const& plan, double* u) {
    recover_in(plan, u);
}

GRIDTWIN_WIDE GreatestChange substitute_wide(SubstitutionPlan const& plan, double const* inv_base2,
                                             double* r, double* x) {
    return substitute_in(plan, inv_base2, r, x);
}

} // namespace

void take_load_currents(std::span<LoadRow const> rows, LoadPhaseTable const& table,
                        std::vector<Load> const& loads, double const* x, double* r,
                        Complex* i_extra_a) {
    for (std::size_t k = 0; k < rows.size(); ++k) {
        LoadRow const& row = rows[k];
        double const re = x[row.from] - x[row.to];
        double const im = x[row.from + 1] - x[row.to + 1];
        double const v2 = re * re + im * im;
        LoadGains gains;
        if (v2 > row.vmin2_v2 && v2 <= row.vmax2_v2) {
            gains.p = gains.q = 1.0 / v2;
        } else {
            gains = load_gains(table, loads, k, v2);
        }
        Complex const a_s = row.held.a_s;
        Complex const c_s = row.held.c_s;
        double const y_re = row.p_w * gains.p - a_s.real();
        double const y_im = -row.q_var * gains.q - a_s.imag();
        double const i_re = y_re * re - y_im * im - (c_s.real() * re + c_s.imag() * im);
        double const i_im = y_re * im + y_im * re - (c_s.imag() * re - c_s.real() * im);
        i_extra_a[k] = {i_re, i_im};
        r[row.from] -= i_re;
        r[row.from + 1] -= i_im;
        r[row.to] += i_re;
        r[row.to + 1] += i_im;
    }
}

// One solution has no use for more than 256 bits.

GreatestChange substitute(SubstitutionPlan const& plan, double const* inv_base2, double* r,
                          double* x, VectorWidth width) {
    return width == VectorWidth::narrow ? substitute_in(plan, inv_base2, r, x)
                                        : substitute_wide(plan, inv_base2, r, x);
}

void recover(RecoveryPlan const& plan, double* u, VectorWidth width) {
    width == VectorWidth::narrow ? recover_in(plan, u) : recover_wide(plan, u);
}

} // namespace gridtwin::grid
