#include "models/grid/network_factor.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <utility>

namespace gridtwin::grid {
namespace {

/// A weight this close to 0 or 1 is one: rounding of the eliminations that led to it.
constexpr double kRounding = 1e-12;

// Products without the library's search for infinities, which costs more than the product.
inline double times(double a, double b) {
    return a * b;
}
inline Complex times(Complex a, Complex b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// out[rows][columns] += a[rows][inner] b[inner][columns]
template <typename T>
void add_product(T* out, T const* a, T const* b, std::size_t rows, std::size_t inner,
                 std::size_t columns) {
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < inner; ++i) {
            T const factor = a[r * inner + i];
            for (std::size_t c = 0; c < columns; ++c) {
                out[r * columns + c] += times(factor, b[i * columns + c]);
            }
        }
    }
}

/// Gauss-Jordan with row pivoting; false when a pivot is nothing beside the matrix.
template <typename T>
bool invert(T const* matrix, T* inverse, std::size_t n) {
    std::vector<T> a(matrix, matrix + n * n);
    std::fill(inverse, inverse + n * n, T{});
    double greatest = 0.0;
    for (T const& value : a) {
        greatest = std::max(greatest, std::abs(value));
    }
    for (std::size_t i = 0; i < n; ++i) {
        inverse[i * n + i] = T(1.0);
    }
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t r = k + 1; r < n; ++r) {
            if (std::abs(a[r * n + k]) > std::abs(a[pivot * n + k])) {
                pivot = r;
            }
        }
        if (!(std::abs(a[pivot * n + k]) > 1e-16 * greatest)) {
            return false;
        }
        for (std::size_t c = 0; pivot != k && c < n; ++c) {
            std::swap(a[pivot * n + c], a[k * n + c]);
            std::swap(inverse[pivot * n + c], inverse[k * n + c]);
        }
        T const scale = T(1.0) / a[k * n + k];
        for (std::size_t c = 0; c < n; ++c) {
            a[k * n + c] = times(a[k * n + c], scale);
            inverse[k * n + c] = times(inverse[k * n + c], scale);
        }
        for (std::size_t r = 0; r < n; ++r) {
            T const factor = a[r * n + k];
            if (r == k || factor == T{}) {
                continue;
            }
            for (std::size_t c = 0; c < n; ++c) {
                a[r * n + c] -= times(factor, a[k * n + c]);
                inverse[r * n + c] -= times(factor, inverse[k * n + c]);
            }
        }
    }
    return true;
}

template <typename T>
void negate(T* values, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        values[k] = -values[k];
    }
}

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

NetworkFactor::NetworkFactor(Elimination plan, std::size_t nodes) : plan_(std::move(plan)) {
    std::size_t const blocks = plan_.blocks.size();
    for (Block const& block : plan_.blocks) {
        if (block.nodes > kMostBlockNodes) {
            throw SimulationError(fmt::format("power flow: a bus has {} nodes; {} are the most",
                                              block.nodes, kMostBlockNodes));
        }
    }
    position_.assign(nodes, kAbsent);
    for (std::size_t b = plan_.passive; b < blocks; ++b) {
        for (std::uint32_t const node : plan_.nodes_of(b)) {
            position_[node] = static_cast<std::uint32_t>(kept_nodes_.size());
            kept_nodes_.push_back(node);
        }
    }
    std::size_t at = 0;
    upper_at_.resize(plan_.later.size());
    lower_at_.resize(plan_.later.size());
    for (std::size_t b = 0; b < blocks; ++b) {
        first_value_.push_back(at);
        at += size_of(b) * size_of(b);
        for (std::size_t k = 0; k < plan_.blocks[b].laters; ++k) {
            std::size_t const slot = plan_.blocks[b].first_later + k;
            std::size_t const coupling = size_of(b) * size_of(plan_.later[slot]);
            upper_at_[slot] = at;
            lower_at_[slot] = at + coupling;
            at += 2 * coupling;
        }
    }
    first_value_.push_back(at);
    base_.assign(at, {});
    reduced_.assign(at, {});
    factor_.assign(first_value_[plan_.passive], {});
    supports_.resize(plan_.passive);
    constant_v_.assign(nodes, {});
    changed_.assign(blocks, 0);
}

