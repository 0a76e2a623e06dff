// FeederSolver: from the circuit's tables to a factorised admittance matrix.
#include "models/grid/feeder_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
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

FeederSolver::FeederSolver(Circuit circuit) : circuit_(std::move(circuit)) {
    check_circuit();
    number_nodes();
    for (Vsource const& s : circuit_.sources) {
        add_element(ElementKind::source, static_cast<std::size_t>(s.phases), terminal_nodes(s));
    }
    for (Line const& l : circuit_.lines) {
        add_element(ElementKind::line, static_cast<std::size_t>(l.phases), terminal_nodes(l));
    }
    for (Transformer const& t : circuit_.transformers) {
        add_element(ElementKind::transformer, static_cast<std::size_t>(t.phases) + 1,
                    terminal_nodes(t));
    }
    for (Capacitor const& c : circuit_.capacitors) {
        add_shunt(ElementKind::capacitor, c.connection, terminal_nodes(c));
    }
    for (Reactor const& r : circuit_.reactors) {
        add_shunt(ElementKind::reactor, r.connection, terminal_nodes(r));
    }
    for (Fault const& f : circuit_.faults) {
        add_element(ElementKind::fault, static_cast<std::size_t>(f.phases), terminal_nodes(f));
    }
    add_converters(ElementKind::load, circuit_.loads);
    add_converters(ElementKind::generator, circuit_.generators);
    add_converters(ElementKind::pv_system, circuit_.pv_systems);
    add_converters(ElementKind::storage, circuit_.storages);
    build_matrix();

    for (std::size_t row = 0; row < circuit_.sources.size(); ++row) {
        set_admittance(ElementKind::source, row, source_admittance(circuit_.sources[row]));
        i_norton_a_.push_back(source_norton_current(circuit_.sources[row]));
    }
    for (std::size_t row = 0; row < circuit_.transformers.size(); ++row) {
        Transformer const& t = circuit_.transformers[row];
        DenseMatrix const y = transformer_admittance(t);
        set_admittance(ElementKind::transformer, row, t.enabled ? y : DenseMatrix(y.size));
    }
    for (std::size_t row = 0; row < circuit_.capacitors.size(); ++row) {
        set_admittance(ElementKind::capacitor, row, capacitor_admittance(circuit_.capacitors[row]));
    }
    for (std::size_t row = 0; row < circuit_.reactors.size(); ++row) {
        set_admittance(ElementKind::reactor, row, reactor_admittance(circuit_.reactors[row]));
    }
    for (std::size_t row = 0; row < circuit_.faults.size(); ++row) {
        set_admittance(ElementKind::fault, row, fault_admittance(circuit_.faults[row]));
    }
    for (Line const& line : circuit_.lines) { // open ones too: a mistake shows before the switching
        static_cast<void>(line_admittance(line, circuit_.f_hz));
    }
    line_mask_.assign(circuit_.lines.size(), 0);

    std::size_t const n = nodes_.size();
    u_v_.assign(n, {});
    next_v_.assign(n, {});
    i_source_a_.assign(n, {});
    i_boundary_a_.assign(n, {});
    y_boundary_s_.assign(n, {});
    for (std::size_t row = 0; row < circuit_.loads.size(); ++row) {
        // beside the load, not in it: its power is that of its phases
        std::int32_t const neutral = terminals(ElementKind::load, row).back();
        if (neutral >= 0) {
            y_boundary_s_[static_cast<std::size_t>(neutral)] +=
                load_neutral_admittance(circuit_.loads[row]);
        }
    }
    live_.assign(n, 0);
    energised_.assign(n, 0);
    inv_base2_.assign(n, 1.0);
    prepare();
    for (std::size_t k = 0; k < n; ++k) { // bases that the file does not state
        double const no_load_v = std::abs(u_v_[k]);
        if (nodes_[k].base_v <= 0.0 && no_load_v > 0.0) {
            nodes_[k].base_v = no_load_v;
        }
        double const base_v = nodes_[k].base_v > 0.0 ? nodes_[k].base_v : 1.0;
        inv_base2_[k] = 1.0 / (base_v * base_v);
    }
}

