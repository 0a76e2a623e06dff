#pragma once
// The admittance matrix of a network, eliminated block by block (docs/models/power-flow.md).
//
// Passive blocks are eliminated once for each change of the network and leave
//   - a reduced admittance matrix over the kept blocks, to which loads add their tangents, and
//   - for each passive node, its voltage as a combination of kept ones.
// The kept blocks are factorised as Y = L D U in complex or, with tangents that a complex-linear
// matrix cannot hold (constant power), in real arithmetic. Blocks that a change does not reach keep
// their factors.
#include "models/grid/circuit_elements.hpp"
#include "models/grid/elimination.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::grid {

/// More than a bus of any feeder has.
inline constexpr std::size_t kMostBlockNodes = 128;

/// A tangent of injected currents at a kept node: dI_row = a dV_column + c conj(dV_column).
struct Tangent {
    std::uint32_t row = 0; ///< nodes of one block
    std::uint32_t column = 0;
    Complex a_s;
    Complex c_s;
};

/// Steps of forward and backward substitution over the kept blocks; see kept_substitution.hpp.
/// Coefficients are real, column by column: [2 columns][2 rows], real and imaginary parts apart, so
/// that a product runs along whole columns.
struct SubstitutionPlan {
    enum class Coupling : std::uint8_t {
        none,   ///< an open switch
        follow, ///< each node takes the voltage of one node of the other block
        full,
    };
    struct Later {
        std::uint32_t x = 0; ///< first position of the other block
        std::uint8_t nodes = 0;
        Coupling coupling = Coupling::full;
        std::uint32_t gain = 0;    ///< backward: this by other, in coefficients
        std::uint32_t gain_up = 0; ///< forward: other by this
        std::uint32_t follows = 0; ///< in `follow`
    };
    struct Step {
        std::uint32_t x = 0;
        std::uint8_t nodes = 0; ///< at most kMostBlockNodes
        std::uint32_t laters = 0;
        std::uint32_t first_later = 0;
        std::uint32_t inverse = 0; ///< in coefficients
    };
    std::vector<Step> steps;
    std::vector<Later> laters;
    std::vector<std::uint8_t> follow;
    std::vector<double> coefficients;
};

/// How the voltages of passive nodes follow from others: first, in their order, the rows of all
/// that is not inside a line, from kept nodes and each other; then the others, from both.
struct RecoveryPlan {
    /// Real weights of two nodes: the inside of a line.
    struct Between {
        std::uint32_t node = 0;
        std::uint32_t from1 = 0;
        std::uint32_t from2 = 0;
        double weight1 = 0.0;
        double weight2 = 0.0;
    };
    struct Row {
        std::uint32_t node = 0;
        std::uint32_t first = 0; ///< in `from` and `weight`, up to the next row's
        Complex constant_v;      ///< of the sources
    };
    /// A complex weight as a product with (re, im, re, im) takes it.
    struct alignas(32) Weight {
        double re[2];
        double im[2];
        explicit Weight(Complex w) : re{w.real(), w.real()}, im{w.imag(), w.imag()} {}
    };
    std::vector<Row> rows;
    std::size_t end_rows = 0; ///< rows that others may refer to
    std::vector<Between> between;
    std::vector<Between> between3; ///< each for three nodes: itself and the next two, from theirs
    std::vector<std::uint32_t> from;
    std::vector<Weight> weight;
};

class NetworkFactor {
  public:
    NetworkFactor() = default;
    /// Throws SimulationError for a bus of more than kMostBlockNodes nodes.
    NetworkFactor(Elimination plan, std::size_t nodes);

    [[nodiscard]] Elimination const& elimination() const { return plan_; }
    [[nodiscard]] std::size_t kept_nodes() const { return kept_nodes_.size(); }
    /// Positions of kept nodes in vectors over them; kAbsent for passive nodes.
    static constexpr std::uint32_t kAbsent = 0xffffffffU;
    [[nodiscard]] std::uint32_t position(std::size_t node) const { return position_[node]; }
    [[nodiscard]] std::uint32_t kept_node(std::size_t position) const {
        return kept_nodes_[position];
    }

