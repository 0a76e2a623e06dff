#pragma once
// Unbalanced power flow of one circuit: nodal admittance, reduced to the nodes that draw something
// and factorised once, and a fixed point on the currents that the loads draw beyond what stands in
// the matrix.
// Method, semantics and limits: docs/models/power-flow.md.
#include "models/grid/admittance.hpp"
#include "models/grid/circuit.hpp"
#include "models/grid/controls/control_state.hpp"
#include "models/grid/feeder_kernels.hpp"
#include "models/grid/load_model.hpp"
#include "models/grid/network_factor.hpp"
#include "models/grid/solve_status.hpp"
#include "models/grid/sparse_lu.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gridtwin::grid {

struct NodeInfo {
    std::uint32_t bus = 0; ///< row of FeederSolver::bus_names
    int phase = 0;         ///< node number at the bus: 1, 2, 3 phases, above 3 neutrals
    double base_v = 0.0;   ///< line-to-neutral; from the bus, else its no-load voltage
};

class NodeSets;

class FeederSolver {
  public:
    static constexpr std::int32_t kGround = -1;

    /// Throws InputError, with every mistake found, for a circuit that cannot be solved: no source,
    /// impedances of the wrong size or without inverse, ratings that are not positive.
    explicit FeederSolver(Circuit circuit);

