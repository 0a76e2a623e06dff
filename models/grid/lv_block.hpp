#pragma once
// One low-voltage network with its service transformer, solved by forward and backward sweeps over
// its tree. Customers are single-phase; the neutral is folded into self and mutual impedances.
// Method, defaults and limits: docs/models/low-voltage.md.
#include "models/grid/circuit.hpp"
#include "models/grid/solve_status.hpp"
#include "models/topology/lv_network.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::grid {

/// Grounded wye - grounded wye, one single-phase unit to each phase present. All assumptions.
struct LvTransformerSpec {
    double s_va = 250e3;      ///< rated, all phases together; assumption
    double v_lv_ll_v = 400.0; ///< rated line-to-line voltage of the low side; assumption
    double v_mv_ll_v = 0.0;   ///< rated line-to-line voltage of the MV side; 0: the MV bus's base
    double r_pu = 0.011;      ///< series resistance on s_va; assumption (2.75 kW copper loss)
    double x_pu = 0.0385;     ///< series reactance on s_va; assumption (4 % impedance)
    double no_load_loss_frac = 0.0017; ///< of s_va at rated voltage; assumption
    double magnetising_frac = 0.005;   ///< of s_va at rated voltage; assumption
    double tap_pu = 1.025; ///< off-load tap: the low side's voltage is multiplied by it; assumption
};

/// Series impedance of a cable, ohm/m, after the neutral has been folded in: the voltage drop
/// between phase and neutral is self * own current + mutual * each other phase's current. For equal
/// phase and neutral conductors and no earth return, self = z_phase + z_neutral, mutual =
/// z_neutral.
struct LvCable {
    std::string name;
    double r_self_ohm_per_m = 0.0;
    double x_self_ohm_per_m = 0.0;
    double r_mutual_ohm_per_m = 0.0;
    double x_mutual_ohm_per_m = 0.0;
};

struct LvSpec {
    /// Row by LvNetwork::cable. Assumptions: street line 4x150 mm2 Al, 0.206 + j0.08 ohm/km a
    /// conductor; service drop 2x16 mm2 Al, 1.91 + j0.09 ohm/km a conductor.
    std::vector<LvCable> cables = {{"4x150 Al", 0.412e-3, 0.16e-3, 0.206e-3, 0.08e-3},
                                   {"2x16 Al", 3.82e-3, 0.18e-3, 1.91e-3, 0.09e-3}};
    double vmin_pu = 0.80;      ///< below, a customer is an impedance; assumption
    double vmax_pu = 1.15;      ///< above, likewise; assumption
    double tolerance_pu = 1e-8; ///< greatest change of a phasor between iterations
    int max_iterations = 100;
};

class LvBlock {
  public:
    using Phases = std::array<Complex, 3>;

    /// The network and services are read here and not kept.
    /// @param v_mv_ln_v rated MV line-to-neutral voltage of the transformer
    /// Throws InputError when a service names a phase that the network lacks, a cable is missing
    /// from the table or a rating is not positive; SimulationError when the tree is malformed.
    LvBlock(topology::LvNetwork const& network, std::span<topology::LvService const> services,
            LvTransformerSpec const& transformer, LvSpec const& spec, double v_mv_ln_v);

    [[nodiscard]] std::size_t service_count() const { return p_w_.size(); }
    [[nodiscard]] std::uint8_t phases() const { return phases_; }
    [[nodiscard]] std::span<double> p_w() { return p_w_; } ///< [service] asked for, > 0 consumes
    [[nodiscard]] std::span<double> q_var() { return q_var_; } ///< [service]

    /// Opens or closes the line between a node and its parent, the fuse of a street's branch for
    /// one. What hangs on an open line is dead: no voltage, no current. @param node not 0
    void set_line(std::size_t node, bool closed);

    /// Solves alone below a stiff MV voltage (line-to-ground, V; 0 on dead phases). Warm start.
    SolveStatus solve(Phases const& u_mv_v);