std::size_t NetworkFactor::slot_of(std::size_t block, std::size_t later) const {
    auto const laters = plan_.laters(block);
    auto const at = std::lower_bound(laters.begin(), laters.end(), later);
    if (at == laters.end() || *at != later) {
        throw SimulationError("power flow: two blocks that should be coupled are not");
    }
    return plan_.blocks[block].first_later + static_cast<std::size_t>(at - laters.begin());
}

NetworkFactor::Place NetworkFactor::place(std::size_t row, std::size_t column) const {
    std::uint32_t const r = plan_.block_of[row];
    std::uint32_t const c = plan_.block_of[column];
    std::size_t const i = plan_.place_of[row];
    std::size_t const j = plan_.place_of[column];
    std::size_t at = 0;
    if (r == c) {
        at = first_value_[r] + i * size_of(r) + j;
    } else if (r < c) {
        at = upper_at_[slot_of(r, c)] + i * size_of(c) + j;
    } else {
        at = lower_at_[slot_of(c, r)] + i * size_of(c) + j;
    }
    return {std::min(r, c), static_cast<std::uint32_t>(at)};
}

/// The block's admittances less what its passive children take.
void NetworkFactor::gather(std::size_t block) {
    std::copy(base_.begin() + static_cast<std::ptrdiff_t>(first_value_[block]),
              base_.begin() + static_cast<std::ptrdiff_t>(first_value_[block + 1]),
              reduced_.begin() + static_cast<std::ptrdiff_t>(first_value_[block]));
    std::size_t const m = size_of(block);
    for (std::uint32_t const child : plan_.children_of(block)) {
        if (child >= plan_.passive) {
            break;
        }
        std::size_t const n = size_of(child);
        std::size_t const own = slot_of(child, block);
        Complex const* const lower = &reduced_[lower_at_[own]];
        Complex const* const gain = &factor_[upper_at_[own]];
        add_product(&reduced_[first_value_[block]], lower, gain, m, n, m);
        auto const laters = plan_.laters(child);
        for (std::size_t k = 0; k < laters.size(); ++k) {
            if (laters[k] <= block) {
                continue;
            }
            std::size_t const o = size_of(laters[k]);
            std::size_t const slot = plan_.blocks[child].first_later + k;
            std::size_t const into = slot_of(block, laters[k]);
            add_product(&reduced_[upper_at_[into]], lower, &factor_[upper_at_[slot]], m, n, o);
            add_product(&reduced_[lower_at_[into]], &reduced_[lower_at_[slot]], gain, o, n, m);
        }
    }
}

bool NetworkFactor::invert_passive(std::size_t block) {
    std::size_t const m = size_of(block);
    Complex* const inverse = &factor_[first_value_[block]];
    if (!invert(&reduced_[first_value_[block]], inverse, m)) {
        return false;
    }
    for (std::size_t k = 0; k < plan_.blocks[block].laters; ++k) {
        std::size_t const slot = plan_.blocks[block].first_later + k;
        std::size_t const o = size_of(plan_.later[slot]);
        Complex* const down = &factor_[upper_at_[slot]];
        Complex* const up = &factor_[lower_at_[slot]];
        std::fill(down, down + m * o, Complex{});
        std::fill(up, up + m * o, Complex{});
        add_product(down, inverse, &reduced_[upper_at_[slot]], m, m, o);
        add_product(up, &reduced_[lower_at_[slot]], inverse, o, m, m);
        negate(down, m * o);
        negate(up, m * o);
    }
    return true;
}

