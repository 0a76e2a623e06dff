#include "models/grid/network_factor.hpp"

#include "models/grid/dense_block.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <utility>

namespace gridtwin::grid {
using dense::add_product;
using dense::kRounding;
using dense::negate;
using dense::times;

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
    condition_.assign(blocks, 1.0F);
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
    dense::Lu<Complex> lu;
    if (!lu.factorise(&reduced_[first_value_[block]], m)) {
        return false;
    }
    lu.invert(&factor_[first_value_[block]]);
    condition_[block] =
        dense::condition(&base_[first_value_[block]], m * m, &factor_[first_value_[block]], m * m);
    for (std::size_t k = 0; k < plan_.blocks[block].laters; ++k) {
        std::size_t const slot = plan_.blocks[block].first_later + k;
        std::size_t const o = size_of(plan_.later[slot]);
        Complex* const down = &factor_[upper_at_[slot]];
        Complex* const up = &factor_[lower_at_[slot]];
        std::copy_n(&reduced_[upper_at_[slot]], m * o, down);
        std::copy_n(&reduced_[lower_at_[slot]], m * o, up);
        lu.solve(down, o);
        lu.solve_transposed(up, o);
        negate(down, m * o);
        negate(up, m * o);
    }
    return true;
}

/// A passive block's voltages by blocks that are not inside a line. Those among them that are
/// passive stand for themselves: a line between two of them then has one pair of weights for all
/// its phases.
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
        if (later >= plan_.interior) {
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
        recovery_stale_ = true;
        if (!invert_passive(b)) {
            return false;
        }
        for (std::uint32_t const later : plan_.laters(b)) {
            changed_[later] = 1;
        }
    }
    std::vector<std::uint8_t> resolved(plan_.passive, 0);
    for (std::size_t b = plan_.passive; b-- > 0;) {
        auto const laters = plan_.laters(b);
        bool const again =
            changed_[b] != 0 || std::any_of(laters.begin(), laters.end(), [&](std::uint32_t l) {
                return l < plan_.passive && resolved[l] != 0;
            });
        if (again) {
            resolve(b);
            resolved[b] = 1;
        }
    }
    std::fill(changed_.begin(), changed_.begin() + static_cast<std::ptrdiff_t>(plan_.passive),
              std::uint8_t{0});
    return true;
}

void NetworkFactor::plan_recovery() {
    struct Full {
        RecoveryPlan::Row row;
        bool inside = false;
        std::vector<std::pair<std::uint32_t, Complex>> terms; // node, weight
    };
    std::vector<Full> full;
    recovery_ = {};
    for (std::size_t b = plan_.passive; b-- > 0;) {
        for (std::size_t i = 0; i < size_of(b); ++i) {
            Full next;
            next.row.node = plan_.nodes_of(b)[i];
            next.row.constant_v = constant_v_[next.row.node];
            next.inside = b < plan_.interior;
            bool real = next.row.constant_v == Complex{} && next.inside;
            for (Support const& s : supports_[b]) {
                std::size_t const columns = size_of(s.block);
                for (std::size_t c = 0; c < columns; ++c) {
                    Complex const w = s.weight[i * columns + c];
                    if (std::abs(w) > kRounding) {
                        next.terms.emplace_back(plan_.nodes_of(s.block)[c], w);
                        real = real && std::abs(w.imag()) <= kRounding;
                    }
                }
            }
            if (!real || next.terms.size() > 2 || next.terms.empty()) {
                full.push_back(std::move(next));
                continue;
            }
            std::sort(next.terms.begin(), next.terms.end(),
                      [](auto const& l, auto const& r) { return l.first < r.first; });
            auto const [from1, weight1] = next.terms.front();
            auto const [from2, weight2] = next.terms.back();
            bool const two = next.terms.size() == 2;
            recovery_.between.push_back(
                {next.row.node, from1, from2, weight1.real(), two ? weight2.real() : 0.0});
        }
    }
    join_phases();
    // Rows of the same length together, so that the loop over them runs without surprises.
    auto const inside =
        std::find_if(full.begin(), full.end(), [](Full const& f) { return f.inside; });
    std::stable_sort(inside, full.end(),
                     [](Full const& l, Full const& r) { return l.terms.size() < r.terms.size(); });
    recovery_.end_rows = static_cast<std::size_t>(inside - full.begin());
    for (Full& f : full) {
        f.row.first = static_cast<std::uint32_t>(recovery_.from.size());
        for (auto const& [node, weight] : f.terms) {
            recovery_.from.push_back(node);
            recovery_.weight.emplace_back(weight);
        }
        recovery_.rows.push_back(f.row);
    }
}