    // --- the admittances ---
    /// Block whose storage holds entry (row, column), and the entry's place in values().
    struct Place {
        std::uint32_t block = 0;
        std::uint32_t at = 0;
    };
    /// Throws SimulationError for nodes that are not coupled.
    [[nodiscard]] Place place(std::size_t row, std::size_t column) const;
    [[nodiscard]] std::span<Complex> values() { return base_; }
    /// Values of one block, and of its couplings to later ones.
    [[nodiscard]] std::span<Complex> values_of(std::size_t block) {
        return std::span(base_).subspan(first_value_[block],
                                        first_value_[block + 1] - first_value_[block]);
    }

    // --- factors ---
    /// Eliminates the passive blocks again that the changed ones reach. False: a block without
    /// inverse.
    [[nodiscard]] bool eliminate(std::span<std::uint32_t const> changed_blocks);
    /// Factorises the kept blocks: all of them when `all`, else those that eliminate() reached.
    /// @param tangents of all kept nodes, sorted by block
    [[nodiscard]] bool factorise(std::span<Tangent const> tangents, bool real, bool all);
    [[nodiscard]] SubstitutionPlan const& substitution() const { return substitution_; }
    [[nodiscard]] RecoveryPlan const& recovery() const { return recovery_; }

    /// Sources' currents, brought to the kept nodes; the rest becomes part of recovery(), which
    /// this makes or brings up to date: to be called after eliminate().
    /// @param i_a [node]  @param kept_a [kept node]
    void reduce_currents(std::span<Complex const> i_a, std::span<Complex> kept_a);

    /// A linear solve at every node, slower than substitution and recovery: first brings injected
    /// currents to the kept nodes, in place; then, with the kept nodes' voltages in v, works out
    /// the others' from what has come to them.
    /// @param i_a [node]  @param v [node]
    void bring_to_kept(std::span<Complex> i_a) const;
    void bring_from_kept(std::span<Complex const> i_a, std::span<Complex> v) const;

    /// Whether some block is so close to singular that products with its inverse lose more than
    /// the last digits: a delta winding that 1 ppm of its rating ties to ground.
    [[nodiscard]] bool ill_conditioned() const;

    /// Blocks whose factors were computed by the last eliminate() and factorise().
    [[nodiscard]] std::size_t renewed() const { return renewed_; }

  private:
    struct Support { // a passive block's voltage by that of a block that is not inside a line
        std::uint32_t block;
        std::vector<Complex> weight; // [nodes of the block][of the other]
    };

    [[nodiscard]] std::size_t size_of(std::size_t block) const { return plan_.blocks[block].nodes; }
    [[nodiscard]] std::size_t slot_of(std::size_t block, std::size_t later) const;
    void gather(std::size_t block);
    [[nodiscard]] bool invert_passive(std::size_t block);
    void resolve(std::size_t block);
    void expand(std::size_t block, std::size_t end, std::span<Complex const> i_a,
                std::span<Complex> v) const;
    void plan_recovery();
    void renew_constants();
    void join_phases();
    void plan_substitution(bool real);
    template <typename T>
    [[nodiscard]] bool factorise_as(std::span<Tangent const> tangents, bool all);
    template <typename T>
    void couple(std::size_t block);

    template <typename T>
    void write_coefficients(std::size_t block);
    void lay_coefficients();

    Elimination plan_;
    std::vector<std::uint32_t> position_;        // [node]
    std::vector<std::uint32_t> kept_nodes_;      // [position]
    std::vector<std::size_t> first_value_;       // [block + 1]
    std::vector<std::size_t> upper_at_;          // [later slot] coupling block -> later, in values
    std::vector<std::size_t> lower_at_;          // [later slot] coupling later -> block
    std::vector<Complex> base_;                  // assembled
    std::vector<Complex> reduced_;               // less what earlier passive blocks take
    std::vector<Complex> factor_;                // passive: inverse, gains down, gains up
    std::vector<std::vector<Support>> supports_; // [passive block]
    std::vector<Complex> constant_v_;            // [node] passive: of the sources
    std::vector<std::uint8_t> changed_;          // [block]
    std::vector<float> condition_;               // [block] greatest value times inverse's greatest
    std::vector<double> kept_work_;              // kept blocks less what earlier kept ones take
    std::vector<double> kept_gain_;              // kept: inverse, gains down, gains up
    bool real_ = false;                          // of kept_work_ and kept_gain_
    bool couplings_changed_ = true;
    bool recovery_stale_ = true; // passive blocks have other weights than it
    SubstitutionPlan substitution_;
    RecoveryPlan recovery_;
    std::size_t renewed_ = 0;
};

} // namespace gridtwin::grid