/// A passive block's voltages by kept blocks only.
void NetworkFactor::resolve(std::size_t block) {
    std::vector<Support>& out = supports_[block];
    out.clear();
    std::size_t const m = size_of(block);
    auto const weight_of = [&](std::uint32_t kept) -> std::vector<Complex>& {
        for (Support& s : out) {
            if (s.block == kept) {
                return s.weight;
            }
        }
        out.push_back({kept, std::vector<Complex>(m * size_of(kept))});
        return out.back().weight;
    };
    for (std::size_t k = 0; k < plan_.blocks[block].laters; ++k) {
        std::size_t const slot = plan_.blocks[block].first_later + k;
        std::uint32_t const later = plan_.later[slot];
        std::size_t const o = size_of(later);
        Complex const* const gain = &factor_[upper_at_[slot]];
        if (later >= plan_.passive) {
            std::vector<Complex>& weight = weight_of(later);
            for (std::size_t i = 0; i < m * o; ++i) {
                weight[i] += gain[i];
            }
            continue;
        }
        for (Support const& s : supports_[later]) {
            std::size_t const kept = size_of(s.block);
            add_product(weight_of(s.block).data(), gain, s.weight.data(), m, o, kept);
        }
    }
}

bool NetworkFactor::eliminate(std::span<std::uint32_t const> changed_blocks) {
    renewed_ = 0;
    std::size_t const blocks = plan_.blocks.size();
    for (std::uint32_t const b : changed_blocks) {
        changed_[b] = 1;
    }
    for (std::size_t b = 0; b < blocks; ++b) {
        if (changed_[b] == 0) {
            continue;
        }
        gather(b);
        if (b >= plan_.passive) {
            continue; // factorise() takes it from here, and marks those after it
        }
        ++renewed_;
        if (!invert_passive(b)) {
            return false;
        }
        for (std::uint32_t const later : plan_.laters(b)) {
            changed_[later] = 1;
        }
    }
    std::vector<std::uint8_t> resolved(plan_.passive, 0);
    bool any = false;
    for (std::size_t b = plan_.passive; b-- > 0;) {
        auto const laters = plan_.laters(b);
        bool const again =
            changed_[b] != 0 || std::any_of(laters.begin(), laters.end(), [&](std::uint32_t l) {
                return l < plan_.passive && resolved[l] != 0;
            });
        if (again) {
            resolve(b);
            resolved[b] = 1;
            any = true;
        }
    }
    std::fill(changed_.begin(), changed_.begin() + static_cast<std::ptrdiff_t>(plan_.passive),
              std::uint8_t{0});
    if (any) {
        plan_recovery();
    }
    return true;
}

void NetworkFactor::plan_recovery() {
    RecoveryPlan plan;
    for (std::size_t b = 0; b < plan_.passive; ++b) {
        for (std::size_t i = 0; i < size_of(b); ++i) {
            RecoveryPlan::Row row;
            row.node = plan_.nodes_of(b)[i];
            row.first = static_cast<std::uint32_t>(plan.x.size());
            row.constant_v = constant_v_[row.node];
            bool real = row.constant_v == Complex{};
            for (Support const& s : supports_[b]) {
                std::size_t const columns = size_of(s.block);
                for (std::size_t c = 0; c < columns; ++c) {
                    Complex const w = s.weight[i * columns + c];
                    if (std::abs(w) > kRounding) {
                        plan.x.push_back(position_[plan_.nodes_of(s.block)[c]]);
                        plan.weight.push_back(w);
                        real = real && std::abs(w.imag()) <= kRounding;
                    }
                }
            }
            std::size_t const entries = plan.x.size() - row.first;
            if (!real || entries > 2 || entries == 0) {
                plan.rows.push_back(row);
                continue;
            }
            RecoveryPlan::Between between{row.node, plan.x[row.first], plan.x[row.first],
                                          plan.weight[row.first].real(), 0.0};
            if (entries == 2) {
                between.x2 = plan.x[row.first + 1];
                between.weight2 = plan.weight[row.first + 1].real();
            }
            plan.between.push_back(between);
            plan.x.resize(row.first);
            plan.weight.resize(row.first);
        }
    }
    // Rows of the same length together, so that the loop over them runs without surprises.
    auto const length = [&plan](std::size_t row) {
        std::size_t const end =
            row + 1 < plan.rows.size() ? plan.rows[row + 1].first : plan.x.size();
        return end - plan.rows[row].first;
    };
    std::vector<std::size_t> order(plan.rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&length](std::size_t left, std::size_t right) {
        return length(left) < length(right);
    });
    recovery_ = {};
    recovery_.between = std::move(plan.between);
    for (std::size_t const row : order) {
        RecoveryPlan::Row sorted = plan.rows[row];
        sorted.first = static_cast<std::uint32_t>(recovery_.x.size());
        for (std::size_t k = plan.rows[row].first; k < plan.rows[row].first + length(row); ++k) {
            recovery_.x.push_back(plan.x[k]);
            recovery_.weight.push_back(plan.weight[k]);
        }
        recovery_.rows.push_back(sorted);
    }
}