void FeederSolver::check_circuit() const {
    Diagnostics d;
    if (circuit_.sources.empty()) {
        d.error({}, fmt::format("circuit '{}' has no source", circuit_.name), "a Vsource");
    }
    if (!(circuit_.f_hz > 0.0)) {
        d.error({}, fmt::format("circuit '{}' has no frequency", circuit_.name), "50 or 60 Hz");
    }
    for (Vsource const& s : circuit_.sources) {
        if (s.phases < 1 || s.bus1.bus.empty()) {
            d.error(s.where, fmt::format("source '{}' has no phase or no bus", s.name));
        }
    }
    for (Line const& l : circuit_.lines) {
        if (l.phases < 1 || l.phases > 32 || l.bus1.bus.empty() || l.bus2.bus.empty()) {
            d.error(l.where,
                    fmt::format("line '{}' has {} phases between '{}' and '{}'", l.name, l.phases,
                                l.bus1.bus, l.bus2.bus),
                    "1 to 32 phases and two buses");
        }
    }
    for (Load const& l : circuit_.loads) {
        if (l.phases < 1 || l.phases > 3 || !(l.v_v > 0.0) || l.bus.bus.empty()) {
            d.error(l.where,
                    fmt::format("load '{}' has {} phases and {} V", l.name, l.phases, l.v_v),
                    "1 to 3 phases, a bus and a rated voltage");
        }
        if (l.model < 1 || l.model > 8 || (l.model == 8 && l.zipv.size() != 7)) {
            d.error(l.where,
                    fmt::format("load '{}' has model {} with {} coefficients", l.name, l.model,
                                l.zipv.size()),
                    "a model of 1 to 8; seven coefficients for model 8");
        }
        if (!(l.vlow_pu < l.vmin_pu) || !(l.vmin_pu < l.vmax_pu) || l.vlow_pu < 0.0) {
            d.error(l.where,
                    fmt::format("load '{}' has voltage limits {}, {}, {} pu", l.name, l.vlow_pu,
                                l.vmin_pu, l.vmax_pu),
                    "0 <= vlow < vmin < vmax");
        }
    }
    for (RegControl const& r : circuit_.regulators) {
        bool const found = r.transformer < circuit_.transformers.size() &&
                           r.winding < circuit_.transformers[r.transformer].windings.size();
        if (!found || !(r.pt_ratio > 0.0) || !(r.ct_primary_a > 0.0)) {
            d.error(r.where,
                    fmt::format("regulator '{}' names no winding of a transformer or has a "
                                "ratio that is not positive",
                                r.name));
        }
    }
    if (!d.ok()) {
        throw InputError(std::move(d));
    }
}

void FeederSolver::number_nodes() {
    std::set<std::pair<std::string, int>> found;
    auto const add = [&found](std::vector<TerminalNode> const& nodes) {
        for (TerminalNode const& n : nodes) {
            if (n.node > 0) {
                found.insert({n.bus, n.node});
            }
        }
    };
    auto const add_all = [&add](auto const& table) {
        for (auto const& e : table) {
            add(terminal_nodes(e));
        }
    };
    add_all(circuit_.sources);
    add_all(circuit_.lines);
    add_all(circuit_.transformers);
    add_all(circuit_.loads);
    add_all(circuit_.capacitors);
    add_all(circuit_.reactors);
    add_all(circuit_.faults);
    add_all(circuit_.generators);
    add_all(circuit_.pv_systems);
    add_all(circuit_.storages);
    for (auto const& [bus, number] : found) {
        if (bus_names_.empty() || bus_names_.back() != bus) {
            bus_names_.push_back(bus);
            first_node_.push_back(nodes_.size());
        }
        auto const info = circuit_.buses.find(bus);
        double const base_v = info == circuit_.buses.end() ? 0.0 : info->second.v_ln_v;
        nodes_.push_back({static_cast<std::uint32_t>(bus_names_.size() - 1), number, base_v});
    }
    first_node_.push_back(nodes_.size());
}

std::optional<std::size_t> FeederSolver::find_node(std::string_view bus, int phase) const {
    auto const at = std::lower_bound(bus_names_.begin(), bus_names_.end(), bus);
    if (at == bus_names_.end() || *at != bus) {
        return std::nullopt;
    }
    auto const row = static_cast<std::size_t>(at - bus_names_.begin());
    for (std::size_t n = first_node_[row]; n < first_node_[row + 1]; ++n) {
        if (nodes_[n].phase == phase) {
            return n;
        }
    }
    return std::nullopt;
}

std::int32_t FeederSolver::node_row(TerminalNode const& node) const {
    if (node.node <= 0) {
        return kGround;
    }
    return static_cast<std::int32_t>(find_node(node.bus, node.node).value());
}

