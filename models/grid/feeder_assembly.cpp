// FeederSolver: from the circuit's tables to a factorised admittance matrix.
#include "models/grid/circuit_references.hpp"
#include "models/grid/controls/control_loop.hpp"
#include "models/grid/feeder_solver.hpp"
#include "models/grid/time_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace gridtwin::grid {

FeederSolver::FeederSolver(Circuit circuit)
    : circuit_(std::move(circuit)), controls_(initial_control_state(circuit_)) {
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
    for (Line const& line : circuit_.lines) { // a mistake shows before the switching
        auto const n = static_cast<std::size_t>(line.phases);
        if (!line.closed || line.z_ohm.size() != n * n) {
            static_cast<void>(line_admittance(line, circuit_.f_hz));
        }
    }
    line_mask_.assign(circuit_.lines.size(), 0);

    std::size_t const n = nodes_.size();
    u_v_.assign(n, {});
    i_source_a_.assign(n, {});
    i_boundary_a_.assign(n, {});
    y_boundary_s_.assign(n, {});
    is_boundary_.assign(n, 0);
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
    plan_network();
    prepare();
    finish();
    set_missing_bases();
    find_stiff_elements();
    refinement_due_ = refinement_due_ || stiff_;
    place_loads();
    set_generation(*this, {}); // as in a snapshot, until a time step says otherwise
}

/// Bases that the file does not state are no-load voltages. A floating neutral has next to none: it
/// takes its bus's.
void FeederSolver::set_missing_bases() {
    for (std::size_t bus = 0; bus + 1 < first_node_.size(); ++bus) {
        double greatest_v = 0.0;
        for (std::size_t k = first_node_[bus]; k < first_node_[bus + 1]; ++k) {
            greatest_v = std::max(greatest_v, std::abs(u_v_[k]));
        }
        for (std::size_t k = first_node_[bus]; k < first_node_[bus + 1]; ++k) {
            if (nodes_[k].base_v <= 0.0 && greatest_v > 0.0) {
                bool const floating = std::abs(u_v_[k]) < 0.1 * greatest_v;
                nodes_[k].base_v = floating ? greatest_v : std::abs(u_v_[k]);
            }
            double const base_v = nodes_[k].base_v > 0.0 ? nodes_[k].base_v : 1.0;
            inv_base2_[k] = 1.0 / (base_v * base_v);
        }
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
    check_references(circuit_, d);
    if (!d.ok()) {
        throw InputError(std::move(d));
    }
}

void FeederSolver::number_nodes() {
    std::unordered_map<std::string, std::vector<int>> found; // nodes of each bus
    auto const add_all = [&found](auto const& table) {
        for (auto const& e : table) {
            std::string const* last = nullptr;
            std::vector<int>* at = nullptr;
            auto const nodes = terminal_nodes(e);
            for (TerminalNode const& n : nodes) {
                if (n.node <= 0) {
                    continue;
                }
                if (last == nullptr || *last != n.bus) {
                    at = &found[n.bus];
                    last = &n.bus;
                }
                if (std::find(at->begin(), at->end(), n.node) == at->end()) {
                    at->push_back(n.node);
                }
            }
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
    for (auto const& [bus, numbers] : found) {
        bus_names_.push_back(bus);
    }
    std::sort(bus_names_.begin(), bus_names_.end());
    for (std::uint32_t row = 0; row < bus_names_.size(); ++row) {
        std::string const& bus = bus_names_[row];
        bus_rows_.emplace(bus, row);
        first_node_.push_back(nodes_.size());
        auto const info = circuit_.buses.find(bus);
        double const base_v = info == circuit_.buses.end() ? 0.0 : info->second.v_ln_v;
        std::vector<int>& numbers = found[bus];
        std::sort(numbers.begin(), numbers.end());
        for (int const number : numbers) {
            nodes_.push_back({row, number, base_v});
        }
    }
    first_node_.push_back(nodes_.size());
}

std::optional<std::size_t> FeederSolver::find_node(std::string_view bus, int phase) const {
    auto const at = bus_rows_.find(bus);
    if (at == bus_rows_.end()) {
        return std::nullopt;
    }
    std::size_t const row = at->second;
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

/// Above any voltage there is: the model holds without an upper limit.
constexpr double kNoLimit_pu = 1e6;

Rated rated(Generator const& g) {
    // Model 5's fixed reactance is model 3 of a load; model 7 limits its current instead of turning
    // into an impedance.
    bool const limited = g.model == 7;
    return {g.model == 2 ? 2 : (g.model == 5 ? 3 : 1),
            -g.p_w,
            -g.q_var,
            g.vmin_pu,
            limited ? kNoLimit_pu : g.vmax_pu,
            limited ? -1.0 : 0.0};
}

/// Power is set by the dispatch.
template <typename Inverter>
Rated rated(Inverter const& i) {
    return {
        i.model == 2 ? 2 : 1,        0.0, 0.0, i.vmin_pu, i.limit_current ? kNoLimit_pu : i.vmax_pu,
        i.limit_current ? -1.0 : 0.0};
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
            load_rows_.emplace_back();
            i_extra_a_.emplace_back();
        }
        first.push_back(load_phases_.size());
    }
}

} // namespace gridtwin::grid
