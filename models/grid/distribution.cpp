#include "models/grid/distribution.hpp"

#include "models/grid/der/voltage_hold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace gridtwin::grid {

Distribution::Distribution(Circuit circuit, std::span<LvAttachment const> attachments,
                           LvSpec const& spec)
    : feeder_(std::move(circuit)), boundary_a_(feeder_.node_count()),
      tolerance_pu_(spec.tolerance_pu), max_iterations_(spec.max_iterations) {
    Diagnostics d;
    for (LvAttachment const& a : attachments) {
        std::span<std::string const> const buses = feeder_.bus_names();
        if (!std::binary_search(buses.begin(), buses.end(), a.mv_bus)) {
            d.error(a.where, fmt::format("the circuit has no bus '{}'", a.mv_bus),
                    "a bus of the feeder", nearest_name(a.mv_bus, buses));
            continue;
        }
        std::array<std::int32_t, 3> nodes{-1, -1, -1};
        double base_v = a.transformer.v_mv_ll_v / std::numbers::sqrt3;
        for (int phase = 0; phase < 3; ++phase) {
            if ((a.network->phases >> phase & 1) == 0) {
                continue;
            }
            auto const node = feeder_.find_node(a.mv_bus, phase + 1);
            if (!node) {
                d.error(a.where, fmt::format("bus '{}' lacks phase {}", a.mv_bus, phase + 1),
                        "a bus with every phase of the low-voltage network");
                continue;
            }
            nodes[static_cast<std::size_t>(phase)] = static_cast<std::int32_t>(*node);
            base_v = base_v > 0.0 ? base_v : feeder_.nodes()[*node].base_v;
        }
        if (!(base_v > 0.0)) {
            d.error(a.where, fmt::format("bus '{}' has no base voltage", a.mv_bus),
                    "Set VoltageBases, or a rated voltage of the transformer's MV side");
        }
        if (!d.ok()) {
            continue;
        }
        blocks_.emplace_back(*a.network, a.services, a.transformer, spec, base_v);
        mv_bus_.push_back(a.mv_bus);
        mv_node_.push_back(nodes);
        for (std::int32_t const node : nodes) {
            if (node >= 0) {
                boundary_nodes_.push_back(static_cast<std::size_t>(node));
                feeder_.add_boundary_shunt(boundary_nodes_.back(), blocks_.back().shunt_s());
            }
        }
    }
    if (!d.ok()) {
        throw InputError(std::move(d));
    }
    std::sort(boundary_nodes_.begin(), boundary_nodes_.end());
    boundary_nodes_.erase(std::unique(boundary_nodes_.begin(), boundary_nodes_.end()),
                          boundary_nodes_.end());
    for (std::size_t lv = 0; lv < blocks_.size(); ++lv) {
        blocks_[lv].start_flat(mv_voltage(lv));
    }
}

LvBlock::Phases Distribution::mv_voltage(std::size_t lv) const {
    LvBlock::Phases u_v{};
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (mv_node_[lv][phase] >= 0) {
            u_v[phase] = feeder_.iterated_v(static_cast<std::size_t>(mv_node_[lv][phase]));
        }
    }
    return u_v;
}

/// All blocks' currents, one linear solve of the feeder, all blocks' voltages: one fixed point over
/// everything. At its end the currents and voltages on both sides of each boundary are the same
/// numbers, so the balance closes to rounding and not to the tolerance.
double Distribution::step() {
    for (std::size_t const node : boundary_nodes_) {
        boundary_a_[node] = {};
    }
    for (std::size_t lv = 0; lv < blocks_.size(); ++lv) {
        blocks_[lv].backward();
        LvBlock::Phases const i_a = blocks_[lv].i_mv_a();
        for (std::size_t phase = 0; phase < 3; ++phase) {
            if (mv_node_[lv][phase] >= 0) {
                boundary_a_[static_cast<std::size_t>(mv_node_[lv][phase])] += i_a[phase];
            }
        }
    }
    for (std::size_t const node : boundary_nodes_) {
        feeder_.set_boundary_current(node, boundary_a_[node]);
    }
    double greatest_pu = feeder_.iterate();
    worst_is_lv_ = false;
    for (std::size_t lv = 0; lv < blocks_.size(); ++lv) {
        double const change_pu = blocks_[lv].forward(mv_voltage(lv));
        if (!(change_pu <= greatest_pu)) {
            greatest_pu = change_pu;
            worst_lv_ = lv;
            worst_is_lv_ = true;
        }
    }
    return greatest_pu;
}