void FeederSolver::add_element(ElementKind kind, std::size_t conductors,
                               std::vector<TerminalNode> const& nodes) {
    Element e;
    e.first_terminal = terminal_node_.size();
    e.first_value = y_values_s_.size();
    e.terminals = static_cast<std::uint32_t>(nodes.size());
    e.conductors = static_cast<std::uint32_t>(conductors);
    for (TerminalNode const& n : nodes) {
        terminal_node_.push_back(node_row(n));
    }
    if (!converts_power(kind)) {
        y_values_s_.resize(y_values_s_.size() + nodes.size() * nodes.size());
    }
    elements_[static_cast<std::size_t>(kind)].push_back(e);
}

void FeederSolver::add_shunt(ElementKind kind, Connection connection,
                             std::vector<TerminalNode> const& nodes) {
    bool const wye = connection == Connection::wye;
    add_element(kind, wye ? nodes.size() / 2 : nodes.size(), nodes);
}

namespace {

/// What the phase table needs of a load, and of what produces.
struct Rated {
    int model;
    double p_w;
    double q_var;
    double vmin_pu;
    double vmax_pu;
    double vlow_pu;
};

Rated rated(Load const& l) {
    return {l.model, l.p_w, l.q_var, l.vmin_pu, l.vmax_pu, l.vlow_pu};
}

Rated rated(Generator const& g) {
    return {g.model == 2 ? 2 : 1, -g.p_w, -g.q_var, g.vmin_pu, g.vmax_pu, 0.0};
}

Rated rated(PvSystem const& pv) {
    return {pv.model == 2 ? 2 : 1, 0.0, 0.0, pv.vmin_pu, pv.vmax_pu, 0.0};
}

Rated rated(Storage const& s) {
    return {s.model == 2 ? 2 : 1, 0.0, 0.0, s.vmin_pu, s.vmax_pu, 0.0};
}

} // namespace

template <typename Table>
void FeederSolver::add_converters(ElementKind kind, Table const& table) {
    std::vector<std::size_t>& first = first_phase_[static_cast<std::size_t>(kind)];
    first.assign(1, load_phases_.size());
    for (std::size_t row = 0; row < table.size(); ++row) {
        auto const& c = table[row];
        std::vector<TerminalNode> const nodes = terminal_nodes(c);
        add_element(kind, nodes.size(), nodes);
        std::span<std::int32_t const> const ends = terminals(kind, row);
        Rated const r = rated(c);
        for (int i = 0; i < c.phases; ++i) {
            auto const from = static_cast<std::size_t>(i);
            std::size_t const to =
                c.connection == Connection::wye ? ends.size() - 1 : (from + 1) % ends.size();
            load_phases_.from.push_back(ends[from]);
            load_phases_.to.push_back(ends[to]);
            load_phases_.load.push_back(static_cast<std::uint32_t>(row));
            load_phases_.model.push_back(static_cast<std::uint8_t>(r.model));
            load_phases_.p_w.push_back(r.p_w / c.phases);
            load_phases_.q_var.push_back(r.q_var / c.phases);
            load_phases_.base_v.push_back(phase_base_v(c.connection, c.phases, c.v_v));
            load_phases_.vmin_pu.push_back(r.vmin_pu);
            load_phases_.vmax_pu.push_back(r.vmax_pu);
            load_phases_.vlow_pu.push_back(r.vlow_pu);
            y_linear_s_.emplace_back();
            i_extra_a_.emplace_back();
        }
        first.push_back(load_phases_.size());
    }
}

std::vector<ElementKind> FeederSolver::linear_kinds() const {
    return {ElementKind::source,    ElementKind::line,    ElementKind::transformer,
            ElementKind::capacitor, ElementKind::reactor, ElementKind::fault};
}

