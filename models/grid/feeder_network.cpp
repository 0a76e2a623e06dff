// FeederSolver: the network's admittances in blocks, and their factors.
#include "models/grid/feeder_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace gridtwin::grid {
void FeederSolver::set_admittance(ElementKind kind, std::size_t row, DenseMatrix const& y_s) {
    Element const& e = element(kind, row);
    std::copy(y_s.values.begin(), y_s.values.end(),
              y_values_s_.begin() + static_cast<std::ptrdiff_t>(e.first_value));
    if (block_changed_.empty()) {
        return; // while constructing
    }
    for (std::size_t at = e.first_value; at < e.first_value + y_s.values.size(); ++at) {
        if (value_block_[at] != kNowhere) {
            mark_block(value_block_[at]);
        }
    }
}

void FeederSolver::mark_block(std::uint32_t block) {
    if (block_changed_[block] == 0) {
        block_changed_[block] = 1;
        changed_blocks_.push_back(block);
    }
}

/// Every block that holds a value of the node.
void FeederSolver::mark_node(std::size_t node) {
    std::uint32_t const block = network_.elimination().block_of[node];
    mark_block(block);
    for (std::uint32_t const child : network_.elimination().children_of(block)) {
        mark_block(child);
    }
}

void FeederSolver::refresh_lines() {
    for (std::size_t row = 0; row < circuit_.lines.size(); ++row) {
        Line const& line = circuit_.lines[row];
        auto const n = static_cast<std::size_t>(line.phases);
        std::span<std::int32_t const> const ends = terminals(ElementKind::line, row);
        std::uint32_t mask = 0;
        std::vector<std::size_t> carrying;
        for (std::size_t i = 0; i < n; ++i) {
            // A conductor without potential carries nothing; its ends are open, not grounded.
            if (carries(line, i) &&
                (ends[i] < 0 || live_[static_cast<std::size_t>(ends[i])] != 0)) {
                mask |= 1U << i;
                carrying.push_back(i);
            }
        }
        if (mask == line_mask_[row]) {
            continue;
        }
        line_mask_[row] = mask;
        DenseMatrix y(2 * n);
        if (!carrying.empty()) {
            Line part = line;
            part.phases = static_cast<int>(carrying.size());
            part.z_ohm.clear();
            part.c_f.clear();
            for (std::size_t const r : carrying) {
                for (std::size_t const c : carrying) {
                    part.z_ohm.push_back(line.z_ohm[r * n + c]);
                    if (!line.c_f.empty()) {
                        part.c_f.push_back(line.c_f[r * n + c]);
                    }
                }
            }
            DenseMatrix const small = line_admittance(part, circuit_.f_hz);
            std::size_t const m = carrying.size();
            auto const at = [&](std::size_t k) { return carrying[k % m] + (k < m ? 0 : n); };
            for (std::size_t r = 0; r < 2 * m; ++r) {
                for (std::size_t c = 0; c < 2 * m; ++c) {
                    y(at(r), at(c)) = small(r, c);
                }
            }
        }
        set_admittance(ElementKind::line, row, y);
    }
}

void FeederSolver::assemble_block(std::size_t block) {
    auto const live = [this](std::int32_t node) {
        return node >= 0 && live_[static_cast<std::size_t>(node)] != 0;
    };
    std::span<Complex> const all = network_.values();
    std::span<Complex> const values = network_.values_of(block);
    std::fill(values.begin(), values.end(), Complex{});
    std::span<std::uint32_t const> const own = network_.elimination().nodes_of(block);
    for (std::size_t i = 0; i < own.size(); ++i) {
        values[i * own.size() + i] = live_[own[i]] != 0 ? y_boundary_s_[own[i]] : Complex(1.0, 0.0);
    }
    for (std::size_t k = first_block_element_[block]; k < first_block_element_[block + 1]; ++k) {
        auto const [kind, row] = block_elements_[k];
        std::size_t at = element(kind, row).first_value;
        for (std::int32_t const a : terminals(kind, row)) {
            for (std::int32_t const b : terminals(kind, row)) {
                if (value_block_[at] == block && live(a) && live(b)) {
                    all[value_at_[at]] += y_values_s_[at];
                }
                ++at;
            }
        }
    }
}

