// NetworkFactor: the blocks that an iteration works on.
#include "models/grid/dense_block.hpp"
#include "models/grid/network_factor.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

namespace gridtwin::grid {
using dense::add_product;
using dense::kRounding;
using dense::negate;

namespace {

/// How many real or complex numbers a node has on one side of a block.
template <typename T>
constexpr std::size_t kPerNode = std::is_same_v<T, double> ? 2 : 1;
/// How many a complex value becomes.
template <typename T>
constexpr std::size_t kPerValue = kPerNode<T>* kPerNode<T>;

/// Complex values [rows][columns] into T.
void spread(Complex const* from, Complex* to, std::size_t rows, std::size_t columns) {
    std::copy(from, from + rows * columns, to);
}
void spread(Complex const* from, double* to, std::size_t rows, std::size_t columns) {
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            Complex const z = from[r * columns + c];
            double* const at = to + 4 * r * columns + 2 * c;
            at[0] = z.real();
            at[1] = -z.imag();
            at[2 * columns] = z.imag();
            at[2 * columns + 1] = z.real();
        }
    }
}

void add_tangent(Tangent const& t, std::size_t r, std::size_t c, std::size_t n, Complex* d) {
    d[r * n + c] += t.a_s;
}
void add_tangent(Tangent const& t, std::size_t r, std::size_t c, std::size_t n, double* d) {
    double* const at = d + 4 * r * n + 2 * c;
    at[0] += t.a_s.real() + t.c_s.real();
    at[1] += -t.a_s.imag() + t.c_s.imag();
    at[2 * n] += t.a_s.imag() + t.c_s.imag();
    at[2 * n + 1] += t.a_s.real() - t.c_s.real();
}

/// The column that row `r` of `gain` takes as it is; -1 when it does not.
template <typename T>
int followed(T const* gain, std::size_t r, std::size_t columns) {
    int found = -1;
    for (std::size_t c = 0; c < columns; ++c) {
        T const value = gain[r * columns + c];
        if (std::abs(value) <= kRounding) {
            continue;
        }
        if (found >= 0 || std::abs(value - T(1.0)) > kRounding) {
            return -1;
        }
        found = static_cast<int>(c);
    }
    return found;
}

} // namespace

/// Lays the steps out, and room for the factors.
void NetworkFactor::plan_substitution(bool real) {
    SubstitutionPlan plan;
    real_ = real;
    couplings_changed_ = true;
    std::size_t const start = plan_.passive < plan_.blocks.size() ? first_value_[plan_.passive] : 0;
    std::size_t const doubles = (first_value_.back() - start) * (real ? 4 : 2);
    kept_gain_.assign(doubles, 0.0);
    kept_work_.assign(doubles, 0.0);
    for (std::size_t b = plan_.passive; b < plan_.blocks.size(); ++b) {
        SubstitutionPlan::Step step;
        step.x = position_[plan_.nodes_of(b).front()];
        step.nodes = static_cast<std::uint8_t>(size_of(b));
        step.laters = plan_.blocks[b].laters;
        step.first_later = static_cast<std::uint32_t>(plan.laters.size());
        for (std::size_t k = 0; k < step.laters; ++k) {
            std::size_t const slot = plan_.blocks[b].first_later + k;
            SubstitutionPlan::Later later;
            later.x = position_[plan_.nodes_of(plan_.later[slot]).front()];
            later.nodes = static_cast<std::uint8_t>(size_of(plan_.later[slot]));
            later.follows = static_cast<std::uint32_t>(plan.follow.size());
            plan.follow.resize(plan.follow.size() + step.nodes);
            plan.laters.push_back(later);
        }
        plan.steps.push_back(step);
    }
    substitution_ = std::move(plan);
}

namespace {

/// T [rows][columns] to real columns.
void to_columns(Complex const* from, double* to, std::size_t rows, std::size_t columns) {
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            Complex const z = from[r * columns + c];
            double* const at = to + 4 * c * rows + 2 * r;
            at[0] = z.real();
            at[1] = z.imag();
            at[2 * rows] = -z.imag();
            at[2 * rows + 1] = z.real();
        }
    }
}
void to_columns(double const* from, double* to, std::size_t rows, std::size_t columns) {
    for (std::size_t r = 0; r < 2 * rows; ++r) {
        for (std::size_t c = 0; c < 2 * columns; ++c) {
            to[c * 2 * rows + r] = from[r * 2 * columns + c];
        }
    }
}

} // namespace