    // --- what it is ---
    [[nodiscard]] Circuit const& circuit() const { return circuit_; }
    [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
    [[nodiscard]] std::span<NodeInfo const> nodes() const { return nodes_; }
    [[nodiscard]] std::span<std::string const> bus_names() const { return bus_names_; }
    [[nodiscard]] std::optional<std::size_t> find_node(std::string_view bus, int phase) const;
    /// Terminal nodes of an element (kGround for ground), in the order of its admittance matrix.
    [[nodiscard]] std::span<std::int32_t const> terminals(ElementKind kind, std::size_t row) const;

    /// Where an element's terminals begin in arrays over the terminals of all elements.
    [[nodiscard]] std::size_t first_terminal(ElementKind kind, std::size_t row) const {
        return element(kind, row).first_terminal;
    }
    [[nodiscard]] std::size_t terminal_count() const { return terminal_node_.size(); }
    [[nodiscard]] std::size_t element_count(ElementKind kind) const {
        return elements(kind).size();
    }

    /// Admittance of an element that has one (all but what converts power), S: [terminals]^2, zero
    /// while it is open.
    [[nodiscard]] std::span<Complex const> admittance_s(ElementKind kind, std::size_t row) const {
        Element const& e = element(kind, row);
        return std::span(y_values_s_)
            .subspan(e.first_value, std::size_t{e.terminals} * e.terminals);
    }

    // --- inputs between solves ---
    void set_load_power(std::size_t load, double p_w, double q_var);
    /// Of a generator, PV system or storage; > 0 produces. As in a snapshot until set.
    void set_production(ElementRef element, double p_w, double q_var);
    /// Any line, switch or not; open means open at both ends.
    void set_switch(std::size_t line, bool closed);
    /// Opens the conductors whose bit is clear, at both ends, while the line is closed.
    /// @param closed_conductors bit i: conductor i, in the order of the line's terminals
    void set_switch_phases(std::size_t line, std::uint32_t closed_conductors);
    void set_tap(std::size_t transformer, std::size_t winding, double tap_pu);
    void set_capacitor_step(std::size_t capacitor, std::size_t step, bool closed);
    void set_fault(std::size_t fault, bool on);
    void set_controls(bool on) { circuit_.solution.controls = on; }
    /// Scales and shifts a source, for example after an event in the network above.
    void set_source(std::size_t source, double v_pu, double angle_deg);
    /// Current that something outside the circuit draws from a node, A.
    void set_boundary_current(std::size_t node, Complex i_a);
    /// Admittance to ground that something outside the circuit hangs on a node, S, for good; its
    /// current is not part of the boundary current.
    void add_boundary_shunt(std::size_t node, Complex y_s);

    // --- solve ---
    /// Warm start from the last solution. Controls act, in the order of their delays, until all are
    /// at rest. Dead islands have 0 V and are no error.
    SolveStatus solve();

    // --- the same in steps, for solvers that iterate together with this one ---
    /// Refactorises after changes of switches, taps, steps; true when nodes came alive or died and
    /// the voltages were therefore reset to no-load values.
    bool prepare();
    /// One fixed-point step with the present boundary currents; greatest |change of V|, pu, over
    /// the nodes with loads, generation or boundaries. Where steps converge slowly, the next ones
    /// take the loads' tangents into the matrix.
    double iterate();
    /// Voltage of a node with a load, generation or a boundary after iterate().
    [[nodiscard]] Complex iterated_v(std::size_t node) const;
    /// Ends iterating: every result below is of the last iterate.
    void finish();
    /// Lets all controls look at the solution and executes what comes next; true when something
    /// was.
    bool adjust_controls();
    /// True when the controls would act on the present solution.
    [[nodiscard]] bool controls_pending() const;
    /// What the controls remember; its clock is the caller's to set in time-stepped solutions.
    [[nodiscard]] ControlState& controls() { return controls_; }
    [[nodiscard]] ControlState const& controls() const { return controls_; }
    void start_from_no_load();
    /// Holds the whole of each load's nominal admittance in the matrix (slower, more robust).
    void use_nominal_admittances(bool on);
    /// Solves with the pivoted factorisation of the whole matrix from here on, as it does by itself
    /// where a block has no inverse. Slower; the two must agree.
    void use_whole_matrix();
    [[nodiscard]] bool uses_whole_matrix() const { return whole_.has_value(); }
    [[nodiscard]] std::size_t worst_node() const;
    [[nodiscard]] std::string node_name(std::size_t node) const; ///< "bus.phase"

    // --- results; all agree with each other to the precision of the linear solver ---
    [[nodiscard]] std::span<Complex const> u_v() const { return u_v_; } ///< [node] to ground
    [[nodiscard]] double u_pu(std::size_t node) const;
    /// Reached from a source through closed lines (conductor by conductor) and transformers.
    [[nodiscard]] bool energised(std::size_t node) const { return energised_[node] != 0; }
    /// [node] The first node of its island: all that closed lines, transformers and the phases of a
    /// bus join, with or without a source.
    [[nodiscard]] std::vector<std::uint32_t> islands() const;
    /// Solved: has a potential, be it through a load or a capacitor only.
    [[nodiscard]] bool live(std::size_t node) const { return live_[node] != 0; }
    /// True while at least one phase of the load has both its ends (or ground) energised.
    [[nodiscard]] bool load_energised(std::size_t load) const;
    /// Mean over the load's phases of |V| across the phase, pu of the load's rated voltage.
    [[nodiscard]] double load_u_pu(std::size_t load) const;
    /// Power drawn now, from the solved V and the current injected for it, W + j var; exactly 0 of
    /// a load that is set to 0.
    [[nodiscard]] Complex load_delivered(std::size_t load) const;
    /// Power that a generator, PV system or storage produces now, W + j var.
    [[nodiscard]] Complex produced(ElementRef element) const;
    /// Conductors of one end of an element.
    [[nodiscard]] std::size_t conductors(ElementKind kind, std::size_t row) const {
        return element(kind, row).conductors;
    }
    /// Currents into the element at its terminals, A, in the order of terminals(); zero when open.
    /// @param i_a [terminals]
    void terminal_currents(ElementKind kind, std::size_t row, std::span<Complex> i_a) const;
    /// Power into the element, summed over its terminals: what it consumes or loses, W + j var.
    [[nodiscard]] Complex absorbed(ElementKind kind, std::size_t row) const;
    /// Power into the element through one of its terminals (0, 1, ...), W + j var.
    [[nodiscard]] Complex terminal_power(ElementKind kind, std::size_t row,
                                         std::size_t terminal) const;
    /// Power that a source delivers at its terminals, W + j var.
    [[nodiscard]] Complex source_power(std::size_t source) const;
    /// Power drawn by boundary currents and boundary shunts of a node.
    [[nodiscard]] Complex boundary_power(std::size_t node) const;
    /// Current that leaves a node for boundary currents and boundary shunts, A.
    [[nodiscard]] Complex boundary_current(std::size_t node) const {
        return i_boundary_a_[node] + y_boundary_s_[node] * u_v_[node];
    }

  private:
    friend class FeederBatch;
    static constexpr std::uint32_t kNowhere = 0xffffffffU;

    struct Element {                    // a row of an element table
        std::size_t first_terminal = 0; // in terminal_node_
        std::size_t first_value = 0;    // of its admittance, in y_values_s_
        std::uint32_t terminals = 0;    // conductors of all ends
        std::uint32_t conductors = 0;   // of one end
    };

    void check_circuit() const;
    void number_nodes();
    void add_element(ElementKind kind, std::size_t conductors,
                     std::vector<TerminalNode> const& nodes);
    void add_shunt(ElementKind kind, Connection connection, std::vector<TerminalNode> const& nodes);
    template <typename Table>
    void add_converters(ElementKind kind, Table const& table);
    void set_phase_powers(ElementKind kind, std::size_t row, double p_w, double q_var);
    [[nodiscard]] std::pair<std::size_t, std::size_t> phase_rows(ElementKind kind,
                                                                 std::size_t row) const {
        auto const& first = first_phase_[static_cast<std::size_t>(kind)];
        return {first[row], first[row + 1]};
    }
    void join_islands(NodeSets& islands) const;
    void find_live_nodes();
    void find_floating_nodes();
    [[nodiscard]] SourcePos place_of_node(std::size_t node) const;
    void set_admittance(ElementKind kind, std::size_t row, DenseMatrix const& y_s);
    void refresh_lines();
    void set_missing_bases();
    void plan_network();
    void mark_joints(NetworkGraph& graph) const;
    void place_values();
    void place_loads();
    void place_tangents();
    void mark_block(std::uint32_t block);
    void mark_node(std::size_t node);
    void assemble_block(std::size_t block);
    void set_tangents();
    void renew_factors();
    void factorise_whole();
    void reduce_sources();
    void refine();
    [[nodiscard]] std::vector<Complex> refinement_step();
    void find_stiff_elements();
    double solve_linear();
    void adapt(double change_pu);
    [[nodiscard]] Complex iterated_u(std::size_t phase) const; ///< across a load phase
    [[nodiscard]] SolveStatus iterate_to_rest();
    [[nodiscard]] std::int32_t node_row(TerminalNode const& node) const;
    [[nodiscard]] std::vector<Element> const& elements(ElementKind kind) const {
        return elements_[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] Element const& element(ElementKind kind, std::size_t row) const {
        return elements(kind)[row];
    }
    [[nodiscard]] Complex voltage(std::int32_t node) const {
        return node < 0 ? Complex{} : u_v_[static_cast<std::size_t>(node)];
    }
    [[nodiscard]] Complex power_between(ElementKind kind, std::size_t row, std::size_t first,
                                        std::size_t last) const;
    void line_currents(std::size_t row, std::span<Complex> i_a) const;
    [[nodiscard]] Connection connection_of(ElementKind kind, std::size_t row) const;
    [[nodiscard]] Complex load_phase_voltage(std::size_t phase) const;
    [[nodiscard]] Complex load_phase_current(std::size_t phase) const;
    /// Neither draws nor produces.
    [[nodiscard]] bool is_off(std::size_t phase) const {
        return load_phases_.p_w[phase] == 0.0 && load_phases_.q_var[phase] == 0.0;
    }

    Circuit circuit_;
    ControlState controls_;
    std::vector<std::string> bus_names_; // sorted
    std::unordered_map<std::string_view, std::size_t> bus_rows_;
    std::vector<std::size_t> first_node_; // [bus + 1]
    std::vector<NodeInfo> nodes_;         // by bus name, then node number

    std::array<std::vector<Element>, kElementKinds> elements_;
    std::vector<std::int32_t> terminal_node_;      // node rows of all elements
    std::vector<Complex> y_values_s_;              // admittance matrices of all elements
    std::vector<std::uint32_t> line_mask_;         // [line] bit i: conductor i carries current
    std::vector<std::vector<Complex>> i_norton_a_; // [source][terminal], into the network

    LoadPhaseTable load_phases_;
    std::array<std::vector<std::size_t>, kElementKinds> first_phase_; // [row + 1], load_phases_
    std::vector<Complex> i_extra_a_; // [load phase] drawn beyond what the matrix holds

    NetworkFactor network_;
    std::vector<std::uint32_t> value_at_;          // [y value] in the network's; kNowhere: ground
    std::vector<std::uint32_t> value_block_;       // [y value]
    std::vector<ElementRef> block_elements_;       // that have values in a block
    std::vector<std::size_t> first_block_element_; // [block + 1]
    std::vector<std::uint8_t> block_changed_;
    std::vector<std::uint32_t> changed_blocks_;
    std::vector<Tangent> tangents_;            // of the kept blocks
    std::vector<std::uint32_t> tangent_phase_; // [tangent]
    std::vector<std::int8_t> tangent_sign_;    // [tangent]
    std::vector<LoadRow> load_rows_;           // [load phase]
    std::vector<double> x_v_;                  // pairs over kept nodes, and 0 for ground
    std::vector<double> r_a_;                  // likewise
    std::vector<double> source_a_;             // sources' currents at kept nodes
    std::vector<double> kept_inv_base2_;       // [position]
    std::optional<SparseLu> whole_;            // where blocks cannot be eliminated one by one
    std::vector<Complex> whole_v_;

    std::vector<Complex> u_v_; // [node]
    std::vector<Complex> i_source_a_;
    std::vector<Complex> i_boundary_a_;
    std::vector<std::uint32_t> boundary_nodes_;
    std::vector<std::uint8_t> is_boundary_; // [node]
    std::vector<Complex> y_boundary_s_;
    std::vector<double> inv_base2_;       // [node] 1 / base_v^2
    std::vector<std::uint8_t> live_;      // [node] in an island with a source: solved
    std::vector<std::uint8_t> energised_; // [node]
    std::vector<std::uint8_t> floating_;  // [node] only loads tie it to ground
    std::size_t worst_ = 0;
    bool plan_needed_ = false;
    bool renewal_due_ = false;    // of tangents: at the next step
    bool renewal_wanted_ = false; // at the next solve
    double slowest_share_ = 0.0;  // that a step of this solve left of the last one's change
    int solves_since_renewal_ = 0;
    bool topology_changed_ = true;
    bool ties_changed_ = false; // shunts came or went
    bool sources_changed_ = true;
    bool refinement_due_ = false;     // a block is close to singular, or an element close to no
    bool stiff_ = false;              // impedance
    double refinement_left_pu_ = 0.0; // change of the last step, above which nothing is sure
    bool tangents_changed_ = true;
    bool nominal_admittances_ = false;
    bool chord_ = false; // the matrix holds the loads' tangents at some past voltages
    double last_change_pu_ = 0.0;
    int steps_since_renewal_ = 0;
    int renewals_ = 0; // of tangents, since prepare()
};

} // namespace gridtwin::grid