void FeederSolver::build_matrix() {
    // The pattern holds every element, open or closed, so that one analysis serves all states.
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
    rows.reserve(entries.size());
    for (auto const& [column, row] : entries) {
        ++start[static_cast<std::size_t>(column) + 1];
        rows.push_back(row);
    }
    std::partial_sum(start.begin(), start.end(), start.begin());
    matrix_.emplace(std::move(start), std::move(rows));
    values_s_.assign(matrix_->entries(), {});

    auto const place = [this](std::int32_t row, std::int32_t column) {
        return row < 0 || column < 0 ? -1 : static_cast<std::int32_t>(matrix_->place(row, column));
    };
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        auto const row = static_cast<std::int32_t>(n);
        diagonal_.push_back(matrix_->place(row, row));
    }
    value_place_.resize(y_values_s_.size());
    for (ElementKind const kind : linear_kinds()) {
        for (std::size_t row = 0; row < elements(kind).size(); ++row) {
            std::size_t at = element(kind, row).first_value;
            for (std::int32_t const a : terminals(kind, row)) {
                for (std::int32_t const b : terminals(kind, row)) {
                    value_place_[at++] = place(a, b);
                }
            }
        }
    }
    for (std::size_t k = 0; k < load_phases_.size(); ++k) {
        std::int32_t const f = load_phases_.from[k];
        std::int32_t const t = load_phases_.to[k];
        load_place_.push_back({place(f, f), place(t, t), place(f, t), place(t, f)});
    }
}

void FeederSolver::find_live_nodes() {
    std::size_t const n = nodes_.size();
    Islands islands(n);
    for (std::size_t row = 0; row < circuit_.lines.size(); ++row) {
        std::span<std::int32_t const> const ends = terminals(ElementKind::line, row);
        for (std::size_t i = 0; circuit_.lines[row].closed && i < ends.size() / 2; ++i) {
            islands.join(ends[i], ends[i + ends.size() / 2]);
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
    std::copy(y_s.values.begin(), y_s.values.end(),
              y_values_s_.begin() + static_cast<std::ptrdiff_t>(element(kind, row).first_value));
    values_changed_ = true;
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
            if (ends[i] < 0 || live_[static_cast<std::size_t>(ends[i])] != 0) {
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

void FeederSolver::assemble() {
    auto const live = [this](std::int32_t node) {
        return node >= 0 && live_[static_cast<std::size_t>(node)] != 0;
    };
    std::fill(values_s_.begin(), values_s_.end(), Complex{});
    std::fill(i_source_a_.begin(), i_source_a_.end(), Complex{});
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        values_s_[diagonal_[k]] = live_[k] != 0 ? y_boundary_s_[k] : Complex(1.0, 0.0);
    }
    for (ElementKind const kind : linear_kinds()) {
        for (std::size_t row = 0; row < elements(kind).size(); ++row) {
            std::size_t at = element(kind, row).first_value;
            for (std::int32_t const a : terminals(kind, row)) {
                for (std::int32_t const b : terminals(kind, row)) {
                    if (live(a) && live(b)) {
                        values_s_[static_cast<std::size_t>(value_place_[at])] += y_values_s_[at];
                    }
                    ++at;
                }
            }
        }
    }
    for (std::size_t k = 0; k < load_phases_.size(); ++k) {
        std::int32_t const f = load_phases_.from[k];
        std::int32_t const t = load_phases_.to[k];
        // A node that only loads hold in place needs them in the matrix.
        auto const floats = [this](std::int32_t node) {
            return node >= 0 && energised_[static_cast<std::size_t>(node)] == 0;
        };
        y_linear_s_[k] = nominal_admittances_ || floats(f) || floats(t)
                             ? nominal_admittance(load_phases_.p_w[k], load_phases_.q_var[k],
                                                  load_phases_.base_v[k])
                             : load_tangent_admittance(load_phases_, circuit_.loads, k);
        if (live(f)) {
            values_s_[static_cast<std::size_t>(load_place_[k][0])] += y_linear_s_[k];
        }
        if (live(t)) {
            values_s_[static_cast<std::size_t>(load_place_[k][1])] += y_linear_s_[k];
        }
        if (live(f) && live(t)) {
            values_s_[static_cast<std::size_t>(load_place_[k][2])] -= y_linear_s_[k];
            values_s_[static_cast<std::size_t>(load_place_[k][3])] -= y_linear_s_[k];
        }
    }
    for (std::size_t row = 0; row < circuit_.sources.size(); ++row) {
        std::span<std::int32_t const> const ends = terminals(ElementKind::source, row);
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (live(ends[i])) {
                i_source_a_[static_cast<std::size_t>(ends[i])] += i_norton_a_[row][i];
            }
        }
    }
    if (!matrix_->factorise(values_s_)) {
        throw SimulationError(fmt::format(
            "power flow of '{}': the admittance matrix is singular; a part of the circuit has no "
            "path to ground (ppm_antifloat 0, or a floating neutral without load)",
            circuit_.name));
    }
}

} // namespace gridtwin::grid
