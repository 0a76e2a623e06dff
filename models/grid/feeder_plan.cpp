// FeederSolver: the order of elimination, and the places of elements and loads in it.
#include "models/grid/feeder_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace gridtwin::grid {
namespace {

/// Impedances of two lines that differ by a real factor only, as those of two lengths of one kind
/// of line do, and nothing else that would bend the profile between their ends.
bool same_kind(Line const& a, Line const& b) {
    auto const charges = [](Line const& l) {
        return std::any_of(l.c_f.begin(), l.c_f.end(), [](double c) { return c != 0.0; });
    };
    if (a.phases != b.phases || charges(a) || charges(b)) {
        return false;
    }
    double const factor = std::abs(b.z_ohm.front()) / std::abs(a.z_ohm.front());
    for (std::size_t k = 0; k < a.z_ohm.size(); ++k) {
        if (!(std::abs(b.z_ohm[k] - factor * a.z_ohm[k]) <= 1e-13 * std::abs(b.z_ohm.front()))) {
            return false;
        }
    }
    return true;
}

} // namespace

void FeederSolver::mark_joints(NetworkGraph& graph) const {
    constexpr std::size_t kNoLine = std::numeric_limits<std::size_t>::max();
    graph.joint.assign(bus_names_.size(), 0);
    std::vector<std::size_t> line_at(bus_names_.size(), kNoLine);
    for (std::size_t kind = 0; kind < kElementKinds; ++kind) {
        for (std::size_t row = 0; row < elements_[kind].size(); ++row) {
            for (std::int32_t const node : terminals(static_cast<ElementKind>(kind), row)) {
                if (node < 0) {
                    continue;
                }
                std::uint32_t const bus = nodes_[static_cast<std::size_t>(node)].bus;
                if (static_cast<ElementKind>(kind) == ElementKind::line &&
                    (line_at[bus] == kNoLine || line_at[bus] == row)) {
                    line_at[bus] = row;
                } else if (static_cast<ElementKind>(kind) != ElementKind::line ||
                           !same_kind(circuit_.lines[line_at[bus]], circuit_.lines[row])) {
                    graph.joint[bus] = 1;
                }
            }
        }
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
    mark_joints(graph);
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
    for (ElementKind const kind : kLinearKinds) {
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
        row.q_gain_above = load_gains(load_phases_, circuit_.loads, k, 2.0 * row.vmax2_v2).q;
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

} // namespace gridtwin::grid