void NetworkFactor::reduce_currents(std::span<Complex const> i_a, std::span<Complex> kept_a) {
    std::vector<Complex> rest(i_a.begin(), i_a.end()); // what has come to each node
    for (std::size_t b = 0; b < plan_.passive; ++b) {
        std::size_t const m = size_of(b);
        auto const own = plan_.nodes_of(b);
        for (std::size_t k = 0; k < plan_.blocks[b].laters; ++k) {
            std::size_t const slot = plan_.blocks[b].first_later + k;
            auto const others = plan_.nodes_of(plan_.later[slot]);
            Complex const* const up = &factor_[lower_at_[slot]];
            for (std::size_t r = 0; r < others.size(); ++r) {
                for (std::size_t c = 0; c < m; ++c) {
                    rest[others[r]] += times(up[r * m + c], rest[own[c]]);
                }
            }
        }
    }
    for (std::size_t p = 0; p < kept_nodes_.size(); ++p) {
        kept_a[p] = rest[kept_nodes_[p]];
    }
    for (std::size_t b = plan_.passive; b-- > 0;) {
        std::size_t const m = size_of(b);
        auto const own = plan_.nodes_of(b);
        Complex const* const inverse = &factor_[first_value_[b]];
        for (std::size_t r = 0; r < m; ++r) {
            Complex v;
            for (std::size_t c = 0; c < m; ++c) {
                v += times(inverse[r * m + c], rest[own[c]]);
            }
            for (std::size_t k = 0; k < plan_.blocks[b].laters; ++k) {
                std::size_t const slot = plan_.blocks[b].first_later + k;
                std::uint32_t const later = plan_.later[slot];
                auto const others = plan_.nodes_of(later);
                for (std::size_t c = 0; later < plan_.passive && c < others.size(); ++c) {
                    v += times(factor_[upper_at_[slot] + r * others.size() + c],
                               constant_v_[others[c]]);
                }
            }
            constant_v_[own[r]] = v;
        }
    }
    plan_recovery();
}

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
        step.laters = static_cast<std::uint8_t>(plan_.blocks[b].laters);
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
        T* const inverse = gains + at(first_value_[b]);
        if (!invert(d, inverse, rows)) {
            return false;
        }
        for (std::size_t k = 0; k < plan_.blocks[b].laters; ++k) {
            std::size_t const slot = first_slot + k;
            std::size_t const others = size_of(plan_.later[slot]) * kUnit;
            T* const down = gains + at(upper_at_[slot]);
            T* const up = gains + at(lower_at_[slot]);
            std::fill(down, down + rows * others, T{});
            std::fill(up, up + rows * others, T{});
            add_product(down, inverse, work + at(upper_at_[slot]), rows, rows, others);
            add_product(up, work + at(lower_at_[slot]), inverse, others, rows, rows);
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
