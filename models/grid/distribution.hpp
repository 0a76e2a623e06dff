#pragma once
// A feeder and the low-voltage networks below it: separate solver blocks that meet at the service
// transformers' MV terminals and iterate together.
// Method: docs/models/power-flow.md, docs/models/low-voltage.md.
#include "models/grid/feeder_solver.hpp"
#include "models/grid/lv_block.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::grid {

struct LvAttachment {
    std::string mv_bus;                           ///< lower case
    topology::LvNetwork const* network = nullptr; ///< read while constructing, not kept
    std::span<topology::LvService const> services;
    LvTransformerSpec transformer;
    SourcePos where; ///< for messages
};

/// Where the power goes; each term is summed over its own elements, none is a remainder.
struct PowerBalance {
    double source_p_w = 0.0; ///< at the sources' terminals
    double source_q_var = 0.0;
    double bulk_load_p_w = 0.0; ///< loads of the circuit
    double service_p_w = 0.0;   ///< customers of the LV networks
    double line_loss_w = 0.0;
    double transformer_loss_w = 0.0;
    double shunt_loss_w = 0.0; ///< capacitors
    double service_transformer_loss_w = 0.0;
    double lv_line_loss_w = 0.0;

    /// Source minus all the rest; 0 but for rounding.
    [[nodiscard]] double residual_w() const {
        return source_p_w - bulk_load_p_w - service_p_w - line_loss_w - transformer_loss_w -
               shunt_loss_w - service_transformer_loss_w - lv_line_loss_w;
    }
};

class Distribution {
  public:
    /// Throws InputError, at the attachment's place, when a bus is unknown, lacks a phase or has no
    /// base voltage, and whatever FeederSolver and LvBlock throw.
    Distribution(Circuit circuit, std::span<LvAttachment const> attachments, LvSpec const& spec);

    [[nodiscard]] FeederSolver& feeder() { return feeder_; }
    [[nodiscard]] FeederSolver const& feeder() const { return feeder_; }
    [[nodiscard]] std::size_t lv_count() const { return blocks_.size(); }

    void set_load_power(std::size_t load, double p_w, double q_var) {
        feeder_.set_load_power(load, p_w, q_var);
    }
    void set_switch(std::size_t line, bool closed) { feeder_.set_switch(line, closed); }
    /// A line of an LV network; see LvBlock::set_line.
    void set_lv_line(std::size_t lv, std::size_t node, bool closed) {
        blocks_[lv].set_line(node, closed);
    }
    /// In the order of the attachment's services; written by the caller before solve().
    [[nodiscard]] std::span<double> service_p_w(std::size_t lv) { return blocks_[lv].p_w(); }
    [[nodiscard]] std::span<double> service_q_var(std::size_t lv) { return blocks_[lv].q_var(); }

    /// Warm start from the last solution; all blocks and the boundary to LvSpec::tolerance_pu.
    SolveStatus solve();

    [[nodiscard]] std::span<double const> service_u_v(std::size_t lv) const {
        return blocks_[lv].u_v();
    }
    [[nodiscard]] std::span<double const> service_delivered_p_w(std::size_t lv) const {
        return blocks_[lv].delivered_p_w();
    }
    [[nodiscard]] std::span<double const> service_delivered_q_var(std::size_t lv) const {
        return blocks_[lv].delivered_q_var();
    }
    /// @param phase 0, 1, 2; false for a phase that the network lacks
    [[nodiscard]] bool lv_energised(std::size_t lv, std::size_t phase) const;
    /// The same, with all lines up to the customer closed.
    [[nodiscard]] bool service_energised(std::size_t lv, std::size_t service,
                                         std::size_t phase) const {
        return lv_energised(lv, phase) && blocks_[lv].connected(service);
    }
    /// [lv] The island of its medium-voltage bus, as FeederSolver::islands().
    [[nodiscard]] std::vector<std::uint32_t> lv_islands() const;
    [[nodiscard]] double load_u_pu(std::size_t load) const { return feeder_.load_u_pu(load); }
    [[nodiscard]] Complex load_delivered(std::size_t load) const {
        return feeder_.load_delivered(load);
    }
    [[nodiscard]] bool load_energised(std::size_t load) const {
        return feeder_.load_energised(load);
    }
    /// Active power at the MV terminals of the LV network's transformer.
    [[nodiscard]] double lv_input_p_w(std::size_t lv) const {
        return blocks_[lv].input_va().real();
    }
    [[nodiscard]] LvBlock const& lv(std::size_t lv) const { return blocks_[lv]; }
    [[nodiscard]] PowerBalance balance() const;

  private:
    [[nodiscard]] LvBlock::Phases mv_voltage(std::size_t lv) const;
    [[nodiscard]] SolveStatus iterate_to_rest();
    [[nodiscard]] double step();

    FeederSolver feeder_;
    std::vector<LvBlock> blocks_;
    std::vector<std::string> mv_bus_;                  // [lv]
    std::vector<std::array<std::int32_t, 3>> mv_node_; // [lv] of each phase; -1 absent
    std::vector<std::size_t> boundary_nodes_;          // sorted, each once
    std::vector<Complex> boundary_a_;                  // [feeder node]
    std::size_t worst_lv_ = 0;
    bool worst_is_lv_ = false;
    double tolerance_pu_;
    int max_iterations_;
};

} // namespace gridtwin::grid