    // --- the same in steps ---
    void start_flat(Phases const& u_mv_v);
    /// Currents of customers at the present voltages, summed up to the transformer.
    void backward();
    /// Voltages from these currents; greatest |change of V|, pu.
    double forward(Phases const& u_mv_v);
    /// Works out u_v, delivered power and losses of the last backward and forward.
    void finish();

    /// Current drawn from the MV node of each phase, A, without the shunt; from the last backward.
    [[nodiscard]] Phases i_mv_a() const;
    /// No-load admittance at each MV node of a phase present, S.
    [[nodiscard]] Complex shunt_s() const { return y_shunt_s_; }

    // --- results after finish() or solve() ---
    /// Whether all lines up to the busbar are closed.
    [[nodiscard]] bool connected(std::size_t service) const {
        return dead_.empty() || dead_[service_row_[service]] == 0;
    }
    [[nodiscard]] std::span<double const> u_v() const {
        return u_v_;
    } ///< [service] |phase-neutral|
    [[nodiscard]] std::span<double const> delivered_p_w() const { return delivered_p_w_; }
    [[nodiscard]] std::span<double const> delivered_q_var() const { return delivered_q_var_; }
    [[nodiscard]] Complex input_va() const { return input_va_; } ///< at the MV terminals
    [[nodiscard]] double transformer_loss_w() const { return transformer_loss_w_; }
    [[nodiscard]] double line_loss_w() const { return line_loss_w_; }
    [[nodiscard]] double
    busbar_u_v(std::size_t phase) const;                    ///< |V| at the LV busbar; 0 when absent
    [[nodiscard]] double base_v() const { return base_v_; } ///< line-to-neutral, low side

  private:
    /// A line with two or three phases: rows first .. first + count - 1 share a mutual drop.
    struct Coupled {
        std::uint32_t first;
        std::uint32_t count;
        double r_ohm;
        double x_ohm;
    };
    void lay_rows(topology::LvNetwork const& network, std::span<topology::LvService const> services,
                  LvSpec const& spec);

    // A row is one phase of one tree node; rows of a node stand together, parents before children,
    // the busbar's first. Branches that feed nobody have no rows.
    std::vector<std::uint32_t> parent_; // [row]
    std::vector<double> r_ohm_;         // [row] self minus mutual of the line to the parent
    std::vector<double> x_ohm_;
    std::vector<double> u_re_v_; // [row] phase to neutral
    std::vector<double> u_im_v_;
    std::vector<double> i_re_a_; // [row] through the line to the parent
    std::vector<double> i_im_a_;
    std::vector<double> drop_re_v_; // [row] along that line
    std::vector<double> drop_im_v_;
    std::vector<std::uint32_t> row_node_; // [row]
    topology::OpenLines open_;
    std::vector<std::uint8_t> dead_; // [row] an open line is between it and the busbar; empty: none
    std::vector<Coupled> coupled_;
    std::vector<std::uint32_t> service_row_; // [service]
    std::vector<double> p_w_;
    std::vector<double> q_var_;
    std::vector<double> service_re_a_;
    std::vector<double> service_im_a_;
    std::vector<double> u_v_;
    std::vector<double> delivered_p_w_;
    std::vector<double> delivered_q_var_;
    std::array<std::int32_t, 3> busbar_row_{-1, -1, -1}; // [phase]
    std::size_t busbar_rows_ = 0;
    std::uint8_t phases_ = 0;
    double ratio_ = 1.0;    // low side over MV side at no load
    double zt_r_ohm_ = 0.0; // transformer, seen from the low side
    double zt_x_ohm_ = 0.0;
    Complex y_shunt_s_;
    double base_v_ = 0.0;
    double vmin2_v2_ = 0.0;
    double vmax2_v2_ = 0.0;
    double tolerance_pu_ = 1e-8;
    int max_iterations_ = 100;
    bool started_ = false;
    Phases u_mv_v_{}; // of the last forward
    Complex input_va_;
    double transformer_loss_w_ = 0.0;
    double line_loss_w_ = 0.0;
};

} // namespace gridtwin::grid