/// Room for the coefficients that are used, in the order in which the substitution meets them.
void NetworkFactor::lay_coefficients() {
    SubstitutionPlan& plan = substitution_;
    std::uint32_t at = 0;
    auto const take = [&at](std::size_t rows, std::size_t columns) {
        std::uint32_t const here = at;
        at += static_cast<std::uint32_t>(4 * rows * columns);
        return here;
    };
    for (SubstitutionPlan::Step const& step : plan.steps) {
        for (std::size_t k = 0; k < step.laters; ++k) {
            SubstitutionPlan::Later& later = plan.laters[step.first_later + k];
            if (later.coupling == SubstitutionPlan::Coupling::full) {
                later.gain_up = take(later.nodes, step.nodes);
            }
        }
    }
    for (std::size_t s = plan.steps.size(); s-- > 0;) {
        SubstitutionPlan::Step& step = plan.steps[s];
        for (std::size_t k = 0; k < step.laters; ++k) {
            SubstitutionPlan::Later& later = plan.laters[step.first_later + k];
            if (later.coupling == SubstitutionPlan::Coupling::full) {
                later.gain = take(step.nodes, later.nodes);
            }
        }
        step.inverse = take(step.nodes, step.nodes);
    }
    plan.coefficients.assign(at, 0.0);
    couplings_changed_ = false;
}

template <typename T>
void NetworkFactor::write_coefficients(std::size_t block) {
    SubstitutionPlan& plan = substitution_;
    SubstitutionPlan::Step const& step = plan.steps[block - plan_.passive];
    auto const* const gains = reinterpret_cast<T const*>(kept_gain_.data());
    std::size_t const start = first_value_[plan_.passive];
    auto const at = [&](std::size_t value) { return gains + (value - start) * kPerValue<T>; };
    double* const c = plan.coefficients.data();
    to_columns(at(first_value_[block]), c + step.inverse, step.nodes, step.nodes);
    for (std::size_t k = 0; k < step.laters; ++k) {
        SubstitutionPlan::Later const& later = plan.laters[step.first_later + k];
        std::size_t const slot = plan_.blocks[block].first_later + k;
        if (later.coupling == SubstitutionPlan::Coupling::full) {
            to_columns(at(upper_at_[slot]), c + later.gain, step.nodes, later.nodes);
            to_columns(at(lower_at_[slot]), c + later.gain_up, later.nodes, step.nodes);
        }
    }
}

/// Finds couplings that are open, or along which voltages are the same but for a drop.
template <typename T>
void NetworkFactor::couple(std::size_t block) {
    constexpr std::size_t kUnit = kPerNode<T>;
    SubstitutionPlan& plan = substitution_;
    SubstitutionPlan::Step const& step = plan.steps[block - plan_.passive];
    auto const* const gains = reinterpret_cast<T const*>(kept_gain_.data());
    std::size_t const start = first_value_[plan_.passive];
    for (std::size_t k = 0; k < step.laters; ++k) {
        SubstitutionPlan::Later& later = plan.laters[step.first_later + k];
        std::size_t const rows = step.nodes * kUnit;
        std::size_t const columns = later.nodes * kUnit;
        std::size_t const slot = plan_.blocks[block].first_later + k;
        T const* const down = gains + (upper_at_[slot] - start) * kPerValue<T>;
        T const* const up = gains + (lower_at_[slot] - start) * kPerValue<T>;
        auto const before = later.coupling;
        bool const none =
            std::all_of(down, down + rows * columns, [](T const& v) { return v == T{}; }) &&
            std::all_of(up, up + rows * columns, [](T const& v) { return v == T{}; });
        if (none) {
            later.coupling = SubstitutionPlan::Coupling::none;
            couplings_changed_ = couplings_changed_ || before != later.coupling;
            continue;
        }
        bool follows = true;
        for (std::size_t r = 0; r < rows && follows; ++r) {
            int const column = followed(down, r, columns);
            follows = column >= 0 && static_cast<std::size_t>(column) % kUnit == r % kUnit;
            if (!follows) {
                break;
            }
            auto const to = static_cast<std::size_t>(column) / kUnit;
            if (r % kUnit == 0) {
                plan.follow[later.follows + r / kUnit] = static_cast<std::uint8_t>(to);
            }
            follows = plan.follow[later.follows + r / kUnit] == to;
            for (std::size_t c = 0; c < columns && follows; ++c) {
                follows = std::abs(up[c * rows + r] - down[r * columns + c]) <= 2.0 * kRounding;
            }
        }
        later.coupling =
            follows ? SubstitutionPlan::Coupling::follow : SubstitutionPlan::Coupling::full;
        couplings_changed_ = couplings_changed_ || before != later.coupling;
    }
}