SolveStatus Distribution::iterate_to_rest() {
    SolveStatus status;
    auto const start_flat = [this] {
        for (std::size_t lv = 0; lv < blocks_.size(); ++lv) {
            blocks_[lv].start_flat(mv_voltage(lv));
        }
    };
    for (bool const nominal : {false, true}) {
        feeder_.use_nominal_admittances(nominal);
        bool const reset = feeder_.prepare();
        if (nominal) {
            feeder_.start_from_no_load();
        }
        if (reset || nominal) {
            start_flat();
        }
        for (int i = 0; i < max_iterations_ && !status.converged; ++i) {
            status.mismatch_pu = step();
            ++status.iterations;
            status.converged = status.mismatch_pu < tolerance_pu_;
            if (!(status.mismatch_pu < 1e3)) {
                break; // on its way to infinity
            }
        }
        if (status.converged) {
            feeder_.finish();
            return status;
        }
    }
    feeder_.finish();
    status.worst_bus = worst_is_lv_ ? fmt::format("low voltage below {}", mv_bus_[worst_lv_])
                                    : feeder_.node_name(feeder_.worst_node());
    return status;
}

SolveStatus Distribution::solve() {
    SolveStatus total;
    SolutionOptions const options = feeder_.circuit().solution;
    while (true) {
        SolveStatus const round =
            rest_with_held_voltages(feeder_, [this] { return iterate_to_rest(); });
        total.converged = round.converged;
        total.iterations += round.iterations;
        total.mismatch_pu = round.mismatch_pu;
        total.worst_bus = round.worst_bus;
        if (!round.converged || !options.controls) {
            break;
        }
        if (total.control_rounds >= options.max_control_iterations) {
            total.controls_settled = !feeder_.controls_pending();
            break;
        }
        if (!feeder_.adjust_controls()) {
            break;
        }
        ++total.control_rounds;
    }
    for (LvBlock& block : blocks_) {
        block.finish();
    }
    return total;
}

std::vector<std::uint32_t> Distribution::lv_islands() const {
    auto const island = feeder_.islands();
    std::vector<std::uint32_t> out;
    for (auto const& nodes : mv_node_) {
        auto const node =
            std::find_if(nodes.begin(), nodes.end(), [](std::int32_t n) { return n >= 0; });
        out.push_back(island[static_cast<std::size_t>(*node)]);
    }
    return out;
}

bool Distribution::lv_energised(std::size_t lv, std::size_t phase) const {
    std::int32_t const node = mv_node_[lv][phase];
    return node >= 0 && feeder_.energised(static_cast<std::size_t>(node));
}

PowerBalance Distribution::balance() const {
    PowerBalance b;
    Circuit const& c = feeder_.circuit();
    for (std::size_t row = 0; row < c.sources.size(); ++row) {
        Complex const s_va = feeder_.source_power(row);
        b.source_p_w += s_va.real();
        b.source_q_var += s_va.imag();
    }
    for (std::size_t row = 0; row < c.loads.size(); ++row) {
        b.bulk_load_p_w += feeder_.load_delivered(row).real();
    }
    for (std::size_t row = 0; row < c.lines.size(); ++row) {
        b.line_loss_w += feeder_.absorbed(ElementKind::line, row).real();
    }
    for (std::size_t row = 0; row < c.transformers.size(); ++row) {
        b.transformer_loss_w += feeder_.absorbed(ElementKind::transformer, row).real();
    }
    for (std::size_t row = 0; row < c.capacitors.size(); ++row) {
        b.shunt_loss_w += feeder_.absorbed(ElementKind::capacitor, row).real();
    }
    for (LvBlock const& block : blocks_) {
        for (double const p_w : block.delivered_p_w()) {
            b.service_p_w += p_w;
        }
        b.service_transformer_loss_w += block.transformer_loss_w();
        b.lv_line_loss_w += block.line_loss_w();
    }
    return b;
}

} // namespace gridtwin::grid