/// Three nodes in sequence that follow from three and three with the same weights become one.
void NetworkFactor::join_phases() {
    std::vector<RecoveryPlan::Between> rest;
    std::vector<RecoveryPlan::Between> const& all = recovery_.between;
    auto const follows = [&all](std::size_t k, std::uint32_t by) {
        RecoveryPlan::Between const& first = all[k];
        RecoveryPlan::Between const& next = all[k + by];
        return next.node == first.node + by && next.from1 == first.from1 + by &&
               next.from2 == first.from2 + by &&
               std::abs(next.weight1 - first.weight1) <= kRounding &&
               std::abs(next.weight2 - first.weight2) <= kRounding;
    };
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (k + 2 < all.size() && follows(k, 1) && follows(k, 2)) {
            recovery_.between3.push_back(all[k]);
            k += 2;
        } else {
            rest.push_back(all[k]);
        }
    }
    recovery_.between = std::move(rest);
}

bool NetworkFactor::ill_conditioned() const {
    constexpr float kMost = 1e6F; // of a double's 4.5e15
    return std::any_of(condition_.begin(), condition_.end(), [](float c) { return c > kMost; });
}

void NetworkFactor::bring_to_kept(std::span<Complex> i_a) const {
    for (std::size_t b = 0; b < plan_.passive; ++b) {
        std::size_t const m = size_of(b);
        auto const own = plan_.nodes_of(b);
        for (std::size_t k = 0; k < plan_.blocks[b].laters; ++k) {
            std::size_t const slot = plan_.blocks[b].first_later + k;
            auto const others = plan_.nodes_of(plan_.later[slot]);
            Complex const* const up = &factor_[lower_at_[slot]];
            for (std::size_t r = 0; r < others.size(); ++r) {
                for (std::size_t c = 0; c < m; ++c) {
                    i_a[others[r]] += times(up[r * m + c], i_a[own[c]]);
                }
            }
        }
    }
}

/// A passive block's voltages from what has come to it and from those of later blocks before `end`.
void NetworkFactor::expand(std::size_t block, std::size_t end, std::span<Complex const> i_a,
                           std::span<Complex> v) const {
    std::size_t const m = size_of(block);
    auto const own = plan_.nodes_of(block);
    Complex const* const inverse = &factor_[first_value_[block]];
    for (std::size_t r = 0; r < m; ++r) {
        Complex sum;
        for (std::size_t c = 0; c < m; ++c) {
            sum += times(inverse[r * m + c], i_a[own[c]]);
        }
        for (std::size_t k = 0; k < plan_.blocks[block].laters; ++k) {
            std::size_t const slot = plan_.blocks[block].first_later + k;
            std::uint32_t const later = plan_.later[slot];
            auto const others = plan_.nodes_of(later);
            for (std::size_t c = 0; later < end && c < others.size(); ++c) {
                sum += times(factor_[upper_at_[slot] + r * others.size() + c], v[others[c]]);
            }
        }
        v[own[r]] = sum;
    }
}

void NetworkFactor::bring_from_kept(std::span<Complex const> i_a, std::span<Complex> v) const {
    for (std::size_t b = plan_.passive; b-- > 0;) {
        expand(b, plan_.blocks.size(), i_a, v);
    }
}

void NetworkFactor::reduce_currents(std::span<Complex const> i_a, std::span<Complex> kept_a) {
    std::vector<Complex> rest(i_a.begin(), i_a.end()); // what has come to each node
    bring_to_kept(rest);
    for (std::size_t p = 0; p < kept_nodes_.size(); ++p) {
        kept_a[p] = rest[kept_nodes_[p]];
    }
    for (std::size_t b = plan_.passive; b-- > 0;) {
        expand(b, plan_.interior, rest, constant_v_);
    }
    renew_constants();
}

/// The sources' part of the recovery; all of it where weights have changed, or where a node within
/// a line comes to hang on a source.
void NetworkFactor::renew_constants() {
    auto const fed = [this](RecoveryPlan::Between const& row) {
        return constant_v_[row.node] != Complex{};
    };
    auto const fed3 = [this](RecoveryPlan::Between const& row) {
        return std::any_of(&constant_v_[row.node], &constant_v_[row.node] + 3,
                           [](Complex v) { return v != Complex{}; });
    };
    if (recovery_stale_ || std::any_of(recovery_.between.begin(), recovery_.between.end(), fed) ||
        std::any_of(recovery_.between3.begin(), recovery_.between3.end(), fed3)) {
        plan_recovery();
        recovery_stale_ = false;
        return;
    }
    for (RecoveryPlan::Row& row : recovery_.rows) {
        row.constant_v = constant_v_[row.node];
    }
}

} // namespace gridtwin::grid