/// What the matrix holds of each load.
void FeederSolver::set_tangents() {
    // A node that only loads hold in place needs them in the matrix.
    auto const floats = [this](std::int32_t node) {
        return node >= 0 && (energised_[static_cast<std::size_t>(node)] == 0 ||
                             floating_[static_cast<std::size_t>(node)] != 0);
    };
    for (std::size_t k = 0; k < load_phases_.size(); ++k) {
        LoadTangent& held = load_rows_[k].held;
        bool const holds_a_node = floats(load_phases_.from[k]) || floats(load_phases_.to[k]);
        if (holds_a_node && is_off(k)) {
            continue; // goes on holding it
        }
        if (nominal_admittances_ || holds_a_node) {
            held = {nominal_admittance(load_phases_.p_w[k], load_phases_.q_var[k],
                                       load_phases_.base_v[k]),
                    {}};
        } else if (chord_) {
            held = load_tangent(load_phases_, circuit_.loads, k, iterated_u(k));
        } else {
            held = {load_tangent_admittance(load_phases_, circuit_.loads, k), {}};
        }
    }
    for (std::size_t k = 0; k < tangents_.size(); ++k) {
        LoadTangent const& held = load_rows_[tangent_phase_[k]].held;
        auto const sign = static_cast<double>(tangent_sign_[k]);
        bool const live = live_[tangents_[k].row] != 0 && live_[tangents_[k].column] != 0;
        tangents_[k].a_s = live ? sign * held.a_s : Complex{};
        tangents_[k].c_s = live ? sign * held.c_s : Complex{};
    }
}

void FeederSolver::renew_factors() {
    for (std::uint32_t const block : changed_blocks_) {
        assemble_block(block);
    }
    if (tangents_changed_) {
        set_tangents();
    }
    bool const network_changed = !changed_blocks_.empty();
    bool ok = !whole_;
    if (ok) {
        ok = network_.eliminate(changed_blocks_) &&
             network_.factorise(tangents_, chord_, tangents_changed_);
    }
    for (std::uint32_t const block : changed_blocks_) {
        block_changed_[block] = 0;
    }
    changed_blocks_.clear();
    if (!ok) {
        factorise_whole();
    }
    refinement_due_ = stiff_ || (ok && network_.ill_conditioned());
    if (sources_changed_ || network_changed) {
        reduce_sources();
    }
    tangents_changed_ = false;
    sources_changed_ = false;
}

void FeederSolver::reduce_sources() {
    std::fill(i_source_a_.begin(), i_source_a_.end(), Complex{});
    for (std::size_t row = 0; row < circuit_.sources.size(); ++row) {
        std::span<std::int32_t const> const ends = terminals(ElementKind::source, row);
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (ends[i] >= 0 && live_[static_cast<std::size_t>(ends[i])] != 0) {
                i_source_a_[static_cast<std::size_t>(ends[i])] += i_norton_a_[row][i];
            }
        }
    }
    std::vector<Complex> kept_a(i_source_a_);
    if (!whole_) {
        kept_a.resize(network_.kept_nodes());
        network_.reduce_currents(i_source_a_, kept_a);
    }
    for (std::size_t p = 0; p < kept_a.size(); ++p) {
        source_a_[2 * p] = kept_a[p].real();
        source_a_[2 * p + 1] = kept_a[p].imag();
    }
}

/// The matrix of all nodes, pivoted: for networks with a block that has no inverse of its own.
void FeederSolver::factorise_whole() {
    bool const first = !whole_;
    std::vector<std::pair<std::int32_t, std::int32_t>> entries; // column, row
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        entries.emplace_back(static_cast<std::int32_t>(n), static_cast<std::int32_t>(n));
    }
    for (std::size_t kind = 0; kind < kElementKinds; ++kind) {
        for (std::size_t row = 0; row < elements_[kind].size(); ++row) {
            for (std::int32_t const a : terminals(static_cast<ElementKind>(kind), row)) {
                for (std::int32_t const b : terminals(static_cast<ElementKind>(kind), row)) {
                    if (a >= 0 && b >= 0) {
                        entries.emplace_back(b, a);
                    }
                }
            }
        }
    }
    std::sort(entries.begin(), entries.end());
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    std::vector<std::int32_t> start(nodes_.size() + 1, 0);
    std::vector<std::int32_t> rows;
    for (auto const& [column, row] : entries) {
        ++start[static_cast<std::size_t>(column) + 1];
        rows.push_back(row);
    }
    std::partial_sum(start.begin(), start.end(), start.begin());
    whole_.emplace(std::move(start), std::move(rows));
    if (first) {
        chord_ = false;
        place_loads();
        set_tangents();
        sources_changed_ = true;
    }
    std::span<Complex const> const assembled = network_.values();
    std::vector<Complex> values(entries.size());
    for (std::size_t k = 0; k < entries.size(); ++k) {
        auto const [column, row] = entries[k];
        values[k] = assembled
            [network_.place(static_cast<std::size_t>(row), static_cast<std::size_t>(column)).at];
    }
    for (Tangent const& t : tangents_) {
        values[whole_->place(static_cast<std::int32_t>(t.row),
                             static_cast<std::int32_t>(t.column))] += t.a_s;
    }
    if (!whole_->factorise(values)) {
        throw SimulationError(fmt::format(
            "power flow of '{}': the admittance matrix is singular; a part of the circuit has no "
            "path to ground (ppm_antifloat 0, or a floating neutral without load)",
            circuit_.name));
    }
}

} // namespace gridtwin::grid
