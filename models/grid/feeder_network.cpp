// FeederSolver: the network's admittances in blocks, and their factors.
#include "models/grid/feeder_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace gridtwin::grid {
namespace {

/// Disjoint sets of nodes.
class Islands {
  public:
    explicit Islands(std::size_t nodes) : parent_(nodes) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    std::size_t find(std::size_t node) {
        while (parent_[node] != node) {
            parent_[node] = parent_[parent_[node]];
            node = parent_[node];
        }
        return node;
    }
    /// Ground joins nothing.
    void join(std::int32_t a, std::int32_t b) {
        if (a >= 0 && b >= 0) {
            parent_[find(static_cast<std::size_t>(a))] = find(static_cast<std::size_t>(b));
        }
    }

  private:
    std::vector<std::size_t> parent_;
};

} // namespace

std::vector<ElementKind> FeederSolver::linear_kinds() const {
    return {ElementKind::source,    ElementKind::line,    ElementKind::transformer,
            ElementKind::capacitor, ElementKind::reactor, ElementKind::fault};
}

void FeederSolver::find_live_nodes() {
    std::size_t const n = nodes_.size();
    Islands islands(n);
    for (std::size_t row = 0; row < circuit_.lines.size(); ++row) {
        Line const& line = circuit_.lines[row];
        std::span<std::int32_t const> const ends = terminals(ElementKind::line, row);
        for (std::size_t i = 0; line.closed && i < ends.size() / 2; ++i) {
            if ((line.open_conductors >> i & 1U) == 0) {
                islands.join(ends[i], ends[i + ends.size() / 2]);
            }
        }
    }
    for (std::size_t row = 0; row < circuit_.reactors.size(); ++row) { // in series
        std::span<std::int32_t const> const ends = terminals(ElementKind::reactor, row);
        bool const wye = circuit_.reactors[row].connection == Connection::wye;
        for (std::size_t i = 0; wye && i < ends.size() / 2; ++i) {
            islands.join(ends[i], ends[i + ends.size() / 2]);
        }
    }
    for (std::size_t row = 0; row < circuit_.transformers.size(); ++row) {
        Transformer const& t = circuit_.transformers[row];
        std::span<std::int32_t const> const ends = terminals(ElementKind::transformer, row);
        for (int phase = 0; t.enabled && phase < t.phases; ++phase) {
            // A coil's ends and the coils on the same core are one; ground joins nothing.
            std::int32_t any = kGround;
            for (std::size_t w = 0; w < t.windings.size(); ++w) {
                CoilEnds const coil = coil_ends(t, w, phase);
                for (std::size_t const end : {coil.from, coil.to}) {
                    islands.join(ends[end], any);
                    any = any == kGround ? ends[end] : any;
                }
            }
        }
    }
    auto const mark = [&](std::vector<std::uint8_t>& marks) {
        std::vector<std::uint8_t> fed(n, 0);
        for (std::size_t row = 0; row < circuit_.sources.size(); ++row) {
            for (std::int32_t const node : terminals(ElementKind::source, row)) {
                if (node >= 0) {
                    fed[islands.find(static_cast<std::size_t>(node))] = 1;
                }
            }
        }
        for (std::size_t k = 0; k < n; ++k) {
            marks[k] = fed[islands.find(k)];
        }
    };
    mark(energised_);
    // What hangs on a live node through a load or a capacitor has a potential too: it is solved.
    for (ElementKind const kind :
         {ElementKind::load, ElementKind::capacitor, ElementKind::reactor, ElementKind::fault,
          ElementKind::generator, ElementKind::pv_system, ElementKind::storage}) {
        for (std::size_t row = 0; row < elements(kind).size(); ++row) {
            std::span<std::int32_t const> const ends = terminals(kind, row);
            for (std::size_t i = 1; i < ends.size(); ++i) {
                islands.join(ends[0], ends[i]);
            }
        }
    }
    mark(live_);
}

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
        for (std::size_t i = 0; line.closed && i < n; ++i) {
            // A conductor without potential carries nothing; its ends are open, not grounded.
            bool const open = (line.open_conductors >> i & 1U) != 0;
            if (!open && (ends[i] < 0 || live_[static_cast<std::size_t>(ends[i])] != 0)) {
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

void FeederSolver::plan_network() {
    NetworkGraph graph;
    graph.source.assign(bus_names_.size(), 0);
    graph.adj.resize(bus_names_.size());
    graph.active = is_boundary_;
    for (NodeInfo const& node : nodes_) {
        graph.bus.push_back(node.bus);
    }
    auto const bus_of = [this](std::int32_t node) {
        return nodes_[static_cast<std::size_t>(node)].bus;
    };
    std::vector<std::uint32_t> buses;
    for (std::size_t kind = 0; kind < kElementKinds; ++kind) {
        for (std::size_t row = 0; row < elements_[kind].size(); ++row) {
            buses.clear();
            for (std::int32_t const node : terminals(static_cast<ElementKind>(kind), row)) {
                if (node < 0) {
                    continue;
                }
                buses.push_back(bus_of(node));
                if (converts_power(static_cast<ElementKind>(kind))) {
                    graph.active[static_cast<std::size_t>(node)] = 1;
                }
                if (static_cast<ElementKind>(kind) == ElementKind::source) {
                    graph.source[buses.back()] = 1;
                }
            }
            std::sort(buses.begin(), buses.end());
            buses.erase(std::unique(buses.begin(), buses.end()), buses.end());
            for (std::uint32_t const a : buses) {
                for (std::uint32_t const b : buses) {
                    if (a != b) {
                        graph.adj[a].push_back(b);
                    }
                }
            }
        }
    }
    for (std::vector<std::uint32_t>& around : graph.adj) {
        std::sort(around.begin(), around.end());
        around.erase(std::unique(around.begin(), around.end()), around.end());
    }
    network_ = NetworkFactor(plan_elimination(graph), nodes_.size());
    whole_.reset();
    place_values();
    place_loads();
    tangents_changed_ = true;
    sources_changed_ = true;
}

void FeederSolver::place_values() {
    std::size_t const blocks = network_.elimination().blocks.size();
    value_at_.assign(y_values_s_.size(), kNowhere);
    value_block_.assign(y_values_s_.size(), kNowhere);
    std::vector<std::vector<ElementRef>> elements_of(blocks);
    for (ElementKind const kind : linear_kinds()) {
        for (std::size_t row = 0; row < elements(kind).size(); ++row) {
            std::size_t at = element(kind, row).first_value;
            ElementRef const ref{kind, row};
            for (std::int32_t const a : terminals(kind, row)) {
                for (std::int32_t const b : terminals(kind, row)) {
                    if (a >= 0 && b >= 0) {
                        auto const place = network_.place(static_cast<std::size_t>(a),
                                                          static_cast<std::size_t>(b));
                        value_at_[at] = place.at;
                        value_block_[at] = place.block;
                        std::vector<ElementRef>& list = elements_of[place.block];
                        if (list.empty() || !(list.back() == ref)) {
                            list.push_back(ref);
                        }
                    }
                    ++at;
                }
            }
        }
    }
    block_elements_.clear();
    first_block_element_.assign(1, 0);
    for (std::vector<ElementRef> const& list : elements_of) {
        block_elements_.insert(block_elements_.end(), list.begin(), list.end());
        first_block_element_.push_back(block_elements_.size());
    }
    block_changed_.assign(blocks, 1);
    changed_blocks_.resize(blocks);
    std::iota(changed_blocks_.begin(), changed_blocks_.end(), 0U);
}

/// Where loads find their voltages, and what of them the matrix may hold.
void FeederSolver::place_loads() {
    std::size_t const kept = whole_ ? nodes_.size() : network_.kept_nodes();
    auto const position = [this](std::int32_t node) {
        auto const at = static_cast<std::size_t>(node);
        return whole_ ? static_cast<std::uint32_t>(at) : network_.position(at);
    };
    for (std::size_t k = 0; k < load_phases_.size(); ++k) {
        auto const x = [&](std::int32_t node) {
            return 2 * (node < 0 ? static_cast<std::uint32_t>(kept) : position(node));
        };
        double const vmin_v = load_phases_.vmin_pu[k] * load_phases_.base_v[k];
        double const vmax_v = load_phases_.vmax_pu[k] * load_phases_.base_v[k];
        bool const constant = load_phases_.model[k] == 1 || load_phases_.model[k] == 6;
        LoadRow& row = load_rows_[k];
        row.from = x(load_phases_.from[k]);
        row.to = x(load_phases_.to[k]);
        row.p_w = load_phases_.p_w[k];
        row.q_var = load_phases_.q_var[k];
        row.vmin2_v2 = constant ? vmin_v * vmin_v : std::numeric_limits<double>::infinity();
        row.vmax2_v2 = vmax_v * vmax_v;
    }
    x_v_.assign(2 * kept + 2, 0.0);
    r_a_.assign(2 * kept + 2, 0.0);
    source_a_.assign(2 * kept, 0.0);
    sources_changed_ = true;
    kept_inv_base2_.resize(kept);
    for (std::size_t p = 0; p < kept; ++p) {
        std::size_t const node = whole_ ? p : network_.kept_node(p);
        kept_inv_base2_[p] = inv_base2_[node];
        x_v_[2 * p] = u_v_[node].real();
        x_v_[2 * p + 1] = u_v_[node].imag();
    }
    boundary_nodes_.clear();
    for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
        if (is_boundary_[node] != 0) {
            boundary_nodes_.push_back(node);
        }
    }
    place_tangents();
    tangents_changed_ = true;
}

void FeederSolver::place_tangents() {
    struct Entry {
        std::uint32_t block;
        std::uint32_t phase;
        std::uint32_t row;
        std::uint32_t column;
        std::int8_t sign;
    };
    std::vector<Entry> entries;
    for (std::uint32_t k = 0; k < load_phases_.size(); ++k) {
        std::int32_t const f = load_phases_.from[k];
        std::int32_t const t = load_phases_.to[k];
        auto const add = [&](std::int32_t row, std::int32_t column, std::int8_t sign) {
            if (row >= 0 && column >= 0) {
                auto const r = static_cast<std::uint32_t>(row);
                entries.push_back({network_.elimination().block_of[r], k, r,
                                   static_cast<std::uint32_t>(column), sign});
            }
        };
        add(f, f, 1);
        add(t, t, 1);
        add(f, t, -1);
        add(t, f, -1);
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](Entry const& a, Entry const& b) { return a.block < b.block; });
    tangents_.clear();
    tangent_phase_.clear();
    tangent_sign_.clear();
    for (Entry const& e : entries) {
        tangents_.push_back({e.row, e.column, {}, {}});
        tangent_phase_.push_back(e.phase);
        tangent_sign_.push_back(e.sign);
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
        return node >= 0 && energised_[static_cast<std::size_t>(node)] == 0;
    };
    for (std::size_t k = 0; k < load_phases_.size(); ++k) {
        LoadTangent& held = load_rows_[k].held;
        if (nominal_admittances_ || floats(load_phases_.from[k]) || floats(load_phases_.to[k])) {
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