template <typename T>
bool NetworkFactor::factorise_as(std::span<Tangent const> tangents, bool all) {
    constexpr std::size_t kUnit = kPerNode<T>;
    std::size_t const start = plan_.passive < plan_.blocks.size() ? first_value_[plan_.passive] : 0;
    auto* const work = reinterpret_cast<T*>(kept_work_.data());
    auto* const gains = reinterpret_cast<T*>(kept_gain_.data());
    std::vector<std::size_t> renewed;
    dense::Lu<T> lu;
    auto const at = [&](std::size_t value) { return (value - start) * kPerValue<T>; };
    std::size_t tangent = 0;
    for (std::size_t b = plan_.passive; b < plan_.blocks.size(); ++b) {
        std::size_t const first_tangent = tangent;
        while (tangent < tangents.size() && plan_.block_of[tangents[tangent].row] == b) {
            ++tangent;
        }
        if (!all && changed_[b] == 0) {
            continue;
        }
        ++renewed_;
        std::size_t const m = size_of(b);
        std::size_t const rows = m * kUnit;
        T* const d = work + at(first_value_[b]);
        spread(&reduced_[first_value_[b]], d, m, m);
        for (std::size_t k = first_tangent; k < tangent; ++k) {
            Tangent const& t = tangents[k];
            add_tangent(t, plan_.place_of[t.row], plan_.place_of[t.column], m, d);
        }
        std::size_t const first_slot = plan_.blocks[b].first_later;
        for (std::size_t k = 0; k < plan_.blocks[b].laters; ++k) {
            std::size_t const slot = first_slot + k;
            std::size_t const o = size_of(plan_.later[slot]);
            spread(&reduced_[upper_at_[slot]], work + at(upper_at_[slot]), m, o);
            spread(&reduced_[lower_at_[slot]], work + at(lower_at_[slot]), o, m);
        }
        for (std::uint32_t const child : plan_.children_of(b)) {
            if (child < plan_.passive) {
                continue;
            }
            std::size_t const inner = size_of(child) * kUnit;
            std::size_t const own = slot_of(child, b);
            T const* const lower = work + at(lower_at_[own]);
            T const* const gain = gains + at(upper_at_[own]);
            add_product(d, lower, gain, rows, inner, rows);
            auto const laters = plan_.laters(child);
            for (std::size_t k = 0; k < laters.size(); ++k) {
                if (laters[k] <= b) {
                    continue;
                }
                std::size_t const others = size_of(laters[k]) * kUnit;
                std::size_t const slot = plan_.blocks[child].first_later + k;
                std::size_t const into = slot_of(b, laters[k]);
                add_product(work + at(upper_at_[into]), lower, gains + at(upper_at_[slot]), rows,
                            inner, others);
                add_product(work + at(lower_at_[into]), work + at(lower_at_[slot]), gain, others,
                            inner, rows);
            }
        }
        if (!lu.factorise(d, rows)) {
            return false;
        }
        T* const inverse = gains + at(first_value_[b]);
        lu.invert(inverse);
        condition_[b] = dense::condition(&base_[first_value_[b]], m * m, inverse, rows * rows);
        for (std::size_t k = 0; k < plan_.blocks[b].laters; ++k) {
            std::size_t const slot = first_slot + k;
            std::size_t const others = size_of(plan_.later[slot]) * kUnit;
            T* const down = gains + at(upper_at_[slot]);
            T* const up = gains + at(lower_at_[slot]);
            std::copy_n(work + at(upper_at_[slot]), rows * others, down);
            std::copy_n(work + at(lower_at_[slot]), rows * others, up);
            lu.solve(down, others);
            lu.solve_transposed(up, others);
            negate(down, rows * others);
            negate(up, rows * others);
            changed_[plan_.later[slot]] = 1;
        }
        couple<T>(b);
        renewed.push_back(b);
    }
    std::fill(changed_.begin(), changed_.end(), std::uint8_t{0});
    if (couplings_changed_) {
        lay_coefficients();
        for (std::size_t b = plan_.passive; b < plan_.blocks.size(); ++b) {
            write_coefficients<T>(b);
        }
    } else {
        for (std::size_t const b : renewed) {
            write_coefficients<T>(b);
        }
    }
    return true;
}

bool NetworkFactor::factorise(std::span<Tangent const> tangents, bool real, bool all) {
    if (substitution_.steps.empty() || real_ != real) {
        plan_substitution(real);
        all = true;
    }
    return real ? factorise_as<double>(tangents, all) : factorise_as<Complex>(tangents, all);
}

} // namespace gridtwin::grid
